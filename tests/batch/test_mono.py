"""Who speaks on one channel: only where voices and words both tell."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from audio.diarisation import Turn
from audio.files import Recording
from audio.vad import VoiceModel, load_vad
from copilot.events import Transcript
from copilot.mono import NAMED, Speakers, with_speakers
from copilot.recognition import RecognitionWorker
from copilot.signals import RecognitionRequest, Samples
from scripted import ScriptedRecogniser

Answer = Callable[[RecognitionRequest], str]


@pytest.fixture(scope="module")
def vad() -> VoiceModel:
    return load_vad()


async def apart(work: Callable[..., Any], *values: Any) -> Any:
    return await asyncio.to_thread(work, *values)


async def heard(
    samples: Samples, answer: Answer, vad: VoiceModel
) -> tuple[Recording, Speakers, ScriptedRecogniser]:
    recogniser = ScriptedRecogniser(answer)
    recording = Recording(samples=samples, speakers=("unknown",))
    async with RecognitionWorker([recogniser]) as recognition:
        parted, speakers = await with_speakers(
            recording, "call", "en", vad=vad, recognition=recognition, apart=apart
        )
    return parted, speakers, recogniser


def greeting_first(request: RecognitionRequest) -> str:
    return "Thank you for calling, how can I help you?" if request.segment.start_s < 2 else ""


async def test_words_name_the_voices(mono: Samples, vad: VoiceModel) -> None:
    parted, speakers, _ = await heard(mono, greeting_first, vad)
    assert parted.speakers[:2] == ("customer", "agent")
    assert speakers.told_by == "voice"
    greeting = slice(round(1.0 * 16_000), round(2.0 * 16_000))
    agent = parted.samples[parted.speakers.index("agent")]
    customer = parted.samples[parted.speakers.index("customer")]
    assert abs(agent[greeting]).max() > 0.01
    assert abs(customer[greeting]).max() == 0.0


async def test_without_telling_words_nobody_is_named(mono: Samples, vad: VoiceModel) -> None:
    parted, speakers, _ = await heard(mono, lambda _: "Yes.", vad)
    assert parted.speakers == ("unknown",)
    assert (speakers.told_by, speakers.agent_confidence) == ("nothing", 0.5)


async def test_a_recogniser_that_fails_names_nobody(mono: Samples, vad: VoiceModel) -> None:
    def fail(request: RecognitionRequest) -> str:
        raise RuntimeError("broken")

    parted, speakers, _ = await heard(mono, fail, vad)
    assert (parted.speakers, speakers.told_by) == (("unknown",), "nothing")


async def test_two_channels_tell_by_themselves(stereo: Samples, vad: VoiceModel) -> None:
    recording = Recording(samples=stereo, speakers=("customer", "agent"))
    async with RecognitionWorker([ScriptedRecogniser()]) as recognition:
        kept, speakers = await with_speakers(
            recording, "call", None, vad=vad, recognition=recognition, apart=apart
        )
    assert kept is recording
    assert speakers.told_by == "channel"


def test_a_speaker_is_as_sure_as_voice_and_role() -> None:
    turns = (Turn(start_s=0.0, end_s=2.0, voice=0, confidence=0.9),)
    speakers = Speakers(told_by="voice", agent_confidence=NAMED, turns=turns)
    said = Transcript(
        call_id="c",
        at_s=2.0,
        utterance_id="agent-1",
        speaker="agent",
        revision=1,
        start_s=0.2,
        end_s=1.8,
        text="Hello",
        final=True,
    )
    told = speakers.tell(said)
    assert isinstance(told, Transcript)
    assert told.speaker_confidence == pytest.approx(0.9 * NAMED + 0.1 * (1 - NAMED), abs=1e-3)
    assert Speakers(told_by="channel").tell(said) is said
