"""What lists of the archive are made of: rows folded from records, and pages of them."""

from __future__ import annotations

import base64
import binascii
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, String, Update, cast, func, select, union, update

from copilot import tables
from copilot.errors import InputError
from copilot.events import Delivery, Event, encode
from copilot.record import CallRecord
from copilot.times import later, utc

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Entry]):
    """Entries of a list. ``cursor`` asks for what follows; ``None``: nothing does."""

    entries: tuple[Entry, ...]
    cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEntry:
    """A call as a list shows it. ``last_seq`` is where a viewer may go on from."""

    call_id: str
    last_seq: int
    event_count: int
    state: str
    """``live`` or ``ended``."""
    started_at: str
    duration_s: float
    """Media time so far; of an ended call, all of it."""
    agent_id: str
    team: str
    customer_id: str | None
    direction: str
    language: str
    frustration: float | None
    """The customer's mood, 0 to 1; ``None`` before the first reading."""
    trend: str | None
    alert_count: int
    open_alert_count: int
    headline: str
    """Of the newest summary."""
    summary_state: str | None
    summary_version: int

    @classmethod
    def columns(cls) -> list[Any]:
        """What a list needs of the rows: not all that was said."""
        return [tables.calls.c[field.name] for field in fields(cls)]

    @classmethod
    def of_row(cls, row: Any) -> CallEntry:
        return cls(**row._mapping)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who did what, and when."""

    audit_id: int
    made_at: str
    who: str
    what: str
    call_id: str | None
    detail: str

    @classmethod
    def of_row(cls, row: Any) -> AuditEntry:
        return cls(**row._mapping)


# Rows ---------------------------------------------------------------------------------


def call_row(record: CallRecord, *, event_count: int) -> dict[str, Any]:
    """The row of ``calls`` that follows from a record."""
    started, mood, summary = record.started, record.mood, record.summary
    approved = record.approved
    headline = summary.fields.headline if summary else ""
    return {
        "call_id": record.call_id,
        "last_seq": record.seq,
        "event_count": event_count,
        "state": record.state,
        "started_at": later(started.started_at, 0.0) if started else "",
        "duration_s": record.ended.duration_s if record.ended else record.at_s,
        "agent_id": started.agent_id if started else "",
        "team": started.team if started else "",
        "customer_id": started.customer_id if started else None,
        "direction": started.direction if started else "",
        "language": record.language,
        "frustration": mood.frustration if mood else None,
        "trend": mood.trend if mood else None,
        "alert_count": len(record.alerts),
        "open_alert_count": len(record.open_alerts),
        "headline": headline,
        "summary_state": summary.state if summary else None,
        "summary_version": summary.version if summary else 0,
        "approved_version": approved.version if approved else None,
        "approved_at": later(approved.made_at, 0.0) if approved else None,
        "search_text": searchable(f"{headline}\n{record.text}"),
    }


def event_row(one: Event) -> dict[str, Any]:
    return {
        "call_id": one.call_id,
        "seq": one.seq,
        "type": one.type,
        "at_s": one.at_s,
        "body": encode(one),
    }


def delivery_row(delivery: Delivery) -> dict[str, Any]:
    return {
        "call_id": delivery.call_id,
        "target": delivery.target,
        "made_at": later(delivery.made_at, 0.0),
        "state": delivery.state,
        "body": encode(delivery),
    }


def searchable(text: str) -> str:
    """Text as it is searched: width, case and runs of white space make no difference."""
    # PostgreSQL's text holds no zero character.
    plain = unicodedata.normalize("NFKC", text).casefold().replace("\0", " ")
    return " ".join(plain.split())


# Pages --------------------------------------------------------------------------------


def cut(
    rows: Sequence[Any], limit: int, keys: Sequence[str]
) -> tuple[Sequence[Any], str | None]:
    """The first ``limit`` rows, and the cursor of the rest where there is one."""
    if len(rows) <= limit:
        return rows, None
    last = [getattr(rows[limit - 1], key) for key in keys]
    return rows[:limit], base64.urlsafe_b64encode(json.dumps(last).encode()).decode()


def from_cursor(cursor: str, kinds: Sequence[type]) -> list[Any]:
    """Values of the keys a cursor stands for, which are of these kinds. Raises
    ``InputError``."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor))
    except (binascii.Error, ValueError, RecursionError):
        values = None
    if not isinstance(values, list) or [type(value) for value in values] != list(kinds):
        raise InputError("the cursor is not one of this list")
    return values


def between(
    query: Select[Any], column: Any, since: str | None, until: str | None
) -> Select[Any]:
    """The rows from ``since`` on and before ``until``, where they are given."""
    if since is not None:
        query = query.where(column >= utc(since))
    if until is not None:
        query = query.where(column < utc(until))
    return query


def equal(query: Select[Any], *wanted: tuple[Any, str | None]) -> Select[Any]:
    """The rows whose columns have these values, where they are given."""
    for column, value in wanted:
        if value is not None:
            query = query.where(column == value)
    return query


def undelivered(target: str, since: str) -> Select[tuple[str]]:
    """Calls whose delivery to the target has begun and not ended; and those approved from
    ``since`` on of which no delivery tells that version."""
    calls, deliveries = tables.calls.c, tables.deliveries.c
    begun = select(deliveries.call_id).where(
        deliveries.target == target, deliveries.state.in_(("queued", "failed"))
    )
    version = '%"summary_version":' + cast(calls.approved_version, String) + ",%"
    told = select(deliveries.call_id).where(
        deliveries.call_id == calls.call_id,
        deliveries.target == target,
        deliveries.body.like(version),
    )
    approved = select(calls.call_id).where(calls.approved_at >= since, ~told.exists())
    return select(union(begun, approved).subquery().c.call_id)


def first_delivery_at(target: str) -> Select[tuple[str | None]]:
    """When the target was first told of what it has."""
    deliveries = tables.deliveries.c
    return select(func.min(deliveries.made_at)).where(deliveries.target == target)


def approve_as_before() -> Update:
    """What rows of an earlier version show of approvals."""
    calls = tables.calls.c
    approved = update(tables.calls).where(calls.summary_state == "approved")
    return approved.values(approved_version=calls.summary_version, approved_at=calls.started_at)
