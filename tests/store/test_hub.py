"""Fan-out: every viewer sees each stored event once and in order, whatever happens."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from copilot import hub as hub_module
from copilot.archive import Archive
from copilot.bus import Bus
from copilot.events import CallEnded, Degraded, Event, Line, Summary, Transcript, lasts
from copilot.hub import Hub, Viewer
from copilot.journal import Journal
from tests.store.conftest import ended, partial, running, said, seqs, started, until
from tests.store.test_journal import Outage


@pytest.fixture
def small_outbox(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(hub_module, "OUTBOX_EVENTS", 64)
    return 64


@pytest.fixture
async def hub(journal: Journal) -> AsyncIterator[Hub]:
    hub = Hub(journal)
    async with running(journal, hub):
        await until(lambda: subscribed(hub))
        yield hub


async def subscribed(hub: Hub) -> bool:
    answer = await hub._bus.redis.pubsub_numsub("copilot:events")
    return bool(answer[0][1])


async def read(viewer: AsyncIterable[Event]) -> list[Event]:
    """Events up to the end of a call."""
    seen: list[Event] = []
    async with asyncio.timeout(20):
        async for event in viewer:
            seen.append(event)
            if isinstance(event, CallEnded):
                break
    return seen


def seen_by(viewer: Viewer, sent: list[Event], call_id: str) -> bool:
    of_call = [event.seq for event in sent if event.call_id == call_id]
    return viewer._seen.get(call_id, 0) == of_call[-1]


async def live(hub: Hub, journal: Journal, viewer: Viewer) -> AsyncIterator[Event]:
    """The viewer's events, after it has read the start of the call from the store."""
    stream = aiter(viewer)
    await journal.append(started())
    await anext(stream)
    await journal.append(line(0.0))
    await anext(stream)
    return stream


def line(at_s: float, speaker: str = "agent") -> Line:
    return Line(
        call_id="call-1",
        at_s=at_s,
        speaker=speaker,
        loudness_db=-30.0,
        speech_rate=4.0,
        silence_s=0.0,
        overtalk_s=0.0,
    )  # type: ignore[arg-type]


async def test_viewer_of_one_call_sees_it_live(hub: Hub, journal: Journal) -> None:
    async with hub.view({"call-1"}) as viewer:
        assert hub.viewer_count == 1
        reading = asyncio.ensure_future(read(viewer))
        sent: list[Event] = []
        for event in (started(), started("call-2"), partial(1), said(1), ended()):
            sent.append(await journal.append(event))
            # Until it is read, so that no partial gives way to what follows.
            await until(lambda: seen_by(viewer, sent, "call-1"))
        assert await reading == [event for event in sent if event.call_id == "call-1"]
    assert hub.viewer_count == 0


async def test_late_viewer_begins_with_what_is_stored(hub: Hub, journal: Journal) -> None:
    sent = [await journal.append(event) for event in (started(), partial(1), said(1))]
    async with hub.view({"call-1"}) as viewer:
        sent.append(await journal.append(ended()))
        assert await read(viewer) == [event for event in sent if lasts(event)]


async def test_viewer_resumes_after_what_it_has_seen(hub: Hub, journal: Journal) -> None:
    sent = [await journal.append(event) for event in (started(), said(1), said(2), ended())]
    async with hub.view({"call-1"}, {"call-1": 2}) as viewer:
        assert await read(viewer) == sent[2:]


async def test_viewer_of_all_calls_begins_with_the_live_ones(
    hub: Hub, journal: Journal
) -> None:
    for event in (
        started("old"),
        ended(call_id="old"),
        started("a"),
        said(1, call_id="a"),
        started("b"),
    ):
        await journal.append(event)
    async with hub.view(None, {"a": 1}) as viewer:
        await journal.append(started("c"))
        await journal.append(ended(call_id="c"))
        seen = await read(viewer)
    assert [(event.call_id, event.seq) for event in seen] == [
        ("a", 2),
        ("b", 1),
        ("c", 1),
        ("c", 2),
    ]


