"""Stored calls of a range of days as one document, piece by piece.

However many calls there are, a batch of them is in memory. Reading and writing go on in
turns; the writing, which costs processor time, leaves the event loop free.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import Select, func, or_, select, tuple_

from copilot import tables
from copilot.archive import Archive
from copilot.errors import NotFoundError
from copilot.export import CsvRow, csv_head, csv_line, csv_row, has_started, json_line
from copilot.listing import between
from copilot.masking_policy import Destination, MaskingPolicy, names_of
from copilot.record import CallRecord
from copilot.stored_events import known_events

__all__ = ["CallStream", "ListFormat", "Piece", "masked_for"]

ListFormat = Literal["json", "csv"]
_CALLS_AT_ONCE = 25
_NAMES_AT_ONCE = 500
_OF_A_ROW = ("call_started", "call_ended", "summary")
"""Types of events that a line of CSV follows from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Text that follows on the piece before."""

    text: str
    calls: int
    """How many calls it tells of."""


class CallStream:
    """Which calls, for whom. Raises ``InputError`` for a wrong time."""

    def __init__(
        self,
        archive: Archive,
        policy: MaskingPolicy,
        *,
        since: str | None = None,
        until: str | None = None,
        call_ids: Sequence[str] = (),
        analytics: bool = False,
    ) -> None:
        """``call_ids``: these, in this order; none: all that began from ``since`` on and
        before ``until``, oldest first. ``analytics``: without names and codes."""
        self._archive = archive
        self._policy = policy
        self._analytics = analytics
        self._call_ids = tuple(dict.fromkeys(call_ids))
        keys = (tables.calls.c.started_at, tables.calls.c.call_id)
        self._query = between(select(*keys), keys[0], since, until)

    async def count(self) -> int:
        """Calls there are now."""
        if self._call_ids:
            return len(self._call_ids)
        async with self._archive.transaction() as connection:
            counted = select(func.count()).select_from(self._query.subquery())
            return await connection.scalar(counted) or 0

    async def document(self, format: ListFormat, *, bom: bool = False) -> AsyncIterator[Piece]:
        """A JSON array with a call on each line, or CSV with a header. ``bom``: a mark before
        CSV that makes Excel read UTF-8.

        Raises ``NotFoundError`` for a call that is not stored, before the first piece.
        """
        await self._look_for_named()
        yield Piece(text="[" if format == "json" else csv_head(bom=bom), calls=0)
        before = "\n" if format == "json" else ""
        async for batch in self._batches():
            bodies = await self._bodies(batch, format)
            text = ""
            for line in await asyncio.to_thread(self._lines, bodies, format):
                text += before + line
                before = ",\n" if format == "json" else ""
            yield Piece(text=text, calls=len(batch))
        if format == "json":
            yield Piece(text="\n]\n", calls=0)

    async def _look_for_named(self) -> None:
        stored = tables.events.c.call_id
        for start in range(0, len(self._call_ids), _NAMES_AT_ONCE):
            named = self._call_ids[start : start + _NAMES_AT_ONCE]
            async with self._archive.transaction() as connection:
                found = set(
                    await connection.scalars(select(stored).where(stored.in_(named)).distinct())
                )
            for call_id in named:
                if call_id not in found:
                    raise NotFoundError(f"no call {call_id}")

    async def _batches(self) -> AsyncIterator[Sequence[str]]:
        for start in range(0, len(self._call_ids), _CALLS_AT_ONCE):
            yield self._call_ids[start : start + _CALLS_AT_ONCE]
        if self._call_ids:
            return
        calls = tables.calls.c
        key = (calls.started_at, calls.call_id)
        page: Select[Any] = self._query.order_by(*key).limit(_CALLS_AT_ONCE)
        last: tuple[str, str] | None = None
        while True:
            rest = page if last is None else page.where(tuple_(*key) > tuple_(*last))
            async with self._archive.transaction() as connection:
                rows = (await connection.execute(rest)).all()
            if not rows:
                return
            yield [row.call_id for row in rows]
            last = tuple(rows[-1])

    async def _bodies(self, call_ids: Sequence[str], format: ListFormat) -> list[list[str]]:
        """Events of each call in order, as they are stored."""
        events = tables.events.c
        query = select(events.call_id, events.body).where(events.call_id.in_(call_ids))
        if format == "csv" and not self._masks:
            # How long a call is that goes on, any of its events may tell.
            calls = tables.calls.c
            live = select(calls.call_id).where(
                calls.call_id.in_(call_ids), calls.state == "live"
            )
            query = query.where(or_(events.type.in_(_OF_A_ROW), events.call_id.in_(live)))
        bodies: dict[str, list[str]] = {call_id: [] for call_id in call_ids}
        async with self._archive.transaction() as connection:
            for call_id, body in await connection.execute(
                query.order_by(events.call_id, events.seq)
            ):
                bodies[call_id].append(body)
        for call_id, found in bodies.items():
            if self._call_ids and not found:
                raise NotFoundError(f"no call {call_id}")
        return list(bodies.values())

    def _lines(self, bodies: Sequence[Sequence[str]], format: ListFormat) -> list[str]:
        records = [CallRecord.of(events) for one in bodies if (events := known_events(one))]
        started = filter(has_started, records)
        if format == "csv":
            return [csv_line(self._row(one)) for one in started]
        return [
            json_line(masked_for(one, self._policy, analytics=self._analytics))
            for one in started
        ]

    def _row(self, record: CallRecord) -> CsvRow:
        """No words but those of the newest summary are masked: no others stand in a row."""
        started, duration_s, state, summary = csv_row(record)
        if summary is not None and self._masks:
            destination: Destination = "analytics" if self._analytics else "export"
            names = names_of(record)
            summary = self._policy.value_for(summary, record.language, destination, names)
        if self._analytics:
            started = replace(started, customer_id=None)
        return started, duration_s, state, summary

    @property
    def _masks(self) -> bool:
        return self._analytics or _exports_less(self._policy)


def masked_for(record: CallRecord, policy: MaskingPolicy, *, analytics: bool) -> CallRecord:
    """The record as it may leave the house: for the centre's own use, or for analytics,
    which learns neither names and codes nor who the customer is."""
    if not analytics:
        return policy.record_for(record, "export") if _exports_less(policy) else record
    masked = policy.record_for(record, "analytics")
    if masked.started is not None:
        masked.started = replace(masked.started, customer_id=None)
    return masked


def _exports_less(policy: MaskingPolicy) -> bool:
    """Whether anything the record holds is masked in exports."""
    return bool(policy.masked("export") - policy.masked("record"))
