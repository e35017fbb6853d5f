"""What the grounding check lets pass and what it drops.

    python -m benchmarks.grounding [--fit] [../shared/data]

Sentences about calls that were written for this project, true and false; and asdc's
restatements of utterances, beside the utterances they restate (true) and others of the same
dialogue (false). Fitted on half of them, measured on the other half; ``--fit`` writes the
weights.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from copilot.backends import build_topic_encoder
from copilot.ports import TextEncoder
from summarizer.entailment import features
from summarizer.grounding import Claim, Grounding

HERE = Path(__file__).parent
ROOT = HERE.parent
DATA = ROOT.parent / "shared" / "data"
LIES = ROOT / "tests" / "summarizer" / "planted_lies.jsonl"
WEIGHTS = ROOT / "summarizer" / "entailment.toml"
KEPT = 0.93
"""Share of the true sentences written for this project that the threshold keeps."""
OTHERS = 3
"""Utterances of the same dialogue that a restatement does not restate."""
WRITTEN_WEIGHT = 40.0
"""Of a sentence written for this project against one of asdc's: these are what notes are."""

Pair = tuple[str, list[str]]


def main(arguments: list[str]) -> None:
    fit = "--fit" in arguments
    folders = [Path(one) for one in arguments if one != "--fit"]
    encoder = build_topic_encoder(ROOT / "data" / "models")
    calls = tomllib.loads((HERE / "grounding.toml").read_text(encoding="utf-8"))["calls"]
    asdc = restatements((folders or [DATA])[0] / "text_ja" / "asdc")
    if fit:
        write_weights(encoder, calls, asdc)
    grounding = Grounding(encoder)
    for held in (False, True):
        print("planted, held out:" if held else "planted, seen:")
        measure([row for row in planted() if row["held"] == held], grounding)
    for fits in (True, False):
        print("fitted on:" if fits else "not fitted on:")
        measure([call for call in calls if call["fits"] == fits], grounding)
        pairs = [pair for part, pair in asdc if part == fits]
        if pairs:
            print(f"  asdc: AUC {area(encoder, pairs):.3f} over {len(pairs)} pairs")


def restatements(folder: Path) -> list[tuple[bool, tuple[Pair, bool]]]:
    """Of each pair whether it may be fitted, the pair, and whether it is true."""
    generator = np.random.default_rng(0)
    found = []
    for number, file in enumerate(sorted(folder.glob("scud/*.jsonl"))):
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        texts = sorted({row["text"] for row in rows})
        for row in rows:
            sentence = row["scud"]
            found.append((number % 2 == 0, ((sentence, [row["text"]]), True)))
            others = [text for text in texts if text != row["text"]]
            for other in generator.permutation(others)[:OTHERS]:
                found.append((number % 2 == 0, ((sentence, [str(other)]), False)))
    return found


def planted() -> list[dict]:
    """The pairs of ``tests/summarizer/planted_lies.jsonl``, each as a call of its own."""
    rows = [json.loads(line) for line in LIES.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        lines = list(range(1, len(row["said"]) + 1))
        row["lines"] = row["said"]
        row["true"] = [{"text": row["true"], "lines": lines}]
        row["false"] = [{"text": row["false"], "lines": lines, "wrong": row["kind"]}]
    return rows


def claims(call: dict) -> list[tuple[Claim, str]]:
    """Sentences of a call and what is wrong with them; nothing is with the true ones."""
    speakers, texts = zip(*(line.split(": ", 1) for line in call["lines"]), strict=True)
    return [
        (
            Claim(
                text=one["text"],
                cited=[texts[line - 1] for line in one["lines"]],
                speakers=[speakers[line - 1] for line in one["lines"]],
            ),
            one.get("wrong", ""),
        )
        for one in (*call["true"], *call["false"])
    ]


def write_weights(encoder: TextEncoder, calls: list[dict], asdc: list) -> None:
    written = [
        ((claim.text, list(claim.cited)), not wrong)
        for call in calls
        if call["fits"]
        for claim, wrong in claims(call)
        if wrong in ("", "meaning")
    ]
    restated = [pair for part, pair in asdc if part]
    rows = features(encoder, [pair for pair, _ in (*written, *restated)])
    labels = np.array([true for _, true in (*written, *restated)])
    weights = np.r_[np.full(len(written), WRITTEN_WEIGHT), np.ones(len(restated))]
    model = LogisticRegression(C=10.0, class_weight="balanced", max_iter=2000)
    model.fit(rows, labels, sample_weight=weights)
    own = slice(0, len(written))
    true = model.predict_proba(rows[own])[labels[own], 1]
    threshold = float(np.quantile(true, 1.0 - KEPT))
    numbers = ", ".join(f"{one:.4f}" for one in (*model.coef_[0], model.intercept_[0]))
    WEIGHTS.write_text(
        "# Fitted by `python -m benchmarks.grounding --fit`: cosine with the nearest\n"
        "# sentence, cosine with all, share of words held, Japanese, constant.\n"
        f"weights = [{numbers}]\nthreshold = {threshold:.3f}\n",
        encoding="utf-8",
    )


def measure(calls: list[dict], grounding: Grounding) -> None:
    for language in ("en", "ja"):
        rows = [row for call in calls if call["language"] == language for row in claims(call)]
        faults = grounding.faults([claim for claim, _ in rows])
        asked: Counter[str] = Counter(wrong for _, wrong in rows)
        passed: Counter[str] = Counter(
            wrong for (_, wrong), fault in zip(rows, faults, strict=True) if not fault
        )
        kept = f"kept {passed['']} of {asked['']} true"
        let = ", ".join(
            f"{wrong} {passed[wrong]}/{asked[wrong]}" for wrong in sorted(asked) if wrong
        )
        print(f"  {language}: {kept}; let pass of false: {let}")
        for (claim, wrong), fault in zip(rows, faults, strict=True):
            if bool(wrong) != bool(fault):
                print(f"    {wrong or 'true'} -> {fault or 'kept'}: {claim.text}")


def area(encoder: TextEncoder, pairs: list[tuple[Pair, bool]]) -> float:
    from summarizer.entailment import Entailment

    scores = Entailment(encoder).scores([pair for pair, _ in pairs])
    return float(roc_auc_score([true for _, true in pairs], scores))


if __name__ == "__main__":
    main(sys.argv[1:])
