"""Approved summaries on their way to the CRM: never lost, never doubled.

Each target has its own queue and workers, so a slow CRM delays itself only. What becomes of
a summary that was approved::

    append Delivery(queued) ─► put ─► take ─► load the newest approved version ─► deliver
                                                                                    │
           finish ◄─ append Delivery(sent) ◄────────────────────────────────────────┤
           postpone ◄─ append Delivery(failed) ◄─ not now ──────────────────────────┤
           bury ◄─ append Delivery(dead) ◄─ never ──────────────────────────────────┘

What happened is told before the message moves on. A worker killed anywhere leaves its
message pending; another takes it over when the lease runs out and delivers again under the
same key, which the CRM honours. What no message stands for, because a crash came before
``put`` or because Redis lost it, is found by a sweep: every approved version that was
neither sent nor given up belongs into the queue.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Literal, Protocol

from redis.asyncio import Redis

from copilot.crm.summary import CallSummary
from copilot.crm.targets import Target
from copilot.delivery_queue import DeliveryQueue, Message
from copilot.errors import DeliveryError, NotFoundError, StoreUnavailableError
from copilot.events import Delivery, Event
from copilot.record import CallRecord
from copilot.times import utc_now

__all__ = ["DeliveryWorker", "Journal", "backoff_s"]

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Deliveries of one process to one target: one that hangs does not hold up the rest."""
ATTEMPTS = 100
"""Tries before a delivery is dead: about a day and a half with the backoff below, longer
than a CRM is away for maintenance or over a night."""
FIRST_BACKOFF_S = 2.0
LONGEST_BACKOFF_S = 1800.0
LONGEST_RETRY_AFTER_S = 3600.0
"""A target that asks for more patience is asked again anyway."""
DELIVER_TIMEOUT_S = 30.0
LEASE_S = 60.0
"""A message untouched for this long belongs to nobody: longer than a delivery may take."""
TAKEN_MOST = 10
"""Workers that may die over one message before it counts as what kills them."""
POLL_S = 0.5
"""Longest wait for a message, and so the grain of due times."""
SWEEP_S = 60.0
"""Between two looks for approved summaries that no message stands for. More than one look,
because the archive may still lag behind at the first."""
SWEPT_S = 24 * 3600.0
"""How far back all looks but the first go for approvals that nobody told the target of."""
STORE_AWAY_S = 1.0
"""Pause before Redis is asked again after it failed."""


class Journal(Protocol):
    """The record, as far as deliveries read and write it."""

    async def append(self, event: Event) -> Event: ...

    async def record(self, call_id: str) -> CallRecord: ...

    async def undelivered(self, target: str, since: str) -> list[str]: ...

    async def first_delivery_at(self, target: str) -> str | None: ...


