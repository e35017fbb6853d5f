"""Live fan-out: one subscription per process, one bounded outbox per viewer.

A viewer gets the stored events above what it has seen, then the live ones, each once and
in order per call. What it misses while Redis is away it reads from the store afterwards.
A viewer that cannot keep up is closed, and hurts nobody else.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

from copilot.errors import StoreUnavailableError
from copilot.events import (
    CallEnded,
    CallStarted,
    Degraded,
    Event,
    Line,
    Summary,
    Transcript,
    lasts,
)
from copilot.journal import Journal

log = logging.getLogger(__name__)

OUTBOX_EVENTS = 1024
"""Per viewer. Full: what does not last (partials, line states, running summaries) goes, all
else stays. Still full: a viewer that reads from the store goes on reading there, any other
one is closed."""
_RETRY_S = 0.5
_OVERLAP_S = 5.0
"""How far before the last sign of life a gap is looked for."""
_SEEN_CALLS = 10_000
"""Calls of which a viewer remembers where it is; the least recent is forgotten first."""


class Viewer:
    """One reader of the live events: iterate over it, in one task.

    The iteration ends only when the viewer was too slow; then ``overrun`` is true.
    """

    def __init__(
        self, journal: Journal, calls: frozenset[str] | None, after: Mapping[str, int]
    ) -> None:
        self.overrun = False
        self._journal = journal
        self._calls = calls
        self._seen: OrderedDict[str, int] = OrderedDict(after)
        self._behind: list[str] = []
        """Calls to be read from the store before anything live."""
        self._reading = False
        self._outbox: dict[tuple[str, str, str], Event] = {}
        self._told: dict[str, Degraded] = {}
        self._wake = asyncio.Event()

    def catch_up(self, calls: Iterable[str]) -> None:
        """Read these calls from the store, each from where the viewer is in it."""
        wanted = (one for one in calls if self._calls is None or one in self._calls)
        self._behind = list(dict.fromkeys([*self._behind, *wanted]))
        self._wake.set()

    def tell(self, degraded: Degraded) -> None:
        """Say something that is not stored, before anything else; the newest per call."""
        if self._calls is None or degraded.call_id in self._calls:
            self._told[degraded.call_id] = degraded
            self._wake.set()

    def offer(self, event: Event) -> None:
        """Put a live event into the outbox. Never waits.

        A newer partial, line state or running summary takes the place of one that was not
        yet read.
        """
        if self.overrun or (self._calls is not None and event.call_id not in self._calls):
            return
        # Out and in again: the newer one must not overtake what came between.
        for slot in _replaced(event):
            self._outbox.pop(slot, None)
        self._outbox[_slot(event)] = event
        if len(self._outbox) > OUTBOX_EVENTS:
            self._shed()
        self._wake.set()

    def _shed(self) -> None:
        self._outbox = {slot: event for slot, event in self._outbox.items() if lasts(event)}
        if len(self._outbox) < OUTBOX_EVENTS:
            return
        if self._behind or self._reading:
            self.catch_up(call_id for _, call_id, _ in self._outbox)
        else:
            log.warning("viewer too slow, closed")
            self.overrun = True
        self._outbox.clear()

    async def __aiter__(self) -> AsyncIterator[Event]:
        while not self.overrun:
            if self._told:
                yield self._told.pop(next(iter(self._told)))
            elif self._behind:
                self._reading = True
                for event in await self._stored(self._behind.pop(0)):
                    if self._is_new(event):
                        yield event
                self._reading = False
            elif self._outbox:
                event = self._outbox.pop(next(iter(self._outbox)))
                if self._is_new(event):
                    yield event
            else:
                self._wake.clear()
                await self._wake.wait()

    async def _stored(self, call_id: str) -> list[Event]:
        """Waits while the store is away: nothing live comes from there either."""
        while True:
            try:
                return await self._journal.events(call_id, self._seen.get(call_id, 0))
            except StoreUnavailableError:
                await asyncio.sleep(_RETRY_S)

    def _is_new(self, event: Event) -> bool:
        if event.seq <= self._seen.get(event.call_id, 0):
            return False
        self._seen[event.call_id] = event.seq
        self._seen.move_to_end(event.call_id)
        if len(self._seen) > _SEEN_CALLS:
            self._seen.popitem(last=False)
        return True


class Hub:
    """All viewers of this process. ``run`` feeds them."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._bus = journal.bus
        self._viewers: set[Viewer] = set()
        self._live: dict[str, float] = {}
        """Live calls and the media time they reached: who is told that the store is away."""
        self._away = False
        self._heard_s = time.monotonic()

    @asynccontextmanager
    async def view(
        self, calls: set[str] | None = None, after: Mapping[str, int] | None = None
    ) -> AsyncIterator[Viewer]:
        """A viewer of these calls, or of all; ``after`` is the ``seq`` seen by call.

        It begins with what is stored above ``after``: of the calls named, or for a viewer
        of all calls, of those named in ``after`` and those that are live.
        """
        after = after or {}
        viewer = Viewer(self._journal, None if calls is None else frozenset(calls), after)
        self._viewers.add(viewer)
        try:
            viewer.catch_up(after if calls is None else sorted(calls))
            if calls is None:
                viewer.catch_up(sorted(await self._live_calls()))
            yield viewer
        finally:
            self._viewers.discard(viewer)

    @property
    def viewer_count(self) -> int:
        return len(self._viewers)

    async def run(self) -> None:
        """Feed the viewers until cancelled; come back whenever Redis does."""
        while True:
            try:
                async with self._bus.subscribe() as events:
                    await self._resume()
                    async for event in events:
                        self._pass(event)
            except StoreUnavailableError:
                self._lose()
                await asyncio.sleep(_RETRY_S)

    async def _live_calls(self) -> set[str]:
        try:
            return await self._bus.live()
        except StoreUnavailableError:
            return set(self._live)

    async def _resume(self) -> None:
        """Subscribed again: viewers read what was published in between from the store."""
        silent_s = time.monotonic() - self._heard_s
        missed = await self._bus.touched(await self._bus.now_s() - silent_s - _OVERLAP_S)
        live = await self._bus.live()
        for viewer in self._viewers:
            viewer.catch_up(sorted(missed))
        if self._away:
            self._tell(reason="Redis is back", lag_s=silent_s, recovered=True)
        self._live = {call_id: self._live.get(call_id, 0.0) for call_id in live}
        self._away = False

    def _lose(self) -> None:
        if not self._away:
            log.warning("live events stopped, Redis is away")
            self._tell(reason="Redis is away", lag_s=0.0, recovered=False)
            self._away = True

    def _tell(self, *, reason: str, lag_s: float, recovered: bool) -> None:
        for call_id, at_s in self._live.items():
            degraded = Degraded(
                call_id=call_id,
                at_s=at_s,
                stage="store",
                reason=reason,
                lag_s=lag_s,
                recovered=recovered,
            )
            for viewer in self._viewers:
                viewer.tell(degraded)

    def _pass(self, event: Event) -> None:
        self._heard_s = time.monotonic()
        if isinstance(event, CallEnded):
            self._live.pop(event.call_id, None)
        elif isinstance(event, CallStarted) or event.call_id in self._live:
            self._live[event.call_id] = event.at_s
        for viewer in self._viewers:
            viewer.offer(event)


def _slot(event: Event) -> tuple[str, str, str]:
    """Events in the same slot replace each other while they wait."""
    if isinstance(event, Line):
        return ("line", event.call_id, event.speaker)
    if isinstance(event, Transcript) and not event.final:
        return ("partial", event.call_id, event.utterance_id)
    if isinstance(event, Summary) and event.state == "running":
        return ("running", event.call_id, "")
    return ("stored", event.call_id, str(event.seq))


def _replaced(event: Event) -> Iterable[tuple[str, str, str]]:
    """Slots that an event empties: its own, and a final that of its partials."""
    yield _slot(event)
    if isinstance(event, Transcript) and event.final:
        yield ("partial", event.call_id, event.utterance_id)
