"""Recordings that wait, whatever happened before: each is transcribed, once, or it is told
that it cannot be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scripted_sessions import scripted_sessions

from copilot import afterwards
from copilot.admission import Admission
from copilot.afterwards import Afterwards
from copilot.archive import Archive
from copilot.bus import Bus
from copilot.calls import LiveCalls
from copilot.events import (
    CallEnded,
    CallStarted,
    Degraded,
    Emotion,
    Event,
    Summary,
    Transcript,
)
from copilot.journal import Journal
from copilot.recognition import RecognitionWorker
from copilot.record import CallRecord
from copilot.recording import Recorder
from copilot.session import TRANSCRIPT_LATER, Session
from copilot.signals import AudioChunk, RecognitionRequest
from scripted import ScriptedRecogniser, ScriptedSummariser, silence, tone

STARTED = CallStarted(
    call_id="c-1",
    at_s=0.0,
    started_at="2026-04-01T00:00:00+00:00",
    agent_id="mori",
    channels=("customer",),
)
LATER = Degraded(call_id="c-1", at_s=0.0, stage="recogniser", reason=TRANSCRIPT_LATER)
ENDED = CallEnded(call_id="c-1", at_s=5.6, duration_s=5.6, reason="stop")
TURN = np.concatenate([silence(0.3), tone(1.5), silence(1.0)])


@pytest.fixture
def thread() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture
def transcribed(
    journal: Journal, bus: Bus, thread: Executor, tmp_path: Path
) -> Callable[..., Awaitable[list[Event]]]:
    """Lets a node hear what waits, until the folder is empty. Returns the call's events."""

    async def transcribed(recogniser: ScriptedRecogniser | None = None) -> list[Event]:
        async with RecognitionWorker([recogniser or ScriptedRecogniser()]) as recognition:
            make_session = scripted_sessions(recognition, thread)

            def from_recording(
                started: CallStarted,
                hotwords: Sequence[str],
                append: Callable[[Event], Awaitable[Event]],
            ) -> Session:
                return make_session(started, hotwords, append=append)

            after = Afterwards(tmp_path / "calls", journal, from_recording, node="this")
            running = asyncio.create_task(after.run())
            async with asyncio.timeout(20):
                while after.recordings:
                    await bus.ping()
            running.cancel()
            await asyncio.wait([running])
        return await journal.events("c-1")

    return transcribed


@pytest.fixture
def recorded(tmp_path: Path) -> None:
    """Two turns on disk, held by nobody."""
    recorder = Recorder(tmp_path / "calls", STARTED)
    samples = np.concatenate([TURN, TURN])
    recorder.feed(AudioChunk(speaker="customer", start_s=0.0, samples=samples))
    recorder.close()


async def stored(journal: Journal, *events: Event) -> None:
    for event in events:
        await journal.append(event)


def of(kind: type[Event], events: Sequence[Event]) -> list:
    return [event for event in events if isinstance(event, kind)]


@pytest.mark.usefixtures("recorded")
async def test_a_call_whose_process_died_on_the_line_is_ended_and_transcribed(
    journal: Journal, transcribed: Callable
) -> None:
    await stored(journal, STARTED, LATER)
    events = await transcribed()
    assert [ended.reason for ended in of(CallEnded, events)] == ["lost_node"]
    finals = of(Transcript, events)
    assert len(finals) == 2
    assert events[-1].state == "draft"
    mood = CallRecord.of(events).mood_line
    assert [point.at_s for point in mood] == [final.end_s for final in finals]


