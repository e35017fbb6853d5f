"""What one text alone tells, whoever reads it: our heads, a classifier, a language model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, get_args, runtime_checkable

from copilot.event_values import HarassmentType

__all__ = ["ACTS", "HARASSMENT", "LEVELS", "Reader", "Reading"]

LEVELS = 3
"""Frustration: 0 calm, 1 slightly dissatisfied, 2 clearly frustrated, 3 angry."""
ACTS = (
    "greeting",
    "identify",
    "issue",
    "question",
    "answer",
    "apology",
    "action",
    "promise",
    "offer",
    "escalation_request",
    "complaint",
    "threat",
    "thanks",
    "closing",
    "hold",
    "backchannel",
    "other",
)
"""Dialogue acts, one for each utterance: the main one."""
HARASSMENT: tuple[HarassmentType, ...] = get_args(HarassmentType)
"""The nine types of the Japanese Ministry of Health, Labour and Welfare's manual against
customer harassment, and excessive demands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Probabilities are calibrated on utterances that were held out of training."""

    levels: tuple[float, ...]
    """Probability of at least level 1, 2, 3."""
    displeasure: float = 0.0
    """Probability of anger, annoyance, disapproval, disappointment or disgust at anything;
    frustration is that of a customer with the service."""
    valence: float = 0.0
    """-1 negative to 1 positive feeling."""
    churn: float = 0.0
    """Probability that the customer says they will or may leave."""
    escalation: float = 0.0
    """Probability that the customer asks for a superior."""
    gratitude: float = 0.0
    """Probability of thanks or relief that is meant."""
    harassment: Mapping[HarassmentType, float] = field(default_factory=dict)
    """Probability by type; a type that is not there was not looked for."""
    act: str = "other"
    """One of ``ACTS``."""

    @property
    def frustration(self) -> float:
        """0 calm to 1 angry; level k stands at k / 3."""
        return sum(self.levels) / LEVELS

    @property
    def anger(self) -> float:
        """Probability of level 3."""
        return self.levels[-1]


@runtime_checkable
class Reader(Protocol):
    """Texts to readings. Blocking; serves several threads at once."""

    name: str

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """One reading a text, in order. A backend that cannot answer raises
        ``copilot.errors.ReaderError``."""
        ...
