"""Signals: values that carry samples. They stay in one process and are never stored.

Positions are media time, counted from samples, never from a clock or a timestamp field.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from copilot.events import Speaker, Word

SAMPLE_RATE_HZ = 16_000
"""Rate of every signal inside the house."""

Samples = npt.NDArray[np.float32]
"""(n,) float32, mono, 16 kHz, in [-1, 1]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AudioChunk:
    """A stretch of one leg. Contiguous per speaker: gaps are explicit silence."""

    speaker: Speaker
    start_s: float
    samples: Samples

    @property
    def end_s(self) -> float:
        return self.start_s + len(self.samples) / SAMPLE_RATE_HZ

    def silenced(self) -> AudioChunk:
        """The same stretch with nothing in it."""
        return replace(self, samples=np.zeros_like(self.samples))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpeechSegment:
    """Speech of one utterance so far. Grows until ``closed``."""

    utterance_id: str
    speaker: Speaker
    start_s: float
    end_s: float
    """End of the last speech heard, not of the silence after it."""
    samples: Samples
    """From shortly before ``start_s`` to shortly after ``end_s``: words begin softly."""
    closed: bool
    paused: bool = False
    """The speaker has stopped for a moment: the utterance may be over. Of an open one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RecognitionRequest:
    """One segment to be turned into words."""

    call_id: str
    segment: SpeechSegment
    final: bool
    """Finals are never dropped and use guarded windows; a newer partial of an utterance
    replaces the older one."""
    language: str | None
    """``ja``, ``en`` ...; ``None``: the recogniser detects it."""
    prompt: str = ""
    """Text before this utterance, or domain words."""
    live: bool = True
    """``False``: of a recording, which waits while anybody is on the line."""
    known: Hypothesis | None = None
    """What was already heard in these very samples: it is delivered, no model is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """What the recogniser heard. Times in ``words`` are media time of the call."""

    text: str
    language: str
    confidence: float
    """0 to 1: exp of the mean token log-probability."""
    words: tuple[Word, ...] | None = None
