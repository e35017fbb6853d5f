"""Parts of English sentences that may each hold a task with its own deadline."""

from __future__ import annotations

import re
from datetime import date

from summarizer import task_patterns_english as patterns
from summarizer.dates import find_due

__all__ = ["clauses"]

_TWO_THINGS = re.compile(
    r"(?P<lead>.*?\b(?:i|we)'ll (?:have|get|send|arrange|bring|order|book"
    r"|put) )(?P<one>[^,]{8,}), and"
    r" (?P<other>(?:a|an|the|your|our|another|my) (?!\w+'ll\b).+)$",
    re.IGNORECASE,
)
_LEADS_IN = re.compile(
    r"(?:by|before|within|on|at|in|once|when|as soon as|tomorrow|today|tonight|after"
    r"|monday|tuesday"
    r"|wednesday|thursday|friday|saturday|sunday|first thing|later|next)\b(?!.*\b(?:i|we"
    r"|you)'ll\b)",
    re.IGNORECASE,
)
_AND_DOES = re.compile(
    r"(?P<lead>.*?(?:'ll|\bwill|\bgoing to|\bcan) )(?P<one>[a-z].{6,}?),? and (?:also |then )?"
    rf"(?P<other>(?:{patterns.AFTERWARDS}|give|let|tell)\b.{{4,}})$",
    re.IGNORECASE,
)
"""Two things that somebody does, each perhaps with its own deadline."""
_LEAD_WORDS = 7


def clauses(text: str) -> list[str]:
    """Parts of a sentence that may each hold a task with its own deadline."""
    if match := _TWO_THINGS.match(text):
        # "I'll have the car collected today, and a new one there tomorrow."
        text = f"{match['lead']}{match['one']}; {match['lead']}{match['other']}"
    parts = re.split(
        rf", (?={patterns.WHO}(?:'ll| will) )"
        r"|,? (?:and|but|so|then|because)(?: then| also)?,? (?=(?:i|we|you|it|that|they|he|she"
        r"|someone|somebody)(?:'ll| will|'m| am|'re| are| can| should)\b|please\b"
        rf"|{patterns.WHO}(?:'ll| will| is going to| should)\b"
        r"|(?:send|email|post|refund|book|arrang|order"
        r"|issu|process)\w*ing\b)|; |, (?=(?:i|we|you|it|they|he|she)(?:'ll| will)\b)"
        r"|(?<=\w) (?=(?:i|we|they|it|he|she)'ll )(?<!that )(?<!think )(?<!sure )(?<!hope )"
        r"(?<!if )(?<!when )(?<!and )(?<!so )(?<!but )(?<!then )(?<!know )(?<!what )(?<!which )"
        r"(?<!once )(?<!promise )(?<!until )(?<!how )(?<!because )(?<!before )(?<!after )"
        r"| (?=how's (?:this|that),? you )"
        r"| and (?=[\w']+ (?:gets|takes|brings|picks|collects|calls|rings|checks) )"
        r"|,? (?=(?:just|please|don't forget to|remember to|make sure you) (?:bring|send"
        r"|return|keep"
        r"|email|reply|call|ring|have)\b)"
        r"|(?<=\w),? (?=(?:you'll (?:need|have) to|please (?:send|bring|keep|return|email)))",
        text,
        flags=re.IGNORECASE,
    )
    found: list[str] = []
    split = [each for one in parts if one for each in _both_dated(one)]
    for part in (one.strip(" ,") for one in split if one.strip(" ,")):
        if (
            found
            and not part.lower().startswith("how's")
            and _LEADS_IN.match(found[-1])
            and len(found[-1].split()) < _LEAD_WORDS
        ):
            # "By Friday | I'll have a quote": the deadline belongs to what follows.
            found[-1] = text[text.find(found[-1]) : text.find(part) + len(part)]
        else:
            found.append(part)
    return found


def _both_dated(part: str) -> list[str]:
    """ "He'll write by Friday and give you an answer by May" as two promises."""
    match = _AND_DOES.match(part)
    if match and all(find_due(match[name], "en", date.min) for name in ("one", "other")):
        return [f"{match['lead']}{match['one']}", f"{match['lead']}{match['other']}"]
    return [part]
