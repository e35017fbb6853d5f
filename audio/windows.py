"""Encoder windows cut to the utterance, and the guards that make short ones safe.

Whisper was trained on windows of 30 s, and most of its time goes into the silence that
fills them. Shorter ones cost a tenth, and make the decoder repeat itself, stop late or
invent. Each guard answers one of these: a floor and silence at the tail (repeating, no end
of text), a limit of tokens and a look at loops and probabilities (inventing), and a longer
window for whatever looks suspicious. The table behind the lengths: docs/measurements.md.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from audio.guards import (
    audible,
    dictated,
    echoing,
    looping,
    token_limit,
    unspoken,
    without_echo,
    without_phantoms,
)
from audio.vocabulary import only_prompt
from copilot.signals import SAMPLE_RATE_HZ, Hypothesis, RecognitionRequest, Samples

__all__ = [
    "FRAME_SAMPLES",
    "FULL_FRAMES",
    "Heard",
    "limit_of",
    "recognise",
    "window",
    "window_frames",
]

FRAME_SAMPLES = 160
"""Samples per encoder frame of 10 ms."""
FULL_FRAMES = 3000
FINAL_FRAMES = (1000, 1500, 2000, FULL_FRAMES)
FINAL_FRAMES_JAPANESE = (600, 800, *FINAL_FRAMES)
PARTIAL_FRAMES = (400, 600, 800, 1000, 1500, 2000, FULL_FRAMES)
"""Window lengths in frames. A few, so that requests can share a batch; none makes the
encoder's output (half as long) as long as the mel bands are many (80 or 128), which
CTranslate2 takes for features and encodes again. English finals say short answers twice in
less than 10 s; Japanese ones lose nothing."""
SECOND_FRAMES = (1500, FULL_FRAMES)
"""Where a final is heard again that looks wrong in less: seldom in the full window, which
takes a second."""
LEAD_S = 0.3
"""Silence before the samples of every window: without it first words are misheard,"""
TAIL_S = 0.6
"""and after them, without which there is no end."""
LOG_PROBABILITY_MIN = -1.0
"""Mean log-probability of a token below which words are doubtful (Whisper's own limit)."""
LOOP_NO_SPEECH = 0.2
"""Probability of no speech from which on a loop is a sound, not a word said too often."""
READ_OUT = 0.35
"""Probability of no speech from which on words of the prompt were read out, not heard: 0.44
to 0.85 over music, tones and noise, 0.0 to 0.26 where people spoke."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the decoder made of one window."""

    tokens: Sequence[int]
    text: str
    language: str
    log_probability: float
    """Mean of the tokens."""
    no_speech: float
    limit: int
    """Tokens that can have been spoken."""

    @property
    def doubtful(self) -> bool:
        """Whether a longer window may hear better."""
        return self.log_probability < LOG_PROBABILITY_MIN or not self._whole

    @property
    def silent(self) -> bool:
        """Whether nobody spoke, whatever the decoder says."""
        hummed = self.loops and self.no_speech > LOOP_NO_SPEECH
        return not self.tokens or hummed or unspoken(self.log_probability, self.no_speech)

    @property
    def loops(self) -> bool:
        return looping(self.tokens) and not dictated(self.text)

    @property
    def credibility(self) -> tuple[bool, float]:
        return self._whole, self.log_probability

    @property
    def _whole(self) -> bool:
        """Whether the decoder found an end, once."""
        return len(self.tokens) < self.limit and not self.loops and not echoing(self.text)


Decode = Callable[[Sequence[RecognitionRequest], int], Iterable[Heard]]
"""Requests that are all final or all partial, and the window in frames that holds each."""


def recognise(requests: Sequence[RecognitionRequest], decode: Decode) -> list[Hypothesis]:
    """One hypothesis per request, in order. Those of one window are decoded together; a
    final that looks wrong is decoded again in longer ones, and the best one wins.
    """
    found = {
        at: Hypothesis(text="", language=request.language or "", confidence=0.0)
        for at, request in enumerate(requests)
        if not audible(request.segment.samples)
    }
    windows: defaultdict[tuple[int, bool], list[int]] = defaultdict(list)
    for at, request in enumerate(requests):
        if at not in found:
            windows[window_frames(request), request.final].append(at)
    for (frames, final), places in windows.items():
        group = [requests[at] for at in places]
        heard = list(decode(group, frames))
        for longer in SECOND_FRAMES if final else ():
            if longer > frames:
                heard = [
                    max(one, *decode([request], longer), key=lambda either: either.credibility)
                    if one.doubtful and not one.silent
                    else one
                    for request, one in zip(group, heard, strict=True)
                ]
        found |= zip(places, map(_hypothesis, heard, group), strict=True)
    return [found[at] for at in range(len(requests))]


def window_frames(request: RecognitionRequest) -> int:
    """The shortest window that holds the request's samples and the silence after them."""
    lengths: tuple[int, ...] = PARTIAL_FRAMES
    if request.final:
        lengths = FINAL_FRAMES_JAPANESE if request.language == "ja" else FINAL_FRAMES
    padding = round((LEAD_S + TAIL_S) * SAMPLE_RATE_HZ)
    needed = math.ceil((len(request.segment.samples) + padding) / FRAME_SAMPLES)
    return next((frames for frames in lengths if frames >= needed), FULL_FRAMES)


def window(samples: Samples, frames: int) -> Samples:
    """The samples with silence around them, as long as ``frames``."""
    padded = np.zeros(frames * FRAME_SAMPLES, np.float32)
    begin = round(LEAD_S * SAMPLE_RATE_HZ)
    kept = samples[: len(padded) - begin]
    padded[begin : begin + len(kept)] = kept
    return padded


def limit_of(request: RecognitionRequest) -> int:
    """Tokens that can have been spoken in the time of the request."""
    return token_limit(request.segment.end_s - request.segment.start_s)


def _hypothesis(heard: Heard, request: RecognitionRequest) -> Hypothesis:
    read_out = heard.no_speech > READ_OUT and only_prompt(heard.text, request.prompt)
    astray = not request.final and (heard.loops or len(heard.tokens) >= heard.limit)
    if heard.silent or read_out or astray:
        return Hypothesis(text="", language=heard.language, confidence=0.0)
    text = without_phantoms(heard.text)
    return Hypothesis(
        text=text if request.final else without_echo(text),
        language=heard.language,
        confidence=math.exp(heard.log_probability),
    )
