"""Rule sets compared on files and stored calls: ``copilot replay --rules`` and its REST twin.

Nothing is stored, and no alert reaches anybody.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path

from copilot.comparison import CallComparison, Totals, compare
from copilot.config import Config
from copilot.errors import ConflictError
from copilot.events import CallEnded, CallStarted
from copilot.ledger import call_from_file, instant
from copilot.masking import Masker
from copilot.record import CallRecord
from copilot.replay import finals_of, read_turns
from sentiment.reading import Reader, Reading
from sentiment.rules import Rules

__all__ = ["RuleTrial", "Trial", "record_of_file"]

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
    """Compares rule sets beside live calls, one comparison at a time. Its readings queue on
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


def record_of_file(config: Config, file: Path, *, language: str) -> CallRecord:
    """The call that a file of text turns holds, masked. Raises ``InputError`` with every bad
    line's number."""
    turns = read_turns(file)
    started: CallStarted = call_from_file(
        file,
        language=language,
        began=instant(None, config.time_zone),
        speakers=tuple(dict.fromkeys(turn.speaker for turn in turns)),
    )
    record = CallRecord.of([started])
    masker = Masker()
    at_s = 0.0
    for final in finals_of(started, turns):
        at_s = final.at_s
        masked, redacted = masker.hear(final)
        record.apply(replace(masked, seq=record.seq + 1))
        for redaction in redacted:
            record.apply(replace(redaction, seq=record.seq + 1))
    record.apply(CallEnded(call_id=started.call_id, at_s=at_s, duration_s=at_s, reason="stop"))
    return record
