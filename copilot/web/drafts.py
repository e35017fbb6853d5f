"""The edit somebody has begun, autosaved on the server, one a person."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, fields

from fastapi import APIRouter

from copilot.drafts import Draft
from copilot.errors import ConflictError, NotFoundError
from copilot.record import CallRecord
from copilot.web.access import ServicesOf, SignedIn, require
from copilot.web.app_state import DraftsOf
from copilot.web.inputs import CallPath
from copilot.web.written import Written, masked, masked_fields

router = APIRouter(prefix="/api/calls/{call_id}/summary/draft", tags=["summaries"])


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDraft(Draft):
    """One's own draft, as it was saved last."""

    newest_version: int
    """Above ``version``: the summary went on meanwhile, and handing the draft in would be
    refused."""


@router.get("")
async def show_draft(
    call_id: CallPath, principal: SignedIn, services: ServicesOf, drafts: DraftsOf
) -> OwnDraft:
    """One's own draft; 404 where there is none."""
    record = await services.journal.record(call_id)
    require(principal, "edit_summary", record)
    draft = await drafts.find(call_id, principal.name)
    return _own(draft, record)


@router.put("")
async def save_draft(
    call_id: CallPath,
    body: Written,
    principal: SignedIn,
    services: ServicesOf,
    drafts: DraftsOf,
) -> OwnDraft:
    """Keep what somebody has written so far, masked. No words are refused for being on top
    of an older version: that is settled when they are handed in."""
    record = await services.journal.record(call_id)
    require(principal, "edit_summary", record)
    newest_version = _newest_version(record)
    base = next((one for one in record.summaries if one.version == body.version), None)
    if base is None:
        raise ConflictError(f"there is no version {body.version}; {newest_version} is newest")
    language, policy = record.language, services.config.masking_policy
    written = body.fields_upon(base.fields, services.dispositions.titles)

    def made() -> Draft:
        return Draft(
            version=body.version,
            brief=None if body.brief is None else masked(body.brief, language, policy),
            text=None if body.text is None else masked(body.text, language, policy),
            fields=None if body.fields is None else masked_fields(written, language, policy),
            spent_s=body.spent_s,
        )

    draft = await asyncio.to_thread(made)
    saved = await drafts.save(call_id, principal.name, draft)
    return _own(saved, record)


@router.delete("", status_code=204)
async def drop_draft(
    call_id: CallPath, principal: SignedIn, services: ServicesOf, drafts: DraftsOf
) -> None:
    """Forget one's own draft. Again: no effect."""
    require(principal, "edit_summary", await services.journal.record(call_id))
    await drafts.erase(call_id, principal.name)


def _own(draft: Draft, record: CallRecord) -> OwnDraft:
    kept = {member.name: getattr(draft, member.name) for member in fields(Draft)}
    return OwnDraft(**kept, newest_version=_newest_version(record))


def _newest_version(record: CallRecord) -> int:
    if record.summary is None:
        raise NotFoundError("the call has no summary yet; the draft comes when the call ends")
    return record.summary.version
