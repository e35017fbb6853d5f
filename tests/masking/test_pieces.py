"""A secret said in several turns: the later part is masked, the earlier one mended."""

from __future__ import annotations

import pytest

from copilot.events import Speaker, Transcript
from copilot.masking import Masker, redact

Turn = tuple[Speaker, str]


def shown_at_last(turns: list[Turn], language: str) -> list[str]:
    """What a reader sees of each turn once all were heard."""
    masker, shown = Masker(), dict[str, str]()
    for number, (speaker, text) in enumerate(turns):
        said = Transcript(
            call_id="c",
            at_s=float(number),
            utterance_id=f"u{number}",
            speaker=speaker,
            revision=1,
            start_s=float(number),
            end_s=number + 0.9,
            text=text,
            language=language,
            final=True,
        )
        masked, redactions = masker.hear(said)
        shown[masked.utterance_id] = masked.text
        for one in redactions:
            shown[one.utterance_id] = redact(shown[one.utterance_id], one.spans)
    return list(shown.values())


@pytest.mark.parametrize(
    ("language", "turns", "shown"),
    [
        ("en", ["It's 5555 5555", "5555 4444."], ["It's [card]", "[card]."]),
        ("en", ["5555 5555", "agent: Mm-hm.", "and then 5555 4444"],
         ["[card]", "Mm-hm.", "and then [card]"]),
        ("en", ["5105", "agent: Yes.", "1051", "agent: Yes.", "0510", "5100"],
         ["[card]", "Yes.", "[card]", "Yes.", "[card]", "[card]"]),
        ("en", ["You can reach me at 202", "agent: Okay.", "555 0143"],
         ["You can reach me at [phone]", "Okay.", "[phone]"]),
        ("en", ["a@example.com and 5555 5555", "5555 4444"], ["[email] and [card]", "[card]"]),
        ("ja", ["5555 5555です", "agent: はい", "5555 4444です"],
         ["[card]です", "はい", "[card]です"]),
        ("ja", ["番号は080の", "agent: はい。", "0000、5678です"],
         ["番号は[phone]の", "はい。", "[phone]です"]),
        ("ja", ["ゼロハチゼロ", "agent: はい", "ゼロゼロゼロゼロの", "ゴーロクナナハチです"],
         ["[phone]", "はい", "[phone]の", "[phone]です"]),
    ],
)  # fmt: skip
def test_pieces_are_joined(language: str, turns: list[str], shown: list[str]) -> None:
    said: list[Turn] = [
        ("agent", turn.removeprefix("agent: ")) if turn.startswith("agent: ")
        else ("customer", turn)
        for turn in turns
    ]  # fmt: skip
    assert shown_at_last(said, language) == shown


@pytest.mark.parametrize(
    ("language", "turns"),
    [
        ("en", [("agent", "Which order number is it?"), ("customer", "5555 5555"),
                ("customer", "5555 4444")]),
        ("en", [("customer", "I paid 120"), ("agent", "Okay."), ("customer", "and 35 more")]),
        ("ja", [("customer", "注文番号は10442"), ("customer", "それと10443です")]),
    ],
)  # fmt: skip
def test_numbers_of_the_trade_stay(language: str, turns: list[Turn]) -> None:
    assert shown_at_last(turns, language) == [text for _, text in turns]


def test_a_partial_hides_the_rest_of_a_number() -> None:
    masker = Masker()
    for revision, (text, final) in enumerate([("5555 5555", True), ("5555 5", False)]):
        masked, redactions = masker.hear(
            Transcript(
                call_id="c",
                at_s=1.0,
                utterance_id=f"u{final}",
                speaker="customer",
                revision=revision,
                start_s=0.0,
                end_s=1.0,
                text=text,
                language="en",
                final=final,
            )
        )
        assert redactions == []
    assert "5" not in masked.text
