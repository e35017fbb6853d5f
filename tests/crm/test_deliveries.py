"""Approved summaries reach every target once, whatever fails in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from copilot.deliveries import (
    FIRST_BACKOFF_S,
    LONGEST_BACKOFF_S,
    TAKEN_MOST,
    DeliveryWorker,
    backoff_s,
)
from copilot.delivery_queue import DeliveryQueue, Message
from copilot.errors import DeliveryError, NotFoundError
from tests.store.conftest import running

TargetMaker = Callable[..., Any]


def make_worker(redis: Redis, journal: Any, *targets: Any, **options: Any) -> DeliveryWorker:
    return DeliveryWorker(redis, targets, journal, **({"backoff_s": lambda _: 0.0} | options))


async def approve(
    worker: DeliveryWorker, journal: Any, call_id: str = "c1", version: int = 1, **said: Any
) -> None:
    """Approves a summary and queues it."""
    await journal.approve(call_id, version, **said)
    await worker.enqueue(call_id, version)


async def test_sends_once_and_tells(redis: Redis, journal: Any, target: TargetMaker) -> None:
    crm = target()
    worker = make_worker(redis, journal, crm)
    await approve(worker, journal)
    async with running(worker):
        told = await journal.until(lambda all: bool(all) and all[-1].state == "sent")
    assert [one.state for one in told] == ["queued", "sent"]
    assert told[-1].external_id == "id-c1:crm"
    assert told[-1].at_s == 9.0
    assert crm.tries == [("c1:crm", 1)]
    assert crm.closed


async def test_nothing_unapproved_is_queued(
    redis: Redis, journal: Any, target: TargetMaker
) -> None:
    worker = make_worker(redis, journal, target())
    with pytest.raises(NotFoundError):
        await worker.enqueue("unknown", 1)
    await journal.approve("c1", 1)
    await worker.enqueue("c1", 2)
    assert journal.deliveries() == []
    with pytest.raises(NotFoundError):
        await worker.retry("unknown", "crm")


@pytest.mark.parametrize(("refused", "last"), [(3, "sent"), (4, "dead")])
async def test_tries_again_until_it_is_taken_or_tries_end(
    redis: Redis, journal: Any, target: TargetMaker, refused: int, last: str
) -> None:
    crm = target(script=[DeliveryError("answered 503", retryable=True)] * refused)
    worker = make_worker(redis, journal, crm, attempts=4)
    await approve(worker, journal)
    async with running(worker):
        told = await journal.until(lambda all: all[-1].state in ("sent", "dead"))
    assert [one.state for one in told] == ["queued", "failed", "failed", "failed", last]
    assert [one.attempt for one in told] == [0, 1, 2, 3, 4]
    assert list(crm.records) == (["c1:crm"] if last == "sent" else [])


async def test_refused_is_dead_and_can_be_retried(
    redis: Redis, journal: Any, target: TargetMaker
) -> None:
    crm = target(script=[DeliveryError("answered 422", retryable=False)])
    worker = make_worker(redis, journal, crm)
    await approve(worker, journal)
    async with running(worker):
        told = await journal.until(lambda all: all[-1].state == "dead")
        assert told[-1].error == "answered 422"
        assert await DeliveryQueue(redis, "crm", lease_s=60.0).dead() == {"c1": "answered 422"}
        await worker.retry("c1", "crm")
        told = await journal.until(lambda all: all[-1].state == "sent")
    assert [one.state for one in told] == ["queued", "dead", "queued", "sent"]
    with pytest.raises(NotFoundError):
        await worker.retry("c1", "fax")


async def test_later_version_updates_the_same_record(
    redis: Redis, journal: Any, target: TargetMaker
) -> None:
    crm = target()
    worker = make_worker(redis, journal, crm)
    await approve(worker, journal)
    async with running(worker):
        await journal.until(lambda all: all[-1].state == "sent")
        await approve(worker, journal, "c1", 2, text="Corrected.")
        await journal.until(lambda all: all[-1].state == "sent")
    assert list(crm.records) == ["c1:crm"]
    assert crm.records["c1:crm"].summary.text == "Corrected."
    assert crm.tries == [("c1:crm", 1), ("c1:crm", 2)]


async def test_old_message_never_overwrites_a_newer_version(
    redis: Redis, journal: Any, target: TargetMaker
) -> None:
    crm = target()
    worker = make_worker(redis, journal, crm)
    await approve(worker, journal)
    await approve(worker, journal, "c1", 2, text="Corrected.")
    await approve(worker, journal, "c2", 1)
    async with running(worker):
        await journal.until(lambda all: all[-1].call_id == "c2" and all[-1].state == "sent")
    assert crm.tries == [("c1:crm", 2), ("c2:crm", 1)]


async def test_message_of_a_killed_worker_is_taken_over(
    redis: Redis, journal: Any, target: TargetMaker
) -> None:
    crm = target()
    worker = make_worker(redis, journal, crm)
    await approve(worker, journal)
    taken = await DeliveryQueue(redis, "crm", lease_s=0.0).take(wait_s=1.0)
    assert taken is not None and taken.key == "c1"
    async with running(make_worker(redis, journal, crm, lease_s=0.05)):
        await journal.until(lambda all: all[-1].state == "sent")
    assert list(crm.records) == ["c1:crm"]


async def test_a_summary_that_kills_its_workers_is_given_up(
    redis: Redis, journal: Any, target: TargetMaker
) -> None:
    crm = target()
    await approve(make_worker(redis, journal, crm), journal)
    for _ in range(TAKEN_MOST):
        assert await DeliveryQueue(redis, "crm", lease_s=0.0).take(wait_s=0.01) is not None
    async with running(make_worker(redis, journal, crm, lease_s=0.0)):
        told = await journal.until(lambda all: all[-1].state == "dead")
    assert told[-1].error == f"{TAKEN_MOST} workers died over it"
    assert crm.tries == []


async def test_one_broken_target_does_not_hold_up_another(
    redis: Redis, journal: Any, target: TargetMaker
) -> None:
    broken = target("broken", script=[RuntimeError("a fault of ours")] * 99)
    good = target("good")
    worker = make_worker(redis, journal, broken, good, backoff_s=lambda _: 3600.0)
    await approve(worker, journal)
    async with running(worker):
        told = await journal.until(
            lambda all: {one.state for one in all} >= {"sent", "failed"},
        )
    assert {one.target: one.state for one in told} == {"broken": "failed", "good": "sent"}
    assert next(one.error for one in told if one.state == "failed") == "fault: RuntimeError"


async def test_nothing_stops_a_worker(
    redis: Redis, journal: Any, target: TargetMaker, caplog: pytest.LogCaptureFixture
) -> None:
    """Entries nobody here wrote, and a record that cannot be read, hold up no other call."""
    crm = target()
    worker = make_worker(redis, journal, crm, attempts=2)
    stream = "copilot:delivery:crm"
    await redis.xadd(stream, {"call_id": "c0", "version": "1"})
    await redis.xadd(stream, {"key": "broken"})
    await redis.hset(f"{stream}:messages", "broken", "{")
    journal.unreadable.add("odd")
    await journal.approve("odd")
    await DeliveryQueue(redis, "crm", lease_s=60.0).put(Message(key="odd", version=1))
    await journal.approve("c1")
    async with running(worker):
        await journal.until(lambda all: bool(all) and all[-1].state == "sent")
        queue = DeliveryQueue(redis, "crm", lease_s=60.0)
        async with asyncio.timeout(10):
            while True:
                if await queue.dead() == {"odd": "fault"}:
                    break
                await asyncio.sleep(0.01)
    assert list(crm.records) == ["c1:crm"]
    assert await queue.holds(["c0", "broken", "odd"]) == set()


async def test_of_a_call_one_message_is_under_way(redis: Redis) -> None:
    first = DeliveryQueue(redis, "crm", lease_s=60.0)
    second = DeliveryQueue(redis, "crm", lease_s=60.0)
    await first.put(Message(key="c1", version=1))
    taken = await first.take(wait_s=0.01)
    assert taken is not None
    await first.put(Message(key="c1", version=2))
    await first.put(Message(key="c2", version=1))
    other = await second.take(wait_s=0.01)
    assert other is not None and other.key == "c2"
    assert await second.take(wait_s=0.01) is None
    # What was put meanwhile follows, whatever became of the one before.
    await first.postpone(taken, 1, wait_s=3600.0)
    newer = await second.take(wait_s=0.01)
    assert newer is not None and (newer.key, newer.version, newer.attempt) == ("c1", 2, 0)
    await second.finish(newer)
    assert await second.holds(["c1", "c2"]) == {"c2"}


async def test_a_worker_that_lost_its_lease_changes_nothing(redis: Redis) -> None:
    slow = DeliveryQueue(redis, "crm", lease_s=60.0)
    quick = DeliveryQueue(redis, "crm", lease_s=0.0)
    await slow.put(Message(key="c1", version=1))
    late = await slow.take(wait_s=0.01)
    again = await quick.take(wait_s=0.01)
    assert late is not None and again is not None
    assert (again.entry_id, again.taken) == (late.entry_id, 2)
    await quick.finish(again)
    await quick.put(Message(key="c1", version=2))
    await slow.bury(late, "answered 422")
    assert await slow.dead() == {}
    newer = await slow.take(wait_s=0.01)
    assert newer is not None and newer.version == 2


@pytest.mark.parametrize("leave", ["finish", "postpone", "bury"])
async def test_a_slow_worker_takes_nothing_from_the_one_after_it(
    redis: Redis, leave: str
) -> None:
    """Else a new message would be under way beside the one that is."""
    slow = DeliveryQueue(redis, "crm", lease_s=60.0)
    quick = DeliveryQueue(redis, "crm", lease_s=0.0)
    await slow.put(Message(key="c1", version=1))
    late = await slow.take(wait_s=0.01)
    under_way = await quick.take(wait_s=0.01)
    assert late is not None and under_way is not None
    match leave:
        case "finish":
            await slow.finish(late)
        case "postpone":
            await slow.postpone(late, 1, wait_s=0.0)
        case _:
            await slow.bury(late, "answered 422")
    await slow.put(Message(key="c1", version=2))
    assert await slow.take(wait_s=0.01) is None
    assert await slow.holds(["c1"]) == {"c1"}
    await quick.finish(under_way)
    newer = await slow.take(wait_s=0.01)
    assert newer is not None and newer.version == 2


async def test_postponed_message_waits_for_its_time(redis: Redis) -> None:
    queue = DeliveryQueue(redis, "crm", lease_s=60.0)
    for key, wait_s in (("c1", 3600.0), ("c2", 0.0)):
        await queue.put(Message(key=key, version=1))
        taken = await queue.take(wait_s=0.01)
        assert taken is not None
        await queue.postpone(taken, 1, wait_s=wait_s)
    again = await queue.take(wait_s=0.01)
    assert again is not None and (again.key, again.attempt) == ("c2", 1)
    assert await queue.take(wait_s=0.01) is None
    # A new message of the key does not wait for the old one's time.
    await queue.put(Message(key="c1", version=1))
    anew = await queue.take(wait_s=0.01)
    assert anew is not None and (anew.key, anew.attempt) == ("c1", 0)


async def test_dead_letter_is_kept_until_delivered_again(redis: Redis) -> None:
    queue = DeliveryQueue(redis, "crm", lease_s=60.0)
    await queue.put(Message(key="c1", version=1))
    taken = await queue.take(wait_s=0.01)
    assert taken is not None
    await queue.bury(taken, "answered 422")
    assert await queue.dead() == {"c1": "answered 422"}
    await queue.put(Message(key="c1", version=2))
    assert await queue.dead() == {}


async def test_the_state_tells_when_the_next_try_is(
    redis: Redis, journal: Any, target: TargetMaker
) -> None:
    script = [DeliveryError("answered 429", retryable=True, retry_after_s=90.0)]
    await journal.approve("c1")
    async with running(make_worker(redis, journal, target(script=script))):
        told = await journal.until(lambda all: bool(all) and all[-1].state == "failed")
    made_at, next_try_at = map(datetime.fromisoformat, (told[-1].made_at, told[-1].next_try_at))
    assert timedelta(seconds=89) < next_try_at - made_at < timedelta(seconds=91)
    assert (told[-1].attempt, told[-1].error) == (1, "answered 429")


def test_backoff_doubles_within_bounds() -> None:
    for attempt in range(1, 40):
        whole = min(LONGEST_BACKOFF_S, FIRST_BACKOFF_S * 2 ** (attempt - 1))
        assert whole / 2 <= backoff_s(attempt) <= whole


async def test_each_arrives_once_though_workers_die_and_the_crm_fails(
    redis: Redis, journal: Any, target: TargetMaker
) -> None:
    calls = [f"c{number}" for number in range(30)]
    script = [
        DeliveryError("answered 503", retryable=True) if number % 3 == 0 else None
        for number in range(60)
    ]
    crm = target(script=script)
    for call_id in calls:
        await approve(make_worker(redis, journal, crm), journal, call_id)

    def sent(all: list[Any]) -> set[str]:
        return {one.call_id for one in all if one.state == "sent"}

    for killed_after in (5, 12, 20):
        async with running(make_worker(redis, journal, crm, lease_s=0.05)):
            await journal.until(lambda all, enough=killed_after: len(sent(all)) >= enough)
    async with running(make_worker(redis, journal, crm, lease_s=0.05)):
        told = await journal.until(lambda all: sent(all) == set(calls))
    assert set(crm.records) == {f"{call_id}:crm" for call_id in calls}
    assert not [one for one in told if one.state == "dead"]
