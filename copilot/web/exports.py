"""One call as a file, and the calls of a range of days."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse

from copilot.call_page import call_page
from copilot.call_stream import CallStream, ListFormat, masked_for
from copilot.config import Config
from copilot.errors import NotFoundError
from copilot.export import has_started, to_csv, to_json, to_vtt
from copilot.record import CallRecord
from copilot.times import utc_now
from copilot.web.access import ServicesOf, SignedIn, require
from copilot.web.inputs import CallPath, Moment

router = APIRouter(prefix="/api", tags=["exports"])

Format = Literal["json", "csv", "vtt", "html"]
Bom = Annotated[bool, Query(description="A mark before CSV that makes Excel read UTF-8.")]
Analytics = Annotated[bool, Query(description="Without names, codes and customer ids.")]

MEDIA_TYPES: dict[Format, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8; header=present",
    "vtt": "text/vtt; charset=utf-8",
    "html": "text/html; charset=utf-8",
}
_PAPER = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""A page of our own origin that quotes what callers said runs nothing."""


@router.get("/calls/{call_id}/export", response_class=Response)
async def export_call(
    call_id: CallPath,
    principal: SignedIn,
    services: ServicesOf,
    format: Format = "json",
    bom: Bom = True,
    analytics: Analytics = False,
) -> Response:
    """The call as JSON (all of it), CSV (one line for a spreadsheet), WebVTT (captions) or
    HTML (a page to print, which a browser shows)."""
    record = await services.journal.record(call_id)
    require(principal, "export", record)
    if not has_started(record):
        raise NotFoundError(f"call {call_id} has not started")
    await services.journal.audit(principal.name, "export", call_id=call_id, detail=format)
    config = services.config

    def made() -> str:
        masked = masked_for(record, config.masking_policy, analytics=analytics)
        return _document(masked, format, config, bom=bom)

    kept = "inline" if format == "html" else "attachment"
    # Names that every file system takes.
    name = re.sub(r"[^A-Za-z0-9._-]", "_", call_id)
    return Response(
        await asyncio.to_thread(made),
        media_type=MEDIA_TYPES[format],
        headers={
            "Content-Disposition": f'{kept}; filename="call-{name}.{format}"',
            "Content-Security-Policy": _PAPER,
        },
    )


@router.get("/export", response_class=StreamingResponse)
async def export_calls(
    principal: SignedIn,
    services: ServicesOf,
    format: ListFormat = "json",
    since: Moment = None,
    until: Moment = None,
    bom: Bom = True,
    analytics: Analytics = False,
) -> StreamingResponse:
    """The calls that began in a range of days, oldest first, as a JSON array or CSV. Streamed:
    an answer that breaks off is not whole."""
    require(principal, "export")
    calls = CallStream(
        services.journal.archive,
        services.config.masking_policy,
        since=since,
        until=until,
        analytics=analytics,
    )
    await services.journal.audit(principal.name, "export", detail=format)

    async def texts() -> AsyncIterator[str]:
        async for piece in calls.document(format, bom=bom):
            yield piece.text

    return StreamingResponse(
        texts(),
        media_type=MEDIA_TYPES[format],
        headers={"Content-Disposition": f'attachment; filename="calls.{format}"'},
    )


def _document(record: CallRecord, format: Format, config: Config, *, bom: bool) -> str:
    match format:
        case "json":
            return to_json(record)
        case "csv":
            return to_csv([record], bom=bom)
        case "vtt":
            return to_vtt(record)
        case "html":
            return call_page(record, made_at=utc_now(), time_zone=config.time_zone)
