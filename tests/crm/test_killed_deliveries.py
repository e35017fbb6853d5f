"""A worker that dies between any two of its steps loses nothing and doubles nothing.

Every await on Redis, on the record and on the CRM is a step. A run is killed before or after
the n-th of them, for every n there is: nothing behind that point happens any more. The next
worker finds the stores as they were left.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

import pytest
from redis.asyncio import Redis

from copilot.crm.summary import CallSummary
from copilot.deliveries import DeliveryWorker
from copilot.errors import DeliveryError
from tests.store.conftest import running

TargetMaker = Callable[..., Any]


class Killed(BaseException):
    """Nothing catches it, as nothing catches a SIGKILL."""


class Life:
    """Counts the steps of one process, and ends it."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        """Left; the one after the last does not happen."""

    def of(self, part: Any) -> Any:
        return Mortal(part, self)

    def step(self) -> None:
        if self.steps <= 0:
            raise Killed
        self.steps -= 1


class Mortal:
    """A part whose every call may be the last: before it, or after it."""

    def __init__(self, part: Any, life: Life) -> None:
        self._part = part
        self._life = life

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._part, name)
        if not asyncio.iscoroutinefunction(member) and not hasattr(member, "__self__"):
            return member

        async def called(*values: Any, **named: Any) -> Any:
            self._life.step()
            answer = await member(*values, **named)
            self._life.step()
            return answer

        return called


def make_worker(life: Life, redis: Redis, journal: Any, crm: Any) -> DeliveryWorker:
    return DeliveryWorker(
        life.of(redis),
        [life.of(crm)],
        life.of(journal),
        backoff_s=lambda _: 0.0,
        lease_s=0.02,
    )


async def lived(work: Any) -> bool:
    """Whether it came to its end."""
    try:
        await work
    except BaseExceptionGroup as group:
        assert group.subgroup(Killed) is not None
        return False
    except Killed:
        return False
    return True


async def delivered(redis: Redis, journal: Any, crm: Any) -> None:
    """A worker that nobody kills ends what is left."""
    async with running(make_worker(Life(10**9), redis, journal, crm)):
        await journal.until(lambda all: bool(all) and all[-1].state == "sent")


async def test_killed_at_every_step(redis: Redis, journal: Any, target: TargetMaker) -> None:
    steps, ended = 0, False
    while not ended:
        await redis.flushall()
        journal.events.clear()
        # The first try is stored and its answer is lost, the second is refused for now.
        crm = LostAnswers(target(script=[None, DeliveryError("answered 503", retryable=True)]))
        await journal.approve("c1")
        life = Life(steps)
        worker = make_worker(life, redis, journal, crm)
        if await lived(worker.enqueue("c1", 1)):
            work = asyncio.create_task(lived(worker.run()))
            sent = asyncio.create_task(journal.until(lambda all: all[-1].state == "sent"))
            await asyncio.wait([work, sent], return_when=asyncio.FIRST_COMPLETED)
            ended = not work.done()
            work.cancel()
            sent.cancel()
            await asyncio.gather(work, sent, return_exceptions=True)
        await delivered(redis, journal, crm)
        assert list(crm.records) == ["c1:crm"], steps
        steps += 1
    assert steps > 30


@pytest.mark.parametrize("seed", range(3))
async def test_killed_again_and_again(
    redis: Redis, journal: Any, target: TargetMaker, seed: int
) -> None:
    chance = random.Random(seed)
    calls = [f"c{number}" for number in range(20)]
    crm = Moody(target(), chance)
    for call_id in calls:
        await journal.approve(call_id)
    for _ in range(12):
        life = Life(chance.randrange(20, 120))
        worker = make_worker(life, redis, journal, crm)
        for call_id in chance.sample(calls, 3):
            await lived(worker.enqueue(call_id, 1))
        await lived(worker.run())
    changed = calls[::4]
    for call_id in changed:
        await journal.approve(call_id, 2, text="Corrected.")

    def settled(_: list[Any]) -> bool:
        newest = {one.call_id: one for one in journal.deliveries()}
        return all(
            call_id in newest
            and newest[call_id].state == "sent"
            and newest[call_id].summary_version == 1 + (call_id in changed)
            for call_id in calls
        )

    async with running(make_worker(Life(10**9), redis, journal, crm)):
        await journal.until(settled)
    assert set(crm.records) == {f"{call_id}:crm" for call_id in calls}
    for call_id in calls:
        text = "Corrected." if call_id in changed else "Done."
        assert crm.records[f"{call_id}:crm"].summary.text == text
    assert crm.lost > 0 and crm.refused > 0


class LostAnswers:
    """Stores what comes first, and never says so."""

    def __init__(self, crm: Any) -> None:
        self.name = crm.name
        self.records = crm.records
        self._crm = crm
        self._lost = False

    async def deliver(self, summary: CallSummary, key: str) -> str:
        external_id: str = await self._crm.deliver(summary, key)
        if not self._lost:
            self._lost = True
            raise DeliveryError("no answer in time", retryable=True)
        return external_id

    async def close(self) -> None:
        await self._crm.close()


class Moody(LostAnswers):
    """Fails three times in ten: before it stores, or after."""

    def __init__(self, crm: Any, chance: random.Random) -> None:
        super().__init__(crm)
        self._chance = chance
        self.lost = self.refused = 0

    async def deliver(self, summary: CallSummary, key: str) -> str:
        mood = self._chance.random()
        if mood < 0.15:
            self.refused += 1
            raise DeliveryError("answered 503", retryable=True)
        external_id: str = await self._crm.deliver(summary, key)
        if mood < 0.3:
            self.lost += 1
            raise DeliveryError("no answer in time", retryable=True)
        return external_id
