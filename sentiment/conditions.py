"""What a rule may ask of a moment: leaves, and how they are joined.

A condition is a tree of frozen values. Those that look further than the moment (a row of
turns, so many times, the end of the call) name what they look for; ``sentiment.watch``
remembers it for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from copilot.events import Trend

__all__ = [
    "All",
    "AnyOf",
    "Compare",
    "Condition",
    "Ended",
    "InLast",
    "Lasting",
    "NeverSaid",
    "Not",
    "Said",
    "Times",
    "Trending",
    "TurnsInRow",
    "leaves",
]


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """A measure of ``sentiment.moment`` lies between the two: the lower bound included,
    the upper not. A measure that is not known holds nowhere."""

    measure: str
    at_least: float | None = None
    below: float | None = None


@dataclass(frozen=True, slots=True)
class Trending:
    """The mood goes one of these ways."""

    trends: tuple[Trend, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One of the rule's phrases was said just now, in a clause that has none of its
    do-not-fire phrases."""


@dataclass(frozen=True, slots=True)
class NeverSaid:
    """None of the rule's phrases was said by its speakers in the call so far."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The call is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnsInRow:
    """So many turns of this speaker with ``of``, the newest included, since the last one
    without ``during``. A turn with ``during`` alone neither counts nor breaks the row."""

    at_least: int
    of: Condition
    during: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """``of`` holds now, for at least the so-manieth time in this call, or within so many
    seconds. Pieces of one turn are one time."""

    at_least: int
    of: Condition
    within_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InLast:
    """The call is over, and ``of`` held in its last seconds."""

    within_s: float
    of: Condition


Condition = (
    All
    | AnyOf
    | Not
    | Compare
    | Trending
    | Said
    | NeverSaid
    | Ended
    | TurnsInRow
    | Times
    | InLast
)
Lasting = TurnsInRow | Times | InLast
"""Conditions that look further than the moment."""


def leaves(condition: Condition) -> Iterator[Condition]:
    """The condition and all its parts, those of parts too."""
    yield condition
    match condition:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case TurnsInRow(of=of, during=during):
            yield from leaves(of)
            yield from leaves(during)
        case Times(of=of) | InLast(of=of):
            yield from leaves(of)
        case _:
            pass
