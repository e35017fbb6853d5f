"""``/ws/live``: events of many calls, as they happen.

The client begins with a ``subscribe`` message and then only listens. It gets what is stored
above ``after``, then what happens, each event once and in order per call. A client that
cannot keep up is closed with 1013, comes back and goes on from where it was.
"""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from starlette.websockets import WebSocket

from copilot.auth import Principal, can
from copilot.errors import ForbiddenError, NotFoundError, ProtocolError, StoreUnavailableError
from copilot.events import CallStarted, Event
from copilot.journal import Journal
from copilot.web.access import services_of, verified
from copilot.web.event_text import text_of
from copilot.web.services import Services
from copilot.web.socket_messages import Subscribe
from copilot.web.sockets import first_message, first_of, known_client, polite

router = APIRouter()

TOKEN_CHECK_S = 60.0
"""How long a revoked token may still listen."""
KNOWN_CALLS = 10_000
"""Calls whose owner a viewer remembers. Full: all are looked up again."""


@router.websocket("/ws/live")
async def live_socket(websocket: WebSocket) -> None:
    async with polite(websocket):
        services = services_of(websocket)
        subscription = await first_message(websocket, Subscribe)
        principal, token = await known_client(websocket, subscription.token, subscription.role)
        view = View(principal, services.journal)
        calls = None if subscription.calls == "all" else set(subscription.calls)
        await view.require(calls)
        await first_of(
            _tell(websocket, services, view, calls, subscription.after),
            _listen(websocket),
            _watch(services, token),
        )


class View:
    """What somebody may see: all calls, or as an operator those they are the agent of."""

    def __init__(self, principal: Principal, journal: Journal) -> None:
        self._principal = principal
        self._journal = journal
        self._sees_all = can(principal, "see_call")
        self._seen: dict[str, bool] = {}

    async def require(self, calls: set[str] | None) -> None:
        """Raises ``ForbiddenError`` for a role that sees no calls, or somebody else's call.
        A call that has not begun may be waited for."""
        if not can(self._principal, "see_call", agent_id=self._principal.name):
            raise ForbiddenError(f"the role {self._principal.role} may not see calls")
        for call_id in sorted(calls or ()):
            if not self._sees_all and await self._owner(call_id) not in (
                None,
                self._principal.name,
            ):
                raise ForbiddenError(f"call {call_id} is somebody else's")

    async def sees(self, event: Event) -> bool:
        if self._sees_all:
            return True
        if isinstance(event, CallStarted):
            self._know(event.call_id, event.agent_id)
        elif event.call_id not in self._seen:
            self._know(event.call_id, await self._owner(event.call_id))
        return self._seen[event.call_id]

    def _know(self, call_id: str, agent_id: str | None) -> None:
        if len(self._seen) >= KNOWN_CALLS:
            self._seen.clear()
        self._seen[call_id] = agent_id == self._principal.name

    async def _owner(self, call_id: str) -> str | None:
        try:
            record = await self._journal.record(call_id)
        except NotFoundError:
            return None
        return record.started.agent_id if record.started else None


async def _tell(
    websocket: WebSocket,
    services: Services,
    view: View,
    calls: set[str] | None,
    after: dict[str, int],
) -> None:
    async with services.hub.view(calls, after) as viewer:
        async for event in viewer:
            if await view.sees(event):
                await websocket.send_text(text_of(event))
    raise StoreUnavailableError("this client is too slow; come back and go on by seq")


async def _listen(websocket: WebSocket) -> None:
    """Until the client is gone. It has nothing more to say."""
    message = await websocket.receive()
    if message["type"] != "websocket.disconnect":
        raise ProtocolError("nothing is expected after subscribe; open another socket")


async def _watch(services: Services, token: str) -> None:
    while True:
        await asyncio.sleep(TOKEN_CHECK_S)
        try:
            await verified(services.tokens, token)
        except StoreUnavailableError:
            continue
