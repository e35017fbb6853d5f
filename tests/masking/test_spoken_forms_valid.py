"""The hand-labelled spoken forms are well formed: what measures masking must itself be right.

The lines of `spoken_forms`, `dialogue_forms`, `unseen_forms`, `final_forms`, `sealed_forms` and
`last_forms` hold one form of personal data each, as people say it or as a recogniser writes it: `id`, `lang`,
`split`, `turns`, `secrets` (what must go), `keep` (what must stay). `damaged` marks a line in
which the recogniser or the speaker broke the number, so that no check digit holds. A number said
in parts has one secret for each part. The unseen, the final, the sealed and the last forms were each
written by someone who had not read the masker, for measuring only; the dialogue forms likewise,
their `tune` half to be read.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest


def forms_in(name: str) -> list[dict[str, Any]]:
    lines = Path(__file__).with_name(name).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


SPOKEN = forms_in("spoken_forms.jsonl")
DIALOGUE = forms_in("dialogue_forms.jsonl")
UNSEEN = forms_in("unseen_forms.jsonl")
FINAL = forms_in("final_forms.jsonl")
SEALED = forms_in("sealed_forms.jsonl")
LAST = forms_in("last_forms.jsonl")
FORMS = SPOKEN + DIALOGUE + UNSEEN + FINAL + SEALED + LAST
SPLITS = ("dev", "held_out", "tune", "held", "unseen", "final", "sealed", "last")
KINDS = {"card", "my_number", "bank_account", "phone"}
KINDS |= {"email", "address", "birth_date", "identity"}

_UNITS = "zero one two three four five six seven eight nine"
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
WORDS = (
    {word: str(n) for n, word in enumerate(_UNITS.split())}
    | {word: str(n) for n, word in enumerate(_TEENS.split(), 10)}
    | {word: str(n) for n, word in enumerate(_TENS.split(), 2)}
    | {"oh": "0", "o": "0"}
    | {numeral: str(n) for n, numeral in enumerate("〇一二三四五六七八九")}
    | {"零": "0", "ゼロ": "0", "レイ": "0", "マル": "0", "イチ": "1", "イチー": "1"}
    | {"ニ": "2", "ニイ": "2", "ニー": "2", "サン": "3", "ヨン": "4", "シ": "4"}
    | {"ゴ": "5", "ゴー": "5", "ゴオ": "5", "ロク": "6", "ナナ": "7", "シチ": "7"}
    | {"ハチ": "8", "キュウ": "9", "キュー": "9", "ク": "9"}
)
_WORD = re.compile(r"[0-9]|" + "|".join(sorted(WORDS, key=len, reverse=True)))
_DOUBLED = re.compile(r"(double|triple)[ -]+(\w+)")
_ROUND = re.compile(
    rf"({_TENS.replace(' ', '|')})(?![ -]*(?:{_UNITS.partition(' ')[2].replace(' ', '|')})\b)"
)


def digits(text: str) -> str:
    """The digits that `text` says, in order; words that are no digits are passed over."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = "".join(chr(ord(c) + 96) if "ぁ" <= c <= "ゖ" else c for c in text)
    text = text.replace("hundred", "zero zero")
    text = _DOUBLED.sub(lambda said: f"{said[2]} " * (2 if said[1] == "double" else 3), text)
    text = _ROUND.sub(lambda said: WORDS[said[1]] + "0", text)
    return "".join(WORDS.get(word, word) for word in _WORD.findall(text))


def luhn(number: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def my_number(number: str) -> bool:
    """The check digit of the ministerial ordinance on individual numbers."""
    body = [int(digit) for digit in reversed(number[:11])]
    rest = sum(d * (n + 1 if n <= 6 else n - 5) for n, d in enumerate(body, 1)) % 11
    return int(number[11]) == (0 if rest <= 1 else 11 - rest)


def said(form: dict[str, Any], kind: str) -> str:
    return "".join(
        digits(secret["text"]) for secret in form["secrets"] if secret["kind"] == kind
    )


@pytest.mark.parametrize(
    ("forms", "splits", "forms_each", "fewest_negatives", "most_negatives"),
    [
        (SPOKEN, SPLITS[:2], 75, 65, 80),
        (DIALOGUE, SPLITS[2:4], 80, 85, 105),
        (UNSEEN, SPLITS[4:5], 75, 30, 40),
        (FINAL, SPLITS[5:6], 50, 22, 22),
        (SEALED, SPLITS[6:7], 100, 50, 50),
        (LAST, SPLITS[7:], 60, 30, 30),
    ],
    ids=["spoken", "dialogue", "unseen", "final", "sealed", "last"],
)
def test_file_holds_every_kind_in_both_languages(
    forms: list[dict[str, Any]],
    splits: tuple[str, ...],
    forms_each: int,
    fewest_negatives: int,
    most_negatives: int,
) -> None:
    assert Counter((form["lang"], form["split"]) for form in forms) == {
        (language, split): forms_each for language in ("ja", "en") for split in splits
    }
    assert fewest_negatives <= sum(not form["secrets"] for form in forms) <= most_negatives
    assert {secret["kind"] for form in forms for secret in form["secrets"]} == KINDS


def test_no_form_repeats_one_of_another_split() -> None:
    assert len({form["id"] for form in FORMS}) == len(FORMS)
    said = Counter(
        (turn["speaker"], turn["text"]) for form in FORMS for turn in form["turns"][-1:]
    )
    assert [text for text, times in said.items() if times > 1 and len(text[1]) > 12] == []
    secrets: dict[str, set[str]] = {split: set() for split in SPLITS}
    for form in FORMS:
        secrets[form["split"]].update(secret["text"] for secret in form["secrets"])
    for one, other in combinations(SPLITS, 2):
        assert {text for text in secrets[one] & secrets[other] if len(text) > 9} == set()


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form["id"])
def test_form_is_labelled_well(form: dict[str, Any]) -> None:
    assert set(form) <= {"id", "lang", "split", "turns", "secrets", "keep", "damaged"}
    assert form["lang"] in ("ja", "en") and form["split"] in SPLITS
    assert 1 <= len(form["turns"]) <= 7 and form["secrets"] + form["keep"]
    assert {turn["speaker"] for turn in form["turns"]} <= {"agent", "customer"}
    for label in form["secrets"] + form["keep"]:
        assert label["text"] and label["text"] in form["turns"][label["turn"]]["text"]
        assert label["text"] == label["text"].strip(" 、。,.")
    for kept in form["keep"]:
        assert not any(
            secret["turn"] == kept["turn"]
            and (secret["text"] in kept["text"] or kept["text"] in secret["text"])
            for secret in form["secrets"]
        )


@pytest.mark.parametrize(
    "form",
    [form for form in FORMS if not form.get("damaged")],
    ids=lambda form: form["id"],
)
def test_numbers_hold_their_check_digit(form: dict[str, Any]) -> None:
    if number := said(form, "card"):
        # A security code has no check digit; a number said twice holds the card inside.
        inside = [number[at : at + n] for n in (15, 16) for at in range(len(number) - n + 1)]
        candidates = inside if len(number) > 16 else [number]
        assert len(number) == 3 or any(luhn(candidate) for candidate in candidates), number
    if number := said(form, "my_number"):
        spoken = [number[at : at + 12] for at in range(len(number) - 11)]
        assert any(my_number(candidate) for candidate in spoken), number
