"""What a session hears with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from audio.pace import Load
from copilot.events import Transcript
from copilot.signals import AudioChunk, Hypothesis, RecognitionRequest

__all__ = ["Ear", "Recognition"]


class Recognition(Protocol):
    """The worker that serves every call; see ``copilot.recognition``."""

    def submit(
        self,
        request: RecognitionRequest,
        deliver: Callable[[RecognitionRequest, Hypothesis | None], None],
    ) -> None: ...

    @property
    def load(self) -> Load: ...


class Ear(Protocol):
    """What hears the samples: ``audio.transcriber.Transcriber``, or a recorder."""

    consumed_s: float
    pace_s: float

    def feed(self, chunk: AudioChunk) -> list[RecognitionRequest]: ...

    def finish(self) -> list[RecognitionRequest]: ...

    def receive(
        self, request: RecognitionRequest, hypothesis: Hypothesis | None
    ) -> list[Transcript]: ...
