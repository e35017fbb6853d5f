"""Dates and deadlines in speech: the words as said, and the ISO date against the call's.

Patterns of a language stand in ``dates_english`` and ``dates_japanese``; this module chooses
among what they find and knows the calendar.
"""

from __future__ import annotations

from datetime import date

from copilot.events import Due
from summarizer import dates_english, dates_japanese
from summarizer.moments import Moment, in_calendar

__all__ = ["find_dates", "find_due"]

_APART = 6
"""Characters that a day and a time of it may be apart."""


def find_due(text: str, language: str, today: date) -> tuple[Due, tuple[int, int]] | None:
    """The deadline in ``text`` and where it stands, or ``None``.

    ``today`` is the date of the call at the centre. A weekday is the next one to come. Of
    several, the one that is said as a deadline ("by", 「まで」) counts.
    """
    moments = [one for one in _moments(text, language, today) if one.weight > 0]
    if not moments:
        return None
    best = max(moments, key=lambda one: one.weight)
    said, start, end = best.said, best.start, best.end
    if not best.dated and (dated := [one for one in moments if one.dated]):
        # "Friday before we close at five": the day counts, with its time where both are near.
        near = min(dated, key=lambda one: abs(one.start - best.start))
        start, end = min(near.start, start), max(near.end, end)
        said = text[start:end].strip(" ,、")
        if len(said) > len(near.said) + len(best.said) + _APART:
            said, start, end = near.said, near.start, near.end
        best = near
    # What is still to be done lies ahead: a day that is gone is next year's.
    ahead = best.day
    if ahead and ahead < today:
        ahead = in_calendar(ahead, ahead.month, ahead.day, ahead.year + 1)
    day = ahead.isoformat() if ahead else None
    return Due(said=said, date=day), (start, end)


def find_dates(text: str, language: str, today: date) -> list[Moment]:
    """Every date of ``text`` in order, deadline or not."""
    return _moments(text, language, today)


def _moments(text: str, language: str, today: date) -> list[Moment]:
    patterns = dates_japanese if language == "ja" else dates_english
    return list(patterns.moments(text, today))
