"""A centre's policy against customer harassment: staged steps that people take.

The product detects and keeps; whether a customer is cautioned, warned or the call is ended
is decided by a person. A policy knows alerts of the kind ``harassment`` and nothing else:
a frustrated customer is no harasser, however angry, and never gets a step.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from copilot.event_values import HarassmentType
from copilot.events import StepTaken
from copilot.record import AlertRecord

__all__ = ["STEPS", "Ladder", "Policy", "Rung", "Step", "StepId", "Taker", "ladders", "words"]

StepId = Literal["record", "caution", "supervisor", "warning", "end"]
STEPS: tuple[StepId, ...] = get_args(StepId)
"""In the order in which they are taken."""
Taker = Literal["operator", "supervisor"]
"""Who may take a step: the operator of the call, or a supervisor. Nobody else can, so no
machine ends a call."""
RungState = Literal["taken", "due", "passed", "later"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step against one type of harassment. Texts are by language."""

    id: StepId
    label: Mapping[str, str]
    guide: Mapping[str, str]
    """What whoever takes it should know. It is not read out."""
    say: Mapping[str, str]
    """Words to the customer; empty where none are said."""
    who: frozenset[Taker]
    alerts_at_least: int | None = None
    """Due from this alert of the type in one call."""
    call_at_least_s: float | None = None
    """Due once a call with an alert of the type lasts so long, in seconds."""

    def is_due(self, alerts: int, call_s: float) -> bool:
        return (self.alerts_at_least is not None and alerts >= self.alerts_at_least) or (
            self.call_at_least_s is not None and call_s >= self.call_at_least_s
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    version: str
    """The company's own name of this version."""
    sha256: str
    """Of the file it was read from."""
    steps: Mapping[HarassmentType, tuple[Step, ...]]
    """Every type has its steps, in order."""

    def step(self, harassment_type: HarassmentType, step_id: str) -> Step | None:
        return next((one for one in self.steps[harassment_type] if one.id == step_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """Where one step stands in a call."""

    step: Step
    state: RungState
    """``passed``: not taken, but a later one was."""
    taken: StepTaken | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The steps that an alert calls for. Alerts of one type climb the same ladder: a caution
    that was given once is not given again."""

    alert_id: str
    harassment_type: HarassmentType
    nth: int
    """Which alert of its type this is in the call, from 1."""
    rungs: tuple[Rung, ...]

    @property
    def next(self) -> Step | None:
        """The first step that is due."""
        return next((rung.step for rung in self.rungs if rung.state == "due"), None)


def ladders(
    policy: Policy,
    alerts: Iterable[AlertRecord],
    steps_taken: Sequence[StepTaken],
    call_s: float,
) -> list[Ladder]:
    """The ladder of every harassment alert that was no false alarm, in the order of
    ``alerts``. ``call_s``: how long the call lasts, in seconds."""
    found = [
        (one.alert.alert_id, one.alert.harassment_type)
        for one in alerts
        if one.alert.kind == "harassment" and one.state != "false_alarm"
    ]
    types = {alert_id: kind for alert_id, kind in found if kind is not None}
    counts = Counter(types.values())
    taken: dict[HarassmentType, dict[str, StepTaken]] = {}
    for event in steps_taken:
        if event.alert_id in types:
            taken.setdefault(types[event.alert_id], {}).setdefault(event.step, event)
    climbed = {
        kind: _rungs(policy.steps[kind], taken.get(kind, {}), count, call_s)
        for kind, count in counts.items()
    }
    nth: Counter[HarassmentType] = Counter()
    shown = []
    for alert_id, kind in types.items():
        nth[kind] += 1
        shown.append(
            Ladder(alert_id=alert_id, harassment_type=kind, nth=nth[kind], rungs=climbed[kind])
        )
    return shown


def words(by_language: Mapping[str, str], language: str) -> str:
    """The text in this language; else in English, else in whichever there is."""
    fallback = by_language.get("en") or next(iter(by_language.values()), "")
    return by_language.get(language[:2]) or fallback


def _rungs(
    steps: Sequence[Step], taken: Mapping[str, StepTaken], alerts: int, call_s: float
) -> tuple[Rung, ...]:
    last = max((place for place, step in enumerate(steps) if step.id in taken), default=-1)
    rungs = []
    for place, step in enumerate(steps):
        state: RungState = "due" if step.is_due(alerts, call_s) else "later"
        if place <= last:
            state = "taken" if step.id in taken else "passed"
        rungs.append(Rung(step=step, state=state, taken=taken.get(step.id)))
    return tuple(rungs)
