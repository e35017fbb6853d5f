"""What a record needs of a call, and what only looks like it."""

from __future__ import annotations

from summarizer.entities import find_entities
from summarizer.lexicon import load_lexicon
from summarizer.statements import Statement


def said(index: int, text: str) -> Statement:
    return Statement(
        index=index,
        utterance_id=f"u{index}",
        role="customer",
        text=text,
        start_s=float(index),
        acts=frozenset(),
        asks=False,
    )


def test_a_place_is_no_product_anywhere_in_the_call() -> None:
    texts = ["My parcel is in Leeds", "They say Leeds is closed", "It holds a Brewmaster"]
    lexicon = load_lexicon("en")
    found = find_entities([said(*one) for one in enumerate(texts)], lexicon)
    assert [one.value for one in found if one.kind == "product"] == ["Brewmaster"]
