"""What followed when somebody stepped in: the customer's mood before and after.

It tells what came after an intervention, not because of it, and it is about this one call:
nothing here is added up by person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from copilot.events import Alert, AlertUpdated, Emotion, Note, StepTaken
from copilot.record import CallRecord

Kind = Literal["note", "acknowledged", "assigned", "step", "help_answered"]
Outcome = Literal["recovered", "eased", "unchanged", "worse", "not_enough_turns"]

TURNS = 3
"""Turns of the customer that are averaged, on each side."""
TURNS_AFTER = 2
"""With fewer there is no telling what followed."""
FRUSTRATED = 0.5
"""Half way to level 2, clearly frustrated: below it a customer has calmed down."""
MOVED = 0.1
"""A smaller change of the mean is none."""
TOGETHER_S = 10.0
"""Deeds of one person within this time are one intervention: a tap on several alerts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """One person stepping in, once."""

    kind: Kind
    by: str
    at_s: float
    """Media time."""
    alert_ids: tuple[str, ...]
    """Alerts it was about; of a note, none."""
    mood_before: float | None
    """Mean frustration of the customer's last turns before, 0 to 1; ``None``: there were
    none."""
    mood_after: float | None
    """Of the next turns; ``None``: there were not enough."""
    recovered_after_s: float | None
    """Seconds until a customer who was frustrated no longer was; ``None``: they were not,
    or it did not happen in this call."""
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class _Turn:
    """What the customer said between two turns of the operator."""

    end_s: float
    frustration: float
    recovered: bool


def interventions(record: CallRecord) -> list[Intervention]:
    """Every time that somebody other than the operator did something, and what followed."""
    turns = _turns(record)
    return [_judged(one, turns) for one in _together(_deeds(record))]


def _deeds(record: CallRecord) -> Iterator[Intervention]:
    agent_id = record.started.agent_id if record.started else ""
    updates = [update for alert in record.alerts.values() for update in alert.updates]
    made: list[Note | StepTaken | AlertUpdated] = [*record.notes, *record.steps, *updates]
    answered: set[str] = set()
    for one in sorted(made, key=lambda event: event.seq):
        match one:
            case Note(author=by):
                deed = _deed("note", by, one.at_s)
            case StepTaken(by=by):
                deed = _deed("step", by, one.at_s, one.alert_id)
            case AlertUpdated(by=by):
                alert = record.alerts[one.alert_id].alert
                kind = _kind(alert, one)
                if kind is None or one.alert_id in answered:
                    continue
                if kind == "help_answered" and by != agent_id:
                    answered.add(one.alert_id)
                deed = _deed(kind, by, one.at_s, one.alert_id)
        if by != agent_id:
            yield deed


def _kind(alert: Alert, update: AlertUpdated) -> Kind | None:
    """``None``: nobody stepped in."""
    match update.state:
        case "snoozed" | "false_alarm":
            return None
        case "acknowledged" | "assigned" | "resolved" if alert.kind == "help_sign":
            return "help_answered"
        case "acknowledged" | "assigned" as state:
            return state
        case "resolved":
            return None


def _deed(kind: Kind, by: str, at_s: float, *alert_ids: str) -> Intervention:
    return Intervention(
        kind=kind,
        by=by,
        at_s=at_s,
        alert_ids=alert_ids,
        mood_before=None,
        mood_after=None,
        recovered_after_s=None,
        outcome="not_enough_turns",
    )


def _together(deeds: Iterable[Intervention]) -> list[Intervention]:
    """Deeds that are one: the same, by the same person, at nearly the same time."""
    found: list[Intervention] = []
    newest: dict[tuple[Kind, str], int] = {}
    for deed in deeds:
        key = (deed.kind, deed.by)
        place = newest.get(key)
        if place is not None and deed.kind != "note":
            before = found[place]
            if deed.at_s - before.at_s <= TOGETHER_S:
                ids = dict.fromkeys((*before.alert_ids, *deed.alert_ids))
                found[place] = replace(before, alert_ids=tuple(ids))
                continue
        newest[key] = len(found)
        found.append(deed)
    return found


def _turns(record: CallRecord) -> list[_Turn]:
    """The customer's turns with a reading. Later pieces of a turn replace its first."""
    readings: dict[str, Emotion] = {
        one.utterance_id: one for one in record.emotions if one.speaker != "agent"
    }
    turns: list[_Turn] = []
    goes_on = False
    for final in record.finals:
        if final.speaker == "agent":
            goes_on = False
            continue
        reading = readings.get(final.utterance_id)
        if reading is None:
            continue
        turn = _Turn(final.end_s, reading.frustration, reading.recovered)
        if goes_on:
            turns[-1] = turn
        else:
            turns.append(turn)
        goes_on = True
    return turns


def _judged(deed: Intervention, turns: list[_Turn]) -> Intervention:
    before = [turn for turn in turns if turn.end_s <= deed.at_s]
    after = [turn for turn in turns if turn.end_s > deed.at_s]
    mood_before = _mean(before[-TURNS:])
    mood_after = _mean(after[:TURNS]) if len(after) >= TURNS_AFTER else None
    recovered_after_s = None
    if before and before[-1].frustration >= FRUSTRATED:
        recovered_after_s = next(
            (
                round(turn.end_s - deed.at_s, 1)
                for turn in after
                if turn.recovered or turn.frustration < FRUSTRATED
            ),
            None,
        )
    return replace(
        deed,
        mood_before=mood_before,
        mood_after=mood_after,
        recovered_after_s=recovered_after_s,
        outcome=_outcome(mood_before, mood_after, recovered_after_s),
    )


def _mean(turns: list[_Turn]) -> float | None:
    return round(sum(turn.frustration for turn in turns) / len(turns), 3) if turns else None


def _outcome(
    before: float | None, after: float | None, recovered_after_s: float | None
) -> Outcome:
    if recovered_after_s is not None:
        return "recovered"
    if before is None or after is None:
        return "not_enough_turns"
    if abs(after - before) < MOVED:
        return "unchanged"
    return "eased" if after < before else "worse"
