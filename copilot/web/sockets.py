"""What both sockets share: the first message, who sends it, refusals, bounds."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from pydantic import BaseModel
from starlette.websockets import WebSocket, WebSocketDisconnect

from copilot.auth import Principal, Role
from copilot.errors import (
    InputError,
    OverloadedError,
    ProtocolError,
    StoreUnavailableError,
)
from copilot.web.access import from_cookie, require_own_origin, services_of, verified
from copilot.web.socket_messages import error_text, parse, refusal

log = logging.getLogger(__name__)

Message = TypeVar("Message", bound=BaseModel)

FIRST_MESSAGE_S = 10.0
"""A socket that says nothing is closed."""
FAREWELL_S = 5.0
"""For a peer to take the last message; one that does not read must not hold us."""


@asynccontextmanager
async def polite(websocket: WebSocket) -> AsyncIterator[None]:
    """Whatever goes wrong inside is told to the client, then the socket closes."""
    await websocket.accept()
    try:
        yield
    except WebSocketDisconnect:
        return
    except (InputError, OverloadedError, StoreUnavailableError) as error:
        code, close = refusal(error)
        await leave(websocket, close, error_text(code, str(error)))
    except Exception:
        log.exception("a socket failed")
        await leave(websocket, 1011, error_text("internal", "the server failed; it is logged"))


async def leave(websocket: WebSocket, code: int, last_words: str | None = None) -> None:
    """Close, if the peer is there and takes it."""
    with suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
        async with asyncio.timeout(FAREWELL_S):
            if last_words is not None:
                await websocket.send_text(last_words)
            await websocket.close(code)


async def first_message(websocket: WebSocket, model: type[Message]) -> Message:
    """Raises ``ProtocolError``."""
    try:
        async with asyncio.timeout(FIRST_MESSAGE_S):
            message = await websocket.receive()
    except TimeoutError:
        raise ProtocolError(
            f"no message within {FIRST_MESSAGE_S:.0f} s; begin with one", code=4408
        ) from None
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message["code"])
    if (text := message.get("text")) is None:
        raise ProtocolError("begin with a text message, not with audio", code=1003)
    return parse(text, model)


async def known_client(
    websocket: WebSocket, token: str | None, role: Role | None
) -> tuple[Principal, str]:
    """Who opened the socket, and the token that says so."""
    if token is not None:
        return await verified(services_of(websocket).tokens, token), token
    principal, token = await from_cookie(websocket, role)
    require_own_origin(websocket)
    return principal, token


async def first_of(*works: Coroutine[Any, Any, None]) -> None:
    """Run together until one of them ends or fails; the others are cancelled."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in works]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None


class Allowance:
    """A token bucket: ``burst`` messages at once, ``per_second`` for ever."""

    def __init__(self, *, burst: float, per_second: float) -> None:
        self._burst = burst
        self._per_second = per_second
        self._left = burst
        self._counted_s = time.monotonic()

    def spend(self) -> None:
        """One message. Raises ``ProtocolError`` when there were too many."""
        now_s = time.monotonic()
        self._left = min(self._burst, self._left + (now_s - self._counted_s) * self._per_second)
        self._counted_s = now_s
        if self._left < 1:
            raise ProtocolError(
                f"more than {self._per_second:.0f} text messages a second", code=4429
            )
        self._left -= 1
