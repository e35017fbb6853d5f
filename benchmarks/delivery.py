"""A thousand summaries, a CRM that fails, workers that are killed: what is in the CRM?

    python -m benchmarks.delivery [--calls 1000] [--kills 20] [--seed 0]

Real processes: the CRM (``delivery_crm``, fails 30 % of all requests, in seven ways), two
workers (``delivery_worker``) that approve and deliver, an embedded Valkey. A worker is killed
with SIGKILL again and again and started anew; Valkey is restarted twice, once in order and
once after SIGKILL. It passes where the CRM holds exactly one record for every call, in the
version that was approved last.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from redis import Redis

from benchmarks.delivery_crm import FAILING, WAYS
from benchmarks.delivery_worker import approved_version
from benchmarks.server import ROOT
from benchmarks.steps import rate, table
from copilot.archive import Archive
from copilot.bus import Bus
from copilot.events import CallEnded, CallStarted, Delivery, Event, Summary, SummaryFields
from copilot.journal import Journal
from copilot.times import utc_now
from copilot.valkey import EmbeddedValkey

WORKERS = 2
LONGEST_S = 1200.0


class Process:
    """One of ours, started from its module; ``ready`` is the first line it prints."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"benchmarks.{module}", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        self.ready = self._process.stdout.readline().strip()
        if not self.ready:
            raise SystemExit(f"{module} did not start")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


