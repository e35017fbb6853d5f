"""Trains the heads that read what statements do: ``python -m tools.train_statements``.

Seconds on one core; the same corpus gives the same file. Writes
``summarizer/heads/statements.npz``; ``python -m benchmarks.statements`` measures it. Needs the
``training`` extra (scikit-learn).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from benchmarks.statements import LANGUAGES, ROOT, Line, lines, vectors_of
from copilot.backends import build_mood_encoder
from sentiment.datasets import corpus
from summarizer.reader import CUSTOMER, HEADS, OPERATOR, StatementHeads

STRENGTH = 10.0
"""Inverse of the penalty: flat between 3 and 30."""
BEFORE = 0.5
"""What a statement answers tells less than the statement: its vector counts half."""
FOLDS = 5
PLAIN = {
    "agent": ("greeting", "identify", "question", "hold", "backchannel", "apology", "closing"),
    "customer": ("issue", "identify", "question"),
}
"""Dialogue acts that answer no question."""
PLAIN_LINES = 150
"""About so many of each role and language."""
Floats = npt.NDArray[np.float32]


def main() -> None:
    encoder = build_mood_encoder(ROOT / "data" / "models")
    learnt = [line for line in lines() if line.split == "train"] + plain()
    rows = {}
    for role, questions in (("agent", OPERATOR), ("customer", CUSTOMER)):
        told = [line for line in learnt if line.role == role]
        vectors = vectors_of(told, encoder)
        width = encoder.dimensions
        scale = np.array([1.0] * width + [BEFORE] * (vectors.shape[1] - width))
        rows[role] = np.array(
            [row(question, told, vectors * scale) * [*scale, 1.0] for question in questions],
            dtype=np.float32,
        )
    HEADS.parent.mkdir(exist_ok=True)
    StatementHeads(operator=rows["agent"], customer=rows["customer"]).save(HEADS)


def plain() -> list[Line]:
    """Lines that do nothing asked about, from the corpus of moods: what is reported, asked,
    greeted and apologised for in every call, and hardly found among lines written to look like
    the answers."""
    found = []
    for language in LANGUAGES:
        for role, acts in PLAIN.items():
            told = [
                one.text
                for one in corpus(language)
                if one.act in acts
                and (one.level is None) == (role == "agent")
                and not (one.level or 0)
            ]
            found += [
                Line(
                    language=language,
                    role=role,
                    before="",
                    text=text,
                    labels=frozenset(),
                    split="train",
                )
                for text in told[:: max(len(told) // PLAIN_LINES, 1)]
            ]
    return found


def row(question: str, told: Sequence[Line], vectors: Floats) -> Floats:
    """Weights and intercept of ``question``, calibrated by Platt's method (1999) on lines
    that each fold was not fitted on. Neighbours in the corpus are alike: they share a fold."""
    truth = np.array([question in line.labels for line in told])
    fold = np.arange(len(told)) // FOLDS % FOLDS
    left_out = np.zeros((len(told), 1))
    for number in range(FOLDS):
        fit = _fitted(vectors[fold != number], truth[fold != number])
        left_out[fold == number, 0] = fit.decision_function(vectors[fold == number])
    platt = LogisticRegression(C=1e4).fit(left_out, truth)
    whole = _fitted(vectors, truth)
    scale = platt.coef_[0, 0]
    intercept = scale * whole.intercept_ + platt.intercept_
    found: Floats = np.append(scale * whole.coef_[0], intercept)
    return found


def _fitted(vectors: Floats, truth: npt.NDArray[np.bool_]) -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=1000).fit(
        vectors, truth
    )


if __name__ == "__main__":
    main()
