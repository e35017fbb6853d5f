"""Replay the labelled calls as text; compare alerts and levels with their labels.

``python -m benchmarks.alerts [--data ../shared/data] [--turns]``. The shipped heads never
learnt from these calls, so every figure is one of calls left out. All figures, beside those of
other ways, are in ``benchmarks.frustration``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from copilot.events import Alert, CallStarted, Emotion, Transcript
from sentiment.analyser import CallAnalyser
from sentiment.encoder import E5Encoder, encoder_folder
from sentiment.heads import load_reader
from sentiment.reading import Reader
from sentiment.rules import load_rules

MODELS = Path("data/models")
PART_ONE = ("frustration_spike", "sustained_frustration", "escalation_request", "churn_risk")


@dataclass(kw_only=True)
class Tally:
    """What the calls showed together."""

    caught: int = 0
    missed: int = 0
    false: int = 0
    labels: list[int] = field(default_factory=list)
    readings: list[float] = field(default_factory=list)
    times_ms: list[float] = field(default_factory=list)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments.add_argument("--turns", action="store_true", help="print every customer turn")
    options = arguments.parse_args()
    reader, tally = load_reader(E5Encoder(encoder_folder(MODELS))), Tally()
    for path in sorted((options.data / "calls").glob("*/call.json")):
        call = json.loads(path.read_text(encoding="utf-8"))
        replay(path.parent.name, call, reader, tally, show=options.turns)
    summarise(tally)


def replay(
    name: str,
    call: dict[str, Any],
    reader: Reader,
    tally: Tally,
    *,
    show: bool,
) -> None:
    started = CallStarted(call_id=name, at_s=0, started_at="2026-01-05T00:00:00Z", agent_id="a")
    analyser = CallAnalyser(started, reader=reader, rules=load_rules())
    fired: list[tuple[int, Alert]] = []
    for turn in call["turns"]:
        before_s = time.thread_time()
        events = analyser.feed(final_of(name, turn))
        spent_ms = 1000 * (time.thread_time() - before_s)
        for event in events:
            match event:
                case Alert():
                    fired.append((turn["i"], event))
                case Emotion():
                    tally.labels.append(turn["frustration"])
                    tally.readings.append(event.frustration)
                    tally.times_ms.append(spent_ms)
                    if show:
                        print_turn(turn, event)
    last = call["turns"][-1]
    fired += [(last["i"], alert) for alert in analyser.finish(last["end_s"])]
    score(name, call, fired, tally)


def final_of(name: str, turn: dict[str, Any]) -> Transcript:
    return Transcript(
        call_id=name,
        at_s=turn["end_s"],
        utterance_id=f"u{turn['i']}",
        speaker=turn["speaker"],
        revision=1,
        start_s=turn["start_s"],
        end_s=turn["end_s"],
        text=turn["text"],
        final=True,
    )


def print_turn(turn: dict[str, Any], emotion: Emotion) -> None:
    words = {signal.name: signal.value for signal in emotion.signals}.get("words", 0.0)
    print(
        f"  {turn['i']:2} label {turn['frustration']} read {emotion.frustration:.2f}"
        f" words {words:.2f} valence {emotion.valence:+.2f} {emotion.trend}: {turn['text']}"
    )


def score(
    name: str, call: dict[str, Any], fired: Sequence[tuple[int, Alert]], tally: Tally
) -> None:
    """Prints what was caught in time, missed, too early or forbidden."""
    print(f"{name}: " + (", ".join(f"{a.kind}@{i}" for i, a in fired) or "no alert"))
    for wanted in call["alerts_expected"]:
        kind, since = wanted["kind"], wanted["earliest_turn"] or 0
        at = [i for i, alert in fired if alert.kind == kind]
        in_time = [i for i in at if since <= i <= wanted["by_turn"]]
        early = [i for i in at if i < since]
        print(f"  {'caught' if in_time else 'MISSED'} {kind} by turn {wanted['by_turn']}")
        if early:
            print(f"  FALSE {kind} at {early}, before turn {since}")
        if kind in PART_ONE:
            tally.caught += bool(in_time)
            tally.missed += not in_time
        tally.false += len(early)
    for kind in call["alerts_forbidden"]:
        wrong = [i for i, alert in fired if alert.kind == kind]
        if wrong:
            print(f"  FALSE {kind} at {wrong}, forbidden in this call")
        tally.false += len(wrong)
    tolerated = sorted({a.kind for _, a in fired} & set(call["alerts_tolerated"]))
    if tolerated:
        print(f"  tolerated {', '.join(tolerated)}")


def summarise(tally: Tally) -> None:
    labels, readings = np.array(tally.labels), np.array(tally.readings)
    levels = np.rint(3 * readings).astype(int)
    print(f"\ncaught {tally.caught} of {tally.caught + tally.missed}, false {tally.false}")
    print("label x level read")
    for label in range(4):
        print(f"  {label}: {np.bincount(levels[labels == label], minlength=4)}")
    right, near = np.mean(levels == labels), np.mean(abs(levels - labels) <= 1)
    print(f"right {right:.3f}, within one level {near:.3f}, AUC of level >= 2", end=" ")
    print(f"{auc(readings, labels >= 2):.3f}")
    p50, p95 = np.percentile(tally.times_ms, [50, 95])
    print(f"customer utterance: {p50:.0f} ms of CPU median, {p95:.0f} ms p95")


def auc(scores: Sequence[float] | np.ndarray, truth: np.ndarray) -> float:
    """Chance that a true case scores above a false one (Mann-Whitney)."""
    values = np.asarray(scores)
    above = values[truth][:, None] - values[~truth][None, :]
    return float(np.mean((above > 0) + 0.5 * (above == 0)))


if __name__ == "__main__":
    main()
