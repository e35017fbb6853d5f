"""Protocols of the parts that can be replaced. ``copilot.backends`` names the concrete ones.

Every Protocol has one contract suite in ``tests/contracts`` that the fake and all real
backends pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from copilot.events import Alert, CallStarted, Emotion, Event, Line, Summary, Transcript
from copilot.signals import AudioChunk, Hypothesis, RecognitionRequest


@runtime_checkable
class Recogniser(Protocol):
    """Speech to words. Loads its model when constructed; blocking; called from worker
    threads only, which also consume every lazy result."""

    name: str
    """Model and precision, as the log and ``/readyz`` show it."""
    batch_max: int
    """Most requests that are worth being heard together."""

    def recognise(self, requests: Sequence[RecognitionRequest]) -> list[Hypothesis]:
        """One hypothesis per request, in order; empty text where no words were spoken.

        Raises ``RecogniserError``.
        """
        ...


@runtime_checkable
class TextEncoder(Protocol):
    """Utterances to vectors. Blocking; serves several threads at once."""

    name: str
    dimensions: int

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """(n, dimensions) float32, rows of length one. Raises ``ReaderError``."""
        ...


@runtime_checkable
class Analyser(Protocol):
    """Follows the mood of one call. One instance per call.

    ``listen`` belongs to the event loop's thread and is quick; the others block and may run
    in another thread, one at a time.
    """

    def listen(self, chunk: AudioChunk) -> list[Line]:
        """Takes the samples of one leg; tells its state at most once a second."""
        ...

    def observe(self, line: Line) -> list[Alert]:
        """Alerts that follow from the state of a leg: a silence that lasts, talking over."""
        ...

    def feed(self, transcript: Transcript) -> list[Emotion | Alert]:
        """Readings and alerts that follow from one final transcript."""
        ...

    def finish(self, at_s: float) -> list[Alert]:
        """Alerts about what never happened, at the end of the call."""
        ...


@runtime_checkable
class Summariser(Protocol):
    """A finished (or running) call to a grounded summary. Blocking, pure."""

    name: str

    def summarise(self, events: Sequence[Event]) -> Summary:
        """Version 1 in state ``draft``, or ``unavailable`` with ``why_none``.

        ``events`` begin with ``CallStarted``; only finals of transcripts are read.
        """
        ...


class AnalyserFactory(Protocol):
    def __call__(self, started: CallStarted, /) -> Analyser: ...
