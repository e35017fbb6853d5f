"""Hours of calls, one after the other on every line: does anything grow or stay behind?

    python -m benchmarks.soak [--minutes 120] [--calls 8] [--save build/soak.jsonl]

A real server runs as its own process. Memory, threads, files, connections and tasks of the
server are sampled every 30 s, shown and appended to ``--save``. Growth is the median of the
last tenth of the samples against that of the tenth that follows the warm-up; what is left
is counted when every call has ended, against the server before its first call.

``--speed 4`` plays four times as fast, as far as the server takes it: more than 10 s ahead
of the clock it reads a recording only as fast as it recognises it. More calls pass in the
same time then, but final latencies of such a run say nothing about a live call.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.figures import Spread
from benchmarks.load import CALLS, Played, Source, carry, sources
from benchmarks.server import ROOT, Server
from benchmarks.steps import MIB, Bench, bench, machine_line, rate, table
from copilot.score import final_latencies

SAMPLE_S = 30.0
WARM_UP_SHARE = 1 / 6
"""Of the time: caches fill, the allocator finds its size, threads start on demand."""
SETTLE_S = 15.0
"""After the last call: connections close, the archive catches up."""
GROWTH_MAX = 0.03
LEFT = ("threads", "files", "clients", "tasks", "live calls")


@dataclass(slots=True)
class Calls:
    """What became of the calls. Their words are not kept: they would grow too."""

    done: int = 0
    unfinished: int = 0
    dropped: int = 0
    refused: int = 0
    turns: int = 0
    heard: int = 0
    final_s: list[float] = field(default_factory=list)
    degraded: int = 0

    def add(self, call: Played) -> None:
        found_s = final_latencies([*call.turns.values()], call.transcripts)
        self.turns += len(found_s)
        self.final_s += [one for one in found_s if one is not None]
        self.heard = len(self.final_s)
        self.done += call.summarised
        self.dropped += bool(call.dropped)
        self.refused += bool(call.refused)
        self.unfinished += not (call.summarised or call.dropped or call.refused)
        self.degraded += len(call.degraded)


async def soak(served: Bench, options: argparse.Namespace) -> tuple[Calls, list[dict], dict]:
    """Returns the calls, the samples and what is left behind."""
    server = served.server
    await served.warm_up()
    await asyncio.sleep(SETTLE_S)
    before = await sample(server, 0.0)
    calls, samples = Calls(), []
    begin_s = time.monotonic()

    async def watch() -> None:
        while True:
            await asyncio.sleep(SAMPLE_S)
            minutes = (time.monotonic() - begin_s) / 60
            samples.append(await sample(server, minutes))
            line = samples[-1] | {"done": calls.done, "dropped": calls.dropped}
            print("  ".join(f"{name} {value}" for name, value in line.items()), flush=True)
            with options.save.open("a") as file:
                file.write(json.dumps(line) + "\n")

    watching = asyncio.create_task(watch())
    try:
        await carry(
            server,
            served.token,
            served.sources,
            lines=options.calls,
            warm_up_s=0.0,
            seconds=options.minutes * 60,
            keep=calls.add,
            frame_ms=served.frame_ms,
            speed=options.speed,
        )
    finally:
        watching.cancel()
    await asyncio.sleep(SETTLE_S)
    after = await sample(server, options.minutes)
    return calls, samples, {name: after[name] - before[name] for name in LEFT}


async def sample(server: Server, minutes: float) -> dict[str, Any]:
    usage = server.usage()
    gauges = await asyncio.to_thread(server.gauges)
    return {
        "minutes": round(minutes, 1),
        "memory MiB": round(usage.rss_bytes / MIB, 1),
        "store MiB": round(usage.store_rss_bytes / MIB, 1),
        "threads": usage.threads,
        "files": usage.files,
        "clients": usage.clients,
        "tasks": int(gauges["copilot_tasks"]),
        "live calls": int(gauges["copilot_calls_live"]),
    }


def growth(samples: Sequence[dict[str, Any]], name: str) -> float | None:
    """Of one figure, after the warm-up; ``None`` while there is too little to tell."""
    steady = [one[name] for one in samples[round(len(samples) * WARM_UP_SHARE) :]]
    tenth = len(steady) // 10
    if tenth == 0:
        return None
    first, last = statistics.median(steady[:tenth]), statistics.median(steady[-tenth:])
    return last / first - 1


def verdict(calls: Calls, samples: Sequence[dict[str, Any]], left: dict[str, int]) -> str:
    rows = [[name, *_course(samples, name)] for name in ("memory MiB", "store MiB", *LEFT)]
    words = [
        table(["figure", "after warm-up", "most", "at the end", "growth"], rows),
        "",
        f"calls      {calls.done} done, {calls.dropped} dropped, {calls.refused} refused, "
        f"{calls.unfinished} unfinished, {calls.degraded} degraded events",
        f"turns      {calls.turns}, with their end in a final {rate(calls.heard, calls.turns)}",
        f"finals     {Spread.of(calls.final_s)}",
        "left over  " + ", ".join(f"{name} {count}" for name, count in left.items()),
    ]
    return "\n".join(words)


def _course(samples: Sequence[dict[str, Any]], name: str) -> list[str]:
    steady = [one[name] for one in samples[round(len(samples) * WARM_UP_SHARE) :]]
    if not steady:
        return ["-"] * 4
    grown = growth(samples, name)
    share = "-" if grown is None else f"{grown:+.1%}"
    return [str(steady[0]), str(max(steady)), str(steady[-1]), share]


async def measure(options: argparse.Namespace, recordings: Sequence[Source]) -> bool:
    async with bench(recordings) as served:
        print(machine_line(served.server))
        print(f"{options.calls} calls at once, {options.minutes:.0f} min, x{options.speed:g}\n")
        calls, samples, left = await soak(served, options)
    print("\n" + verdict(calls, samples, left))
    grown = growth(samples, "memory MiB")
    return (
        grown is not None
        and grown < GROWTH_MAX
        and calls.dropped == calls.unfinished == 0
        and left["clients"] <= 0
        and left["tasks"] <= 0
        and left["live calls"] <= 0
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--recordings", type=Path, default=CALLS, help="labelled calls")
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--calls", type=int, default=8, help="at once")
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--save", type=Path, default=ROOT / "build" / "soak.jsonl")
    options = parser.parse_args()
    options.save.parent.mkdir(parents=True, exist_ok=True)
    passed = asyncio.run(measure(options, sources(options.recordings)))
    print("flat, nothing dropped, nothing left" if passed else "NOT flat, or something is left")
    raise SystemExit(0 if passed else 1)


if __name__ == "__main__":
    main()
