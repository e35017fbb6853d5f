"""The queue of one delivery target in Redis: stream, due times, locks, dead letters.

A message is in exactly one place: in the stream (waiting, or pending with a worker), in
the sorted set of those that wait for their time, or in the hash of dead letters. Every
move between them is one transaction, so a worker killed between any two steps neither
loses nor doubles a message; what it left pending is taken over when its lease runs out.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

__all__ = ["DeliveryQueue", "Message"]

_GROUP = "copilot"
_PROMOTED_AT_ONCE = 100

# A message enters the stream; a dead letter of the same call is forgotten.
_PUT = """
redis.call('XADD', KEYS[1], '*', unpack(cjson.decode(ARGV[1])))
redis.call('HDEL', KEYS[2], ARGV[2])
"""
# Messages whose time has come go back to the stream.
_PROMOTE = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])
for _, member in ipairs(due) do
  redis.call('XADD', KEYS[2], '*', unpack(cjson.decode(member)))
  redis.call('ZREM', KEYS[1], member)
end
return #due
"""
# A message leaves the stream and waits for its time, told by the server's clock: workers'
# clocks may differ.
_POSTPONE = """
local time = redis.call('TIME')
redis.call('ZADD', KEYS[2], time[1] + time[2] / 1000000 + ARGV[3], ARGV[4])
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[1], ARGV[2])
"""
_FINISH = """
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[1], ARGV[2])
"""
_BURY = """
redis.call('HSET', KEYS[2], ARGV[3], ARGV[4])
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[1], ARGV[2])
"""
# Only the holder gives a lock back.
_UNLOCK = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One delivery to be tried."""

    call_id: str
    version: int
    """Summary version that asked for it; the newest approved one is what goes out."""
    attempt: int = 0
    """Tries made before this one."""
    again: bool = False
    """Asked for by hand: delivered even where this version was sent before."""
    entry_id: str = ""
    """Of the stream entry; empty before it is in the stream."""

    def entry(self) -> str:
        """Names and values of the stream entry in turn, as a JSON list."""
        values = [self.call_id, self.version, self.attempt, int(self.again)]
        names = ["call_id", "version", "attempt", "again"]
        return json.dumps(
            [str(part) for pair in zip(names, values, strict=True) for part in pair]
        )


class DeliveryQueue:
    """Messages for one target, shared by the workers of all processes."""

    def __init__(self, redis: Redis, target: str, *, lease_s: float) -> None:
        self._redis = redis
        self._lease_ms = round(lease_s * 1000)
        self._consumer = uuid.uuid4().hex
        self._stream = f"copilot:delivery:{target}"
        self._later = f"{self._stream}:later"
        self._dead = f"{self._stream}:dead"

    async def prepare(self) -> None:
        """Makes the consumer group where it is missing."""
        try:
            await self._redis.xgroup_create(self._stream, _GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def put(self, message: Message) -> None:
        """Queues the message; a dead letter of the same call is forgotten."""
        await self._redis.eval(
            _PUT, 2, self._stream, self._dead, message.entry(), message.call_id
        )

    async def take(self, *, wait_s: float) -> Message | None:
        """The next message: one left behind by a dead worker, else the oldest waiting, else
        ``None`` after ``wait_s``. Cancelling may leave a message pending for its lease."""
        await self._redis.eval(_PROMOTE, 2, self._later, self._stream, str(_PROMOTED_AT_ONCE))
        claimed: Any = await self._redis.xautoclaim(
            self._stream, _GROUP, self._consumer, self._lease_ms, count=1
        )
        if entries := claimed[1]:
            return _message(*entries[0])
        answer: Any = await self._redis.xreadgroup(
            _GROUP,
            self._consumer,
            {self._stream: ">"},
            count=1,
            block=max(1, round(wait_s * 1000)),
        )
        return _message(*answer[0][1][0]) if answer else None

    async def finish(self, message: Message) -> None:
        """The message has done its work."""
        await self._redis.eval(_FINISH, 1, self._stream, _GROUP, message.entry_id)

    async def postpone(self, done: Message, next_try: Message, *, wait_s: float) -> None:
        """``done`` leaves the stream, ``next_try`` comes back to it after ``wait_s``."""
        await self._redis.eval(
            _POSTPONE,
            2,
            self._stream,
            self._later,
            _GROUP,
            done.entry_id,
            str(wait_s),
            next_try.entry(),
        )

    async def bury(self, message: Message, reason: str) -> None:
        """The message becomes a dead letter, kept until the call is delivered again."""
        await self._redis.eval(
            _BURY,
            2,
            self._stream,
            self._dead,
            _GROUP,
            message.entry_id,
            message.call_id,
            reason,
        )

    async def dead(self) -> dict[str, str]:
        """Reason by call of all dead letters."""
        letters = await self._redis.hgetall(self._dead)
        return {_text(call_id): _text(reason) for call_id, reason in letters.items()}

    @asynccontextmanager
    async def alone(self, call_id: str) -> AsyncIterator[bool]:
        """Whether this worker may deliver the call now; another one may be at it. A lock
        whose holder died frees itself with the lease."""
        key, token = f"{self._stream}:lock:{call_id}", uuid.uuid4().hex
        held = bool(await self._redis.set(key, token, nx=True, px=self._lease_ms))
        try:
            yield held
        finally:
            if held:
                await self._redis.eval(_UNLOCK, 1, key, token)


def _message(entry_id: bytes | str, fields: dict[bytes | str, bytes | str]) -> Message:
    values = {_text(name): _text(value) for name, value in fields.items()}
    return Message(
        entry_id=_text(entry_id),
        call_id=values["call_id"],
        version=int(values["version"]),
        attempt=int(values["attempt"]),
        again=values["again"] == "1",
    )


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
