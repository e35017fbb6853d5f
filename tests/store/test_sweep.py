"""An approved summary whose delivery was never queued: a crash came between the two."""

from __future__ import annotations

import json
from dataclasses import replace

from sqlalchemy import insert, inspect, text

from copilot import tables
from copilot.archive import Archive
from copilot.crm.summary import CallSummary
from copilot.deliveries import DeliveryWorker
from copilot.delivery_queue import DeliveryQueue
from copilot.events import Summary, SummaryFields
from copilot.journal import Journal
from copilot.times import utc_now
from tests.store.conftest import ended, running, started, until


class Crm:
    """Holds one record per key."""

    name = "crm"

    def __init__(self) -> None:
        self.versions: dict[str, int] = {}

    async def deliver(self, summary: CallSummary, key: str) -> str:
        self.versions[key] = summary.summary.version
        return f"id-{key}"

    async def close(self) -> None:
        pass


APPROVED = Summary(
    call_id="call-1",
    at_s=10.0,
    version=1,
    state="approved",
    text="Done.",
    fields=SummaryFields(headline="Invoice", language="en"),
    generator="extractive",
    made_at="2026-04-01T01:01:00Z",
)


LONG_AGO = "2020-01-01T00:00:00.000000Z"


async def known_since(journal: Journal, moment: str) -> None:
    await DeliveryQueue(journal.bus.redis, "crm", lease_s=60.0).known_since(moment)


async def test_what_was_approved_is_delivered_after_a_crash(journal: Journal) -> None:
    await known_since(journal, LONG_AGO)
    for event in (started(), ended(), APPROVED):
        await journal.append(event)
    crm = Crm()
    async with running(journal):
        await until(lambda: journal.undelivered("crm", LONG_AGO))
        async with running(DeliveryWorker(journal.bus.redis, [crm], journal)):
            await until(lambda: _sent(journal, 1))
        assert crm.versions == {"call-1:crm": 1}
        assert await journal.undelivered("crm", LONG_AGO) == []

        # Somebody already writes the next one: what was approved goes out all the same.
        await journal.append(replace(APPROVED, version=2))
        await journal.append(replace(APPROVED, version=3, state="draft"))
        await until(lambda: journal.undelivered("crm", LONG_AGO))
        async with running(DeliveryWorker(journal.bus.redis, [crm], journal)):
            await until(lambda: _sent(journal, 2))
    assert crm.versions == {"call-1:crm": 2}


async def test_what_redis_lost_is_delivered(journal: Journal) -> None:
    """The record says queued, and no message is left in the queue."""
    crm = Crm()
    for event in (started(), ended(), APPROVED):
        await journal.append(event)
    worker = DeliveryWorker(journal.bus.redis, [crm], journal)
    await worker.enqueue("call-1", 1)
    async with running(journal):
        await until(lambda: _listed(journal, "approved"))
        await until(lambda: _state(journal, "queued"))
        await journal.bus.redis.flushall()
        async with running(worker):
            await until(lambda: _sent(journal, 1))
    assert crm.versions == {"call-1:crm": 1}


async def test_a_new_target_is_not_told_of_old_calls(journal: Journal) -> None:
    for event in (started(), ended(), APPROVED):
        await journal.append(event)
    crm = Crm()
    async with running(journal):
        await until(lambda: journal.undelivered("crm", LONG_AGO))
        async with running(DeliveryWorker(journal.bus.redis, [crm], journal)):
            await journal.append(replace(started("call-2")))
            await journal.append(replace(APPROVED, call_id="call-2", made_at=utc_now()))
            await DeliveryWorker(journal.bus.redis, [crm], journal).enqueue("call-2", 1)
            await until(lambda: _sent(journal, 1))
    assert crm.versions == {"call-2:crm": 1}


async def test_a_draft_is_not_delivered(journal: Journal) -> None:
    async with running(journal):
        for event in (started(), ended(), replace(APPROVED, state="draft")):
            await journal.append(event)
        await until(lambda: _listed(journal, "draft"))
        assert await journal.undelivered("crm", LONG_AGO) == []


async def test_a_newer_nodes_events_stop_nobody(journal: Journal) -> None:
    """While a centre goes over to a newer version, both share the stores."""
    crm = Crm()
    for event in (started(), ended(), APPROVED):
        await journal.append(event)
    async with running(journal):
        await until(lambda: _listed(journal, "approved"))
        await _insert(journal.archive, "call-1", 90, {"type": "hologram", "made_of": "light"})
        worker = DeliveryWorker(journal.bus.redis, [crm], journal)
        await worker.enqueue("call-1", 1)
        async with running(worker):
            await until(lambda: _sent(journal, 1))
    assert crm.versions == {"call-1:crm": 1}
    assert (await journal.record("call-1")).deliveries["crm"].state == "sent"


async def test_approvals_of_an_earlier_version_are_known(
    either_archive: Archive, database_url: str
) -> None:
    numbered = [replace(one, seq=seq) for seq, one in enumerate((started(), APPROVED), 1)]
    await either_archive.store(numbered)
    async with either_archive.transaction() as connection:
        await connection.execute(text("DROP INDEX calls_by_approval"))
        for column in ("approved_version", "approved_at"):
            await connection.execute(text(f"ALTER TABLE calls DROP COLUMN {column}"))
    newer = await Archive.open(database_url)
    assert await newer.undelivered("crm", LONG_AGO) == ["call-1"]
    async with newer.transaction() as connection:
        indexes = await connection.run_sync(lambda one: inspect(one).get_indexes("calls"))
        assert "calls_by_approval" in {index["name"] for index in indexes}
    await newer.close()


async def _insert(archive: Archive, call_id: str, seq: int, event: dict[str, object]) -> None:
    body = json.dumps({"seq": seq, "call_id": call_id, "at_s": 10.0} | event)
    values = {"call_id": call_id, "seq": seq, "type": event["type"], "at_s": 10.0}
    async with archive.transaction() as connection:
        await connection.execute(insert(tables.events).values(values | {"body": body}))


async def _listed(journal: Journal, state: str) -> bool:
    page = await journal.calls(limit=1)
    return bool(page.entries) and page.entries[0].summary_state == state


async def _state(journal: Journal, state: str) -> bool:
    return bool((await journal.deliveries(state=state)).entries)


async def _sent(journal: Journal, version: int) -> bool:
    page = await journal.deliveries(state="sent")
    return any(one.summary_version == version for one in page.entries)
