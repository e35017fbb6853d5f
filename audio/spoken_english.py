"""Numbers as English speakers say them, read from a text token by token."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = [
    "HALF_DAY", "NUMBER_WORDS", "OH", "ONES", "ORDINALS", "SCALES", "TEENS", "TENS", "TOKEN",
    "Item", "Number", "SpokenText",
]  # fmt: skip

ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9,
}  # fmt: skip
TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
SMALL = ONES | TEENS
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
ORDINALS = {f"{word}th": value for word, value in (ONES | TEENS).items() if value > 3} | {
    "first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12,
    "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
TIMES = {"double": 2, "triple": 3}
OH = ("oh", "o")
NUMBER_WORDS = frozenset(
    [*ONES, *TEENS, *TENS, *SCALES, *TIMES, *OH, *ORDINALS, "hundred", "and", "point", "dash"]
    + ["a", "dollar", "dollars", "cents", "per", "percent", "of"]
)
"""What a number may begin with or go on with."""
HALF_DAY = re.compile(r"\s*(?:[ap]\.?\s?m\b|o['’]clock)", re.IGNORECASE)
MEASURES = frozenset(
    {"dollar", "dollars", "euro", "euros", "percent", "per", "cents", "each", "hundred",
     "thousand", "point"}
)  # fmt: skip
"""What counts something after a number, which then was not read out digit by digit."""
TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    start: int
    end: int
    gap: str
    """What stands between the token before and this one."""


@dataclass(frozen=True, slots=True)
class Number:
    """A cardinal or ordinal number that ends before token ``last``."""

    value: int
    last: int


@dataclass(frozen=True, slots=True)
class Item:
    """One step of a dictated number that ends before token ``last``: a digit, "double four",
    "twenty three"."""

    digits: str
    last: int
    spoken: bool
    single: bool
    """Said digit by digit."""


class SpokenText:
    """A text as tokens. Tokens are named by their index; outside the text all are empty."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Token] = []
        end = 0
        for match in TOKEN.finditer(text):
            gap = text[end : match.start()]
            self.tokens.append(Token(match.group(), match.start(), match.end(), gap))
            end = match.end()

    # Numbers --------------------------------------------------------------------------

    def number(self, at: int) -> Number | None:
        """The cardinal number that begins at a token, in words."""
        start = at + (self.word(at) == "a" and self.word(at + 1) in ("hundred", *SCALES))
        total, last, floor = 0, start, 10**12
        while floor > 1:
            joint = last + 1 if total and self.word(last) == "and" else last
            group = self._below_thousand(joint)
            if group is None or joint > start and not self.joined(joint):
                break
            value, after = group
            scale = SCALES.get(self.word(after), 1) if self._scaled(joint, after) else 1
            if scale >= floor or value >= floor:
                break
            total, last, floor = total + value * scale, after + (scale > 1), scale
        return Number(total, last) if last > start else None

    def _below_thousand(self, at: int) -> tuple[int, int] | None:
        implied = self.word(at) in ("hundred", *SCALES) and self.word(at - 1) in ("a", "the")
        read = (1, at) if implied else self._below_hundred(at)
        if read is None:
            return None
        value, last = read
        if self.word(last) == "hundred" and value and self._scaled(at, last):
            value, last = value * 100, last + 1
            rest = last + 1 if self.word(last) == "and" else last
            more = self._below_hundred(rest) if self.joined(rest) else None
            if more and more[0]:
                value, last = value + more[0], more[1]
        return value, last

    def _scaled(self, at: int, scale: int) -> bool:
        """Whether the word at ``scale`` belongs to the number that begins before it, or,
        after "a" or "the", is where it begins."""
        return scale == at or self.joined(scale)

    def _below_hundred(self, at: int) -> tuple[int, int] | None:
        word = self.word(at)
        if word in SMALL:
            return SMALL[word], at + 1
        if word not in TENS:
            return None
        one = SMALL.get(self.word(at + 1), 0) if self.joined(at + 1) else 0
        if 1 <= one <= 9:
            return TENS[word] + one, at + 2
        return TENS[word], at + 1

    def ordinal(self, at: int) -> Number | None:
        """The ordinal number that begins at a token, up to "ninety ninth"."""
        word = self.word(at)
        if word in TENS and self.joined(at + 1):
            one = ORDINALS.get(self.word(at + 1), 0)
            return Number(TENS[word] + one, at + 2) if 1 <= one <= 9 else None
        return Number(ORDINALS[word], at + 1) if word in ORDINALS else None

    def decimals(self, at: int) -> tuple[int, str] | None:
        """What follows "point", and the token after it; nothing after "at one point"."""
        if self.word(at) != "point" or not self.joined(at) or self.word(at - 2) == "at":
            return None
        digits = ""
        last = at + 1
        while (value := self._digit(last)) is not None and self.joined(last):
            digits += value
            last += 1
        return (last, digits) if digits else None

    def minutes(self, at: int) -> tuple[int, str] | None:
        """Minutes of an hour, unless they count something else, and the token after them."""
        if not self.joined(at):
            return None
        if self.word(at) in OH and (digit := self._digit(at + 1)) and self.joined(at + 1):
            minutes = at + 2, f"0{digit}"
        elif (two := self._below_hundred(at)) and 10 <= two[0] <= 59:
            minutes = two[1], str(two[0])
        else:
            return None
        last = minutes[0]
        follows = self.joined(last) and (
            self.number_follows(last) or self.word(last) in MEASURES
        )
        return None if follows else minutes

    def numeral(self, at: int) -> str | None:
        """Figures that stand there already, without a sign before them."""
        text = self.text_of(at)
        free = text[:1].isdecimal() and text.isascii()
        return text if free and not re.search(r"[$€£\d.,:/-]$", self._gap(at)) else None

    def number_follows(self, at: int) -> bool:
        """Whether a token begins a number right after the one before."""
        return self.joined(at) and self.number(at) is not None

    # Digits one by one ----------------------------------------------------------------

    def letters(self, at: int) -> tuple[str, int]:
        """Single capital letters from a token on, and the token after them."""
        letters, last = "", at
        while len(text := self.text_of(last)) == 1 and text.isalpha() and text.isupper():
            if last > at and not self.joined(last):
                break
            letters += text
            last += 1
        if letters and self.word(last) in ("dash", "hyphen") and self.joined(last):
            return letters + "-", last + 1
        near = self._gap(last).strip(" -") in ("", ",") and self._gap(last) != ""
        return (letters, last) if letters and near else ("", at)

    def groups(self, at: int, *, coded: bool) -> list[list[Item]]:
        """Items from a token on, in groups between commas."""
        groups: list[list[Item]] = []
        last = at
        while (item := self._item(last, first=last == at, coded=coded)) is not None:
            if groups and self.joined(last):
                groups[-1].append(item)
            elif not groups or self._gap(last).strip() == ",":
                groups.append([item])
            else:
                break
            last = item.last
        if len(groups) > 1 and not all(item.single for group in groups for item in group):
            groups = groups[:1]
        if groups and self._is_measured(groups[-1][-1].last):
            groups.pop()
        return groups

    def _item(self, at: int, *, first: bool, coded: bool) -> Item | None:
        """One step of a dictated number; ``coded`` ones take figures of any length."""
        word = self.word(at)
        if word in TIMES and self.joined(at + 1):
            digit = "0" if self.word(at + 1) in OH else self._digit(at + 1)
            return Item(digit * TIMES[word], at + 2, True, True) if digit else None
        if word in OH:
            following = self.word(at + 1) in (*OH, *TIMES) or self._digit(at + 1)
            starts = self.joined(at + 1) and following
            return Item("0", at + 1, True, True) if starts or not first else None
        if self.joined(at + 1) and self.word(at + 1) in ("hundred", *SCALES):
            free = word in ("eight", "nine") and self.word(at + 1) == "hundred"
            rest = [
                self.joined(index) and self._digit(index) for index in range(at + 2, at + 5)
            ]
            return Item(f"{SMALL[word]}00", at + 2, True, True) if free and all(rest) else None
        if (digit := self._digit(at)) is not None:
            return Item(digit, at + 1, word in SMALL, True)
        if coded and word.isdecimal() and word.isascii():
            return Item(word, at + 1, False, True)
        two = self._below_hundred(at)
        if two is None or self.word(two[1]) in ("hundred", *SCALES):
            return None
        return Item(str(two[0]), two[1], True, False)

    def _digit(self, at: int) -> str | None:
        """The digit that a token is, in a word or a figure."""
        word = self.word(at)
        if len(word) == 1 and word.isascii() and word.isdecimal():
            return None if self._gap(at).endswith(("$", "€", "£", ".", ":")) else word
        value = SMALL.get(word, 10)
        return str(value) if value < 10 else None

    def _is_measured(self, at: int) -> bool:
        half_day = at > 0 and HALF_DAY.match(self.text, self.tokens[at - 1].end)
        return bool(half_day) or self.joined(at) and self.word(at) in MEASURES

    # Tokens ---------------------------------------------------------------------------

    def joined(self, at: int) -> bool:
        """Whether only a space or hyphen parts a token from the one before."""
        return 0 < at < len(self.tokens) and re.fullmatch(r"\s+|-", self._gap(at)) is not None

    def word(self, at: int) -> str:
        """In lower case."""
        return self.text_of(at).lower()

    def text_of(self, at: int) -> str:
        """As it stands."""
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def _gap(self, at: int) -> str:
        return self.tokens[at].gap if 0 <= at < len(self.tokens) else ""
