"""Numbers as people say them: "three hundred and forty", 「8万5千」, 「三百四十」."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["COUNT_EN", "NUMBER_JA", "number_en", "number_ja"]

_ONES = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: value * 10
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_SMALL = {"a": 1, "an": 1, "couple": 2, "half": 0}
_ONE_WORD = "|".join([*_ONES, *_TENS])
_DIGIT_WORD = "|".join(list(_ONES)[1:10])
COUNT_EN = (
    rf"(?:\d+|(?:{_ONE_WORD})(?:[- ](?:{_DIGIT_WORD}))?|an?(?: couple(?: of)?)?|couple of)"
)
"""Pattern of a small number, in digits or words."""

_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")}
_UNITS = {"十": 10, "百": 100, "千": 1_000}
NUMBER_JA = r"[\d０-９〇一二三四五六七八九十百千]+"
"""Pattern of a number, in digits or Kanji, below 10,000."""


def number_en(words: str) -> int | None:
    """Value of number words or digits, ``None`` where they are not a number."""
    total = part = 0
    seen = False
    for word in re.findall(r"[a-z]+|\d+", words.lower().replace(",", "")):
        if word.isdigit():
            part += int(word)
        elif word in _ONES or word in _TENS or word in _SMALL:
            part += _ONES.get(word, _TENS.get(word, _SMALL.get(word, 0)))
            if word == "couple":
                part = 2
        elif word == "hundred":
            part = max(part, 1) * 100
        elif word == "thousand":
            total, part = total + max(part, 1) * 1_000, 0
        elif word == "million":
            total, part = total + max(part, 1) * 1_000_000, 0
        elif word not in ("and", "of"):
            return None
        seen = seen or word not in ("and", "of")
    return total + part if seen else None


def number_ja(text: str) -> int | None:
    """Value of a Japanese number up to 億, in digits, Kanji or both."""
    text = unicodedata.normalize("NFKC", text).replace(",", "")
    if not re.fullmatch(r"[\d〇一二三四五六七八九十百千万億]+", text):
        return None
    total = 0
    for mark, factor in (("億", 100_000_000), ("万", 10_000)):
        if mark in text:
            head, text = text.split(mark, 1)
            total += (_below_ten_thousand(head) or 1) * factor
    return total + _below_ten_thousand(text)


def _below_ten_thousand(text: str) -> int:
    total = 0
    digits = ""
    for character in text:
        if character in _UNITS:
            total += (int(digits) if digits else 1) * _UNITS[character]
            digits = ""
        else:
            digits += str(_DIGITS.get(character, character))
    return total + (int(digits) if digits else 0)
