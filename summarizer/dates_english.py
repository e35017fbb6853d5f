"""When, as English speakers say it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from summarizer.moments import (
    Moment,
    after,
    day_of_month,
    in_calendar,
    month_end,
    weekday,
)
from summarizer.numbers import COUNT_EN, number_en

__all__ = ["moments"]

_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_MONTH_WORDS = (
    "january february march april may june july august september october november december"
)
_MONTHS = _MONTH_WORDS.split()
_ORDINAL_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
    " thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
    " twenty-first twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth"
    " twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
)
_ORDINALS = {word: value for value, word in enumerate(_ORDINAL_WORDS.split(), start=1)}
_ORDINAL_WORD = "|".join(sorted(_ORDINALS, key=len, reverse=True)).replace("-", "[- ]")
_HOUR = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})"
_CLOCK = (
    r"(?:noon|midday|midnight|forenoon|(?:lunch|dinner|tea|supper|bed|breakfast|closing)"
    r"(?:[- ]?time)?|(?:the )?(?:end|close) of (?:the )?(?:business|play|day"
    r"|business day|working day)|EOD|COB"
    rf"|(?:(?:half(?: past)?|(?:a )?quarter (?:past|to)) )?{_HOUR}(?:[:.]\d\d)?(?: thirty"
    r"| fifteen| forty-five|-thirty)?(?! (?:hour|minute|day|week|month|year|of|more|or|working"
    r"|business|hundred|thousand|dollars?|pounds?|euros?|percent|people|times?|working)s?\b)"
    r"(?: ?[ap]\.?m\b\.?| o'clock)?(?: (?:in the (?:morning|afternoon|evening)|at night))?)"
)
_DAY_WORD = rf"(?:{'|'.join(_WEEKDAYS)})"
_MONTH = rf"(?:{'|'.join(_MONTHS)})"
_NTH = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|{_ORDINAL_WORD})"
_CALENDAR = (
    rf"(?:{_MONTH}(?: the)? (?:{_NTH}|\d{{1,2}}\b(?!:))(?:,? (?P<year>20\d\d))?"
    rf"|(?:the )?(?:{_NTH}|\d{{1,2}}) (?:of )?{_MONTH}(?:,? (?P<year2>20\d\d))?)"
)
_FEAST = (
    r"(?:(?:the )?bank holiday|payday|half[- ]term|christmas|new year's|easter"
    r"|thanksgiving|ramadan|eid|diwali|hogmanay)"
)
_DAY = (
    r"(?:(?:the )?day after tomorrow|tomorrow|later (?:on )?today|today|tonight"
    r"|same day(?=[,.]|$)"
    r"|this (?:morning|afternoon|evening|weekend)"
    rf"|first thing(?: (?:tomorrow|in the|(?:on |this |next )?{_DAY_WORD})(?: morning)?)?"
    rf"|(?:the )?(?:end|close) of (?:business )?(?:on )?(?:today|tomorrow|{_DAY_WORD})"
    rf"|{_CALENDAR}|(?:early|mid|middle of|late|(?:the )?(?:end|start|beginning) of"
    rf"|(?:the )?(?:first|second|third|last) week (?:of|in))[- ]{_MONTH}"
    rf"|a week (?:on|from|this) {_DAY_WORD}|a (?:week|fortnight) (?:today|tomorrow)"
    rf"|{_FEAST}|(?:the )?day (?:after|before) (?!i\b|you\b|we\b|the\b|that\b)[a-z]+"
    rf"|(?:(?:this coming|this|next|coming|the following) )?{_DAY_WORD}"
    rf"(?:,? the {_NTH}(?! (?:time|floor|one)))?"
    rf"(?: (?:(?:of )?next week|week|coming|first thing))?"
    r"|(?:the )?(?:end|start|beginning|middle) of (?:the|this|next) (?:week|month|year)"
    r"|(?:early |late |later )?(?:this|next) (?:week|month|year)|the week after next"
    r"|(?:after )?the weekend|midweek|(?:the )?(?:week|month|year)[- ]end|the new year"
    rf"|(?:the )?{_NTH} of (?:the|this|next) month"
    r"|(?:the )?(?:next|following) (?:business |working )?day|in the morning"
    rf"|(?<=\bthe )(?!first|second|third|fourth){_NTH}\b(?! (?:time|floor|one|thing|line|street"
    r"|avenue|road|place|person|year|week|day|bill|visit|month|hole|grade|class|birthday))"
    rf"|(?<=\bthe ){_NTH}(?=[,.?!]|$| (?:at|by|before|after|between|if|and|or|so|then|to"
    rf"|until|but"
    r"|from|in|because|when|with|for|as|it|that|we|you|i)\b))"
)
_TIME_OF_DAY = r"(?: (?:morning|afternoon|evening|night|lunchtime)|,? first thing)"
_LEAD = (
    r"(?:no later than|not later than|by|before|until|till|within|at|around|about|on|from|from"
    r" the|between|over|during|in)"
)
_UNIT = r"(?:(?:working |business |calendar )?(?:minute|hour|day|week|fortnight|month|year)s?)"
_PATTERN = re.compile(
    rf"(?:\b(?P<lead_within>within|in|over|inside|gimme|give (?:me|us)|no more than|up to"
    rf"|takes?|allow|after|for)"
    rf" (?:about |around |roughly |up to |the next |another |approximately |a further )*)?"
    rf"\b(?P<count>{COUNT_EN})(?:(?: ?[-–] ?| to | or )(?P<upper>{COUNT_EN}))? "
    rf"(?P<unit>{_UNIT})\b(?: or (?:two|so))?(?P<from> from (?:now|today))?"
    rf"(?! ago| before| (?:on|from|this) {_DAY_WORD}| earlier| late\b| later)"
    r"|\b(?:within|in) (?:the|half an|the next half) hour\b|\bwithin the (?:week|month|day)\b"
    r"|\b(?:in|over|within) (?:a|the next|the coming) few (?:hours|days|weeks)\b"
    r"|\bend of (?:day|business|play)\b"
    rf"|\b(?:(?P<lead_day>{_LEAD}) (?:the |about |around )?)?"
    rf"(?:{_CLOCK},? (?:(?:on|this|the) )?)?\b(?P<day>{_DAY})\b(?:'s)?{_TIME_OF_DAY}?"
    rf"(?:,? (?:(?:by|at|before|around|about|after|until|between|from|any time after)"
    rf" (?:about |around )?)?{_CLOCK}(?: (?:and|to|until) {_CLOCK})?)?"
    rf"|\b(?:(?P<lead_clock>by|before|until|at|around|after) (?:about "
    rf"|around )?|between (?={_CLOCK} and)|from (?={_CLOCK} to))(?P<clock>{_CLOCK}"
    rf"(?: (?:and|to) {_CLOCK})?)"
    r"(?! ?(?:%|percent|\[))"
    rf"|\bfor (?P<for>(?:half|(?:a )?quarter) (?:past|to) {_HOUR}|{_HOUR} o'clock"
    rf"|half {_HOUR}\b)"
    rf"|^{_HOUR} o'clock\b|\b(?:about|around) (?:half(?: past)?|(?:a )?quarter (?:past|to))"
    rf" {_HOUR}\b"
    r"|\b(?:on|with|in|at|to|off|from) (?:your|the|their) next (?P<event>bill|invoice"
    r"|statement|payment"
    r"|billing cycle|visit|delivery|order|renewal)\b",
    re.IGNORECASE,
)
_ALONE = (
    r"(?:(?:yeah|yes|say|about|around|roughly|like|maybe|it's|that's|then|so|just"
    r"|only),? )*"
)
"""What may stand before a time that is all the answer."""
_LITTLE_MORE = 20
_AS_DEADLINE = {"by", "before", "within", "no later than", "not later than", "until", "till"}
_PAST = re.compile(
    r"\b(?:last|since|of|previous|past|was|were|been|ago|ordered|bought|dated|yesterday|did)"
    r"(?: (?:on|at|the|this|by|my|your))*\s*$",
    re.IGNORECASE,
)


def moments(text: str, today: date) -> Iterator[Moment]:
    for match in _PATTERN.finditer(text):
        end = match.end()
        said = match.group().strip(" ,")
        before = text[: match.start()]
        if match["count"]:
            lead = (match["lead_within"] or "").lower()
            unit = match["unit"].lower()
            promised = lead or "working" in unit or "business" in unit or match["from"]
            alone = re.fullmatch(_ALONE, before) and len(text) - end < _LITTLE_MORE
            promised = promised or alone
            # "for two weeks", "after a year": how long it lasted.
            if not promised or lead == "for" or _PAST.search(before):
                continue
            if lead in ("takes", "take", "allow", "up to", "gimme", "give me", "give us"):
                said = said[len(lead) :].strip()
        if said.endswith("'s"):
            # "on tonight's flight": a time, but part of what is done.
            said, end = said.removeprefix("on ").removesuffix("'s"), match.start()
        lead = (match["lead_day"] or match["lead_clock"] or match["lead_within"] or "").lower()
        day = _day(match, today)
        weight = 4 if lead in _AS_DEADLINE else 3 if lead else 2
        if lead.startswith("from") or _PAST.search(before):
            weight = 0
        elif day and day < today:
            weight = min(weight, 1)
        if match["clock"] and not match["day"] and re.fullmatch(r"at \d+", said):
            weight = 0
        yield Moment(
            said=said,
            start=match.start(),
            end=end,
            day=day,
            dated=bool(match["day"]),
            weight=weight,
        )


def _day(match: re.Match[str], today: date) -> date | None:
    if match["count"]:
        count = number_en(match["upper"] or match["count"])
        unit = match["unit"].lower().rstrip("s")
        if re.match(r"(?:working|business) day", unit):
            unit = "working day"
        if unit == "fortnight":
            unit, count = "week", 2 * (count or 1)
        return after(today, count, unit.removeprefix("calendar ")) if count else None
    if match["event"]:
        return None
    if not match["day"]:
        within = re.search(r" (week|month|few)", match.group(), re.IGNORECASE)
        if within is None or within[1] == "few":
            return None if within else today
        return weekday(today, 4, same_day=True) if within[1] == "week" else month_end(today)
    said = match["day"].lower()
    if month := next((name for name in _MONTHS if re.search(rf"\b{name}\b", said)), None):
        year = match["year"] or match["year2"]
        index = _MONTHS.index(month) + 1
        if part := re.match(r"early|mid|late|.*\b(?:end|start|beginning|week)\b", said):
            return _part_of_month(part[0], today, index)
        day = _nth(re.sub(rf"{month}|{year or month}", "", said))
        return in_calendar(today, index, day, int(year) if year else None) if day else None
    if period := re.match(r"a (week|fortnight) (.+)", said):
        start = today + timedelta(days=1 if "tomorrow" in said else 0)
        if name := next((name for name in _WEEKDAYS if name in said), None):
            start = weekday(today, _WEEKDAYS.index(name))
        return start + timedelta(days=14 if period[1] == "fortnight" else 7)
    if re.fullmatch(_FEAST, said) or re.match(r"(?:the )?day (?:after|before) (?!tom)", said):
        return None
    if name := next((name for name in _WEEKDAYS if name in said), None):
        nth = _nth(said)
        if nth and (day_found := day_of_month(today, nth)):
            return day_found
        index = _WEEKDAYS.index(name)
        ahead = said.startswith("next ") or said.endswith("next week")
        found = weekday(today, index, weeks=1 if ahead else 0)
        return found + timedelta(days=7) if re.search(rf"{name} week$", said) else found
    if "tomorrow" in said or said == "in the morning" or said.startswith("first thing"):
        return today + timedelta(days=2 if "after" in said else 1)
    if "today" in said or said == "tonight" or re.match(r"this (?:m|a|e)", said):
        return today
    if "weekend" in said:
        after_it = said.startswith("after")
        return weekday(today, 0) if after_it else weekday(today, 5, same_day=True)
    if said == "same day":
        return today
    if "day" in said:
        return after(today, 1, "working day")
    return _part_of_period(said, today)


def _part_of_period(said: str, today: date) -> date | None:
    following = "next" in said
    if "after next" in said:
        return weekday(today, 4, weeks=2)
    if "new year" in said:
        return None
    if "midweek" in said:
        return weekday(today, 2)
    if "week" in said:
        index = 0 if re.search(r"start|begin|early", said) else 2 if "middle" in said else 4
        return weekday(today, index, weeks=1) if following else weekday(today, 4, same_day=True)
    if "month" in said:
        if nth := _nth(said):
            return day_of_month(after(today.replace(day=1), following, "month"), nth)
        if re.search(r"start|begin|early", said):
            return after(today.replace(day=1), 1 if following else 0, "month")
        return month_end(today, 1 if following else 0)
    if "year" in said:
        return date(today.year + (1 if following else 0), 12, 31)
    nth = _nth(said)
    return day_of_month(today, nth) if nth else None


def _part_of_month(part: str, today: date, month: int) -> date | None:
    """The last day of the first, middle or last third of a month, or of one of its weeks."""
    last = in_calendar(today, month, 28)
    if last is None or re.search(r"late|end|last", part):
        return month_end(last) if last else None
    weeks = {"first": 7, "second": 14, "third": 21, "mid": 20}
    day = next((day for word, day in weeks.items() if word in part), 10)
    return in_calendar(today, month, day)


def _nth(said: str) -> int | None:
    said = said.replace("first thing", "")
    if digits := re.search(r"\d{1,2}", said):
        return int(digits[0])
    for word in sorted(_ORDINALS, key=len, reverse=True):
        if re.search(rf"\b{word.replace('-', '[- ]')}\b", said):
            return _ORDINALS[word]
    return None
