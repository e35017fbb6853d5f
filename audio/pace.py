"""How often words of open utterances can be afforded, so that finals are never late.

The order of degradation: partials come more rarely; then they stop, and with them the
recognition at pauses, ahead of the end of a turn; then no further call is admitted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

__all__ = ["Level", "Load", "Pace"]

Level = Literal[0, 1, 2, 3]
"""0 as usual, 1 partials are rarer, 2 no partials and nothing ahead of the end of a turn,
3 finals are late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How much there is to do, as calls see it."""

    level: Level
    pace_s: float
    """New audio of an utterance before it is worth a partial; 0: as usual, infinite: none,
    and nothing ahead of the end of a turn."""
    lag_s: float
    """Age of the oldest final of a live call that waits; 0 when none does."""


STEP_S = 1.0
"""How often the pace is reconsidered."""
SMOOTHING = 0.3
"""Weight of the newest second: work comes in batches, and a single one tells little."""
BUSY = 0.88
"""Share of time at work above which finals begin to queue behind partials,"""
EASY = 0.78
"""and below which partials may come sooner."""
IDLE = 0.65
"""Below which partials may come back: they made at least a quarter of the work."""
SLOWER = 1.15
SOONER = 1 / 1.1
FIRST_S = 0.8
"""The first interval that is longer than usual."""
LAST_S = 4.0
"""Partials that come more rarely than this help nobody."""
WAITING_S = 0.8
"""Age of a waiting final at which partials make room,"""
LATE_S = 1.5
"""at which finals are late,"""
IN_TIME_S = 0.5
"""and at which they no longer are."""


class Pace:
    """Follows the work of ``threads`` threads. Times are of any steady clock."""

    def __init__(self, threads: int, now_s: float) -> None:
        self._threads = threads
        self._worked_s = 0.0
        self._busy = 0.0
        self._lag_s = 0.0
        self._since_s = now_s
        self._late = False
        self.interval_s = 0.0
        """New audio of an utterance before it is shown again: 0 as usual, infinite never."""

    @property
    def level(self) -> Level:
        if self._late:
            return 3
        if math.isinf(self.interval_s):
            return 2
        return 1 if self.interval_s else 0

    def worked(self, seconds: float) -> None:
        """A thread was at work for so long."""
        self._worked_s += seconds

    def look(self, now_s: float, lag_s: float) -> None:
        """Reconsiders. ``lag_s`` is the age of the oldest final that waits."""
        self._lag_s = max(self._lag_s, lag_s)
        elapsed_s = now_s - self._since_s
        if elapsed_s < STEP_S:
            return
        busy = self._worked_s / (elapsed_s * self._threads)
        for _ in range(min(int(elapsed_s / STEP_S), 60)):  # nobody looked meanwhile
            self._step(busy, self._lag_s)
        self._worked_s = self._lag_s = 0.0
        self._since_s = now_s

    def _step(self, newest_busy: float, lag_s: float) -> None:
        self._busy += SMOOTHING * (newest_busy - self._busy)
        busy = self._busy
        if busy > BUSY or lag_s > WAITING_S:
            slower_s = max(FIRST_S, self.interval_s * SLOWER)
            self.interval_s = slower_s if slower_s <= LAST_S else math.inf
        elif math.isinf(self.interval_s):
            self.interval_s = LAST_S if busy < IDLE else math.inf
        elif busy < EASY:
            sooner_s = self.interval_s * SOONER
            self.interval_s = sooner_s if sooner_s >= FIRST_S else 0.0
        none_left = math.isinf(self.interval_s)
        self._late = none_left and lag_s > (IN_TIME_S if self._late else LATE_S)
