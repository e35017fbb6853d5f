"""Summaries of calls whose session is gone: it failed, or its node died."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select

from copilot import tables
from copilot.afterwards import is_recorded
from copilot.conversation import no_summary
from copilot.events import Degraded, Event
from copilot.journal import Journal
from copilot.ports import Summariser
from copilot.record import CallRecord
from copilot.times import utc_now

__all__ = ["SUMMARY_TRIES", "LastWords"]

log = logging.getLogger(__name__)

SUMMARY_TRIES = 3
"""At the summary of a call. Then its record says that there is none."""
RECENT_S = 86_400.0
"""How far back calls are looked for that have no summary."""


class LastWords:
    """Makes them from what the journal holds."""

    def __init__(self, journal: Journal, summariser: Summariser) -> None:
        self._journal = journal
        self._summariser = summariser
        self._failures: Counter[str] = Counter()

    async def of(self, events: Sequence[Event]) -> list[Event]:
        """The summary of an ended call; where the summariser fails too often, what says so.

        Raises what the summariser raised, for another try later.
        """
        call_id, at_s = events[-1].call_id, max(event.at_s for event in events)
        if is_recorded(CallRecord.of(events)):
            return [no_summary(call_id, at_s)]  # its words are on the node that was lost
        try:
            summary = await asyncio.to_thread(self._summariser.summarise, events)
        except Exception:
            self._failures[call_id] += 1
            if self._failures[call_id] < SUMMARY_TRIES:
                raise
            log.exception("a call was not summarised", extra={"call_id": call_id})
            reason = "the call was not summarised"
            behind = Degraded(call_id=call_id, at_s=at_s, stage="summary", reason=reason)
            summary = no_summary(call_id, at_s)
            del self._failures[call_id]
            return [behind, summary]
        del self._failures[call_id]
        return [summary]

    async def missing(self) -> list[str]:
        """Calls of late that ended and have no summary: their node died in between, or is
        still at it. Raises ``StoreUnavailableError``."""
        calls = tables.calls.c
        query = select(calls.call_id).where(
            calls.started_at >= utc_now(-RECENT_S),
            calls.state == "ended",
            calls.summary_version == 0,
        )
        async with self._journal.archive.transaction() as connection:
            return list(await connection.scalars(query))
