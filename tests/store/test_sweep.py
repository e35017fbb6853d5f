"""An approved summary whose delivery was never queued: a crash came between the two."""

from __future__ import annotations

from dataclasses import replace

from copilot.crm.summary import CallSummary
from copilot.deliveries import DeliveryWorker
from copilot.events import Summary, SummaryFields
from copilot.journal import Journal
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


async def test_what_was_approved_is_delivered_after_a_crash(journal: Journal) -> None:
    for event in (started(), ended(), APPROVED):
        await journal.append(event)
    crm = Crm()
    async with running(journal):
        await until(lambda: journal.undelivered("crm"))
        async with running(DeliveryWorker(journal.bus.redis, [crm], journal)):
            await until(lambda: _sent(journal, 1))
        assert crm.versions == {"call-1:crm": 1}
        assert await journal.undelivered("crm") == []

        await journal.append(replace(APPROVED, version=2))
        await until(lambda: journal.undelivered("crm"))
        async with running(DeliveryWorker(journal.bus.redis, [crm], journal)):
            await until(lambda: _sent(journal, 2))
    assert crm.versions == {"call-1:crm": 2}


async def test_a_draft_is_not_delivered(journal: Journal) -> None:
    async with running(journal):
        for event in (started(), ended(), replace(APPROVED, state="draft")):
            await journal.append(event)
        await until(lambda: _listed(journal))
        assert await journal.undelivered("crm") == []


async def _listed(journal: Journal) -> bool:
    page = await journal.calls(limit=1)
    return bool(page.entries) and page.entries[0].summary_state == "draft"


async def _sent(journal: Journal, version: int) -> bool:
    page = await journal.deliveries(state="sent")
    return any(one.summary_version == version for one in page.entries)
