"""The one door: append, read, archive; and what happens while Redis is away."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from copilot.archive import Archive
from copilot.bus import Bus
from copilot.errors import NotFoundError, StoreUnavailableError
from copilot.events import CallStarted, Degraded, Event, Transcript
from copilot.journal import Journal
from copilot.valkey import EmbeddedValkey
from tests.store.conftest import ended, partial, running, said, seqs, started, until


class Outage:
    """A store of its own that a test may take away and bring back."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.valkey = EmbeddedValkey.start(data_dir)

    def begin(self) -> None:
        os.kill(self.valkey.pid, signal.SIGKILL)
        self.valkey.stop()

    def end(self) -> None:
        self.valkey = EmbeddedValkey.start(self.data_dir)


@pytest.fixture
async def outage(tmp_path: Path) -> AsyncIterator[Outage]:
    outage = Outage(tmp_path)
    yield outage
    outage.valkey.stop()


@pytest.fixture
async def frail(outage: Outage, archive: Archive, tmp_path: Path) -> AsyncIterator[Journal]:
    """A journal whose Redis can go away."""
    bus = await Bus.connect(outage.valkey.url)
    journal = Journal(bus, archive, spool_dir=tmp_path / "spool")
    yield journal
    journal.close()
    await bus.close()


def without_degraded(events: list[Event]) -> list[Event]:
    return [event for event in events if not isinstance(event, Degraded)]


def unnumbered(events: list[Event]) -> list[Event]:
    return [replace(event, seq=0) for event in events]


async def test_record_is_whole_before_and_after_archiving(journal: Journal) -> None:
    appended = [await journal.append(event) for event in (started(), said(1), ended())]
    assert await journal.archive.events("call-1") == []
    assert await journal.events("call-1") == appended
    async with running(journal):
        await until(lambda: archived(journal, "call-1", 3))
        late = await journal.append(said(2))
        assert late.seq == 4
        assert await journal.events("call-1") == [*appended, late]
        assert seqs(await journal.events("call-1", after=2)) == [3, 4]
        await until(lambda: archived(journal, "call-1", 4))
        await until(lambda: queue_is_empty(journal))
    assert await journal.events("call-1") == [*appended, late]
    assert (await journal.record("call-1")).state == "ended"


async def archived(journal: Journal, call_id: str, seq: int) -> bool:
    return await journal.archive.last_seq(call_id) == seq


async def queue_is_empty(journal: Journal) -> bool:
    return bool(await journal.bus.redis.xlen("copilot:queue") == 0)


async def test_unknown_call(journal: Journal) -> None:
    assert await journal.events("nobody") == []
    with pytest.raises(NotFoundError):
        await journal.record("nobody")


async def test_reads_miss_nothing_while_the_archivist_works(journal: Journal) -> None:
    async with running(journal):
        for number in range(1, 200):
            await journal.append(said(number))
            assert seqs(await journal.events("call-1")) == list(range(1, number + 1))


async def test_count_goes_on_where_redis_lost_everything(journal: Journal) -> None:
    async with running(journal):
        for event in (started(), said(1)):
            await journal.append(event)
        await until(lambda: archived(journal, "call-1", 2))
        await until(lambda: queue_is_empty(journal))
        await journal.bus.redis.flushall()
        assert (await journal.append(said(2))).seq == 3
        await until(lambda: archived(journal, "call-1", 3))


async def test_archive_is_whole_when_the_server_has_stopped(journal: Journal) -> None:
    events = [await journal.append(one) for one in (started(), said(1, "one"))]
    async with running(journal):
        events += [await journal.append(one) for one in (said(2, "two"), ended())]
    await journal.finish()
    assert await journal.archive.events("call-1") == events
    assert await journal.bus.recent("call-1") == []


async def test_stopping_does_not_wait_for_a_store_that_is_away(
    frail: Journal, outage: Outage
) -> None:
    outage.begin()
    await frail.finish()


async def test_other_process_goes_on_where_redis_lost_everything(
    journal: Journal, tmp_path: Path
) -> None:
    async with running(journal):
        for event in (started(), said(1), ended()):
            await journal.append(event)
        await until(lambda: archived(journal, "call-1", 3))
        await until(lambda: queue_is_empty(journal))
    await journal.bus.redis.flushall()
    other = Journal(journal.bus, journal.archive, spool_dir=tmp_path / "other")
    assert (await other.append(said(2))).seq == 4
    other.close()


