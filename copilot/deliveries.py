"""Approved summaries on their way to the CRM: never lost, never doubled.

One task per target, so a slow CRM delays itself only. What a worker does with a message::

    take ─► load the newest approved summary ─► deliver ─► append Delivery ─► finish
                                                   └─ failed ─► postpone │ bury

The ``Delivery`` event is appended before the message moves on. A worker killed anywhere
leaves its message pending; another takes it over and delivers again under the same key,
which the CRM honours. An approved summary whose ``enqueue`` a crash cut off is found by a
sweep, at the start and from time to time. Of one call to one target only one delivery runs
at a time and it carries the newest approved version, so an older one never overwrites a
newer.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal, Protocol

from redis.asyncio import Redis
from redis.exceptions import RedisError

from copilot.crm.summary import CallSummary
from copilot.crm.targets import Target
from copilot.delivery_queue import DeliveryQueue, Message
from copilot.errors import DeliveryError, NotFoundError, StoreUnavailableError
from copilot.events import Delivery, Event
from copilot.record import CallRecord

__all__ = ["DeliveryWorker", "Journal", "backoff_s"]

log = logging.getLogger(__name__)

ATTEMPTS = 12
"""Tries before a delivery is dead: about an hour with the backoff below."""
FIRST_BACKOFF_S = 2.0
LONGEST_BACKOFF_S = 900.0
LONGEST_RETRY_AFTER_S = 3600.0
"""A target that asks for more patience is asked again anyway."""
DELIVER_TIMEOUT_S = 30.0
LEASE_S = 60.0
"""A message untouched for this long belongs to nobody: longer than a delivery may take."""
POLL_S = 0.5
"""Longest wait for a message, and so the grain of due times."""
SWEEP_S = 60.0
"""Between two looks for approved summaries that nobody queued. More than one look, because
the archive may still lag behind at the first."""
STORE_AWAY_S = 1.0
"""Pause before Redis is asked again after it failed."""
BUSY_S = 1.0
"""Pause before a call is tried again that another worker is delivering."""


class Journal(Protocol):
    """The record, as far as deliveries read and write it."""

    async def append(self, event: Event) -> Event: ...

    async def record(self, call_id: str) -> CallRecord: ...

    async def undelivered(self, target: str) -> list[str]: ...


def backoff_s(attempt: int) -> float:
    """Seconds before the next try after ``attempt`` failures: doubling, capped, the upper
    half at random, so that a CRM that comes back does not meet all of them at once."""
    whole = min(LONGEST_BACKOFF_S, FIRST_BACKOFF_S * 2.0 ** (attempt - 1))
    return whole * random.uniform(0.5, 1.0)


class DeliveryWorker:
    """Delivers to all targets. ``run`` works; any process may ``enqueue`` and ``retry``."""

    def __init__(
        self,
        redis: Redis,
        targets: Sequence[Target],
        journal: Journal,
        *,
        backoff_s: Callable[[int], float] = backoff_s,
        lease_s: float = LEASE_S,
        attempts: int = ATTEMPTS,
    ) -> None:
        self._targets = {target.name: target for target in targets}
        self._queues = {
            name: DeliveryQueue(redis, name, lease_s=lease_s) for name in self._targets
        }
        self._journal = journal
        self._backoff_s = backoff_s
        self._attempts = attempts

    async def enqueue(self, call_id: str, version: int) -> None:
        """Sends an approved summary to every target.

        Raises ``NotFoundError`` where no version is approved. Cancelling may leave it
        queued for some targets only; calling it again is safe.
        """
        CallSummary.of(await self._journal.record(call_id))
        for name, queue in self._queues.items():
            message = Message(call_id=call_id, version=version)
            await queue.put(message)
            await self._tell(name, message, "queued")

    async def retry(self, call_id: str, target: str) -> None:
        """Delivers again by hand, whatever became of it before, with all tries anew.

        Raises ``NotFoundError`` where there is no such target or no approved summary.
        """
        if target not in self._queues:
            raise NotFoundError("no such delivery target")
        approved = CallSummary.of(await self._journal.record(call_id)).summary
        message = Message(call_id=call_id, version=approved.version, again=True)
        await self._queues[target].put(message)
        await self._tell(target, message, "queued")

    async def run(self) -> None:
        """Delivers until cancelled, then closes the targets. Cancelling is safe anywhere."""
        try:
            async with asyncio.TaskGroup() as group:
                for name in self._targets:
                    group.create_task(self._serve(name), name=f"delivery to {name}")
        finally:
            for target in self._targets.values():
                await target.close()

    async def _serve(self, name: str) -> None:
        queue = self._queues[name]
        task = asyncio.current_task()
        assert task is not None
        sweep_at_s = time.monotonic()
        # Asked for, because on Python 3.11 a cancellation that meets an answer of Redis is
        # swallowed inside its client.
        while not task.cancelling():
            try:
                await queue.prepare()
                while not task.cancelling():
                    if time.monotonic() >= sweep_at_s:
                        await self._sweep(name)
                        sweep_at_s = time.monotonic() + SWEEP_S
                    if message := await queue.take(wait_s=POLL_S):
                        await self._handle(name, message)
            except (RedisError, OSError, StoreUnavailableError) as error:
                facts = {"target": name, "error": type(error).__name__}
                log.warning("delivery waits for the store", extra=facts)
                await asyncio.sleep(STORE_AWAY_S)

    async def _sweep(self, name: str) -> None:
        for call_id in await self._journal.undelivered(name):
            record = await self._journal.record(call_id)
            told = record.deliveries.get(name)
            version = record.approved.version if record.approved else 0
            if version and (told is None or told.summary_version < version):
                message = Message(call_id=call_id, version=version)
                await self._queues[name].put(message)
                await self._tell(name, message, "queued")

    async def _handle(self, name: str, message: Message) -> None:
        queue = self._queues[name]
        async with queue.alone(message.call_id) as alone:
            if not alone:
                await queue.postpone(message, message, wait_s=BUSY_S)
                return
            try:
                record = await self._journal.record(message.call_id)
                summary = CallSummary.of(record)
            except NotFoundError:
                # Erased, or reopened, since it was queued: nothing may leave.
                await queue.finish(message)
                return
            message = replace(message, version=summary.summary.version)
            if not message.again and _sent(record, name, message.version):
                await queue.finish(message)
                return
            await self._try(name, message, summary)

    async def _try(self, name: str, message: Message, summary: CallSummary) -> None:
        queue = self._queues[name]
        message = replace(message, attempt=message.attempt + 1)
        try:
            async with asyncio.timeout(DELIVER_TIMEOUT_S):
                external_id = await self._targets[name].deliver(
                    summary, key=f"{message.call_id}:{name}"
                )
        except TimeoutError:
            await self._failed(name, message, DeliveryError("took too long", retryable=True))
        except DeliveryError as error:
            await self._failed(name, message, error)
        except Exception as error:
            # One target's fault must not end the deliveries of all.
            log.exception("delivery target broke", extra={"target": name})
            fault = DeliveryError(f"fault: {type(error).__name__}", retryable=True)
            await self._failed(name, message, fault)
        else:
            await self._tell(name, message, "sent", external_id=external_id)
            await queue.finish(message)

    async def _failed(self, name: str, message: Message, error: DeliveryError) -> None:
        queue = self._queues[name]
        facts = {"target": name, "call_id": message.call_id, "attempt": message.attempt}
        if error.retryable and message.attempt < self._attempts:
            log.warning("delivery failed, will be tried again", extra=facts)
            asked_s = min(error.retry_after_s or 0.0, LONGEST_RETRY_AFTER_S)
            wait_s = max(self._backoff_s(message.attempt), asked_s)
            await self._tell(name, message, "failed", error=str(error))
            await queue.postpone(message, message, wait_s=wait_s)
        else:
            log.error("delivery is dead", extra=facts)
            await self._tell(name, message, "dead", error=str(error))
            await queue.bury(message, str(error))

    async def _tell(
        self,
        target: str,
        message: Message,
        state: Literal["queued", "sent", "failed", "dead"],
        *,
        external_id: str | None = None,
        error: str | None = None,
    ) -> None:
        record = await self._journal.record(message.call_id)
        await self._journal.append(
            Delivery(
                call_id=message.call_id,
                at_s=record.at_s,
                target=target,
                summary_version=message.version,
                state=state,
                attempt=message.attempt,
                external_id=external_id,
                error=error,
                made_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            )
        )


def _sent(record: CallRecord, target: str, version: int) -> bool:
    delivery = record.deliveries.get(target)
    return (
        delivery is not None
        and delivery.state == "sent"
        and delivery.summary_version >= version
    )
