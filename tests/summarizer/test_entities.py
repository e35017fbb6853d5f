"""What a record needs of a call, in one form, and what only looks like it."""

from __future__ import annotations

from datetime import date

import pytest

from copilot.events import Speaker
from summarizer.amounts import MONEY, money
from summarizer.entities import find_entities
from summarizer.lexicon import load_lexicon
from summarizer.statements import Statement

TODAY = date(2026, 4, 1)


def said(index: int, text: str, role: Speaker = "customer", *acts: str) -> Statement:
    return Statement(
        index=index,
        utterance_id=f"u{index}",
        role=role,
        text=text,
        start_s=float(index),
        acts=frozenset(acts),
        asks=False,
    )


def found(
    text: str, language: str, codes: dict[str, str] | None = None
) -> set[tuple[str, str, str | None]]:
    entities = find_entities([said(0, text)], load_lexicon(language), TODAY, codes or {})
    return {(one.entity.kind, one.entity.value, one.entity.normalised) for one in entities}


def test_a_place_is_no_product_anywhere_in_the_call() -> None:
    texts = ["My parcel is in Leeds", "They say Leeds is closed", "It holds a Brewmaster"]
    statements = [said(*one) for one in enumerate(texts)]
    entities = [one.entity for one in find_entities(statements, load_lexicon("en"), TODAY, {})]
    assert [one.value for one in entities if one.kind == "product"] == ["Brewmaster"]


@pytest.mark.parametrize(
    ("text", "language", "entity"),
    [
        ("I paid $19.99 for it", "en", ("money", "$19.99", "USD 19.99")),
        ("it costs eight pounds fifty", "en", ("money", "eight pounds fifty", "GBP 8.50")),
        ("3,980円を払った", "ja", ("money", "3,980円", "JPY 3980")),
        ("修理は8万5千円", "ja", ("money", "8万5千円", "JPY 85000")),
        ("it ships on May 3rd", "en", ("date", "on May 3rd", "2026-05-03")),
        ("満期は令和8年5月10日", "ja", ("date", "令和8年5月10日", "2026-05-10")),
        ("来週の月曜日に届く", "ja", ("date", "来週の月曜日", "2026-04-06")),
        ("my number is [phone]", "en", ("phone", "[phone]", None)),
        ("住所は[address]", "ja", ("address", "[address]", None)),
        ("注文番号は七七二の〇三", "ja", ("order_number", "七七二の〇三", "772-03")),
    ],
)
def test_entity(text: str, language: str, entity: tuple[str, str, str | None]) -> None:
    assert entity in found(text, language)


def test_a_number_keeps_how_it_was_said() -> None:
    entities = found("order RT4471", "en", {"RT4471": "R T 4 4 7 1"})
    assert ("order_number", "R T 4 4 7 1", "RT4471") in entities


def test_a_year_is_no_sum() -> None:
    assert not MONEY.search("born in nineteen ninety one")
    assert money("forty-nine ninety-nine") is None


@pytest.mark.parametrize("run", ["1", "1,", "1 ", "1.", "一", "one ", "A1", "1-"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_long_run_of_numbers_is_read_in_one_pass(run: str, language: str) -> None:
    """Read from each of its places anew, such a run would not end."""
    assert not [one for one in found(run * 4000, language) if one[0] == "money"]
