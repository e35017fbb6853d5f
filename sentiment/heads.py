"""Small heads over an utterance's vector and cues.

Frustration is ordinal: one unit per threshold "at least level k", after Frank and Hall,
"A Simple Approach to Ordinal Classification" (ECML 2001); the reading is their mean, so
that level k stands at k / 3. Trained by ``python -m sentiment.train``; what they were
trained on and where they fail is in ``heads/CARD.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from copilot.errors import ModelMissingError
from copilot.ports import TextEncoder
from sentiment.lexicon import CUES, cue_matrix
from sentiment.reading import Reading

FOLDER = Path(__file__).parent / "heads"
Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Head:
    """One hidden layer of rectified units, then one logistic unit per question."""

    hidden: Array  # (h, features)
    hidden_bias: Array  # (h,)
    weights: Array  # (units, h)
    bias: Array  # (units,)

    def probabilities(self, features: Array) -> Array:
        """(n, features) to (n, units)."""
        active = np.maximum(features @ self.hidden.T + self.hidden_bias, 0.0)  # (n, h)
        logits = active @ self.weights.T + self.bias
        shares: Array = 1.0 / (1.0 + np.exp(-logits))
        return shares

    def save(self, path: Path) -> None:
        np.savez(
            path,
            hidden=self.hidden,
            hidden_bias=self.hidden_bias,
            weights=self.weights,
            bias=self.bias,
            cues=np.array(CUES),
        )

    @classmethod
    def load(cls, path: Path) -> Head:
        """Raises ``ModelMissingError`` when the file is absent or was trained on other
        features than this code computes."""
        if not path.exists():
            raise ModelMissingError(f"{path} is missing: run python -m sentiment.train")
        with np.load(path) as stored:
            if tuple(stored["cues"]) != CUES:
                raise ModelMissingError(f"{path} is outdated: run python -m sentiment.train")
            return cls(
                hidden=stored["hidden"],
                hidden_bias=stored["hidden_bias"],
                weights=stored["weights"],
                bias=stored["bias"],
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    frustration: Head
    valence: Head
    """Two units: positive feeling, negative feeling."""
    churn: Head
    escalation: Head

    def read(self, features: Array) -> list[Reading]:
        """One reading per row of ``features_of``."""
        levels = self.frustration.probabilities(features)  # (n, LEVELS)
        rows = zip(
            levels,
            self.valence.probabilities(features),
            self.churn.probabilities(features)[:, 0],
            self.escalation.probabilities(features)[:, 0],
            strict=True,
        )
        return [
            Reading(
                levels=tuple(float(one) for one in reached),
                valence=float(feeling[0] - feeling[1]),
                churn=float(churn),
                escalation=float(escalation),
            )
            for reached, feeling, churn, escalation in rows
        ]


def features_of(texts: Sequence[str], encoder: TextEncoder) -> Array:
    """(n, dimensions + cues) float32: the input of every head."""
    return np.hstack([encoder.encode(texts), cue_matrix(texts)])


def load_heads(folder: Path = FOLDER) -> Heads:
    """The shipped heads. Raises ``ModelMissingError``."""
    return Heads(
        frustration=Head.load(folder / "frustration.npz"),
        valence=Head.load(folder / "valence.npz"),
        churn=Head.load(folder / "churn.npz"),
        escalation=Head.load(folder / "escalation.npz"),
    )


class HeadsReader:
    """Implements ``sentiment.reading.Reader``: our heads over an encoder's vectors."""

    def __init__(self, encoder: TextEncoder, heads: Heads) -> None:
        self.name = f"heads on {encoder.name}"
        self._encoder = encoder
        self._heads = heads

    def read(self, texts: Sequence[str]) -> list[Reading]:
        return self._heads.read(features_of(texts, self._encoder))


def load_reader(encoder: TextEncoder, folder: Path = FOLDER) -> HeadsReader:
    """The shipped heads on an encoder. Raises ``ModelMissingError``."""
    return HeadsReader(encoder, load_heads(folder))
