"""Scripted parts: they follow the Protocols and answer what the test wrote down."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np

from copilot.events import (
    Alert,
    CallStarted,
    Emotion,
    Event,
    Line,
    Sentence,
    Summary,
    Transcript,
)
from copilot.signals import SAMPLE_RATE_HZ, AudioChunk, Hypothesis, RecognitionRequest
from sentiment.reading import Reading


class ScriptedRecogniser:
    """Says ``word-1``, ``word-2`` ... for the seconds of a segment; or what ``answer`` says."""

    def __init__(self, answer: Callable[[RecognitionRequest], str] | None = None) -> None:
        self.name = "scripted"
        self.batch_max = 1
        self._answer = answer or self._count
        self.heard: list[RecognitionRequest] = []
        self.open = threading.Event()
        """Cleared: the recogniser hangs, as a model under load does."""
        self.open.set()

    def recognise(self, requests: Sequence[RecognitionRequest]) -> list[Hypothesis]:
        self.open.wait()
        self.heard += requests
        return [
            Hypothesis(text=self._answer(one), language=one.language or "en", confidence=0.9)
            for one in requests
        ]

    @staticmethod
    def _count(request: RecognitionRequest) -> str:
        seconds = int(request.segment.end_s - request.segment.start_s)
        return " ".join(f"word-{number + 1}" for number in range(max(1, seconds)))


class ScriptedAnalyser:
    """Finds an utterance frustrated that holds ``angry``, and alerts about it."""

    def __init__(self, call: CallStarted) -> None:
        self.call = call

    def listen(self, chunk: AudioChunk) -> list[Line]:
        return []

    def observe(self, line: Line) -> list[Alert]:
        return []

    def feed(self, transcript: Transcript) -> list[Emotion | Alert]:
        if transcript.speaker == "agent":
            return []
        common = {"call_id": transcript.call_id, "at_s": transcript.at_s}
        angry = "angry" in transcript.text
        found: list[Emotion | Alert] = [
            Emotion(
                **common,
                utterance_id=transcript.utterance_id,
                speaker=transcript.speaker,
                frustration=0.9 if angry else 0.1,
            )
        ]
        if angry:
            found.append(
                Alert(
                    **common,
                    alert_id=f"alert-{transcript.utterance_id}",
                    kind="frustration_spike",
                    rule="spike",
                    severity="critical",
                    speaker=transcript.speaker,
                    message="angry",
                    evidence=(),
                )
            )
        return found

    def finish(self, at_s: float) -> list[Alert]:
        return []


class ScriptedReader:
    """Reads ``angry`` as level 3, anything else as calm."""

    name = "scripted"

    def __init__(self) -> None:
        self.read_texts: list[str] = []

    def read(self, texts: Sequence[str]) -> list[Reading]:
        self.read_texts += texts
        return [
            Reading(levels=(0.99, 0.98, 0.95) if "angry" in text else (0.02, 0.01, 0.0))
            for text in texts
        ]


class ScriptedSummariser:
    """Quotes all finals."""

    name = "scripted"

    def summarise(self, events: Sequence[Event]) -> Summary:
        finals = [event for event in events if isinstance(event, Transcript) and event.final]
        return Summary(
            call_id=events[0].call_id,
            at_s=max(event.at_s for event in events),
            version=1,
            state="draft" if finals else "unavailable",
            why_none=None if finals else "no_speech",
            text=" ".join(final.text for final in finals),
            sentences=tuple(
                Sentence(text=final.text, utterance_ids=(final.utterance_id,))
                for final in finals
            ),
            generator=self.name,
            made_at="2026-04-01T00:00:00+00:00",
        )


class LoudnessVoiceModel:
    """Stands for the Silero session: what is loud is speech."""

    def run(self, outputs: object, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
        loud = np.abs(inputs["input"]).mean(axis=1) > 0.01  # (windows,)
        return [loud.astype(np.float32)[:, None], inputs["h"], inputs["c"]]


def tone(seconds: float, amplitude: float = 0.3) -> np.ndarray:
    """(n,) float32: something that is not silence."""
    time = np.arange(int(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    return (amplitude * np.sin(2 * np.pi * 220 * time)).astype(np.float32)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * SAMPLE_RATE_HZ), np.float32)
