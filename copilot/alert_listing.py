"""Alerts as lists show them: rows folded from records, what finds them, what is counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypedDict

from sqlalchemy import Select, func, or_, select

from copilot import tables
from copilot.events import Alert, encode
from copilot.listing import between, equal
from copilot.record import AlertRecord, AlertState, CallRecord
from copilot.stored_events import known
from copilot.times import later


class AlertFilter(TypedDict, total=False):
    """What a list of alerts is narrowed to. ``since`` and ``until`` are ISO 8601, until is
    left out."""

    state: AlertState | None
    """As it stands now: a snooze that is over is ``open``."""
    assignee: str | None
    rule: str | None
    kind: str | None
    severity: str | None
    agent_id: str | None
    team: str | None
    call_id: str | None
    since: str | None
    until: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEntry:
    """An alert as a list shows it."""

    alert: Alert
    state: AlertState
    """Now: a snooze that is over is ``open``."""
    assignee: str | None
    snoozed_until: str | None
    """When a snoozed one comes back."""
    agent_id: str
    team: str
    fired_at: str

    @classmethod
    def of_row(cls, row: Any, now: str) -> AlertEntry | None:
        """``None`` for an alert that only a newer version can read."""
        alert = known(row.body)
        if not isinstance(alert, Alert):
            return None
        state = row.state
        if state == "snoozed" and row.snoozed_until is not None and row.snoozed_until <= now:
            state = "open"
        return cls(
            alert=alert,
            state=state,
            assignee=row.assignee,
            snoozed_until=row.snoozed_until if state == "snoozed" else None,
            agent_id=row.agent_id,
            team=row.team,
            fired_at=row.fired_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePrecision:
    """How often people found that a rule was right. It counts alerts, never people."""

    rule: str
    fired: int
    resolved: int
    """Ended as an alert that was right."""
    false_alarms: int
    precision: float | None
    """Share of ended alerts that were right; ``None``: none has ended."""


def alert_row(record: CallRecord, alert: AlertRecord) -> dict[str, Any]:
    """The row of ``alerts`` that follows from an alert of a record."""
    started = record.started
    return {
        "call_id": record.call_id,
        "alert_id": alert.alert.alert_id,
        "fired_at": later(started.started_at, alert.alert.at_s) if started else "",
        "rule": alert.alert.rule,
        "kind": alert.alert.kind,
        "severity": alert.alert.severity,
        "state": alert.state,
        "assignee": alert.assignee,
        "snoozed_until": alert.snoozed_until,
        "agent_id": started.agent_id if started else "",
        "team": started.team if started else "",
        "body": encode(alert.alert),
    }


def find_alerts(wanted: AlertFilter, now: str) -> Select[Any]:
    """Rows of the alerts wanted, in no order. Raises ``InputError`` for a wrong time."""
    alerts = tables.alerts.c
    query = equal(
        select(*alerts),
        (alerts.assignee, wanted.get("assignee")),
        (alerts.rule, wanted.get("rule")),
        (alerts.kind, wanted.get("kind")),
        (alerts.severity, wanted.get("severity")),
        (alerts.agent_id, wanted.get("agent_id")),
        (alerts.team, wanted.get("team")),
        (alerts.call_id, wanted.get("call_id")),
    )
    match wanted.get("state"):
        case "open":
            back = (alerts.state == "snoozed") & (alerts.snoozed_until <= now)
            query = query.where(or_(alerts.state == "open", back))
        case "snoozed":
            away = alerts.snoozed_until.is_(None) | (alerts.snoozed_until > now)
            query = query.where(alerts.state == "snoozed", away)
        case state:
            query = equal(query, (alerts.state, state))
    return between(query, alerts.fired_at, wanted.get("since"), wanted.get("until"))


def count_by_rule(since: str | None, until: str | None) -> Select[tuple[str, str, int]]:
    """Rows of rule, state and how many. Raises ``InputError`` for a wrong time."""
    alerts = tables.alerts.c
    query = select(alerts.rule, alerts.state, func.count())
    query = between(query, alerts.fired_at, since, until)
    return query.group_by(alerts.rule, alerts.state)


def precision_of(counted: Iterable[tuple[str, str, int]]) -> tuple[RulePrecision, ...]:
    """What ``count_by_rule`` found, a rule each, the least precise first: the one to mend."""
    by_rule: dict[str, dict[str, int]] = defaultdict(dict)
    for rule, state, count in counted:
        by_rule[rule][state] = count
    found = [_precision(rule, states) for rule, states in by_rule.items()]
    known = [one for one in found if one.precision is not None]
    unknown = [one for one in found if one.precision is None]
    return (
        *sorted(known, key=lambda one: (one.precision, -one.fired, one.rule)),
        *sorted(unknown, key=lambda one: (-one.fired, one.rule)),
    )


def _precision(rule: str, states: dict[str, int]) -> RulePrecision:
    resolved, false_alarms = states.get("resolved", 0), states.get("false_alarm", 0)
    ended = resolved + false_alarms
    return RulePrecision(
        rule=rule,
        fired=sum(states.values()),
        resolved=resolved,
        false_alarms=false_alarms,
        precision=resolved / ended if ended else None,
    )
