"""How a call ended in one word, and what help was offered and taken."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from copilot.events import HelpOffers, Resolution
from summarizer.commitments import Commitment
from summarizer.statements import Statement

__all__ = [
    "accepted",
    "find_resolution",
    "help_offers",
    "is_choice",
    "last_third",
]


_CHOICE = re.compile(
    r"\b(?:which|what|or)\b|どちら|どの|どれ|何色|か、.+か$|それとも|もしくは", re.IGNORECASE
)
_ENOUGH = 1.0
"""Score from which the matter counts as solved: one thing arranged that nobody objects to."""
_BEFORE = 0.5
"""What counts that was said before the last third, or was answered since."""
_LAST_THIRD_LEAST = 8
"""Statements that count as the last third of a short call."""
_MOST = 3.0
"""Most that one side of the score counts, so that no call wins by its length."""
_ARRANGED = 1.0
_TAKEN = 1.0
_WORKS = 2.0
_REGRETTED = 3.0
_CONTENT = {"thanks": 1.0, "satisfied": 1.0, "accept": 0.5, "choice": 0.5}
_OPEN = {"unsatisfied": 1.5, "postpones": 1.5, "churn": 1.0, "demand": 1.0}
_REFUSED = 1.0
_DENIED = 0.3
"""How much likelier a refusal is where "I can't put you through" hands nothing over."""
_PERHAPS = 0.7
"""Probability of news or of a handover that counts where the matter is not solved."""
_TRUST = 0.25
"""Power of a reading that weighs what rules found: .1 leaves .56 of it."""
_PENDING = 1.0
"""What speaks against a solved matter where news is likely to follow."""
_DOUBT = 0.3
"""Probability up to which a reading says nothing."""
_READ_LATE = {"satisfied": 1.0, "accepts": 0.5, "unsatisfied": -1.2, "declines": -0.4}
_READ = {"settled": 1.0, "refusal": -0.7}
"""What readings of the learned reader count: of customers at the end, of operators anywhere."""


def find_resolution(
    statements: Sequence[Statement], commitments: Sequence[Commitment]
) -> tuple[Resolution, tuple[Statement, ...]]:
    """The first that holds of resolved, escalated, callback promised, unresolved; and the
    statements that say so. See DESIGN section 6.

    Whoever hands the case over or comes back with news has not solved it in this call;
    else a score weighs what was arranged and how it was taken against what stays open.
    """
    agent = [one for one in statements if one.role == "agent"]
    customer = [one for one in statements if one.role != "agent" and not one.does("identify")]
    if handed := [one for one in agent if _hands_over(statements, one)]:
        return "escalated", tuple(handed[-1:])
    owners = {
        one.index: task.follow_up.owner for task in commitments for one in task.statements
    }
    called_back = [
        one
        for one in agent
        if _comes_back(statements, one, owners.get(one.index) in ("agent", "other"))
    ]
    if called_back:
        passed = [one for one in agent if one.does("passed_on")]
        if passed and owners.get(called_back[-1].index) == "other":
            return "escalated", (passed[-1], called_back[-1])
        return "callback_promised", tuple(called_back[-1:])
    evidence = _Evidence(statements, commitments)
    pending = _likeliest(agent, "comes_back")
    if evidence.score - _PENDING * bool(pending) >= _ENOUGH and evidence.tells:
        last = max(evidence.arranged, key=lambda one: one.index, default=agent[-1])
        return "resolved", tuple(dict.fromkeys((last, *customer[-1:])))
    if pending:
        return "callback_promised", (pending,)
    if passing := _likeliest(agent, "handover"):
        return "escalated", (passing,)
    others = [one for one in commitments if one.follow_up.owner == "other"]
    if others and not evidence.regrets:
        return "escalated", others[-1].statements
    return "unresolved", tuple(evidence.regrets[-1:] or customer[-1:] or agent[-1:])


def last_third(statements: Sequence[Statement]) -> int:
    """Index from which statements belong to the end of their call; all of a short one do."""
    return max(len(statements) - max(_LAST_THIRD_LEAST, len(statements) // 3), 0)


def _hands_over(statements: Sequence[Statement], one: Statement) -> bool:
    """Whether the operator, past the greeting, hands the customer or the case to another."""
    greets = all(other.role == "agent" for other in statements[: one.index])
    if greets:
        return False
    if one.asks:
        return one.does("superior") and one.does("offer") and accepted(statements, one)
    denied = one.likely.get("refusal", 0.0) - one.likely.get("handover", 0.0)
    return one.does("handover") and denied < _DENIED


def _comes_back(statements: Sequence[Statement], one: Statement, is_task: bool) -> bool:
    """Whether the operator promises to call, or to tell in any way what is not known yet."""
    calls = one.does("callback") and (one.does("promise") or is_task)
    if one.asks:
        later = (other for other in statements[one.index + 1 :] if other.role == "agent")
        granted = next((other.does("promise") for other in later), False)
        return calls and (granted or accepted(statements, one))
    return (calls and not one.does("confirming")) or one.does("news")


class _Evidence:
    """What speaks for and against the matter being solved, the end of the call first."""

    def __init__(
        self, statements: Sequence[Statement], commitments: Sequence[Commitment]
    ) -> None:
        self._third = last_third(statements)
        agent = [one for one in statements if one.role == "agent"]
        customer = [one for one in statements if one.role != "agent"]
        done = [
            one
            for one in agent
            if one.does("action", "done")
            and not one.asks
            and not one.does(
                "looks", "hold", "greeting", "apology", "refusal", "identify", "closing"
            )
        ]
        tasks = [one.statements[-1] for one in commitments if one.follow_up.owner != "customer"]
        taken = [one for one in agent if one.does("offer") and accepted(statements, one)]
        works = [one for one in customer if one.does("fixed") and not one.asks]
        self.arranged = [*done, *tasks, *taken, *works]
        self.regrets = [one for one in agent[-_LAST_THIRD_LEAST:] if one.does("regret")]
        self._settled = max((one.index for one in self.arranged), default=0)
        solved = _ARRANGED * self._said(done, "settled")
        solved += _ARRANGED * self._said(tasks, "agent_task", "other_task")
        solved += _TAKEN * self._said(taken) + _WORKS * self._said(works)
        late = [one for one in customer if one.index >= self._third and not one.asks]
        content = sum(
            max((weight for act, weight in _CONTENT.items() if one.does(act)), default=0.0)
            for one in late
            if not one.does(*_OPEN)
        )
        still_open = sum(
            weight * self._stands(one)
            for one in late
            for act, weight in _OPEN.items()
            if one.does(act) and not (act == "churn" and one.does("request"))
        )
        still_open += _REFUSED * sum(
            self._stands(one)
            for one in agent
            if one.does("refusal") and one.index >= self._third
        )
        still_open += _REGRETTED * bool(self.regrets)
        score = min(solved, _MOST) + min(content, _MOST / 2) - still_open
        score += _read(late, _READ_LATE) + _read(agent, _READ)
        # Where nothing had to be arranged, the answers alone may have been enough.
        answered = bool(agent) and not any(one.does("refusal", "apology") for one in agent)
        self.score = score
        self.tells = bool(self.arranged) or answered

    def _said(self, ones: Sequence[Statement], *questions: str) -> float:
        """How much ``ones`` count; those less that a reading does not confirm."""
        counted = 0.0
        for one in ones:
            shares = [one.likely.get(question, 1.0) for question in questions]
            confirmed: float = max(shares, default=1.0) ** _TRUST
            counted += confirmed * (1.0 if one.index >= self._third else _BEFORE)
        return counted

    def _stands(self, one: Statement) -> float:
        """An objection counts less where something was arranged after it."""
        return 1.0 if one.index > self._settled else _BEFORE


def _likeliest(agent: Sequence[Statement], question: str) -> Statement | None:
    """The statement of which the reader says so most surely, where it may be so."""
    found = [one for one in agent if one.likely.get(question, 0.0) >= _PERHAPS]
    return max(found, key=lambda one: one.likely[question], default=None)


def _read(ones: Sequence[Statement], weights: Mapping[str, float]) -> float:
    """What the learned reader makes of ``ones``; 0 where none has read them."""
    return sum(
        weight * max(one.likely.get(question, 0.0) - _DOUBT, 0.0) / (1.0 - _DOUBT)
        for one in ones
        for question, weight in weights.items()
    )


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