class Chaos:
    """Kills and restarts, and remembers what it hit."""

    def __init__(self, data_dir: Path, crm: str, options: argparse.Namespace) -> None:
        self.valkey = EmbeddedValkey.start(data_dir)
        self.kills = self.hits = 0
        """Killed workers; those of them with a delivery under way."""
        self.restarts: Counter[str] = Counter()
        self._data_dir, self._crm, self._options = data_dir, crm, options
        self._chance = random.Random(options.seed)
        self._workers: list[Process] = []

    def begin(self) -> None:
        self._workers = [self._worker(number) for number in range(WORKERS)]

    def run(self) -> None:
        kills = self._options.kills
        restart_after = {kills // 3: self._restart, 2 * kills // 3: self._crash}
        while self.kills < kills:
            time.sleep(self._chance.uniform(0.5, 5.0))
            number = self._chance.randrange(WORKERS)
            with Redis.from_url(self.valkey.url) as redis:
                pending: Any = redis.xpending("copilot:delivery:crm", "copilot")
            self._workers[number].kill()
            self.kills += 1
            self.hits += pending["pending"] > 0
            print(f"killed worker {number} ({self.kills}), {pending['pending']} under way")
            self._workers[number] = self._worker(number)
            if self.kills in restart_after:
                restart_after.pop(self.kills)()

    def end(self) -> None:
        for worker in self._workers:
            worker.kill()
        self.valkey.stop()

    def _worker(self, number: int) -> Process:
        return Process(
            "delivery_worker",
            *("--redis", self.valkey.url, "--data-dir", str(self._data_dir)),
            *("--crm", self._crm, "--calls", str(self._options.calls)),
            *("--share", f"{number}/{WORKERS}"),
        )

    def _restart(self) -> None:
        self.valkey.stop()
        time.sleep(1.0)
        self.valkey = EmbeddedValkey.start(self._data_dir)
        self.restarts["in order"] += 1
        print("restarted Valkey")

    def _crash(self) -> None:
        os.kill(self.valkey.pid, signal.SIGKILL)
        self.valkey.stop()
        time.sleep(1.0)
        self.valkey = EmbeddedValkey.start(self._data_dir)
        self.restarts["after SIGKILL"] += 1
        print("killed and restarted Valkey")


async def drafted(journal: Journal, calls: int) -> None:
    """Calls that ended, with the drafts of their summaries."""
    for number in range(calls):
        call: dict[str, Any] = {"call_id": f"call-{number}", "at_s": 60.0}
        events: list[Event] = [
            CallStarted(
                **call | {"at_s": 0.0}, started_at=utc_now(), agent_id="a-1", language="en"
            ),
            CallEnded(**call, duration_s=60.0, reason="stop"),
            Summary(
                **call,
                version=1,
                state="draft",
                text="The invoice was wrong.",
                fields=SummaryFields(headline="Invoice", language="en"),
                generator="benchmark",
                made_at=utc_now(),
            ),
        ]
        for event in events:
            await journal.append(event)


async def prepare(url: str, data_dir: Path, calls: int) -> None:
    bus = await Bus.connect(url)
    archive = await Archive.open(f"sqlite:///{data_dir}/copilot.db")
    journal = Journal(bus, archive, spool_dir=data_dir / "spool")
    await drafted(journal, calls)
    await journal.finish()
    journal.close()
    await archive.close()
    await bus.close()


async def states(data_dir: Path) -> dict[str, Delivery]:
    """How every delivery stands, by call."""
    archive = await Archive.open(f"sqlite:///{data_dir}/copilot.db")
    found: dict[str, Delivery] = {}
    cursor: str | None = None
    while True:
        page = await archive.deliveries(limit=500, cursor=cursor)
        found |= {one.call_id: one for one in page.entries}
        cursor = page.cursor
        if cursor is None:
            await archive.close()
            return found


def settled(found: dict[str, Delivery], calls: int) -> bool:
    ended = sum(
        one.state in ("sent", "dead") and one.summary_version >= approved_version(call_id)
        for call_id, one in found.items()
    )
    print(f"{ended} of {calls} are there")
    return ended == calls


def figures(crm: str) -> Any:
    with urllib.request.urlopen(f"{crm}/figures", timeout=10) as answer:
        return json.load(answer)


def report(
    counted: Any, found: dict[str, Delivery], chaos: Chaos, calls: int, took_s: float
) -> bool:
    ways, records = Counter(counted["ways"]), counted["records"]
    per_call = Counter(record["call_id"] for record in records.values())
    wanted = [f"call-{number}" for number in range(calls)]
    missing = [one for one in wanted if one not in per_call]
    wrong = [
        one for one in records.values() if one["version"] != approved_version(one["call_id"])
    ]
    requests = ways["taken"] + sum(ways[way] for way in WAYS)
    updated = "record updated by a newer version"
    rows = [
        ["approved calls", str(calls)],
        ["of them approved a second time", str(len(range(0, calls, 10)))],
        ["of them with a newer draft that nobody approved", str(len(range(5, calls, 10)))],
        ["workers killed (kill -9)", f"{chaos.kills}, {chaos.hits} amid a delivery"],
        ["Valkey restarted", ", ".join(f"{n} {how}" for how, n in chaos.restarts.items())],
        ["requests", str(requests)],
        [f"failed ({FAILING:.0%} asked for)", rate(requests - ways["taken"], requests)],
        *([f"- {way}", str(ways[way])] for way in WAYS),
        [
            "the same version stored again under its key",
            str(ways["the same version stored again"]),
        ],
        [updated, str(ways[updated])],
        ["**records in the CRM**", f"**{len(records)}**"],
        ["**missing**", f"**{len(missing)}**"],
        ["**doubled**", f"**{sum(count > 1 for count in per_call.values())}**"],
        ["**not the version approved last**", f"**{len(wrong)}**"],
        ["an older version after a newer", str(ways["an older version after a newer"])],
        ["dead letters", str(sum(one.state == "dead" for one in found.values()))],
        ["most tries for one summary", str(max(one.attempt for one in found.values()))],
        ["time", f"{took_s:.0f} s"],
    ]
    print("\n" + table(["figure", "value"], rows))
    return (
        not missing
        and not wrong
        and len(records) == calls
        and not ways["an older version after a newer"]
        and all(one.state == "sent" for one in found.values())
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cp-delivery-") as folder:
        data_dir = Path(folder)
        crm = Process("delivery_crm", "--seed", str(options.seed))
        chaos = Chaos(data_dir, crm.ready, options)
        try:
            asyncio.run(prepare(chaos.valkey.url, data_dir, options.calls))
            began_s = time.monotonic()
            chaos.begin()
            chaos.run()
            while True:
                found = asyncio.run(states(data_dir))
                took_s = time.monotonic() - began_s
                if settled(found, options.calls) or took_s > LONGEST_S:
                    break
                time.sleep(2.0)
            passed = report(figures(crm.ready), found, chaos, options.calls, took_s)
        finally:
            chaos.end()
            crm.kill()
    raise SystemExit(0 if passed else 1)


if __name__ == "__main__":
    main()
