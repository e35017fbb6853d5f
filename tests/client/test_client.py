import json
from contextlib import aclosing

import numpy as np
import pytest
from websockets.asyncio.server import ServerConnection

from audio.files import Recording
from copilot.client import live, play, socket_url
from copilot.errors import InputError, ProtocolError
from copilot.events import CallEnded, CallStarted, Event, Transcript, encode


def started() -> str:
    return encode(
        CallStarted(
            seq=1, call_id="c", at_s=0.0, started_at="2026-04-01T00:00:00Z", agent_id="demo"
        )
    )


def ended(duration_s: float = 0.21) -> str:
    return encode(
        CallEnded(seq=9, call_id="c", at_s=duration_s, duration_s=duration_s, reason="stop")
    )


async def collect(
    url: str, recording: Recording, **options: object
) -> list[tuple[float, Event]]:
    async with aclosing(play(recording, url, token="t", language="en", **options)) as events:
        return [pair async for pair in events]


async def test_sends_start_then_every_sample_then_stop(served, recording) -> None:
    heard: list[str | bytes] = []

    async def server(socket: ServerConnection) -> None:
        async for message in socket:
            heard.append(message)
            if message == json.dumps({"type": "stop"}):
                await socket.send(ended())
                return

    async with served(server) as url:
        events = await collect(
            url, recording, call_id="c", agent_id="mori", hotwords=["Quillon"]
        )

    start = json.loads(heard[0])
    assert (start["type"], start["hotwords"]) == ("start", ["Quillon"])
    assert (start["token"], start["call_id"], start["agent_id"]) == ("t", "c", "mori")
    assert start["format"] == {
        "encoding": "pcm_s16le",
        "rate": 16000,
        "channels": ["customer", "agent"],
    }
    frames = [message for message in heard if isinstance(message, bytes)]
    assert [len(frame) for frame in frames] == [20 * 16 * 2 * 2] * 10 + [10 * 16 * 2 * 2]
    sound = np.frombuffer(b"".join(frames), "<i2").reshape(-1, 2)
    assert sound[0, 0] == -32767 and sound[-1, 0] == 32767
    assert not sound[:, 1].any()
    assert [event for _, event in events] == [
        CallEnded(seq=9, call_id="c", at_s=0.21, duration_s=0.21, reason="stop")
    ]


async def test_the_end_cannot_come_before_the_sound_has_been_spoken(served, recording) -> None:
    async def server(socket: ServerConnection) -> None:
        async for message in socket:
            if message == json.dumps({"type": "stop"}):
                await socket.send(ended())
                return

    async with served(server) as url:
        [(arrived_s, _)] = await collect(url, recording)
    assert arrived_s >= recording.duration_s


async def test_a_refusal_carries_the_words_of_the_server(served, recording) -> None:
    async def server(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send(json.dumps({"type": "error", "message": "token: unknown or expired"}))
        await socket.close(1008, "token: unknown or expired")

    async with served(server) as url:
        with pytest.raises(ProtocolError, match="token: unknown or expired"):
            await collect(url, recording)


async def test_a_close_without_words_gives_code_and_reason(served, recording) -> None:
    async def server(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.close(1011, "recogniser lost")

    async with served(server) as url:
        with pytest.raises(ProtocolError, match=r"code 1011: recogniser lost"):
            await collect(url, recording)


async def test_a_normal_close_before_the_end_of_the_call_is_an_error(served, recording) -> None:
    async def server(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send(started())

    async with served(server) as url:
        with pytest.raises(ProtocolError, match="before the call had ended"):
            await collect(url, recording)


async def test_a_message_that_is_no_event_is_refused_without_quoting_it(
    served, recording
) -> None:
    async def server(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send(json.dumps({"type": "prophecy", "text": "canary phrase"}))

    async with served(server) as url:
        with pytest.raises(ProtocolError, match="no event of this version") as raised:
            await collect(url, recording)
    assert "canary" not in str(raised.value)


async def test_no_server_is_one_readable_line(recording) -> None:
    with pytest.raises(InputError, match="no server answers there"):
        await collect("ws://127.0.0.1:1", recording)


async def test_leaving_early_hangs_up_without_stop(served, recording) -> None:
    heard: list[str | bytes] = []

    async def server(socket: ServerConnection) -> None:
        heard.append(await socket.recv())
        await socket.send(started())
        async for message in socket:
            heard.append(message)

    async with (
        served(server) as url,
        aclosing(play(recording, url, token="t", language="en")) as events,
    ):
        async for _, event in events:
            assert isinstance(event, CallStarted)
            break
    assert json.dumps({"type": "stop"}) not in heard


async def test_a_viewer_subscribes_and_yields_until_the_server_closes(served) -> None:
    first: list[dict] = []
    words = Transcript(
        seq=3, call_id="c", at_s=2.0, utterance_id="u", speaker="customer", revision=1,
        start_s=1.0, end_s=1.8, text="hello", final=True,
    )  # fmt: skip

    async def server(socket: ServerConnection) -> None:
        first.append(json.loads(await socket.recv()))
        await socket.send(encode(words))

    async with served(server) as url:
        seen = [event async for event in live(url, "t", ["c"], after={"c": 2})]
    assert first == [{"type": "subscribe", "token": "t", "calls": ["c"], "after": {"c": 2}}]
    assert seen == [words]


async def test_a_server_that_restarts_ends_a_viewer_quietly_but_fails_a_call(
    served, recording
) -> None:
    async def server(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.close(1012)

    async with served(server) as url:
        assert [event async for event in live(url, "t")] == []
        with pytest.raises(ProtocolError, match=r"before the call had ended \(code 1012\)"):
            await collect(url, recording)


async def test_a_viewer_who_may_not_hears_why(served) -> None:
    async def server(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.close(1008, "this token may not watch calls")

    async with served(server) as url:
        with pytest.raises(ProtocolError, match="may not watch calls"):
            [event async for event in live(url, "t")]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("ws://host:8765", "ws://host:8765/ws/call"),
        ("http://host:8765/", "ws://host:8765/ws/call"),
        ("https://host/copilot", "wss://host/copilot/ws/call"),
        ("wss://host/ws/call", "wss://host/ws/call"),
    ],
)
def test_every_form_of_an_address_leads_to_the_socket(given: str, expected: str) -> None:
    assert socket_url(given, "/ws/call") == expected


@pytest.mark.parametrize("given", ["host:8765", "ftp://host", "", "ws://"])
def test_what_is_no_address_says_what_one_looks_like(given: str) -> None:
    with pytest.raises(InputError, match=r"for instance ws://127\.0\.0\.1:8765"):
        socket_url(given, "/ws/call")
