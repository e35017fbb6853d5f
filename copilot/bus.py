"""Redis, or Valkey: the one atomic append, live fan-out, and who owns which call.

Keys, all of them under ``copilot:``

====================== ======= ========================================================
``seq:{call_id}``      string  the counter that gives ``seq``; kept a week after the
                               last append, then the archive knows where it stood
``call:{call_id}``     stream  lasting events not yet archived; the entry id is ``seq``
``queue``              stream  (call, seq) of the same events, for the archivist's group
``touched``            zset    call ids by the server's time of their last lasting event
``live``               set     calls that started and did not end
``claim:{call_id}``    string  which process runs the call, with a time to live
``events``             channel every event as it is appended, lasting or not
====================== ======= ========================================================

The append touches several keys at once, so Redis Cluster is not served.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from copilot.errors import ConfigError, StoreUnavailableError
from copilot.events import CallEnded, CallStarted, Event, encode, lasts
from copilot.stored_events import known, known_events

log = logging.getLogger(__name__)

_PREFIX = "copilot:"
_QUEUE = _PREFIX + "queue"
_TOUCHED = _PREFIX + "touched"
_LIVE = _PREFIX + "live"
_CHANNEL = _PREFIX + "events"
_GROUP = "archive"
_CONSUMER = "archivist"
"""One name for every process: whoever archives may take over what another one began,
because the archive stores an event once however often it is given."""

UNKNOWN_FLOOR = -1
"""As floor of an append: go on counting where Redis knows the call, else refuse."""

_ANSWER_S = 3.0
"""How long a command may take before Redis counts as away."""
_CONNECTIONS = 48
"""Per process. More commands at once wait their turn."""
_COUNTER_TTL_S = 7 * 24 * 3600
_TOUCHED_S = 3600
"""How far back ``touched`` looks, and so how long a viewer's gap may be."""

# The number is spliced in front of the body, which the script never parses. The counter
# jumps over the floor where Redis knows less than the archive or the caller.
_APPEND = """
local floor = tonumber(ARGV[1])
if floor < 0 and redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local seq = redis.call('INCR', KEYS[1])
if seq <= floor then
  seq = floor + 1
  redis.call('SET', KEYS[1], seq)
end
local number = string.format('%.0f', seq)
local body = '{"seq":' .. number .. ',' .. ARGV[3]
if ARGV[4] == '1' then
  redis.call('EXPIRE', KEYS[1], ARGV[6])
  redis.call('XADD', KEYS[2], number .. '-0', 'e', body)
  redis.call('XADD', KEYS[3], '*', 'c', ARGV[2], 's', number)
  local now = redis.call('TIME')
  local now_s = tonumber(now[1])
  redis.call('ZADD', KEYS[4], now_s + tonumber(now[2]) / 1000000, ARGV[2])
  if ARGV[5] == 'call_started' then
    redis.call('SADD', KEYS[5], ARGV[2])
    redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now_s - tonumber(ARGV[7]))
  elseif ARGV[5] == 'call_ended' then
    redis.call('SREM', KEYS[5], ARGV[2])
  end
end
redis.call('PUBLISH', KEYS[6], body)
return seq
"""

_FORGET = """
redis.call('XDEL', KEYS[1], unpack(ARGV))
if redis.call('XLEN', KEYS[1]) == 0 then redis.call('DEL', KEYS[1]) end
"""

_RENEW = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""

_RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """Events handed to the archivist."""

    entries: tuple[tuple[bytes, Event | None], ...] = ()
    """What to acknowledge after the commit, and its event; ``None``: archived already."""

    @property
    def events(self) -> list[Event]:
        return [event for _, event in self.entries if event is not None]

    def without(self, calls: set[str]) -> Queued:
        """The rest, where these calls are not to be acknowledged."""
        return Queued(
            entries=tuple(
                (entry, event)
                for entry, event in self.entries
                if event is None or event.call_id not in calls
            )
        )


