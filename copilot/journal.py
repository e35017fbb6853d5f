"""The one door to the record: what is appended, what is read, and the archivist.

An event is stored when ``append`` has returned it with a ``seq``. While Redis is away it
comes back with ``seq`` 0 and waits in the spool, and the archivist carries on afterwards.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from copilot.archive import Archive
from copilot.bus import UNKNOWN_FLOOR, Bus, Queued
from copilot.errors import NotFoundError, StoreUnavailableError
from copilot.events import CallStarted, Degraded, Event, lasts
from copilot.record import CallRecord
from copilot.spool import Spool

log = logging.getLogger(__name__)

_BATCH = 500
"""Events per commit of the archive."""
_TAKE_S = 1.0
_REST_S = 0.01
"""At the end, when nobody appends any more. Zero would wait for ever."""
_RETRY_S = 0.5
_RECLAIM_S = 5.0
"""After this long without acknowledgement another process takes a batch over."""
_FLOORS = 10_000
"""Calls whose floor a process remembers; asking the archive again costs one query."""


class Journal:
    """Reads and writes the events of all calls. ``run`` archives and replays."""

    def __init__(self, bus: Bus, archive: Archive, *, spool_dir: Path) -> None:
        self.bus = bus
        self.archive = archive
        # Lists are the archive's, some milliseconds behind the append.
        self.calls = archive.calls
        self.alerts = archive.alerts
        self.precision = archive.precision
        self.deliveries = archive.deliveries
        self.undelivered = archive.undelivered
        self.first_delivery_at = archive.first_delivery_at
        self.audit = archive.audit
        self.audited = archive.audited
        self.on_archived: list[Callable[[Sequence[Event]], Awaitable[None]]] = []
        """Each is given every archived event at least once, before the store lets go of it.
        One that raises ``StoreUnavailableError`` lets all be given them again."""
        self._spool = Spool(spool_dir)
        self._waiting = asyncio.Event()
        self._away_since_s: float | None = None
        self._told: dict[str, float] = {}
        """Calls told that the store is away, with the media time they reached since."""
        self._floors: OrderedDict[str, tuple[int, int]] = OrderedDict()
        """Latest ``seq`` by call, and the connection count of the bus that it goes with."""
        if not self._spool.empty:
            self._waiting.set()

    # Writing --------------------------------------------------------------------------

    async def append(self, event: Event) -> Event:
        """Store and publish; returns the event with its ``seq``.

        While Redis is away a lasting event goes to the spool and comes back with ``seq`` 0;
        it is stored later, in order. Raises ``StoreUnavailableError`` only when the spool
        is full too.
        """
        if self._waiting.is_set():
            return self._put_aside(event)
        try:
            return await self._append(event)
        except StoreUnavailableError as error:
            log.warning("store away, events wait in the spool", extra={"reason": str(error)})
            return self._put_aside(event)

    async def _append(self, event: Event) -> Event:
        # Counted before: the append itself may be what makes the next connection.
        connections_made = self.bus.connections_made
        stored = await self.bus.append(event, await self._floor(event))
        self._floors[event.call_id] = (connections_made, stored.seq)
        self._floors.move_to_end(event.call_id)
        if len(self._floors) > _FLOORS:
            self._floors.popitem(last=False)
        return stored

    async def _floor(self, event: Event) -> int:
        """The highest ``seq`` known for the call. The archive is asked once per call, and
        again after a new connection: it may lead to a Redis that lost its last second."""
        connections_made, seq = self._floors.get(event.call_id, (-1, 0))
        if connections_made == self.bus.connections_made:
            return seq
        try:
            return max(seq, await self.archive.last_seq(event.call_id))
        except StoreUnavailableError:
            return seq if seq or isinstance(event, CallStarted) else UNKNOWN_FLOOR

    def _put_aside(self, event: Event) -> Event:
        if not self._waiting.is_set():
            self._away_since_s = time.monotonic()
            self._waiting.set()
        if not lasts(event):
            return event
        self._spool.put(event)
        if event.call_id not in self._told:
            self._spool.put(
                Degraded(
                    call_id=event.call_id,
                    at_s=event.at_s,
                    stage="store",
                    reason="Redis is away",
                )
            )
        self._told[event.call_id] = event.at_s
        return event

    # Reading --------------------------------------------------------------------------

    @property
    def behind(self) -> bool:
        """Whether events wait in the spool, so that the store does not know all of them."""
        return self._waiting.is_set()

    async def events(self, call_id: str, after: int = 0) -> list[Event]:
        """Stored events of a call above ``after``, in order; none for an unknown call."""
        # Redis first: what the archivist moves in between is then found twice, not never.
        recent = await self.bus.recent(call_id, after)
        archived = await self.archive.events(call_id, after)
        known = {event.seq for event in archived}
        late = [event for event in recent if event.seq not in known]
        return sorted([*archived, *late], key=lambda event: event.seq) if late else archived

    async def record(self, call_id: str) -> CallRecord:
        """Raises ``NotFoundError`` for a call without any event."""
        events = await self.events(call_id)
        if not events:
            raise NotFoundError(f"no call {call_id!r}")
        return CallRecord.of(events)

    async def live_calls(self) -> AsyncIterator[str]:
        """Calls that started and did not end, also where Redis forgot them."""
        live = await self.bus.live()
        for call_id in sorted(live):
            yield call_id
        cursor: str | None = None
        while True:
            page = await self.archive.calls(state="live", limit=200, cursor=cursor)
            for entry in page.entries:
                if entry.call_id not in live:
                    yield entry.call_id
            if page.cursor is None:
                return
            cursor = page.cursor

    # Running --------------------------------------------------------------------------

    def close(self) -> None:
        """Let go of the spool; what waits in it is the next process'."""
        self._spool.close()

    async def run(self) -> None:
        """Archive what is appended and store what waits in the spool, until cancelled.

        Cancelling is safe at any moment: the next archivist goes on where this one was.
        """
        async with asyncio.TaskGroup() as group:
            group.create_task(self._archive_all(), name="archive")
            group.create_task(self._replay_all(), name="replay")

    async def finish(self) -> None:
        """Archive what is stored, once ``run`` has ended: whoever reads the archive alone
        finds whole calls then. What cannot be archived now is the next process'."""
        with suppress(StoreUnavailableError):
            await self.bus.open_queue()
            await self._archive_left_behind()
            while await self._archive(await self.bus.take(_BATCH, _REST_S)):
                pass

    async def _archive_all(self) -> None:
        while True:
            try:
                await self.bus.open_queue()
                await self._archive_left_behind()
                while True:
                    await self._archive(await self.bus.take(_BATCH, _TAKE_S))
                    await self._archive(await self.bus.reclaim(_BATCH, _RECLAIM_S))
            except StoreUnavailableError as error:
                log.warning("archive behind", extra={"reason": str(error)})
                await asyncio.sleep(_RETRY_S)

    async def _archive_left_behind(self) -> None:
        """What a dead process or a failed commit took and did not acknowledge."""
        while await self._archive(await self.bus.reclaim(_BATCH, idle_s=0.0)):
            pass

    async def _archive(self, queued: Queued) -> bool:
        """Whether anything could be acknowledged."""
        refused = await self._store(queued.events)
        done = queued.without(refused)
        if done.entries:
            for told in self.on_archived:
                await told(done.events)
            await self.bus.archived(done)
        return bool(done.entries)

    async def _store(self, events: Sequence[Event]) -> set[str]:
        """The calls the archive would not take. They hold up nobody else, and stay in Redis
        to be tried again.

        Raises ``StoreUnavailableError`` where it takes none at all.
        """
        try:
            await self.archive.store(events)
            return set()
        except Exception:
            await self.archive.last_seq("")
        refused = set()
        for call_id in sorted({event.call_id for event in events}):
            try:
                await self.archive.store([one for one in events if one.call_id == call_id])
            except Exception:
                log.exception("a call cannot be archived", extra={"call_id": call_id})
                refused.add(call_id)
        return refused

    async def _replay_all(self) -> None:
        while True:
            await self._waiting.wait()
            try:
                await self._replay()
            except StoreUnavailableError:
                await asyncio.sleep(_RETRY_S)

    async def _replay(self) -> None:
        """Store what waits, oldest first. An event whose append was cut off, or a replay,
        may be stored already: the store's own copy tells."""
        await self.bus.ping()
        stored: dict[str, set[Event]] = {}
        while (event := self._spool.peek()) is not None:
            if event.call_id not in stored:
                stored[event.call_id] = _unnumbered(await self.events(event.call_id))
            if event not in stored[event.call_id]:
                await self._append(event)
            self._told[event.call_id] = event.at_s
            self._spool.drop()
        told, away_since_s = self._told, self._away_since_s
        self._told, self._away_since_s = {}, None
        self._waiting.clear()
        lag_s = time.monotonic() - away_since_s if away_since_s else 0.0
        log.warning("store is back", extra={"lag_s": lag_s})
        for call_id, at_s in told.items():
            await self.append(
                Degraded(
                    call_id=call_id,
                    at_s=at_s,
                    stage="store",
                    reason="Redis is back",
                    lag_s=lag_s,
                    recovered=True,
                )
            )


def _unnumbered(events: Sequence[Event]) -> set[Event]:
    return {replace(event, seq=0) for event in events}
