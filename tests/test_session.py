"""A whole call through the session: order, endings, pauses, failures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from audio.decode import AudioFormat, Decoder
from audio.transcriber import Transcriber
from copilot.conversation import Conversation
from copilot.errors import AudioFormatError
from copilot.events import (
    Alert,
    CallEnded,
    CallStarted,
    Degraded,
    Emotion,
    Event,
    Line,
    Paused,
    Redacted,
    Resumed,
    Summary,
    Transcript,
)
from copilot.recognition import RecognitionWorker
from copilot.session import OUTBOX_EVENTS, Session
from copilot.signals import SAMPLE_RATE_HZ, AudioChunk, RecognitionRequest
from copilot.trouble import STEADY_S
from scripted import (
    LoudnessVoiceModel,
    ScriptedAnalyser,
    ScriptedRecogniser,
    ScriptedSummariser,
    silence,
    tone,
)

STARTED = CallStarted(
    call_id="c-1",
    at_s=0.0,
    started_at="2026-04-01T00:00:00+00:00",
    agent_id="mori",
    language="en",
)
FORMAT = AudioFormat("pcm_s16le", 16000, ("customer", "agent"))


class Store:
    """Keeps what the session appends, with numbers."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._appended = asyncio.Condition()

    async def append(self, event: Event) -> Event:
        stored = replace(event, seq=len(self.events) + 1)
        async with self._appended:
            self.events.append(stored)
            self._appended.notify_all()
        return stored

    async def holds(self, kind: type, count: int) -> None:
        async with self._appended:
            await self._appended.wait_for(lambda: len(self.of(kind)) >= count)

    def of(self, kind: type) -> list:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def finals(self) -> list[Transcript]:
        return [event for event in self.of(Transcript) if event.final]


@pytest.fixture
def thread() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture
def store() -> Store:
    return Store()


