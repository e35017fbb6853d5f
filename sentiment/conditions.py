"""What a rule may ask of a call, one condition for each kind of alert.

Numbers of frustration are graded, 0 calm to 1 angry; level k of 3 stands at k / 3. Every
number is a threshold that the rules file names, so the names below are its vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass

from copilot.events import AlertKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """Frustration is high, and high above the same customer's previous turn, which was
    not frustrated yet: from frustrated to furious is no surprise to anybody."""

    frustration_at_least: float
    previous_below: float
    rise_at_least: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sustained:
    """So many turns with words of complaint, the newest included, since the mood last
    was better than this. A number given coldly between two complaints does not count,
    and does not break the row."""

    frustration_at_least: float
    words_at_least: float
    turns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """The head hears the intent clearly, or hears it in a clause that also has one of the
    rule's phrases."""

    score_at_least: float
    score_with_phrase_at_least: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One of the rule's phrases was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """None of the rule's phrases was said in the whole call. A shorter call, or one with
    fewer utterances of this speaker, proves nothing."""

    call_at_least_s: float
    utterances_at_least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Nobody spoke for so long."""

    silence_at_least_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """The operator started so long before the customer had finished, so many times."""

    overlap_at_least_s: float
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LongCall:
    """The call has lasted so long."""

    call_at_least_s: float


Condition = Rise | Sustained | Intent | Said | Missing | Silence | Overlap | LongCall

CONDITIONS: dict[AlertKind, type[Condition]] = {
    "frustration_spike": Rise,
    "sustained_frustration": Sustained,
    "escalation_request": Intent,
    "churn_risk": Intent,
    "harassment": Said,
    "agent_ng_word": Said,
    "missing_phrase": Missing,
    "long_silence": Silence,
    "talk_over": Overlap,
    "long_call": LongCall,
}
"""``help_sign`` is not here: the operator raises it, no rule does."""
