"""The same words with the real models, alone and beside a call that is nothing but noise."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from audio.files import Recording, read_recording
from audio.transcriber import Transcriber
from audio.vad import load_vad
from copilot.conversation import Conversation
from copilot.events import CallStarted, Event, Transcript
from copilot.models import whisper_folder
from copilot.ports import Recogniser
from copilot.recognition import RecognitionWorker
from copilot.session import Session
from copilot.signals import SAMPLE_RATE_HZ
from scripted import ScriptedAnalyser, ScriptedSummariser

pytestmark = pytest.mark.model

SAMPLE = Path(__file__).parents[1] / "copilot" / "samples" / "en" / "call.flac"
LENGTH = 15 * SAMPLE_RATE_HZ


@pytest.fixture(scope="module")
def whisper(models_dir: Path) -> Recogniser:
    from audio.whisper import FasterWhisperRecogniser

    return FasterWhisperRecogniser(whisper_folder(models_dir), device="cpu", threads=1)


@pytest.fixture
def thread() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


async def played(
    call_id: str, recording: Recording, recognition: RecognitionWorker, thread: Executor
) -> list[tuple[str, float, str]]:
    """Speaker, beginning and words of every final."""
    started = CallStarted(
        call_id=call_id, at_s=0.0, started_at="2026-04-01T00:00:00+00:00", agent_id="mori"
    )
    events: list[Event] = []

    async def append(event: Event) -> Event:
        events.append(event)
        return event

    session = Session(
        started,
        ear=Transcriber(call_id, recording.speakers, "en", vad=load_vad()),
        conversation=Conversation(
            started, analyser=ScriptedAnalyser(started), summariser=ScriptedSummariser()
        ),
        recognition=recognition,
        append=append,
        thread=thread,
    )
    async with asyncio.TaskGroup() as call:
        call.create_task(session.run())
        call.create_task(session.play(recording.chunks()))
    return [
        (event.speaker, event.start_s, event.text)
        for event in events
        if isinstance(event, Transcript) and event.final
    ]


async def test_words_are_the_same_beside_calls_full_of_noise(
    whisper: Recogniser, thread: Executor
) -> None:
    whole = read_recording(SAMPLE)
    call = replace(whole, samples=whole.samples[:, :LENGTH])
    random = np.random.default_rng(7)
    noise = random.uniform(-1, 1, call.samples.shape).astype(np.float32)
    clipped = np.clip(call.samples * 1e6, -1, 1).astype(np.float32)
    async with RecognitionWorker([whisper]) as recognition:
        alone = await played("alone", call, recognition, thread)
        beside, *_ = await asyncio.gather(
            played("beside", call, recognition, thread),
            played("noise", replace(call, samples=noise), recognition, thread),
            played("clipped", replace(call, samples=clipped), recognition, thread),
        )
    assert len(alone) >= 2
    assert beside == alone
