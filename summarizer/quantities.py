"""Numbers, amounts, dates and times of a text in one form, however they were said or written.

"three thousand yen", "3,000円" and "三千円" are one amount; "2 p.m.", "14:00" and "午後2時"
one time. Digits said one by one ("four four eight") are also one number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

__all__ = ["Quantity", "digits_of_words", "folded", "quantities", "said_digits"]

Kind = Literal["number", "time", "date", "month"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    kind: Kind
    value: str
    """Plain decimal; ``2:30`` of a time on a twelve-hour clock; ``4/2`` of a date; a month."""
    unit: str = ""
    """A class of units, empty where none is known; ``am`` or ``pm`` of a time."""
    text: str
    """As it stands in the text."""


_ONES_WORDS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen
"""
_TENS_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS_WORDS = """
third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
fifteenth sixteenth seventeenth eighteenth nineteenth
"""
_ONES = {word: value for value, word in enumerate(_ONES_WORDS.split())} | {"oh": 0}
_TENS = {word: 10 * value for value, word in enumerate(_TENS_WORDS.split(), start=2)}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
_ORDINALS = {word: value for value, word in enumerate(_ORDINALS_WORDS.split(), start=3)} | {
    "twentieth": 20,
    "thirtieth": 30,
}
_MANY = {"twice": 2, "both": 2, "thrice": 3, "dozen": 12, "fortnight": 2}
_WORDS = _ONES | _TENS | _SCALES
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_LAST = "|".join([*_ORDINALS, "first", "second"])
_SPOKEN = re.compile(
    rf"\b(?:{_WORD})(?:(?:[ -]|,? and |, )(?:{_WORD}))*(?:[ -](?:{_LAST}))?\b"
    rf"|\b(?:{'|'.join([*_ORDINALS, *_MANY])})\b",
    re.IGNORECASE,
)
_SCALE = re.compile("|".join(_SCALES), re.IGNORECASE)
_KANJI = {kanji: value for value, kanji in enumerate("〇一二三四五六七八九")} | {"零": 0}
_KANJI_TENS = {"十": 10, "百": 100, "千": 1_000}
_KANJI_SCALES = {"万": 10_000, "億": 100_000_000}
_WRITTEN = re.compile(
    r"(?<![\d.,])\d+(?:,\d{3})*(?:\.\d+)?(?:[十百千万億](?:\d+(?:\.\d+)?)?)*"
    r"|[〇零一二三四五六七八九十百千万億]+"
)
_KANJI_COUNTED = re.compile(
    r"円|ドル|ユーロ|営業|日|月|時|分|秒|回|度|名|個|台|件|年|週|[かヶカヵ箇]月|階|本|枚|冊|点|歳|つ"
    r"|人|番|号|割|泊|便|箱|通|口|世帯|杯|室|名|丁目|パーセント|％"
)
_NOT_COUNTED = re.compile(r"十分(?!間|後|前|以|ほど|くらい|で)|一[度部旦緒番応般致]|万一")

_UNITS = {
    "yen": r"円|yen\b|jpy\b",
    "dollar": r"dollars?\b|bucks?\b|usd\b|ドル",
    "euro": r"euros?\b|eur\b|ユーロ",
    "pound": r"pounds?\b|quid\b|gbp\b|ポンド",
    "percent": r"%|percent\b|per cent\b|パーセント",
    "hour": r"hours?\b|hrs?\b|時間",
    "minute": r"minutes?\b|mins?\b|分(?!の)",
    "second": r"seconds?\b|秒",
    "week": r"weeks?\b|週間?",
    "month": r"months?\b|[かヶカヵ箇]月",
    "year": r"years?\b|年",
    "day": r"(?:(?:business|working|calendar) )?days?\b|営業日|日間?(?!曜)",
    "time": r"times?\b|回|度",
    "person": r"people\b|persons?\b|人|名",
}
_UNIT = re.compile(
    r"\s?-?\s?(?:" + "|".join(f"(?P<{name}>{unit})" for name, unit in _UNITS.items()) + ")",
    re.IGNORECASE,
)
_SIGNS = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen"}

