"""The brief for whoever takes a call over."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter

from copilot.errors import NotFoundError
from copilot.events import Event
from copilot.handover import Handover, handover
from copilot.ports import Summariser
from copilot.record import CallRecord
from copilot.summary_running import running_summary
from copilot.web.access import ServicesOf, SignedIn, require_reading
from copilot.web.app_state import HandoversOf
from copilot.web.inputs import CallPath
from summarizer.questions import open_questions

router = APIRouter(prefix="/api/calls/{call_id}/handover", tags=["calls"])


@router.get("")
async def show_handover(
    call_id: CallPath, principal: SignedIn, services: ServicesOf, handovers: HandoversOf
) -> Handover:
    """Who, why, what was done and promised, what angered the customer, what is still open:
    of a call that goes on as it stands now, else from the newest summary."""
    events = await services.journal.events(call_id)
    if not events:
        raise NotFoundError(f"no call {call_id!r}")
    require_reading(principal, CallRecord.of(events))
    return await handovers.of(events)


def brief(summariser: Summariser, events: Sequence[Event]) -> Handover:
    """``events`` are all of a call. Blocking."""
    record = CallRecord.of(events)
    summary = record.summary or running_summary(summariser, events)
    return handover(record, summary, open_questions(events, record.language))
