"""Replay the held-out dialogues as text: alerts, levels, summary and masking per language.

``python -m benchmarks.dialogues [--list]``. The calls go through ``copilot.Conversation`` as a
live one would, with every turn final and no recogniser. ``--list`` names each miss, false alarm
and fault of a summary. Read tests/dialogues/README.md before acting on any single line.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.alerts import MODELS, PART_ONE, auc
from benchmarks.summary import (
    events_of,
    fold,
    follow_ups_right,
    has_any,
    pii_scores,
    summariser_of,
    whole,
)
from copilot.conversation import Conversation
from copilot.events import Alert, CallEnded, CallStarted, Emotion, Summary, Transcript
from sentiment.analyser import CallAnalyser
from sentiment.encoder import E5Encoder, encoder_folder
from sentiment.heads import load_reader
from sentiment.reading import Reader
from sentiment.rules import load_rules
from summarizer.extractive import ExtractiveSummariser

DIALOGUES = Path(__file__).parent.parent / "tests" / "dialogues"

Fired = list[tuple[int, Alert]]
Levels = list[tuple[int, float]]


class Tally:
    """Counts of one language: for each measure, how many were right of how many."""

    def __init__(self) -> None:
        self.shares: dict[str, list[int]] = {}
        self.counts: dict[str, int] = {}
        self.levels: Levels = []
        self.faults: list[str] = []

    def share(self, measure: str, right: int, of: int) -> None:
        pair = self.shares.setdefault(measure, [0, 0])
        pair[0] += right
        pair[1] += of

    def count(self, measure: str, number: int) -> None:
        self.counts[measure] = self.counts.get(measure, 0) + number


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--list", action="store_true", help="name every fault")
    options = arguments.parse_args()
    reader = load_reader(E5Encoder(encoder_folder(MODELS)))
    summariser = summariser_of()
    tallies = {"ja": Tally(), "en": Tally()}
    for file in sorted(DIALOGUES.glob("*.json")):
        call = json.loads(file.read_text(encoding="utf-8"))
        fired, levels, summary = replay(call, reader, summariser)
        tally = tallies[call["lang"]]
        tally.levels += levels
        score_alerts(call, fired, tally)
        score_summary(call, summary, tally)
    print_table(tallies)
    if options.list:
        print("\n".join(fault for tally in tallies.values() for fault in tally.faults))


def replay(
    call: dict[str, Any], reader: Reader, summariser: ExtractiveSummariser
) -> tuple[Fired, Levels, Summary]:
    """Alerts by the turn that raised them, (label, reading) per customer turn, the note."""
    fired: Fired = []
    levels: Levels = []
    conversation: Conversation | None = None
    # The events of the summary benchmark are masked already; masking twice changes nothing.
    for event in events_of(call):
        match event:
            case CallStarted():
                analyser = CallAnalyser(event, reader=reader, rules=load_rules())
                conversation = Conversation(
                    event,
                    analyser=analyser,
                    summariser=summariser,
                )
            case Transcript() if conversation:
                number = int(event.utterance_id.removeprefix("u"))
                for found in conversation.understand(conversation.hear(event)[0]):
                    if isinstance(found, Emotion):
                        levels.append((call["turns"][number]["frustration"], found.frustration))
                    else:
                        fired.append((number, found))
            case CallEnded() if conversation:
                last = call["turns"][-1]["i"]
                fired += [(last, alert) for alert in conversation.close(event.at_s)]
                return fired, levels, conversation.summarise(event)
    raise ValueError(f"{call['id']} has no end")


def score_alerts(call: dict[str, Any], fired: Fired, tally: Tally) -> None:
    name = call["id"]
    for wanted in call["alerts_expected"]:
        kind, last = wanted["kind"], call["turns"][-1]["i"]
        since = last if wanted["turn"] is None else wanted["earliest_turn"]
        until = last if wanted["turn"] is None else wanted["by_turn"]
        at = [i for i, alert in fired if alert.kind == kind]
        caught = any(since <= i <= until for i in at)
        group = "the four kinds of words" if kind in PART_ONE else "other kinds"
        tally.share(f"alerts in time, {group}", caught, 1)
        if not caught:
            late = [i for i in at if i > until]
            tally.faults.append(f"{name} MISSED {kind} in {since}..{until}, later at {late}")
    false = list(false_alarms(call, fired))
    tally.count("false alarms", len(false))
    tally.share("calls without a false alarm", not false, 1)
    for number, alert, why in false:
        quote = alert.evidence[0].quote if alert.evidence else "no words"
        tally.faults.append(f"{name} FALSE {alert.kind} at {number} ({why}): {quote}")


def false_alarms(call: dict[str, Any], fired: Fired) -> Iterator[tuple[int, Alert, str]]:
    """Alerts of a forbidden kind, and those before their turn."""
    since = {wanted["kind"]: wanted["earliest_turn"] or 0 for wanted in call["alerts_expected"]}
    for number, alert in fired:
        if alert.kind in call["alerts_forbidden"]:
            yield number, alert, "forbidden"
        elif number < since.get(alert.kind, 0):
            yield number, alert, "too early"


def score_summary(call: dict[str, Any], summary: Summary, tally: Tally) -> None:
    name, label, everything = call["id"], call["summary"], whole(summary)
    missing = [one for one in label["must_include"] if not has_any(everything, one)]
    tally.share("facts", len(label["must_include"]) - len(missing), len(label["must_include"]))
    reasons = [has_any(everything, one) for one in label["reason"]]
    tally.share("reason", sum(reasons), len(reasons))
    secrets = [secret["text"] for secret in call["pii"]]
    wrong = label["must_not_include"] + label["superseded"] + secrets
    invented = [one for one in wrong if fold(one) in everything]
    tally.count("said what must not be", len(invented))
    outcome = summary.fields.resolution
    tally.share("outcome", outcome in label["resolution_accepted"], 1)
    tasks, all_tasks = follow_ups_right(summary, label["follow_ups"])
    tally.share("follow-ups", tasks, all_tasks)
    gone, secret_count, _, _ = pii_scores(call)
    tally.share("secrets masked", gone, secret_count)
    if missing or not all(reasons):
        reason = "" if all(reasons) else ", and the reason"
        tally.faults.append(f"{name} note lacks {[one[0] for one in missing]}{reason}")
    if invented:
        tally.faults.append(f"{name} note says {invented}")
    if outcome not in label["resolution_accepted"]:
        tally.faults.append(f"{name} outcome {outcome}, not {label['resolution_accepted']}")
    if tasks < all_tasks:
        found = [
            f"{one.owner}: {one.what} [{one.due.said if one.due else '-'}]"
            for one in summary.fields.follow_ups
        ]
        tally.faults.append(f"{name} follow-ups {tasks}/{all_tasks}, found {found}")
    if gone < secret_count:
        tally.faults.append(f"{name} masked {gone} of {secret_count} secrets")


def print_table(tallies: dict[str, Tally]) -> None:
    measures = list(dict.fromkeys(name for tally in tallies.values() for name in tally.shares))
    counts = list(dict.fromkeys(name for tally in tallies.values() for name in tally.counts))
    print(f"{'':<40}" + "".join(f"{lang:>10}" for lang in tallies))
    for measure in measures:
        pairs = [tally.shares.get(measure, [0, 0]) for tally in tallies.values()]
        print(f"{measure:<40}" + "".join(f"{f'{right}/{of}':>10}" for right, of in pairs))
    for measure in counts:
        numbers = [tally.counts.get(measure, 0) for tally in tallies.values()]
        print(f"{measure:<40}" + "".join(f"{number:>10}" for number in numbers))
    arrays = {lang: np.array(tally.levels) for lang, tally in tallies.items()}
    areas = [auc(array[:, 1], array[:, 0] >= 2) for array in arrays.values()]
    print(f"{'AUC of level >= 2':<40}" + "".join(f"{area:>10.3f}" for area in areas))
    for lang, array in arrays.items():
        read = np.rint(3 * array[:, 1]).astype(int)
        print(f"{lang}: label x level read")
        for label in range(4):
            print(f"  {label}: {np.bincount(read[array[:, 0] == label], minlength=4)}")


if __name__ == "__main__":
    main()
