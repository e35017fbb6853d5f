"""The append gives rising numbers, stores and publishes at once, for every process."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from copilot.bus import UNKNOWN_FLOOR, Bus
from copilot.errors import ConfigError, StoreUnavailableError
from copilot.events import Event, Line
from copilot.valkey import EmbeddedValkey
from tests.store.conftest import ended, partial, said, seqs, started


async def test_append_numbers_events_per_call(bus: Bus) -> None:
    first = await bus.append(started("a"))
    second = await bus.append(said(1, call_id="a"))
    other = await bus.append(started("b"))
    assert (first.seq, second.seq, other.seq) == (1, 2, 1)
    assert await bus.recent("a") == [first, second]
    assert await bus.recent("a", after=1) == [second]


async def test_append_survives_every_kind_of_text(bus: Bus) -> None:
    text = 'quote " backslash \\ newline \n 日本語 𠮷 \u2028 \x00 }{,"seq":7'
    stored = await bus.append(said(1, text))
    assert await bus.recent("call-1") == [stored]


async def test_partials_are_published_but_not_stored(bus: Bus) -> None:
    line = Line(
        call_id="call-1",
        at_s=1.0,
        speaker="agent",
        loudness_db=-30.0,
        speech_rate=4.0,
        silence_s=0.0,
        overtalk_s=0.0,
    )
    async with bus.subscribe() as events:
        appended = [await bus.append(event) for event in (partial(1), line, said(1))]
        assert [await anext(events) for _ in appended] == appended
    assert await bus.recent("call-1") == [appended[-1]]


async def test_two_processes_share_one_count(bus: Bus, valkey: EmbeddedValkey) -> None:
    other = await Bus.connect(valkey.url)
    try:
        stored = await asyncio.gather(
            *(one.append(said(number)) for number in range(1, 101) for one in (bus, other))
        )
    finally:
        await other.close()
    assert sorted(event.seq for event in stored) == list(range(1, 201))


async def test_append_goes_on_after_the_end(bus: Bus) -> None:
    for event in (started(), ended(), said(1)):
        last = await bus.append(event)
    assert last.seq == 3


async def test_floor_holds_where_the_counter_was_lost(bus: Bus) -> None:
    await bus.append(started())
    await bus.redis.flushall()
    assert (await bus.append(said(1), floor=41)).seq == 42
    assert (await bus.append(said(2), floor=7)).seq == 43


async def test_unknown_floor_goes_on_but_does_not_begin(bus: Bus) -> None:
    with pytest.raises(StoreUnavailableError):
        await bus.append(said(1), floor=UNKNOWN_FLOOR)
    await bus.append(started())
    assert (await bus.append(said(1), floor=UNKNOWN_FLOOR)).seq == 2


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(0, 60), st.booleans()), max_size=25))
async def test_seq_rises_whatever_floor_and_loss(
    bus: Bus, steps: list[tuple[int, bool]]
) -> None:
    await bus.redis.flushall()
    last = 0
    for number, (floor, lost) in enumerate(steps):
        if lost:
            await bus.redis.flushall()
        stored = await bus.append(said(number + 1), floor=max(floor, last))
        assert stored.seq > max(floor, last)
        last = stored.seq


async def test_live_and_touched_calls(bus: Bus) -> None:
    before_s = await bus.now_s()
    await bus.append(started("a"))
    await bus.append(started("b"))
    await bus.append(ended(call_id="a"))
    assert await bus.live() == {"b"}
    assert await bus.touched(before_s) == {"a", "b"}
    assert await bus.touched(await bus.now_s()) == set()


async def test_claim_has_one_owner(bus: Bus) -> None:
    assert await bus.claim("call-1", "node-a", 30)
    assert await bus.claim("call-1", "node-a", 30)
    assert not await bus.claim("call-1", "node-b", 30)
    assert await bus.claims() == {"call-1": "node-a"}
    await bus.release("call-1", "node-b")
    assert not await bus.renew("call-1", "node-b", 30)
    assert await bus.renew("call-1", "node-a", 30)
    await bus.release("call-1", "node-a")
    assert await bus.claims() == {}
    assert await bus.claim("call-1", "node-b", 30)


async def test_taken_events_come_back_until_archived(bus: Bus) -> None:
    await bus.open_queue()
    await bus.open_queue()
    appended: list[Event] = [await bus.append(event) for event in (started(), said(1))]
    taken = await bus.take(10, wait_s=1)
    assert taken.events == appended
    assert not (await bus.take(10, wait_s=0.01)).entries
    again = await bus.reclaim(10, idle_s=0)
    assert again.events == taken.events
    assert seqs(await bus.recent("call-1")) == [1, 2]

    await bus.archived(again)
    assert not (await bus.reclaim(10, idle_s=0)).entries
    assert await bus.recent("call-1") == []
    assert await bus.redis.xlen("copilot:queue") == 0
    assert not await bus.redis.exists("copilot:call:call-1")


async def test_entry_without_body_is_only_acknowledged(bus: Bus) -> None:
    """The archivist died after it trimmed and before it acknowledged."""
    await bus.open_queue()
    await bus.append(started())
    await bus.redis.delete("copilot:call:call-1")
    taken = await bus.take(10, wait_s=1)
    assert taken.events == []
    await bus.archived(taken)
    assert not (await bus.reclaim(10, idle_s=0)).entries


async def test_event_of_a_newer_version_stays(bus: Bus) -> None:
    await bus.open_queue()
    await bus.append(started())
    body = '{"seq":2,"call_id":"call-1","at_s":1.0,"type":"hologram"}'
    await bus.redis.xadd("copilot:call:call-1", {"e": body}, id="2-0")
    await bus.redis.xadd("copilot:queue", {"c": "call-1", "s": "2"})
    taken = await bus.take(10, wait_s=1)
    assert seqs(taken.events) == [1]
    await bus.archived(taken)
    assert await bus.redis.xlen("copilot:call:call-1") == 1
    assert await bus.recent("call-1") == []


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1", "unix:///nowhere/valkey.sock"])
async def test_unreachable_redis_is_one_readable_line(url: str) -> None:
    with pytest.raises(StoreUnavailableError) as caught:
        await Bus.connect(url)
    assert str(caught.value).startswith("Redis cannot be reached: ")
    assert len(str(caught.value).splitlines()) == 1


async def test_url_that_is_none_is_a_fault_of_the_configuration() -> None:
    with pytest.raises(ConfigError, match="COPILOT_REDIS_URL"):
        await Bus.connect("localhost")
