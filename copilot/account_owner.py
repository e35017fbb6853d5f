"""Alerts for the account owner on their way to a webhook: each once, and never in a call's way.

An alert is queued when it is archived, so that none is lost with a process; who reads the
queue may be any process. It is told again under the same ``Idempotency-Key`` until the
receiver takes it, and what was taken is remembered, so that a second entry of it is dropped::

    archived ─► queue ─► take ─► post ─► remember ─► finish
                                   └─ failed ─► postpone │ bury
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from pydantic import TypeAdapter
from redis.asyncio import Redis

from copilot.bus import reaching
from copilot.crm.webhook import SignedPost
from copilot.deliveries import ATTEMPTS, LEASE_S, POLL_S, STORE_AWAY_S, backoff_s
from copilot.delivery_queue import DeliveryQueue, Message
from copilot.errors import DeliveryError, NotFoundError, StoreUnavailableError
from copilot.events import Alert, Event
from copilot.record import CallRecord

__all__ = ["AccountOwner"]

log = logging.getLogger(__name__)

_QUEUE = "alerts/account_owner"
_TOLD = "copilot:told:account_owner:"
_TOLD_TTL_S = 7 * 24 * 3600
"""Longer than any alert waits in the queue."""
_alert: TypeAdapter[Alert] = TypeAdapter(Alert)


class Journal(Protocol):
    """The record, as far as it is read here."""

    async def record(self, call_id: str) -> CallRecord: ...


class AccountOwner:
    """``queue`` takes archived events, ``run`` tells the alerts among them."""

    def __init__(
        self,
        redis: Redis,
        journal: Journal,
        webhook: SignedPost,
        *,
        backoff_s: Callable[[int], float] = backoff_s,
        lease_s: float = LEASE_S,
        attempts: int = ATTEMPTS,
    ) -> None:
        self._redis = redis
        self._journal = journal
        self._webhook = webhook
        self._queue = DeliveryQueue(redis, _QUEUE, lease_s=lease_s)
        self._backoff_s = backoff_s
        self._attempts = attempts

    async def queue(self, events: Sequence[Event]) -> None:
        """Queues the alerts meant for the account owner. Raises ``StoreUnavailableError``,
        after which all may be given again."""
        for event in events:
            if isinstance(event, Alert) and "account_owner" in event.audience:
                key = f"{event.seq}:{event.call_id}"
                await self._queue.put(Message(key=key, version=event.seq))

    async def run(self) -> None:
        """Tells until cancelled, then closes the webhook. Cancelling is safe anywhere."""
        task = asyncio.current_task()
        assert task is not None
        try:
            # Asked for, because on Python 3.11 a cancellation that meets an answer of Redis
            # is swallowed inside its client.
            while not task.cancelling():
                try:
                    if message := await self._queue.take(wait_s=POLL_S):
                        await self._handle(message)
                except StoreUnavailableError as error:
                    log.warning("alerts wait for the store", extra={"reason": str(error)})
                    await asyncio.sleep(STORE_AWAY_S)
                except Exception:
                    log.exception("an alert is left to be tried again")
                    await asyncio.sleep(STORE_AWAY_S)
        finally:
            await self._webhook.close()

    async def _handle(self, message: Message) -> None:
        try:
            record = await self._journal.record(message.key.partition(":")[2])
        except NotFoundError:  # erased since it was queued: nothing may leave
            await self._queue.finish(message)
            return
        alerts = (one.alert for one in record.alerts.values())
        alert = next((one for one in alerts if one.seq == message.version), None)
        if alert is None or await self._told(alert):
            await self._queue.finish(message)
        else:
            await self._tell(message, alert, record)

    async def _tell(self, message: Message, alert: Alert, record: CallRecord) -> None:
        key = f"{alert.call_id}:{alert.alert_id}"
        try:
            await self._webhook.post(_document(alert, record), key=key, message_id=key)
        except DeliveryError as error:
            await self._failed(message, alert, error)
        else:
            async with reaching():
                await self._redis.set(_TOLD + alert.alert_id, 1, ex=_TOLD_TTL_S)
            await self._queue.finish(message)

    async def _told(self, alert: Alert) -> bool:
        async with reaching():
            return bool(await self._redis.exists(_TOLD + alert.alert_id))

    async def _failed(self, message: Message, alert: Alert, error: DeliveryError) -> None:
        attempt = message.attempt + 1
        facts = {"call_id": alert.call_id, "attempt": attempt, "reason": str(error)}
        if error.retryable and attempt < self._attempts:
            log.warning("the account owner was not told, will be tried again", extra=facts)
            wait_s = max(self._backoff_s(attempt), error.retry_after_s or 0.0)
            await self._queue.postpone(message, attempt, wait_s=wait_s)
        else:
            log.error("the account owner cannot be told", extra=facts)
            await self._queue.bury(message, str(error))


def _document(alert: Alert, record: CallRecord) -> dict[str, Any]:
    """The alert as plain JSON values, with what tells whose call it is."""
    started = record.started
    facts = (
        {}
        if started is None
        else {
            "started_at": started.started_at,
            "direction": started.direction,
            "agent_id": started.agent_id,
            "team": started.team,
            "customer_id": started.customer_id,
        }
    )
    told = _alert.dump_python(alert, mode="json", exclude={"seq", "type", "call_id"})
    return {"type": "call.alert", "call_id": alert.call_id, **facts, "alert": told}