async def test_neither_gap_nor_double_while_everything_moves(
    hub: Hub, journal: Journal
) -> None:
    """Viewers come, go and resume at any moment while two writers append and the archivist
    takes over."""
    chance = random.Random(11)

    async def write(call_id: str) -> None:
        await journal.append(started(call_id))
        for number in range(1, 120):
            await journal.append(partial(number, call_id=call_id))
            await journal.append(said(number, call_id=call_id))
            await asyncio.sleep(0)
        await journal.append(ended(120.0, call_id))

    async def watch(call_id: str) -> list[Event]:
        seen: list[Event] = []
        while True:
            after = {call_id: seen[-1].seq} if seen else {}
            async with hub.view({call_id}, after) as viewer:
                leave_after = chance.randint(1, 60)
                async for event in viewer:
                    seen.append(event)
                    if isinstance(event, CallEnded):
                        return seen
                    leave_after -= 1
                    if not leave_after:
                        break

    async with asyncio.TaskGroup() as group:
        watchers = {
            call_id: [group.create_task(watch(call_id)) for _ in range(5)]
            for call_id in ("a", "b")
        }
        for call_id in watchers:
            group.create_task(write(call_id))
    for call_id, tasks in watchers.items():
        stored = await journal.events(call_id)
        for task in tasks:
            seen = task.result()
            assert [event for event in seen if lasts(event)] == stored
            assert seqs(seen) == sorted(set(seqs(seen)))


async def test_waiting_partials_give_way_to_the_newest(hub: Hub, journal: Journal) -> None:
    async with hub.view({"call-1"}) as viewer:
        stream = await live(hub, journal, viewer)
        for text in ("h", "he", "hel"):
            await journal.append(partial(1, text))
        for at_s in (1.0, 2.0):
            await journal.append(line(at_s))
            await journal.append(line(at_s, "customer"))
        last = await journal.append(said(2, "done"))
        await until(lambda: ("stored", "call-1", str(last.seq)) in viewer._outbox)
        await journal.append(ended())
        seen = await read(stream)
    assert [event.text for event in seen if isinstance(event, Transcript)] == ["hel", "done"]
    assert [(one.speaker, one.at_s) for one in seen if isinstance(one, Line)] == [
        ("agent", 2.0),
        ("customer", 2.0),
    ]


async def test_the_newest_of_the_calls_so_far_is_enough(hub: Hub, journal: Journal) -> None:
    async with hub.view({"call-1"}) as viewer:
        stream = await live(hub, journal, viewer)
        for text in ("one turn", "two turns"):
            so_far = Summary(
                call_id="call-1",
                at_s=1.0,
                version=0,
                state="running",
                text=text,
                generator="extractive",
                made_at="2026-04-01T00:30:00Z",
            )
            await journal.append(so_far)
        last = await journal.append(said(2, "done"))
        await until(lambda: ("stored", "call-1", str(last.seq)) in viewer._outbox)
        await journal.append(ended())
        seen = await read(stream)
    assert [event.text for event in seen if isinstance(event, Summary)] == ["two turns"]
    assert not [one for one in await journal.events("call-1") if isinstance(one, Summary)]


async def test_final_takes_the_place_of_its_partial(hub: Hub, journal: Journal) -> None:
    async with hub.view({"call-1"}) as viewer:
        stream = await live(hub, journal, viewer)
        for event in (partial(1), partial(2), said(1)):
            last = await journal.append(event)
        await until(lambda: ("stored", "call-1", str(last.seq)) in viewer._outbox)
        await journal.append(ended())
        seen = await read(stream)
    assert [(event.type, event.seq) for event in seen] == [
        ("transcript", 4),
        ("transcript", 5),
        ("call_ended", 6),
    ]


async def test_slow_viewer_loses_partials_first_and_is_then_closed(
    journal: Journal, small_outbox: int
) -> None:
    viewer = Viewer(journal, None, {})

    half = small_outbox // 2
    for seq in range(1, half + 1):
        viewer.offer(_numbered(said(seq), seq))
    for seq in range(half + 1, small_outbox + 2):
        viewer.offer(_numbered(partial(seq), seq))
    assert not viewer.overrun
    assert [event for event in viewer._outbox.values() if not lasts(event)] == []
    for seq in range(small_outbox + 2, small_outbox + half + 3):
        viewer.offer(_numbered(said(seq), seq))
    assert viewer.overrun
    assert [event async for event in viewer] == []


def _numbered(event: Transcript, seq: int) -> Transcript:
    return replace(event, seq=seq)


