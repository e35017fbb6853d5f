"""How many calls with both legs are held at the service level, and what gives way beyond.

    python -m benchmarks.capacity [--at-once 4 8 12 16 20 24] [--admission open]

A real server runs as its own process. First every recording is played alone and whole: that
tells which turns can be heard at all, and their words. Then each step keeps so many calls
running. ``benchmarks.figures`` says what each figure means.

Every step that is done is kept in ``--save``; started again at the same commit with the
same options, the command goes on with the next one. ``--fresh`` measures all anew.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.load import CALLS, Source, sources
from benchmarks.server import ROOT, machine
from benchmarks.steps import MIB, Alone, Step, bench, machine_line, rate, seconds, table

SERVICE = ["calls", "held", "final p50 s", "p95", "max", "partial age p50 s", "p95", "lost"]
SERVICE += ["unfinished", "dropped", "refused", "recorded", "partials per final"]
COST = ["calls", "CPU-s per call-s", "loop cores", "worker cores", "store cores"]
COST += ["memory MiB", "store MiB", "player cores", "frames late p95 ms"]
TEXTS = ["calls", "finals compared", "other than alone", "words (ja: characters) edited"]
OPEN = {"max_calls": "100000"}
"""A limit that nobody reaches."""


class Results:
    """Steps done so far, in a file."""

    def __init__(self, path: Path, key: dict[str, Any], *, fresh: bool) -> None:
        self._path = path
        self._content: dict[str, Any] = {"key": key, "machine": "", "alone": None, "steps": {}}
        if path.is_file() and not fresh:
            content = json.loads(path.read_text())
            if content["key"] == key:
                self._content = content

    @property
    def alone(self) -> Alone | None:
        kept = self._content["alone"]
        return Alone.from_json(kept) if kept else None

    @property
    def steps(self) -> list[Step]:
        kept = sorted(self._content["steps"].items(), key=lambda item: int(item[0]))
        return [Step.from_json(one) for _, one in kept]

    def begin(self, machine: str) -> None:
        self._content["machine"] = self._content["machine"] or machine
        self._write()

    def keep(self, one: Step, alone: Alone | None = None) -> None:
        self._content["steps"][str(one.at_once)] = one.as_json()
        if alone is not None:
            self._content["alone"] = alone.as_json()
        self._write()

    def text(self) -> str:
        among = [one for one in self.steps if one.at_once > 1]
        parts = [
            self._content["machine"],
            table(SERVICE, map(service, self.steps)),
            table(COST, map(cost, self.steps)),
            table(TEXTS, map(texts, among)),
            "\n".join(
                [f"{one.at_once} calls, lost: {what}" for one in among for what in one.lost]
                + [
                    f"{one.at_once} calls, told: {what}"
                    for one in among
                    for what in one.degraded
                ]
            ),
        ]
        return "\n\n".join(parts)

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps(self._content, indent=1))


async def measure(
    recordings: Sequence[Source],
    results: Results,
    *,
    at_once: Sequence[int],
    window_s: float,
    frame_ms: int,
    admission_open: bool,
) -> None:
    settings = OPEN if admission_open else {}
    async with bench(recordings, frame_ms=frame_ms, settings=settings) as served:
        results.begin(machine_line(served.server))
        alone = results.alone
        if alone is None:
            print("each recording alone", flush=True)
            one, alone, _ = await served.alone()
            results.keep(one, alone)
            print(table(SERVICE, [service(one)]), flush=True)
        else:
            await served.warm_up()
        done = {one.at_once for one in results.steps}
        for lines in sorted({*at_once} - done - {1}):
            print(f"{lines} calls", flush=True)
            one = await served.at_once(lines, window_s, alone)
            results.keep(one)
            print(table(SERVICE, [service(one)]), flush=True)


def service(one: Step) -> list[str]:
    return [
        str(one.at_once),
        "yes" if one.held else "no",
        *seconds(one.final_s, "p50", "p95", "max"),
        *seconds(one.age_s, "p50", "p95"),
        str(len(one.lost)),
        str(one.unfinished),
        str(one.dropped),
        str(one.refused),
        str(one.recorded),
        f"{one.partials_per_final:.1f}",
    ]


def cost(one: Step) -> list[str]:
    return [
        str(one.at_once),
        f"{one.cpu_per_call_s:.3f}",
        f"{one.loop_cores:.2f}",
        f"{one.worker_cores:.2f}",
        f"{one.store_cores:.2f}",
        f"{one.rss_bytes / MIB:.0f}",
        f"{one.store_rss_bytes / MIB:.0f}",
        f"{one.player_cores:.2f}",
        f"{one.late_ms.p95:.1f}",
    ]


def texts(one: Step) -> list[str]:
    return [
        str(one.at_once),
        str(one.compared),
        f"{one.different} ({rate(one.different, one.compared)})",
        rate(one.different_units, one.compared_units),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--calls", type=Path, default=CALLS, help="folder of labelled calls")
    parser.add_argument("--only", nargs="*", default=[], help="names of recordings")
    parser.add_argument("--at-once", type=int, nargs="*", default=[4, 8, 12, 16, 20, 24])
    parser.add_argument("--seconds", type=float, default=150.0, help="window of a step")
    parser.add_argument("--frame-ms", type=int, choices=(20, 100), default=20)
    parser.add_argument(
        "--admission", choices=("default", "open"), default="default", help="limit of calls"
    )
    parser.add_argument("--save", type=Path, default=ROOT / "build" / "capacity.json")
    parser.add_argument("--fresh", action="store_true", help="measure all anew")
    options = parser.parse_args()
    recordings = [
        source
        for source in sources(options.calls)
        if not options.only or source.id in options.only
    ]
    key = {
        "commit": machine()["commit"],
        "recordings": [source.id for source in recordings],
        "seconds": options.seconds,
        "frame_ms": options.frame_ms,
        "admission": options.admission,
    }
    results = Results(options.save, key, fresh=options.fresh)
    try:
        asyncio.run(
            measure(
                recordings,
                results,
                at_once=options.at_once,
                window_s=options.seconds,
                frame_ms=options.frame_ms,
                admission_open=options.admission == "open",
            )
        )
    finally:
        print("\n" + results.text())


if __name__ == "__main__":
    main()
