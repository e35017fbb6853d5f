"""A call that goes on, told so far: for whoever steps in or takes over."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial

from copilot.events import Event, Summary
from copilot.ports import Summariser

__all__ = ["RunningSummaries", "running_summary"]

log = logging.getLogger(__name__)


def running_summary(summariser: Summariser, events: Sequence[Event]) -> Summary:
    """Version 0 in state ``running``; with ``why_none`` where too little was said so far.

    ``events`` begin with ``CallStarted``. Blocking.
    """
    return replace(summariser.summarise(events), version=0, state="running")


class RunningSummaries:
    """Tells the live calls of a node, one after another, in a thread of their own: what is
    said next, in any call, never waits for them. For the event loop's thread."""

    def __init__(self, summariser: Summariser, thread: Executor) -> None:
        self._summariser = summariser
        self._thread = thread
        self._asked: set[str] = set()

    def ask(self, events: Sequence[Event], deliver: Callable[[Summary], None]) -> None:
        """Tells the call that these events began, and hands it to ``deliver`` in the loop's
        thread. Where the thread is behind with this very call, it is left out; where it
        fails, the next one may succeed."""
        call_id = events[0].call_id
        if call_id in self._asked:
            return
        self._asked.add(call_id)
        work = partial(running_summary, self._summariser, tuple(events))
        future = asyncio.get_running_loop().run_in_executor(self._thread, work)
        future.add_done_callback(partial(self._take, call_id, deliver))

    def _take(
        self,
        call_id: str,
        deliver: Callable[[Summary], None],
        future: asyncio.Future[Summary],
    ) -> None:
        self._asked.discard(call_id)
        if future.cancelled():
            return  # the node stops
        if (error := future.exception()) is not None:
            log.warning(
                "a call was not told so far",
                extra={"call_id": call_id, "reason": type(error).__name__},
            )
            return
        deliver(future.result())
