"""Changes that people make to the record of a call: one at a time, on every node.

A change is judged by the record as it stands ("is this still the newest version?"), so
nobody else may change it between the look and the append.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from weakref import WeakValueDictionary

from copilot.errors import ConflictError, StoreUnavailableError
from copilot.journal import Journal
from copilot.record import CallRecord

WAIT_S = 5.0
"""For whoever changes the same call now; a change takes milliseconds."""
HOLD_S = 10.0
"""After this a node that died in the middle holds nobody up any more."""
_POLL_S = 0.02


class Changes:
    """Who may change which call now."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._owner = secrets.token_hex(8)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def of(self, call_id: str) -> AsyncIterator[CallRecord]:
        """The record, which nobody else changes inside the block.

        Raises ``NotFoundError``, ``ConflictError`` after a wait, and
        ``StoreUnavailableError``: people hear that the store is away, so that they see
        what they did.
        """
        lock = self._locks.setdefault(call_id, asyncio.Lock())
        # A space is in no call_id: this is no claim to run the call.
        key = f"change {call_id}"
        async with lock:
            await self._claim(key)
            try:
                yield await self._journal.record(call_id)
            finally:
                with suppress(StoreUnavailableError):
                    await self._journal.bus.release(key, self._owner)

    async def _claim(self, key: str) -> None:
        try:
            async with asyncio.timeout(WAIT_S):
                while True:
                    if await self._journal.bus.claim(key, self._owner, HOLD_S):
                        return
                    await asyncio.sleep(_POLL_S)
        except TimeoutError:
            raise ConflictError("someone else is changing this call; try again") from None


def now() -> str:
    """``made_at`` of an event that somebody makes."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
