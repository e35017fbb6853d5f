"""Calls beyond the limit, through the server: recorded and transcribed later, or refused."""

from __future__ import annotations

import asyncio

import pytest
import pytest_asyncio

from copilot.events import (
    Alert,
    CallEnded,
    CallStarted,
    Degraded,
    Paused,
    Summary,
    Transcript,
)
from copilot.session import TRANSCRIPT_LATER

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def busy(start_server):
    """A server that transcribes one call at a time, with that call."""
    async with start_server(max_calls=1) as server, server.call() as first:
        await first.until(CallStarted)
        yield server, first


async def test_a_call_beyond_the_limit_is_told_so_and_let_go_at_once(busy):
    server, _ = busy
    server.recogniser.open.clear()  # nothing is transcribed before it has hung up
    async with server.call() as second:
        server.recogniser.says[second.call_id] = "I am angry"
        await second.speak()
        await second.send(type="pause", reason="card number")
        await second.until(Paused)
        await second.speak()
        await second.send(type="resume")
        await second.speak()
        await second.send(type="stop")
        told = await second.told()
        assert second.socket.close_code == 1000
    assert isinstance(told[-1], CallEnded)
    assert not [event for event in told if isinstance(event, Transcript)]
    server.recogniser.open.set()
    events = await server.followed(second.call_id)
    assert isinstance(events[0], CallStarted)
    assert (events[1].stage, events[1].reason) == ("recogniser", TRANSCRIPT_LATER)
    kinds = [type(event) for event in events]
    assert kinds.index(CallEnded) < kinds.index(Transcript) < kinds.index(Alert)
    finals = [event for event in events if isinstance(event, Transcript)]
    assert [final.text for final in finals] == ["I am angry"] * 2, "paused is not kept"
    assert finals[1].start_s > 4.9, "positions stay those of the call"
    assert isinstance(events[-1], Summary)
    assert events[-1].state == "draft"
    back = [event for event in events if isinstance(event, Degraded)][-1]
    assert (back.stage, back.recovered) == ("recogniser", True)
    at_s = [event.at_s for event in events]
    assert at_s == sorted(at_s)
    await server.eventually(lambda: gone(server))


async def gone(server) -> bool:
    return not list((server.folder / "recordings").iterdir())


async def test_recordings_are_heard_behind_live_calls_and_harm_them_not(busy):
    server, first = busy
    async with server.call() as second:
        await second.speak()
        await second.stop()
    await server.followed(second.call_id)
    await first.speak()
    events = await first.stop()
    assert [e.text for e in events if isinstance(e, Transcript) and e.final] == ["hello"]
    later = [one for one in server.recogniser.heard if one.call_id == second.call_id]
    assert later
    assert not any(request.live for request in later)
    assert all(one.live for one in server.recogniser.heard if one.call_id == first.call_id)


async def test_when_there_is_room_again_calls_are_transcribed_again(busy):
    server, first = busy
    await first.stop()
    async with server.call() as third:
        await third.speak()
        events = await third.stop()
    assert not [event for event in events if isinstance(event, Degraded)]
    assert isinstance(events[-1], Summary)


async def test_a_lost_line_of_a_recorded_call_may_come_back(busy):
    server, _ = busy
    async with server.call() as second:
        await second.speak()
        await second.until(Degraded)
        second.socket.transport.abort()
    session = server.services.calls.session(second.call_id)

    async def detached() -> bool:
        return session.detached

    await server.eventually(detached)
    async with server.call(call_id=second.call_id, resume=True) as returned:
        await returned.speak()
        await returned.stop()
    events = await server.followed(second.call_id)
    assert len([event for event in events if isinstance(event, Transcript)]) == 2


async def test_a_call_may_be_refused_instead(start_server):
    async with start_server(max_calls=1, overload="refuse") as server:
        async with server.call() as first:
            await first.until(CallStarted)
            async with server.call() as second:
                error = await second.error()
                await second.socket.wait_closed()
            assert error["code"] == "overloaded"
            assert "another server" in error["message"]
            assert second.socket.close_code == 1013
            async with server.anonymous() as client:
                ready = (await client.get("/readyz")).json()
                metrics = (await client.get("/metrics")).text
            assert (ready["live_calls"], ready["max_calls"]) == (1, 1)
            assert "copilot_calls_refused 1.0" in metrics
            await first.stop()
        # Being refused leaves nothing behind: the same id may try again.
        async with server.call(call_id=second.call_id) as again:
            assert isinstance((await again.stop())[-1], Summary)


async def test_metrics_tell_recorded_calls_from_transcribed_ones(busy):
    server, _ = busy
    async with server.call() as second:
        await second.until(Degraded)
        async with server.anonymous() as client:
            metrics = (await client.get("/metrics")).text
        for line in (
            "copilot_calls_live 2.0",
            "copilot_calls_transcribed 1.0",
            "copilot_calls_transcribed_max 1.0",
            "copilot_recordings 1.0",
            "copilot_recogniser_level 0.0",
            "copilot_recogniser_pace_seconds 0.0",
        ):
            assert line in metrics
        await second.stop()
    await asyncio.wait_for(server.followed(second.call_id), 20)


async def test_what_is_recorded_survives_the_server(start_server):
    """Stopped before it was transcribed; the next start finds it."""
    async with start_server(max_calls=1) as server:
        server.recogniser.open.clear()
        async with server.call() as first, server.call() as second:
            await first.until(CallStarted)
            await second.until(Degraded)
            await second.speak()
            await second.stop()
            await first.stop()
        server.recogniser.open.set()
    async with start_server() as server:
        events = await server.followed(second.call_id)
    assert len([event for event in events if isinstance(event, CallEnded)]) == 1
    finals = [event.utterance_id for event in events if isinstance(event, Transcript)]
    assert len(finals) == len(set(finals)) == 1
    assert events[-1].state == "draft"
