"""Train the encoder's changes and the heads: ``python -m sentiment.train``.

About forty minutes on two cores; the same data on the same machine gives the same files.
Writes ``heads/encoder.npz`` and ``heads/heads.npz``, and prints what ``heads/CARD.md`` reports.
Needs the ``training`` extra (torch, transformers, scikit-learn).
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from copilot.ports import TextEncoder
from sentiment.calibration import calibration_error
from sentiment.datasets import LANGUAGES, Example, corpus, public
from sentiment.e5 import ADAPTER, read_e5
from sentiment.encoder import E5Encoder, encoder_folder
from sentiment.heads import FOLDER, UNITS, Heads
from sentiment.reading import HARASSMENT, LEVELS
from sentiment.tuning import Recipe, Tuner

STAGES = (
    Recipe(epochs=2, learning_rate=1e-3, own_copies=0, chat=100_000),
    Recipe(epochs=2, learning_rate=5e-4, own_copies=2, chat=10_000),
    Recipe(epochs=1, learning_rate=5e-4, own_copies=1, chat=24_000),
    Recipe(epochs=1, learning_rate=4e-4, own_copies=1, chat=16_000),
)
"""First how people feel in general, then customers, then both side by side, as the second stage
forgets some of the first."""
HELD_SHARE = 7
"""One group in so many is never learnt from: heads are calibrated and measured on them."""
ENOUGH = 12
"""Held-out examples of a kind, from which a row is calibrated by itself."""

Floats = npt.NDArray[np.float64]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments.add_argument("--home", type=Path, default=Path("data/models"))
    options = arguments.parse_args()
    own = [example for language in LANGUAGES for example in corpus(language)]
    learnt = [example for example in own if not held_out(example)]
    held = [example for example in own if held_out(example)]
    others = public(options.data)
    tuner = Tuner(read_e5(None))
    with _progress() as progress:
        for number, recipe in enumerate(STAGES, 1):
            task = progress.add_task(f"stage {number}", loss=0.0)
            tuner.learn(
                learnt,
                others,
                recipe,
                lambda done, total, loss, task=task: progress.update(  # type: ignore[misc]
                    task, completed=done, total=total, loss=loss
                ),
            )
    tuner.save(ADAPTER)
    # What will run, in 8 bits, is what is calibrated and measured.
    encoder = E5Encoder(encoder_folder(options.home))
    weights, bias = tuner.head
    raw = Heads(weights=weights, bias=bias)
    chat = [example for example in others if example.source == "goemotions"]
    sharpened = refitted(raw, learnt, chat, encoder)
    heads = calibrated(sharpened, held, encoder.encode([e.text for e in held]))
    heads.save(FOLDER / "heads.npz")
    print(json.dumps(report(heads, held, encoder), indent=1))  # noqa: T201


def held_out(example: Example) -> bool:
    """By the name of its group, so that more lines do not shuffle the others."""
    return int(hashlib.sha256(example.group.encode()).hexdigest(), 16) % HELD_SHARE == 0


def refitted(
    heads: Heads, learnt: Sequence[Example], chat: Sequence[Example], encoder: TextEncoder
) -> Heads:
    """Some rows anew on the finished encoder. Types of harassment are rare, and beside the
    other questions their few lines were hardly heard: here both answers weigh the same.
    Displeasure is general, and chat knows it better than calls do."""
    weights, bias = heads.weights.copy(), heads.bias.copy()
    rows = {f"harassment_{kind}": learnt for kind in HARASSMENT} | {"displeasure": chat}
    vectors = {id(told): encoder.encode([e.text for e in told]) for told in (learnt, chat)}
    for unit, told in rows.items():
        known = [place for place, one in enumerate(told) if unit in one.answers]
        weigh = None if told is chat else "balanced"
        fit = LogisticRegression(C=3.0, class_weight=weigh, max_iter=400)
        fit.fit(vectors[id(told)][known], [told[place].answers[unit] for place in known])
        weights[UNITS.index(unit)], bias[UNITS.index(unit)] = fit.coef_[0], fit.intercept_[0]
    return Heads(weights=weights, bias=bias)


def calibrated(
    heads: Heads, held: Sequence[Example], vectors: npt.NDArray[np.float32]
) -> Heads:
    """Rows scaled and moved so that their probabilities are those seen on held-out lines.

    Types of harassment are too rare one by one: all of them share one scale.
    """
    logits = vectors @ heads.weights.T + heads.bias
    weights, bias = heads.weights.copy(), heads.bias.copy()
    rare = [UNITS.index(f"harassment_{kind}") for kind in HARASSMENT]
    groups = [[row] for row in range(len(UNITS)) if row not in rare] + [rare]
    for rows in groups:
        pairs = [
            (logits[place, row], example.answers[UNITS[row]])
            for row in rows
            for place, example in enumerate(held)
            if UNITS[row] in example.answers
        ]
        scale, move = _platt(pairs)
        weights[rows] *= scale
        bias[rows] = bias[rows] * scale + move
    return Heads(weights=weights, bias=bias)


def _platt(pairs: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    scores = np.array([[score] for score, _ in pairs])
    truth = np.array([answer for _, answer in pairs], dtype=bool)
    if min(truth.sum(), (~truth).sum()) < ENOUGH:
        return 1.0, 0.0
    fit = LogisticRegression(C=1e4).fit(scores, truth)
    return float(fit.coef_[0, 0]), float(fit.intercept_[0])


def report(heads: Heads, held: Sequence[Example], encoder: E5Encoder) -> dict[str, Any]:
    """Figures on held-out lines, by language."""
    told: dict[str, Any] = {}
    for language in LANGUAGES:
        mine = [example for example in held if example.language == language]
        vectors = encoder.encode([example.text for example in mine])
        readings = heads.read(vectors)
        shares = 1 / (1 + np.exp(-(vectors @ heads.weights.T + heads.bias)))
        figures: dict[str, Any] = {"lines": len(mine)}
        for row, unit in enumerate(UNITS):
            known = [place for place, one in enumerate(mine) if unit in one.answers]
            truth = np.array([mine[place].answers[unit] for place in known], dtype=bool)
            if truth.any() and not truth.all():
                score = float(roc_auc_score(truth, shares[known, row]))
                figures[unit] = {"auc": round(score, 3), "of": int(truth.sum())}
        graded = [place for place, one in enumerate(mine) if one.level is not None]
        level = np.array([mine[place].level for place in graded])
        read = np.rint([LEVELS * readings[place].frustration for place in graded]).astype(int)
        figures["level right"] = round(float((read == level).mean()), 3)
        figures["level within one"] = round(float((abs(read - level) <= 1).mean()), 3)
        figures["calm read as 2 or more"] = round(float((read[level == 0] >= 2).mean()), 3)
        figures["2 or 3 read as calm"] = round(float((read[level >= 2] < 1).mean()), 3)
        probability = np.array([readings[place].levels[1] for place in graded])
        figures["calibration error"] = round(calibration_error(probability, level >= 2), 3)
        acts = [one.act == reading.act for one, reading in zip(mine, readings, strict=True)]
        figures["act right"] = round(float(np.mean(acts)), 3)
        told[language] = figures
    return told


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    loss = TextColumn("loss {task.fields[loss]:.3f}")
    return Progress(*columns, loss, TimeRemainingColumn(), console=Console(stderr=True))


if __name__ == "__main__":
    main()
