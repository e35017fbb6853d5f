"""Who needs a supervisor now: open alerts merged, ranked, and kept to what a person can do.

Alerts without the capacity to act on them are noise. So all alerts of a call are one item,
items stand by urgency, and no more of them ask at once than the alert budget allows. The
rest is folded: it is named and counted, and moves up as soon as there is room.

``supervisor_ui/static/urgency.js`` says the same for the live board; both are held to the
cases of ``supervisor_ui/test/attention.json``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from copilot.events import Alert, AlertKind, Severity, Trend
from copilot.record import AlertRecord, CallRecord, Mood
from copilot.times import later

_SEVERITIES: dict[Severity, int] = {"info": 1, "warning": 2, "critical": 3}
_MOODS = (0.25, 0.5, 0.75)
"""Where the customer is uneasy, frustrated, very upset. Steps, not the figure itself: an
item moves when its call becomes another case, not with every reading."""
_TRENDS: dict[Trend, int] = {
    "improving": -2,
    "slightly_improving": -1,
    "steady": 0,
    "slightly_declining": 1,
    "declining": 2,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """The alerts of one call that stand alike, as one."""

    call_id: str
    agent_id: str
    team: str
    customer_id: str | None
    lead: Alert
    """The newest of the most severe: its quote and its step stand for the item. An
    operator's call for help comes before any other."""
    kinds: tuple[AlertKind, ...]
    """Each once, the lead's first."""
    alert_ids: tuple[str, ...]
    """The lead's first, in the same order."""
    count: int
    severity: Severity
    raised_at: str
    """When the oldest of them fired, or came back from a snooze: the longest wait."""
    mood: Mood | None
    taken_by: str | None = None
    """Who has it in hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """All open alerts. Each call is in one of these, most urgent first."""

    budget: int
    asking: tuple[Item, ...]
    """Nobody has them in hand. No more than the budget, but for calls for help: whoever
    raises a hand is never folded."""
    folded: tuple[Item, ...]
    """Those that wait for room."""
    in_hand: tuple[Item, ...]
    """Acknowledged, or assigned to somebody else."""
    snoozed: tuple[Item, ...]
    """They come back by themselves."""


def attention(
    records: Iterable[CallRecord], *, now: str, budget: int, me: str = ""
) -> Attention:
    """What asks for the attention of the supervisor called ``me``. ``now`` is in the form
    of ``copilot.times``."""
    asking: list[Item] = []
    in_hand: list[Item] = []
    snoozed: list[Item] = []
    for record in records:
        waiting: list[AlertRecord] = []
        taken: list[AlertRecord] = []
        asleep: list[AlertRecord] = []
        for one in record.open_alerts:
            if "supervisor" not in one.alert.audience:
                continue
            if one.state_at(now) == "snoozed":
                asleep.append(one)
            elif _waits(one, now, me):
                waiting.append(one)
            else:
                taken.append(one)
        if waiting:
            asking.append(_merged(record, waiting))
        elif taken:
            in_hand.append(_merged(record, taken))
        elif asleep:
            snoozed.append(_merged(record, asleep))
    asking.sort(key=_rank)
    room = max(budget, sum(_calls_for_help(one) for one in asking))
    return Attention(
        budget=budget,
        asking=tuple(asking[:room]),
        folded=tuple(asking[room:]),
        in_hand=tuple(sorted(in_hand, key=_rank)),
        snoozed=tuple(sorted(snoozed, key=_rank)),
    )


def _waits(one: AlertRecord, now: str, me: str) -> bool:
    """Whether nobody has it in hand. What another assigned to me waits for me."""
    if one.state_at(now) == "open":
        return True
    last = one.updates[-1]
    return one.state == "assigned" and last.assignee == me and last.by != me


def _merged(record: CallRecord, alerts: Sequence[AlertRecord]) -> Item:
    started = record.started
    start = started.started_at if started else ""
    alerts = sorted(
        alerts,
        key=lambda one: (
            one.alert.kind != "help_sign",
            -_SEVERITIES[one.alert.severity],
            -one.alert.at_s,
            one.alert.alert_id,
        ),
    )
    lead = alerts[0]
    last = lead.updates[-1] if lead.updates else None
    return Item(
        call_id=record.call_id,
        agent_id=started.agent_id if started else "",
        team=started.team if started else "",
        customer_id=started.customer_id if started else None,
        lead=lead.alert,
        kinds=tuple(dict.fromkeys(one.alert.kind for one in alerts)),
        alert_ids=tuple(one.alert.alert_id for one in alerts),
        count=len(alerts),
        severity=max((one.alert.severity for one in alerts), key=_SEVERITIES.__getitem__),
        raised_at=min(_raised_at(one, start) for one in alerts),
        mood=record.mood,
        taken_by=(last.assignee or last.by) if last else None,
    )


def _raised_at(one: AlertRecord, started_at: str) -> str:
    return later(one.snoozed_until or started_at, 0.0 if one.snoozed_until else one.alert.at_s)


def _calls_for_help(item: Item) -> bool:
    return "help_sign" in item.kinds


def _rank(item: Item) -> tuple[int, int, int, int, str, str]:
    """Hands in the order in which they were raised; then the most severe, the angriest,
    those that get worse, those that wait longest."""
    if _calls_for_help(item):
        return (0, 0, 0, 0, item.raised_at, item.call_id)
    mood = item.mood
    return (
        1,
        -_SEVERITIES[item.severity],
        -sum(mood.frustration >= step for step in _MOODS) if mood else 0,
        -_TRENDS[mood.trend] if mood else 0,
        item.raised_at,
        item.call_id,
    )
