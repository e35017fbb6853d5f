"""A caller's mood over a call: how long anger lasts, what ends it, where it is going."""

from __future__ import annotations

from copilot.events import Trend

NEUTRAL_KEEPS = 0.8
"""Share of the mood that outlasts a turn without feeling: who was furious gives an order
number coldly, and needs about five calm turns to be calm."""
RELIEF_KEEPS = 0.4
"""Share that outlasts thanks or relief."""
STRAIN = 0.08
"""Added to a complaint for each strain that earlier turns have shown: repeated contact, a
long wait."""
HEAPED = 0.35
"""Share of the mood before that adds to new words: a complaint after a complaint says
more than the first one did."""
COMPLAINT = 1 / 3
"""From here on words are a complaint; strain never turns a calm answer into one."""

_SMOOTHING = 0.5
_TREND_TURNS = 3
_STRONG = 0.18
_SLIGHT = 0.06


class Mood:
    """Fuses words with the mood before them; smooths the result into a trend."""

    def __init__(self) -> None:
        self._smoothed: list[float] = []

    @staticmethod
    def fuse(words: float, before: float, *, strains: int, relief: bool) -> float:
        """Frustration of a turn, 0 to 1."""
        if words >= COMPLAINT:
            words = min(1.0, words + STRAIN * strains)
        if relief:
            return max(words, before * RELIEF_KEEPS)
        heaped = 1 - (1 - words) * (1 - before * HEAPED)
        return max(heaped, before * NEUTRAL_KEEPS)

    def add(self, frustration: float, *, new_turn: bool) -> Trend:
        """Trend after this reading. Later pieces of a turn replace its first reading."""
        if not new_turn and self._smoothed:
            self._smoothed.pop()
        last = self._smoothed[-1] if self._smoothed else frustration
        self._smoothed.append(last + _SMOOTHING * (frustration - last))
        return self.trend

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
