"""Notes that people write beside a call."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from copilot.events import Note
from copilot.web.access import ServicesOf, SignedIn, require, require_reading
from copilot.web.app_state import ChangesOf
from copilot.web.changes import now
from copilot.web.inputs import CallPath
from copilot.web.written import masked

router = APIRouter(prefix="/api/calls/{call_id}/notes", tags=["notes"])


class NewNote(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, Field(min_length=1, max_length=1000)]
    to: Annotated[str, Field(max_length=128)] = ""
    """Whom it is for; empty: the operator of the call."""


@router.get("")
async def list_notes(
    call_id: CallPath, principal: SignedIn, services: ServicesOf
) -> list[Note]:
    """All notes of the call, oldest first."""
    record = await services.journal.record(call_id)
    require_reading(principal, record)
    return record.notes


@router.post("", status_code=201)
async def write_note(
    call_id: CallPath,
    body: NewNote,
    principal: SignedIn,
    services: ServicesOf,
    changes: ChangesOf,
) -> Note:
    """Write a note; it reaches the pages of the call at once."""
    async with changes.of(call_id) as record:
        require(principal, "write_note", record)
        # A mask may be longer than what it hides.
        text = masked(body.text, record.language, services.config.masking_policy)[:1000]
        agent_id = record.started.agent_id if record.started else ""
        await services.journal.audit(principal.name, "write_note", call_id=call_id)
        stored = await services.journal.append(
            Note(
                call_id=call_id,
                at_s=record.at_s,
                author=principal.name,
                to=body.to or agent_id,
                text=text,
                made_at=now(),
            )
        )
    return cast(Note, stored)
