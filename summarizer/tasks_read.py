"""Tasks in words that no rule knows, where the learned reader is sure of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from summarizer import tasks_japanese_words
from summarizer.dates import find_due
from summarizer.statements import Statement
from summarizer.task_patterns_english import AFTERWARDS
from summarizer.tasks import Owner, Task
from summarizer.tasks_english_words import made

__all__ = [
    "DOUBTFUL",
    "SURE",
    "owner_as_read",
    "read_sides",
    "share_of_task",
    "task_as_read",
    "telling",
]

SURE = 0.5
"""Probability from which a statement that asks or promises something gives a task."""
DOUBTFUL = 0.12
"""Probability below which the words of a promise promise nothing."""
_CERTAIN = 0.8
"""Probability from which also a statement that only tells of something gives one."""
_TOLD_APART, _APART = 0.7, 0.35
"""How far the probabilities of two owners are apart where one of them stands."""
_OWNERS: dict[str, Owner] = {
    "agent_task": "agent",
    "other_task": "other",
    "customer_task": "customer",
}
_DOES = re.compile(
    r"^(?:.*?\b)??(?P<who>i|we|you|he|she|they|it|that|this|someone|somebody|(?:my|our"
    r"|the|your)"
    r" (?:[\w-]+ ){0,2}?[\w-]+?|(?-i:[A-Z][\w-]+(?: [A-Z][\w-]+)?))(?:'ll| will| shall| can"
    r"|(?:'m| am|'re| are|'s| is) going to"
    r"|(?: just|'ve| have)? (?:need|have|got) to|'d like to)"
    r"(?: also| just| then| definitely| probably| still)*"
    r" (?P<act>(?!want|like\b|be able|see\b|know)[a-z]{2,}\b.*)$",
    re.IGNORECASE,
)
"""Who does what, in a clause that is no order."""
_TELLS = re.compile(
    r"^(?:i|we|you|he|she|they|it|that|this|there|the|our|your|my"
    r"|let's|everybody|everyone)(?:'s|'re|'m|'d|'ve)?\b",
    re.IGNORECASE,
)
_LEADS = re.compile(
    r"^(?:(?:and|so|but|then|please|just|only|ok(?:ay)?|well|right|now|actually|if you(?:'d"
    r"| would| could| can)?|(?:can|could|would) you|you (?:can|could|might|should|need to"
    r"|have to|must)|let me|what i'll do is)\b,? ?)+",
    re.IGNORECASE,
)
_OFFERS = re.compile(
    r"(?:(?:and|so|but|then|actually|ok(?:ay)?|well),? )*let me\b", re.IGNORECASE
)
_TOLD_JA = re.compile(
    r"(?:ました|(?:[てで](?:おり|い)|(?<=[ぁ-ん])て|でき)ます)(?:ので|[ねよが])*$"
)
"""What is done already, or goes on."""
_NO_DEED = re.compile(
    r"(?:(?:can|could|may|might|shall|should|do|does|did|is|are|was|were|has|have) (?:i|we|you"
    r"|it|that|they|he|she|the|your)|not|no|never|nothing|nobody|what|why|how)\b"
    rf"|(?!{AFTERWARDS}\b)(?:[\w'-]+ ){{1,3}}(?:(?:have|has|need|needs) to|must|will|are|is|was"
    r"|were)\b|try(?:ing)? \w+ing\b",
    re.IGNORECASE,
)
"""A question, a rule or a step in the call: nothing that is left to do."""
_FEWEST_WORDS = 3


def share_of_task(one: Statement) -> float:
    """Probability that ``one`` gives anybody a task; 0 where none has read it."""
    return max((one.likely.get(question, 0.0) for question in _OWNERS), default=0.0)


def owner_as_read(one: Statement) -> Owner | None:
    """Who takes something on in ``one``, where a reading is sure of that."""
    share, question = max(
        ((one.likely.get(question, 0.0), question) for question in _OWNERS),
        default=(0.0, ""),
    )
    if one.likely.get("settled", 0.0) > share:
        return None  # done already
    share = sum(one.likely.get(other, 0.0) for other in _OWNERS)
    return _OWNERS[question] if share >= SURE else None


def read_sides(one: Statement) -> Owner | None:
    """Whether the operator or somebody else takes on what ``one`` promises, where a reading
    tells the two apart."""
    ours, others = one.likely.get("agent_task", 0.0), one.likely.get("other_task", 0.0)
    if max(ours, others) < _TOLD_APART or abs(ours - others) < _APART:
        return None
    return "agent" if ours > others else "other"


def telling(clauses: Sequence[str], today: date) -> str:
    """The English clause of a statement that gives its task: with a deadline, with a deed."""
    return max(
        clauses,
        key=lambda clause: (
            find_due(clause, "en", today) is not None,
            _DOES.match(clause) is not None,
            len(clause),
        ),
    )


def task_as_read(
    one: Statement,
    owner: Owner,
    due: tuple[int, int] | None,
    language: str,
    before: Sequence[Statement],
) -> Task | None:
    """The task that ``one`` gives to ``owner`` in its own words; its deadline stands at
    ``due`` of its text, ``before`` are the statements up to it. ``None`` where no deed is
    said."""
    customers = one.role != "agent"
    if language == "ja" and due is None and _TOLD_JA.search(one.text):
        return None
    if language == "ja":
        return tasks_japanese_words.made(
            owner, one.text, due, customer=customers, before=[*before, one]
        )
    text, who = one.text, "Customer" if owner == "customer" else ""
    if match := _DOES.match(text):
        start, subject = match.start("act"), match["who"].lower()
        if subject in ("i", "we"):
            owner = owner if owner == "customer" else "agent"
            who = who or "Agent"
        elif subject in ("you", "it", "that", "this"):
            start = start if who else match.start("who")
        else:
            owner, who = "other" if owner == "agent" else owner, match["who"]
    elif _TELLS.match(text) and max(one.likely.values()) < _CERTAIN:
        return None
    else:
        start = len(text) - len(_LEADS.sub("", text))
        if due is None and _NO_DEED.match(text, start):
            return None
        if _OFFERS.match(text) and not customers:
            owner, who = "agent", "Agent"
    if len(text[start:].split()) < _FEWEST_WORDS:
        return None
    return made(owner, who, text[start:], text, start, due, customer=customers, before=before)
