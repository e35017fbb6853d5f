"""Calls: lists, search, one call, its events."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from copilot.auth import can
from copilot.events import (
    Alert,
    AlertUpdated,
    CallEnded,
    CallStarted,
    Degraded,
    Delivery,
    Event,
    MoodPoint,
    Note,
    StepTaken,
    Suggestion,
    Summary,
    Transcript,
)
from copilot.interventions import Intervention, interventions
from copilot.listing import CallEntry, Page
from copilot.record import AlertRecord, AlertState, CallRecord, Mood
from copilot.times import utc_now
from copilot.web.access import ServicesOf, SignedIn, require_reading
from copilot.web.inputs import CallPath, Cursor, Limit, Moment, NameQuery, Seq, Text

router = APIRouter(prefix="/api/calls", tags=["calls"])


class AlertView(BaseModel):
    """An alert and what became of it."""

    alert: Alert
    state: AlertState
    """Now: a snooze that is over is ``open``."""
    assignee: str | None
    updates: list[AlertUpdated]

    @classmethod
    def of(cls, record: AlertRecord) -> AlertView:
        return cls(
            alert=record.alert,
            state=record.state_at(utc_now()),
            assignee=record.assignee,
            updates=list(record.updates),
        )


class CallView(BaseModel):
    """A whole call. Later events follow from ``seq``, on ``/ws/live`` or ``events``."""

    call_id: str
    state: Literal["live", "ended"]
    seq: int
    at_s: float
    language: str
    started: CallStarted | None
    ended: CallEnded | None
    mood: Mood | None
    mood_line: list[MoodPoint]
    transcript: list[Transcript]
    alerts: list[AlertView]
    steps: list[StepTaken]
    suggestions: list[Suggestion]
    notes: list[Note]
    summary: Summary | None
    deliveries: list[Delivery]
    degraded: list[Degraded]

    @classmethod
    def of(cls, record: CallRecord) -> CallView:
        return cls(
            call_id=record.call_id,
            state=record.state,
            seq=record.seq,
            at_s=record.at_s,
            language=record.language,
            started=record.started,
            ended=record.ended,
            mood=record.mood,
            mood_line=record.mood_line,
            transcript=record.finals,
            alerts=[AlertView.of(alert) for alert in record.alerts.values()],
            steps=record.steps,
            suggestions=record.suggestions,
            notes=record.notes,
            summary=record.summary,
            deliveries=list(record.deliveries.values()),
            degraded=list(record.degraded.values()),
        )


class Events(BaseModel):
    """Events of one call in order. ``next_after`` asks for what follows now; ``None``:
    nothing does yet."""

    entries: list[Event]
    next_after: int | None


@router.get("")
async def list_calls(
    principal: SignedIn,
    services: ServicesOf,
    text: Text = None,
    agent_id: NameQuery = None,
    team: NameQuery = None,
    customer_id: NameQuery = None,
    state: Literal["live", "ended"] | None = None,
    since: Moment = None,
    until: Moment = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[CallEntry]:
    """Calls, newest first; ``text`` searches what was said. An operator finds their own."""
    if not can(principal, "see_call") and not can(principal, "export"):
        agent_id = principal.name
    return await services.journal.calls(
        text=text,
        agent_id=agent_id,
        team=team,
        customer_id=customer_id,
        state=state,
        since=since,
        until=until,
        limit=limit,
        cursor=cursor,
    )


@router.get("/{call_id}")
async def show_call(call_id: CallPath, principal: SignedIn, services: ServicesOf) -> CallView:
    """The whole call as it stands."""
    record = await services.journal.record(call_id)
    require_reading(principal, record)
    return CallView.of(record)


@router.get("/{call_id}/events")
async def list_events(
    call_id: CallPath,
    principal: SignedIn,
    services: ServicesOf,
    after: Annotated[Seq, Query(description="seq of the last event known")] = 0,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
) -> Events:
    """Stored events above ``after``, in order."""
    require_reading(principal, await services.journal.record(call_id))
    found = await services.journal.events(call_id, after)
    page = found[:limit]
    return Events(entries=page, next_after=page[-1].seq if len(found) > limit else None)


@router.get("/{call_id}/interventions")
async def list_interventions(
    call_id: CallPath, principal: SignedIn, services: ServicesOf
) -> list[Intervention]:
    """Every time somebody stepped in, with the customer's mood before and after."""
    record = await services.journal.record(call_id)
    require_reading(principal, record)
    return interventions(record)
