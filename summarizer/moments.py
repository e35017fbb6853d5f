"""A point in time as it was said, and the calendar behind it."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["Moment", "after", "day_of_month", "in_calendar", "month_end", "weekday"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """``text[start:end]`` of a sentence that says when."""

    said: str
    start: int
    end: int
    day: date | None
    """``None`` where no date follows from the words ("on your next bill")."""
    dated: bool
    """Whether a day was named, not only a time of it."""
    weight: int
    """How much it is said as a deadline; 0 where it cannot be one."""


def after(today: date, count: int, unit: str) -> date:
    """``unit`` is one of minute, hour, day, working day, week, month, year."""
    if unit in ("minute", "hour"):
        return today + timedelta(hours=count) if unit == "hour" and count >= 24 else today
    if unit == "working day":
        day = today
        while count:
            day += timedelta(days=1)
            count -= day.weekday() < 5
        return day
    if unit in ("month", "year"):
        months = today.month - 1 + count * (12 if unit == "year" else 1)
        year, month = today.year + months // 12, months % 12 + 1
        return date(year, month, min(today.day, monthrange(year, month)[1]))
    return today + timedelta(days=count * (7 if unit == "week" else 1))


def weekday(today: date, index: int, *, weeks: int = 0, same_day: bool = False) -> date:
    """The next such day (0 is Monday); with ``weeks`` that of the week so far ahead."""
    if weeks:
        return today + timedelta(days=7 * weeks - today.weekday() + index)
    ahead = (index - today.weekday()) % 7
    return today + timedelta(days=ahead if ahead or same_day else 7)


def month_end(today: date, months: int = 0) -> date:
    day = after(today.replace(day=1), months, "month")
    return day.replace(day=monthrange(day.year, day.month)[1])


def in_calendar(today: date, month: int, day: int, year: int | None = None) -> date | None:
    """The date in this year, or in the next where this year's is long gone."""
    try:
        found = date(year or today.year, month, day)
        if year is None and (today - found).days >= 90:
            return date(today.year + 1, month, day)
        return found
    except ValueError:
        return None


def day_of_month(today: date, day: int) -> date | None:
    """The next such day of a month."""
    first = today.replace(day=1)
    for months in range(3):
        month = after(first, months, "month")
        try:
            found = month.replace(day=day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None
