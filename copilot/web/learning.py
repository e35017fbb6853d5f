"""What people changed in the drafts of the system, as JSON lines."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from copilot.learning_data import edit_line, edits
from copilot.times import utc
from copilot.web.access import ServicesOf, SignedIn, require
from copilot.web.inputs import Moment

router = APIRouter(prefix="/api/summaries", tags=["summaries"])

MEDIA_TYPE = "application/x-ndjson"


@router.get("/edits", response_class=StreamingResponse)
async def list_edits(
    principal: SignedIn, services: ServicesOf, since: Moment = None, until: Moment = None
) -> StreamingResponse:
    """One line a call with an approved summary: draft and approved words, field by field,
    masked as for analytics. Streamed, newest first."""
    require(principal, "export")
    # Before the answer begins: afterwards no fault can be told.
    since, until = (one and utc(one) for one in (since, until))
    await services.journal.audit(principal.name, "export_edits")

    async def lines() -> AsyncIterator[str]:
        found = edits(
            services.journal.archive, services.config.masking_policy, since=since, until=until
        )
        async for edit in found:
            yield edit_line(edit)

    return StreamingResponse(
        lines(),
        media_type=MEDIA_TYPE,
        headers={"Content-Disposition": 'attachment; filename="summary-edits.jsonl"'},
    )
