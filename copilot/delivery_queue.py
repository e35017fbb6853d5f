"""The queue of one delivery target in Redis: what waits, due times, dead letters.

Of one key at most one message is in the queue, and it is in exactly one place: in the
stream (waiting, or pending with a worker) or in the sorted set of those that wait for their
time. So the messages of a key follow one another, however many workers there are. A message
that is put while an older one is under way takes its place as soon as the worker lets go.

Every move is one script, which Redis runs whole or not at all: a worker killed between any
two steps neither loses nor doubles a message. What it left pending is taken over when its
lease runs out. Every method raises ``StoreUnavailableError`` while Redis cannot be reached.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from copilot.bus import reaching
from copilot.errors import StoreUnavailableError

__all__ = ["DeliveryQueue", "Message"]

_GROUP = "copilot"
_CONSUMER = "worker"
"""One name for all: whoever lives may take over what another one began."""
_PROMOTED_AT_ONCE = 100

# KEYS of all scripts: stream, messages by key, due times by key, dead letters by key.

# A new message begins anew: what waits for its time comes back at once, a dead letter is
# forgotten. One in the stream is only replaced: its entry there stands for the new one too.
_PUT = """
local new = redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
if new == 1 or redis.call('ZREM', KEYS[3], ARGV[1]) == 1 then
  redis.call('XADD', KEYS[1], '*', 'key', ARGV[1])
end
redis.call('HDEL', KEYS[4], ARGV[1])
"""
# Messages whose time has come go back to the stream. Then one that a dead worker left: its
# entry, and how many workers have had it.
_TAKE_OVER = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
for _, key in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, ARGV[4])) do
  redis.call('XADD', KEYS[1], '*', 'key', key)
  redis.call('ZREM', KEYS[3], key)
end
local left = redis.call('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[3], '-', '+', 1)[1]
if not left then return false end
local entry = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3], left[1])[1]
if not entry then return false end
return {entry[1], entry[2], left[4] + 1}
"""
# Done, unless a newer message was put meanwhile: that one goes back to the stream. A worker
# that was so slow that another one took over changes nothing: an entry keeps its id, so how
# often it was taken tells whose it is.
_LEAVE = """
local pending = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1)[1]
if not pending or pending[4] ~= tonumber(ARGV[5]) then return end
local known = redis.call('HGET', KEYS[2], ARGV[3])
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[1], ARGV[2])
if known == ARGV[4] then
  %s
elseif known then
  redis.call('XADD', KEYS[1], '*', 'key', ARGV[3])
end
"""
_FINISH = _LEAVE % "redis.call('HDEL', KEYS[2], ARGV[3])"
_BURY = _LEAVE % (
    "redis.call('HDEL', KEYS[2], ARGV[3]) redis.call('HSET', KEYS[4], ARGV[3], ARGV[6])"
)
# Due by the server's clock: workers' clocks may differ.
_POSTPONE = _LEAVE % (
    "local time = redis.call('TIME') "
    "redis.call('HSET', KEYS[2], ARGV[3], ARGV[6]) "
    "redis.call('ZADD', KEYS[3], time[1] + time[2] / 1000000 + ARGV[7], ARGV[3])"
)
_DROP = """
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[1], ARGV[2])
redis.call('HDEL', KEYS[2], ARGV[3])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One delivery to be tried."""

    key: str
    """What is delivered: of one key only one message is in the queue."""
    version: int
    """Of what the key names, when the message was put."""
    attempt: int = 0
    """Tries made before this one."""
    entry_id: str = ""
    """Of the stream entry; empty before it is taken."""
    taken: int = 1
    """Workers that have had this entry: all but the last one died over it, or lost Redis."""

    def body(self) -> str:
        return json.dumps({"version": self.version, "attempt": self.attempt})


