"""Trains the layer that weighs how a call ended: ``python -m tools.train_endings [--held]``.

Learns from the calls of ``summarizer/corpus`` and the development calls of the tests. Seconds
on one core; the same calls and rules give the same file. Writes
``summarizer/heads/endings.npz``; after a change of the rules or of the statement heads it is
to be run again. ``--held`` writes nothing and says how many calls it gets right that each of
ten folds was not fitted to, beside the rules. Needs the ``training`` extra (scikit-learn).
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from copilot.backends import build_statement_reader
from copilot.events import Resolution, Transcript
from summarizer.commitments import find_commitments
from summarizer.ending import ENDINGS, OUTCOMES, evidence
from summarizer.lexicon import load_lexicon
from summarizer.outcome import find_resolution
from summarizer.reader import StatementReader
from summarizer.statements import read_statements

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "summarizer" / "corpus"
DEVELOPMENT = ROOT / "tests" / "summarizer" / "calls"
STRENGTH = 0.3
"""Inverse of the penalty: flat between .1 and 1."""
FOLDS = 10
TODAY = date(2026, 4, 1)
TURN_S = 5.0

Call = dict[str, Any]
"""``outcome``, ``language`` and ``turns``, each a speaker and a text."""
Floats = npt.NDArray[np.float32]


def main() -> None:
    reader = build_statement_reader(ROOT / "data" / "models")
    calls = [*corpus(), *development()]
    seen = [found(call, reader) for call in calls]
    rows = np.array([row for row, _ in seen])
    truth = np.array([OUTCOMES.index(call["outcome"]) for call in calls])
    if "--held" in sys.argv:
        held(calls, rows, truth, [verdict for _, verdict in seen])
        return
    layer = fitted(rows, truth)
    weights = np.hstack([layer.coef_, layer.intercept_[:, None]]).astype(np.float32)
    np.savez(ENDINGS, weights=weights)


def corpus() -> list[Call]:
    return [
        json.loads(line)
        for path in sorted(CORPUS.glob("calls_*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]


def development() -> list[Call]:
    calls = [json.loads(path.read_text("utf-8")) for path in sorted(DEVELOPMENT.glob("*.json"))]
    return [
        {
            "outcome": call["summary"]["resolution"],
            "language": call["lang"],
            "turns": [(turn["speaker"], turn["text"]) for turn in call["turns"]],
        }
        for call in calls
    ]


def found(call: Call, reader: StatementReader) -> tuple[Floats, Resolution]:
    """What the layer is told of ``call``, and what the rules say."""
    finals = [
        Transcript(
            call_id="c",
            at_s=TURN_S * (place + 1),
            utterance_id=f"u{place}",
            speaker=speaker,
            revision=1,
            start_s=TURN_S * place,
            end_s=TURN_S * (place + 1),
            text=text,
            final=True,
        )
        for place, (speaker, text) in enumerate(call["turns"])
    ]
    lexicon = load_lexicon(call["language"])
    statements = reader.read(read_statements(finals, lexicon))
    commitments = find_commitments(statements, lexicon, TODAY)
    verdict, _ = find_resolution(statements, commitments)
    return evidence(statements, commitments, verdict), verdict


def fitted(rows: Floats, truth: npt.NDArray[np.int64]) -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, max_iter=5000).fit(rows, truth)


def held(
    calls: list[Call],
    rows: Floats,
    truth: npt.NDArray[np.int64],
    verdicts: list[Resolution],
) -> None:
    guessed = np.zeros_like(truth)
    fold = np.arange(len(truth)) % FOLDS
    for number in range(FOLDS):
        layer = fitted(rows[fold != number], truth[fold != number])
        guessed[fold == number] = layer.predict(rows[fold == number])
    by_rules = np.array([OUTCOMES.index(verdict) for verdict in verdicts])
    for language in ("en", "ja"):
        ours = np.array([call["language"] == language for call in calls])
        right, plain = (guessed == truth)[ours].sum(), (by_rules == truth)[ours].sum()
        print(f"{language}: {ours.sum()} calls, right {right}, by rules {plain}")


if __name__ == "__main__":
    main()
