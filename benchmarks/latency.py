"""How soon words and alerts are there, for 1 to N calls at once, in real time.

    python -m benchmarks.latency [--at-once 1 2 4] [--json FILE]

A real server runs as its own process; ``benchmarks.load`` plays the labelled calls into it.
One call at once: every recording once, whole. More: a window of the steady state.
``benchmarks.figures`` says what each figure means.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.figures import Spread, split_turns
from benchmarks.load import CALLS, Played, Source, sources
from benchmarks.steps import Step, bench, machine_line, rate, seconds, table
from copilot.score import final_latencies

HEAD = ["calls", "turns", "final p50 s", "p95", "max", "partial age p50 s", "p95", "split"]
HEAD += ["missed", "alert p50 s", "p95", "error en", "error ja", "server cores"]
HEAD += ["frames late p95 ms"]


async def measure(
    recordings: Sequence[Source], at_once: Sequence[int], window_s: float, frame_ms: int
) -> list[Step]:
    async with bench(recordings, frame_ms=frame_ms) as served:
        print(machine_line(served.server))
        print(f"{len(recordings)} recordings, mu-law 8 kHz, frames of {frame_ms} ms\n")
        steps = []
        for lines in at_once:
            if lines == 1:
                one, _, calls = await served.alone()
                for call in calls:
                    if call.whole:
                        print(line(call), flush=True)
            else:
                one = await served.at_once(lines, window_s)
            steps.append(one)
            print(table(HEAD, [row(one)]), flush=True)
    return steps


def line(call: Played) -> str:
    """One call of the lone run."""
    turns = [*call.turns.values()]
    found_s = final_latencies(turns, call.transcripts)
    spread = Spread.of([one for one in found_s if one is not None])
    p50, p95, longest = seconds(spread, "p50", "p95", "max")
    return (
        f"{call.source.id:<10} turns {len(turns):2}  missed {found_s.count(None)}  "
        f"split {split_turns(turns, call.finals)}  "
        f"final p50 {p50} s  p95 {p95} s  max {longest} s"
    )


def row(one: Step) -> list[str]:
    errors = {language: rate(*counts) for language, counts in one.errors.items()}
    return [
        str(one.at_once),
        str(one.turns),
        *seconds(one.final_s, "p50", "p95", "max"),
        *seconds(one.age_s, "p50", "p95"),
        rate(one.split, one.turns),
        str(one.missed),
        *seconds(one.alert_s, "p50", "p95"),
        errors.get("en", "-"),
        errors.get("ja", "-"),
        f"{one.server_cores:.2f}",
        f"{one.late_ms.p95:.1f}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--calls", type=Path, default=CALLS, help="folder of labelled calls")
    parser.add_argument("--only", nargs="*", default=[], help="names of recordings")
    parser.add_argument("--at-once", type=int, nargs="*", default=[1])
    parser.add_argument("--seconds", type=float, default=150.0, help="window of a step")
    parser.add_argument("--frame-ms", type=int, choices=(20, 100), default=20)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    recordings = [
        source
        for source in sources(options.calls)
        if not options.only or source.id in options.only
    ]
    steps = asyncio.run(measure(recordings, options.at_once, options.seconds, options.frame_ms))
    print("\n" + table(HEAD, map(row, steps)))
    for one in steps:
        for told in one.degraded:
            print(f"{one.at_once} calls: {told}")
    if options.json:
        options.json.write_text(json.dumps([one.as_json() for one in steps], indent=1))


if __name__ == "__main__":
    main()
