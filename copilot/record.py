"""The record of one call: a pure fold over its stored events.

Whatever shows or judges a whole call (lists, exports, the CRM note, the archive's search
text) reads this instead of walking the events again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypeVar, assert_never

from copilot.events import (
    Alert,
    AlertUpdated,
    CallEnded,
    CallStarted,
    Degraded,
    Delivery,
    Emotion,
    Event,
    Line,
    MoodPoint,
    Note,
    ParticipantChanged,
    Paused,
    Redacted,
    Resumed,
    SpeakersSwapped,
    Stage,
    StepTaken,
    Suggestion,
    Summary,
    Transcript,
    Trend,
)
from copilot.masking.redaction import redact
from copilot.times import later

AlertState = Literal["open", "acknowledged", "assigned", "snoozed", "resolved", "false_alarm"]
CLOSED: frozenset[AlertState] = frozenset({"resolved", "false_alarm"})

_Event = TypeVar("_Event", bound=Event)


class Change(Protocol):
    """Gives an event back, the same or another of its type."""

    def __call__(self, event: _Event, /) -> _Event: ...


PausedOrChanged = Paused | Resumed | SpeakersSwapped | ParticipantChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """The customer's mood after their latest reading."""

    frustration: float
    trend: Trend
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRecord:
    """An alert and what became of it."""

    alert: Alert
    updates: tuple[AlertUpdated, ...] = ()

    @property
    def state(self) -> AlertState:
        return self.updates[-1].state if self.updates else "open"

    @property
    def closed(self) -> bool:
        return self.state in CLOSED

    @property
    def snoozed_until(self) -> str | None:
        """When a snoozed alert comes back."""
        return self.updates[-1].until if self.state == "snoozed" else None

    def state_at(self, now: str) -> AlertState:
        """The state as it stands: an alert whose snooze is over is open again. ``now`` is
        in the form of ``copilot.times``."""
        until = self.snoozed_until
        return "open" if until is not None and later(until, 0.0) <= now else self.state

    @property
    def assignee(self) -> str | None:
        named = [update.assignee for update in self.updates if update.assignee]
        return named[-1] if named else None