async def test_dead_archivists_batch_is_taken_over(journal: Journal) -> None:
    await journal.bus.open_queue()
    appended = [await journal.append(event) for event in (started(), said(1))]
    await journal.bus.take(10, wait_s=1)  # and never archived
    async with running(journal):
        await until(lambda: archived(journal, "call-1", 2))
    assert await journal.archive.events("call-1") == appended


async def test_archivist_that_died_after_its_commit(journal: Journal) -> None:
    await journal.bus.open_queue()
    appended = [await journal.append(event) for event in (started(), said(1))]
    taken = await journal.bus.take(10, wait_s=1)
    await journal.archive.store(taken.events)  # and never acknowledged
    async with running(journal):
        await until(lambda: queue_is_empty(journal))
    assert await journal.events("call-1") == appended
    assert (await journal.calls()).entries[0].event_count == 2


async def test_archive_that_fails_gets_the_events_later(journal: Journal) -> None:
    async with running(journal):
        async with journal.archive.transaction() as connection:
            await connection.execute(text("ALTER TABLE events RENAME TO hidden"))
        appended = await journal.append(started())
        # The store still takes and shows events; only the archive is behind.
        assert await journal.bus.recent("call-1") == [appended]
        async with journal.archive.transaction() as connection:
            await connection.execute(text("ALTER TABLE hidden RENAME TO events"))
        await until(lambda: archived(journal, "call-1", 1))


