"""The evidence pack of one call as a file."""

from __future__ import annotations

import asyncio
import re

from fastapi import APIRouter
from fastapi.responses import Response

from copilot.evidence import pack_of
from copilot.times import utc_now
from copilot.web.access import ServicesOf, SignedIn, require
from copilot.web.inputs import CallPath

router = APIRouter(prefix="/api/calls/{call_id}/evidence", tags=["exports"])


@router.get("", response_class=Response)
async def pack_evidence(
    call_id: CallPath, principal: SignedIn, services: ServicesOf
) -> Response:
    """A zip for the consultation desk. That it was made, by whom, and the hash of its
    manifest go into the audit log."""
    record = await services.journal.record(call_id)
    require(principal, "export", record)
    events = await services.journal.events(call_id)
    pack = await asyncio.to_thread(
        pack_of,
        events,
        services.policy.in_force,
        made_by=principal.name,
        made_at=utc_now(),
        time_zone=services.config.time_zone,
    )
    await services.journal.audit(
        principal.name, "evidence", call_id=call_id, detail=pack.manifest_sha256
    )
    # Names that every file system takes.
    name = re.sub(r"[^A-Za-z0-9._-]", "_", call_id)
    return Response(
        pack.content,
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="evidence-{name}.zip"'},
    )
