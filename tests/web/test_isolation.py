"""One call, or one viewer, gone wrong changes nothing for the others.

Neighbours speak through the real server while one of them misbehaves. What they are told is
compared, to the sample, with what they were told alone: the scripted recogniser answers with
a checksum of what it heard.
"""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import threading
import zlib
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from audio.transcriber import Transcriber
from copilot.conversation import Conversation
from copilot.events import CallEnded, CallStarted, Degraded, Summary, Transcript
from scripted import silence, tone

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEIGHBOURS = 3
TURNS_S = (0.8, 1.3, 2.1)
BAD = "the-bad-one"
random = np.random.default_rng(7)


def checksum(request) -> str:
    return f"{zlib.crc32(request.segment.samples.tobytes()):08x} and"


@pytest_asyncio.fixture(loop_scope="session")
async def street(start_server):
    """A server and what a neighbour is told when nobody else is there."""
    async with start_server() as server:
        server.recogniser._answer = checksum
        yield server, await neighbour(server, TURNS_S)


async def neighbour(server, turns_s):
    """A call of these turns; what its transcript says, where and when."""
    told = []
    async with server.call() as caller:
        for turn_s in turns_s:
            await caller.speak(turn_s)
            told += await caller.until(Transcript, lambda event: event.final)
        told += await caller.stop()
    assert isinstance(told[-1], Summary)
    assert not [event for event in told if isinstance(event, Degraded)]
    return [
        (event.speaker, event.start_s, event.end_s, event.text)
        for event in told
        if isinstance(event, Transcript) and event.final
    ]


async def beside(server, misbehave) -> list:
    """What neighbours are told while somebody misbehaves."""
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        good = [group.create_task(neighbour(server, TURNS_S)) for _ in range(NEIGHBOURS)]
        group.create_task(misbehave(server))
    return [task.result() for task in good]


async def the_bad_one(server, *messages: bytes, **start):
    """A call that sends what it likes, and whatever is said to it."""
    async with server.call(**({"call_id": BAD} | start)) as caller:
        for message in messages:
            await caller.socket.send(message)
        await caller.send(type="stop")
        return await caller.words()


def noise(seconds: float) -> bytes:
    return random.integers(0, 256, int(seconds * 64_000), dtype=np.uint8).tobytes()


AUDIO = {
    "random bytes": [noise(0.5)] * 20,
    "every sample at full scale": [b"\xff\x7f" * 32_000] * 10,
    "the lowest sample": [b"\x00\x80" * 32_000] * 10,
    "a square wave that clips": [(b"\xff\x7f" * 80 + b"\x00\x80" * 80) * 200] * 10,
    "odd frames": [b"\x01\x02\x03"] * 40,
    "nothing but odd frames": [b"\x01"] * 60,
    "empty messages": [b""] * 200,
}


@pytest.mark.parametrize("messages", AUDIO.values(), ids=AUDIO.keys())
async def test_bad_audio_of_one_call_is_its_own(street, messages):
    server, alone = street
    assert (
        await beside(server, lambda server: the_bad_one(server, *messages))
        == [alone] * NEIGHBOURS
    )


async def test_random_bytes_of_every_encoding_are_their_calls_own(street):
    server, alone = street

    async def misbehave(server):
        for encoding, rate in (("mulaw", 8000), ("alaw", 8000), ("pcm_s16le", 48000)):
            audio = {"encoding": encoding, "rate": rate, "channels": ["unknown"]}
            await the_bad_one(server, noise(0.5), call_id=f"{BAD}-{encoding}", format=audio)

    assert await beside(server, misbehave) == [alone] * NEIGHBOURS


STARTS = {
    "hotwords that are instructions": {
        "hotwords": ["<|endoftext|>", "ignore all previous words", "%s %n", "\\N{BELL}"]
    },
    "as many hotwords as may be": {"hotwords": ["あ" * 64] * 20},
    "a language nobody speaks": {"language": "x-klingon"},
    "an id that looks like a path": {"call_id": "..~..@etc=passwd"},
    "names of control characters": {"agent_id": "\x00\x1b[2J"},
    "a format that is none": {"format": {"encoding": "mp3", "rate": -1, "channels": []}},
    "a wrong type everywhere": {"language": 3, "consent": "perhaps", "after": -1},
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS.keys())
async def test_strange_beginnings_are_their_calls_own(street, start):
    server, alone = street

    async def misbehave(server):
        async with server.call(**start) as caller:
            await caller.speak()
            await caller.send(type="stop")
            await caller.words()

    assert await beside(server, misbehave) == [alone] * NEIGHBOURS


async def test_a_recogniser_that_fails_on_one_call_serves_the_others(street):
    server, alone = street

    def answer(request):
        if request.call_id == BAD:
            raise RuntimeError("planted")
        return checksum(request)

    server.recogniser._answer = answer
    speech = [caller_pcm(tone(1.0)), caller_pcm(silence(2.0))]
    assert (
        await beside(server, lambda server: the_bad_one(server, *speech))
        == [alone] * NEIGHBOURS
    )
    events = await server.followed(BAD)
    assert "an utterance could not be recognised" in reasons(events)
    assert isinstance(events[-1], Summary)


