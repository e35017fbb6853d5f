"""Deadlines in speech: the words as said, and the ISO date against the call's date."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from copilot.events import Due

__all__ = ["find_due"]

_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_COUNTS = dict(
    zip(
        [
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
        ],
        range(1, 13),
        strict=True,
    )
) | {
    "a": 1,
    "an": 1,
    "fourteen": 14,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "twenty-four": 24,
    "forty-eight": 48,
    "couple of": 2,
}
_TODAY = {"today", "tonight", "this morning", "this afternoon", "this evening"}
_KANJI = {character: value for value, character in enumerate("〇一二三四五六七八九")}

_COUNT = rf"(?:\d+|{'|'.join(sorted(_COUNTS, key=len, reverse=True))})"
_CLOCK = (
    r"(?:noon|midday|midnight|(?:the )?end of (?:the )?(?:business )?day|close of business"
    r"|\d{1,2}(?::\d\d)?(?: ?[ap]\.?m\b\.?| o'clock)?"
    r"|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven"
    r"|twelve)(?:[ -]thirty)?(?: ?[ap]\.?m\b\.?| o'clock)?)"
)
_DAY = (
    rf"(?:today|tonight|this (?:morning|afternoon|evening)|the day after tomorrow"
    rf"|tomorrow|(?:(?:this|next"
    rf"|coming) )?(?:{'|'.join(_WEEKDAYS)})"
    rf"|(?:the )?end of (?:the|this|next) (?:week|month)|(?:this|next) (?:week|month)"
    rf"|the weekend"
    rf"|(?:{'|'.join(_MONTHS)})(?: the)? \d{{1,2}}(?:st|nd|rd|th)?"
    rf"|(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{'|'.join(_MONTHS)}))"
)
_ENGLISH = re.compile(
    rf"\b(?P<within>(?:within|in|over) (?:the next )?(?P<count>{_COUNT})(?: (?:to"
    rf"|or) {_COUNT})? (?P<unit>(?:working |business )?(?:hour|day|week|month))s?)\b"
    rf"|\b(?:(?:by|before|at|until|around|on"
    rf"|from) )?(?:{_CLOCK} (?:on )?)?\b(?P<day>{_DAY})\b(?:'s)?(?: (?:morning"
    rf"|afternoon|evening|night))?(?:,? (?:by|at|before|around|until"
    rf"|between) {_CLOCK}(?: and {_CLOCK})?)?"
    rf"|\bby (?P<clock>{_CLOCK})",
    re.IGNORECASE,
)

_DIGITS = r"[\d０-９一二三四五六七八九十]+"
_HOUR = (
    rf"(?:(?:午前|午後|朝|夜|夕方)?の?{_DIGITS}時(?:半|{_DIGITS}分)?|午前中|午後"
    rf"|夕方|正午|お昼|夜間)"
)
_JAPANESE = re.compile(
    rf"(?P<within>(?P<count>{_DIGITS})(?:[、,~〜から]{{1,2}}{_DIGITS})?"
    rf"(?P<unit>営業日|日|週間|時間|[かヶケカ]月)"
    rf"(?:以内|後|ほど|程度|くらい|ぐらい)+(?:に|で)?)"
    rf"|(?:(?P<day>本日|今日|明日|あした|あす|明後日|あさって|翌営業日|翌日|(?:今週"
    rf"|来週)の?[月火水木金土日]曜日?|今週中|来週中|今月中|来月中|今週末|週末|月末"
    rf"|来月末|来週(?=に|まで|の(?:午|朝|夕))|[月火水木金土日]曜日?(?!日)"
    rf"|(?P<month>{_DIGITS})月の?(?P<date>{_DIGITS})日)(?:の|、)?(?:{_HOUR})?"
    rf"|{_HOUR})(?:中|までに|まで|頃に?|ごろに?|以降に?)?(?:に|には|で)?"
)


def find_due(text: str, language: str, today: date) -> tuple[Due, tuple[int, int]] | None:
    """The first deadline in ``text`` and where it stands, or ``None``.

    ``today`` is the date of the call at the centre. A weekday is the next one to come.
    """
    pattern = _JAPANESE if language == "ja" else _ENGLISH
    for match in pattern.finditer(text):
        if language == "ja" and text[match.end() :].startswith(
            ("前", "を過ぎ", "間", "の基本", "分の")
        ):
            continue
        day = _japanese_day(match, today) if language == "ja" else _english_day(match, today)
        said = match.group().strip(" 、,")
        said = re.sub(r"(?<=[中前後時半日週月末分夕方])(?:に|には|で)$|(?<=まで)に$", "", said)
        if said.endswith("'s"):
            # "on tonight's flight": a time, but part of what is done.
            said, end = said.removeprefix("on ").removesuffix("'s"), match.start()
        else:
            end = match.end()
        return Due(said=said, date=day.isoformat() if day else None), (match.start(), end)
    return None


def _english_day(match: re.Match[str], today: date) -> date | None:
    if match["within"]:
        count = match["count"].lower()
        number = int(count) if count.isdigit() else _COUNTS[count]
        return _after(today, number, match["unit"].lower())
    if not match["day"]:
        return today
    said = match["day"].lower()
    if said in _TODAY:
        return today
    if "tomorrow" in said:
        return today + timedelta(days=2 if "after" in said else 1)
    if weekday := next((name for name in _WEEKDAYS if name in said), None):
        return _weekday(today, _WEEKDAYS.index(weekday), next_week=said.startswith("next "))
    if "week" in said:
        return _weekday(today, 4, next_week="next" in said, same_day=True)
    if "month" in said and not any(name in said for name in _MONTHS):
        return _month_end(today, 1 if "next" in said else 0)
    month = next(index for index, name in enumerate(_MONTHS, 1) if name in said)
    day = re.search(r"\d{1,2}", said)
    return _calendar(today, month, int(day[0])) if day else None


def _japanese_day(match: re.Match[str], today: date) -> date | None:
    if match["within"]:
        unit = {"営業日": "working day", "日": "day", "週間": "week", "時間": "hour"}
        return _after(today, _number(match["count"]), unit.get(match["unit"], "month"))
    said = match["day"]
    if not said or said in ("本日", "今日"):
        return today
    if said in ("明日", "あした", "あす", "翌日"):
        return today + timedelta(days=1)
    if said in ("明後日", "あさって"):
        return today + timedelta(days=2)
    if said == "翌営業日":
        return _after(today, 1, "working day")
    if match["month"]:
        return _calendar(today, _number(match["month"]), _number(match["date"]))
    if weekday := re.search(r"([月火水木金土日])曜", said):
        index = "月火水木金土日".index(weekday[1])
        return _weekday(today, index, next_week=said.startswith("来週"))
    if "月" in said:
        return _month_end(today, 1 if "来月" in said else 0)
    return _weekday(today, 4, next_week="来週" in said, same_day=True)


def _after(today: date, count: int, unit: str) -> date:
    if "hour" in unit:
        return today + timedelta(hours=count) if count >= 24 else today
    if unit.startswith(("working", "business")):
        day = today
        while count:
            day += timedelta(days=1)
            count -= day.weekday() < 5
        return day
    if "month" in unit:
        month = today.month - 1 + count
        year, month = today.year + month // 12, month % 12 + 1
        return date(year, month, min(today.day, monthrange(year, month)[1]))
    return today + timedelta(days=count * (7 if "week" in unit else 1))


def _weekday(today: date, index: int, *, next_week: bool, same_day: bool = False) -> date:
    if next_week:
        return today + timedelta(days=7 - today.weekday() + index)
    ahead = (index - today.weekday()) % 7
    return today + timedelta(days=ahead if ahead or same_day else 7)


def _month_end(today: date, months: int) -> date:
    day = _after(today.replace(day=1), months, "month")
    return day.replace(day=monthrange(day.year, day.month)[1])


def _calendar(today: date, month: int, day: int) -> date | None:
    """The date in this year, or in the next where this year's is long gone."""
    try:
        found = date(today.year, month, day)
        return found if (today - found).days < 90 else date(today.year + 1, month, day)
    except ValueError:
        return None


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    value = _KANJI.get(ones, 0) if ones else 0
    return (_KANJI.get(tens, 1) * 10 if ten else 0) + value
