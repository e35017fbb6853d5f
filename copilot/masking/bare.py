"""Long numbers that no word names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.events import Span
from copilot.masking.amounts import is_amount
from copilot.masking.context import WORK
from copilot.masking.digits import DigitRun, digit_runs

__all__ = ["find_bare"]

_LEAST = 7
_LONGEST = 22


_PART_OF_MORE = re.compile(r"[A-Za-z#.:/][-の]?\||\|\s?[-.:/]?[A-Za-z0-9]|第\||\|号")

_COUNTING = re.compile(r"^0?123|^(?:19|20)\d\d(?:0\d|1[0-2])[0-3]\d$|0{5}$")
"""One, two, three; a day as 20261105; a round number."""

_OTHERWISE = re.compile(r"コード|\b(?:bar ?)?code\b|\bimei\b|\bmac\b|製品|型", re.I)
"""What else a long number names."""


def find_bare(text: str, language: str, taken: Sequence[Span]) -> list[Span]:
    """Long numbers that no word names, in a text that names nothing else: what they are, only
    their size tells."""
    found: list[Span] = []
    if not WORK.search(text) and not _OTHERWISE.search(text):
        for run in digit_runs(text):
            if all(run.end <= one.start or one.end <= run.start for one in taken):
                found += _by_size(text, run, language)
    return found


def _by_size(text: str, run: DigitRun, language: str) -> list[Span]:
    """A number that only its size tells from a count."""
    while len(run.groups) > 1 and is_amount(text, run):
        run = run.part(0, len(run.groups) - 1)
    count = len(run.digits)
    beside = text[max(0, run.start - 2) : run.start] + "|" + text[run.end : run.end + 2]
    if count < _LEAST or count > _LONGEST or is_amount(text, run):
        return []
    if _PART_OF_MORE.search(beside) or _COUNTING.search(run.digits):
        return []
    kind = "card" if count > 12 else "phone" if count > 9 else "bank_account"
    if count == 12 and language == "ja":
        kind = "my_number"
    if count == 7 and language != "ja" and tuple(map(len, run.groups)) == (3, 4):
        kind = "phone"
    return [Span(start=run.start, end=run.end, kind=kind)]
