"""Opening, resuming and ending the calls of a node; closing those of a lost one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scripted_sessions import scripted_sessions

from audio.decode import AudioFormat
from copilot.admission import Admission, Overload
from copilot.archive import Archive
from copilot.bus import Bus
from copilot.calls import LiveCalls
from copilot.errors import ConflictError, StoreUnavailableError
from copilot.events import CallEnded, CallStarted, Degraded, Event, Summary, Transcript
from copilot.journal import Journal
from copilot.last_words import SUMMARY_TRIES
from copilot.ports import Summariser
from copilot.recognition import RecognitionWorker
from copilot.session import Session
from copilot.spool import Spool
from copilot.times import utc_now
from scripted import (
    ScriptedRecogniser,
    ScriptedSummariser,
    silence,
    tone,
)

FORMAT = AudioFormat("pcm_s16le", 16000, ("customer", "agent"))
STARTED = CallStarted(
    call_id="c-1", at_s=0.0, started_at="2026-04-01T00:00:00+00:00", agent_id="mori"
)
TURN = (np.concatenate([silence(0.3), tone(1.5), silence(0.3)]) * 32767).astype("<i2")
STEREO = np.stack([TURN, np.zeros_like(TURN)], axis=1).tobytes()


@pytest.fixture
def thread() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture
def node(bus: Bus, journal: Journal, thread: Executor, tmp_path: Path) -> Callable:
    """Makes nodes: each keeps its own calls, all share the stores."""

    @asynccontextmanager
    async def node(
        journal: Journal = journal,
        max_calls: int = 100,
        overload: Overload = "record",
        recogniser: ScriptedRecogniser | None = None,
        summariser: Summariser | None = None,
    ) -> AsyncIterator[LiveCalls]:
        async with RecognitionWorker([recogniser or ScriptedRecogniser()]) as recognition:
            calls = LiveCalls(
                scripted_sessions(recognition, thread, resume_s=60),
                journal=journal,
                bus=bus,
                summariser=summariser or ScriptedSummariser(),
                admission=Admission(max_calls=max_calls, overload=overload),
                level=lambda: recognition.load.level,
                recordings=tmp_path / "recordings",
            )
            async with calls.running():
                yield calls

    return node


async def told(journal: Journal, call_id: str, kind: type[Event]) -> list[Event]:
    return [event for event in await journal.events(call_id) if isinstance(event, kind)]


async def test_two_sockets_cannot_have_one_call(node: Callable, journal: Journal) -> None:
    async with node() as calls, node() as other_node:
        session = await calls.open(STARTED, FORMAT)
        for elsewhere in (calls, other_node):
            with pytest.raises(ConflictError, match="live on another socket"):
                await elsewhere.open(STARTED, FORMAT)
        session.hear(STEREO)
        session.stop()
        await session.finished()
    finals = [event for event in await told(journal, "c-1", Transcript) if event.final]
    assert len(finals) == 1
    assert len(await told(journal, "c-1", CallStarted)) == 1


async def test_a_lost_socket_must_say_that_it_resumes(node: Callable) -> None:
    async with node() as calls:
        session = await calls.open(STARTED, FORMAT)
        session.detach()
        with pytest.raises(ConflictError, match='"resume": true'):
            await calls.open(STARTED, FORMAT)
        assert await calls.open(STARTED, FORMAT, resume=True) is session
        assert not session.detached


async def test_a_call_id_is_used_once(node: Callable) -> None:
    async with node() as calls:
        session = await calls.open(STARTED, FORMAT)
        session.stop()
        await session.finished()
        with pytest.raises(ConflictError, match="is ending|needs a new call_id"):
            await calls.open(STARTED, FORMAT)
    async with node() as calls:
        with pytest.raises(ConflictError, match="needs a new call_id"):
            await calls.open(STARTED, FORMAT)
        assert len(calls) == 0


async def test_stopping_the_server_ends_calls_with_their_summaries(
    node: Callable, journal: Journal
) -> None:
    async with node() as calls:
        session = await calls.open(STARTED, FORMAT)
        session.hear(STEREO)
    (ended,) = await told(journal, "c-1", CallEnded)
    assert ended.reason == "shutdown"
    (summary,) = await told(journal, "c-1", Summary)
    assert summary.state == "draft"


async def test_a_call_whose_node_died_is_closed_with_a_summary(
    node: Callable, journal: Journal, bus: Bus, archive: Archive
) -> None:
    final = Transcript(
        call_id="c-1",
        at_s=4.0,
        utterance_id="u1",
        speaker="customer",
        revision=1,
        start_s=1.0,
        end_s=3.0,
        text="hello",
        final=True,
    )
    await archive.store([await journal.append(event) for event in (STARTED, final)])
    async with bus.subscribe() as events, node():
        async for event in events:
            if isinstance(event, Summary):
                break
    (ended,) = await told(journal, "c-1", CallEnded)
    assert (ended.reason, ended.duration_s) == ("lost_node", 4.0)
    assert event.text == "hello"


@pytest.mark.parametrize(("failures", "state"), [(2, "draft"), (99, "unavailable")])
async def test_a_summariser_that_fails_is_asked_a_few_times(
    node: Callable,
    journal: Journal,
    bus: Bus,
    archive: Archive,
    monkeypatch: pytest.MonkeyPatch,
    failures: int,
    state: str,
) -> None:
    class Failing(ScriptedSummariser):
        asked = 0

        def summarise(self, events: Sequence[Event]) -> Summary:
            self.asked += 1
            if self.asked <= failures:
                raise RuntimeError("planted")
            return super().summarise(events)

    monkeypatch.setattr("copilot.calls.LOOK_S", 0.01)
    final = Transcript(
        call_id="c-1",
        at_s=4.0,
        utterance_id="u1",
        speaker="customer",
        revision=1,
        start_s=1.0,
        end_s=3.0,
        text="hello",
        final=True,
    )
    await archive.store([await journal.append(event) for event in (STARTED, final)])
    failing = Failing()
    async with bus.subscribe() as events, node(summariser=failing):
        async for event in events:
            if isinstance(event, Summary):
                break
    assert failing.asked == SUMMARY_TRIES
    (summary,) = await told(journal, "c-1", Summary)
    assert summary.state == state
    assert len(await told(journal, "c-1", CallEnded)) == 1
    stages = [(one.stage, one.recovered) for one in await told(journal, "c-1", Degraded)]
    assert stages == ([("summary", False)] if state == "unavailable" else [])
    assert summary.why_none == ("model_unavailable" if state == "unavailable" else None)


async def test_a_call_whose_node_died_between_its_end_and_its_summary_gets_one(
    node: Callable, journal: Journal, bus: Bus, archive: Archive
) -> None:
    async def ended(call_id: str, started_at: str) -> None:
        start = replace(STARTED, call_id=call_id, started_at=started_at)
        end = CallEnded(call_id=call_id, at_s=4.0, duration_s=4.0, reason="stop")
        await archive.store([await journal.append(event) for event in (start, end)])

    await ended("long-ago", "2026-04-01T00:00:00Z")
    await ended("taken", utc_now())
    assert await bus.claim("taken", "another node", 30)
    await ended("left", utc_now())
    async with bus.subscribe() as events, node():
        async for event in events:
            if isinstance(event, Summary):
                break
    assert event.call_id == "left"
    assert [one.why_none for one in await told(journal, "left", Summary)] == ["no_speech"]
    for call_id in ("long-ago", "taken"):
        assert not await told(journal, call_id, Summary)


async def test_a_call_of_a_living_node_is_left_alone(
    node: Callable, journal: Journal, bus: Bus, archive: Archive
) -> None:
    await archive.store([await journal.append(STARTED)])
    assert await bus.claim("c-1", "another node", 30)
    lost = replace(STARTED, call_id="c-2")
    await archive.store([await journal.append(lost)])
    async with bus.subscribe() as events, node():
        async for event in events:
            if isinstance(event, Summary):
                break
    assert event.call_id == "c-2"
    assert not await told(journal, "c-1", CallEnded)


async def test_a_failing_call_ends_alone(
    node: Callable, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = journal.append

    async def failing(event: Event) -> Event:
        if event.call_id == "bad" and isinstance(event, Transcript):
            raise StoreUnavailableError("planted")
        return await append(event)

    monkeypatch.setattr(journal, "append", failing)
    async with node() as calls:
        bad = await calls.open(replace(STARTED, call_id="bad"), FORMAT)
        good = await calls.open(STARTED, FORMAT)
        for session in (bad, good):
            session.hear(STEREO)
            session.stop()
        await bad.finished()
        await good.finished()
    assert [event.reason for event in await told(journal, "bad", CallEnded)] == ["failed"]
    assert [event.reason for event in await told(journal, "c-1", CallEnded)] == ["stop"]
    assert (await told(journal, "c-1", Summary))[0].state == "draft"


async def test_a_call_that_begins_while_orphans_are_looked_for_is_left_alone(
    node: Callable, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    node_up: asyncio.Future[LiveCalls] = asyncio.get_running_loop().create_future()
    looked_at = asyncio.Event()

    async def live_calls() -> AsyncIterator[str]:
        # The claims were read already.
        await (await node_up).open(STARTED, FORMAT)
        yield "c-1"
        looked_at.set()

    monkeypatch.setattr(journal, "live_calls", live_calls)
    async with node() as calls:
        node_up.set_result(calls)
        await looked_at.wait()
        assert not await told(journal, "c-1", CallEnded)
    assert [event.reason for event in await told(journal, "c-1", CallEnded)] == ["shutdown"]


async def test_a_call_whose_end_waits_in_the_spool_is_not_ended_again(
    node: Callable, journal: Journal, bus: Bus, archive: Archive, tmp_path: Path
) -> None:
    await archive.store([await journal.append(STARTED)])
    ended = CallEnded(call_id="c-1", at_s=2.0, duration_s=2.0, reason="stop")
    spool = Spool(tmp_path / "dead")
    spool.put(ended)
    spool.close()
    restarted = Journal(bus, archive, spool_dir=tmp_path / "dead")
    asked = asyncio.Event()

    class Watched(Journal):
        """Stands where the node looks, to know that it has."""

        behind = property(lambda self: asked.set() or restarted.behind)

    watched = Watched(bus, archive, spool_dir=tmp_path / "watched")
    async with node(watched), asyncio.timeout(20):
        await asked.wait()
        async with asyncio.TaskGroup() as group:
            replaying = group.create_task(restarted.run())
            while restarted.behind:
                await bus.ping()
            replaying.cancel()
    assert [event.reason for event in await told(journal, "c-1", CallEnded)] == ["stop"]
    restarted.close()
    watched.close()


async def test_a_call_resumes_with_the_audio_format_it_began_with(node: Callable) -> None:
    async with node() as calls:
        session = await calls.open(STARTED, FORMAT)
        session.detach()
        for other in (
            AudioFormat("mulaw", 8000, FORMAT.channels),
            AudioFormat("pcm_s16le", 16000, ("agent", "customer")),
        ):
            with pytest.raises(ConflictError, match="another audio format"):
                await calls.open(STARTED, other, resume=True)
        assert session.detached
        assert await calls.open(STARTED, FORMAT, resume=True) is session


async def test_of_two_sockets_that_begin_a_call_at_once_one_has_it(
    node: Callable, journal: Journal
) -> None:
    async with node() as calls:
        first, second = await asyncio.gather(
            calls.open(STARTED, FORMAT), calls.open(STARTED, FORMAT), return_exceptions=True
        )
        assert {type(first), type(second)} == {Session, ConflictError}
    assert len(await told(journal, "c-1", CallStarted)) == 1


async def test_a_call_that_cannot_be_made_is_nobodys(
    node: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with node() as calls, node() as other_node:
        with monkeypatch.context() as broken:
            broken.setattr(calls, "_make_session", lambda *parts, **named: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                await calls.open(STARTED, FORMAT)
        assert await other_node.open(STARTED, FORMAT)