@pytest.mark.usefixtures("recorded")
async def test_a_call_is_left_alone_while_another_process_claims_it(
    journal: Journal, bus: Bus, transcribed: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(afterwards, "LOOK_S", 0.01)
    await stored(journal, STARTED, LATER)
    assert await bus.claim("c-1", "dead", 0.2)
    events = await transcribed()
    assert len(of(CallEnded, events)) == 1
    assert events[-1].state == "draft"


@pytest.mark.usefixtures("recorded")
async def test_what_was_told_before_a_crash_is_not_told_again(
    journal: Journal, transcribed: Callable, tmp_path: Path
) -> None:
    await stored(journal, STARTED, LATER, ENDED)
    whole = await transcribed()
    first = of(Transcript, whole)[0]
    # The same call once more, as a crash after its first turn would have left it.
    await journal.bus.redis.flushall()
    journal._floors.clear()
    recorder = Recorder(tmp_path / "calls", STARTED)
    samples = np.concatenate([TURN, TURN])
    recorder.feed(AudioChunk(speaker="customer", start_s=0.0, samples=samples))
    recorder.close()
    await stored(journal, STARTED, LATER, ENDED, replace(first, seq=0))
    again = await transcribed()
    assert [final.utterance_id for final in of(Transcript, again)] == [
        final.utterance_id for final in of(Transcript, whole)
    ]
    assert len(of(Emotion, again)) == 2
    assert len(of(Summary, again)) == 1


@pytest.mark.usefixtures("recorded")
async def test_a_transcript_that_comes_after_another_node_gave_up_is_a_later_version(
    journal: Journal, transcribed: Callable
) -> None:
    lost = Summary(
        call_id="c-1",
        at_s=5.6,
        version=1,
        state="unavailable",
        why_none="model_unavailable",
        generator="none",
        made_at="2026-04-01T00:00:00+00:00",
    )
    await stored(journal, STARTED, LATER, ENDED, lost)
    events = await transcribed()
    assert [(one.version, one.state) for one in of(Summary, events)] == [
        (1, "unavailable"),
        (2, "draft"),
    ]


@pytest.mark.usefixtures("recorded")
async def test_a_recording_whose_words_are_in_the_record_is_only_deleted(
    journal: Journal, transcribed: Callable
) -> None:
    there = replace(LATER, reason="the transcript is there", recovered=True)
    done = Summary(
        call_id="c-1",
        at_s=5.6,
        version=1,
        state="draft",
        generator="scripted",
        made_at="2026-04-01T00:00:00+00:00",
    )
    await stored(journal, STARTED, LATER, ENDED, there, done)
    recogniser = ScriptedRecogniser()
    assert len(await transcribed(recogniser)) == 5
    assert recogniser.heard == []


@pytest.mark.usefixtures("recorded")
async def test_the_recording_of_a_call_that_was_erased_goes_too(
    journal: Journal, transcribed: Callable
) -> None:
    assert await transcribed() == []


@pytest.mark.usefixtures("recorded")
async def test_a_recogniser_that_fails_is_asked_again(
    journal: Journal, transcribed: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(afterwards, "LOOK_S", 0.01)
    asked: list[RecognitionRequest] = []

    def answer(request: RecognitionRequest) -> str:
        asked.append(request)
        if len(asked) <= 2:
            raise RuntimeError("planted")
        return "hello"

    await stored(journal, STARTED, LATER, ENDED)
    events = await transcribed(ScriptedRecogniser(answer))
    assert [final.text for final in of(Transcript, events)] != []
    assert len({final.utterance_id for final in of(Transcript, events)}) == 2
    assert of(Degraded, events)[-1].recovered


@pytest.mark.usefixtures("recorded")
async def test_what_cannot_be_transcribed_is_told_in_the_summary(
    journal: Journal, transcribed: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(afterwards, "LOOK_S", 0.01)

    def fail(request: RecognitionRequest) -> str:
        raise RuntimeError("planted")

    await stored(journal, STARTED, LATER, ENDED)
    events = await transcribed(ScriptedRecogniser(fail))
    (summary,) = of(Summary, events)
    assert (summary.state, summary.why_none) == ("unavailable", "model_unavailable")
    last = of(Degraded, events)[-1]
    assert (last.reason, last.recovered) == ("an utterance could not be recognised", False)


async def test_a_lost_nodes_recorded_call_is_closed_with_the_reason(
    journal: Journal, bus: Bus, archive: Archive, thread: Executor, tmp_path: Path
) -> None:
    """Its recording is on a disk that this node does not see."""
    await archive.store([await journal.append(event) for event in (STARTED, LATER)])
    async with RecognitionWorker([ScriptedRecogniser()]) as recognition:
        calls = LiveCalls(
            scripted_sessions(recognition, thread),
            journal=journal,
            bus=bus,
            summariser=ScriptedSummariser(),
            admission=Admission(max_calls=1),
            level=lambda: 0,
            recordings=tmp_path / "calls",
        )
        async with bus.subscribe() as events, calls.running(), asyncio.timeout(20):
            async for event in events:
                if isinstance(event, Summary):
                    break
    assert (event.state, event.why_none) == ("unavailable", "model_unavailable")
