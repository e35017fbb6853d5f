"""How good the extractive note is on labelled calls: facts, inventions, outcome, tasks.

    python -m benchmarks.summary [--show] [--rules] [../shared/data/calls]
    python -m benchmarks.summary --speed [--rules] [FOLDER]

A folder holds calls as ``<name>/call.json`` or ``<name>.json``. Scores text turns as a
transcriber would write them, masked as in a live call. A fact counts when one of its accepted
wordings stands in the note (brief, text and fields). ``--rules`` leaves the learned reader of
statements out. ``--speed`` times the note of calls of 15
minutes, made by joining labelled ones.
"""

from __future__ import annotations

import json
import sys
import time
import unicodedata
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from copilot.backends import build_mood_encoder
from copilot.events import CallEnded, CallStarted, Event, Summary, Transcript
from copilot.masking import Masker
from summarizer.extractive import ExtractiveSummariser
from summarizer.reader import StatementReader, load_statement_heads

MODELS = Path(__file__).parent.parent / "data" / "models"
DATA = Path(__file__).parent.parent.parent / "shared" / "data"
CALLS = DATA / "calls"
LONG_CALL_S = 15 * 60.0
TWEETS = DATA / "text_en" / "tweetsumm" / "valid.jsonl"


def events_of(call: dict[str, Any], *, reading: bool = False) -> list[Event]:
    """The call as its session would have stored it, without readings and alerts."""
    masker = Masker()
    events: list[Event] = [
        CallStarted(
            call_id=call["id"],
            at_s=0.0,
            started_at="2026-11-18T02:00:00+00:00",
            agent_id="a",
            language=call["lang"],
        )
    ]
    for turn in call["turns"]:
        final = Transcript(
            call_id=call["id"],
            at_s=turn["end_s"],
            utterance_id=f"u{turn['i']}",
            speaker=turn["speaker"],
            revision=1,
            start_s=turn["start_s"],
            end_s=turn["end_s"],
            text=turn.get("reading", turn["text"]) if reading else turn["text"],
            language=call["lang"],
            final=True,
        )
        events.append(masker.feed(final))
    end_s = call["turns"][-1]["end_s"]
    events.append(CallEnded(call_id=call["id"], at_s=end_s, duration_s=end_s, reason="stop"))
    return events


def summariser_of(*, rules_alone: bool = False) -> ExtractiveSummariser:
    """As it runs: with the learned reader of statements; or the rules alone."""
    reader = None
    if not rules_alone:
        encoder = build_mood_encoder(MODELS)
        reader = StatementReader(encoder, load_statement_heads())
    return ExtractiveSummariser(time_zone="Asia/Tokyo", reader=reader)


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def has_any(text: str, variants: list[str]) -> bool:
    return any(fold(variant) in text for variant in variants)


def whole(summary: Summary) -> str:
    fields = json.dumps(asdict(summary.fields), ensure_ascii=False)
    return fold(f"{summary.brief}\n{summary.text}\n{fields}")


def follow_ups_right(summary: Summary, wanted: list[dict[str, Any]]) -> tuple[int, int]:
    """Tasks of the label found with the right owner and, where one was said, deadline."""
    right = 0
    for label in wanted:
        for found in summary.fields.follow_ups:
            due_ok = (
                label["due"] is None
                or label["due_optional"]
                or (found.due is not None and has_any(fold(found.due.said), label["due"]))
            )
            owner_ok = found.owner in label["owner_accepted"]
            if owner_ok and due_ok and has_any(fold(found.what), label["what"]):
                right += 1
                break
    return right, len(wanted)


def pii_scores(call: dict[str, Any]) -> tuple[int, int, int, int]:
    """Secrets gone, secrets, masked turns that hold one, masked turns."""
    texts = {
        event.utterance_id: event.text
        for event in events_of(call)
        if isinstance(event, Transcript)
    }
    gone = sum(secret["text"] not in texts[f"u{secret['turn']}"] for secret in call["pii"])
    secret_turns = {secret["turn"] for secret in call["pii"]}
    masked = [turn for turn in call["turns"] if texts[f"u{turn['i']}"] != turn["text"]]
    return gone, len(call["pii"]), sum(t["i"] in secret_turns for t in masked), len(masked)


def speed(files: list[Path], *, rules_alone: bool) -> str:
    """Time of the note at hang-up: calls of one language joined until 15 minutes are full."""
    calls = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    took_s: dict[str, list[float]] = {}
    turns = 0
    for first in range(len(calls)):
        order = calls[first:] + calls[:first]
        long = joined([call for call in order if call["lang"] == calls[first]["lang"]])
        events = events_of(long)
        turns = max(turns, len(long["turns"]))
        # A new one each time: a reader remembers what it has read.
        summariser = summariser_of(rules_alone=rules_alone)
        began = time.perf_counter()
        summariser.summarise(events)
        took_s.setdefault(long["lang"], []).append(time.perf_counter() - began)
    lines = [f"calls of {LONG_CALL_S / 60:.0f} minutes, up to {turns} turns"]
    for language, times in took_s.items():
        p50, p95 = np.percentile(times, [50, 95])
        lines.append(f"{language}: {len(times)} calls, p50 {p50:.3f} s, p95 {p95:.3f} s")
    return "\n".join(lines)


