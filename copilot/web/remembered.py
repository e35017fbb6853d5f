"""What is made of a call's events on request, made once for as long as no new one is stored."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from copilot.events import Event

__all__ = ["Remembered"]

KEPT_CALLS = 64
"""More than people look at at once; what is kept of one is a page of text."""

_Made = TypeVar("_Made")


class Remembered(Generic[_Made]):
    """Makes something of a call's events, in a thread, and keeps it for the latest calls.
    Those who ask while it is made wait for the same one. For the event loop's thread."""

    def __init__(self, make: Callable[[Sequence[Event]], _Made]) -> None:
        self._make = make
        self._made: OrderedDict[str, tuple[int, asyncio.Future[_Made]]] = OrderedDict()

    async def of(self, events: Sequence[Event]) -> _Made:
        """``events`` are all that are stored of a call, at least one. Raises what making
        does; the next who asks has it made again."""
        call_id, seq = events[-1].call_id, events[-1].seq
        known = self._made.get(call_id)
        if known is None or known[0] != seq:
            known = (seq, asyncio.ensure_future(asyncio.to_thread(self._make, events)))
            self._made[call_id] = known
        self._made.move_to_end(call_id)
        if len(self._made) > KEPT_CALLS:
            self._made.popitem(last=False)
        try:
            # Who goes away does not take it from the others.
            return await asyncio.shield(known[1])
        except Exception:
            if self._made.get(call_id) == known:
                del self._made[call_id]
            raise