_MONTHS_WORDS = """
january february march april may june july august september october november december
"""
_MONTHS = _MONTHS_WORDS.split()
_MONTH = "|".join(f"{name[:1].upper()}{name[1:]}" for name in _MONTHS)
_DAY = r"(?P<day{}>\d{{1,2}})(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"\b(?P<name0>{_MONTH})\.? (?:the )?{_DAY.format(0)}\b"
    rf"|\b{_DAY.format(1)} (?:of )?(?P<name1>{_MONTH})\b"
    r"|(?P<month2>\d{1,2})月の?(?P<day2>\d{1,2})日"
    r"|\b\d{4}-(?P<month3>\d{2})-(?P<day3>\d{2})\b"
    r"|(?<![\d/])(?P<month4>\d{1,2})/(?P<day4>\d{1,2})(?![\d/])"
)
_FIRST_OF_MONTH = re.compile(
    rf"(?<=[a-z] )(?:the )?(?:first|second)\b(?: of)?(?= (?:{_MONTH})\b)"
    rf"|(?:{'|'.join(f'(?<={name} )' for name in _MONTH.split('|'))})(?:the )?"
    r"(?:first|second)\b"
)
_MONTH_ALONE = re.compile(rf"\b(?P<name>{_MONTH})\b|(?P<number>\d{{1,2}})月(?!間)")
_TIME = re.compile(
    r"(?P<half0>午前|午後|朝の?|夜の?|夕方の?)?(?P<hour0>\d{1,2})時(?!間)"
    r"(?:(?P<thirty0>半)|(?P<minute0>\d{1,2})分)?"
    r"|\b(?P<hour1>\d{1,2})(?::(?P<minute1>\d{2}))?\s?(?P<half1>[ap]\.?m\b\.?)"
    r"|\b(?P<hour2>\d{1,2}):(?P<minute2>\d{2})\b"
    r"|\b(?P<hour3>\d{1,2}) o'clock\b"
    r"|\b(?P<noon>noon|midday)\b|(?P<noon_ja>正午)|\b(?P<midnight>midnight)\b",
    re.IGNORECASE,
)


