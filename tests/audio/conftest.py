"""Sounds and scripts that the tests of ``audio`` share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from audio.vad import VoiceModel, load_vad
from copilot.events import Speaker
from copilot.signals import (
    SAMPLE_RATE_HZ,
    AudioChunk,
    RecognitionRequest,
    Samples,
    SpeechSegment,
)

MakeRequest = Callable[..., RecognitionRequest]
Pieces = Callable[..., Iterator[AudioChunk]]


@pytest.fixture(scope="session")
def vad() -> VoiceModel:
    return load_vad()


@pytest.fixture
def make_request() -> MakeRequest:
    """Requests told apart by call, utterance, end and kind."""

    def make(
        call_id: str = "call",
        utterance_id: str = "customer-1",
        *,
        final: bool = False,
        end_s: float = 1.0,
        speaker: Speaker = "customer",
        samples: Samples | None = None,
        language: str | None = "en",
    ) -> RecognitionRequest:
        segment = SpeechSegment(
            utterance_id=utterance_id,
            speaker=speaker,
            start_s=0.0,
            end_s=end_s,
            samples=np.zeros(SAMPLE_RATE_HZ, np.float32) if samples is None else samples,
            closed=final,
        )
        return RecognitionRequest(
            call_id=call_id, segment=segment, final=final, language=language
        )

    return make


@pytest.fixture
def pieces() -> Pieces:
    """One leg as it comes from the line."""

    def cut(
        samples: Samples, speaker: Speaker = "customer", piece_s: float = 0.1
    ) -> Iterator[AudioChunk]:
        step = round(piece_s * SAMPLE_RATE_HZ)
        for begin in range(0, len(samples), step):
            yield AudioChunk(
                speaker=speaker,
                start_s=begin / SAMPLE_RATE_HZ,
                samples=samples[begin : begin + step],
            )

    return cut
