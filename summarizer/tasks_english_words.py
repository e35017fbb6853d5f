"""English tasks in the words of a note, with what "it" and "they" are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from summarizer import english, task_patterns_english as patterns
from summarizer.statements import Statement
from summarizer.tasks import Owner, Task

__all__ = [
    "antecedent",
    "as_asked",
    "handed_in",
    "last_given",
    "made",
    "named",
    "needed_thing",
]


_POINTS = re.compile(
    r"^(?:(?!the\b|an?\b|your\b|my\b)[\w']+ ){1,5}?(?P<it>it|them|that|this|those|one|ones)\b"
    r"(?! (?:is|was|will|you|we|they|i)\b)",
    re.IGNORECASE,
)
_HIM = re.compile(
    r"\b(?:him|her(?=[,.]|$| (?:when|if|once|as|about|and|to|for|by|on|at|in|today"
    r"|tomorrow)\b))",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(
    r"(?:ask|tell|call|ring|phone|email|text|contact|chase|speak to|talk to) them\b",
    re.IGNORECASE,
)
_THING = (
    r"(?P<thing>(?:the|an?|your|my|our|his|her|their|another|some|any|this|that|those|these|two"
    r"|three|four|both) (?:[a-z-]+ ){0,3}?[a-z-]{3,}(?: (?:for|of) (?:(?:the|an?|your|my) )?"
    r"[a-z-]{3,})?)(?=[,.?!]|$|'(?:ll|s)\b| (?:in|on|at|to|for|from|with|and|or|is|was|are"
    r"|were|has|have|had|will|that|which|who|by|before|after|so|but|now|today|tonight|tomorrow"
    r"|out|off|up|back|round|over|because|if|when|does|did|do|can|could|you|it|we|they|i|i'll"
    r"|he|she|as|about|being|would|should|then|down)\b)"
)
_GIVEN = re.compile(
    r"\b(?:send|post|mail|bring|put in|request|order|reprint|mak|rais|fil|draft|prepar|book|get"
    r"|fix|leav|return|sign)\w*(?: (?:you|round|over|out|in|up|us|me|him|her|them))* " + _THING,
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?<!\bin )(?<!\bat )(?<!\bon )(?<!\bto )(?<!\bfrom )(?<!\bby )(?<!\bbehind )(?<!\bunder )"
    rf"\b{_THING}",
    re.IGNORECASE,
)
"""A thing spoken of, whatever is done to it, but for places."""
_NO_THING = re.compile(
    r"\b(?:(?:four|fif|six|seven|eigh|nin|ten|eleven|twelf|\w+teen|twentie|thirtie)th"
    r"|weekend|break|meantime|shift|holiday|end|once|day|days|time|moment|minute|second"
    r"|way|week|month|year|morning|afternoon"
    r"|evening|night|bit"
    r"|man|woman|lady|guy|boy|girl|people|team|side|front|end|place|lot|thing|things"
    r"|problem|one|ones|same|rest|look|phone|customer|person|name|hour"
    r"|hours)$",
    re.IGNORECASE,
)
_SPOKEN_OF = re.compile(
    r"\b(?:for|about|have|get|see|need|want|send|expect)(?: me| us)? (?P<thing>(?:the|my|a|an"
    r"|that|some) (?:[a-z-]+ ){0,2}?[a-z-]{4,})(?=[,.?]|$| (?:for|of|to)\b)",
    re.IGNORECASE,
)
_ACTING_NAME = re.compile(
    r"(?:^|[ ,])((?!(?:I|You|We|They|He|She|It|That|This|There|The|What|Who|Which|Your|Our|My"
    r"|And|But|So|If|When|How|Where|Why|Here|Everything|Nothing)\b)[A-Z][\w'-]+"
    r"(?: [A-Z][\w'-]+)*)"
    r"(?:'ve| have| has|'re| are| can| is| in| from| said| agreed| accepted| confirmed)\b"
)
""" "Marsh Motors have said yes": who "they" are."""
_WOULD_DO = re.compile(
    r"\b(?:will|would|do|did) you (?:still |also )?(?:want|need|require) (?P<what>(?:the|a|an"
    r"|my|our|any|that|this|some) [\w' -]+?)(?=,|$| (?:or|as well|too|from|for)\b)"
    r"|\b(?:will|would|is|does) (?P<enough>(?:the|a|an|my|our|any) [\w' -]+?) (?:do|work"
    r"|count|enough|okay|ok|fine|all right)\b",
    re.IGNORECASE,
)
"""What a customer asks whether to hand in."""
_SUITS = re.compile(
    r"^(?P<what>(?:the|a|an|your|any|either) [\w' -]+?)(?: is|'s| will be| would be| will"
    r"| would| works?)(?: \w+)? ?(?:fine|enough|okay|ok|do|great|perfect|all right|plenty)\b",
    re.IGNORECASE,
)
""" "A copy is fine": which of the things it shall be."""


def as_asked(act: str, before: Sequence[Statement]) -> Task | None:
    """ "I'll do that" after "please correct the bill": the bill is corrected."""
    for other in reversed(before[-3:]):
        if other.role == "customer" and other.does("request"):
            told = re.sub(
                r"^Customer (?:asks (?:us )?|wants (?:us )?|needs (?:us )?)to ",
                "",
                english.report_customer(other.text),
            )
            if not told.startswith("Customer"):
                lowered = told[:1].lower() + told[1:]
                return Task(
                    owner="agent", what=english.capitalised(told), note=f"Agent to {lowered}"
                )
    return None


def antecedent(before: Sequence[Statement], who: str) -> str | None:
    """Who "he" or "they" may be: the last person or team that the operator spoke of."""
    for back, other in enumerate(reversed(before[-2 * _NEAR :])):
        if other.role != "agent":
            continue
        people = re.findall(rf"\b{patterns.PERSON}\b", other.text, re.IGNORECASE)
        if who != "they":
            team = re.compile(rf"\b{patterns.DEPARTMENT}$", re.IGNORECASE)
            people = [one for one in people if not team.search(one)]
        if back < _NEAR:
            people += _ACTING_NAME.findall(other.text)
        if who != "they" and back < _NEAR:
            people += re.findall(
                r"(?<!\bin )(?<!\bat )(?<!\bfrom )(?<!\bto )(?<=[a-z,] )[A-Z][a-z]+(?:"
                r" [A-Z][a-z]+)?",
                other.text,
            )
        people = [one for one in people if not one.endswith("day")]
        if people:
            return str(people[-1])
    return None


_FAR = 20
"""Statements back within which the thing that was ordered is looked for."""
_NEAR = 4
"""Statements back within which "it" is looked for among all that was named."""
_LONGEST_THING = 7


def last_given(before: Sequence[Statement]) -> str | None:
    """What was last said to be sent, ordered or made."""
    for other in reversed(before[-_FAR:]):
        for match in _GIVEN.finditer(other.text):
            if not _NO_THING.search(match["thing"]):
                return re.sub(r"^(?:the|an?|your|my|our) ", "", match["thing"], flags=re.I)
    return None


def needed_thing(before: Sequence[Statement]) -> str | None:
    """What "them" is in "I'll bring them": what the operator named on being asked."""
    other = next((one for one in reversed(before) if one.role == "agent"), None)
    asked = other and next(
        (one for one in reversed(before[: other.index]) if one.role == "customer"), None
    )
    if other is None or asked is None or not asked.asks:
        return None
    thing = re.sub(r"^.*\b(?:yes|yeah|yep|sure|please)\b,? ?", "", other.text, flags=re.I)
    named = 1 < len(thing.split()) <= _LONGEST_THING
    return thing if named and not re.search(r"'(?:ll|s|re|m)\b|\bnot?\b", thing) else None


def handed_in(one: Statement, before: Sequence[Statement]) -> Task | None:
    """ "Will a copy do" - "A copy is fine": what the customer is to hand in."""
    if not before or before[-1].role != "customer":
        return None
    asked = _WOULD_DO.search(before[-1].text)
    suits = _SUITS.match(one.text)
    if asked is None or not (suits or patterns.AGREES.match(one.text)):
        return None
    thing = suits["what"] if suits else asked["what"] or asked["enough"]
    if not patterns.HANDED_IN.search(thing):
        return None
    more = f"{thing}{one.text[suits.end('what') :]}" if suits else thing
    which = re.search(r",? (?:as long as|provided|so long as) .*", more)
    act = f"provide {thing[:1].lower()}{thing[1:]}{which[0] if which else ''}"
    return made("customer", "Customer", act, act, 0, None)


def named(text: str, clause: str) -> str:
    """ "Blocking this card and sending a new one": the one is a card."""
    match = re.search(
        r"\b(?:this|that|the|your|my|old) (\w+)\b.*\ba (?:new|different) one\b", text
    )
    return re.sub(r"\bone\b", match[1], clause) if match else clause


def made(
    owner: Owner,
    who: str,
    act: str,
    clause: str,
    start: int,
    due: tuple[int, int] | None,
    *,
    customer: bool = False,
    offset: int = 0,
    before: Sequence[Statement] = (),
) -> Task:
    """``act`` stands at ``start`` of ``clause``, after ``offset`` added characters."""
    told = english.customers_words if customer else english.agents_words
    lead = ""
    if start == 0 or clause[start - 1 : start] == " ":
        act = act if act[1:2].isupper() else act[:1].lower() + act[1:]
    bare = act
    if due:
        first, last = due[0] - start, due[1] - start
        if first >= offset:
            bare = act[:first] + act[last:]
        elif due[1] <= start:
            # "By Friday I'll have ...": the deadline stands before the promise.
            lead = clause[due[0] : due[1]].strip(" ,")
    bare = re.sub(r"\s+", " ", re.sub(r"\s+([,.])", r"\1", bare)).strip(" ,")
    bare = re.sub(r",? (?:so )?(?:that's|that is|which is)$", "", bare)
    bare = re.sub(
        r",? (?:and|so|or|but|by|on|at|for|that)$" if due else r",? (?:and|so|or|but)$",
        "",
        bare,
    )
    what, whole = told(bare).strip(" ,"), told(act).strip(" ,")
    if thing := _thing(bare, clause, before):
        what, whole = f"{what} ({thing})", f"{whole} ({thing})"
    if lead and lead.lower() not in whole.lower():
        whole = f"{whole} {lead[:1].lower() + lead[1:] if lead[1:2].islower() else lead}"
    if owner == "customer":
        what, whole = _reflexive(what), _reflexive(whole)
    if whole.lower().startswith("don't "):
        whole = "not to " + whole[len("don't ") :]
    subject = english.capitalised(
        re.sub(r"^(?:that )?(?:our|my|the|your) | to$", "", who.strip(" ,"), flags=re.I)
    )
    link = "" if whole.startswith("not to ") else "to "
    note = f"{subject} {link}{whole}" if subject else english.capitalised(whole)
    if owner == "other" or owner == "agent" and subject not in ("", "Agent"):
        what = f"{subject} to {what}" if subject else what
    return Task(owner=owner, what=english.capitalised(what), note=note)


def _reflexive(told: str) -> str:
    """ "Customer to bring their card", not "customer's"."""
    return re.sub(r"\bcustomer's\b", "their", re.sub(r" with customer\b", "", told))


def _thing(act: str, clause: str, before: Sequence[Statement]) -> str | None:
    """What "it" is: the last thing that was named before, as a note has to say."""
    if _ADDRESSED.match(act):
        return None
    if him := _HIM.search(act):
        person = antecedent(before, him.group().lower())
        if person:
            return None if person in act else person
    pointed = _POINTS.match(act)
    if not before or pointed is None or re.search(r"\b(?:the|your|a) \w{4,}", act):
        return None
    current = before[-1].text
    if re.match(r"(?:have|get|see|receive) ", act):
        # "You'll have it": what the customer just spoke of.
        last = before[-2] if len(before) > 1 and before[-2].role == "customer" else None
        if (
            last
            and not current[: max(current.find(clause), 0)]
            and (meant := _SPOKEN_OF.search(last.text))
        ):
            return english.agents_words(meant["thing"])
    lead = current[: max(current.find(clause), 0)]
    texts = [
        lead,
        *(other.text for other in reversed(before[:-1][-5:]) if other.role == "agent"),
    ]
    spoken = [lead, *(other.text for other in reversed(before[:-1][-_NEAR:]))]
    plural = pointed["it"].lower() in ("them", "those", "ones")
    for pattern, said, agrees in (
        (_GIVEN, texts, False),
        (_NAMED, spoken, True),
        (_NAMED, spoken[:2], False),
    ):
        for text in said:
            things = [
                one["thing"]
                for one in pattern.finditer(text)
                if not _NO_THING.search(one["thing"])
                and (not agrees or plural == one["thing"].endswith("s"))
            ]
            if things:
                return re.sub(r"^(?:your|my|our|some|any) ", "", things[-1], flags=re.I)
    return None
