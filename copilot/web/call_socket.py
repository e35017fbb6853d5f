"""``/ws/call``: audio of one call in, its events out.

The client begins with a ``start`` message, then sends frames of interleaved samples, and
``pause``, ``resume`` or ``stop``. After ``stop`` come ``call_ended`` and the draft summary,
then the socket closes with 1000. A socket that is lost may come back with the same
``call_id`` and ``"resume": true``; else the call ends as if the caller had hung up. Two
sockets never serve one call: the first one stays, unless it is silent and the second one
says ``resume``.

Hearing and telling are separate tasks: a client that does not read what it is told is
heard to the end all the same. What it missed is read from the store when it reads again.
Where the node has enough to do, ``degraded`` says "transcript after the call": the socket
then closes after ``call_ended``, for the telephone has nothing to wait for.
A message that is no whole number of frames is refused with an error and the call goes on;
after ``BAD_FRAMES`` in a row the socket closes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import MutableMapping
from typing import Any

from fastapi import APIRouter
from starlette.websockets import WebSocket

from audio.decode import AudioFormat
from copilot.auth import can
from copilot.errors import (
    AudioFormatError,
    ConflictError,
    ForbiddenError,
    InputError,
    ProtocolError,
    StoreUnavailableError,
)
from copilot.events import CallEnded, Summary
from copilot.hub import Hub
from copilot.masking_policy import MaskingPolicy
from copilot.session import Session
from copilot.web.access import services_of
from copilot.web.app_state import lines_of
from copilot.web.event_text import text_of
from copilot.web.socket_messages import Command, Start, error_text, parse, refusal
from copilot.web.sockets import (
    Allowance,
    first_message,
    first_of,
    known_client,
    leave,
    polite,
)
from copilot.web.written import masked

router = APIRouter()

SLICE_S = 0.2
"""A long message is heard in pieces, so that other calls get their turn."""
AHEAD_S = 10.0
"""Audio this far ahead of the clock is a recording: it is read as fast as it is recognised."""
SILENT_S = 60.0
"""A line that sends nothing at all, not even silence, is taken for lost."""
PAUSED_S = 3600.0
"""While paused it may send nothing."""
BAD_FRAMES = 50
"""In a row: a second of a telephone's messages. The stream has lost its alignment."""
COMPLAINTS = 100
"""Errors waiting to be told. Full: further ones are left out, they say the same."""
SUMMARY_S = 30.0
"""For the last events to be taken, once the summary is stored."""


@router.websocket("/ws/call")
async def call_socket(websocket: WebSocket) -> None:
    async with polite(websocket):
        services = services_of(websocket)
        start = await first_message(websocket, Start)
        audio_format = start.format.audio_format()
        principal, _ = await known_client(websocket, start.token, start.role)
        if not can(principal, "open_call"):
            raise ForbiddenError(f"the role {principal.role} may not send calls")
        lines = lines_of(websocket)
        if start.resume:
            await lines.free(start.call_id)
        session = await services.calls.open(
            start.call_started(),
            audio_format,
            hotwords=start.hotwords,
            resume=start.resume,
        )
        policy = services.config.masking_policy
        line = CallLine(websocket, session, audio_format, by=principal.name, policy=policy)
        with lines.holding(line):
            try:
                await first_of(
                    line.hear(),
                    line.tell(services.hub, start.after),
                    line.complain(),
                    line.end(),
                    line.given_up(),
                )
            finally:
                if not session.ending:
                    session.detach()
        if session.ending:
            await leave(websocket, 1000)


