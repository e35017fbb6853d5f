"""Whether "70 % likely" comes true in 70 of 100 turns, on calls never learnt from.

    python -m benchmarks.calibration [--data ../shared/data]

Every customer turn of the labelled calls and the held-out dialogues, read in its call:
the probability of clear frustration or anger against the label (level 2 or 3).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.alerts import MODELS, auc, final_of
from benchmarks.dialogues import DIALOGUES
from copilot.events import CallStarted, Emotion
from sentiment.analyser import CallAnalyser
from sentiment.calibration import calibration_error
from sentiment.encoder import E5Encoder, encoder_folder
from sentiment.heads import load_reader
from sentiment.reading import Reader
from sentiment.rules import load_rules
from sentiment.turns import is_backchannel

BINS = 10
FRUSTRATED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One customer turn: what was believed, and what the label says."""

    probability: float
    frustrated: bool


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
    options = arguments.parse_args()
    reader = load_reader(E5Encoder(encoder_folder(MODELS)))
    groups = {
        "labelled calls": sorted((options.data / "calls").glob("*/call.json")),
        "dialogues": sorted(DIALOGUES.glob("*.json")),
    }
    everything: list[Judged] = []
    for name, files in groups.items():
        turns = [turn for file in files for turn in judged(load(file), reader)]
        everything += turns
        print(f"{name}: {summary(turns)}")
    print(f"together: {summary(everything)}")
    for low, turns in zip(range(0, 100, 100 // BINS), binned(everything), strict=True):
        if turns:
            said = np.mean([turn.probability for turn in turns])
            true = np.mean([turn.frustrated for turn in turns])
            print(
                f"  {low:2}-{low + 10} %: said {said:.2f}, true {true:.2f}, turns {len(turns)}"
            )


def load(file: Path) -> dict[str, Any]:
    call: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return call


def judged(call: dict[str, Any], reader: Reader) -> Iterator[Judged]:
    """Every customer turn of a labelled call that is more than "I see"."""
    started = CallStarted(call_id="c", at_s=0, started_at="2026-01-05T00:00:00Z", agent_id="a")
    analyser = CallAnalyser(started, reader=reader, rules=load_rules())
    for turn in call["turns"]:
        for event in analyser.feed(final_of("c", turn)):
            if isinstance(event, Emotion) and not is_backchannel(turn["text"]):
                yield Judged(
                    probability=event.probability,
                    frustrated=turn["frustration"] >= FRUSTRATED,
                )


def binned(turns: Sequence[Judged]) -> list[list[Judged]]:
    """Turns by probability, in bins of equal width."""
    bins: list[list[Judged]] = [[] for _ in range(BINS)]
    for turn in turns:
        bins[min(int(turn.probability * BINS), BINS - 1)].append(turn)
    return bins


def error_of(turns: Sequence[Judged]) -> float:
    """Expected calibration error of the turns."""
    probability = np.array([turn.probability for turn in turns])
    return calibration_error(probability, np.array([turn.frustrated for turn in turns]), BINS)


def summary(turns: Sequence[Judged]) -> str:
    truth = np.array([turn.frustrated for turn in turns])
    area = auc([turn.probability for turn in turns], truth)
    error = error_of(turns)
    return f"{len(turns)} turns, expected calibration error {error:.3f}, AUC {area:.3f}"


if __name__ == "__main__":
    main()