class CallRecord:
    """Everything stored about one call. Apply its events in the order of ``seq``.

    An event whose ``seq`` was already applied changes nothing, so overlapping reads fold
    to the same record.
    """

    def __init__(self, call_id: str) -> None:
        self.call_id = call_id
        self.seq = 0
        """``seq`` of the latest event applied."""
        self.event_count = 0
        """Events applied."""
        self.at_s = 0.0
        """Media time reached, in seconds."""
        self.started: CallStarted | None = None
        self.ended: CallEnded | None = None
        self.emotions: list[Emotion] = []
        self.alerts: dict[str, AlertRecord] = {}
        """By ``alert_id``, in the order in which they fired."""
        self.steps: list[StepTaken] = []
        self.suggestions: list[Suggestion] = []
        self.notes: list[Note] = []
        self.changes: list[PausedOrChanged] = []
        self.summaries: list[Summary] = []
        """All versions, oldest first."""
        self.deliveries: dict[str, Delivery] = {}
        """Latest state by target."""
        self.degraded: dict[Stage, Degraded] = {}
        """Stages that are behind or broken now."""
        self._finals: dict[str, Transcript] = {}
        self.redactions: dict[str, tuple[Redacted, ...]] = {}
        """By utterance. Every one of them reads as the utterance does now."""

    @classmethod
    def of(cls, events: Iterable[Event]) -> CallRecord:
        """Record of one call. Raises ``ValueError`` where there is no event at all."""
        record: CallRecord | None = None
        for event in events:
            record = record or cls(event.call_id)
            record.apply(event)
        if record is None:
            raise ValueError("a record needs at least one event")
        return record

    @property
    def state(self) -> Literal["live", "ended"]:
        return "ended" if self.ended else "live"

    @property
    def finals(self) -> list[Transcript]:
        """Final transcripts as people spoke, redactions applied."""
        return sorted(self._finals.values(), key=lambda final: (final.start_s, final.seq))

    @property
    def redacted(self) -> set[str]:
        """Utterances that hold masked spans."""
        return set(self.redactions)

    @property
    def language(self) -> str:
        """As announced; where that was ``auto``, as most of the finals are."""
        if self.started and self.started.language != "auto":
            return self.started.language
        heard = Counter(final.language for final in self._finals.values() if final.language)
        return heard.most_common(1)[0][0] if heard else "auto"

    @property
    def text(self) -> str:
        """What was said, one utterance a line."""
        return "\n".join(final.text for final in self.finals if final.text)

    @property
    def mood(self) -> Mood | None:
        """The customer's mood now; on a recording with one leg, the mood of that leg."""
        for emotion in reversed(self.emotions):
            if emotion.speaker != "agent":
                return Mood(
                    frustration=emotion.frustration, trend=emotion.trend, at_s=emotion.at_s
                )
        return None

    @property
    def mood_line(self) -> list[MoodPoint]:
        """Frustration over media time, one point a reading, where it was heard: the reading
        of a recorded call is made when the call is over."""
        return [
            MoodPoint(frustration=emotion.frustration, at_s=self._heard_s(emotion))
            for emotion in self.emotions
            if emotion.speaker != "agent"
        ]

    @property
    def open_alerts(self) -> list[AlertRecord]:
        return [alert for alert in self.alerts.values() if not alert.closed]

    @property
    def summary(self) -> Summary | None:
        """The newest version."""
        return self.summaries[-1] if self.summaries else None

    @property
    def approved(self) -> Summary | None:
        """The newest approved version: what may leave the house."""
        versions = [version for version in self.summaries if version.state == "approved"]
        return versions[-1] if versions else None

    def apply(self, event: Event) -> None:
        """Fold one event in. Partials, line states, running summaries and known events change
        nothing."""
        if event.call_id != self.call_id:
            raise ValueError("an event of another call")
        if 0 < event.seq <= self.seq:
            return
        self.seq = max(self.seq, event.seq)
        self.event_count += 1
        self.at_s = max(self.at_s, event.at_s)
        match event:
            case CallStarted():
                self.started = self.started or event
            case CallEnded():
                self.ended = self.ended or event
            case Transcript():
                if event.final:
                    for one in self.redactions.get(event.utterance_id, ())[-1:]:
                        event = mended(event, one)
                    self._finals.setdefault(event.utterance_id, event)
            case Redacted():
                self._redact(event)
            case Emotion():
                self.emotions.append(event)
            case Alert():
                for name, several in self.redactions.items():
                    event = requoted(event, name, several[-1].text)
                self.alerts.setdefault(event.alert_id, AlertRecord(alert=event))
            case AlertUpdated():
                alert = self.alerts.get(event.alert_id)
                if alert is not None and not alert.closed:
                    updated = replace(alert, updates=(*alert.updates, event))
                    self.alerts[event.alert_id] = updated
            case StepTaken():
                self.steps.append(event)
            case Suggestion():
                self.suggestions.append(event)
            case Note():
                self.notes.append(event)
            case Summary():
                if event.state != "running":
                    self.summaries.append(event)
            case Delivery():
                self.deliveries[event.target] = event
            case Degraded():
                if event.recovered:
                    self.degraded.pop(event.stage, None)
                else:
                    self.degraded[event.stage] = event
            case Paused() | Resumed() | SpeakersSwapped() | ParticipantChanged():
                self.changes.append(event)
            case Line():
                pass
            case _:
                assert_never(event)

    def rewritten(self, change: Change) -> CallRecord:
        """A copy with every event that holds words as ``change`` gives it back."""
        copied = copy(self)
        copied.steps = [change(step) for step in self.steps]
        copied.suggestions = [change(suggestion) for suggestion in self.suggestions]
        copied.notes = [change(note) for note in self.notes]
        copied.changes = [change(one) for one in self.changes]
        copied.summaries = [change(summary) for summary in self.summaries]
        copied.alerts = {
            alert_id: AlertRecord(
                alert=change(one.alert), updates=tuple(change(update) for update in one.updates)
            )
            for alert_id, one in self.alerts.items()
        }
        copied.degraded = {stage: change(one) for stage, one in self.degraded.items()}
        copied.deliveries = {target: change(one) for target, one in self.deliveries.items()}
        copied._finals = {name: change(final) for name, final in self._finals.items()}
        copied.redactions = {
            name: tuple(change(one) for one in several)
            for name, several in self.redactions.items()
        }
        return copied

    def _heard_s(self, emotion: Emotion) -> float:
        final = self._finals.get(emotion.utterance_id)
        return emotion.at_s if final is None else min(emotion.at_s, final.end_s)

    def _redact(self, event: Redacted) -> None:
        """Mask the utterance, and every quote taken from it before the mask."""
        final = self._finals.get(event.utterance_id)
        masked = None if final is None else mended(final, event)
        text = event.text if masked is None else masked.text
        # What an earlier one still told is gone from it as well.
        self.redactions[event.utterance_id] = tuple(
            replace(one, text=text)
            for one in (*self.redactions.get(event.utterance_id, ()), event)
        )
        if masked is None:
            return
        self._finals[event.utterance_id] = masked
        for alert_id, record in self.alerts.items():
            alert = requoted(record.alert, event.utterance_id, masked.text)
            self.alerts[alert_id] = replace(record, alert=alert)


def mended(final: Transcript, redacted: Redacted) -> Transcript:
    """The final without what a later turn showed to be part of a secret. Its words and what
    it was written from go, for they would tell."""
    text = redacted.text or redact(final.text, redacted.spans)
    if text == final.text:
        return final
    return replace(final, text=text, stable_chars=len(text), words=None, raw=None)


def requoted(alert: Alert, utterance_id: str, text: str) -> Alert:
    """The alert with quotes that the mended utterance still says; in the place of any other
    stands the whole of that, for what cannot be found there may hold the secret."""
    evidence = tuple(
        replace(one, quote=text)
        if one.utterance_id == utterance_id and one.quote not in text
        else one
        for one in alert.evidence
    )
    return alert if evidence == alert.evidence else replace(alert, evidence=evidence)
