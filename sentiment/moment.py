"""What is known at one moment of a call: the rules' whole view of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

from copilot.events import Evidence, Signal, Speaker, Transcript, Trend

__all__ = ["MEASURES", "Moment", "bounds"]

MEASURES: dict[str, str] = {
    "frustration": "of this turn within its call, 0 calm to 1 angry; level k stands at k / 3",
    "probability": "calibrated, that the customer is clearly frustrated or angry",
    "spike": "probability of a jump by two levels to clear frustration, in this turn or, not "
    "told yet, in the one before",
    "sustained": "probability of clear frustration in this turn and the two before",
    "previous": "frustration of this customer's turn before",
    "rise": "frustration less that of the turn before",
    "words": "frustration in the words of this turn alone",
    "voice": "how angry the voice sounds against this caller's first turns, 0 to 1",
    "valence": "-1 negative to 1 positive feeling in the words",
    "gratitude": "probability of thanks or relief",
    "churn": "probability that the customer says they will or may leave",
    "escalation": "probability that the customer asks for a superior",
    "harassment_time_binding": "probability of keeping the operator tied up",
    "harassment_repeat": "probability of demanding the same again and again",
    "harassment_abuse": "probability of abuse of the operator as a person",
    "harassment_violence": "probability of announced violence",
    "harassment_threat": "probability of a threat",
    "harassment_authority": "probability of claiming rank to get what is not due",
    "harassment_off_site": "probability of summoning the operator elsewhere",
    "harassment_online_defamation": "probability of a threat to expose the operator online",
    "harassment_sexual": "probability of sexual or personal advances",
    "harassment_excessive_demand": "probability of a demand that no operator has to meet",
    "complaints_in_row": "turns with words of complaint in a row, this one included",
    "repeated_contact": "times that the customer has said that they contact again",
    "long_wait": "times that the customer has said that they waited long",
    "contacts": "which contact about the matter this is, as the customer has counted",
    "waited_min": "minutes that the customer has said that they waited, the longest",
    "passed_around": "times that the customer has said that they were passed around",
    "broken_promise": "times that the customer has named a promise that was not kept",
    "unanswered": "questions of the customer in a row that the operator did not take up",
    "agent_repeats": "times that the operator has said nearly the same before",
    "silence_s": "seconds without speech of anybody, before these words or until now",
    "overlap_s": "seconds by which the operator cut into the customer's words just now",
    "call_s": "media time of the call",
    "utterances": "finals of the rule's speakers so far; the watch counts them itself",
}
"""The names that a rule's condition may compare. One that is not known now is absent from
``Moment.measures``, and no comparison with it holds."""

_COUNTS = frozenset(
    [
        "complaints_in_row",
        "repeated_contact",
        "long_wait",
        "contacts",
        "waited_min",
        "passed_around",
        "broken_promise",
        "unanswered",
        "agent_repeats",
        "utterances",
    ]
)


def bounds(measure: str) -> tuple[float, float]:
    """The lowest and the highest value that a measure can have."""
    if measure in ("valence", "rise"):
        return -1.0, 1.0
    if measure in _COUNTS or measure.endswith("_s"):
        return 0.0, inf
    return 0.0, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A final in its call, the state of a line, or the end of the call."""

    at_s: float
    language: str
    """``ja`` or ``en``: of messages."""
    final: Transcript | None = None
    """The words that were just said; ``None`` where the moment is not about words."""
    turn: int | None = None
    """Number of the customer's turn from 0; ``None`` for anything else, as "I see"."""
    text: str = ""
    """All words of the turn so far, or of the final."""
    measures: Mapping[str, float] = field(default_factory=dict)
    signals: tuple[Signal, ...] = ()
    """What the reading rests on; every alert that follows carries them."""
    evidence: tuple[Evidence, ...] = ()
    """What every alert that follows quotes."""
    trend: Trend = "steady"
    """Where the customer's mood goes."""
    speaker: Speaker = "unknown"
    """Whose words, or whose line."""
    ended: bool = False