async def test_call_that_cannot_be_archived_holds_up_no_other(journal: Journal) -> None:
    async with journal.archive.transaction() as connection:
        await connection.execute(
            text(
                "CREATE TRIGGER refuse BEFORE INSERT ON events WHEN NEW.call_id = 'bad'"
                " BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
        )
    for call_id in ("bad", "good"):
        await journal.append(started(call_id))
    async with running(journal):
        await until(lambda: archived(journal, "good", 1))
        await journal.append(said(1, call_id="good"))
        await until(lambda: archived(journal, "good", 2))
        # It is still read, and taken once the archive can.
        assert [event.seq for event in await journal.events("bad")] == [1]
    async with journal.archive.transaction() as connection:
        await connection.execute(text("DROP TRIGGER refuse"))
    async with running(journal):
        await until(lambda: archived(journal, "bad", 1))


async def test_live_calls_are_known_where_redis_forgot_them(journal: Journal) -> None:
    async with running(journal):
        for call_id in ("a", "b", "c"):
            await journal.append(started(call_id))
        await journal.append(ended(call_id="b"))
        await until(lambda: archived(journal, "b", 2))
        await until(lambda: archived(journal, "c", 1))
        assert [call_id async for call_id in journal.live_calls()] == ["a", "c"]
        await until(lambda: queue_is_empty(journal))
        await journal.bus.redis.flushall()
        assert sorted([call_id async for call_id in journal.live_calls()]) == ["a", "c"]


# While Redis is away ------------------------------------------------------------------


async def test_events_wait_and_follow_in_order(frail: Journal, outage: Outage) -> None:
    before = [started("a"), started("b"), said(1, call_id="a")]
    during: list[Event] = [
        said(2, call_id="a"),
        said(1, call_id="b"),
        partial(3, call_id="a"),
        said(3, call_id="a"),
        ended(call_id="a"),
    ]
    async with running(frail):
        for event in before:
            await frail.append(event)
        outage.begin()
        waiting = [await frail.append(event) for event in during]
        assert seqs(waiting) == [0, 0, 0, 0, 0]
        outage.end()
        await until(lambda: recovered(frail, "b"))
        await until(lambda: recovered(frail, "a"))
        after = await frail.append(said(4, call_id="b"))
        assert after.seq > 0
        a, b = await frail.events("a"), await frail.events("b")
    assert unnumbered(without_degraded(a)) == [
        started("a"),
        said(1, call_id="a"),
        said(2, call_id="a"),
        said(3, call_id="a"),
        ended(call_id="a"),
    ]
    assert unnumbered(without_degraded(b)) == [
        started("b"),
        said(1, call_id="b"),
        said(4, call_id="b"),
    ]
    assert seqs(a) == sorted(set(seqs(a)))


async def recovered(journal: Journal, call_id: str) -> bool:
    try:
        events = await journal.events(call_id)
    except StoreUnavailableError:
        return False
    return any(isinstance(event, Degraded) and event.recovered for event in events)


async def test_record_tells_of_the_outage(frail: Journal, outage: Outage) -> None:
    async with running(frail):
        await frail.append(started())
        outage.begin()
        await frail.append(said(1))
        await frail.append(said(2))
        outage.end()
        await until(lambda: recovered(frail, "call-1"))
        events = await frail.events("call-1")
    told = [event for event in events if isinstance(event, Degraded)]
    assert [(event.stage, event.recovered) for event in told] == [
        ("store", False),
        ("store", True),
    ]
    assert [event.at_s for event in told] == [1.0, 2.0]
    assert told[1].lag_s > 0
    assert (await frail.record("call-1")).degraded == {}


async def test_event_stored_though_its_append_failed_is_not_doubled(
    frail: Journal, outage: Outage
) -> None:
    """The connection broke between the append and its answer: the event is in Redis, and
    in the spool as well."""
    async with running(frail):
        await frail.append(started())
        stored = await frail.bus.append(said(1))
        outage.begin()
        await frail.append(replace(stored, seq=0))
        outage.end()
        await until(lambda: recovered(frail, "call-1"))
        events = await frail.events("call-1")
    assert unnumbered(without_degraded(events)) == [started(), said(1)]


async def test_spool_of_a_dead_process_is_stored_by_the_next(
    bus: Bus, archive: Archive, tmp_path: Path
) -> None:
    dead = Journal(bus, archive, spool_dir=tmp_path / "spool")
    await dead.append(started())
    dead._put_aside(said(1))
    dead.close()
    journal = Journal(bus, archive, spool_dir=tmp_path / "spool")
    async with running(journal):
        await until(lambda: recovered(journal, "call-1"))
        events = await journal.events("call-1")
    journal.close()
    assert unnumbered(without_degraded(events)) == [started(), said(1)]


async def test_many_calls_through_a_restart_lose_and_double_nothing(
    frail: Journal, outage: Outage
) -> None:
    """Appends run all the while the server is killed and started again."""

    async def call(call_id: str) -> None:
        await frail.append(started(call_id))
        for number in range(1, 60):
            await frail.append(said(number, call_id=call_id))
            await asyncio.sleep(0.005)
        await frail.append(ended(60.0, call_id))

    call_ids = [f"call-{number}" for number in range(8)]
    async with running(frail):
        async with asyncio.TaskGroup() as group:
            for call_id in call_ids:
                group.create_task(call(call_id))
            group.create_task(asyncio.to_thread(restart, outage))
        for call_id in call_ids:
            await until(lambda call_id=call_id: whole(frail, call_id))
    for call_id in call_ids:
        events = await frail.archive.events(call_id)
        assert seqs(events) == sorted(set(seqs(events)))
        finals = [event.utterance_id for event in events if isinstance(event, Transcript)]
        assert finals == [f"customer-{number}" for number in range(1, 60)]
        assert isinstance(events[0], CallStarted)


def restart(outage: Outage) -> None:
    outage.begin()
    outage.end()


async def whole(journal: Journal, call_id: str) -> bool:
    return any(event.type == "call_ended" for event in await journal.archive.events(call_id))


async def test_full_spool_says_so(frail: Journal, outage: Outage) -> None:
    await frail.append(started())
    outage.begin()
    frail._spool._limit_bytes = 1000
    with pytest.raises(StoreUnavailableError, match="full"):
        await frail.append(said(1, "x" * 2000))


async def test_who_is_told_of_archived_events_gets_them_again_after_a_fault(
    journal: Journal,
) -> None:
    told: list[list[int]] = []

    async def once_away(events: Sequence[Event]) -> None:
        told.append(seqs(list(events)))
        if len(told) == 1:
            raise StoreUnavailableError("away")

    journal.on_archived.append(once_away)
    await journal.append(started())
    async with running(journal):
        await until(lambda: queue_is_empty(journal))
    assert told == [[1], [1]]
