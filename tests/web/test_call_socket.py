"""``/ws/call``: a call from its first message to its summary."""

from __future__ import annotations

import asyncio
import json
import socket

import numpy as np
import pytest

from copilot.events import (
    CallEnded,
    CallStarted,
    Paused,
    Resumed,
    Summary,
    Transcript,
    encode,
)
from copilot.web import call_socket, lines
from scripted import silence, tone

pytestmark = pytest.mark.asyncio(loop_scope="session")


def finals(events):
    return [event for event in events if isinstance(event, Transcript) and event.final]


def is_final(event):
    return event.final


async def test_a_call_is_told_from_start_to_summary(server):
    async with server.call(agent_id="mori", team="billing", customer_id="c-9") as caller:
        await caller.speak()
        events = await caller.stop()
        assert caller.socket.close_code == 1000
    started = events[0]
    assert isinstance(started, CallStarted)
    assert (started.agent_id, started.team, started.customer_id) == ("mori", "billing", "c-9")
    assert [final.text for final in finals(events)] == ["hello"]
    assert isinstance(events[-2], CallEnded)
    assert events[-2].reason == "stop"
    assert isinstance(events[-1], Summary)
    assert events[-1].state == "draft"
    seqs = [event.seq for event in events]
    assert seqs == sorted(set(seqs))


async def test_hotwords_reach_the_recogniser_and_nothing_else(server, caplog):
    caplog.set_level("DEBUG", logger="copilot")
    async with server.call(language="en", hotwords=["Quillon"]) as caller:
        await caller.speak()
        events = await caller.stop()
        call_id = events[0].call_id
    prompts = [one.prompt for one in server.recogniser.heard if one.call_id == call_id]
    assert prompts and all("Quillon" in prompt for prompt in prompts)
    assert not any("Quillon" in encode(event) for event in events)
    assert "Quillon" not in caplog.text


async def test_the_server_names_a_call_that_has_no_name(server):
    async with server.socket("/ws/call") as line:
        start = {
            "type": "start",
            "token": await server.token("integrator"),
            "language": "ja",
            "agent_id": "mori",
            "direction": "inbound",
            "format": {"encoding": "mulaw", "rate": 8000, "channels": ["unknown"]},
        }
        await line.send(json.dumps(start))
        started = json.loads(await line.recv())
        assert started["type"] == "call_started"
        assert len(started["call_id"]) == 32
        await line.send(json.dumps({"type": "stop"}))
        told = [json.loads(message)["type"] async for message in line]
    assert told == ["call_ended", "summary"]


async def test_unknown_members_of_a_newer_client_are_passed_over(server):
    async with server.call(colour="blue", format={**server.format, "depth": 3}) as caller:
        events = await caller.stop()
    assert isinstance(events[0], CallStarted)


async def test_language_tags_are_understood(server):
    async with server.call(language="ja-JP") as caller:
        events = await caller.stop()
    assert events[0].language == "ja"


async def test_nothing_is_kept_while_paused(server):
    async with server.call() as caller:
        await caller.speak()
        await caller.until(Transcript, is_final)
        await caller.send(type="pause", reason="card number")
        await caller.until(Paused, lambda event: event.reason == "card number")
        await caller.speak()
        await caller.send(type="resume")
        await caller.until(Resumed)
        events = await caller.stop()
    assert finals(events) == []
    record = await server.services.journal.record(caller.call_id)
    assert len(record.finals) == 1
    assert record.changes[0].by == "integrator"


async def test_a_socket_cut_mid_word_still_gives_its_last_words_and_a_summary(server):
    """The call ends as a hang-up once nobody has come back."""
    async with server.call() as caller:
        await caller.socket.send(caller.pcm(tone(1.0)))
        await caller.until(CallStarted)
        caller.socket.transport.abort()
    events = await server.followed(caller.call_id)
    assert [final.text for final in finals(events)] == ["hello"]
    assert next(event for event in events if isinstance(event, CallEnded)).reason == "hangup"
    assert isinstance(events[-1], Summary)
    assert events[-1].state == "draft"


