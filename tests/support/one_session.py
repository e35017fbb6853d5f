"""One session with scripted models, and what it stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from dataclasses import replace

import numpy as np

from audio.decode import AudioFormat, Decoder
from audio.pace import Load
from audio.transcriber import Transcriber
from copilot.conversation import Conversation
from copilot.events import (
    CallStarted,
    Event,
    Transcript,
)
from copilot.recognition import RecognitionWorker
from copilot.session import Session
from copilot.signals import SAMPLE_RATE_HZ
from copilot.summary_running import RunningSummaries
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


class Loaded:
    """A recognition worker that is behind."""

    load = Load(level=1, pace_s=2.0, lag_s=1.0)

    def __init__(self, worker: RecognitionWorker) -> None:
        self.submit = worker.submit


@asynccontextmanager
async def live(
    store: Store,
    thread: Executor,
    recogniser: ScriptedRecogniser | None = None,
    *,
    resume_s: float = 0.0,
    running: RunningSummaries | None = None,
    loaded: bool = False,
) -> AsyncIterator[Session]:
    """A running session; leaving the context waits for its end. ``loaded``: the recogniser
    says that it has a lot to do."""
    async with RecognitionWorker([recogniser or ScriptedRecogniser()]) as recognition:
        session = Session(
            STARTED,
            ear=Transcriber(STARTED.call_id, STARTED.channels, "en", vad=LoudnessVoiceModel()),
            conversation=Conversation(
                STARTED, analyser=ScriptedAnalyser(STARTED), summariser=ScriptedSummariser()
            ),
            recognition=Loaded(recognition) if loaded else recognition,
            append=store.append,
            thread=thread,
            decoder=Decoder(FORMAT),
            resume_s=resume_s,
            running=running,
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
