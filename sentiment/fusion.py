"""Words, context and voice of one turn, weighed with the turns before: how frustrated.

A forward filter over the four levels (Rabiner, "A Tutorial on Hidden Markov Models",
Proc. IEEE 1989, section III): what the reader hears in a turn is evidence, levels follow
each other as they do in calls, and the joint probability of three turns in a row is kept,
so that a jump and a mood that lasts are probabilities too, not thresholds on thresholds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sentiment.reading import LEVELS, Reading

Array = npt.NDArray[np.float64]

INITIAL = (0.61, 0.35, 0.03, 0.01)
"""Levels of first turns."""
TRANSITIONS = (
    (0.90, 0.04, 0.02, 0.04),
    (0.20, 0.50, 0.25, 0.05),
    (0.03, 0.26, 0.58, 0.13),
    (0.02, 0.05, 0.38, 0.55),
)
"""Share of level k (column) in the turn after level j (row). Counted on the 225 pairs of
turns in 26 labelled calls, smoothed by hand to two digits."""
SHARES = (0.45, 0.2, 0.25, 0.1)
"""Of the levels before a word is read, near those of the lines that readers are calibrated
on. A call expects something else, so it is divided out. The exact shares (.5, .1, .3, .1) fit
the dialogues worse: more error of the probability, no alert more."""
TRUST = 0.6
"""Weight of a turn's words against the turns before; below 1 because lines of one call
err together."""
DOUBT = 0.02
"""Share of each level that no reading takes away."""

WEIGHTS: Mapping[str, float] = {
    "repeated_contact": 0.3,
    "long_wait": 0.3,
    "passed_around": 0.3,
    "broken_promise": 0.4,
    "unanswered": 0.4,
    "agent_repeats": 0.3,
}
"""Log odds of "clearly frustrated" against "calm" for each strain of the call, in a turn
whose words complain: set by reasoning, each alone moves a doubtful turn by a tenth."""
STRAIN_MOST = 1.2
"""Log odds that all strains together add at most."""
TIMES_MOST = 2
"""Times after which more of the same strain adds nothing."""
VOICE_MOST = 0.8
"""Log odds that the voice adds at most: alone it never makes a calm turn a frustrated one."""
GRATITUDE_WEIGHT = -4.0
"""Log odds for thanks that are certainly meant."""
GRATITUDE_FROM = 0.3
"""Formulas of cold callers stay below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What is believed of one turn."""

    levels: tuple[float, ...]
    """Probability of level 0, 1, 2, 3; they sum to 1."""
    jump: float = 0.0
    """Probability that the turn is clearly frustrated and two levels above the one before."""
    spike: float = 0.0
    """The same of a jump in this turn or in the one before, still frustrated now: a jump is
    surer once the next turn has confirmed it."""
    sustained: float = 0.0
    """Probability that this turn and the two before are all clearly frustrated."""

    @property
    def frustration(self) -> float:
        """0 calm to 1 angry; level k stands at k / 3."""
        return sum(level * share for level, share in enumerate(self.levels)) / LEVELS

    @property
    def probability(self) -> float:
        """Of clearly frustrated or angry."""
        return min(1.0, sum(self.levels[2:]))


NOTHING = Belief(levels=INITIAL)


class Course:
    """The levels of one customer over a call. A piece of a turn replaces what earlier
    pieces of the same turn had told."""

    def __init__(self) -> None:
        self._before: Array | None = None  # joint of the last two turns: (4,) or (4, 4)
        self._now: Array | None = None  # the same with the newest turn

    def begin_turn(self) -> None:
        """From here on evidence is about a turn of its own."""
        self._before = self._now

    def would_be(self, reading: Reading, pushes: Iterable[float] = ()) -> Belief:
        """Belief of the newest turn, were this all that is known of it. ``pushes`` are log
        odds of "clearly frustrated" against "calm"."""
        return _belief(self._joint(reading, pushes))

    def settle(self, reading: Reading, pushes: Iterable[float] = ()) -> Belief:
        """The same, and later turns build on it."""
        joint = self._joint(reading, pushes)
        self._now = joint.sum(axis=0) if joint.ndim == 3 else joint
        return _belief(joint)

    def _joint(self, reading: Reading, pushes: Iterable[float]) -> Array:
        """(4,), (4, 4) or (4, 4, 4): of as many of the last three turns as there are."""
        evidence = _evidence(reading) * np.exp(sum(pushes) * np.arange(LEVELS + 1) / 2)
        if self._before is None:
            joint = np.array(INITIAL) * evidence
        else:
            joint = self._before[..., None] * np.array(TRANSITIONS) * evidence
        shares: Array = joint / joint.sum()
        return shares


def strain_pushes(measures: Mapping[str, float], reading: Reading) -> dict[str, float]:
    """Push of each strain of the call. They deepen a complaint, and leave calm words calm."""
    complains = reading.levels[0]
    pushes = {
        name: weight * min(measures.get(name, 0.0), TIMES_MOST) * complains
        for name, weight in WEIGHTS.items()
        if measures.get(name)
    }
    total = sum(pushes.values())
    shrink = min(1.0, STRAIN_MOST / total) if total else 1.0
    return {name: push * shrink for name, push in pushes.items()}


def voice_push(anger: float) -> float:
    """Push of a voice that sounds so angry, 0 to 1. A calm voice, which reads near 0, pushes
    nowhere: many people are furious in an even tone."""
    return VOICE_MOST * min(max(anger, 0.0), 1.0)


def gratitude_push(gratitude: float) -> float:
    """Push of thanks that are meant; none from doubtful ones, as from cold formulas."""
    return GRATITUDE_WEIGHT * max(0.0, gratitude - GRATITUDE_FROM) / (1 - GRATITUDE_FROM)


def _evidence(reading: Reading) -> Array:
    """(4,) likelihood of what was read, by level, up to a factor."""
    reached = [1.0]
    for probability in reading.levels:
        reached.append(min(reached[-1], probability))
    shares = -np.diff([*reached, 0.0])  # of level 0, 1, 2, 3
    shares = (shares + DOUBT) / (1 + DOUBT * (LEVELS + 1))
    likelihood: Array = (shares / np.array(SHARES)) ** TRUST
    return likelihood


def _belief(joint: Array) -> Belief:
    """From the joint probability of as many of the last three turns as there are."""
    before, now = np.indices((LEVELS + 1, LEVELS + 1))
    jumps = (now - before >= 2) & (now >= 2)
    pair = joint.sum(axis=0) if joint.ndim == 3 else joint
    if pair.ndim == 1:
        return Belief(levels=tuple(map(float, pair)))
    jump = spike = _share(pair, jumps)
    sustained = 0.0
    if joint.ndim == 3:
        frustrated = np.arange(LEVELS + 1) >= 2
        confirmed = jumps[:, :, None] & frustrated
        spike = _share(joint, jumps | confirmed)
        sustained = float(joint[2:, 2:, 2:].sum())
    levels = tuple(map(float, pair.sum(axis=0)))
    return Belief(levels=levels, jump=jump, spike=spike, sustained=min(1.0, sustained))


def _share(joint: Array, event: npt.NDArray[np.bool_]) -> float:
    return min(1.0, float(joint[event].sum()))
