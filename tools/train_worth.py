"""Weighs what a note has to tell: ``python -m tools.train_worth``.

Seconds on one core. Learns from the labelled calls of ``tests/summarizer/calls`` which
statements hold a fact that their notes must include, leaving out the calls of even number
from 22 on, by which it is measured. Writes ``summarizer/worth.toml``. Needs the ``training``
extra (scikit-learn).
"""

from __future__ import annotations

import json
from pathlib import Path

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks.summary import events_of, fold, has_any
from summarizer.lexicon import load_lexicon
from summarizer.statements import read_statements, said_finals
from summarizer.worth import features, is_empty

ROOT = Path(__file__).parent.parent
STRENGTH = 0.1
"""Inverse of the penalty: flat between .03 and 1."""
SEEN = 20
"""Number of the call up to which all are learnt from; then every other."""
LEAST = 0.02
"""Weight below which a feature is left out."""


def main() -> None:
    lines = ["# What tells for a statement in a note, as logarithms of odds."]
    lines.append("# Written by tools/train_worth.py.")
    for language in ("en", "ja"):
        known, told = examples(language)
        names = DictVectorizer(sparse=False)
        model = LogisticRegression(C=STRENGTH, max_iter=3000, class_weight="balanced")
        model.fit(names.fit_transform(known), told)
        weights = {"always": float(model.intercept_[0])}
        weights |= dict(zip(names.feature_names_, map(float, model.coef_[0]), strict=True))
        lines += ["", f"[{language}]"]
        lines += [
            f"{json.dumps(name)} = {weight:.2f}"
            for name, weight in weights.items()
            if abs(weight) >= LEAST
        ]
    path = ROOT / "summarizer" / "worth.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def examples(language: str) -> tuple[list[dict[str, float]], list[bool]]:
    """Features of every statement that may be told, and whether it holds a fact."""
    known: list[dict[str, float]] = []
    told: list[bool] = []
    for file in sorted((ROOT / "tests" / "summarizer" / "calls").glob(f"{language}-*.json")):
        number = int(file.name.split("-")[1])
        if number > SEEN and number % 2 == 0:
            continue
        call = json.loads(file.read_text(encoding="utf-8"))
        statements = read_statements(said_finals(events_of(call)), load_lexicon(language))
        by_index = {one.index: one for one in statements}
        for one in statements:
            if not is_empty(one, by_index):
                facts = call["summary"]["must_include"]
                known.append(features(one, by_index))
                told.append(any(has_any(fold(one.text), fact) for fact in facts))
    return known, told


if __name__ == "__main__":
    main()
