"""The operator's call for help: raised with one tap, lowered by them or by whoever comes."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from copilot.auth import can
from copilot.errors import ConflictError, NotFoundError
from copilot.events import Alert, AlertUpdated
from copilot.help_sign import raise_sign, raised
from copilot.web.access import ServicesOf, SignedIn, require
from copilot.web.app_state import ChangesOf
from copilot.web.changes import now
from copilot.web.inputs import CallPath
from copilot.web.written import masked

router = APIRouter(prefix="/api/calls/{call_id}/help", tags=["alerts"])


class Lowering(BaseModel):
    model_config = ConfigDict(extra="forbid")
    comment: Annotated[str, Field(max_length=500)] = ""


@router.post("", status_code=201)
async def ask_for_help(
    call_id: CallPath,
    principal: SignedIn,
    services: ServicesOf,
    changes: ChangesOf,
    response: Response,
) -> Alert:
    """Raise the sign in one's own call. While it is up, asking again changes nothing: 200."""
    async with changes.of(call_id) as record:
        require(principal, "ask_help", record)
        if record.ended is not None:
            raise ConflictError("the call has ended")
        if (up := raised(record)) is not None:
            response.status_code = 200
            return up.alert
        await services.journal.audit(principal.name, "ask_help", call_id=call_id)
        return cast(Alert, await services.journal.append(raise_sign(record)))


@router.post("/lower")
async def lower_sign(
    call_id: CallPath,
    body: Lowering,
    principal: SignedIn,
    services: ServicesOf,
    changes: ChangesOf,
) -> AlertUpdated:
    """Take the sign down, as the operator or as whoever answered it: the alert is resolved."""
    async with changes.of(call_id) as record:
        if not can(principal, "update_alert"):
            require(principal, "ask_help", record)
        up = raised(record)
        if up is None:
            raise NotFoundError("no sign is up in this call")
        alert_id = up.alert.alert_id
        await services.journal.audit(
            principal.name, "lower_help", call_id=call_id, detail=alert_id
        )
        stored = await services.journal.append(
            AlertUpdated(
                call_id=call_id,
                at_s=record.at_s,
                alert_id=alert_id,
                state="resolved",
                by=principal.name,
                comment=masked(body.comment, record.language, services.config.masking_policy),
                made_at=now(),
            )
        )
    return cast(AlertUpdated, stored)
