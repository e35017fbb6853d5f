"""What the labels of somebody else's classification model say in our terms.

A map gives each label that matters its meanings with a weight: ``anger = {frustration = 1}``,
``annoyance = {frustration = 0.5}``, ``negative = {valence = -1}``. A label that is not named
says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import prod
from typing import Any

from sentiment.reading import LEVELS, Reading

__all__ = ["MEANINGS", "LabelMap", "faults", "said"]

MEANINGS = ("frustration", "displeasure", "valence", "churn", "escalation", "gratitude")
"""Fields of ``Reading`` that a label may speak of. The weight of frustration is a degree, a
third for each level; those of the others are the probability when the label is certain."""

LabelMap = Mapping[str, Mapping[str, float]]
"""Meanings and weights by label."""


def faults(labels: LabelMap) -> list[str]:
    """What is wrong with the map by itself, a line each."""
    found = []
    for label, meanings in labels.items():
        for meaning, weight in meanings.items():
            lowest = -1 if meaning == "valence" else 0
            if meaning not in MEANINGS:
                found.append(
                    f"{label}.{meaning}: is nothing a label may say; "
                    f"choose of {', '.join(MEANINGS)}"
                )
            elif not lowest <= weight <= 1:
                found.append(f"{label}.{meaning}: must be between {lowest} and 1")
    return found


def said(
    labels: LabelMap, shares: Mapping[str, float], *, exclusive: bool, beside: Reading
) -> Reading:
    """The reading that a model's ``shares`` (label to probability) stand for. Where no label
    of the map speaks of a field, that of ``beside`` stands.

    Probabilities of ``exclusive`` labels, of which one holds, add up; others are taken for
    independent of one another.
    """

    def share(weights: Mapping[str, float]) -> float:
        parts = [shares[label] * max(0.0, weight) for label, weight in weights.items()]
        # Sums of what softmax rounds may pass one by a hair.
        return min(1.0, sum(parts)) if exclusive else 1 - prod(1 - part for part in parts)

    told: dict[str, Any] = {}
    for meaning in MEANINGS:
        weights = {label: own[meaning] for label, own in labels.items() if meaning in own}
        if not weights:
            continue
        if meaning == "frustration":
            told["levels"] = tuple(
                share({label: _reached(weight, level) for label, weight in weights.items()})
                for level in range(LEVELS)
            )
        else:
            told[meaning] = share(weights)
        if meaning == "valence":
            told[meaning] -= share({label: -weight for label, weight in weights.items()})
    return replace(beside, **told)


def _reached(degree: float, level: int) -> float:
    """How surely a degree of frustration is above ``level``: half a step is one half."""
    return min(1.0, max(0.0, degree * LEVELS - level))
