"""The voices of one call: who speaks now, and how angry a caller sounds.

Anger in a voice is heard against how the same person spoke before. An utterance is measured
(``sentiment.prosody``), each feature compared with this caller's first utterances, and the
differences added up by fixed weights: nothing is trained.

Hot anger raises pitch, loudness, its variability, the high frequencies and, less surely, the
rate of speech (R. Banse and K. Scherer, 1996; P. Juslin and P. Laukka, 2003). Joy
raises the same, the high frequencies less: a voice alone cannot tell them well, words can.
Cold anger is not heard here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from copilot.events import CallStarted, Line, Signal, Speaker
from copilot.signals import SAMPLE_RATE_HZ, AudioChunk
from sentiment.leg import TICK_SAMPLES, TICKS_PER_S, Leg
from sentiment.prosody import Prosody, measure_prosody

__all__ = ["Baseline", "Voice", "VoiceMeter"]

BASELINE_UTTERANCES = 3
"""The first of a caller are what is usual for them: few, or early anger becomes usual."""
BASELINE_MIN_S = 1.0
"""Of speech in each: a bare "yes" is said in many ways."""
STEP_MAX = 3.0
"""Of a single feature: no slip of the pitch tracker makes anybody angry."""
MIDDLE = 3.5
"""Sum of the steps at which anger is as likely as not,"""
SLOPE = 1.2
"""and how steeply it rises there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feature:
    """How a feature counts. Values are in the unit of comparison, see ``of``."""

    name: str
    of: Callable[[Prosody], float]
    weight: float
    within: float
    """Standard deviation between calm utterances of one caller."""
    usual: float = 0.0
    """Of all callers, and their standard deviation: what is expected before they speak."""
    between: float = math.inf
    shown: Callable[[float], float] = float
    """Back to natural units."""


