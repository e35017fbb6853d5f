"""The heads: one linear layer over an utterance's vector, one row a question.

Frustration is ordinal: one row per threshold "at least level k", after Frank and Hall, "A
Simple Approach to Ordinal Classification" (ECML 2001). Calibrated by Platt's method (1999) on
utterances held out of training. What they were trained on and where they fail is in
``heads/CARD.md``; ``python -m sentiment.train`` makes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
import numpy.typing as npt

from copilot.errors import ModelMissingError
from copilot.ports import TextEncoder
from sentiment.reading import ACTS, HARASSMENT, LEVELS, Reading

__all__ = ["FOLDER", "UNITS", "Heads", "HeadsReader", "load_heads", "load_reader"]

FOLDER = Path(__file__).parent / "heads"
UNITS = (
    *(f"level_{level}" for level in range(1, LEVELS + 1)),
    "displeasure",
    "positive",
    "negative",
    "churn",
    "escalation",
    "gratitude",
    *(f"harassment_{kind}" for kind in HARASSMENT),
)
"""Yes-or-no questions about an utterance. Acts follow them: one of them holds."""
Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Heads:
    weights: Array  # (units + acts, dimensions)
    bias: Array  # (units + acts,)

    def read(self, vectors: Array) -> list[Reading]:
        """One reading per row of (n, dimensions)."""
        logits = vectors @ self.weights.T + self.bias
        shares = 1.0 / (1.0 + np.exp(-logits[:, : len(UNITS)]))
        acts = logits[:, len(UNITS) :].argmax(axis=1)
        return [
            _reading(dict(zip(UNITS, row.tolist(), strict=True)), ACTS[act])
            for row, act in zip(shares, acts, strict=True)
        ]

    def save(self, path: Path) -> None:
        np.savez(path, weights=self.weights, bias=self.bias, names=np.array([*UNITS, *ACTS]))


def _reading(shares: dict[str, float], act: str) -> Reading:
    # Who is angry is frustrated: a lower threshold is never less probable than a higher one.
    reached = [shares[f"level_{level}"] for level in range(LEVELS, 0, -1)]
    return Reading(
        levels=tuple(accumulate(reached, max))[::-1],
        displeasure=shares["displeasure"],
        valence=shares["positive"] - shares["negative"],
        churn=shares["churn"],
        escalation=shares["escalation"],
        gratitude=shares["gratitude"],
        harassment={kind: shares[f"harassment_{kind}"] for kind in HARASSMENT},
        act=act,
    )


def load_heads(folder: Path = FOLDER) -> Heads:
    """The shipped heads. Raises ``ModelMissingError`` when they are absent or answer other
    questions than this code asks."""
    path = folder / "heads.npz"
    if not path.is_file():
        raise ModelMissingError(f"{path} is missing: run python -m sentiment.train")
    with np.load(path) as stored:
        if tuple(stored["names"]) != (*UNITS, *ACTS):
            raise ModelMissingError(f"{path} is outdated: run python -m sentiment.train")
        return Heads(weights=stored["weights"], bias=stored["bias"])


class HeadsReader:
    """Implements ``sentiment.reading.Reader``: our heads over an encoder's vectors."""

    def __init__(self, encoder: TextEncoder, heads: Heads) -> None:
        self.name = f"heads on {encoder.name}"
        self._encoder = encoder
        self._heads = heads

    def read(self, texts: Sequence[str]) -> list[Reading]:
        return self._heads.read(self._encoder.encode(texts))


def load_reader(encoder: TextEncoder) -> HeadsReader:
    """The shipped heads on an encoder that has our changes. Raises ``ModelMissingError``."""
    return HeadsReader(encoder, load_heads())
