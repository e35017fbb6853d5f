"""What a server does with summaries, as a process that may be killed at any moment.

    python -m benchmarks.delivery_worker --redis URL --data-dir DIR --crm URL --share 0/2

It archives, approves its share of the calls, one after another, and delivers whatever is in
the queue. Every tenth call is approved a second time when its first version was sent; every
tenth gets a newer draft that nobody approves. Where it was killed its successor goes on from
what the stores hold. Bus, archive, journal, delivery worker and webhook are the product's,
with its own pauses and leases; only the webhook waits 2 s instead of 10 s for an answer.
"""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import replace
from pathlib import Path

from copilot.archive import Archive
from copilot.bus import Bus
from copilot.crm.webhook import SignedPost, WebhookTarget
from copilot.deliveries import DeliveryWorker
from copilot.events import Summary
from copilot.journal import Journal
from copilot.record import CallRecord
from copilot.times import utc_now

CRM_TIMEOUT_S = 2.0
APPROVAL_PAUSE_S = 0.08
LAST_VERSION = {0: 4, 5: 3}
"""Newest version by the last digit of a call's number; of all others 2."""


def number_of(call_id: str) -> int:
    return int(call_id.rpartition("-")[2])


def approved_version(call_id: str) -> int:
    """The version that the CRM shall hold in the end."""
    return 4 if number_of(call_id) % 10 == 0 else 2


def next_version(record: CallRecord) -> Summary | None:
    """What a person would do now; ``None``: nothing, or nothing yet."""
    newest = record.summary
    assert newest is not None
    last = LAST_VERSION.get(number_of(record.call_id) % 10, 2)
    sent = "crm" in record.deliveries and record.deliveries["crm"].state == "sent"
    if newest.version >= last or (newest.version == 2 and last == 4 and not sent):
        return None
    return replace(
        newest,
        seq=0,
        version=newest.version + 1,
        state="approved" if newest.version % 2 else "edited",
        text=f"{newest.text} Version {newest.version + 1}.",
        by="operator",
        made_at=utc_now(),
    )


async def approve(journal: Journal, worker: DeliveryWorker, call_ids: list[str]) -> None:
    while True:
        for call_id in call_ids:
            if journal.behind:
                break  # what it approved before may still be in the spool
            version = next_version(await journal.record(call_id))
            if version is None:
                continue
            await journal.append(version)
            if version.state == "approved":
                await worker.enqueue(call_id, version.version)
            await asyncio.sleep(APPROVAL_PAUSE_S)
        await asyncio.sleep(1.0)


async def keep_approving(journal: Journal, worker: DeliveryWorker, call_ids: list[str]) -> None:
    """As people do: they try again when the page says that the store is away."""
    while True:
        try:
            await approve(journal, worker, call_ids)
        except Exception:
            await asyncio.sleep(0.5)


async def serve(options: argparse.Namespace) -> None:
    share, of = map(int, options.share.split("/"))
    call_ids = [f"call-{number}" for number in range(share, options.calls, of)]
    bus = await Bus.connect(options.redis)
    archive = await Archive.open(f"sqlite:///{options.data_dir}/copilot.db")
    journal = Journal(bus, archive, spool_dir=options.data_dir / "spool")
    url = f"{options.crm}/summaries"
    target = WebhookTarget("crm", SignedPost(url, secret="benchmark", timeout_s=CRM_TIMEOUT_S))
    worker = DeliveryWorker(bus.redis, [target], journal)
    async with asyncio.TaskGroup() as group:
        group.create_task(journal.run())
        group.create_task(worker.run())
        group.create_task(keep_approving(journal, worker, call_ids))
        print("ready", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--redis", required=True)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--crm", required=True)
    parser.add_argument("--share", default="0/1")
    parser.add_argument("--calls", type=int, default=1000)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
