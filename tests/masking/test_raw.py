"""The words as they were recognised never tell what the text hides."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from audio.vocabulary import Vocabulary
from copilot import record
from copilot.events import Redacted, Span, Speaker, Transcript
from copilot.masking import Masker
from copilot.masking.digits import digit_runs

ENGLISH = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
KATAKANA = ["ゼロ", "イチ", "ニー", "サン", "ヨン", "ゴー", "ロク", "ナナ", "ハチ", "キュウ"]
KANJI = list("〇一二三四五六七八九")


def heard(
    said: str,
    language: str,
    *,
    speaker: Speaker = "customer",
    final: bool = True,
    stable_chars: int = 0,
) -> Transcript:
    """As the transcriber makes it: written, with what was said beside it."""
    text = Vocabulary().written(said, language) if final else said
    return Transcript(
        call_id="c",
        at_s=1.0,
        utterance_id="u",
        speaker=speaker,
        revision=1,
        start_s=0.0,
        end_s=1.0,
        text=text,
        raw=said if said != text else None,
        stable_chars=len(text) if final else stable_chars,
        language=language,
        final=final,
    )


def digits_told(transcript: Transcript) -> str:
    """Digits of every run that is long enough to tell something."""
    told = f"{transcript.text} | {transcript.raw or ''}"
    runs = [run.digits for run in digit_runs(told, least_kana=2)]
    return " ".join(digits for digits in runs if len(digits) > 2)


def luhn(body: str) -> str:
    for check in "0123456789":
        doubled = [
            int(d) * (1 + i % 2) for i, d in enumerate(reversed(f"{body}{check}"))
        ]  # ISO/IEC 7812-1
        if sum(value - 9 * (value > 9) for value in doubled) % 10 == 0:
            return f"{body}{check}"
    raise AssertionError


cards = st.integers(10**14, 10**15 - 1).map(str).map(luhn)
mobiles = st.integers(10**7, 10**8 - 1).map(lambda number: f"0901{number:08}"[:11])


def grouped(digits: str, sizes: list[int]) -> list[str]:
    groups, start = [], 0
    for size in sizes:
        groups.append(digits[start : start + size])
        start += size
    return groups


def said_in_english(groups: list[str], between: str) -> str:
    return between.join(" ".join(ENGLISH[int(d)] for d in group) for group in groups)


def said_in_japanese(groups: list[str], between: str, names: list[str]) -> str:
    return between.join("".join(names[int(d)] for d in group) for group in groups)


@given(cards, st.sampled_from([" ", ", ", " dash "]), st.booleans())
def test_no_english_card_is_told(card: str, between: str, asked: bool) -> None:
    masker = Masker()
    if asked:
        masker.feed(heard("Your card number please?", "en", speaker="agent"))
    said = said_in_english(grouped(card, [4, 4, 4, 4]), between)
    told = masker.feed(heard(f"Sure, it is {said}, and forty dollars is fine", "en"))
    assert "$40" in told.text
    assert not any(run in card for run in digits_told(told).split())


@given(
    st.one_of(
        cards.map(lambda card: grouped(card, [4, 4, 4, 4])),
        mobiles.map(lambda number: grouped(number, [3, 4, 4])),
    ),
    st.sampled_from(["の", "、", ""]),
    st.sampled_from([KATAKANA, KANJI]),
)
def test_no_japanese_number_is_told(groups: list[str], between: str, names: list[str]) -> None:
    said = said_in_japanese(groups, between, names)
    told = Masker().feed(heard(f"番号は{said}です。三千円でした。", "ja"))
    assert "3,000円" in told.text
    digits = "".join(groups)
    assert not any(run in digits for run in digits_told(told).split() if run != "3000")


@pytest.mark.parametrize(
    ("said", "language", "text", "raw"),
    [
        ("it is five five five five, five five five five, five five five five, four four four four "
         "and forty dollars", "en", "it is [card] and $40", "it is [card] and forty dollars"),
        ("March third, nineteen eighty, and it was forty dollars", "en",
         "[birth_date], and it was $40", "[birth_date], and it was forty dollars"),
        ("ゼロキュウゼロ、ゼロゼロゼロゼロ、イチニイサンヨンです、三千円です", "ja",
         "[phone]です、3,000円です", "[phone]です、三千円です"),
        ("five five five five five five five five five five five five four four four four", "en",
         "[card]", None),
        ("forty dollars", "en", "$40", "forty dollars"),
    ],
)  # fmt: skip
def test_raw_is_masked_with_the_text(
    said: str, language: str, text: str, raw: str | None
) -> None:
    told = Masker().feed(heard(said, language))
    assert (told.text, told.raw) == (text, raw)


def test_digits_that_a_later_turn_may_mask_leave_no_raw() -> None:
    masker = Masker()
    first = masker.feed(heard("it costs forty dollars, five five five five five", "en"))
    assert (first.text, first.raw) == ("it costs $40, 55555", None)


def test_a_mask_from_elsewhere_takes_raw_with_it() -> None:
    said = heard("it is five five five five, thanks a lot then", "en")
    mend = Redacted(
        call_id="c",
        at_s=2.0,
        utterance_id="u",
        spans=(Span(start=6, end=10, kind="card"),),
        text="it is [card], thanks a lot then",
    )
    assert said.raw is not None and record.mended(said, mend).raw is None


def test_what_was_asked_for_is_hidden_in_both() -> None:
    masker = Masker()
    masker.feed(heard("What are the last four digits of your card?", "en", speaker="agent"))
    told = masker.feed(heard("twenty two forty one, and I paid forty dollars", "en"))
    assert "forty one" not in f"{told.text}{told.raw}" and "2241" not in told.text


def test_stable_characters_are_those_of_the_masked_text() -> None:
    text = "mail jo.bloggs@example.org today and"
    partial = heard(text, "en", final=False, stable_chars=text.index("today") + 5)
    told = Masker().feed(partial)
    assert told.text[: told.stable_chars] == "mail [email] today"


@pytest.mark.parametrize("stable_chars", range(0, 35))
def test_no_tag_is_split(stable_chars: int) -> None:
    partial = heard("mail jo.bloggs@example.org today", "en", final=False)
    told = Masker().feed(
        heard(
            partial.text, "en", final=False, stable_chars=min(stable_chars, len(partial.text))
        )
    )
    shown = told.text[: told.stable_chars]
    assert told.text.startswith(shown) and shown.count("[") == shown.count("]")


@given(cards, st.integers(1, 16), st.sampled_from(["", " "]))
def test_what_is_called_stable_stays(card: str, cut: int, between: str) -> None:
    """Whatever part of a growing card the transcriber calls stable."""
    masker, kept = Masker(), ""
    spelt = between.join(grouped(card, [4, 4, 4, 4]))
    for length in range(1, len(spelt) + 1):
        text = f"Sure it is {spelt[:length]}"
        told = masker.feed(
            heard(text, "en", final=False, stable_chars=min(len(text), 11 + cut, 10 + length))
        )
        assert told.text.startswith(kept)
        kept = told.text[: told.stable_chars]
        assert not any(len(run) > 4 and run in card for run in digits_told(told).split())


def test_a_final_is_stable_to_its_end() -> None:
    told = Masker().feed(heard("reach me at 202-555-0143 today", "en"))
    assert told.stable_chars == len(told.text)