FEATURES = (
    _Feature(
        name="pitch_hz",
        of=lambda prosody: 12 * math.log2(prosody.pitch_hz / 100),  # semitones
        weight=1.0,
        within=2.0,
        usual=8.0,
        between=5.5,
        shown=lambda semitones: 100 * 2 ** (semitones / 12),
    ),
    _Feature(
        name="brightness_db",
        of=lambda prosody: prosody.brightness_db,
        weight=1.0,
        within=3.0,
        usual=-10.0,
        between=4.0,
    ),
    _Feature(
        name="loudness_db",
        of=lambda prosody: prosody.loudness_db,
        weight=0.5,
        within=3.0,  # a line has a level of its own: nothing is expected of it
    ),
    _Feature(
        name="emphasis_db",
        of=lambda prosody: prosody.emphasis_db,
        weight=0.5,
        within=1.5,
        usual=6.0,
        between=1.5,
    ),
    _Feature(
        name="speech_rate",
        of=lambda prosody: prosody.speech_rate,
        weight=0.25,
        within=1.0,
        usual=6.5,
        between=1.0,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How an utterance sounded against its caller's first ones."""

    anger: float
    """0 calm to 1 angry. Of a first utterance it rests on callers in general alone."""
    signals: tuple[Signal, ...]
    """What was measured, in natural units beside what is usual, what counts most first.
    ``loudness_db`` is against the loudest sine: only its difference means anything."""
    reliable: bool
    """Whether enough is known of how this caller speaks."""


class Baseline:
    """What is usual for one caller: the median of their utterances, drawn towards what is
    usual for everybody while these are few (a normal prior and known deviations)."""

    def __init__(self) -> None:
        self._heard: list[Prosody] = []

    @property
    def full(self) -> bool:
        """Whether enough was said to know what is usual."""
        return len(self._heard) >= BASELINE_UTTERANCES

    def add(self, prosody: Prosody) -> None:
        self._heard.append(prosody)

    def compare(self, prosody: Prosody) -> Voice:
        """The utterance against the caller. It does not become part of the baseline."""
        steps = self.steps(prosody)
        moved = sorted(FEATURES, key=lambda feature: -feature.weight * steps[feature.name])
        total = sum(feature.weight * steps[feature.name] for feature in FEATURES)
        return Voice(
            anger=1 / (1 + math.exp(-SLOPE * (total - MIDDLE))),
            signals=tuple(self._signal(feature, prosody) for feature in moved),
            reliable=self.full,
        )

    def steps(self, prosody: Prosody) -> dict[str, float]:
        """By feature, how many standard deviations the utterance lies above what is usual."""
        return {feature.name: self._step(feature, prosody) for feature in FEATURES}

    def _step(self, feature: _Feature, prosody: Prosody) -> float:
        known = 1 / feature.between**2
        said = len(self._heard) / feature.within**2
        if not known + said:
            return 0.0
        usual = known * feature.usual
        if self._heard:
            usual += said * self._usual(feature)
        usual /= known + said
        doubt = feature.within**2 + 1 / (known + said)
        step = (feature.of(prosody) - usual) / math.sqrt(doubt)
        return max(-STEP_MAX, min(STEP_MAX, step))

    def _usual(self, feature: _Feature) -> float:
        return median(feature.of(heard) for heard in self._heard)

    def _signal(self, feature: _Feature, prosody: Prosody) -> Signal:
        usual = feature.shown(self._usual(feature)) if self._heard else None
        return Signal(
            name=feature.name,
            value=round(feature.shown(feature.of(prosody)), 1),
            baseline=None if usual is None else round(usual, 1),
        )


class VoiceMeter:
    """Listens to one call. ``listen`` belongs to the event loop's thread, ``measure`` to one
    other, or the same."""

    def __init__(self, started: CallStarted) -> None:
        self._call_id = started.call_id
        self._legs: dict[Speaker, Leg] = {speaker: Leg() for speaker in started.channels}
        self._tick = 0
        """The next to be judged."""
        self._baselines = {speaker: Baseline() for speaker in started.channels}

    # Live -----------------------------------------------------------------------------

    def listen(self, chunk: AudioChunk) -> list[Line]:
        """Takes the next samples of a leg; once in each second of the call, the state of every
        leg, as far as all of them were heard. How samples are cut into chunks changes nothing.

        Where positions leap ahead nobody listened: what was leapt over is no silence.
        """
        begin = round(chunk.start_s * SAMPLE_RATE_HZ)
        if begin > self._legs[chunk.speaker].ring.end:
            for leg in self._legs.values():
                leg.skip(begin)
            self._tick = begin // TICK_SAMPLES
        self._legs[chunk.speaker].write(chunk.samples)
        lines: list[Line] = []
        while all(leg.waiting for leg in self._legs.values()):
            self._judge()
            if self._tick % TICKS_PER_S == 0:
                lines += self._lines()
        return lines

    def _judge(self) -> None:
        """One tick, on all legs."""
        legs = list(self._legs.values())
        for leg in legs:
            leg.sound()
        for leg in legs:
            leg.judge(self._tick, [other for other in legs if other is not leg])
        for leg in legs:
            for other in legs:
                leg.compare(self._tick, other)
        self._tick += 1

    def _lines(self) -> list[Line]:
        for leg in self._legs.values():
            leg.look()
        spoken_until = max(leg.spoke_until for leg in self._legs.values())
        return [
            Line(
                call_id=self._call_id,
                at_s=self._tick / TICKS_PER_S,
                speaker=speaker,
                loudness_db=round(leg.loudness_db, 1),
                speech_rate=round(leg.speech_rate, 1),
                silence_s=(self._tick - spoken_until) / TICKS_PER_S,
                overtalk_s=leg.overtalk_told_s(),
                hold=leg.hold,
            )
            for speaker, leg in self._legs.items()
        ]

    # Utterances -----------------------------------------------------------------------

    def measure(self, speaker: Speaker, start_s: float, end_s: float) -> Voice | None:
        """How an utterance sounded against this speaker's first ones, of which it becomes one
        while these are few: measure each once, in order.

        ``None`` where too little voice is in it, or its samples are no longer here.
        """
        ring = self._legs[speaker].ring
        samples = ring.cut(round(start_s * SAMPLE_RATE_HZ), round(end_s * SAMPLE_RATE_HZ))
        prosody = measure_prosody(samples)
        if prosody is None:
            return None
        baseline = self._baselines[speaker]
        voice = baseline.compare(prosody)
        if not baseline.full and prosody.speech_s >= BASELINE_MIN_S:
            baseline.add(prosody)
        return voice