async def test_slow_viewer_hurts_nobody_else(
    hub: Hub, journal: Journal, small_outbox: int
) -> None:
    async with hub.view({"call-1"}) as slow, hub.view({"call-1"}) as quick:
        await live(hub, journal, slow)
        reading = asyncio.ensure_future(read(quick))
        for number in range(1, small_outbox + 10):
            await journal.append(said(number))
        await journal.append(ended())
        seen = await reading
        assert seqs(seen) == [1, *range(3, small_outbox + 13)]
        await until(lambda: slow.overrun)
        assert not quick.overrun


async def test_viewer_that_catches_up_may_fill_its_outbox(
    journal: Journal, small_outbox: int
) -> None:
    """A board that opens reads many calls; what comes in the meantime is in the store."""
    for number in range(1, 4):
        await journal.append(said(number))
    viewer = Viewer(journal, None, {})
    viewer.catch_up(["call-1"])
    stored = aiter(viewer)
    assert (await anext(stored)).seq == 1
    for number in range(4, small_outbox + 10):
        viewer.offer(await journal.append(said(number)))
    assert not viewer.overrun
    seen = [(await anext(stored)).seq for _ in range(small_outbox + 8)]
    assert seen == list(range(2, small_outbox + 10))


async def test_outage_is_told_and_leaves_no_gap(archive: Archive, tmp_path: Path) -> None:
    outage = Outage(tmp_path)
    bus = await Bus.connect(outage.valkey.url)
    journal = Journal(bus, archive, spool_dir=tmp_path / "spool")
    hub = Hub(journal)
    async with running(journal, hub):
        await until(lambda: subscribed(hub))
        async with hub.view() as board, hub.view({"call-1"}) as panel:
            views = [asyncio.ensure_future(read(viewer)) for viewer in (board, panel)]
            await journal.append(started())
            await journal.append(said(1))
            await until(lambda: "call-1" in hub._live)
            outage.begin()
            await journal.append(said(2))
            await until(lambda: hub._away)
            outage.end()
            await until(lambda: not hub._away)
            await journal.append(said(3))
            await journal.append(ended())
            seen = await asyncio.gather(*views)
        stored = await journal.events("call-1")
    journal.close()
    await bus.close()
    outage.valkey.stop()
    end = next(event.seq for event in stored if isinstance(event, CallEnded))
    for events in seen:
        numbered = [event for event in events if event.seq]
        assert numbered == [event for event in stored if event.seq <= end]
        told = [event for event in events if isinstance(event, Degraded) and not event.seq]
        assert [(event.stage, event.recovered) for event in told] == [
            ("store", False),
            ("store", True),
        ]


async def test_call_that_lived_only_during_the_outage_reaches_the_board(
    archive: Archive, tmp_path: Path
) -> None:
    outage = Outage(tmp_path)
    bus = await Bus.connect(outage.valkey.url)
    journal = Journal(bus, archive, spool_dir=tmp_path / "spool")
    hub = Hub(journal)
    async with running(journal, hub):
        await until(lambda: subscribed(hub))
        async with hub.view() as board:
            outage.begin()
            for event in (started(), said(1), ended()):
                await journal.append(event)
            outage.end()
            seen = await read(board)
    journal.close()
    await bus.close()
    outage.valkey.stop()
    assert [event.type for event in seen if not isinstance(event, Degraded)] == [
        "call_started",
        "transcript",
        "call_ended",
    ]


async def test_redis_that_hangs_is_noticed_and_nothing_is_doubled(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stopped server keeps its connections, and does later what was sent to it."""
    monkeypatch.setattr("copilot.bus._ANSWER_S", 0.5)
    outage = Outage(tmp_path)
    bus = await Bus.connect(outage.valkey.url)
    journal = Journal(bus, archive, spool_dir=tmp_path / "spool")
    hub = Hub(journal)
    async with running(journal, hub):
        await until(lambda: subscribed(hub))
        async with hub.view({"call-1"}) as viewer:
            reading = asyncio.ensure_future(read(viewer))
            await journal.append(started())
            await until(lambda: "call-1" in hub._live)
            os.kill(outage.valkey.pid, signal.SIGSTOP)
            assert (await journal.append(said(1))).seq == 0
            await until(lambda: hub._away)
            os.kill(outage.valkey.pid, signal.SIGCONT)
            await until(lambda: not hub._away)
            await journal.append(ended())
            seen = await reading
    journal.close()
    await bus.close()
    outage.valkey.stop()
    stored = [event for event in seen if event.seq and not isinstance(event, Degraded)]
    assert [event.type for event in stored] == ["call_started", "transcript", "call_ended"]
