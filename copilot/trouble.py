"""What goes wrong while a call is heard, as people are told of it. Pure.

Worse is told at once, better when it has been better for ``STEADY_S``: so every change is
told once and nothing flickers.
"""

from __future__ import annotations

from copilot.events import Degraded, Stage

__all__ = ["Trouble"]

STEADY_S = 10.0
"""Media time for which things must have been better before that is told."""
BEHIND_S = 4.0
"""Age of a final at which the recogniser is behind with a call."""
CAUGHT_UP_S = 2.0
"""Age below which it no longer is."""
LATE, FAILING = 3, 4
"""Levels beyond those at which the recognition worker leaves partials out."""
WORDS = {
    0: "partials and finals come as usual",
    1: "partials are rarer",
    2: "no partials",
    LATE: "the recogniser is behind",
    FAILING: "an utterance could not be recognised",
}
HEARD = "audio is heard again"
UNFOLLOWED = "voices are not followed"
FOLLOWED = "voices are followed again"


class Trouble:
    """Of one call. Each method takes how things stand and returns what is to be told."""

    def __init__(self, call_id: str) -> None:
        self._call_id = call_id
        self._late = False
        self._words = _SteadyLevel()
        self._hearing = _SteadyLevel()
        self._voice = _SteadyLevel()
        self._hearing_stage: Stage = "vad"

    def words(
        self,
        at_s: float,
        level: int = 0,
        lag_s: float = 0.0,
        final_lag_s: float | None = None,
        *,
        failed: bool = False,
    ) -> list[Degraded]:
        """``level`` and ``lag_s`` are the recognition worker's, ``final_lag_s`` is the age of
        a final that just came, ``failed`` says that an utterance got no words."""
        if final_lag_s is not None:
            self._late = final_lag_s > (CAUGHT_UP_S if self._late else BEHIND_S)
            lag_s = max(lag_s, final_lag_s)
        told = self._words.feed(
            FAILING if failed else max(level, LATE if self._late else 0), at_s
        )
        return (
            [] if told is None else [self._event("recogniser", WORDS[told], at_s, told, lag_s)]
        )

    def hearing(self, at_s: float, stage: Stage = "vad", reason: str = "") -> list[Degraded]:
        """Some audio was heard, or with a ``reason`` it was not."""
        told = self._hearing.feed(1 if reason else 0, at_s)
        if told is None:
            return []
        if told:
            self._hearing_stage = stage
        return [self._event(self._hearing_stage, reason or HEARD, at_s, told)]

    def voice(self, at_s: float, *, failed: bool = False) -> list[Degraded]:
        """How people sound was followed, or that failed."""
        told = self._voice.feed(int(failed), at_s)
        if told is None:
            return []
        return [self._event("sentiment", UNFOLLOWED if told else FOLLOWED, at_s, told)]

    def _event(
        self, stage: Stage, reason: str, at_s: float, level: int, lag_s: float = 0.0
    ) -> Degraded:
        return Degraded(
            call_id=self._call_id,
            at_s=at_s,
            stage=stage,
            reason=reason,
            lag_s=max(0.0, lag_s),
            recovered=level == 0,
        )


class _SteadyLevel:
    def __init__(self) -> None:
        self._told = 0
        self._better_since_s: float | None = None
        self._worst_since = 0

    def feed(self, level: int, at_s: float) -> int | None:
        """The level to be told now, if any; 0: all is well."""
        if level >= self._told:
            worse = level > self._told
            self._told, self._better_since_s = level, None
            return level if worse else None
        if self._better_since_s is None:
            self._better_since_s, self._worst_since = at_s, level
        self._worst_since = max(self._worst_since, level)
        if at_s - self._better_since_s < STEADY_S:
            return None
        self._told, self._better_since_s = self._worst_since, None
        return self._told
