"""What holds for every HTTP answer and every request body."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_BYTES = 256 * 1024
"""Of the largest request; a summary with all its fields has some ten thousand."""
IGNORED_BYTES = 8 * 1024 * 1024
"""Read and forgotten, because a client cannot take an answer while it sends. After that
the connection is cut."""


class Guard:
    """Bounds request bodies and sets the headers that browsers should always see.

    What says nothing about caching is about a call, and is kept nowhere.
    """

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        received_bytes = 0

        async def bounded() -> Message:
            nonlocal received_bytes
            message = await receive()
            received_bytes += len(message.get("body", b""))
            if received_bytes <= BODY_BYTES:
                return message
            while message.get("more_body") and received_bytes < IGNORED_BYTES:
                message = await receive()
                received_bytes += len(message.get("body", b""))
            raise HTTPException(
                413,
                f"the body is larger than {BODY_BYTES} bytes",
                headers={"Connection": "close"},
            )

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Cache-Control", "no-store")
                headers["X-Content-Type-Options"] = "nosniff"
                # Addresses of our pages name calls; other sites need not learn them.
                headers["Referrer-Policy"] = "no-referrer"
            await send(message)

        await self._application(scope, bounded, headed)
