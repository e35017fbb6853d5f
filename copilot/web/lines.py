"""The calls whose sockets are open here."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from copilot.session import Session

DRAIN_S = 15.0
"""For all calls to tell their last words, and for their clients to take them."""
LOST_S = 3.0
"""A telephone sends every 20 to 100 ms. After this long without a message its socket may be
taken over: the network tells of a dead peer much later."""


class Line(Protocol):
    """A socket and the session at its other end."""

    session: Session

    @property
    def silent_s(self) -> float:
        """Since the last message."""
        ...

    def give_up(self) -> None:
        """The call goes on elsewhere."""
        ...


class Lines:
    """Lines by call."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}
        self._one_left = asyncio.Event()

    @contextmanager
    def holding(self, line: Line) -> Iterator[None]:
        """The line is open inside this context."""
        call_id = line.session.call_id
        self._lines[call_id] = line
        try:
            yield
        finally:
            del self._lines[call_id]
            self._one_left.set()
            self._one_left = asyncio.Event()

    async def free(self, call_id: str) -> None:
        """Ends the socket of a call that wants to come back on another one, if it is silent:
        one that is alive stays as it is."""
        line = self._lines.get(call_id)
        if line is None or line.silent_s < LOST_S:
            return
        line.give_up()
        while self._lines.get(call_id) is line:
            await self._one_left.wait()

    async def drain(self) -> None:
        """Ends every call as ``shutdown``; returns when their sockets have had the summary,
        or after ``DRAIN_S``."""
        for line in self._lines.values():
            line.session.stop("shutdown")
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_S):
                while self._lines:
                    await self._one_left.wait()