@asynccontextmanager
async def live(
    store: Store,
    thread: Executor,
    recogniser: ScriptedRecogniser | None = None,
    *,
    resume_s: float = 0.0,
) -> AsyncIterator[Session]:
    """A running session; leaving the context waits for its end."""
    async with RecognitionWorker([recogniser or ScriptedRecogniser()]) as recognition:
        session = Session(
            STARTED,
            ear=Transcriber(STARTED.call_id, STARTED.channels, "en", vad=LoudnessVoiceModel()),
            conversation=Conversation(
                STARTED, analyser=ScriptedAnalyser(STARTED), summariser=ScriptedSummariser()
            ),
            recognition=recognition,
            append=store.append,
            thread=thread,
            decoder=Decoder(FORMAT),
            resume_s=resume_s,
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(session.run())
            yield session


def frames(customer: np.ndarray, agent: np.ndarray, frame_s: float = 0.02) -> Iterator[bytes]:
    """Interleaved 16-bit frames of both legs; the shorter one is filled with silence."""
    length = max(len(customer), len(agent))
    legs = [np.pad(leg, (0, length - len(leg))) for leg in (customer, agent)]
    data = (np.stack(legs, axis=1) * 32767).astype("<i2")
    size = int(frame_s * SAMPLE_RATE_HZ)
    for start in range(0, length, size):
        yield data[start : start + size].tobytes()


def speak(session: Session, customer: np.ndarray, agent: np.ndarray | None = None) -> None:
    for frame in frames(customer, np.zeros(0, np.float32) if agent is None else agent):
        session.hear(frame)


TURN = np.concatenate([silence(0.5), tone(2.0), silence(2.0)])


async def test_a_call_is_told_in_order(store: Store, thread: Executor) -> None:
    async with live(store, thread) as session:
        speak(session, np.concatenate([TURN, silence(2)]), np.concatenate([silence(4), TURN]))
        session.stop()

    assert isinstance(store.events[0], CallStarted)
    assert [type(event) for event in store.events[-2:]] == [CallEnded, Summary]
    assert [final.speaker for final in store.finals] == ["customer", "agent"]
    assert all(later.at_s >= one.at_s for one, later in pairwise(store.events))
    ended = store.of(CallEnded)[0]
    assert ended.reason == "stop"
    assert ended.duration_s == pytest.approx(8.5, abs=0.05)
    summary = store.of(Summary)[0]
    assert summary.state == "draft"
    assert {cited for part in summary.sentences for cited in part.utterance_ids} == {
        final.utterance_id for final in store.finals
    }


async def test_revisions_rise_and_one_is_final(store: Store, thread: Executor) -> None:
    async with live(store, thread) as session:
        for frame in frames(np.concatenate([tone(5.0), silence(2.0)]), silence(0.1)):
            session.hear(frame)
            await asyncio.sleep(0)
        session.stop()
    revisions = [(event.revision, event.final) for event in store.of(Transcript)]
    assert [number for number, _ in revisions] == list(range(1, len(revisions) + 1))
    assert [final for _, final in revisions] == [False] * (len(revisions) - 1) + [True]


async def test_words_at_the_end_are_not_lost(store: Store, thread: Executor) -> None:
    """The line is cut in the middle of a word."""
    async with live(store, thread) as session:
        speak(session, np.concatenate([silence(0.5), tone(1.5)]))
        session.detach()
    assert len(store.finals) == 1
    assert store.of(CallEnded)[0].reason == "hangup"
    assert store.of(Summary)[0].state == "draft"


async def test_a_socket_may_come_back(store: Store, thread: Executor) -> None:
    async with live(store, thread, resume_s=60) as session:
        speak(session, TURN)
        session.detach()
        assert session.detached
        session.attach()
        speak(session, TURN)
        session.stop()
    assert len(store.finals) == 2
    assert len(store.of(CallEnded)) == 1
    lost, back = [event for event in store.of(Degraded) if event.stage == "ingest"]
    assert (lost.recovered, back.recovered) == (False, True)


async def test_what_follows_the_end_is_ignored(store: Store, thread: Executor) -> None:
    async with live(store, thread) as session:
        speak(session, TURN)
        session.stop()
        speak(session, TURN)
        session.stop("hangup")
        session.pause("mori")
    assert len(store.finals) == 1
    assert [ended.reason for ended in store.of(CallEnded)] == ["stop"]
    assert not store.of(Paused)


async def test_nothing_said_while_paused_is_kept(store: Store, thread: Executor) -> None:
    recogniser = ScriptedRecogniser()
    async with live(store, thread, recogniser) as session:
        speak(session, TURN)
        session.pause("mori", "card number")
        speak(session, TURN)
        session.resume("mori")
        speak(session, TURN)
        session.stop()
    assert [event.reason for event in store.of(Paused)] == ["card number"]
    assert len(store.of(Resumed)) == 1
    first, second = store.finals
    assert first.start_s < 4.5
    assert second.start_s > 9.0, "positions stay those of the call"
    for request in recogniser.heard:
        assert not 4.6 < request.segment.start_s < 8.9


async def test_a_silent_call_says_why_there_is_no_summary(
    store: Store, thread: Executor
) -> None:
    async with live(store, thread) as session:
        for _ in range(60):
            speak(session, silence(1.0))
        session.stop()
    assert not store.of(Transcript)
    summary = store.of(Summary)[0]
    assert (summary.state, summary.why_none) == ("unavailable", "no_speech")


async def test_a_frame_that_is_no_whole_frame_leaves_the_call_unharmed(
    store: Store, thread: Executor
) -> None:
    async with live(store, thread) as session:
        speak(session, TURN)
        with pytest.raises(AudioFormatError):
            session.hear(b"\0\0\0")
        speak(session, TURN)
        session.stop()
    assert len(store.finals) == 2


async def test_readings_and_alerts_follow_their_final(store: Store, thread: Executor) -> None:
    recogniser = ScriptedRecogniser(lambda request: "I am angry")
    async with live(store, thread, recogniser) as session:
        speak(session, TURN)
        session.stop()
    kinds = [type(event) for event in store.events if getattr(event, "final", True)]
    at = kinds.index(Transcript)
    assert kinds[at : at + 3] == [Transcript, Emotion, Alert]


async def test_secrets_are_masked_before_they_are_stored(
    store: Store, thread: Executor
) -> None:
    recogniser = ScriptedRecogniser(lambda request: "My card is 4111 1111 1111 1111.")
    async with live(store, thread, recogniser) as session:
        speak(session, TURN)
        session.stop()
    assert store.finals
    assert "4111" not in "".join(map(str, store.events))


async def test_the_first_half_of_a_secret_is_masked_when_the_second_is_heard(
    store: Store, thread: Executor
) -> None:
    halves = iter(["My card number is 4111 1111", "1111 1111."])
    said: dict[str, str] = {}

    def answer(request: RecognitionRequest) -> str:
        utterance_id = request.segment.utterance_id
        if utterance_id not in said:
            said[utterance_id] = next(halves)
        return said[utterance_id]

    async with live(store, thread, ScriptedRecogniser(answer)) as session:
        speak(session, np.concatenate([TURN, TURN]))
        session.stop()
    first, second = store.finals
    assert "1111" not in second.text
    (mended,) = store.of(Redacted)
    assert mended.utterance_id == first.utterance_id
    assert store.events.index(mended) > store.events.index(second)
    shown = "".join(first.text[span.start : span.end] for span in mended.spans)
    assert "4111" in shown or "4111" not in first.text


async def test_a_failing_recogniser_is_told_and_the_call_ends(
    store: Store, thread: Executor
) -> None:
    def fail(request: RecognitionRequest) -> str:
        raise RuntimeError("planted")

    async with live(store, thread, ScriptedRecogniser(fail)) as session:
        speak(session, TURN)
        session.stop()
    assert store.of(CallEnded)
    assert store.of(Summary)[0].why_none == "no_speech"


async def test_failing_models_are_told_and_the_call_goes_on(
    store: Store, thread: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(ScriptedAnalyser, "feed", fail)
    monkeypatch.setattr(ScriptedSummariser, "summarise", fail)
    async with live(store, thread) as session:
        speak(session, np.concatenate([TURN, TURN]))
        session.stop()
    assert len(store.finals) == 2
    failed = [event.stage for event in store.of(Degraded) if event.stage != "recogniser"]
    assert failed == ["sentiment", "sentiment", "summary"]
    assert store.of(Summary)[0].why_none == "model_unavailable"


def follow_voices(monkeypatch: pytest.MonkeyPatch) -> None:
    """The analyser tells a line for each chunk of the customer, and alerts about each."""

    def listen(self: ScriptedAnalyser, chunk: AudioChunk) -> list[Line]:
        loud = float(np.abs(chunk.samples).max())
        line = Line(
            call_id="c-1",
            at_s=chunk.end_s,
            speaker=chunk.speaker,
            loudness_db=loud,
            speech_rate=0.0,
            silence_s=0.0,
            overtalk_s=0.0,
        )
        return [line] if chunk.speaker == "customer" else []

    def observe(self: ScriptedAnalyser, line: Line) -> list[Alert]:
        return [
            Alert(
                call_id=line.call_id,
                at_s=line.at_s,
                alert_id=f"loud-{line.at_s}",
                kind="long_silence",
                rule="loud",
                severity="info",
                speaker=line.speaker,
                message="loud",
                evidence=(),
            )
        ]

    monkeypatch.setattr(ScriptedAnalyser, "listen", listen)
    monkeypatch.setattr(ScriptedAnalyser, "observe", observe)


async def test_lines_are_told_and_alerts_follow_each(
    store: Store, thread: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow_voices(monkeypatch)
    async with live(store, thread) as session:
        speak(session, tone(0.1))
        session.stop()
    voices = [event for event in store.events if isinstance(event, Line | Alert)]
    assert [type(event) for event in voices] == [Line, Alert] * 5
    assert [event.at_s for event in store.of(Line)] == pytest.approx(
        [0.02, 0.04, 0.06, 0.08, 0.1]
    )


async def test_nobody_is_followed_while_paused(
    store: Store, thread: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow_voices(monkeypatch)
    async with live(store, thread) as session:
        speak(session, tone(0.1))
        session.pause("mori", "card number")
        speak(session, tone(0.1))
        session.resume("mori")
        speak(session, tone(0.1))
        session.stop()
    told_s = [line.at_s for line in store.of(Line)]
    assert len(told_s) == 10
    assert not [at_s for at_s in told_s if 0.11 < at_s < 0.21]


@pytest.mark.parametrize("failing", ["listen", "observe"])
async def test_a_voice_that_cannot_be_followed_is_told_once(
    store: Store, thread: Executor, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("planted")

    follow_voices(monkeypatch)
    monkeypatch.setattr(ScriptedAnalyser, failing, fail)
    async with live(store, thread) as session:
        speak(session, TURN)
        session.stop()
    (told,) = store.of(Degraded)
    assert (told.stage, told.recovered) == ("sentiment", False)
    assert len(store.finals) == 1
    assert store.of(Summary)[0].state == "draft"


async def test_lines_wait_for_nobody(
    store: Store, thread: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the store hangs, no more lines are kept than partials are."""
    follow_voices(monkeypatch)
    async with live(store, thread) as session:
        speak(session, tone(10.0))  # in one turn of the loop: nothing is taken out meanwhile
        session.stop()
    assert 0 < len(store.of(Line)) <= OUTBOX_EVENTS


async def test_a_recording_is_played_no_faster_than_it_is_understood(
    store: Store, thread: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a final is about must still be in memory when its voice is measured."""
    understood_s: list[tuple[float, float]] = []
    heard_s = 0.0

    def listen(self: ScriptedAnalyser, chunk: AudioChunk) -> list[Line]:
        nonlocal heard_s
        heard_s = chunk.end_s
        return []

    def feed(self: ScriptedAnalyser, final: Transcript) -> list[Emotion | Alert]:
        understood_s.append((final.end_s, heard_s))
        return []

    monkeypatch.setattr(ScriptedAnalyser, "listen", listen)
    monkeypatch.setattr(ScriptedAnalyser, "feed", feed)
    pieces = np.split(np.concatenate([TURN] * 20), 450)
    async with live(store, thread) as session:
        await session.play(
            [AudioChunk(speaker="customer", start_s=number * 0.2, samples=piece)]
            for number, piece in enumerate(pieces)
        )
    assert len(understood_s) == 20
    assert max(heard - said for said, heard in understood_s) < 2.5


async def test_what_cannot_be_masked_is_not_told(
    store: Store, thread: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(Conversation, "hear", fail)
    async with live(store, thread) as session:
        speak(session, TURN)
        session.stop()
    assert not store.of(Transcript)
    assert "an utterance was not masked" in {event.reason for event in store.of(Degraded)}
    assert store.of(Summary)[0].why_none == "no_speech"


async def test_a_late_recogniser_is_told_and_then_that_it_caught_up(
    store: Store, thread: Executor
) -> None:
    recogniser = ScriptedRecogniser()
    recogniser.open.clear()
    async with live(store, thread, recogniser) as session:
        speak(session, np.concatenate([TURN, silence(8.0)]))
        recogniser.open.set()
        await store.holds(Degraded, 1)
        speak(session, TURN)
        await session.caught_up()
        speak(session, silence(STEADY_S + 1.0))
        session.stop()
    behind, caught_up = store.of(Degraded)
    assert (behind.stage, behind.recovered) == ("recogniser", False)
    assert behind.lag_s > 4
    assert caught_up.recovered


async def test_a_slow_recogniser_never_holds_the_socket(store: Store, thread: Executor) -> None:
    """``hear`` returns though the recogniser hangs, and no final is lost."""
    recogniser = ScriptedRecogniser()
    recogniser.open.clear()
    async with live(store, thread, recogniser) as session:
        for _ in range(10):
            speak(session, TURN)
        session.stop()
        recogniser.open.set()
    assert len(store.finals) == 10


async def test_a_known_hypothesis_needs_no_second_run(store: Store, thread: Executor) -> None:
    """The words heard at the pause become the final when nothing new was said."""
    recogniser = ScriptedRecogniser()
    async with live(store, thread, recogniser) as session:
        for frame in frames(TURN, silence(0.1)):
            session.hear(frame)
            await asyncio.sleep(0)
        session.stop()
    finals = [request for request in recogniser.heard if request.final]
    assert len(finals) == len(store.finals) == 1
