"""One call as a file."""

from __future__ import annotations

import re
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import Response

from copilot.export import to_csv, to_json, to_vtt
from copilot.record import CallRecord
from copilot.web.access import ServicesOf, SignedIn, require
from copilot.web.inputs import CallPath

router = APIRouter(prefix="/api/calls/{call_id}/export", tags=["exports"])

Format = Literal["json", "csv", "vtt"]

MEDIA_TYPES: dict[Format, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8; header=present",
    "vtt": "text/vtt; charset=utf-8",
}


@router.get("", response_class=Response)
async def export_call(
    call_id: CallPath,
    principal: SignedIn,
    services: ServicesOf,
    format: Format = "json",
) -> Response:
    """The call as JSON (all of it), CSV (one line for a spreadsheet) or WebVTT (captions)."""
    record = await services.journal.record(call_id)
    require(principal, "export", record)
    await services.journal.audit(principal.name, "export", call_id=call_id, detail=format)
    # Names that every file system takes.
    name = re.sub(r"[^A-Za-z0-9._-]", "_", call_id)
    return Response(
        _document(record, format),
        media_type=MEDIA_TYPES[format],
        headers={"Content-Disposition": f'attachment; filename="call-{name}.{format}"'},
    )


def _document(record: CallRecord, format: Format) -> str:
    match format:
        case "json":
            return to_json(record)
        case "csv":
            return to_csv([record])
        case "vtt":
            return to_vtt(record)
