"""The summary of a call: read, edit, approve. Every change is a new version."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated, Any, cast

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

from copilot.errors import ConflictError, NotFoundError
from copilot.events import Summary, SummaryFields
from copilot.masking import mask
from copilot.record import CallRecord
from copilot.web.access import ServicesOf, SignedIn, require, require_reading
from copilot.web.app_state import ChangesOf
from copilot.web.changes import now
from copilot.web.inputs import CallPath

router = APIRouter(prefix="/api/calls/{call_id}/summary", tags=["summaries"])

_fields: TypeAdapter[SummaryFields] = TypeAdapter(SummaryFields)
_UNSPOKEN = frozenset({"date", "code", "kind", "owner", "resolution", "language"})
"""Members of the fields that hold codes, not words."""
FIELDS_BYTES = 20_000
"""Ten times what a call needs."""
_PIECE = re.compile(
    r".{1,400}\Z|.{1,400}(?:[.!?](?=\s)|[。！？\n])|.{1,400}\s|.{1,400}", re.DOTALL
)
"""Where a long text is cut for masking, whose time grows faster than the text: after a
sentence, else after a word, else anywhere."""


class BaseVersion(BaseModel):
    """The version somebody looked at: a change to an older one is refused."""

    model_config = ConfigDict(extra="forbid")
    version: Annotated[int, Field(ge=1)]


def _short(fields: SummaryFields) -> SummaryFields:
    if len(_fields.dump_json(fields)) > FIELDS_BYTES:
        raise ValueError(f"longer than {FIELDS_BYTES} bytes as JSON")
    return fields


class Edit(BaseVersion):
    """What is left out stays as it was."""

    brief: Annotated[str | None, Field(max_length=1_000)] = None
    text: Annotated[str | None, Field(max_length=4_000)] = None
    fields: Annotated[SummaryFields, AfterValidator(_short)] | None = None


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


@router.put("")
async def edit_summary(
    call_id: CallPath,
    body: Edit,
    principal: SignedIn,
    services: ServicesOf,
    changes: ChangesOf,
) -> Summary:
    """A new version in somebody's own words, masked like the call's."""
    async with changes.of(call_id) as record:
        require(principal, "edit_summary", record)
        newest = _newest(record, body.version)
        language = record.language
        edited = replace(
            newest,
            brief=_masked(_given(body.brief, newest.brief), language),
            text=_masked(_given(body.text, newest.text), language),
            fields=_fields.validate_python(
                _masked(_fields.dump_python(body.fields or newest.fields), language)
            ),
        )
        words = f"{edited.brief}\n{edited.text}"
        await services.journal.audit(principal.name, "edit_summary", call_id=call_id)
        stored = await services.journal.append(
            replace(
                edited,
                seq=0,
                at_s=record.at_s,
                version=newest.version + 1,
                state="edited",
                # Evidence stays with the sentences that stayed.
                sentences=tuple(one for one in newest.sentences if one.text in words),
                unsupported=tuple(one for one in newest.unsupported if one in words),
                why_none=None,
                by=principal.name,
                made_at=now(),
            )
        )
    return cast(Summary, stored)


@router.post("/approve")
async def approve_summary(
    call_id: CallPath,
    body: BaseVersion,
    principal: SignedIn,
    services: ServicesOf,
    changes: ChangesOf,
) -> Summary:
    """Approve a version as it is and queue it for every CRM target."""
    async with changes.of(call_id) as record:
        require(principal, "approve_summary", record)
        newest = _newest(record, body.version)
        if newest.state == "approved":
            raise ConflictError(f"version {newest.version} is approved already")
        if newest.state == "unavailable":
            raise ConflictError("there is no text to approve; write it first")
        await services.journal.audit(
            principal.name, "approve_summary", call_id=call_id, detail=str(newest.version)
        )
        stored = await services.journal.append(
            replace(
                newest,
                seq=0,
                at_s=record.at_s,
                version=newest.version + 1,
                state="approved",
                by=principal.name,
                made_at=now(),
            )
        )
        await services.deliveries.enqueue(call_id, newest.version + 1)
    return cast(Summary, stored)


def _newest(record: CallRecord, version: int) -> Summary:
    """Raises ``NotFoundError``, and ``ConflictError`` unless ``version`` is the newest."""
    newest = record.summary
    if newest is None or newest.state == "running":
        raise NotFoundError("the call has no summary yet; the draft comes when the call ends")
    if newest.version != version:
        raise ConflictError(
            f"version {version} is not the newest: version {newest.version} "
            f"({newest.state}) is; look at that one first"
        )
    return newest


def _given(value: str | None, otherwise: str) -> str:
    return otherwise if value is None else value


def _masked(value: Any, language: str) -> Any:
    """Every text in a value, masked."""
    match value:
        case str():
            return "".join(mask(piece, language)[0] for piece in _PIECE.findall(value))
        case dict():
            return {
                name: one if name in _UNSPOKEN else _masked(one, language)
                for name, one in value.items()
            }
        case list() | tuple():
            return [_masked(one, language) for one in value]
        case _:
            return value
