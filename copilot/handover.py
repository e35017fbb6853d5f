"""The brief for whoever takes a call over: a supervisor who steps in, or the next operator.

Pure: a record and a summary in, the brief out. It adds nothing to them; it puts what one
needs in the first ten seconds on one page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from copilot.confidential import Section, confidential_sections
from copilot.events import (
    AlertKind,
    CustomerMood,
    Entity,
    FollowUp,
    HarassmentType,
    MoodPoint,
    Note,
    ParticipantChanged,
    Resolution,
    Sentence,
    Severity,
    Speaker,
    StepTaken,
    Summary,
    Trend,
)
from copilot.record import AlertState, CallRecord
from summarizer.questions import OpenQuestion

__all__ = ["Handover", "Trouble", "Who", "handover"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """The people of the call."""

    customer_id: str | None
    names: tuple[str, ...]
    """As they were said."""
    agent_id: str
    team: str
    joined: tuple[ParticipantChanged, ...]
    """Who has taken part since, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that went wrong between the two, in the words that were said."""

    alert_id: str
    kind: AlertKind
    harassment_type: HarassmentType | None
    severity: Severity
    state: AlertState
    speaker: Speaker
    at_s: float
    quotes: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    call_id: str
    state: Literal["live", "ended"]
    at_s: float
    language: str
    started_at: str
    direction: str
    who: Who
    headline: str
    why: str
    """Why the customer called."""
    situation: str
    done: tuple[str, ...]
    promised: tuple[FollowUp, ...]
    """Who owes what, until when."""
    resolution: Resolution | None
    """How it ended; ``None`` while it goes on, or where it was not stated."""
    trouble: tuple[Trouble, ...]
    """What angered the customer, and what else set off an alert; no false alarms."""
    steps: tuple[StepTaken, ...]
    """Steps taken against harassment."""
    mood: CustomerMood | None
    trend: Trend | None
    mood_line: tuple[MoodPoint, ...]
    open_questions: tuple[OpenQuestion, ...]
    entities: tuple[Entity, ...]
    confidential: tuple[Section, ...]
    notes: tuple[Note, ...]
    sentences: tuple[Sentence, ...]
    """Of the summary, with the utterances they rest on."""
    summary_version: int
    """Of the summary it is made from; 0: made now, from a call that goes on."""
    summary_state: str
    why_none: str | None


def handover(
    record: CallRecord, summary: Summary, questions: Sequence[OpenQuestion]
) -> Handover:
    """``summary`` is the newest version, or the running one of a call that goes on."""
    started, fields = record.started, summary.fields
    return Handover(
        call_id=record.call_id,
        state=record.state,
        at_s=record.at_s,
        language=record.language,
        started_at=started.started_at if started else "",
        direction=started.direction if started else "",
        who=Who(
            customer_id=started.customer_id if started else None,
            names=tuple(one.value for one in fields.entities if one.kind == "person"),
            agent_id=started.agent_id if started else "",
            team=started.team if started else "",
            joined=tuple(one for one in record.changes if isinstance(one, ParticipantChanged)),
        ),
        headline=fields.headline,
        why=fields.reason,
        situation=fields.situation,
        done=fields.actions_taken,
        promised=fields.follow_ups,
        resolution=fields.resolution if record.ended else None,
        trouble=_trouble(record),
        steps=tuple(record.steps),
        mood=fields.customer_mood,
        trend=record.mood.trend if record.mood else None,
        mood_line=tuple(record.mood_line),
        open_questions=tuple(questions),
        entities=fields.entities,
        confidential=tuple(confidential_sections(record)),
        notes=tuple(record.notes),
        sentences=summary.sentences,
        summary_version=summary.version,
        summary_state=summary.state,
        why_none=summary.why_none,
    )


def _trouble(record: CallRecord) -> tuple[Trouble, ...]:
    return tuple(
        Trouble(
            alert_id=alert.alert_id,
            kind=alert.kind,
            harassment_type=alert.harassment_type,
            severity=alert.severity,
            state=one.state,
            speaker=alert.speaker,
            at_s=min((quote.start_s for quote in alert.evidence), default=alert.at_s),
            quotes=tuple(
                Sentence(text=quote.quote, utterance_ids=(quote.utterance_id,))
                for quote in alert.evidence
            ),
        )
        for one in record.alerts.values()
        if one.state != "false_alarm"
        for alert in (one.alert,)
    )
