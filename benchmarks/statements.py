"""How well the learned reader tells what a statement does, on lines held out of training.

    python -m benchmarks.statements

For each language and question: area under the ROC curve, how much of what the reader is sure
of is right, and how much it is sure of. Held-out lines were written in trades of their own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.alerts import auc
from copilot.backends import build_mood_encoder
from copilot.ports import TextEncoder
from summarizer.reader import (
    CUSTOMER,
    OPERATOR,
    SURE,
    as_read,
    load_statement_heads,
    shares,
)

ROOT = Path(__file__).parent.parent
LANGUAGES = ("en", "ja")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One labelled line of the corpus."""

    language: str
    role: str
    before: str
    """What the other side said just before; may be empty."""
    text: str
    labels: frozenset[str]
    split: str
    """``train`` or ``held``."""


def lines() -> list[Line]:
    """The corpus, in the order in which it was written."""
    found: list[Line] = []
    for language in LANGUAGES:
        folder = ROOT / "summarizer" / "corpus"
        for file in sorted(folder.glob(f"statements_*{language}.jsonl")):
            for told in file.read_text(encoding="utf-8").splitlines():
                one = json.loads(told)
                one["labels"] = frozenset(one["labels"])
                found.append(Line(language=language, **one))
    return found


def vectors_of(told: Sequence[Line], encoder: TextEncoder) -> npt.NDArray[np.float32]:
    """(n, 2 * width): of the lines, and of what they answer."""
    said = encoder.encode([as_read(line.text) for line in told])
    return np.hstack([said, encoder.encode([as_read(line.before) for line in told])])


def main() -> None:
    encoder = build_mood_encoder(ROOT / "data" / "models")
    heads = load_statement_heads()
    print(f"{'':<28}{'lines':>7}{'AUC':>7}{'precision':>11}{'recall':>8}   at {SURE}")
    for language in LANGUAGES:
        for role, rows, questions in (
            ("agent", heads.operator, OPERATOR),
            ("customer", heads.customer, CUSTOMER),
        ):
            told = [
                line
                for line in lines()
                if (line.language, line.role, line.split) == (language, role, "held")
            ]
            read = shares(rows, vectors_of(told, encoder))
            for column, question in enumerate(questions):
                truth = np.array([question in line.labels for line in told])
                sure = read[:, column] >= SURE
                right = int((sure & truth).sum())
                print(
                    f"{f'{language} {role} {question}':<28}{int(truth.sum()):>7}"
                    f"{auc(read[:, column], truth):>7.3f}"
                    f"{right / max(sure.sum(), 1):>11.2f}{right / max(truth.sum(), 1):>8.2f}"
                )


if __name__ == "__main__":
    main()