def backoff_s(attempt: int) -> float:
    """Seconds before the next try after ``attempt`` failures: doubling, capped, the upper
    half at random, so that a CRM that comes back does not meet all of them at once."""
    whole = min(LONGEST_BACKOFF_S, FIRST_BACKOFF_S * 2.0 ** min(attempt - 1, 30))
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
        self.told: Counter[tuple[str, str]] = Counter()
        """By target and state, what this process told of deliveries since it started."""

    async def enqueue(self, call_id: str, version: int) -> None:
        """Sends the version, which was just approved, to every target.

        Where the store cannot do that now, the sweep does it later. Cancelling may leave it
        queued for some targets only, until the sweep. Raises ``NotFoundError`` for an unknown
        call.
        """
        try:
            record = await self._journal.record(call_id)
            if record.approved is None or record.approved.version < version:
                raise StoreUnavailableError("the approval waits in the spool")
            for name in self._targets:
                await self._put(name, record)
        except StoreUnavailableError as error:
            facts = {"call_id": call_id, "reason": str(error)}
            log.warning("will be delivered when the store is back", extra=facts)

    async def retry(self, call_id: str, target: str) -> None:
        """Delivers again by hand, whatever became of it before, with all tries anew.

        Raises ``NotFoundError`` where there is no such target or no approved summary,
        ``StoreUnavailableError``.
        """
        if target not in self._targets:
            raise NotFoundError("no such delivery target")
        record = await self._journal.record(call_id)
        if record.approved is None:
            raise NotFoundError("the call has no approved summary")
        await self._put(target, record)

    async def sizes(self) -> dict[str, tuple[int, int]]:
        """By target, deliveries that wait or are under way, and dead ones, of all processes.
        Raises ``StoreUnavailableError``."""
        return {name: await queue.sizes() for name, queue in self._queues.items()}

    async def run(self) -> None:
        """Delivers until cancelled, then closes the targets. Cancelling is safe anywhere."""
        try:
            async with asyncio.TaskGroup() as group:
                for name in self._targets:
                    sweep = partial(self._sweep_all, name)
                    group.create_task(self._keep(name, sweep), name=f"sweep of {name}")
                    serve = partial(self._serve, name, asyncio.Lock())
                    for _ in range(AT_ONCE):
                        group.create_task(self._keep(name, serve), name=f"delivery to {name}")
        finally:
            for target in self._targets.values():
                await target.close()

    async def _keep(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Does the work again and again until cancelled, whatever stops it."""
        while not _cancelled():
            try:
                await work()
            except StoreUnavailableError as error:
                log.warning("delivery waits", extra={"target": name, "reason": str(error)})
                await asyncio.sleep(STORE_AWAY_S)
            except Exception:
                log.exception("delivery broke off and goes on", extra={"target": name})
                await asyncio.sleep(STORE_AWAY_S)

    # What no message stands for -------------------------------------------------------

    async def _sweep_all(self, name: str) -> None:
        now = utc_now()
        # A new target is not told of what was approved before it was known. Redis may have
        # lost since when that is; then the record shows it.
        known = await self._queues[name].known_since(now)
        first = min(known, await self._journal.first_delivery_at(name) or now)
        since = first
        while True:
            await self._sweep(name, since)
            if _cancelled():
                return
            await asyncio.sleep(SWEEP_S)
            since = max(first, utc_now(-SWEPT_S))

    async def _sweep(self, name: str, since: str) -> None:
        call_ids = await self._journal.undelivered(name, since)
        held = await self._queues[name].holds(call_ids)
        for call_id in call_ids:
            if call_id in held:
                continue
            try:
                record = await self._journal.record(call_id)
                if record.approved and not _settled(record, name):
                    await self._put(name, record)
            except NotFoundError:
                pass  # erased meanwhile
            except StoreUnavailableError:
                raise
            except Exception:
                # One record that cannot be read must not hold up those behind it.
                log.exception("not swept", extra={"target": name, "call_id": call_id})

    # One message ----------------------------------------------------------------------

    async def _serve(self, name: str, taking: asyncio.Lock) -> None:
        """Takes a message, if there is one, and handles it."""
        queue = self._queues[name]
        async with taking:
            message = await queue.take(wait_s=POLL_S)
        if message is None:
            return
        try:
            await self._handle(name, message)
        except StoreUnavailableError:
            raise
        except Exception:
            log.exception("a delivery broke off", extra=_facts(name, message))
            if message.attempt < self._attempts:
                attempt = message.attempt + 1
                await queue.postpone(message, attempt, wait_s=self._backoff_s(attempt))
            else:
                await queue.bury(message, "fault")

    async def _handle(self, name: str, message: Message) -> None:
        queue = self._queues[name]
        try:
            record = await self._journal.record(message.key)
            summary = CallSummary.of(record)
        except NotFoundError:
            # Erased since it was queued: nothing may leave.
            await queue.finish(message)
            return
        if _settled(record, name):
            await queue.finish(message)
        elif message.taken > TAKEN_MOST:
            error = DeliveryError(f"{TAKEN_MOST} workers died over it", retryable=False)
            await self._failed(name, message, record, error)
        else:
            await self._try(name, message, record, summary)

    async def _try(
        self, name: str, message: Message, record: CallRecord, summary: CallSummary
    ) -> None:
        try:
            async with asyncio.timeout(DELIVER_TIMEOUT_S):
                external_id = await self._targets[name].deliver(
                    summary, key=f"{record.call_id}:{name}"
                )
        except TimeoutError:
            error = DeliveryError("took too long", retryable=True)
        except DeliveryError as told:
            error = told
        except Exception as fault:
            # One target's fault must not end the deliveries of all.
            log.exception("delivery target broke", extra=_facts(name, message))
            error = DeliveryError(f"fault: {type(fault).__name__}", retryable=True)
        else:
            attempt = message.attempt + 1
            await self._tell(name, record, "sent", attempt=attempt, external_id=external_id)
            await self._queues[name].finish(message)
            return
        await self._failed(name, message, record, error)

    async def _failed(
        self, name: str, message: Message, record: CallRecord, error: DeliveryError
    ) -> None:
        queue, attempt = self._queues[name], message.attempt + 1
        facts = _facts(name, message) | {"reason": str(error)}
        if error.retryable and attempt < self._attempts:
            log.warning("delivery failed, will be tried again", extra=facts)
            asked_s = min(error.retry_after_s or 0.0, LONGEST_RETRY_AFTER_S)
            wait_s = max(self._backoff_s(attempt), asked_s)
            at = utc_now(wait_s)
            await self._tell(
                name, record, "failed", attempt=attempt, error=str(error), next_try_at=at
            )
            await queue.postpone(message, attempt, wait_s=wait_s)
        else:
            log.error("delivery is dead", extra=facts)
            await self._tell(name, record, "dead", attempt=attempt, error=str(error))
            await queue.bury(message, str(error))

    async def _put(self, name: str, record: CallRecord) -> None:
        """Tells, then puts: the other way round a worker might tell how it ended first."""
        assert record.approved is not None
        await self._tell(name, record, "queued")
        message = Message(key=record.call_id, version=record.approved.version)
        await self._queues[name].put(message)

    async def _tell(
        self,
        target: str,
        record: CallRecord,
        state: Literal["queued", "sent", "failed", "dead"],
        *,
        attempt: int = 0,
        external_id: str | None = None,
        error: str | None = None,
        next_try_at: str | None = None,
    ) -> None:
        assert record.approved is not None
        await self._journal.append(
            Delivery(
                call_id=record.call_id,
                at_s=record.at_s,
                target=target,
                summary_version=record.approved.version,
                state=state,
                attempt=attempt,
                external_id=external_id,
                error=error,
                next_try_at=next_try_at,
                made_at=utc_now(),
            )
        )
        self.told[target, state] += 1


def _cancelled() -> bool:
    """Asked for, because on Python 3.11 a cancellation that meets an answer of Redis is
    swallowed inside its client."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _settled(record: CallRecord, target: str) -> bool:
    """Whether the newest approved version was sent, or given up."""
    delivery, approved = record.deliveries.get(target), record.approved
    return (
        delivery is not None
        and approved is not None
        and delivery.state in ("sent", "dead")
        and delivery.summary_version >= approved.version
    )


def _facts(target: str, message: Message) -> dict[str, object]:
    return {"target": target, "call_id": message.key, "attempt": message.attempt + 1}