def joined(calls: list[dict[str, Any]]) -> dict[str, Any]:
    """One call out of several, as long as people talk in ``LONG_CALL_S``."""
    turns: list[dict[str, Any]] = []
    offset_s = 0.0
    while offset_s < LONG_CALL_S:
        for call in calls:
            for turn in call["turns"]:
                moved = {
                    "start_s": offset_s + turn["start_s"],
                    "end_s": offset_s + turn["end_s"],
                }
                turns.append({**turn, **moved, "i": len(turns)})
            offset_s = turns[-1]["end_s"]
            if offset_s >= LONG_CALL_S:
                break
    return {"id": "long", "lang": calls[0]["lang"], "turns": turns}


def main(arguments: list[str]) -> None:
    folders = [Path(argument) for argument in arguments if not argument.startswith("--")]
    folder = folders[0] if folders else CALLS
    files = sorted([*folder.glob("*/call.json"), *folder.glob("*.json")])
    if not files:
        sys.exit("no labelled calls found; give their folder")
    if "--speed" in arguments:
        print(speed(files, rules_alone="--rules" in arguments))
        return
    summariser = summariser_of(rules_alone="--rules" in arguments)
    header = ("call", "facts", "in text", "reason", "invented", "outcome", "tasks", "pii", "ms")
    print(("{:<12}" + "{:>10}" * 8).format(*header))
    sums = [0] * 12
    for file in files:
        call = json.loads(file.read_text(encoding="utf-8"))
        label = call["summary"]
        began = time.perf_counter()
        summary = summariser.summarise(events_of(call))
        took_ms = (time.perf_counter() - began) * 1000
        everything, text = whole(summary), fold(summary.text)
        facts = [has_any(everything, one) for one in label["must_include"]]
        in_text = [has_any(text, one) for one in label["must_include"]]
        reason = [has_any(everything, one) for one in label["reason"]]
        wrong = (
            label["must_not_include"] + label["superseded"] + [p["text"] for p in call["pii"]]
        )
        invented = [one for one in wrong if fold(one) in everything]
        outcome = summary.fields.resolution in label["resolution_accepted"]
        tasks = follow_ups_right(summary, label["follow_ups"])
        gone, secrets, rightly, masked = pii_scores(call)
        counts = [sum(facts), len(facts), sum(in_text), sum(reason), len(reason), len(invented)]
        counts += [int(outcome), *tasks, gone, secrets, masked - rightly]
        sums = [a + b for a, b in zip(sums, counts, strict=True)]
        print(row(call["id"], counts, f"{took_ms:.0f}", str(summary.fields.resolution)))
        if "--show" in arguments:
            show(summary, label, facts, in_text, invented)
    print(row("all", sums, "", f"{sums[6]}/{len(files)}"))
    if not folders and TWEETS.exists() and find_spec("rouge_score"):
        print(tweetsumm(TWEETS))


def tweetsumm(file: Path) -> str:
    """ROUGE-1/2/L of the brief against the best of the references (Lin 2004, stemmed)."""
    from rouge_score.rouge_scorer import RougeScorer

    kinds = ("rouge1", "rouge2", "rougeL")
    scorer = RougeScorer(list(kinds), use_stemmer=True)
    summariser = ExtractiveSummariser()
    sums, dialogues = [0.0, 0.0, 0.0], 0
    for line in file.read_text(encoding="utf-8").splitlines():
        dialogue = json.loads(line)
        turns = [
            {
                "i": number,
                "speaker": "customer" if turn["role"] == "customer" else "agent",
                "text": turn["text"],
                "start_s": float(number),
                "end_s": number + 0.9,
            }
            for number, turn in enumerate(dialogue["turns"])
        ]
        call = {"id": dialogue["id"], "lang": "en", "turns": turns}
        brief = summariser.summarise(events_of(call)).brief
        for place, kind in enumerate(kinds):
            scores = [scorer.score(ref, brief)[kind] for ref in dialogue["abstractive_refs"]]
            sums[place] += max(score.fmeasure for score in scores)
        dialogues += 1
    shares = " / ".join(f"{100 * total / dialogues:.1f}" for total in sums)
    return f"TweetSumm, {dialogues} dialogues, brief: ROUGE-1/2/L {shares}"


def row(name: str, counts: list[int], took_ms: str, outcome: str) -> str:
    facts, of, text, reason, reasons, invented, right, tasks, all_tasks, gone, pii, over = (
        counts
    )
    cells = (
        name,
        f"{facts}/{of}",
        f"{text}/{of}",
        f"{reason}/{reasons}",
        invented,
        outcome[:9] if name == "all" else ("ok" if right else outcome[:9]),
        f"{tasks}/{all_tasks}",
        f"{gone}/{pii}+{over}",
        took_ms,
    )
    return ("{:<12}" + "{:>10}" * 8).format(*cells)


def show(
    summary: Summary,
    label: dict[str, Any],
    facts: list[bool],
    in_text: list[bool],
    invented: list[str],
) -> None:
    def absent(found: list[bool]) -> list[str]:
        pairs = zip(label["must_include"], found, strict=True)
        return [variants[0] for variants, there in pairs if not there]

    print(f"  {summary.fields.headline}\n  -- {summary.brief}")
    print("  " + summary.text.replace("\n", "\n  "))
    for follow_up in summary.fields.follow_ups:
        print("   *", follow_up.owner, "|", follow_up.what, "|", follow_up.due)
    print("   entities", [f"{one.kind}:{one.value}" for one in summary.fields.entities])
    length = len(summary.text) if summary.fields.language == "ja" else len(summary.text.split())
    print("   help", summary.fields.help_offers, "length", length)
    print("   missing", absent(facts), "from the text", absent(in_text))
    print("   invented", invented, "unsupported", summary.unsupported)


if __name__ == "__main__":
    main(sys.argv[1:])
