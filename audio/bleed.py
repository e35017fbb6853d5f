"""Whose voice a leg carries, where the legs leak into each other.

A headset or a two-wire line brings the other side's voice back, weaker and up to a third of
a second late. While the other side speaks, a leg mostly holds nothing but this leak and its
own noise, so the usual level of that time, against the other side's, tells how strong the
leak is. What is not well above it is not this leg's speech.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np

from audio.vad import WINDOW_SAMPLES, VoiceActivity, VoiceModel
from copilot.events import Speaker
from copilot.signals import Samples

__all__ = ["LegActivity", "leg_activities"]

DELAY_WINDOWS = 10
"""Echoes come back within a third of a second."""
LOUD = 10 ** (-40 / 20)
"""Level from which the other side is taken to speak."""
LEARN_WINDOWS = 60
"""Two seconds of the other side's speech, before which nothing is held back,"""
MEMORY_WINDOWS = 900
"""and half a minute of it, after which it is forgotten: lines and headsets change."""
RELEARN_WINDOWS = 30
ABOVE = 10 ** (12 / 20)
"""How far own speech stands above the usual leak: the leak itself varies by this much."""


def leg_activities(
    speakers: Sequence[Speaker], model: VoiceModel
) -> dict[Speaker, LegActivity]:
    """Voice activity of each leg of one call; every leg knows the others."""
    legs = {speaker: LegActivity(model) for speaker in speakers}
    for speaker, leg in legs.items():
        leg.others = [other for name, other in legs.items() if name != speaker]
    return legs


class LegActivity:
    """Voice activity of one leg without what leaks in from the others."""

    def __init__(self, model: VoiceModel) -> None:
        self._voice = VoiceActivity(model)
        self._rest = np.zeros(0, np.float32)
        self._recent: deque[float] = deque(maxlen=DELAY_WINDOWS)  # levels
        self._shares: deque[float] = deque(maxlen=MEMORY_WINDOWS)
        self._usual_share = 0.0
        self._until_relearnt = LEARN_WINDOWS
        self.others: Sequence[LegActivity] = ()

    def feed(self, samples: Samples) -> list[float]:
        """Probability of this leg's own speech in each window completed by ``samples``."""
        return [
            0.0 if self._leaked(level) else activity
            for activity, level in zip(
                self._voice.feed(samples), self._levels(samples), strict=True
            )
        ]

    def _levels(self, samples: Samples) -> list[float]:
        waiting = np.concatenate([self._rest, samples])
        count = len(waiting) // WINDOW_SAMPLES
        windows = waiting[: count * WINDOW_SAMPLES].reshape(count, WINDOW_SAMPLES)
        self._rest = waiting[count * WINDOW_SAMPLES :]
        return [float(level) for level in np.sqrt(np.mean(windows**2, axis=1))]

    def _leaked(self, level: float) -> bool:
        self._recent.append(level)
        loudest = max((max(other._recent, default=0.0) for other in self.others), default=0.0)
        if loudest < LOUD:
            return False
        self._shares.append(level / loudest)
        self._until_relearnt -= 1
        if not self._until_relearnt:
            self._until_relearnt = RELEARN_WINDOWS
            self._usual_share = float(np.median(self._shares))
        return level < ABOVE * self._usual_share * loudest
