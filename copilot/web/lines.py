"""The calls whose sockets are open here, so that a server that stops can end them first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from copilot.session import Session

DRAIN_S = 15.0
"""For all calls to tell their last words, and for their clients to take them."""


class Lines:
    """Sessions with a socket."""

    def __init__(self) -> None:
        self._sessions: set[Session] = set()
        self._left = asyncio.Event()

    @contextmanager
    def holding(self, session: Session) -> Iterator[None]:
        self._sessions.add(session)
        try:
            yield
        finally:
            self._sessions.discard(session)
            self._left.set()

    async def drain(self) -> None:
        """Ends every call as ``shutdown``; returns when their sockets have had the summary,
        or after ``DRAIN_S``."""
        for session in self._sessions:
            session.stop("shutdown")
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_S):
                while self._sessions:
                    self._left.clear()
                    await self._left.wait()
