"""What a load of calls comes to: how late, how old, how torn, what was lost. Pure.

Times are seconds since the first sample of a call was spoken, at the client. The words
mean, here and in every table:

final latency  a reference turn's end to the arrival of the final that holds its last word
partial age    at a moment of speech, the age of the newest audio that is shown of that leg,
               but never older than the turn itself; looked at every 100 ms
split          a reference turn that was ended by more than one endpoint
lost           a turn whose words came when its call was alone, and did not come now
held           nothing lost, every call taken and with its end and its summary, no socket
               dropped, final p95 and partial age p95 within the limits
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from rapidfuzz.distance import Levenshtein

from copilot.events import Speaker, Transcript
from copilot.score import Turn, units

__all__ = [
    "FINAL_P95_S",
    "PARTIAL_AGE_P95_S",
    "Spread",
    "different_finals",
    "edits",
    "held",
    "partial_ages_s",
    "split_turns",
]

FINAL_P95_S = 1.5
PARTIAL_AGE_P95_S = 2.5
"""The service level."""
SAMPLE_S = 0.1
TOUCH_S = 0.3
"""A final belongs to a turn that it overlaps by more than this."""
SAME_PLACE_S = 0.05
"""How far two finals of the same words may lie apart: voice activity is timed in windows
of 32 ms."""

Arrival = tuple[float, Transcript]
"""A transcript and when it came."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Quantiles of a set of measurements; all 0 where there is none."""

    count: int
    p50: float
    p95: float
    max: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        if not values:
            return cls(0, 0.0, 0.0, 0.0)
        p50, p95 = np.percentile(values, [50, 95])
        longest = float(max(values))
        return cls(len(values), *(round(float(one), 3) for one in (p50, p95, longest)))


def partial_ages_s(
    turns: Iterable[Turn], arrivals: Iterable[Arrival], *, from_s: float, to_s: float
) -> list[float]:
    """Ages of the newest audio shown, for the moments of speech in [from_s, to_s)."""
    shown: dict[Speaker, tuple[list[float], list[float]]] = {}
    legs: defaultdict[Speaker, list[Arrival]] = defaultdict(list)
    for arrival in sorted(arrivals, key=lambda arrival: arrival[0]):
        legs[arrival[1].speaker].append(arrival)
    for speaker, told in legs.items():
        newest = accumulate((event.end_s for _, event in told), max)
        shown[speaker] = [arrived_s for arrived_s, _ in told], list(newest)
    ages_s = []
    for turn in turns:
        came_s, newest_s = shown.get(turn.speaker, ([], []))
        for step in range(1, int((turn.end_s - turn.start_s) / SAMPLE_S + 1e-6) + 1):
            now_s = turn.start_s + step * SAMPLE_S
            if from_s <= now_s < to_s:
                before = bisect_right(came_s, now_s)
                until_s = max(turn.start_s, newest_s[before - 1] if before else 0.0)
                ages_s.append(max(0.0, now_s - until_s))
    return ages_s


def split_turns(turns: Iterable[Turn], finals: Sequence[Transcript]) -> int:
    """Turns that more than one final holds a part of."""

    def holds(final: Transcript, turn: Turn) -> bool:
        overlap_s = min(final.end_s, turn.end_s) - max(final.start_s, turn.start_s)
        return final.speaker == turn.speaker and overlap_s > TOUCH_S

    return sum(sum(holds(final, turn) for final in finals) > 1 for turn in turns)


def different_finals(alone: Iterable[Transcript], among: Iterable[Transcript]) -> int:
    """Finals among others that have no equal, in place and words, in the lone run."""
    places: defaultdict[tuple[Speaker, str], list[Transcript]] = defaultdict(list)
    for final in alone:
        places[final.speaker, final.text].append(final)
    return sum(
        not any(
            abs(one.start_s - other.start_s) <= SAME_PLACE_S
            and abs(one.end_s - other.end_s) <= SAME_PLACE_S
            for other in places[one.speaker, one.text]
        )
        for one in among
    )


def edits(
    reference: Mapping[Speaker, str], heard: Mapping[Speaker, str], language: str
) -> tuple[int, int]:
    """Edits between what was said and heard, and the units said, each leg by itself."""
    edited = said = 0
    for speaker, text in reference.items():
        expected = units(text, language)
        said += len(expected)
        edited += Levenshtein.distance(expected, units(heard.get(speaker, ""), language))
    return edited, said


def held(
    *,
    lost: int,
    unfinished: int,
    dropped: int,
    refused: int,
    final_p95_s: float,
    partial_age_p95_s: float,
) -> bool:
    """Whether the calls were served as promised."""
    return (
        lost == unfinished == dropped == refused == 0
        and final_p95_s <= FINAL_P95_S
        and partial_age_p95_s <= PARTIAL_AGE_P95_S
    )
