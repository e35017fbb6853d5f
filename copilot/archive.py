"""The record in SQL: SQLite by default, PostgreSQL by URL.

Events are stored once per (call_id, seq), however often they are given. The rows that
lists and search read are folded from them in the same transaction, so that they never
disagree with the events, whoever stores them and in whatever order.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Unpack

from sqlalchemy import Select, delete, func, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from copilot import tables
from copilot.alert_listing import (
    AlertEntry,
    AlertFilter,
    RulePrecision,
    alert_row,
    count_by_rule,
    find_alerts,
    precision_of,
)
from copilot.database import make_engine, prepare_tables, transaction
from copilot.errors import StoreUnavailableError
from copilot.events import (
    Alert,
    AlertUpdated,
    CallStarted,
    Delivery,
    Event,
    Redacted,
    Transcript,
    encode,
)
from copilot.listing import (
    AuditEntry,
    CallEntry,
    Page,
    approve_as_before,
    between,
    call_row,
    cut,
    delivery_row,
    equal,
    event_row,
    first_delivery_at,
    from_cursor,
    searchable,
    undelivered,
)
from copilot.record import CallRecord
from copilot.stored_events import known, known_events
from copilot.times import utc_now

_RECORDS = 1024
"""Records kept folded between commits: the live calls of one process. What comes after a
call is rare: its record is read again, so that memory does not grow with the day's calls."""


