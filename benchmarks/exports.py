"""A hundred thousand calls taken out: how fast, and does memory stay flat?

    python -m benchmarks.exports [--calls 1000,10000,100000]

Small calls (six turns, a summary) are stored in SQLite. ``copilot export`` runs as its own
process for each number of calls and each format, and tells its peak memory at its end.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from benchmarks.server import ROOT
from benchmarks.steps import MIB, table
from copilot import tables
from copilot.archive import Archive
from copilot.events import (
    CallEnded,
    CallStarted,
    Event,
    Sentence,
    Summary,
    SummaryFields,
    Transcript,
)
from copilot.listing import call_row, event_row
from copilot.record import CallRecord

FORMATS = (("json",), ("csv",), ("csv", "--analytics"))
ANALYTICS_CALLS = 10_000
"""At most: masking anew costs a hundred times what reading does."""
AT_ONCE = 500
# What the kernel counts for the parent begins with the memory of whoever started it.
EXPORT = """
import atexit, pathlib, re
from copilot.cli import main
status = pathlib.Path("/proc/self/status")
atexit.register(lambda: print(re.search(r"VmHWM:\\s*(\\d+)", status.read_text())[1]))
main()
"""
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
TURNS = (
    ("customer", "Hello, my invoice of March 3 is wrong: it says 84 pounds instead of 48."),
    ("agent", "I am sorry about that. May I have the invoice number, please?"),
    ("customer", "It is INV-20391. This is the second time that this happens to me."),
    ("agent", "Thank you. I see it, the plan was charged twice. I will refund 36 pounds."),
    ("customer", "When will I have it back?"),
    ("agent", "Within five working days, on the same account. I will send you a mail."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    calls: int
    options: tuple[str, ...]
    seconds: float
    peak_bytes: int
    size_bytes: int


def call(number: int) -> list[Event]:
    """A small call, one a minute."""
    facts: dict[str, Any] = {"call_id": f"call-{number:06}"}
    started_at = (FIRST + timedelta(minutes=number)).isoformat()
    events: list[Event] = [
        CallStarted(**facts, at_s=0.0, started_at=started_at, agent_id="a-1", language="en")
    ]
    for turn, (speaker, text) in enumerate(TURNS):
        end_s = 6.0 * turn + 5.0
        events.append(
            Transcript(
                **facts,
                at_s=end_s,
                utterance_id=f"u{turn}",
                speaker=speaker,
                revision=1,
                start_s=end_s - 4.5,
                end_s=end_s,
                text=text,
                language="en",
                confidence=0.9,
                final=True,
            )
        )
    text = "The customer was charged twice. 36 pounds will be refunded in five working days."
    events += [
        CallEnded(**facts, at_s=40.0, duration_s=40.0, reason="stop"),
        Summary(
            **facts,
            at_s=40.0,
            version=1,
            state="draft",
            brief=text,
            text=text,
            fields=SummaryFields(headline="Invoice", reason="Charged twice", language="en"),
            generator="benchmark",
            sentences=(Sentence(text=text, utterance_ids=("u0", "u3")),),
            made_at=started_at,
        ),
    ]
    return [replace(event, seq=seq) for seq, event in enumerate(events, 1)]


async def store(data_dir: Path, calls: int) -> None:
    """All rows as the archive makes them, many calls to a commit."""
    archive = await Archive.open(f"sqlite:///{data_dir}/copilot.db")
    for start in range(0, calls, AT_ONCE):
        made = [call(number) for number in range(start, min(calls, start + AT_ONCE))]
        records = [CallRecord.of(events) for events in made]
        async with archive.transaction() as connection:
            await connection.execute(
                insert(tables.events), [event_row(one) for events in made for one in events]
            )
            await connection.execute(
                insert(tables.calls),
                [call_row(record, event_count=record.event_count) for record in records],
            )
    await archive.close()


def export(data_dir: Path, calls: int, options: tuple[str, ...]) -> Run:
    until = (FIRST + timedelta(minutes=calls)).isoformat()
    output = data_dir / "out"
    began_s = time.monotonic()
    process = subprocess.run(
        [sys.executable, "-c", EXPORT, "export", "--format", *options, "--until", until]
        + ["--data-dir", str(data_dir), "-o", str(output)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Run(
        calls=calls,
        options=options,
        seconds=time.monotonic() - began_s,
        peak_bytes=int(process.stdout) * 1024,
        size_bytes=output.stat().st_size,
    )


def runs(data_dir: Path, numbers: list[int]) -> Iterator[Run]:
    for options in FORMATS:
        for calls in numbers:
            if "--analytics" in options and calls > ANALYTICS_CALLS:
                continue
            yield export(data_dir, calls, options)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--calls", default="1000,10000,100000")
    numbers = sorted(map(int, parser.parse_args().calls.split(",")))
    with tempfile.TemporaryDirectory(prefix="copilot-exports-") as folder:
        data_dir = Path(folder)
        asyncio.run(store(data_dir, numbers[-1]))
        size_bytes = (data_dir / "copilot.db").stat().st_size
        print(f"{numbers[-1]} calls, {size_bytes / MIB:.0f} MiB in SQLite\n")
        rows = [
            [
                " ".join(run.options),
                str(run.calls),
                f"{run.seconds:.1f} s",
                f"{run.calls / run.seconds:.0f}",
                f"{run.peak_bytes / MIB:.0f} MiB",
                f"{run.size_bytes / MIB:.1f} MiB",
            ]
            for run in runs(data_dir, numbers)
        ]
    head = ["export", "calls", "time", "calls a second", "peak memory", "file"]
    print(table(head, rows))


if __name__ == "__main__":
    main()
