"""The other end of the server's sockets: plays a call into it, or watches live calls.

Used by ``copilot call``, the demo, tests and benchmarks.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidStatus,
    InvalidURI,
)
from websockets.frames import CloseCode

from audio.files import Recording
from copilot.errors import InputError, ProtocolError
from copilot.events import CallEnded, Event, decode
from copilot.signals import SAMPLE_RATE_HZ

__all__ = ["live", "play"]

FRAME_MS = 20
"""Length of one audio message, as telephony sends it."""
SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}


async def play(
    recording: Recording,
    url: str,
    *,
    token: str,
    language: str,
    call_id: str | None = None,
    agent_id: str = "demo",
    hotwords: Iterable[str] = (),
    speed: float = 1.0,
) -> AsyncGenerator[tuple[float, Event]]:
    """Plays a recording into ``/ws/call`` as a telephone would, and yields what comes back.

    Each event comes with the wall-clock seconds since the first sample was spoken, so that
    at ``speed`` 1 an arrival compares with the media times inside the event. A frame leaves
    when its last sample has been spoken; a frame that is late does not delay the next.
    ``url`` is the server's address, ``http://`` or ``ws://``, with or without the path.

    Closing the iterator hangs up without saying stop, as a lost line does.

    Raises ``ProtocolError`` with the server's words when it refuses the call or closes
    before the call has ended, ``InputError`` when there is no server at ``url``.
    """
    start = {
        "type": "start",
        "token": token,
        "language": language,
        "agent_id": agent_id,
        "direction": "inbound",
        "hotwords": list(hotwords),
        "format": {
            "encoding": "pcm_s16le",
            "rate": SAMPLE_RATE_HZ,
            "channels": list(recording.speakers),
        },
    }
    if call_id is not None:
        start["call_id"] = call_id
    async with _opened(url, "/ws/call") as socket:
        await _send(socket, start)
        interleaved = _pcm(recording)
        zero_s = time.monotonic()
        speech = asyncio.create_task(_speak(socket, interleaved, zero_s, speed), name="speech")
        ended = False
        try:
            async for event in _events(socket):
                ended = ended or isinstance(event, CallEnded)
                yield time.monotonic() - zero_s, event
        finally:
            speech.cancel()
            await asyncio.wait([speech])
    if not ended:
        raise ProtocolError(_farewell(socket, "before the call had ended"))


async def live(
    url: str,
    token: str,
    calls: Literal["all"] | Iterable[str] = "all",
    *,
    after: Mapping[str, int] | None = None,
) -> AsyncGenerator[Event]:
    """Watches calls on ``/ws/live`` as a page does, until the server stops.

    ``after`` names the last ``seq`` already seen of a call; events follow from there.
    Raises ``ProtocolError`` with the server's words, ``InputError`` without a server.
    """
    subscribe = {
        "type": "subscribe",
        "token": token,
        "calls": calls if isinstance(calls, str) else list(calls),
        "after": dict(after or {}),
    }
    async with _opened(url, "/ws/live") as socket:
        await _send(socket, subscribe)
        async for event in _events(socket):
            yield event


def socket_url(url: str, path: str) -> str:
    """The address of a socket, given the server's address in any of its forms."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.netloc:
        raise InputError(f"{url!r} is no address of a server; for instance ws://127.0.0.1:8765")
    prefix = parts.path.rstrip("/").removesuffix(path)
    return urlunsplit((SCHEMES[parts.scheme], parts.netloc, prefix + path, "", ""))


@asynccontextmanager
async def _opened(url: str, path: str) -> AsyncIterator[ClientConnection]:
    address = socket_url(url, path)
    try:
        # Speech goes straight to the server it was meant for, never through a proxy of the
        # environment; and it does not compress.
        socket = await connect(address, compression=None, proxy=None)
    except InvalidStatus as error:
        status = error.response.status_code
        raise InputError(f"{address}: refused with HTTP status {status}") from None
    except (OSError, InvalidHandshake, InvalidURI) as error:
        raise InputError(f"{address}: no server answers there ({error})") from None
    async with socket:
        yield socket


async def _send(socket: ClientConnection, message: dict[str, Any]) -> None:
    await socket.send(json.dumps(message))


def _pcm(recording: Recording) -> npt.NDArray[np.int16]:
    """(n, legs) little-endian int16."""
    scaled = np.clip(recording.samples, -1.0, 1.0) * 32767  # (legs, n)
    return np.ascontiguousarray(np.rint(scaled).T.astype("<i2"))


async def _speak(
    socket: ClientConnection, interleaved: npt.NDArray[np.int16], zero_s: float, speed: float
) -> None:
    frame_samples = SAMPLE_RATE_HZ * FRAME_MS // 1000
    try:
        for begin in range(0, len(interleaved), frame_samples):
            frame = interleaved[begin : begin + frame_samples]
            spoken_s = (begin + len(frame)) / SAMPLE_RATE_HZ / speed
            await asyncio.sleep(zero_s + spoken_s - time.monotonic())
            await socket.send(frame.tobytes())
        await _send(socket, {"type": "stop"})
    except ConnectionClosed:
        return  # whoever reads the socket tells why


async def _events(socket: ClientConnection) -> AsyncIterator[Event]:
    try:
        async for message in socket:
            yield _event(message)
    except ConnectionClosed:
        if socket.close_code != CloseCode.SERVICE_RESTART:
            raise ProtocolError(_farewell(socket, "unexpectedly")) from None


def _event(message: str | bytes) -> Event:
    try:
        return decode(message)
    except ValidationError:
        raise ProtocolError(_refusal(message)) from None


def _refusal(message: str | bytes) -> str:
    """The server's words in an error message. Anything else is not quoted: it may hold
    speech, and errors end in logs."""
    try:
        content = json.loads(message)
    except ValueError:
        content = None
    if isinstance(content, dict) and content.get("type") == "error":
        return str(content.get("message") or content.get("detail") or "the server refused")
    return "the server sent a message that is no event of this version"


def _farewell(socket: ClientConnection, when: str) -> str:
    reason = f": {socket.close_reason}" if socket.close_reason else ""
    return f"the server closed the socket {when} (code {socket.close_code}{reason})"
