"""Every event of the system.

Events are JSON values. They travel to Redis, the pages, the archive and the exports, so
they hold no samples (those are signals, see ``copilot.signals``) and no unmasked
personal data. All of them share ``seq``, ``call_id``, ``type`` and ``at_s``.

The union is closed: a function that handles events uses ``match`` and ends with
``assert_never``. ``encode`` and ``decode`` are the only way to and from text.

Times are media time, in seconds since the first sample of the call. Wall-clock stands in
``CallStarted.started_at`` and in ``made_at`` of events that people or workers make,
which may come after the call. Both are UTC, ISO 8601.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from copilot.event_values import (
    AlertKind as AlertKind,
    Audience as Audience,
    CustomerMood as CustomerMood,
    Disposition as Disposition,
    Due as Due,
    Entity as Entity,
    Evidence as Evidence,
    Fallback as Fallback,
    FollowUp as FollowUp,
    HarassmentType as HarassmentType,
    HelpOffers as HelpOffers,
    MoodPoint as MoodPoint,
    Resolution as Resolution,
    Seconds as Seconds,
    Sentence as Sentence,
    Severity as Severity,
    Signal as Signal,
    Source as Source,
    Span as Span,
    Speaker as Speaker,
    Stage as Stage,
    SummaryFields as SummaryFields,
    Trend as Trend,
    Unit as Unit,
    Word as Word,
)

# Events -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    seq: int = 0
    """Rises strictly within a call; given by the append that stores the event, 0 before."""
    call_id: str
    at_s: Seconds
    """Media time consumed when the event was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted(_Event):
    """First event of every call, once."""

    type: Literal["call_started"] = "call_started"
    started_at: str
    agent_id: str
    team: str = ""
    customer_id: str | None = None
    direction: Literal["inbound", "outbound"] = "inbound"
    channels: tuple[Speaker, ...] = ("customer", "agent")
    language: str = "auto"
    """``ja``, ``en`` ... or ``auto``: the recogniser decides."""
    consent: bool | None = None
    """Whether the customer agreed to recording; ``None``: not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript(_Event):
    """Words of one utterance. Revisions rise by one; exactly one is final, and a final is
    never retracted, only masked by ``Redacted``."""

    type: Literal["transcript"] = "transcript"
    utterance_id: str
    speaker: Speaker
    revision: int
    start_s: Seconds
    end_s: Seconds
    text: str
    stable_chars: int = 0
    """Characters at the beginning of ``text`` that later revisions keep; of a final, all."""
    raw: str | None = None
    """The words as they were recognised, where ``text`` writes figures or corrections."""
    words: tuple[Word, ...] | None = None
    language: str = ""
    confidence: Unit = 0.0
    speaker_confidence: Unit | None = None
    """How sure ``speaker`` is where one channel carried several people (of ``unknown``, how
    sure the likelier one would have been); ``None``: the channel tells."""
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted(_Event):
    """A later turn showed that an earlier final held part of a secret: mask these spans."""

    type: Literal["redacted"] = "redacted"
    utterance_id: str
    spans: tuple[Span, ...]
    """Where the secret stood in the final as it was told."""
    text: str = ""
    """The utterance as it reads from now on, the secret replaced by the tag of its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(_Event):
    """One leg, once a second: loudness against its first speech, syllables in a second of
    speech, silence of everybody, overtalk over one who began before, music on hold."""

    type: Literal["line"] = "line"
    speaker: Speaker
    loudness_db: float
    speech_rate: float
    silence_s: Seconds
    overtalk_s: Seconds
    hold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(_Event):
    """Nothing said between ``Paused`` and ``Resumed`` is kept."""

    type: Literal["paused"] = "paused"
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(_Event):
    type: Literal["resumed"] = "resumed"
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakersSwapped(_Event):
    """From here on the legs carry the other speaker than announced."""

    type: Literal["speakers_swapped"] = "speakers_swapped"
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantChanged(_Event):
    type: Literal["participant_changed"] = "participant_changed"
    speaker: Speaker
    participant: str
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emotion(_Event):
    """Reading of one final utterance within its call."""

    type: Literal["emotion"] = "emotion"
    utterance_id: str
    speaker: Speaker
    frustration: Unit
    """Graded: 0 calm, 1/3 slightly dissatisfied, 2/3 clearly frustrated, 1 angry."""
    probability: Unit = 0.0
    """Calibrated, that the customer is clearly frustrated or angry in this turn."""
    valence: Annotated[float, Field(ge=-1.0, le=1.0)] = 0.0
    arousal: Unit = 0.0
    trend: Trend = "steady"
    recovered: bool = False
    """Whether a customer who was clearly frustrated in this call no longer is."""
    act: str = ""  # one of ``sentiment.reading.ACTS``
    signals: tuple[Signal, ...] = ()
    source: Literal["text", "voice", "both"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert(_Event):
    """Something a supervisor should know now. It always cites what was said or heard."""

    type: Literal["alert"] = "alert"
    alert_id: str
    kind: AlertKind
    rule: str
    """Id of the rule in the rules file."""
    severity: Severity
    speaker: Speaker
    harassment_type: HarassmentType | None = None
    audience: tuple[Audience, ...] = ("supervisor",)
    """Who is told: pages show it to these, ``account_owner`` is a webhook."""
    message: str
    evidence: tuple[Evidence, ...]
    signals: tuple[Signal, ...] = ()
    suggested_step: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertUpdated(_Event):
    """``resolved`` and ``false_alarm`` end an alert; it ends at most once."""

    type: Literal["alert_updated"] = "alert_updated"
    alert_id: str
    state: Literal["acknowledged", "assigned", "snoozed", "resolved", "false_alarm"]
    by: str
    assignee: str | None = None
    until: str | None = None
    comment: str = ""
    made_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTaken(_Event):
    """A person took a step of the centre's harassment policy for an alert."""

    type: Literal["step_taken"] = "step_taken"
    alert_id: str
    step: str
    by: str
    comment: str = ""
    made_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion(_Event):
    """Help for the operator. Knowledge always names its source."""

    type: Literal["suggestion"] = "suggestion"
    suggestion_id: str
    kind: Literal["knowledge", "next_step", "phrase", "checklist", "help_offer", "question"]
    title: str
    body: str
    source: Source | None = None
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(_Event):
    type: Literal["note"] = "note"
    author: str
    to: str
    text: Annotated[str, Field(min_length=1, max_length=1000)]
    made_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Degraded(_Event):
    """The system says that a stage is behind or broken, and later that it recovered."""

    type: Literal["degraded"] = "degraded"
    stage: Stage
    reason: str
    lag_s: Seconds = 0.0
    recovered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(_Event):
    """Last of the live part: it ends every stage in band."""

    type: Literal["call_ended"] = "call_ended"
    duration_s: Seconds
    reason: str
    """``stop``, ``hangup`` (not resumed), ``shutdown``, ``failed``, ``lost_node``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary(_Event):
    """A version of the note for the CRM. Every sentence cites the utterances it rests on.

    A ``running`` one tells a call that goes on. Like a partial it only passes by, as version
    0: the first stored version is the draft.
    """

    type: Literal["summary"] = "summary"
    version: int
    state: Literal["running", "draft", "edited", "approved", "unavailable"]
    brief: str = ""
    """Two sentences."""
    text: str = ""
    """The note as one reads it: at most about 150 words or 400 characters of Japanese."""
    fields: SummaryFields = SummaryFields()
    generator: str
    fallback: Fallback | None = None
    """Why the model that was asked first did not write it."""
    sentences: tuple[Sentence, ...] = ()
    unsupported: tuple[str, ...] = ()
    why_none: Literal["no_speech", "too_short", "model_unavailable", "not_permitted"] | None = (
        None
    )
    by: str | None = None
    """Editor or approver; ``None``: the generator."""
    spent_s: Seconds | None = None
    """How long the editor had it open."""
    comment: str = ""
    """Why it was reopened."""
    made_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(_Event):
    """State of one summary on its way to one target. Idempotent on (call_id, target)."""

    type: Literal["delivery"] = "delivery"
    target: str
    summary_version: int
    state: Literal["queued", "sent", "failed", "dead"]
    attempt: int = 0
    external_id: str | None = None
    error: str | None = None
    next_try_at: str | None = None
    """Of one that failed and will be tried again."""
    made_at: str


Event = (
    CallStarted
    | Transcript
    | Redacted
    | Line
    | Paused
    | Resumed
    | SpeakersSwapped
    | ParticipantChanged
    | Emotion
    | Alert
    | AlertUpdated
    | StepTaken
    | Suggestion
    | Note
    | Degraded
    | CallEnded
    | Summary
    | Delivery
)

_adapter: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="type")])


def encode(event: Event) -> str:
    """The event as one line of JSON; ``seq`` is its first member."""
    return _adapter.dump_json(event).decode()


def decode(text: str | bytes) -> Event:
    """Event from JSON. Raises ``pydantic.ValidationError`` on anything else."""
    return _adapter.validate_json(text)


def json_schema() -> dict[str, Any]:
    """JSON Schema of all events, served at ``/api/events.schema.json``."""
    return _adapter.json_schema()


def lasts(event: Event) -> bool:
    """Whether the event is stored. Partials, line states and running summaries only pass by:
    the next one replaces them."""
    match event:
        case Transcript(final=final):
            return final
        case Summary(state=state):
            return state != "running"
        case Line():
            return False
        case _:
            return True
