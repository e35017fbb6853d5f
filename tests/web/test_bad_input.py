"""Bad input on ``/ws/call`` gets a clear answer and hurts nobody else."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from copilot.events import CallStarted, Transcript
from copilot.web import call_socket, sockets
from scripted import tone

pytestmark = pytest.mark.asyncio(loop_scope="session")

FORMAT = {"encoding": "pcm_s16le", "rate": 16000, "channels": ["customer", "agent"]}
START = {"type": "start", "language": "en", "agent_id": "mori", "format": FORMAT}

FIRST_MESSAGES = {
    "binary": (b"\x00\x01", 1003, "bad_message", "begin with a text message"),
    "not JSON": ("hello", 1008, "bad_message", 'not JSON; send an object of type "start"'),
    "deep JSON": ("[" * 60_000, 1008, "bad_message", "not JSON"),
    "a list": ("[1]", 1008, "bad_message", 'a JSON object of type "start"'),
    "no type": ("{}", 1008, "bad_message", 'a JSON object of type "start"'),
    "stop": ({"type": "stop"}, 1008, "bad_message", 'a JSON object of type "start"'),
    "too long": ("x" * 201_000, 1008, "bad_message", "longer than"),
    "no agent": (
        {name: value for name, value in START.items() if name != "agent_id"},
        1008,
        "bad_message",
        "start: agent_id: Field required",
    ),
    "no format": (
        {name: value for name, value in START.items() if name != "format"},
        1008,
        "bad_message",
        "start: format: Field required",
    ),
    "call_id with a path": ({**START, "call_id": "../x"}, 1008, "bad_message", "call_id"),
    "call_id too long": ({**START, "call_id": "x" * 129}, 1008, "bad_message", "call_id"),
    "direction": ({**START, "direction": "up"}, 1008, "bad_message", "'inbound' or 'outbound'"),
    "language that is none": (
        {**START, "language": "english please"},
        1008,
        "bad_message",
        "for instance ja, en-GB or auto",
    ),
    "language nobody knows": (
        {**START, "language": "xx"},
        1008,
        "bad_message",
        "for instance ja or en",
    ),
    "encoding": (
        {**START, "format": {**FORMAT, "encoding": "opus"}},
        1003,
        "unsupported_audio",
        "pcm_s16le, mulaw, alaw",
    ),
    "rate": (
        {**START, "format": {**FORMAT, "rate": 44100}},
        1003,
        "unsupported_audio",
        "8000, 16000, 48000",
    ),
    "rate in words": (
        {**START, "format": {**FORMAT, "rate": "fast"}},
        1008,
        "bad_message",
        "format.rate",
    ),
    "no channels": (
        {**START, "format": {**FORMAT, "channels": []}},
        1003,
        "unsupported_audio",
        "",
    ),
    "three channels": (
        {**START, "format": {**FORMAT, "channels": ["customer", "agent", "unknown"]}},
        1003,
        "unsupported_audio",
        "send 1 or 2",
    ),
    "channel": (
        {**START, "format": {**FORMAT, "channels": ["robot"]}},
        1003,
        "unsupported_audio",
        "customer, agent, unknown",
    ),
}


@pytest.mark.parametrize("case", FIRST_MESSAGES)
async def test_a_wrong_first_message_is_explained_and_another_call_untouched(server, case):
    message, close, code, explanation = FIRST_MESSAGES[case]
    if isinstance(message, dict):
        message = json.dumps({"token": await server.token("integrator"), **message})
    async with server.call() as other:
        await other.speak()
        await other.until(CallStarted)
        async with server.socket("/ws/call") as socket:
            await socket.send(message)
            told = await server.caller(socket).words()
        assert [one["type"] for one in told] == ["error"]
        assert told[0]["code"] == code
        assert explanation in told[0]["message"]
        assert socket.close_code == close
        events = await other.stop()
    assert [
        event.text for event in events if isinstance(event, Transcript) and event.final
    ] == ["hello"]


@pytest.mark.parametrize(
    ("token", "code", "close"),
    [
        ("nonsense", "unauthorised", 4401),
        (None, "unauthorised", 4401),
        ("operator", "forbidden", 4403),
        ("supervisor", "forbidden", 4403),
    ],
)
async def test_only_integrators_send_calls(server, token, code, close):
    if token in ("operator", "supervisor"):
        token = await server.token(token)
    async with server.socket("/ws/call") as socket:
        await socket.send(json.dumps({**START, "token": token}))
        told = await server.caller(socket).words()
    assert [one["code"] for one in told] == [code]
    assert socket.close_code == close


async def test_a_frame_of_odd_length_is_refused_and_the_call_goes_on(server):
    async with server.call() as caller:
        await caller.socket.send(b"\x00" * 641)
        error = await caller.error()
        assert error["code"] == "bad_frame"
        assert "641 bytes are no whole number of frames of 4 bytes" in error["message"]
        await caller.speak()
        events = await caller.stop()
    assert [
        event.text for event in events if isinstance(event, Transcript) and event.final
    ] == ["hello"]
    assert events[-2].duration_s == pytest.approx(2.5, abs=0.01)


async def test_a_stream_that_lost_its_alignment_is_closed_and_still_gets_its_summary(server):
    async with server.call() as caller:
        await caller.socket.send(caller.pcm(tone(1.0)))
        for _ in range(call_socket.BAD_FRAMES):
            await caller.socket.send(b"\x00" * 3)
        said = await caller.words()
    assert said[-1]["code"] == "unsupported_audio"
    assert caller.socket.close_code == 1003
    events = await server.followed(caller.call_id)
    assert events[-2].reason == "hangup"
    assert events[-1].text == "hello"


@pytest.mark.parametrize("text", ["{", "[]", '{"type": "dance"}', '{"type": "start"}'])
async def test_a_wrong_command_is_explained_and_the_call_goes_on(server, text):
    async with server.call() as caller:
        await caller.socket.send(text)
        error = await caller.error()
        assert error["code"] == "bad_message"
        assert '"pause" or "resume" or "stop"' in error["message"]
        events = await caller.stop()
    assert events[-1].type == "summary"


async def test_a_flood_of_text_is_cut_off(server):
    async with server.call() as other, server.call() as caller:
        with suppress(ConnectionClosed):
            for _ in range(500):
                await caller.send(type="pause")
        await caller.words()
        assert caller.socket.close_code == 4429
        await other.speak()
        events = await other.stop()
    assert events[-1].state == "draft"


async def test_a_huge_message_is_refused(server):
    async with server.call() as caller:
        await caller.until(CallStarted)
        await caller.socket.send(bytes(300_000))
        await caller.socket.wait_closed()
    assert caller.socket.close_code == 1009
    events = await server.followed(caller.call_id)
    assert events[-1].type == "summary"


async def test_a_socket_that_says_nothing_is_closed(server, monkeypatch):
    monkeypatch.setattr(sockets, "FIRST_MESSAGE_S", 0.05)
    async with server.socket("/ws/call") as socket:
        told = await server.caller(socket).words()
    assert told[0]["code"] == "timeout"
    assert socket.close_code == 4408


async def test_a_line_that_falls_silent_is_taken_for_lost(server, monkeypatch):
    monkeypatch.setattr(call_socket, "SILENT_S", 0.05)
    async with server.call() as caller:
        error = await caller.error()
        assert error["code"] == "timeout"
        await caller.socket.wait_closed()
    assert caller.socket.close_code == 4408
    assert (await server.followed(caller.call_id))[-2].reason == "hangup"
