"""What people change in the summaries that the system drafts: what the system learns from.

One line a call with an approved summary: the generator's draft beside what was approved,
field by field, and the seconds spent. Names and codes are masked as for analytics. Neither
the call nor the people of it are named: nothing here can rank an operator.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, fields as members
from typing import Any

from pydantic import TypeAdapter

from copilot.archive import Archive
from copilot.events import Event, Fallback, Summary, SummaryFields
from copilot.masking_policy import MaskingPolicy, names_of
from copilot.record import CallRecord

__all__ = ["Change", "SummaryEdit", "edit_of", "edit_line", "edits"]

_COUNTED = frozenset({"customer_mood", "help_offers", "alerts", "language", "not_stated"})
"""What nobody writes."""
_WRITTEN = tuple(one.name for one in members(SummaryFields) if one.name not in _COUNTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A field of the draft, and the same field as it was approved."""

    field: str
    before: Any
    after: Any
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryEdit:
    """What became of one draft."""

    approved_on: str
    """ISO date, no time of day: that would lead to the call."""
    language: str
    generator: str
    fallback: Fallback | None
    why_none: str | None
    """Why there was no draft: all of it was written by hand."""
    versions: int
    """Made by people, the approval included."""
    reopened: int
    """Times it was taken up again."""
    spent_s: float | None
    """Seconds that editors had it open; ``None``: not told."""
    unsupported: int
    """Approved sentences that nobody said in the call."""
    changes: tuple[Change, ...]
    """Every field, also those that stayed."""


_edit: TypeAdapter[SummaryEdit] = TypeAdapter(SummaryEdit)
_fields: TypeAdapter[SummaryFields] = TypeAdapter(SummaryFields)


def edit_of(record: CallRecord, policy: MaskingPolicy) -> SummaryEdit | None:
    """``None`` where no version is approved, or none came from a generator."""
    approved = record.approved
    drafts = [one for one in record.summaries if one.by is None]
    if approved is None or not drafts:
        return None
    draft = drafts[-1]
    by_people = [
        one for one in record.summaries if draft.version < one.version <= approved.version
    ]
    spent = [one.spent_s for one in by_people if one.spent_s is not None]
    names = names_of(record)
    before, after = (
        _words(policy.value_for(one, record.language, "analytics", names))
        for one in (draft, approved)
    )
    changed = _changed(draft, approved)
    return SummaryEdit(
        approved_on=approved.made_at[:10],
        language=record.language,
        generator=draft.generator,
        fallback=draft.fallback,
        why_none=draft.why_none,
        versions=len(by_people),
        reopened=sum(one.state == "draft" for one in by_people),
        spent_s=round(sum(spent), 1) if spent else None,
        unsupported=len(approved.unsupported),
        changes=tuple(
            Change(field=name, before=before[name], after=after[name], changed=name in changed)
            for name in before
        ),
    )


def edit_line(edit: SummaryEdit) -> str:
    """One line of JSON, with its end."""
    return _edit.dump_json(edit).decode() + "\n"


async def edits(
    archive: Archive, policy: MaskingPolicy, *, since: str | None, until: str | None
) -> AsyncIterator[SummaryEdit]:
    """Edits of the calls that began in between, newest first, one call in memory at a time.

    Raises ``InputError`` for a wrong time, before the first one.
    """
    cursor = None
    while True:
        page = await archive.calls(since=since, until=until, limit=500, cursor=cursor)
        for entry in page.entries:
            if entry.summary_version < 2:
                continue  # nobody has touched it
            events = await archive.events(entry.call_id)
            # In a thread: masking costs processor time, and calls go on meanwhile.
            edit = await asyncio.to_thread(_edit_within, events, policy)
            if edit is not None:
                yield edit
        cursor = page.cursor
        if cursor is None:
            return


def _edit_within(events: Sequence[Event], policy: MaskingPolicy) -> SummaryEdit | None:
    return edit_of(CallRecord.of(events), policy) if events else None


def _words(summary: Summary) -> dict[str, Any]:
    """By field, as plain JSON values."""
    fields = _fields.dump_python(summary.fields, mode="json")
    return {
        "brief": summary.brief,
        "text": summary.text,
        **{name: fields[name] for name in _WRITTEN},
    }


def _changed(draft: Summary, approved: Summary) -> set[str]:
    """Judged before masking: a corrected name is a change too."""
    before, after = _words(draft), _words(approved)
    return {name for name in before if before[name] != after[name]}
