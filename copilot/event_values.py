"""Plain words and values inside events. Import them from ``copilot.events``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

# Plain words used by several events ---------------------------------------------------

Speaker = Literal["customer", "agent", "unknown"]
Severity = Literal["info", "warning", "critical"]
Trend = Literal["declining", "slightly_declining", "steady", "slightly_improving", "improving"]
AlertKind = Literal[
    "frustration_spike",
    "sustained_frustration",
    "escalation_request",
    "churn_risk",
    "harassment",
    "agent_ng_word",
    "missing_phrase",
    "long_silence",
    "talk_over",
    "long_call",
    "help_sign",
]
Audience = Literal["supervisor", "operator", "account_owner"]
HarassmentType = Literal[
    "time_binding",
    "repeat",
    "abuse",
    "violence",
    "threat",
    "authority",
    "off_site",
    "online_defamation",
    "sexual",
    "excessive_demand",
]
Resolution = Literal["resolved", "escalated", "callback_promised", "unresolved"]
Fallback = Literal["timeout", "unreachable", "refused", "bad_json", "ungrounded"]
Stage = Literal[
    "ingest", "vad", "recogniser", "sentiment", "assist", "summary", "delivery", "store"
]

Unit = Annotated[float, Field(ge=0.0, le=1.0)]
"""A share or a probability, 0 to 1."""
Seconds = Annotated[float, Field(ge=0.0)]


# Values inside events -----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    text: str
    start_s: Seconds
    end_s: Seconds
    confidence: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Characters ``[start, end)`` of a text, and the kind of secret they held."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One reason behind a reading: its value now and this caller's usual value."""

    name: str
    value: float
    baseline: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    utterance_id: str
    quote: str
    start_s: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a piece of knowledge comes from."""

    document: str
    section: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of a summary and the utterances it rests on."""

    text: str
    utterance_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A deadline as it was said, and as an ISO date where one follows from the words."""

    said: str
    date: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    owner: Literal["agent", "customer", "other"]
    what: str
    due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    kind: str
    value: str
    """As it was said."""
    normalised: str | None = None
    """One form of it: an ISO date against the call's, ``JPY 3980``, a number without
    spaces; ``None`` where nothing sure follows from the words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    code: str
    """One of the centre's own list."""
    confidence: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodPoint:
    frustration: Unit
    at_s: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerMood:
    start: MoodPoint
    low: MoodPoint
    end: MoodPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpOffers:
    made: int = 0
    accepted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryFields:
    """What a CRM record needs. A field nobody spoke about is empty and named in
    ``not_stated``; it is never guessed."""

    headline: str = ""
    reason: str = ""
    situation: str = ""
    actions_taken: tuple[str, ...] = ()
    resolution: Resolution | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    promises: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    """Of a meeting: what was agreed."""
    entities: tuple[Entity, ...] = ()
    disposition: tuple[Disposition, ...] = ()
    customer_mood: CustomerMood | None = None
    help_offers: HelpOffers = HelpOffers()
    alerts: tuple[str, ...] = ()
    """Kinds of the alerts that fired, in order."""
    language: str = ""
    not_stated: tuple[str, ...] = ()
