"""The demo against a server that says what the test wrote, over real sockets."""

from __future__ import annotations

import asyncio
import json
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from websockets.asyncio.server import ServerConnection, serve

from copilot.demo import play_samples
from copilot.errors import ProtocolError
from copilot.events import Alert, CallEnded, Event, Evidence, Summary, Transcript, encode
from copilot.samples import Script
from copilot.score import Turn


class ScriptedServer:
    """Tells every caller, and every viewer, the same few events at the end of the call."""

    def __init__(self, *, viewers_allowed: bool = True, stops: bool = False) -> None:
        self.viewers_allowed = viewers_allowed
        self.stops = stops
        self._watching = asyncio.Event()
        self._viewer: ServerConnection | None = None

    async def __call__(self, socket: ServerConnection) -> None:
        first = json.loads(await socket.recv())
        if first["type"] == "subscribe":
            await self._serve_viewer(socket)
        elif first["token"] != "may call":
            await socket.send(json.dumps({"type": "error", "message": "token: unknown"}))
            await socket.close(4401, "token: unknown")
        else:
            await self._serve_caller(socket, first["call_id"])

    async def _serve_viewer(self, socket: ServerConnection) -> None:
        if not self.viewers_allowed:
            await socket.close(4403, "the role integrator may not see calls")
            return
        self._viewer = socket
        self._watching.set()
        await socket.wait_closed()

    async def _serve_caller(self, socket: ServerConnection, call_id: str) -> None:
        async for message in socket:
            if message == json.dumps({"type": "stop"}):
                break
        await self._watching.wait()
        assert self._viewer is not None
        if self.stops:
            await self._viewer.close(1012)
            await socket.close(1012)
            return
        for event in story(call_id):
            await self._viewer.send(encode(event))
            await socket.send(encode(event))


def story(call_id: str) -> list[Event]:
    return [
        Transcript(
            seq=1, call_id=call_id, at_s=0.2, utterance_id="u1", speaker="customer", revision=1,
            start_s=0.0, end_s=0.1, text="This is [unacceptable].", final=True,
        ),
        Alert(
            seq=2, call_id=call_id, at_s=0.2, alert_id="a", kind="frustration_spike",
            rule="spike", severity="warning", speaker="customer", message="Suddenly upset.",
            evidence=(Evidence(utterance_id="u1", quote="unacceptable", start_s=0.0),),
        ),
        CallEnded(seq=3, call_id=call_id, at_s=0.2, duration_s=0.2, reason="stop"),
        Summary(
            seq=4, call_id=call_id, at_s=0.2, version=1, state="draft", brief="A lost bag.",
            generator="scripted", made_at="2026-04-01T00:00:00Z",
        ),
    ]  # fmt: skip


@asynccontextmanager
async def running(server: ScriptedServer) -> AsyncIterator[str]:
    async with serve(server, "127.0.0.1", 0) as listening:
        yield f"http://127.0.0.1:{next(iter(listening.sockets)).getsockname()[1]}"


@pytest.fixture
def script(tmp_path: Path) -> Script:
    audio = tmp_path / "call.wav"
    noise = np.random.default_rng(1).normal(0, 3000, (1600, 2)).astype("<i2")
    with wave.open(str(audio), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(noise.tobytes())
    return Script(
        id="lost-bag",
        language="en",
        audio=audio,
        turns=(Turn(speaker="customer", text="This is unacceptable!", start_s=0.0, end_s=0.1),),
        alerts_expected=frozenset({"frustration_spike"}),
        alerts_forbidden=frozenset(),
    )


async def test_all_calls_play_at_once_and_each_is_measured(script: Script) -> None:
    console = Console(file=StringIO(), width=120)
    async with running(ScriptedServer()) as url:
        first, second = await play_samples(
            [script, replace(script, id="second")],
            url,
            call_token="may call",
            viewer_token="may watch",
            console=console,
        )
    assert (first.script.id, second.script.id) == ("lost-bag", "second")
    for call in (first, second):
        assert call.faults == []
        assert call.error == 0
        assert call.alert_after_s is not None and call.alert_after_s > 0
        assert call.summary_after_s is not None and call.summary_after_s >= 0
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "This is [unacceptable]." in shown  # not read as markup
    assert "frustration_spike" in shown and "A lost bag." in shown


async def test_a_refused_call_is_reported_and_the_rest_goes_on(script: Script) -> None:
    async with running(ScriptedServer()) as url:
        [call] = await play_samples(
            [script],
            url,
            call_token="wrong",
            viewer_token="may watch",
            console=Console(file=StringIO()),
        )
    assert call.faults == ["token: unknown"]


async def test_a_refused_viewer_ends_the_round_with_the_reason(script: Script) -> None:
    with pytest.RaisesGroup(pytest.RaisesExc(ProtocolError, match="may not see calls")):
        async with running(ScriptedServer(viewers_allowed=False)) as url:
            await play_samples(
                [script],
                url,
                call_token="may call",
                viewer_token="wrong",
                console=Console(file=StringIO()),
            )


async def test_nothing_is_measured_when_the_server_stops_meanwhile(script: Script) -> None:
    async with running(ScriptedServer(stops=True)) as url:
        measured = await play_samples(
            [script],
            url,
            call_token="may call",
            viewer_token="may watch",
            console=Console(file=StringIO()),
        )
    assert measured == []