class Bus:
    """One Redis or Valkey server. Every method raises ``StoreUnavailableError`` while it
    cannot be reached, and works again as soon as it can."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        # redis-py types an answer as everything it could be under any protocol and any
        # decoding; here it is always RESP2 in bytes.
        self._redis: Any = redis
        self.connections_made = 0
        """Rises with every new connection. One may lead to a server that was restarted and
        knows less than before."""
        redis.connection_pool.connection_kwargs["redis_connect_func"] = self._connected
        self._append = redis.register_script(_APPEND)
        self._forget = redis.register_script(_FORGET)
        self._renew = redis.register_script(_RENEW)
        self._release = redis.register_script(_RELEASE)

    @classmethod
    async def connect(cls, url: str) -> Bus:
        """Connect to ``redis://``, ``rediss://`` or ``unix://``.

        Raises ``ConfigError`` for a URL that is none, ``StoreUnavailableError`` in one
        line where nothing answers.
        """
        try:
            pool = BlockingConnectionPool.from_url(
                url,
                max_connections=_CONNECTIONS,
                timeout=_ANSWER_S,
                # Every command here has its own limit. redis-py's would send through
                # asyncio.wait_for, which on Python 3.11 may swallow a cancellation.
                socket_timeout=None,
                socket_connect_timeout=_ANSWER_S,
                # A repeated append would store an event twice: whoever appends decides.
                retry=Retry(NoBackoff(), 0),
                protocol=2,
            )
        except ValueError as error:
            raise ConfigError(f"COPILOT_REDIS_URL: {error}") from None
        bus = cls(Redis.from_pool(pool))
        try:
            await bus.ping()
        except StoreUnavailableError:
            await bus.close()
            raise
        return bus

    async def _connected(self, connection: AbstractConnection) -> None:
        self.connections_made += 1
        await connection.on_connect()

    async def close(self) -> None:
        await self.redis.aclose()

    async def ping(self) -> None:
        async with reaching():
            await self.redis.ping()

    # Events ---------------------------------------------------------------------------

    async def append(self, event: Event, floor: int = 0) -> Event:
        """Store a lasting event and publish any; returns it with its ``seq``, which is
        above ``floor`` and above every ``seq`` this call had before.

        ``UNKNOWN_FLOOR`` refuses, with ``StoreUnavailableError``, to begin a count. Atomic:
        after an error or a cancellation the event is stored whole or not at all.
        """
        body = encode(event).partition(",")[2]
        async with reaching():
            seq = await self._append(
                keys=(
                    f"{_PREFIX}seq:{event.call_id}",
                    f"{_PREFIX}call:{event.call_id}",
                    _QUEUE,
                    _TOUCHED,
                    _LIVE,
                    _CHANNEL,
                ),
                args=(
                    floor,
                    event.call_id,
                    body,
                    int(lasts(event)),
                    event.type if isinstance(event, CallStarted | CallEnded) else "",
                    _COUNTER_TTL_S,
                    _TOUCHED_S,
                ),
            )
        if seq == 0:
            raise StoreUnavailableError("Redis lost the count of a call")
        return replace(event, seq=int(seq))

    async def recent(self, call_id: str, after: int = 0) -> list[Event]:
        """Lasting events above ``after`` that the archive has not yet taken, in order."""
        async with reaching():
            entries = await self._redis.xrange(f"{_PREFIX}call:{call_id}", min=f"{after + 1}-0")
        return known_events(fields[b"e"] for _, fields in entries)

    @asynccontextmanager
    async def subscribe(self) -> AsyncIterator[AsyncIterator[Event]]:
        """All events from the moment of entry on, from every process, in order per call.

        Leave and enter again after ``StoreUnavailableError``: what was published between
        is only in ``recent`` and the archive.
        """
        pubsub = self.redis.pubsub()
        try:
            async with reaching():
                await pubsub.subscribe(_CHANNEL)
                await pubsub.get_message(timeout=_ANSWER_S)
            yield _messages(pubsub)
        finally:
            await pubsub.aclose()  # type: ignore[no-untyped-call]

    # Calls ----------------------------------------------------------------------------

    async def live(self) -> set[str]:
        """Calls that started and did not end."""
        async with reaching():
            return {call_id.decode() for call_id in await self._redis.smembers(_LIVE)}

    async def now_s(self) -> float:
        """The server's clock, in seconds since 1970."""
        async with reaching():
            seconds, microseconds = await self._redis.time()
        return float(seconds + microseconds / 1e6)

    async def touched(self, since_s: float) -> set[str]:
        """Calls that had a lasting event since then, by the server's clock."""
        async with reaching():
            calls = await self._redis.zrange(_TOUCHED, since_s, "+inf", byscore=True)
        return {call_id.decode() for call_id in calls}

    async def claim(self, call_id: str, owner: str, ttl_s: float) -> bool:
        """Whether ``owner`` runs the call now; also true where it already did."""
        key = f"{_PREFIX}claim:{call_id}"
        async with reaching():
            if await self._redis.set(key, owner, nx=True, px=int(ttl_s * 1000)):
                return True
        return await self.renew(call_id, owner, ttl_s)

    async def renew(self, call_id: str, owner: str, ttl_s: float) -> bool:
        """Keep a claim for another ``ttl_s``. False: it ran out, or is another's."""
        async with reaching():
            renewed = await self._renew(
                keys=(f"{_PREFIX}claim:{call_id}",), args=(owner, int(ttl_s * 1000))
            )
        return bool(renewed)

    async def release(self, call_id: str, owner: str) -> None:
        """Give a claim up. Another's claim stays."""
        async with reaching():
            await self._release(keys=(f"{_PREFIX}claim:{call_id}",), args=(owner,))

    async def claims(self) -> dict[str, str]:
        """Owner by call id. A live call without one lost its process."""
        prefix = f"{_PREFIX}claim:"
        async with reaching():
            keys = [key async for key in self._redis.scan_iter(match=f"{prefix}*", count=1000)]
            owners = await self._redis.mget(keys) if keys else []
        return {
            key.decode().removeprefix(prefix): owner.decode()
            for key, owner in zip(keys, owners, strict=True)
            if owner is not None
        }

    # The archivist's side -------------------------------------------------------------

    async def open_queue(self) -> None:
        """Make the consumer group, once for all processes."""
        async with reaching():
            try:
                await self._redis.xgroup_create(_QUEUE, _GROUP, id="0", mkstream=True)
            except ResponseError as error:
                if not str(error).startswith("BUSYGROUP"):
                    raise

    async def take(self, limit: int, wait_s: float) -> Queued:
        """The next events for the archive; empty after ``wait_s`` without any."""
        async with reaching(wait_s):
            answer = await self._redis.xreadgroup(
                _GROUP, _CONSUMER, {_QUEUE: ">"}, count=limit, block=int(wait_s * 1000)
            )
            return await self._load(answer[0][1] if answer else [])

    async def reclaim(self, limit: int, idle_s: float) -> Queued:
        """Events that somebody took ``idle_s`` ago and never acknowledged. What this version
        cannot read is passed over: it waits for a process that can."""
        start: bytes | str = "0-0"
        while True:
            async with reaching():
                start, entries, _ = await self._redis.xautoclaim(
                    _QUEUE,
                    _GROUP,
                    _CONSUMER,
                    min_idle_time=int(idle_s * 1000),
                    start_id=start,
                    count=limit,
                )
                queued = await self._load(entries)
            if queued.entries or start == b"0-0":
                return queued

    async def archived(self, queued: Queued) -> None:
        """Acknowledge, then trim: the archive has committed these events."""
        entries: dict[str, list[str]] = {}
        for event in queued.events:
            entries.setdefault(event.call_id, []).append(f"{event.seq}-0")
        async with reaching():
            for call_id, seqs in entries.items():
                await self._forget(keys=(f"{_PREFIX}call:{call_id}",), args=seqs)
            async with self._redis.pipeline(transaction=False) as pipeline:
                pipeline.xack(_QUEUE, _GROUP, *(entry for entry, _ in queued.entries))
                pipeline.xdel(_QUEUE, *(entry for entry, _ in queued.entries))
                await pipeline.execute()

    async def _load(self, entries: Sequence[tuple[bytes, dict[bytes, bytes]]]) -> Queued:
        """Bodies of queue entries. An entry without a body was archived before the process
        that did so could acknowledge it."""
        if not entries:
            return Queued()
        async with self._redis.pipeline(transaction=False) as pipeline:
            for _, fields in entries:
                number = fields[b"s"].decode()
                key = f"{_PREFIX}call:{fields[b'c'].decode()}"
                pipeline.xrange(key, min=f"{number}-0", max=f"{number}-0")
            found: list[list[tuple[bytes, dict[bytes, bytes]]]] = await pipeline.execute()
        readable: list[tuple[bytes, Event | None]] = []
        for (entry, _), rows in zip(entries, found, strict=True):
            event = known(rows[0][1][b"e"]) if rows else None
            if event is not None or not rows:
                readable.append((entry, event))
        return Queued(entries=tuple(readable))


async def _messages(pubsub: Any) -> AsyncIterator[Event]:
    """Events as they come. Silence is answered with a ping, for a server that hangs says
    as little as one that has nothing to say."""
    asked = False
    while True:
        async with reaching(_ANSWER_S):
            message = await pubsub.get_message(timeout=_ANSWER_S)
            if message is None and not asked:
                await pubsub.ping()
        if message is None and asked:
            raise StoreUnavailableError("Redis does not answer")
        asked = message is None
        if message and message["type"] == "message" and (event := known(message["data"])):
            yield event


@asynccontextmanager
async def reaching(wait_s: float = 0.0) -> AsyncIterator[None]:
    """Redis' many ways to fail, and its silence, as ``StoreUnavailableError``. The message
    names no key and no value.

    ``wait_s`` is how long the command itself may wait for something to happen.
    """
    try:
        async with asyncio.timeout(wait_s + _ANSWER_S):
            yield
    except TimeoutError as error:
        raise StoreUnavailableError(
            f"Redis cannot be reached: no answer within {_ANSWER_S:g} s"
        ) from error
    except (RedisError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise StoreUnavailableError(f"Redis cannot be reached: {reason}") from error
