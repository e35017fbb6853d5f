"""A caller's mood over a call: where it is going, and whether it has recovered."""

from __future__ import annotations

from copilot.events import Trend

FRUSTRATED = 0.6
"""Probability of clear frustration from which a customer counts as frustrated."""
FRUSTRATED_AGAIN = 0.5
"""The same after a recovery."""
CALM = 0.08
"""Probability below which a customer no longer is, whatever they say: three to five turns
of cold answers are needed, so that one formula is no recovery."""
CALMER = 0.3
GRATEFUL = 0.45
"""Probability of frustration, and of thanks or relief that is meant, from which recovery is
believed at once."""

_SMOOTHING = 0.5
_TREND_TURNS = 3
_STRONG = 0.18
_SLIGHT = 0.06


class Mood:
    """Smooths the readings of a call into a trend, and remembers recovery. A later piece of
    a turn replaces what its first piece told."""

    def __init__(self) -> None:
        self._smoothed: list[float] = []
        self._before = _Recovery()
        self._now = _Recovery()

    def add(
        self, frustration: float, probability: float, gratitude: float, *, new_turn: bool
    ) -> None:
        """Takes the fused reading of a turn: graded frustration, and the probabilities of
        clear frustration and of thanks."""
        if new_turn:
            self._before = self._now
        elif self._smoothed:
            self._smoothed.pop()
        last = self._smoothed[-1] if self._smoothed else frustration
        self._smoothed.append(last + _SMOOTHING * (frustration - last))
        self._now = self._before.after(probability, gratitude)

    @property
    def trend(self) -> Trend:
        if not self._smoothed:
            return "steady"
        rise = self._smoothed[-1] - self._smoothed[-_TREND_TURNS - 1 :][0]
        if abs(rise) < _SLIGHT:
            return "steady"
        if rise > 0:
            return "declining" if rise >= _STRONG else "slightly_declining"
        return "improving" if rise <= -_STRONG else "slightly_improving"

    @property
    def recovered(self) -> bool:
        """Whether a customer who was clearly frustrated no longer is."""
        return self._now.recovered


class _Recovery:
    """A state: never frustrated, frustrated, recovered."""

    def __init__(self, *, frustrated: bool = False, recovered: bool = False) -> None:
        self.frustrated = frustrated
        self.recovered = recovered

    def after(self, probability: float, gratitude: float) -> _Recovery:
        limit = FRUSTRATED_AGAIN if self.recovered else FRUSTRATED
        if probability >= limit:
            return _Recovery(frustrated=True)
        if self.frustrated and probability < (CALMER if gratitude >= GRATEFUL else CALM):
            return _Recovery(recovered=True)
        return self