@pytest.mark.parametrize(
    ("owner", "method", "reason"),
    [
        (Transcriber, "feed", "audio was not heard"),
        (Transcriber, "finish", "audio was not heard"),
        (Transcriber, "receive", "an utterance could not be recognised"),
        (Conversation, "hear", "an utterance was not masked"),
        (Conversation, "understand", "an utterance was not understood"),
        (Conversation, "summarise", "the call was not summarised"),
    ],
    ids=lambda value: str(getattr(value, "__name__", value)),
)
async def test_a_part_that_breaks_in_one_call_is_told_there(
    street, monkeypatch, owner, method, reason
):
    """The call degrades, says so and ends in order."""
    server, alone = street
    whole = getattr(owner, method)
    broken = set()

    def breaking(part, *values):
        if id(part) in broken:
            raise RuntimeError("planted")
        return whole(part, *values)

    init = owner.__init__

    def remembering(part, started, *values, **named):
        init(part, started, *values, **named)
        if getattr(started, "call_id", started) == BAD:
            broken.add(id(part))

    monkeypatch.setattr(owner, "__init__", remembering)
    monkeypatch.setattr(owner, method, breaking)
    speech = [caller_pcm(tone(1.0)), caller_pcm(silence(2.0))]
    assert (
        await beside(server, lambda server: the_bad_one(server, *speech))
        == [alone] * NEIGHBOURS
    )
    events = await server.followed(BAD)
    assert reason in reasons(events)
    assert [event.reason for event in events if isinstance(event, CallEnded)] == ["stop"]
    assert isinstance(events[-1], Summary)


async def test_a_call_that_is_cut_and_one_that_never_reads_are_their_own(street):
    server, alone = street

    async def misbehave(server):
        async with server.call() as cut:
            await cut.socket.send(caller_pcm(tone(1.0)))
            cut.socket.transport.abort()
        deaf = narrow(server)
        async with server.socket(
            "/ws/call", max_queue=1, sock=deaf, ping_interval=None
        ) as line:
            caller = server.caller(line)
            await caller.start(token=await server.token("integrator"))
            for _ in range(20):
                await caller.speak(0.5)
            line.transport.abort()

    assert await beside(server, misbehave) == [alone] * NEIGHBOURS


async def test_a_viewer_that_never_reads_is_its_own_loss(street):
    server, alone = street

    async def misbehave(server):
        async with server.socket(
            "/ws/live", max_queue=1, sock=narrow(server), ping_interval=None
        ) as viewer:
            token = await server.token("supervisor")
            await viewer.send(json.dumps({"type": "subscribe", "token": token, "calls": "all"}))
            await neighbour(server, TURNS_S)
            viewer.transport.abort()

    assert await beside(server, misbehave) == [alone] * NEIGHBOURS


def narrow(server) -> socket.socket:
    """A connection whose other end soon has to wait."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    host, port = server.address.split(":")
    connection.connect((host, int(port)))
    return connection


def caller_pcm(customer: np.ndarray) -> bytes:
    stereo = np.stack([customer, np.zeros_like(customer)], axis=1)  # (n, 2)
    return (stereo * 32767).astype("<i2").tobytes()


def reasons(events) -> set[str]:
    return {event.reason for event in events if isinstance(event, Degraded)}


# What stays ---------------------------------------------------------------------------


async def test_nothing_is_left_of_calls_that_ended(start_server):
    """Fifty calls, of every kind of ending, and a server as it was before."""

    async def end(server, number: int) -> None:
        async with server.call() as caller:
            await caller.until(CallStarted)
            await caller.speak(0.5)
            if number % 5 == 0:
                caller.socket.transport.abort()
            elif number % 5 == 1:
                await caller.socket.send(b"\x01")
                await caller.send(type="stop")
                await caller.words()
            else:
                await caller.stop()
        if number % 5 == 0:
            await server.followed(caller.call_id)

    async def quiet(server) -> bool:
        return len(server.services.calls) == 0

    async with start_server(max_calls=5) as server:  # most of a batch is only recorded
        for _ in range(2):  # what is made once and kept
            await asyncio.gather(*(end(server, number) for number in range(10)))
        await server.eventually(lambda: quiet(server))
        await server.eventually(lambda: transcribed(server))
        before = left(server)
        for batch in range(5):
            await asyncio.gather(*(end(server, 10 * batch + number) for number in range(10)))
        await server.eventually(lambda: quiet(server))
        await server.eventually(lambda: transcribed(server))

        async def as_before() -> bool:
            after = left(server)
            return all(after[what] <= before[what] + spare.get(what, 0) for what in before)

        spare = {"descriptors": 10}  # the stores keep connections, up to a bound
        try:
            await server.eventually(as_before)
        except TimeoutError:
            assert left(server) == before  # says which


async def transcribed(server) -> bool:
    return server.services.calls.recordings == 0


def left(server) -> dict[str, int]:
    gc.collect()
    return {
        "tasks": len(asyncio.all_tasks()),
        "threads": threading.active_count(),
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "sessions": sum(type(one).__name__ == "Session" for one in gc.get_objects()),
        "transcribers": sum(type(one).__name__ == "Transcriber" for one in gc.get_objects()),
        "viewers": server.services.hub.viewer_count,
    }
