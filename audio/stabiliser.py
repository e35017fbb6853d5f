"""Words of a growing utterance that do not flicker.

Each hypothesis hears the utterance anew, and its last words change with what follows them.
What two hypotheses in a row agree on from the beginning is committed and shown unchanged
until the final (LocalAgreement-2; Liu et al., Interspeech 2020, as in whisper_streaming).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Stabiliser", "joined"]

_UNSPACED = "々\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff66-\uff9f"
"""Characters of scripts without spaces between words."""
_UNIT = re.compile(
    rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_])+(?:['’](?:(?![{_UNSPACED}])\w)+)*"
)
_UNSPACED_CHARACTER = re.compile(rf"[{_UNSPACED}、。！？]")
_NUMERAL = frozenset("〇一二三四五六七八九十百千万")


@dataclass(frozen=True, slots=True)
class _Unit:
    """A word, or a character of a script without spaces; marks stand between units."""

    key: str
    end: int
    """Position after it in its text."""


class Stabiliser:
    """Follows one utterance. Pure; one instance each."""

    def __init__(self) -> None:
        self._shown = ""
        self._stable_chars = 0

    def hear(self, text: str) -> tuple[str, int]:
        """Takes what was heard so far. Returns the text to show and how many of its first
        characters later calls will keep.

        A hypothesis that contradicts them adds only what it heard after them.
        """
        committed = self._shown[: self._stable_chars]
        text = committed + text[_end_of(_units(committed), text) :]
        agreed_chars = _agreed_chars(_units(self._shown), _units(text))
        self._stable_chars = max(self._stable_chars, agreed_chars)
        self._shown = text
        return text, self._stable_chars


def joined(before: str, after: str) -> str:
    """Two stretches of speech in a row as one text."""
    if not before or not after:
        return before or after
    unspaced = _UNSPACED_CHARACTER.match(before[-1]) or _UNSPACED_CHARACTER.match(after[0])
    return before + ("" if unspaced else " ") + after


def _units(text: str) -> list[_Unit]:
    return [
        _Unit(unicodedata.normalize("NFKC", match[0]).casefold(), match.end())
        for match in _UNIT.finditer(text)
    ]


def _agreed_chars(before: Sequence[_Unit], now: Sequence[_Unit]) -> int:
    """Characters of ``now`` up to the last unit that both have from the beginning on. A
    number at the end may grow: it waits for what follows it."""
    agreed = 0
    for old, new in zip(before, now, strict=False):
        if old.key != new.key:
            break
        agreed += 1
    if agreed == min(len(before), len(now)):
        while agreed and _numeral(now[agreed - 1]):
            agreed -= 1
    return now[agreed - 1].end if agreed else 0


def _numeral(unit: _Unit) -> bool:
    return unit.key[-1].isdecimal() or unit.key in _NUMERAL


def _end_of(committed: Sequence[_Unit], text: str) -> int:
    """Position in ``text`` where the committed units end: behind its units that resemble
    them most."""
    heard = _units(text)
    same = 0
    while same < min(len(committed), len(heard)) and committed[same].key == heard[same].key:
        same += 1
    count = same + _likeliest_length(committed[same:], heard[same:])
    return heard[count - 1].end if count else 0


def _likeliest_length(expected: Sequence[_Unit], heard: Sequence[_Unit]) -> int:
    """How many units of ``heard`` stand for ``expected`` at the fewest edits (Sellers, 1980);
    of equal guesses the one nearest in length."""
    costs = list(range(len(heard) + 1))
    for row, unit in enumerate(expected, start=1):
        diagonal, costs[0] = costs[0], row
        for column, other in enumerate(heard, start=1):
            cheapest = min(
                diagonal + (unit.key != other.key), costs[column] + 1, costs[column - 1] + 1
            )
            diagonal, costs[column] = costs[column], cheapest
    return min(
        range(len(costs)), key=lambda length: (costs[length], abs(length - len(expected)))
    )
