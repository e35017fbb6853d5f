"""Alerts of all calls, and what supervisors do about them."""

from __future__ import annotations

from typing import Annotated, Literal, cast

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from copilot.alert_listing import AlertEntry, RulePrecision
from copilot.attention import Attention, attention
from copilot.auth import can
from copilot.errors import ConflictError, InputError, NotFoundError
from copilot.events import AlertKind, AlertUpdated, Severity
from copilot.listing import Page
from copilot.record import AlertState, CallRecord
from copilot.times import utc, utc_now
from copilot.web.access import ServicesOf, SignedIn, require, require_reading
from copilot.web.app_state import ChangesOf
from copilot.web.changes import now
from copilot.web.inputs import (
    CALL_ID,
    CallPath,
    Cursor,
    Limit,
    Moment,
    Name,
    NamePath,
    NameQuery,
)
from copilot.web.written import masked

router = APIRouter(prefix="/api/alerts", tags=["alerts"])

_CALLS = 200
"""Live calls that are asked for at once."""

Deed = Literal["acknowledge", "assign", "snooze", "resolve", "false-alarm"]
UpdatedState = Literal["acknowledged", "assigned", "snoozed", "resolved", "false_alarm"]

STATES: dict[Deed, UpdatedState] = {
    "acknowledge": "acknowledged",
    "assign": "assigned",
    "snooze": "snoozed",
    "resolve": "resolved",
    "false-alarm": "false_alarm",
}


class Update(BaseModel):
    model_config = ConfigDict(extra="forbid")
    comment: Annotated[str, Field(max_length=500)] = ""
    assignee: Name | None = None
    """Who takes it over; with ``assign`` only."""
    until: Annotated[str | None, Field(max_length=40)] = None
    """When it comes back, ISO 8601; with ``snooze`` only."""


@router.get("")
async def list_alerts(
    principal: SignedIn,
    services: ServicesOf,
    state: AlertState | None = None,
    kind: AlertKind | None = None,
    severity: Severity | None = None,
    assignee: NameQuery = None,
    rule: NameQuery = None,
    agent_id: NameQuery = None,
    team: NameQuery = None,
    call_id: Annotated[str | None, Query(pattern=CALL_ID)] = None,
    since: Moment = None,
    until: Moment = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[AlertEntry]:
    """Alerts, newest first. An operator finds those of their own calls."""
    if not can(principal, "see_call") and not can(principal, "export"):
        agent_id = principal.name
    return await services.journal.alerts(
        state=state,
        kind=kind,
        severity=severity,
        assignee=assignee,
        rule=rule,
        agent_id=agent_id,
        team=team,
        call_id=call_id,
        since=since,
        until=until,
        limit=limit,
        cursor=cursor,
    )


@router.get("/board")
async def show_board(principal: SignedIn, services: ServicesOf) -> Attention:
    """Open alerts of live calls as the board shows them to whoever asks: merged by call,
    ranked, and as many asking at once as the alert budget allows."""
    require(principal, "see_board")
    journal = services.journal
    records: list[CallRecord] = []
    cursor: str | None = None
    while True:
        page = await journal.calls(state="live", limit=_CALLS, cursor=cursor)
        for entry in page.entries:
            if entry.open_alert_count:
                records.append(await journal.record(entry.call_id))
        if page.cursor is None:
            break
        cursor = page.cursor
    return attention(
        records, now=utc_now(), budget=services.config.alert_budget, me=principal.name
    )


@router.get("/precision")
async def show_precision(
    principal: SignedIn, services: ServicesOf, since: Moment = None, until: Moment = None
) -> tuple[RulePrecision, ...]:
    """How often people found each rule right, the least precise first."""
    require_reading(principal)
    return await services.journal.precision(since=since, until=until)


@router.post("/{call_id}/{alert_id}/{deed}")
async def update_alert(
    call_id: CallPath,
    alert_id: NamePath,
    deed: Deed,
    body: Update,
    principal: SignedIn,
    services: ServicesOf,
    changes: ChangesOf,
) -> AlertUpdated:
    """Say what is done about an alert. ``resolve`` and ``false-alarm`` end it, once."""
    until = _checked(deed, body)
    async with changes.of(call_id) as record:
        require(principal, "update_alert", record)
        _require_open(record, alert_id)
        await services.journal.audit(principal.name, deed, call_id=call_id, detail=alert_id)
        stored = await services.journal.append(
            AlertUpdated(
                call_id=call_id,
                at_s=record.at_s,
                alert_id=alert_id,
                state=STATES[deed],
                by=principal.name,
                assignee=body.assignee,
                until=until,
                comment=masked(body.comment, record.language, services.config.masking_policy),
                made_at=now(),
            )
        )
    return cast(AlertUpdated, stored)


def _checked(deed: Deed, body: Update) -> str | None:
    """``until`` in the one form of the house. Raises ``InputError``."""
    if (deed == "assign") != (body.assignee is not None):
        raise InputError("assignee: name who takes it over, with assign and only there")
    if (deed == "snooze") != (body.until is not None):
        raise InputError("until: say when it comes back, with snooze and only there")
    return utc(body.until) if body.until is not None else None


def _require_open(record: CallRecord, alert_id: str) -> None:
    alert = record.alerts.get(alert_id)
    if alert is None:
        raise NotFoundError("the call has no such alert")
    if alert.closed:
        raise ConflictError(f"the alert has ended already: {alert.state}")