class DeliveryQueue:
    """Messages for one target, shared by the workers of all processes."""

    def __init__(self, redis: Redis, target: str, *, lease_s: float) -> None:
        # redis-py types an answer as everything it could be under any protocol.
        self._redis: Any = redis
        self._lease_ms = round(lease_s * 1000)
        self._stream = f"copilot:delivery:{target}"
        self._messages = f"{self._stream}:messages"
        self._later = f"{self._stream}:later"
        self._dead = f"{self._stream}:dead"
        self._since = f"{self._stream}:since"
        self._prepared = False

    async def known_since(self, now: str) -> str:
        """When this target was first heard of: ``now``, unless it was before."""
        async with reaching():
            await self._redis.set(self._since, now, nx=True)
            return _text(await self._redis.get(self._since))

    async def put(self, message: Message) -> None:
        """Queues the message in place of an older one of its key; a dead letter of it is
        forgotten."""
        await self._run(_PUT, message.key, message.body())

    async def take(self, *, wait_s: float) -> Message | None:
        """The next message: one left behind by a dead worker, else the oldest waiting, else
        ``None`` after ``wait_s``. Cancelling may leave a message pending for its lease."""
        try:
            return await self._take(wait_s)
        except StoreUnavailableError:
            self._prepared = False  # Redis may come back without the group
            raise

    async def _take(self, wait_s: float) -> Message | None:
        if not self._prepared:
            await self._make_group()
            self._prepared = True
        limits = (self._lease_ms, _PROMOTED_AT_ONCE)
        if left := await self._run(_TAKE_OVER, _GROUP, _CONSUMER, *limits):
            entry_id, flat, taken = left
            fields = dict(zip(flat[::2], flat[1::2], strict=True))
            return await self._read(entry_id, fields, taken)
        async with reaching(wait_s):
            answer = await self._redis.xreadgroup(
                _GROUP,
                _CONSUMER,
                {self._stream: ">"},
                count=1,
                block=max(1, round(wait_s * 1000)),
            )
        return await self._read(*answer[0][1][0]) if answer else None

    async def _make_group(self) -> None:
        async with reaching():
            try:
                await self._redis.xgroup_create(self._stream, _GROUP, id="0", mkstream=True)
            except ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise

    async def finish(self, message: Message) -> None:
        """The message has done its work."""
        await self._leave(_FINISH, message)

    async def postpone(self, message: Message, attempt: int, *, wait_s: float) -> None:
        """The message comes back after ``wait_s``, with so many tries behind it."""
        later = Message(key=message.key, version=message.version, attempt=attempt)
        await self._leave(_POSTPONE, message, later.body(), wait_s)

    async def bury(self, message: Message, reason: str) -> None:
        """The message becomes a dead letter, kept until its key is put again."""
        await self._leave(_BURY, message, reason)

    async def holds(self, keys: list[str]) -> set[str]:
        """Those of the keys that have a message in the queue."""
        if not keys:
            return set()
        async with reaching():
            found = await self._redis.hmget(self._messages, keys)
        return {key for key, body in zip(keys, found, strict=True) if body is not None}

    async def sizes(self) -> tuple[int, int]:
        """How many messages wait or are under way, and how many letters are dead."""
        async with reaching():
            waiting = await self._redis.hlen(self._messages)
            return waiting, await self._redis.hlen(self._dead)

    async def dead(self) -> dict[str, str]:
        """Reason by key of all dead letters."""
        async with reaching():
            letters = await self._redis.hgetall(self._dead)
        return {_text(key): _text(reason) for key, reason in letters.items()}

    async def _read(
        self, entry_id: Any, fields: dict[Any, Any], taken: int = 1
    ) -> Message | None:
        """The message that a stream entry stands for. An entry that no version of this program
        made, or whose message is gone, is dropped: it must not stop those behind it."""
        key = _text(next(iter(fields.values()), b""))
        async with reaching():
            body = await self._redis.hget(self._messages, key)
        try:
            known = json.loads(body or "null")
            return Message(
                key=key,
                version=int(known["version"]),
                attempt=int(known["attempt"]),
                entry_id=_text(entry_id),
                taken=taken,
            )
        except (ValueError, KeyError, TypeError):
            await self._run(_DROP, _GROUP, entry_id, key)
            return None

    async def _leave(self, script: str, message: Message, *more: Any) -> None:
        entry = (_GROUP, message.entry_id, message.key, message.body(), message.taken)
        await self._run(script, *entry, *more)

    async def _run(self, script: str, *values: Any) -> Any:
        keys = (self._stream, self._messages, self._later, self._dead)
        async with reaching():
            return await self._redis.eval(script, len(keys), *keys, *values)


def _text(value: bytes | str) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value
