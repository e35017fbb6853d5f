"""English figures: "forty dollars" to $40, "oh seven double four" to 0744.

Numbers below ten stay words unless they count money, percent, hours or days of a month,
or are read out digit by digit. In doubt the words stay: "three thirty" may be a time, a
price or a room.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from audio.spoken_english import (
    HALF_DAY,
    NUMBER_WORDS,
    OH,
    ONES,
    ORDINALS,
    SCALES,
    TEENS,
    TENS,
    TOKEN,
    Number,
    SpokenText,
)

__all__ = ["settled_english", "written_english"]

MONTHS = frozenset(
    {"January", "February", "March", "April", "May", "June", "July", "August", "September",
     "October", "November", "December"}
)  # fmt: skip
NUMBERED = frozenset(
    {"order", "reference", "ref", "booking", "reservation", "ticket", "case", "invoice",
     "policy", "contract", "tracking", "confirmation", "job", "code", "serial"}
)  # fmt: skip
"""What has a number that is written in one piece,"""
SAID_IN_DIGITS = NUMBERED | {
    "number", "account", "extension", "pin", "zip", "flight", "room", "id", "card", "phone",
    "digits",
}  # fmt: skip
"""and what has one at all."""
BEFORE_TIMES = frozenset({"at", "by", "until", "till", "before", "after", "around"})
BEFORE_YEARS = frozenset(
    {"in", "of", "since", "until", "by", "year", "from"} | {one.lower() for one in MONTHS}
)
POINTING = frozenset(
    {"this", "that", "the", "no", "any", "every", "each", "which", "other", "another", "some"}
)
"""Before them "one" is no number."""
VAGUE = frozenset({"couple", "few", "several", "many"})
NO_LETTER = ("A", "I", "O")
"""Words, or zero, unless among other letters."""
_ANY_NUMBER = re.compile(
    rf"\d|\b(?:{'|'.join([*ONES, *TEENS, *TENS, *SCALES, *ORDINALS, 'hundred'])})\b",
    re.IGNORECASE,
)


def written_english(text: str) -> str:
    """``text`` with figures."""
    if not _ANY_NUMBER.search(text):
        return text
    parts: list[str] = []
    told = 0
    for start, end, figures in _Figures(text).figures():
        parts += [text[told:start], figures]
        told = end
    return "".join(parts) + text[told:]


def settled_english(text: str) -> int:
    """Characters before the number that the text ends in, if it does: what follows may
    still change it."""
    start = len(text)
    for token in reversed(list(TOKEN.finditer(text))):
        between = text[token.end() : start].strip(" ,.-\u2026")
        letter = len(token[0]) == 1 and token[0].isupper()
        if between or not (letter or token[0].lower() in NUMBER_WORDS or token[0][0].isdigit()):
            break
        start = token.start()
    return start


class _Figures(SpokenText):
    """The figures of one text."""

    def figures(self) -> Iterator[tuple[int, int, str]]:
        """Where words stand that are figures, and the figures."""
        at = 0
        while at < len(self.tokens):
            read = (
                self._date(at)
                or self._time(at)
                or self._code(at)
                or self._measure(at)
                or self._plain(at)
            )
            if read is None:
                at = self._after_numbers(at)
                continue
            last, figures = read
            start, end = self.tokens[at].start, self.tokens[last - 1].end
            if figures != self.text[start:end]:
                yield start, end, figures
            at = last

    # What is written ------------------------------------------------------------------

    def _date(self, at: int) -> tuple[int, str] | None:
        """A day beside its month: "third of March", "March third", "July twenty"."""
        month = at - 2 if self.word(at - 1) == "the" else at - 1
        after_month = self.joined(at) and self._is_month(month)
        if ordinal := self.ordinal(at):
            of_month = self.word(ordinal.last) == "of" and self._is_month(ordinal.last + 1)
            if ordinal.value <= 31 and (after_month or of_month):
                return ordinal.last, _with_ending(ordinal.value)
        number = self.number(at) if after_month else None
        if number is None or self.number_follows(number.last) or number.value > 31:
            return None
        sure = number.value > (9 if self.word(month) == "may" else 0)
        return (number.last, str(number.value)) if sure else None

    def _code(self, at: int) -> tuple[int, str] | None:
        """Digits one by one, with the letters before them."""
        letters, start = self.letters(at)
        if not letters and self._pointed_at(at):
            return None
        groups = self.groups(start, coded=len(letters) > 1)
        if not groups:
            return None
        about = {self.word(index) for index in range(max(0, at - 5), at)}
        asked = bool(about & SAID_IN_DIGITS)
        apart = "" if letters or about & NUMBERED else " "
        items = [item for group in groups for item in group]
        digits = "".join(item.digits for item in items)
        spoken = any(item.spoken for item in items)
        single = all(item.single for item in items)
        steps = len(items)
        if not letters and self._mostly_oh(start, items[-1].last):
            return None  # "Oh, oh, oh!"
        dictated = single and len(digits) >= (3 if spoken or asked else 4)
        if len(groups) == 1:
            dictated = steps > 1 and dictated or spoken and steps >= (2 if asked else 3)
        elif steps == len(groups):
            counts = not asked and digits == "123456789"[:steps]
            dictated, apart = len(digits) >= 4 and not counts, ""
        else:
            dictated = all(len(group) > 1 for group in groups) and len(digits) >= 6
        if letters:
            code = len(letters) >= 2 or letters[0] not in NO_LETTER or asked
            dictated = code and (dictated or len(letters) >= 2 and len(digits) >= 2)
        if not dictated:
            return None
        written = apart.join("".join(item.digits for item in group) for group in groups)
        return items[-1].last, letters + written

    def _measure(self, at: int) -> tuple[int, str] | None:
        """Dollars, percent and decimals, also where figures stand already."""
        number = self.number(at)
        last, value = at + 1, self.numeral(at)
        if number is not None and not self._pointed_at(at):
            last, value = number.last, str(number.value)
        if value is None or self.word(at - 1) in VAGUE:
            return None
        if number is not None and (decimal := self.decimals(last)):
            last, decimals = decimal
            value = f"{value}.{decimals}"
        unit = self.word(last) if self.joined(last) else ""
        if unit == "percent":
            return last + 1, f"{value}%"
        if unit == "per" and self.word(last + 1) == "cent":
            return last + 2, f"{value}%"
        if unit in ("dollar", "dollars"):
            return self._dollars(value, last)
        return (last, value) if number is not None and "." in value else None

    def _dollars(self, value: str, unit: int) -> tuple[int, str]:
        """Pounds and euros keep their words: a pound is also a weight."""
        whole, _, decimals = value.replace(",", "").partition(".")
        last = unit + 1
        after = last + 1 if self.word(last) == "and" else last
        cents = None if decimals else self.number(after)
        if cents and cents.value < 100 and self.word(cents.last) == "cents":
            last, decimals = cents.last + 1, f"{cents.value:02}"
        amount = int(whole)
        if amount and amount % 10**6 == 0 and not decimals:
            return last, f"${amount // 10**6:,} million"
        return last, f"${amount:,}" + (f".{decimals}" if decimals else "")

    def _time(self, at: int) -> tuple[int, str] | None:
        """ "at three thirty", "nine oh five p.m.", "two o'clock"."""
        hour = None if self._pointed_at(at) else self.number(at)
        if hour is None or not 1 <= hour.value <= 12:
            return None
        minutes = self.minutes(hour.last)
        last = minutes[0] if minutes else hour.last
        half_day = HALF_DAY.match(self.text, self.tokens[last - 1].end)
        told = self.word(at - 1) in BEFORE_TIMES and self.joined(at)
        if minutes and (half_day or told):
            return last, f"{hour.value}:{minutes[1]}"
        return (last, str(hour.value)) if half_day and not minutes else None

    def _plain(self, at: int) -> tuple[int, str] | None:
        """Numbers from ten and their ordinals, and years."""
        if self._pointed_at(at) or self.word(at - 1) in VAGUE:
            return None
        if ordinal := self.ordinal(at):
            second = self.word(ordinal.last - 1) == "second"
            if ordinal.value < 10 or second and self.word(at - 1) != "the":
                return None  # "a twenty second hold"
            return ordinal.last, _with_ending(ordinal.value)
        number = self.number(at)
        if number is None:
            return None
        if self.number_follows(number.last):
            return self._year(at, number)
        if number.value < 10 or self.word(at) in ("a", "hundred", "thousand", "million"):
            exact = number.last - at > 2
            return (number.last, _counted(number.value)) if exact else None
        between = self.word(at - 1) in ("and", "or", "to") and self.word(at - 2) in ONES
        if between and number.value <= 12:
            return None  # "between nine and twelve"
        return number.last, _counted(number.value)

    def _year(self, at: int, century: Number) -> tuple[int, str] | None:
        """ "nineteen eighty four", "twenty twenty six"."""
        if century.value == 24 and self.word(century.last) == "seven":
            return century.last + 1, "24/7"
        rest = self.number(century.last)
        if century.value not in (18, 19, 20) or rest is None or not 10 <= rest.value <= 99:
            return None
        round_tens = century.value == 20 and rest.value % 10 == 0 and rest.value > 10
        if round_tens and self.word(at - 1) not in BEFORE_YEARS:
            return None  # "twenty thirty minutes"
        if self.number_follows(rest.last):
            return None
        return rest.last, f"{century.value}{rest.value}"

    # Surroundings ----------------------------------------------------------------------

    def _after_numbers(self, at: int) -> int:
        """The token to go on with after one that begins nothing: numbers that run into
        each other are left together."""
        number = self.number(at)
        if number is None or self._pointed_at(at):
            return at + 1
        last = number.last
        while self.number_follows(last):
            following = self.number(last)
            assert following is not None
            last = following.last
        return last

    def _mostly_oh(self, first: int, last: int) -> bool:
        return sum(self.word(index) not in OH for index in range(first, last)) < 2

    def _is_month(self, at: int) -> bool:
        return self.text_of(at) in MONTHS

    def _pointed_at(self, at: int) -> bool:
        return self.word(at) == "one" and self.word(at - 1) in POINTING


def _counted(value: int) -> str:
    if value >= 10**6 and value % 10**6 == 0:
        return f"{value // 10**6} million"
    return f"{value:,}" if value >= 10_000 else str(value)


def _with_ending(value: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{'th' if 10 < value % 100 < 14 else ending}"
