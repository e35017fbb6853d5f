"""Which task over there is which follow-up, over all versions of a call. Pure.

Every wording of a follow-up has a number of its own, given in the order of the approved
versions and never given twice; the numbers of one follow-up's wordings belong together. A
follow-up of a later version is one of before where, in this order, it says the same and is due
the same day, says the same, says what it once said, or says nearly what one of the version
before said. Nothing of it hangs on what a CRM answered, so every try finds the same numbers.

Which of its tasks is written follows from what stands in the CRM (``placed``): one that
somebody finished stays as it is, whatever the follow-up says now.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from copilot.crm.words import is_withdrawn
from copilot.events import FollowUp

__all__ = ["MOST_NUMBERS", "MOST_TASKS", "Numbers", "Placed", "Standing", "Task", "placed"]

MOST_TASKS = 20
"""Follow-ups of one call that become tasks of their own; all stand in the note."""
MOST_NUMBERS = 99
"""Tasks of one call over all versions: as many as a CRM takes in one request. Wordings beyond
have none of their own."""
_NEAR = 0.5
"""Share of letter pairs in common from which words are a rewording. A wrong one does no harm:
the task has the new words where it is open, and stays where it is done."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers of a call's follow-ups."""

    of_follow_ups: tuple[tuple[int, ...], ...]
    """Of each follow-up of the newest version, that of its present wording last; none for the
    customer's own and for those beyond ``MOST_TASKS``."""
    given: int
    """The highest of all versions."""

    @classmethod
    def of(cls, versions: Iterable[Sequence[FollowUp]]) -> Numbers:
        """``versions``: follow-ups of every approved version, oldest first."""
        lines: list[_Line] = []
        newest: Sequence[FollowUp] = ()
        found: dict[int, tuple[int, ...]] = {}
        given = 0
        for newest in versions:
            ours = [place for place, one in enumerate(newest) if one.owner != "customer"]
            matches = _matches(lines, newest, ours[:MOST_TASKS])
            for line in lines:
                line.last = None
            found = {}
            for place in ours[:MOST_TASKS]:
                if place not in matches:
                    lines.append(_Line())
                line = matches.get(place, lines[-1])
                line.last, words = newest[place], _letters(newest[place].what)
                if words not in line.numbers and given < MOST_NUMBERS:
                    line.numbers[words] = given = given + 1
                found[place] = line.numbers_for(words)
        return cls(tuple(found.get(place, ()) for place in range(len(newest))), given)

    @property
    def looked_up(self) -> range:
        """Numbers under which tasks may stand over there."""
        return range(1, max(self.given, MOST_TASKS) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A follow-up that somebody here has to do."""

    numbers: tuple[int, ...]
    """Of all its wordings, that of the present one last; from 1, as in the keys."""
    subject: str
    body: str
    due: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A task as it stands in the CRM."""

    subject: str
    state: Literal["open", "done", "withdrawn"]

    @classmethod
    def of(cls, subject: str | None, *, is_open: bool) -> Standing:
        closed: Literal["done", "withdrawn"] = "withdrawn" if is_withdrawn(subject) else "done"
        return cls(subject or "", "open" if is_open else closed)


@dataclass(frozen=True, slots=True)
class Placed:
    """What is to be written."""

    tasks: dict[int, Task] = field(default_factory=dict)
    """By number: open ones, withdrawn ones that come back, and new ones."""
    gone: tuple[int, ...] = ()
    """Open ones that no follow-up stands for any more."""


@dataclass(slots=True)
class _Line:
    """One follow-up over the versions."""

    numbers: dict[str, int] = field(default_factory=dict)
    """By wording."""
    last: FollowUp | None = None
    """As the version before has it."""

    def numbers_for(self, words: str) -> tuple[int, ...]:
        """Those of other wordings, then that of ``words``."""
        own = self.numbers.get(words)
        others = [number for number in self.numbers.values() if number != own]
        return tuple(others if own is None else [*others, own])


def placed(
    tasks: Iterable[Task], standing: Mapping[int, Standing], shown: Callable[[str], str]
) -> Placed:
    """Where each task goes. ``shown``: a subject as the CRM holds it.

    Of a follow-up's tasks the open one takes the new words. Where somebody finished one that
    says the same, there is nothing to do; where they finished one that said something else,
    the new words are work of their own.
    """
    written: dict[int, Task] = {}
    stated: set[int] = set()
    for task in tasks:
        stated.update(task.numbers)
        known = {number: standing[number] for number in task.numbers if number in standing}
        present, words = task.numbers[-1], _letters(shown(task.subject))
        is_done = any(
            one.state == "done" and (number == present or _letters(one.subject) == words)
            for number, one in known.items()
        )
        is_open = [number for number, one in known.items() if one.state == "open"]
        withdrawn = [number for number, one in known.items() if one.state == "withdrawn"]
        if is_open:
            written[is_open[-1]] = task
        elif not is_done:
            back = present in withdrawn or not withdrawn
            written[present if back else withdrawn[-1]] = task
    gone = (number for number, one in standing.items() if one.state == "open")
    return Placed(tasks=written, gone=tuple(sorted(set(gone) - stated)))


def _matches(
    lines: Sequence[_Line], follow_ups: Sequence[FollowUp], places: Sequence[int]
) -> dict[int, _Line]:
    """The line that each follow-up goes on with, surest first; none twice."""
    likely = sorted(
        (-score, place, number)
        for number, line in enumerate(lines)
        for place in places
        if (score := _alike(line, follow_ups[place])) > 0.0
    )
    matches: dict[int, _Line] = {}
    taken: set[int] = set()
    for _, place, number in likely:
        if place not in matches and number not in taken:
            matches[place] = lines[number]
            taken.add(number)
    return matches


def _alike(line: _Line, follow_up: FollowUp) -> float:
    words, last = _letters(follow_up.what), line.last
    if last is not None and _letters(last.what) == words:
        return 4.0 if last.due == follow_up.due else 3.0
    if words in line.numbers:
        return 2.0
    share = _share(_letters(last.what), words) if last is not None else 0.0
    return share if share >= _NEAR else 0.0


def _letters(text: str) -> str:
    """What is compared: letters and digits, whatever their width, case and spacing."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def _share(one: str, other: str) -> float:
    """Letter pairs in common, 0 to 1 (Dice)."""
    pairs = [Counter(map("".join, zip(text, text[1:], strict=False))) for text in (one, other)]
    whole = sum(map(Counter.total, pairs))
    return 2.0 * (pairs[0] & pairs[1]).total() / whole if whole else 0.0
