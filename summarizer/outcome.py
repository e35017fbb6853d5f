"""How a call ended in one word, and what help was offered and taken."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.events import HelpOffers, Resolution
from summarizer.commitments import Commitment
from summarizer.statements import Statement

__all__ = [
    "accepted",
    "find_resolution",
    "help_offers",
    "is_choice",
]


_CHOICE = re.compile(
    r"\b(?:which|what|or)\b|どちら|どの|どれ|何色|か、.+か$|それとも|もしくは", re.IGNORECASE
)


_GREETING = 3
"""Statements in which an operator says who they are, whatever their rank."""
_REGRETS = re.compile(
    r"couldn't (?:do|help|be) more|not the answer you|couldn't (?:help|sort|resolve)"
    r"|can't do more"
    r"|wish (?:i|we) could (?:do|help)|お力になれ(?:ず|ま)|お役に立て(?:ず|ま)|(?:ご期待"
    r"|ご要望|ご希望)に(?:添|沿|お応え)",
    re.IGNORECASE,
)


def find_resolution(
    statements: Sequence[Statement], commitments: Sequence[Commitment]
) -> tuple[Resolution, tuple[Statement, ...]]:
    """The first that holds of resolved, escalated, callback promised, unresolved; and the
    statements that say so. See DESIGN section 6."""
    agent = [one for one in statements if one.role == "agent"]
    customer = [one for one in statements if one.role != "agent" and not one.does("identify")]
    handed = [
        one for one in agent if one.does("handover") and not one.asks and one.index > _GREETING
    ]
    called_back = [
        one
        for one in agent
        if one.does("callback")
        and one.does("promise")
        and not one.does("confirming")
        and not one.asks
    ]
    solved = [
        one
        for one in agent
        if (one.does("action") or one.does("offer") and accepted(statements, one))
        and not one.does("hold", "greeting", "apology")
        or one.does("promise")
        and not one.does("empty_promise", "callback", "hold")
    ]
    solved += [one for one in customer if one.does("fixed") and not one.asks]
    if (
        not handed
        and not called_back
        and (regrets := [one for one in agent[-4:] if _REGRETS.search(one.text)])
    ):
        return "unresolved", tuple(regrets[-1:])
    last = customer[-4:]
    content = any(one.does("satisfied", "thanks", "accept") for one in last)
    upset = any(
        (one.does("unsatisfied") or (one.does("churn") and not one.does("request")))
        and not one.does("satisfied")
        for one in last[-2:]
    )
    if solved and content and not upset and not handed and not called_back:
        return "resolved", (*solved[-1:], *last[-1:])
    if handed:
        return "escalated", tuple(handed[-1:])
    if called_back:
        return "callback_promised", tuple(called_back[-1:])
    others = [one for one in commitments if one.follow_up.owner == "other"]
    if others and not solved:
        return "escalated", others[-1].statements
    return "unresolved", tuple(customer[-1:] or agent[-1:])


def help_offers(statements: Sequence[Statement]) -> HelpOffers:
    """Offers of help that the operator made, and those the customer took."""
    made = [
        one
        for one in statements
        if one.role == "agent"
        and one.does("offer")
        and not is_choice(one)
        and not one.does("refusal")
        and not one.does("identify", "closing", "greeting")
    ]
    taken = [one for one in made if accepted(statements, one)]
    return HelpOffers(made=len(made), accepted=len(taken))


def is_choice(one: Statement) -> bool:
    """Whether the operator asked which of several things it shall be."""
    return one.does("offer", "question") and bool(_CHOICE.search(one.text))


def accepted(statements: Sequence[Statement], offer: Statement) -> bool:
    """Whether the customer's next words take the offer."""
    replies: list[Statement] = []
    for one in statements:
        if one.index > offer.index and one.role != offer.role:
            replies.append(one)
        elif replies:
            break
    replies = replies[:2]
    return any(one.does("accept") for one in replies) and not any(
        one.does("decline") for one in replies[:1]
    )