def folded(text: str) -> str:
    """NFKC, one kind of apostrophe and of space."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'")
    return re.sub(r"[ \t]+", " ", plain)


def digits_of_words(text: str) -> str:
    """``text`` folded, with spelled and Chinese numerals in digits where they count."""
    plain = _FIRST_OF_MONTH.sub(
        lambda match: "1" if match.group().find("first") >= 0 else "2", folded(text)
    )
    return _KANJI_RUN.sub(_arabic, _SPOKEN.sub(_figures, plain))


def said_digits(text: str) -> set[str]:
    """Figures told by words one after another, each run in one: "forty nine ninety nine" may
    be 4999 and 49.99. Numbers with hundreds or thousands are no such runs."""
    runs = (match for match in _SPOKEN.finditer(folded(text)))
    return {_figures(run) for run in runs if not _SCALE.search(run.group())}


def quantities(text: str) -> list[Quantity]:
    """All quantities of a text. Those of a date or time are not told again as numbers."""
    plain = digits_of_words(text)
    found: list[Quantity] = []

    def take(match: re.Match[str], kind: Kind, value: str, unit: str = "") -> str:
        found.append(Quantity(kind=kind, value=value, unit=unit, text=match.group().strip()))
        return " " * len(match.group())

    plain = _DATE.sub(lambda match: take(match, "date", _date(match)), plain)
    plain = _TIME.sub(lambda match: take(match, "time", *_time(match)), plain)
    plain = _MONTH_ALONE.sub(lambda match: take(match, "month", _month(match)), plain)
    found += _numbers(plain)
    return found


def _numbers(plain: str) -> Iterator[Quantity]:
    for match in _WRITTEN.finditer(plain):
        if not match.group()[0].isdigit() or _inside_code(plain, match):
            continue
        value = _value(match.group())
        if value is None:
            continue
        unit = _SIGNS.get(plain[max(0, match.start() - 2) : match.start()].rstrip()[-1:], "")
        if not unit and (after := _UNIT.match(plain, match.end())):
            unit = after.lastgroup or ""
        yield Quantity(kind="number", value=value, unit=unit, text=match.group())


def _inside_code(plain: str, match: re.Match[str]) -> bool:
    """Letters or hyphens at its side make a number part of a code: ``A-1029``, ``F28``."""
    before = plain[max(0, match.start() - 2) : match.start()]
    after = plain[match.end() : match.end() + 2]
    return bool(
        re.search(r"[A-Za-z]-?$", before)
        or re.match(r"-?[A-Z](?![a-z])|-\d|[a-z](?!\w)", after)
        or re.search(r"\d-$", before)
    )


def _date(match: re.Match[str]) -> str:
    part = next(name for name, value in match.groupdict().items() if value)
    index = part[-1]
    day = int(match[f"day{index}"])
    month = (
        _MONTHS.index(match[f"name{index}"].lower()) + 1
        if index in "01"
        else int(match[f"month{index}"])
    )
    return f"{month}/{day}"


def _month(match: re.Match[str]) -> str:
    return match["number"] or str(_MONTHS.index(match["name"].lower()) + 1)


def _time(match: re.Match[str]) -> tuple[str, str]:
    if match["noon"] or match["noon_ja"]:
        return "0:00", "pm"
    if match["midnight"]:
        return "0:00", "am"
    index = next(digit for digit in "0123" if match[f"hour{digit}"])
    groups = match.groupdict()
    hour, minute = int(groups[f"hour{index}"]), int(groups.get(f"minute{index}") or 0)
    if groups.get(f"thirty{index}"):
        minute = 30
    told = (groups.get(f"half{index}") or "").lower()
    half = ""
    if told:
        half = "am" if told.startswith(("a", "午前", "朝")) else "pm"
    elif hour > 12:
        half = "pm"
    return f"{hour % 12}:{minute:02d}", half


def _value(written: str) -> str | None:
    """Plain decimal of digits with Chinese scales: ``8万5千`` is 85000."""
    total, section, digits = Decimal(0), Decimal(0), ""
    for sign in written.replace(",", ""):
        if sign in _KANJI:
            digits += str(_KANJI[sign])
        elif sign in _KANJI_TENS:
            section += Decimal(digits or 1) * _KANJI_TENS[sign]
            digits = ""
        elif sign in _KANJI_SCALES:
            total += (section + Decimal(digits or 0) or 1) * _KANJI_SCALES[sign]
            section, digits = Decimal(0), ""
        else:
            digits += sign
    try:
        return _plain(total + section + Decimal(digits or 0))
    except InvalidOperation:
        return None


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


_KANJI_RUN = re.compile(
    rf"(?!{_NOT_COUNTED.pattern})(?<![\d〇零一二三四五六七八九十百千万億])[〇零一二三四五六七八九十百千万億]+"
    rf"(?={_KANJI_COUNTED.pattern})|[〇零一二三四五六七八九]{{3,}}"
)


def _arabic(match: re.Match[str]) -> str:
    return _value(match.group()) or match.group()


def _figures(match: re.Match[str]) -> str:
    """A run of number words in digits: one number where they build one, else the digits that
    were said one after another."""
    words = [word for word in re.split(r"[ ,-]+|\band\b", match.group().lower()) if word]
    if len(words) == 1 and words[0] in ("one", "oh", "zero"):
        return match.group()
    values: list[int] = []
    built, last = 0, 0  # of the number under way, and the size of its last word
    for word in words:
        value = (_WORDS | _ORDINALS | _MANY | {"first": 1, "second": 2})[word]
        scale = word in _SCALES
        continues = bool(last) and (scale or (value < last and last >= 20 and value > 0))
        if not continues and (built or last):
            values.append(built)
            built = 0
        if scale:
            below = built % value or (1 if built < value else 0)
            built = built - built % value + below * value if built else value
        else:
            built += value
        last = value or 1
    values.append(built)
    return "".join(map(str, values))
