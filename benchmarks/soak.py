"""Hours of calls, one after the other on every line: does anything grow or stay behind?

    python -m benchmarks.soak [--minutes 120] [--at-once 8] [--save build/soak.jsonl]

A real server runs as its own process. Memory, threads, files, connections and tasks of the
server are sampled every 30 s, shown and appended to ``--save``. Growth is the median of the
last tenth of the samples against that of the tenth that follows the warm-up; what is left
is counted when every call has ended, against the server before its first call.

``--speed 4`` plays four times as fast, as far as the server takes it: more than 10 s ahead
of the clock it reads a recording only as fast as it recognises it. More calls pass in the
same time then, but final latencies of such a run say nothing about a live call, and a server
that falls behind may only record some of them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.figures import Spread
from benchmarks.load import CALLS, Played, Source, carry, sources
from benchmarks.server import ROOT, Server
from benchmarks.steps import MIB, Bench, bench, machine_line, rate, seconds, table
from copilot.score import final_latencies

SAMPLE_S = 30.0
WARM_UP_SHARE = 1 / 6
"""Of the time: caches fill, the allocator finds its size, threads start on demand."""
SETTLE_S = 15.0
"""After the last call: connections close, the archive catches up."""
GROWTH_MAX = 0.03
LEFT = ("threads", "files", "clients", "tasks", "live calls")

Sample = dict[str, float]
"""Figures of the server at one moment, by the name under which they are shown."""


@dataclass(slots=True)
class Calls:
    """What became of the calls. Their words are not kept: they would grow too."""

    done: int = 0
    unfinished: int = 0
    dropped: int = 0
    refused: int = 0
    recorded: int = 0
    """Only recorded, to be transcribed when they are over."""
    turns: int = 0
    final_s: list[float] = field(default_factory=list)
    degraded: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    """Of what was dropped and refused."""

    def add(self, call: Played) -> None:
        if call.recorded and call.over:
            self.recorded += 1
            return
        found_s = final_latencies(list(call.turns.values()), call.transcripts)
        self.turns += len(found_s)
        self.final_s += [one for one in found_s if one is not None]
        self.done += call.over
        self.dropped += bool(call.dropped)
        self.refused += bool(call.refused)
        self.unfinished += not (call.over or call.dropped or call.refused)
        self.degraded += len(call.degraded)
        if reason := call.dropped or call.refused:
            self.reasons[reason] += 1


@dataclass(slots=True)
class Course:
    """What was seen of the server."""

    calls: Calls = field(default_factory=Calls)
    samples: list[Sample] = field(default_factory=list)
    left: dict[str, float] = field(default_factory=dict)
    """More than before the first call; empty where the run was broken off."""


async def soak(served: Bench, options: argparse.Namespace, course: Course) -> None:
    server = served.server
    await served.warm_up()
    await asyncio.sleep(SETTLE_S)
    before = await sample(server, 0.0)
    watching = asyncio.create_task(watch(server, course, options.save))
    try:
        await carry(
            server,
            served.token,
            served.sources,
            name="soak",
            lines=options.at_once,
            warm_up_s=0.0,
            seconds=options.minutes * 60,
            keep=course.calls.add,
            frame_ms=served.frame_ms,
            speed=options.speed,
        )
    finally:
        watching.cancel()
    await asyncio.sleep(SETTLE_S)
    after = await sample(server, options.minutes)
    course.left = {name: after[name] - before[name] for name in LEFT}


async def watch(server: Server, course: Course, save: Path) -> None:
    begin_s = time.monotonic()
    while True:
        await asyncio.sleep(SAMPLE_S)
        now = await sample(server, (time.monotonic() - begin_s) / 60)
        course.samples.append(now)
        line = now | {"done": course.calls.done, "dropped": course.calls.dropped}
        print("  ".join(f"{name} {value:g}" for name, value in line.items()), flush=True)
        with save.open("a") as file:  # what was seen outlives the run
            file.write(json.dumps(line) + "\n")


async def sample(server: Server, minutes: float) -> Sample:
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


def growth(samples: Sequence[Sample], name: str) -> float | None:
    """Of one figure, after the warm-up; ``None`` while there is too little to tell."""
    steady = [one[name] for one in samples[round(len(samples) * WARM_UP_SHARE) :]]
    tenth = len(steady) // 10
    if tenth == 0:
        return None
    first, last = statistics.median(steady[:tenth]), statistics.median(steady[-tenth:])
    return last / first - 1


def flat(course: Course) -> bool:
    """Whether memory stayed, every call was served, and nothing is left of them."""
    grown = growth(course.samples, "memory MiB")
    return (
        grown is not None
        and grown < GROWTH_MAX
        and course.calls.dropped == course.calls.unfinished == course.calls.refused == 0
        and bool(course.left)
        and all(course.left[name] <= 0 for name in ("clients", "tasks", "live calls"))
    )


def report(course: Course, *, real_time: bool) -> str:
    calls = course.calls
    rows = [
        [name, *_cells(course.samples, name)] for name in ("memory MiB", "store MiB", *LEFT)
    ]
    lines = [
        table(["figure", "after warm-up", "most", "at the end", "growth"], rows),
        "",
        f"calls      {calls.done} done, {calls.unfinished} unfinished, {calls.dropped} dropped,"
        f" {calls.refused} refused, {calls.recorded} only recorded",
        f"told       {calls.degraded} events of a stage that is behind or back",
        f"turns      {calls.turns}, heard to their end {rate(len(calls.final_s), calls.turns)}",
    ]
    if real_time:
        p50, p95, longest = seconds(Spread.of(calls.final_s), "p50", "p95", "max")
        lines.append(f"finals     p50 {p50} s  p95 {p95} s  max {longest} s")
    left = ", ".join(f"{name} {count:+g}" for name, count in course.left.items())
    lines.append(f"left over  {left or 'unknown: broken off'}")
    lines += [f"closed     {reason} ({times})" for reason, times in calls.reasons.items()]
    verdict = "flat, nothing dropped, nothing left" if flat(course) else "NOT as promised"
    return "\n".join([*lines, f"verdict    {verdict}"])


def _cells(samples: Sequence[Sample], name: str) -> list[str]:
    steady = [one[name] for one in samples[round(len(samples) * WARM_UP_SHARE) :]]
    if not steady:
        return ["-"] * 4
    grown = growth(samples, name)
    share = "-" if grown is None else f"{grown:+.1%}"
    return [f"{steady[0]:g}", f"{max(steady):g}", f"{steady[-1]:g}", share]


async def measure(options: argparse.Namespace, recordings: Sequence[Source]) -> Course:
    course = Course()
    try:
        async with bench(recordings) as served:
            print(machine_line(served.server))
            what = f"{options.at_once} calls at once, {options.minutes:g} minutes"
            print(f"{what}, speed {options.speed:g}\n")
            await soak(served, options, course)
    finally:
        print("\n" + report(course, real_time=options.speed == 1.0))
    return course


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--calls", type=Path, default=CALLS, help="folder of labelled calls")
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--save", type=Path, default=ROOT / "build" / "soak.jsonl")
    options = parser.parse_args()
    options.save.parent.mkdir(parents=True, exist_ok=True)
    options.save.write_text("")
    raise SystemExit(0 if flat(asyncio.run(measure(options, sources(options.calls)))) else 1)


if __name__ == "__main__":
    main()
