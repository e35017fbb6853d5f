"""One call watched: its moments in, the alerts of the rules out."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from copilot.events import Alert, CallStarted, Evidence, Signal, Speaker
from sentiment.conditions import (
    All,
    AnyOf,
    Compare,
    Condition,
    Ended,
    InLast,
    Lasting,
    NeverSaid,
    Not,
    Said,
    Times,
    Trending,
    TurnsInRow,
    leaves,
)
from sentiment.moment import Moment
from sentiment.rules import Rule, Rules

__all__ = ["Watch"]


class Watch:
    """Asks every rule about every moment of one call. Pure; what it remembers is bounded by
    the rules, however long the call lasts."""

    def __init__(self, rules: Rules, started: CallStarted) -> None:
        self._guards = [_Guard(rule, started.call_id) for rule in rules]
        self._utterances: Counter[Speaker] = Counter()

    def feed(self, moment: Moment) -> list[Alert]:
        """Alerts that follow from this moment, in the order of the rules."""
        if moment.final is not None:
            self._utterances[moment.speaker] += 1
        alerts = (guard.feed(moment, self._utterances) for guard in self._guards)
        return [alert for alert in alerts if alert is not None]

    def clauses(self, text: str, speaker: Speaker) -> list[str]:
        """Clauses with a phrase whose rule also compares measures: in a long turn the rest
        of the words drowns them, so a reader should read them alone too."""
        found: dict[str, None] = {}
        for guard in self._guards:
            clause = guard.clause_to_read(text, speaker)
            if clause is not None:
                found[clause] = None
        return list(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """A moment as one rule sees it."""

    moment: Moment
    said: bool
    never_said: bool
    held: frozenset[Lasting] = frozenset()

    def value(self, name: str) -> float | None:
        return self.moment.measures.get(name)


class _Guard:
    """One rule in one call."""

    def __init__(self, rule: Rule, call_id: str) -> None:
        self._rule = rule
        self._call_id = call_id
        self._memories: dict[Lasting, _Row | _Count | _Latest] = {
            part: _memory(part)
            for part in leaves(rule.when)
            if isinstance(part, TurnsInRow | Times | InLast)
        }
        kinds = {type(part) for part in leaves(rule.when)}
        self._at_end = bool(kinds & {Ended, InLast})
        self._compares_words = {Said, Compare} <= kinds
        self._said = False
        self._count = 0
        self._fired_s = 0.0

    def clause_to_read(self, text: str, speaker: Speaker) -> str | None:
        if not self._compares_words or speaker not in self._rule.speakers:
            return None
        return self._rule.phrases.clause_in(text)

    def feed(self, moment: Moment, utterances: Counter[Speaker]) -> Alert | None:
        rule = self._rule
        if rule.languages and moment.language not in rule.languages:
            return None
        if not moment.ended and moment.speaker not in rule.speakers:
            return None
        clause = rule.phrases.clause_in(moment.text) if moment.final is not None else None
        self._said = self._said or clause is not None
        spoken = sum(utterances[speaker] for speaker in rule.speakers)
        moment = replace(moment, measures={"utterances": spoken, **moment.measures})
        view = _View(moment=moment, said=clause is not None, never_said=not self._said)
        view = replace(view, held=frozenset(self._remembered(view)))
        if moment.ended and not self._at_end:
            return None
        if not _holds(rule.when, view) or not self._rested(moment.at_s):
            return None
        if clause is None and rule.phrases.excused(moment.text):
            return None
        self._count += 1
        self._fired_s = moment.at_s
        return self._alert(view, clause)

    def _remembered(self, view: _View) -> Iterator[Lasting]:
        for part, memory in self._memories.items():
            if memory.feed(view):
                yield part

    def _rested(self, at_s: float) -> bool:
        if self._count >= self._rule.cap_per_call:
            return False
        return not self._count or at_s - self._fired_s >= self._rule.cool_down_s

    def _alert(self, view: _View, clause: str | None) -> Alert:
        rule, moment = self._rule, view.moment
        known = {signal.name for signal in moment.signals}
        moved = [signal for signal in _compared(rule.when, view) if signal.name not in known]
        return Alert(
            call_id=self._call_id,
            at_s=moment.at_s,
            alert_id=f"{self._call_id}-{rule.id}-{self._count}",
            kind=rule.kind,
            rule=rule.id,
            severity=rule.severity,
            speaker=moment.speaker if moment.speaker in rule.speakers else rule.speakers[0],
            harassment_type=rule.harassment_type,
            audience=rule.audience,
            message=rule.message_in(moment.language, moment.measures),
            evidence=_quoted(moment.evidence, clause, rule),
            signals=(*moment.signals, *moved),
            suggested_step=rule.step_in(moment.language, moment.measures),
        )


# What conditions say of a view --------------------------------------------------------


def _holds(condition: Condition, view: _View) -> bool:
    match condition:
        case All(parts):
            return all(_holds(part, view) for part in parts)
        case AnyOf(parts):
            return any(_holds(part, view) for part in parts)
        case Not(part):
            return not _holds(part, view)
        case Compare(measure=name, at_least=at_least, below=below):
            value = view.value(name)
            if value is None:
                return False
            return (at_least is None or value >= at_least) and (below is None or value < below)
        case Trending(trends):
            return view.moment.trend in trends
        case Said():
            return view.said
        case NeverSaid():
            return view.never_said
        case Ended():
            return view.moment.ended
        case TurnsInRow() | Times() | InLast():
            return condition in view.held
        case _:
            assert_never(condition)


def _compared(condition: Condition, view: _View) -> Iterator[Signal]:
    """The measures by which the condition holds, each with its threshold as baseline."""
    if not _holds(condition, view):
        return
    match condition:
        case All(parts) | AnyOf(parts):
            told = {}
            for part in parts:
                told.update({signal.name: signal for signal in _compared(part, view)})
            yield from told.values()
        case Compare(measure=name, at_least=at_least, below=below):
            value = view.value(name)
            if value is not None:
                threshold = below if at_least is None else at_least
                yield Signal(name=name, value=round(value, 3), baseline=threshold)
        case TurnsInRow(of=of) | Times(of=of) | InLast(of=of):
            yield from _compared(of, view)
        case _:
            return


def _quoted(
    evidence: tuple[Evidence, ...], clause: str | None, rule: Rule
) -> tuple[Evidence, ...]:
    """The very words where a phrase was said, else all that was said."""
    if clause is None:
        return evidence
    exact = []
    for one in evidence:
        words = rule.phrases.clause_in(one.quote)
        if words is not None:
            exact.append(replace(one, quote=words))
    return tuple(exact) or evidence


# What conditions remember -------------------------------------------------------------


def _memory(condition: Lasting) -> _Row | _Count | _Latest:
    match condition:
        case TurnsInRow():
            return _Row(condition)
        case Times():
            return _Count(condition)
        case InLast():
            return _Latest(condition)
        case _:
            assert_never(condition)


class _Row:
    """Counts turns; later pieces of a turn replace what its first ones said."""

    def __init__(self, condition: TurnsInRow) -> None:
        self._condition = condition
        self._before = 0
        self._turn: int | None = None
        self._lasts = False
        self._counts = False

    def feed(self, view: _View) -> bool:
        turn = view.moment.turn
        if turn is None:
            return False
        if turn != self._turn:
            self._before = self._before + self._counts if self._lasts else 0
            self._turn = turn
        self._lasts = _holds(self._condition.during, view)
        self._counts = self._lasts and _holds(self._condition.of, view)
        return self._counts and self._before + 1 >= self._condition.at_least


class _Count:
    """The newest times, as many as are asked for."""

    def __init__(self, condition: Times) -> None:
        self._condition = condition
        self._times_s: deque[float] = deque(maxlen=condition.at_least)
        self._turn: int | None = None

    def feed(self, view: _View) -> bool:
        moment = view.moment
        if not _holds(self._condition.of, view):
            return False
        if moment.turn is None or moment.turn != self._turn or not self._times_s:
            self._times_s.append(moment.at_s)
        self._turn = moment.turn
        if len(self._times_s) < self._condition.at_least:
            return False
        within_s = self._condition.within_s
        return within_s is None or moment.at_s - self._times_s[0] <= within_s


class _Latest:
    """The latest second at which it held."""

    def __init__(self, condition: InLast) -> None:
        self._condition = condition
        self._at_s: float | None = None

    def feed(self, view: _View) -> bool:
        moment = view.moment
        if not moment.ended:
            if _holds(self._condition.of, view):
                self._at_s = moment.at_s
            return False
        return self._at_s is not None and moment.at_s - self._at_s <= self._condition.within_s
