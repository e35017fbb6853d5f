"""Rule sets compared beside live calls. Nothing is stored, and no alert reaches anybody."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from copilot.comparison import CallComparison, Totals, compare
from copilot.errors import ConflictError
from copilot.record import CallRecord
from sentiment.reading import Reader, Reading
from sentiment.rules import Rules

__all__ = ["RuleTrial", "Trial"]

TRIAL_S = 20.0
"""After this long no further call is begun: somebody waits for the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What the comparison of some stored calls found."""

    calls: tuple[CallComparison, ...]
    totals: Totals
    left_out: int
    """Calls for which the time did not suffice."""


class RuleTrial:
    """One comparison at a time. Its readings queue on
    the live calls' thread, a few texts at once, so that none of those waits long."""

    def __init__(self, reader: Reader, thread: Executor, *, limit_s: float = TRIAL_S) -> None:
        self._reader = _Queued(reader, thread)
        self._limit_s = limit_s
        self._running = asyncio.Lock()

    async def run(
        self, records: AsyncIterator[CallRecord], *, before: Rules, after: Rules
    ) -> Trial:
        """Raises ``ConflictError`` while another comparison runs."""
        if self._running.locked():
            raise ConflictError("another comparison is running; try again when it is done")
        async with self._running:
            until_s = time.monotonic() + self._limit_s
            totals, found, left_out = Totals(), [], 0
            async for record in records:
                if time.monotonic() > until_s:
                    left_out += 1
                    continue
                one = await asyncio.to_thread(
                    compare, record, self._reader, before=before, after=after
                )
                totals.add(one)
                found.append(one)
            return Trial(calls=tuple(found), totals=totals, left_out=left_out)


class _Queued:
    """A reader whose every reading runs in one thread, whoever asks."""

    def __init__(self, reader: Reader, thread: Executor) -> None:
        self.name = reader.name
        self._reader = reader
        self._thread = thread

    def read(self, texts: Sequence[str]) -> list[Reading]:
        return self._thread.submit(self._reader.read, texts).result()
