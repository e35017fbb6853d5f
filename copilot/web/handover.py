"""The brief for whoever takes a call over."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter

from copilot.errors import NotFoundError
from copilot.handover import Handover, handover
from copilot.record import CallRecord
from copilot.summary_running import running_summary
from copilot.web.access import ServicesOf, SignedIn, require_reading
from copilot.web.inputs import CallPath
from summarizer.questions import open_questions

router = APIRouter(prefix="/api/calls/{call_id}/handover", tags=["calls"])


@router.get("")
async def show_handover(
    call_id: CallPath, principal: SignedIn, services: ServicesOf
) -> Handover:
    """Who, why, what was done and promised, what angered the customer, what is still open:
    of a call that goes on as it stands now, else from the newest summary."""
    events = await services.journal.events(call_id)
    if not events:
        raise NotFoundError(f"no call {call_id!r}")
    record = CallRecord.of(events)
    require_reading(principal, record)

    def made() -> Handover:
        summary = record.summary or running_summary(services.running_summariser, events)
        return handover(record, summary, open_questions(events, record.language))

    return await asyncio.to_thread(made)