class CallLine:
    """One socket and the session at its other end."""

    def __init__(
        self,
        websocket: WebSocket,
        session: Session,
        audio_format: AudioFormat,
        *,
        by: str,
        policy: MaskingPolicy,
    ) -> None:
        self.session = session
        self._policy = policy
        self._websocket = websocket
        self._by = by
        self._frame_bytes = audio_format.frame_bytes
        self._slice_bytes = int(SLICE_S * audio_format.rate_hz) * audio_format.frame_bytes
        self._began_s = time.monotonic() - session.at_s
        self._heard_s = time.monotonic()
        self._bad_frames = 0
        self._complaints: asyncio.Queue[str] = asyncio.Queue(COMPLAINTS)
        self._allowance = Allowance(burst=50, per_second=10)
        self._paused = session.paused
        self._given_up = asyncio.Event()

    @property
    def silent_s(self) -> float:
        """Since the last message."""
        return time.monotonic() - self._heard_s

    def give_up(self) -> None:
        """The call goes on on another socket."""
        self._given_up.set()

    async def given_up(self) -> None:
        await self._given_up.wait()
        raise ConflictError("this socket was silent and the call came back on another one")

    async def hear(self) -> None:
        """Takes what the client sends, until it is gone."""
        while True:
            message = await self._receive()
            self._heard_s = time.monotonic()
            if message["type"] == "websocket.disconnect":
                return
            if (frames := message.get("bytes")) is not None:
                await self._take(frames)
            else:
                self._obey(message["text"])

    async def tell(self, hub: Hub, after: int) -> None:
        """Sends the events of the call, to its summary; to its end, where words and summary
        come later."""
        call_id = self.session.call_id
        ended = False
        while True:
            async with hub.view({call_id}, {call_id: after}) as viewer:
                async for event in viewer:
                    await self._websocket.send_text(text_of(event))
                    after = max(after, event.seq)
                    ended = ended or isinstance(event, CallEnded)
                    if ended and (self.session.recorded or isinstance(event, Summary)):
                        return
            # Too slow: what was missed is read from the store.

    async def complain(self) -> None:
        """Sends errors that do not end the call. Apart from hearing, which never waits for
        a client to read."""
        while True:
            await self._websocket.send_text(await self._complaints.get())

    async def end(self) -> None:
        """Gives up telling when the call is over and the client, or Redis, is not there."""
        await self.session.finished()
        await asyncio.sleep(SUMMARY_S)
        raise StoreUnavailableError("the call has ended; read its summary over REST")

    async def _receive(self) -> MutableMapping[str, Any]:
        wait_s = SILENT_S if not self._paused else PAUSED_S
        try:
            async with asyncio.timeout(None if self.session.ending else wait_s):
                return await self._websocket.receive()
        except TimeoutError:
            raise ProtocolError(
                f"nothing came for {wait_s:.0f} s; send silence while nobody speaks", code=4408
            ) from None

    async def _take(self, frames: bytes) -> None:
        if len(frames) % self._frame_bytes:
            self._refuse_frames(len(frames))
            return
        self._bad_frames = 0
        for begin in range(0, len(frames), self._slice_bytes):
            self.session.hear(frames[begin : begin + self._slice_bytes])
            if self.session.at_s - (time.monotonic() - self._began_s) > AHEAD_S:
                await self.session.caught_up()

    def _refuse_frames(self, length_bytes: int) -> None:
        self._bad_frames += 1
        error = AudioFormatError(
            f"{length_bytes} bytes are no whole number of frames of {self._frame_bytes} bytes; "
            "the message was left out"
        )
        if self._bad_frames >= BAD_FRAMES:
            raise error
        self._complain("bad_frame", error)

    def _obey(self, text: str) -> None:
        self._allowance.spend()
        try:
            command = parse(text, Command)
        except ProtocolError as error:
            self._complain(refusal(error)[0], error)
            return
        match command.type:
            case "pause":
                self._paused = True
                self.session.pause(self._by, self._masked(command.reason))
            case "resume":
                self._paused = False
                self.session.resume(self._by, self._masked(command.reason))
            case "stop":
                self.session.stop()

    def _masked(self, reason: str) -> str:
        return masked(reason, self.session.started.language, self._policy)

    def _complain(self, code: str, error: InputError) -> None:
        if not self._complaints.full():
            self._complaints.put_nowait(error_text(code, str(error)))
