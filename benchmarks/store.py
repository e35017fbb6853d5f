"""How long the store takes: append, overhead of our own, append to viewer, archive lag.

    python -m benchmarks.store [--url redis://...] [--viewers 50] [--calls 20]

Prints medians and 95th percentiles. Without a URL it starts the packaged Valkey, which
syncs every append to the disk; most of an append is then the disk's.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from copilot.archive import Archive
from copilot.bus import Bus
from copilot.events import CallEnded, CallStarted, Event, Transcript
from copilot.hub import Hub
from copilot.journal import Journal
from copilot.valkey import EmbeddedValkey

TURN = "The parcel was due on Monday and nobody could tell me where it is. " * 2


def final(call_id: str, number: int) -> Transcript:
    return Transcript(
        call_id=call_id,
        at_s=float(number),
        utterance_id=f"customer-{number}",
        speaker="customer",
        revision=1,
        start_s=float(number),
        end_s=number + 1.0,
        text=TURN,
        language="en",
        final=True,
    )


def show(name: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    p95 = ordered[int(len(ordered) * 0.95)]
    print(f"{name:<44} p50 {statistics.median(ordered) * 1e3:8.3f} ms  p95 {p95 * 1e3:8.3f} ms")


async def timed(count: int, work: Callable[[int], Awaitable[object]]) -> list[float]:
    taken = []
    for number in range(1, count + 1):
        began = time.perf_counter()
        await work(number)
        taken.append(time.perf_counter() - began)
    return taken


async def appends(journal: Journal, count: int) -> None:
    bus = journal.bus
    body = '"text":"' + "x" * 400 + '"'
    await bus.append(CallStarted(call_id="a", at_s=0.0, started_at="", agent_id="a"))
    events = [final("a", number) for number in range(count + 1)]
    bare = await timed(count, lambda number: bus.redis.set("bare", body))
    through_bus = await timed(count, lambda number: bus.append(events[number]))
    through_journal = await timed(count, lambda number: journal.append(events[number]))
    show("one SET through redis-py, same disk", bare)
    show("Bus.append", through_bus)
    show("Journal.append", through_journal)

    async def script(number: int) -> None:
        await bus._append(
            keys=("s", "c", "q", "t", "l", "e"),
            args=(0, "a", body, 1, "", 3600, 3600),
        )

    show("the script alone, through redis-py", await timed(count, script))
    await bus.redis.delete("bare", "s", "c", "q", "t", "l")
    await bus.append(CallEnded(call_id="a", at_s=1.0, duration_s=1.0, reason="stop"))


async def fan_out(journal: Journal, hub: Hub, viewers: int, calls: int, turns: int) -> None:
    sent: dict[tuple[str, int], float] = {}
    late: list[float] = []

    async def watch() -> None:
        ended = 0
        async with hub.view() as viewer:
            async for event in viewer:
                if (event.call_id, event.seq) in sent:
                    late.append(time.perf_counter() - sent[event.call_id, event.seq])
                ended += isinstance(event, CallEnded) and event.call_id.startswith("fan-")
                if ended == calls:
                    return

    async def talk(call_id: str) -> None:
        async def say(event: Event) -> None:
            began = time.perf_counter()
            stored = await journal.append(event)
            sent[call_id, stored.seq] = began

        await say(CallStarted(call_id=call_id, at_s=0.0, started_at="", agent_id="a"))
        for number in range(1, turns + 1):
            await say(final(call_id, number))
            await asyncio.sleep(0.1)
        await say(CallEnded(call_id=call_id, at_s=1.0, duration_s=1.0, reason="stop"))

    async with asyncio.TaskGroup() as group:
        watching = [group.create_task(watch()) for _ in range(viewers)]
        for number in range(calls):
            group.create_task(talk(f"fan-{number}"))
    assert all(task.done() for task in watching)
    show(f"append to viewer, {calls} calls x {viewers} viewers, 10/s a call", late)


async def archive_lag(journal: Journal, count: int) -> None:
    await journal.append(CallStarted(call_id="lag", at_s=0.0, started_at="", agent_id="a"))

    async def archived(number: int) -> None:
        seq = (await journal.append(final("lag", number))).seq
        while await journal.archive.last_seq("lag") < seq:  # noqa: ASYNC110 - the archive tells nobody
            await asyncio.sleep(0.001)

    show("append to archived and committed", await timed(count, archived))


async def measure(url: str, folder: Path, viewers: int, calls: int) -> None:
    bus = await Bus.connect(url)
    archive = await Archive.open(f"sqlite:///{folder}/archive.db")
    journal = Journal(bus, archive, spool_dir=folder / "spool")
    hub = Hub(journal)
    await appends(journal, 2000)
    background = [asyncio.ensure_future(part.run()) for part in (journal, hub)]
    while await bus.redis.xlen("copilot:queue"):  # noqa: ASYNC110 - Redis tells nobody
        await asyncio.sleep(0.05)
    await fan_out(journal, hub, viewers, calls, turns=50)
    await archive_lag(journal, 100)
    for task in background:
        task.cancel()
    await asyncio.gather(*background, return_exceptions=True)
    journal.close()
    await archive.close()
    await bus.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="an empty Redis or Valkey instead of the packaged one")
    parser.add_argument("--viewers", type=int, default=50)
    parser.add_argument("--calls", type=int, default=20)
    options = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        valkey = None if options.url else EmbeddedValkey.start(folder)
        try:
            url = options.url or valkey.url
            asyncio.run(measure(url, folder, options.viewers, options.calls))
        finally:
            if valkey is not None:
                valkey.stop()


if __name__ == "__main__":
    main()
