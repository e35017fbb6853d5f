"""Numbers and lengths of time as people say them, in English and Japanese."""

from __future__ import annotations

import re
import unicodedata

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth"),
    *("sixth", "seventh", "eighth", "ninth", "tenth"),
)
_WORDS: dict[str, float] = {
    **{word: float(value) for value, word in enumerate(_ONES)},
    **{word: 10.0 * value for value, word in enumerate(_TENS, start=2)},
    **{word: float(value) for value, word in enumerate(_ORDINALS, start=1)},
    "fifteen": 15.0,
    "a": 1.0,
    "an": 1.0,
    "half an": 0.5,
    "half a": 0.5,
    "several": 3.0,
    "many": 3.0,
    "umpteenth": 5.0,
    "半": 0.5,
    "数": 3.0,
}
_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")}
_MINUTES = {
    "minute": 1.0,
    "hour": 60.0,
    "day": 1440.0,
    "week": 10_080.0,
    "month": 43_200.0,
    "year": 525_600.0,
    "分": 1.0,
    "時間": 60.0,
    "日": 1440.0,
    "週間": 10_080.0,
    "か月": 43_200.0,
    "年": 525_600.0,
}

ORDINAL = rf"(?:\d+(?:st|nd|rd|th)|{'|'.join([*_ORDINALS[1:], 'umpteenth'])})"
NUMBER = (
    rf"(?:\d+(?:\.\d+)?|(?:{'|'.join(_TENS)})[ -](?:{'|'.join(_ONES[1:10])})|half an?"
    rf"|{'|'.join([*_ONES, 'fifteen', *_TENS, 'several', 'many'])}|an?"
    r"|[〇一二三四五六七八九十百]+|数)"
)
UNIT = r"(?:(?:minute|hour|day|week|month|year)s?|(?:時間|週間|[かヶケカ]月|日|年)半?|分)"
"""Regular expressions, without groups."""


def number_of(said: str) -> float | None:
    """The number that a match of ``NUMBER`` or ``ORDINAL`` means."""
    said = unicodedata.normalize("NFKC", said).strip().lower()
    if figures := re.match(r"\d+(\.\d+)?", said):
        return float(figures[0])
    if said in _WORDS:
        return _WORDS[said]
    words = re.split(r"[ -]", said)
    if all(word in _WORDS for word in words):
        return sum(_WORDS[word] for word in words)
    return _kanji(said)


def minutes_of(number: float, unit: str) -> float:
    """A length of time in minutes; ``unit`` is a match of ``UNIT``."""
    unit = re.sub(r"^[ヶケカ]", "か", unit.lower()).removesuffix("s")
    whole = unit.removesuffix("半")
    return (number + 0.5 * (unit != whole)) * _MINUTES[whole]


def _kanji(said: str) -> float | None:
    """Numbers up to 999 as 四十五 or 二百."""
    total, digit = 0, 0
    for sign in said:
        if sign in _DIGITS:
            digit = 10 * digit + _DIGITS[sign]
        elif sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            return None
    return float(total + digit) if said else None