async def test_a_lost_socket_comes_back_and_goes_on(server):
    async with server.call() as caller:
        await caller.speak()
        before = await caller.until(Transcript, is_final)
        caller.socket.transport.abort()
    session = server.services.calls.session(caller.call_id)
    await server.eventually(lambda: detached(session))
    async with server.call(
        call_id=caller.call_id, resume=True, after=before[-1].seq
    ) as returned:
        await returned.speak()
        events = await returned.stop()
    assert all(event.seq > before[-1].seq for event in events)
    assert len(finals(events)) == 1
    record = await server.services.journal.record(caller.call_id)
    assert len(record.finals) == 2
    assert record.ended.reason == "stop"


async def detached(session):
    return session.detached


async def test_coming_back_without_saying_so_is_refused(server):
    async with server.call() as caller:
        await caller.until(CallStarted)
        caller.socket.transport.abort()
    session = server.services.calls.session(caller.call_id)
    await server.eventually(lambda: detached(session))
    async with server.call(call_id=caller.call_id) as second:
        error = await second.error()
    assert error["code"] == "conflict"
    assert '"resume": true' in error["message"]
    session.stop()
    await session.finished()


async def test_a_second_socket_is_refused_and_the_first_untouched(server):
    async with server.call() as first:
        await first.speak()
        await first.until(Transcript, is_final)
        for resume in (False, True):
            async with server.call(call_id=first.call_id, resume=resume) as second:
                error = await second.error()
                await second.socket.wait_closed()
            assert error["code"] == "conflict"
            assert "live on another socket" in error["message"]
            assert second.socket.close_code == 4409
        await first.speak()
        events = await first.stop()
    assert len(finals(events)) == 1
    assert isinstance(events[-1], Summary)


async def test_a_silent_socket_gives_way_to_one_that_comes_back(server, monkeypatch):
    """The network tells of a dead peer much later than its client knows."""
    async with server.call() as first:
        await first.speak()
        await first.until(Transcript, is_final)
        monkeypatch.setattr(lines, "LOST_S", 0.0)
        async with server.call(call_id=first.call_id, resume=True) as second:
            said = await first.words()
            assert said[-1]["code"] == "conflict"
            assert first.socket.close_code == 4409
            await second.speak()
            events = await second.stop()
    assert len(finals(events)) == 2
    assert events[-2].reason == "stop"


async def test_the_id_of_an_ended_call_is_taken(server):
    call_id = await server.ended_call()
    for resume in (False, True):
        async with server.call(call_id=call_id, resume=resume) as again:
            error = await again.error()
        assert error["code"] == "conflict"


async def test_a_client_that_never_reads_is_heard_to_the_end(server, monkeypatch):
    """Its events wait nowhere: what it does not take is in the store."""
    monkeypatch.setattr(call_socket, "AHEAD_S", 1e6)
    narrow = socket.socket()
    # Before connecting: a window that shrinks afterwards makes Linux drop what it was promised.
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    host, port = server.address.split(":")
    narrow.connect((host, int(port)))
    async with server.socket("/ws/call", max_queue=1, sock=narrow, ping_interval=None) as deaf:
        caller = server.caller(deaf)
        await caller.start(token=await server.token("integrator"))
        server.recogniser.says[caller.call_id] = "これは文章です。" * 100
        for _ in range(150):
            await caller.speak(0.5)
        await caller.send(type="stop")
        events = await server.followed(caller.call_id)
        assert len(finals(events)) == 150
        assert isinstance(events[-1], Summary)
        deaf.transport.abort()


async def test_ten_silent_minutes_end_with_a_summary_that_says_so(server):
    async with server.call() as caller:
        silent_minute = caller.pcm(silence(1.0))
        for _ in range(50):
            await caller.socket.send(silent_minute)
        events = await caller.stop()
    assert events[-1].state == "unavailable"
    assert events[-1].why_none == "no_speech"
    assert finals(events) == []


async def test_long_messages_are_heard_whole(server):
    async with server.call() as caller:
        await caller.socket.send(caller.pcm(np.concatenate([tone(1.0), silence(2.5)])))
        events = await caller.stop()
    assert events[-2].duration_s == pytest.approx(3.5, abs=0.01)


async def test_many_calls_at_once_keep_apart(server):
    async def one(number: int):
        async with server.call() as caller:
            server.recogniser.says[caller.call_id] = f"number {number}"
            await caller.speak()
            return finals(await caller.stop())

    heard = await asyncio.gather(*(one(number) for number in range(12)))
    assert [[final.text for final in call] for call in heard] == [
        [f"number {number}"] for number in range(12)
    ]
