"""Summaries on their way to the CRM."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from copilot.events import Delivery
from copilot.listing import Page
from copilot.web.access import ServicesOf, SignedIn, require
from copilot.web.inputs import CALL_ID, CallPath, Cursor, Limit, NamePath, NameQuery

router = APIRouter(prefix="/api/deliveries", tags=["deliveries"])


@router.get("")
async def list_deliveries(
    principal: SignedIn,
    services: ServicesOf,
    state: Literal["queued", "sent", "failed", "dead"] | None = None,
    target: NameQuery = None,
    call_id: Annotated[str | None, Query(pattern=CALL_ID)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Delivery]:
    """The latest state of every delivery, newest first."""
    require(principal, "see_deliveries")
    return await services.journal.deliveries(
        state=state, target=target, call_id=call_id, limit=limit, cursor=cursor
    )


@router.post("/{call_id}/{target}/retry", status_code=202)
async def retry_delivery(
    call_id: CallPath, target: NamePath, principal: SignedIn, services: ServicesOf
) -> None:
    """Deliver again, whatever became of it before."""
    require(principal, "retry_delivery")
    await services.journal.audit(
        principal.name, "retry_delivery", call_id=call_id, detail=target
    )
    await services.deliveries.retry(call_id, target)