class Archive:
    """The database. Every method raises ``StoreUnavailableError`` while it cannot be
    reached."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._upsert: Any = (
            postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
        )
        self._records: OrderedDict[str, CallRecord] = OrderedDict()

    @classmethod
    async def open(cls, url: str) -> Archive:
        """Open ``sqlite:///path`` or ``postgresql://...`` and make missing tables.

        Raises ``ConfigError`` for another URL or a missing driver.
        """
        archive = cls(make_engine(url))
        try:
            async with archive.transaction() as connection:
                grown = await connection.run_sync(prepare_tables, tables.metadata)
                if tables.calls.name in grown:
                    await connection.execute(approve_as_before())
                if tables.alerts.name in grown:
                    await archive._fill_alerts(connection)
        except StoreUnavailableError:
            await archive.close()
            raise
        return archive

    async def close(self) -> None:
        await self._engine.dispose()

    def transaction(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection for one transaction, for those who keep their own tables here."""
        return transaction(self._engine)

    # Events ---------------------------------------------------------------------------

    async def store(self, events: Iterable[Event]) -> None:
        """Store events that have a ``seq``; those already stored change nothing. All or
        none of them are stored."""
        by_call: dict[str, list[Event]] = {}
        for one in events:
            if one.seq <= 0:
                raise ValueError("only an appended event can be archived")
            by_call.setdefault(one.call_id, []).append(one)
        if not by_call:
            return
        folded: list[CallRecord] = []
        async with self.transaction() as connection:
            # In one order everywhere, so that two archivists cannot wait for each other.
            for call_id in sorted(by_call):
                record = await self._store_call(connection, call_id, by_call[call_id])
                if record is not None:
                    folded.append(record)
        self._records.update(
            (record.call_id, record) for record in folded if record.ended is None
        )
        while len(self._records) > _RECORDS:
            self._records.popitem(last=False)

    async def replace(self, call_id: str, events: Sequence[Event]) -> None:
        """Store a call anew, for one that is made again from its recording: what was
        stored under its id is gone. Not for calls that Redis still counts."""
        self._records.pop(call_id, None)
        async with self.transaction() as connection:
            for table in tables.OF_A_CALL:
                await connection.execute(delete(table).where(table.c.call_id == call_id))
            await self._store_call(connection, call_id, events)

    async def events(self, call_id: str, after: int = 0) -> list[Event]:
        """Archived events of a call above ``after``, in order."""
        async with self.transaction() as connection:
            return await _read(connection, call_id, after)

    async def last_seq(self, call_id: str) -> int:
        """Highest ``seq`` archived for a call; 0 for an unknown one."""
        query = select(func.max(tables.events.c.seq)).where(tables.events.c.call_id == call_id)
        async with self.transaction() as connection:
            return await connection.scalar(query) or 0

    async def _store_call(
        self, connection: AsyncConnection, call_id: str, events: Sequence[Event]
    ) -> CallRecord | None:
        # A kept record is out of step from here until the commit.
        record = self._records.pop(call_id, None)
        # Taking the row first makes archivists of one call follow one another.
        empty = call_row(CallRecord(call_id), event_count=0)
        await connection.execute(
            self._upsert(tables.calls).values(empty).on_conflict_do_nothing()
        )
        calls = tables.calls.c
        before = (
            await connection.execute(
                select(calls.last_seq, calls.event_count)
                .where(calls.call_id == call_id)
                .with_for_update()
            )
        ).one()
        added = await connection.execute(
            self._upsert(tables.events)
            .values([event_row(one) for one in events])
            .on_conflict_do_nothing()
            .returning(tables.events.c.seq)
        )
        new_seqs = set(added.scalars())
        if not new_seqs:
            return record
        new = sorted((one for one in events if one.seq in new_seqs), key=lambda one: one.seq)
        in_step = (
            record is not None
            and (record.seq, record.event_count) == (before.last_seq, before.event_count)
            and new[0].seq > record.seq
        )
        if record is not None and in_step:
            for one in new:
                record.apply(one)
        else:
            record = CallRecord.of(await _read(connection, call_id, 0))
        await self._project(connection, record, new)
        return record

    async def _project(
        self, connection: AsyncConnection, record: CallRecord, new: Sequence[Event]
    ) -> None:
        """Write the rows that follow from the record."""
        row = call_row(record, event_count=record.event_count)
        await connection.execute(
            update(tables.calls).where(tables.calls.c.call_id == record.call_id).values(row)
        )
        masked = await self._mask(connection, record, new)
        # The rows of alerts repeat facts of the start, which another archivist may bring late.
        if record.alerts and (
            masked or any(isinstance(one, CallStarted | Alert | AlertUpdated) for one in new)
        ):
            rows = [alert_row(record, alert) for alert in record.alerts.values()]
            await self.put(connection, tables.alerts, rows)
        targets = {one.target for one in new if isinstance(one, Delivery)}
        if targets:
            rows = [delivery_row(record.deliveries[target]) for target in sorted(targets)]
            await self.put(connection, tables.deliveries, rows)

    async def _mask(
        self, connection: AsyncConnection, record: CallRecord, new: Sequence[Event]
    ) -> bool:
        """Mask the events that a redaction names, also at rest; whether there was any."""
        utterances = record.redacted & {
            utterance_id for one in new for utterance_id in _utterances(one)
        }
        if not utterances:
            return False
        masked: list[Event] = [
            final for final in record.finals if final.utterance_id in utterances
        ]
        masked += [
            alert.alert
            for alert in record.alerts.values()
            if any(one.utterance_id in utterances for one in alert.alert.evidence)
        ]
        masked += [one for name in sorted(utterances) for one in record.redactions[name]]
        for one in masked:
            await connection.execute(
                update(tables.events)
                .where(tables.events.c.call_id == one.call_id, tables.events.c.seq == one.seq)
                .values(body=encode(one))
            )
        return True

    async def _fill_alerts(self, connection: AsyncConnection) -> None:
        """Columns that an earlier version did not have, from what the rows hold."""
        alerts = tables.alerts.c
        for row in (await connection.execute(select(alerts.call_id).distinct())).all():
            record = CallRecord.of(await _read(connection, row.call_id, 0))
            rows = [alert_row(record, alert) for alert in record.alerts.values()]
            await self.put(connection, tables.alerts, rows)

    async def put(
        self, connection: AsyncConnection, table: Any, rows: Sequence[dict[str, Any]]
    ) -> None:
        """Rows in place of those with the same keys."""
        statement = self._upsert(table).values(list(rows))
        keys = [column.name for column in table.primary_key]
        values = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        await connection.execute(
            statement.on_conflict_do_update(index_elements=keys, set_=values)
        )

    # Lists ----------------------------------------------------------------------------

    async def calls(
        self,
        *,
        text: str | None = None,
        agent_id: str | None = None,
        team: str | None = None,
        customer_id: str | None = None,
        state: str | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[CallEntry]:
        """Calls, newest first. ``text``: words that were all said, in any order; ``since``
        and ``until``: ISO 8601, until is left out. Raises ``InputError`` for a wrong time
        or cursor."""
        calls = tables.calls.c
        query = select(*CallEntry.columns())
        for word in searchable(text or "").split():
            query = query.where(calls.search_text.contains(word, autoescape=True))
        query = equal(
            query,
            (calls.agent_id, agent_id),
            (calls.team, team),
            (calls.customer_id, customer_id),
            (calls.state, state),
        )
        query = between(query, calls.started_at, since, until)
        rows, following = await self._page(
            query, (calls.started_at, calls.call_id), limit, cursor
        )
        entries = tuple(CallEntry.of_row(row) for row in rows)
        return Page(entries=entries, cursor=following)

    async def alerts(
        self, *, limit: int = 50, cursor: str | None = None, **wanted: Unpack[AlertFilter]
    ) -> Page[AlertEntry]:
        """Alerts of all calls, newest first. Raises ``InputError`` for a wrong time or
        cursor."""
        now, alerts = utc_now(), tables.alerts.c
        keys = (alerts.fired_at, alerts.call_id, alerts.alert_id)
        rows, following = await self._page(find_alerts(wanted, now), keys, limit, cursor)
        entries = tuple(entry for row in rows if (entry := AlertEntry.of_row(row, now)))
        return Page(entries=entries, cursor=following)

    async def precision(
        self, *, since: str | None = None, until: str | None = None
    ) -> tuple[RulePrecision, ...]:
        """Of every rule that fired: how many of its alerts people resolved, and how many
        they called false. Raises ``InputError`` for a wrong time."""
        async with self.transaction() as connection:
            counted = await connection.execute(count_by_rule(since, until))
            rows: list[Any] = list(counted)
        return precision_of(rows)

    async def deliveries(
        self,
        *,
        state: str | None = None,
        target: str | None = None,
        call_id: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[Delivery]:
        """Latest state of every delivery, newest first."""
        deliveries = tables.deliveries.c
        query = equal(
            select(*deliveries),
            (deliveries.state, state),
            (deliveries.target, target),
            (deliveries.call_id, call_id),
        )
        keys = (deliveries.made_at, deliveries.call_id, deliveries.target)
        rows, following = await self._page(query, keys, limit, cursor)
        found = (known(row.body) for row in rows)
        return Page(
            entries=tuple(one for one in found if isinstance(one, Delivery)), cursor=following
        )

    async def undelivered(self, target: str, since: str) -> list[str]:
        """Calls on their way to the target, and those approved since that it was not told."""
        async with self.transaction() as connection:
            return list(await connection.scalars(undelivered(target, since)))

    async def first_delivery_at(self, target: str) -> str | None:
        """``None`` where the target was told nothing yet."""
        async with self.transaction() as connection:
            found: str | None = await connection.scalar(first_delivery_at(target))
        return found

    async def _page(
        self, query: Select[Any], keys: tuple[Any, ...], limit: int, cursor: str | None
    ) -> tuple[Sequence[Any], str | None]:
        """Rows by falling ``keys`` after the cursor, and the cursor of what follows."""
        if cursor is not None:
            values = from_cursor(cursor, [key.type.python_type for key in keys])
            query = query.where(tuple_(*keys) < tuple_(*values))
        query = query.order_by(*(key.desc() for key in keys)).limit(limit + 1)
        async with self.transaction() as connection:
            rows = (await connection.execute(query)).all()
        return cut(rows, limit, [key.name for key in keys])

    # Audit ----------------------------------------------------------------------------

    async def audit(
        self, who: str, what: str, *, call_id: str | None = None, detail: str = ""
    ) -> None:
        """Note who did what. ``detail`` holds no speech and no personal data."""
        async with self.transaction() as connection:
            await connection.execute(
                insert(tables.audit).values(
                    made_at=utc_now(), who=who, what=what, call_id=call_id, detail=detail
                )
            )

    async def audited(
        self, *, call_id: str | None = None, limit: int = 50, cursor: str | None = None
    ) -> Page[AuditEntry]:
        """Who did what, newest first."""
        audit = tables.audit.c
        query = equal(select(*audit), (audit.call_id, call_id))
        rows, following = await self._page(query, (audit.audit_id,), limit, cursor)
        return Page(entries=tuple(AuditEntry.of_row(row) for row in rows), cursor=following)


async def _read(connection: AsyncConnection, call_id: str, after: int) -> list[Event]:
    events = tables.events.c
    bodies = await connection.scalars(
        select(events.body)
        .where(events.call_id == call_id, events.seq > after)
        .order_by(events.seq)
    )
    return known_events(bodies)


def _utterances(one: Event) -> list[str]:
    """Utterances whose words the event repeats or masks."""
    match one:
        case Transcript() | Redacted():
            return [one.utterance_id]
        case Alert():
            return [evidence.utterance_id for evidence in one.evidence]
        case _:
            return []
