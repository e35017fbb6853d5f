"""The summary of a call: read, edit, approve, reopen. Every change is a new version."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, cast

from fastapi import APIRouter, Query
from pydantic import Field

from copilot.errors import ConflictError, NotFoundError, StoreUnavailableError
from copilot.events import Summary, SummaryFields
from copilot.record import CallRecord
from copilot.web.access import ServicesOf, SignedIn, require, require_reading
from copilot.web.app_state import ChangesOf, DraftsOf, SoFarOf
from copilot.web.changes import now
from copilot.web.inputs import CallPath
from copilot.web.written import BaseVersion, Spent, Written, masked, masked_fields
from summarizer.citing import cite

router = APIRouter(prefix="/api/calls/{call_id}/summary", tags=["summaries"])


class Approval(BaseVersion):
    spent_s: Spent = None


class Reopening(BaseVersion):
    comment: Annotated[str, Field(min_length=1, max_length=500)]
    """Why."""


@router.get("")
async def show_summary(
    call_id: CallPath,
    principal: SignedIn,
    services: ServicesOf,
    version: Annotated[int | None, Query(ge=1, description="None: the newest.")] = None,
) -> Summary:
    """The newest version, or the one asked for."""
    record = await services.journal.record(call_id)
    require_reading(principal, record)
    for summary in reversed(record.summaries):
        if version in (None, summary.version):
            return summary
    raise NotFoundError("the call has no such summary; the draft comes when the call ends")


@router.get("/versions")
async def list_versions(
    call_id: CallPath, principal: SignedIn, services: ServicesOf
) -> list[Summary]:
    """Every version, oldest first: who changed it, when, how long it took, and why."""
    record = await services.journal.record(call_id)
    require_reading(principal, record)
    return record.summaries


@router.get("/running")
async def show_running_summary(
    call_id: CallPath, principal: SignedIn, services: ServicesOf, so_far: SoFarOf
) -> Summary:
    """The call so far, told now from the finals stored: version 0, not stored. 409 once the
    call has its summary."""
    events = await services.journal.events(call_id)
    if not events:
        raise NotFoundError(f"no call {call_id!r}")
    record = CallRecord.of(events)
    require_reading(principal, record)
    if record.summary is not None:
        raise ConflictError("the call has its summary; read that instead")
    return await so_far.of(events)


@router.put("")
async def edit_summary(
    call_id: CallPath,
    body: Written,
    principal: SignedIn,
    services: ServicesOf,
    changes: ChangesOf,
    drafts: DraftsOf,
) -> Summary:
    """A new version in somebody's own words, masked like the call's. Sentences that stayed
    keep their evidence, new ones are looked up in what was said: those that nobody said are
    in ``unsupported``, and stay."""
    async with changes.of(call_id) as record:
        require(principal, "edit_summary", record)
        newest = newest_summary(record, body.version)
        language, policy = record.language, services.config.masking_policy
        fields = body.fields_upon(newest.fields, services.dispositions.titles)

        def made() -> Summary:
            edited = replace(
                _next(newest, record, by=principal.name),
                state="edited",
                brief=masked(
                    newest.brief if body.brief is None else body.brief, language, policy
                ),
                text=masked(newest.text if body.text is None else body.text, language, policy),
                fields=masked_fields(fields, language, policy),
                why_none=None,
                spent_s=body.spent_s,
            )
            sentences, unsupported = cite(edited, newest, record.finals)
            return replace(edited, sentences=sentences, unsupported=unsupported)

        edited = await asyncio.to_thread(made)
        await services.journal.audit(principal.name, "edit_summary", call_id=call_id)
        stored = await services.journal.append(edited)
    # It is stored: that a draft stays behind makes nobody write it again.
    with suppress(StoreUnavailableError):
        await drafts.erase(call_id, principal.name)
    return cast(Summary, stored)


@router.post("/approve")
async def approve_summary(
    call_id: CallPath,
    body: Approval,
    principal: SignedIn,
    services: ServicesOf,
    changes: ChangesOf,
    drafts: DraftsOf,
) -> Summary:
    """Approve a version, as it is to the letter, and queue it for every CRM target."""
    async with changes.of(call_id) as record:
        require(principal, "approve_summary", record)
        newest = newest_summary(record, body.version)
        if newest.state == "approved":
            raise ConflictError(f"version {newest.version} is approved already")
        if newest.state == "unavailable" or _blank(newest):
            raise ConflictError("there is no text to approve; write it first")
        if services.dispositions.required and not newest.fields.disposition:
            raise ConflictError("this centre closes calls with a disposition code; choose one")
        await services.journal.audit(
            principal.name, "approve_summary", call_id=call_id, detail=str(newest.version)
        )
        stored = await services.journal.append(
            replace(
                _next(newest, record, by=principal.name),
                state="approved",
                spent_s=body.spent_s,
            )
        )
        await services.deliveries.enqueue(call_id, newest.version + 1)
    # Other people's words are theirs: their page tells them of this version.
    with suppress(StoreUnavailableError):
        await drafts.erase(call_id, principal.name)
    return cast(Summary, stored)


@router.post("/reopen")
async def reopen_summary(
    call_id: CallPath,
    body: Reopening,
    principal: SignedIn,
    services: ServicesOf,
    changes: ChangesOf,
) -> Summary:
    """Take up an approved summary again, or write one where there was none: a draft with
    the same words. What was approved stays in the CRM until the next approval."""
    async with changes.of(call_id) as record:
        require(principal, "edit_summary", record)
        newest = newest_summary(record, body.version)
        if newest.state not in ("approved", "unavailable"):
            raise ConflictError(f"version {newest.version} is open: {newest.state}")
        await services.journal.audit(
            principal.name, "reopen_summary", call_id=call_id, detail=str(newest.version)
        )
        stored = await services.journal.append(
            replace(
                _next(newest, record, by=principal.name),
                state="draft",
                why_none=None,
                comment=masked(body.comment, record.language, services.config.masking_policy),
            )
        )
    return cast(Summary, stored)


def newest_summary(record: CallRecord, version: int) -> Summary:
    """Raises ``NotFoundError``, and ``ConflictError`` unless ``version`` is the newest."""
    newest = record.summary
    if newest is None:
        raise NotFoundError("the call has no summary yet; the draft comes when the call ends")
    if newest.version != version:
        by = f" by {newest.by}" if newest.by else ""
        raise ConflictError(
            f"version {version} is not the newest: version {newest.version} "
            f"({newest.state}{by}) is; look at that one first"
        )
    return newest


def _next(newest: Summary, record: CallRecord, *, by: str) -> Summary:
    """The version after the newest one, with the same words."""
    return replace(
        newest,
        seq=0,
        at_s=record.at_s,
        version=newest.version + 1,
        by=by,
        spent_s=None,
        comment="",
        made_at=now(),
    )


def _blank(summary: Summary) -> bool:
    """Whether nobody has written anything: what the system counts by itself does not tell
    of the call."""
    fields = summary.fields
    counted = SummaryFields(
        customer_mood=fields.customer_mood,
        help_offers=fields.help_offers,
        alerts=fields.alerts,
        language=fields.language,
        not_stated=fields.not_stated,
    )
    words = f"{summary.brief}{summary.text}".strip()
    return not words and fields == counted
