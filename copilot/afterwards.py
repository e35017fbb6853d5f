"""Transcribes the calls that were only recorded, one after another, behind all live ones.

A recording is heard through the same transcriber, models and summary as a live call, so its
record is as complete as any other's, only later. What follows ``call_ended`` carries its
media time. Fresh recordings and those that a dead process left are the same: files that wait.
Hearing one again tells nothing twice, so it may be broken off at any moment.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from copilot.conversation import no_summary
from copilot.errors import RecogniserError, StoreUnavailableError
from copilot.events import (
    Alert,
    CallEnded,
    CallStarted,
    Degraded,
    Emotion,
    Event,
    Redacted,
    Summary,
    Transcript,
)
from copilot.journal import Journal
from copilot.record import CallRecord
from copilot.recording import RecordedCall, recording_path
from copilot.session import TRANSCRIPT_LATER, Session

__all__ = ["Afterwards", "is_recorded"]

log = logging.getLogger(__name__)

LOOK_S = 10.0
"""Between two looks for recordings that a dead process left."""
REST_S = 0.002
"""After each 0.1 s of a recording: its voice activity runs on the loop of the live calls."""
ATTEMPTS = 3
"""At one recording, where the recogniser fails. Then the summary says what is missing."""
CLAIM_S = 30.0
"""For ending the call of a process that died."""
TOLD = "the transcript is there"
INCOMPLETE = "an utterance could not be recognised"

Append = Callable[[Event], Awaitable[Event]]


class Afterwards:
    """All recordings of a folder. ``run`` hears those that wait."""

    def __init__(
        self,
        folder: Path,
        journal: Journal,
        make_session: Callable[[CallStarted, Sequence[str], Append], Session],
        *,
        node: str,
    ) -> None:
        self._folder = folder
        self._journal = journal
        self._make_session = make_session
        self._node = node
        self._attempts: Counter[str] = Counter()
        self._new = asyncio.Event()

    def look(self) -> None:
        """A recording has begun to wait."""
        self._new.set()

    def holds(self, call_id: str) -> bool:
        """Whether there is a recording of the call, here or at a process of this folder."""
        return recording_path(self._folder, call_id).exists()

    @property
    def recordings(self) -> int:
        """On disk, also those of calls that go on."""
        return sum(1 for _ in self._folder.glob("*.call"))

    async def run(self) -> None:
        """Hears recordings until cancelled, which loses nothing."""
        while True:
            self._new.clear()
            for recorded in RecordedCall.waiting(self._folder):
                await self._take(recorded)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._new.wait()

    async def _take(self, recorded: RecordedCall) -> None:
        """The boundary: what fails is tried again later, and holds up no other recording."""
        call_id = recorded.started.call_id
        done = False
        try:
            done = await self._hear(recorded)
        except StoreUnavailableError as error:
            log.warning("a recording waits for the store", extra={"reason": str(error)})
        except Exception:
            log.exception("a recording was not transcribed", extra={"call_id": call_id})
        finally:
            if done:
                del self._attempts[call_id]
                recorded.delete()
            else:
                recorded.close()

    async def _hear(self, recorded: RecordedCall) -> bool:
        """Whether all that the recording can give is in the record."""
        call_id = recorded.started.call_id
        if self._journal.behind:
            return False  # the call's events may wait in the spool
        events = await self._journal.events(call_id)
        if not events:
            return True  # it never began, or was erased
        record = CallRecord.of(events)
        if record.summary is not None and not is_recorded(record):
            return True
        at_s = max(record.at_s, recorded.duration_s)
        if record.ended is None and not await self._end(call_id, at_s):
            return False
        self._attempts[call_id] += 1
        last = self._attempts[call_id] >= ATTEMPTS
        rest = _Rest(record, events, self._journal.append, at_s=at_s, last=last)
        try:
            session = self._make_session(recorded.started, recorded.hotwords, rest.append)
            rest.session = session
            async with asyncio.TaskGroup() as group:
                group.create_task(session.run(), name=f"afterwards {call_id}")
                await session.play(recorded.chunks(), REST_S)
        except Exception:
            if not last:
                raise
            log.exception("a recording is given up", extra={"call_id": call_id})
            await rest.give_up(call_id)
        return True

    async def _end(self, call_id: str, at_s: float) -> bool:
        """Ends a call whose process died, unless that was just now: its claim still holds."""
        bus = self._journal.bus
        if not await bus.claim(call_id, self._node, CLAIM_S):
            return False
        await self._journal.append(
            CallEnded(call_id=call_id, at_s=at_s, duration_s=at_s, reason="lost_node")
        )
        await bus.release(call_id, self._node)
        return True


class _Rest:
    """Appends what the record of a call does not hold yet."""

    def __init__(
        self,
        record: CallRecord,
        events: Sequence[Event],
        append: Append,
        *,
        at_s: float,
        last: bool,
    ) -> None:
        self._append = append
        self._at_s = at_s
        self._last = last
        self._known = {_identity(event) for event in events}
        self._version = record.summary.version if record.summary else 0
        self._heard = bool(record.finals)
        self.session: Session | None = None

    async def append(self, event: Event) -> Event:
        """Raises ``RecogniserError`` for a summary that another attempt may better."""
        event = replace(event, at_s=self._at_s)
        match event:
            case CallStarted() | CallEnded() | Degraded(stage="recogniser"):
                return event
            case Summary():
                return await self._close(event)
            case _ if (identity := _identity(event)) is not None and identity in self._known:
                return event
            case Transcript():
                self._heard = True
        return await self._append(event)

    async def give_up(self, call_id: str) -> None:
        """Says that there will be no summary."""
        await self._close(no_summary(call_id, self._at_s))

    async def _close(self, summary: Summary) -> Event:
        lost = summary.why_none == "model_unavailable" or (
            self.session is not None and bool(self.session.lost_utterances)
        )
        if lost and not self._last:
            raise RecogniserError("the recogniser failed on a recording")
        if lost and not self._heard:
            summary = no_summary(summary.call_id, self._at_s)
        await self._append(
            Degraded(
                call_id=summary.call_id,
                at_s=self._at_s,
                stage="recogniser",
                reason=INCOMPLETE if lost else TOLD,
                recovered=not lost,
            )
        )
        return await self._append(replace(summary, version=self._version + 1))


def is_recorded(record: CallRecord) -> bool:
    """Whether the words of a call are still only in its recording."""
    degraded = record.degraded.get("recogniser")
    return degraded is not None and degraded.reason == TRANSCRIPT_LATER


def _identity(event: Event) -> tuple[str, ...] | None:
    """What an event has in common with the one that a second hearing of the call makes."""
    match event:
        case Transcript() | Emotion():
            return (event.type, event.utterance_id)
        case Redacted():
            return (event.type, event.utterance_id, repr(event.spans))
        case Alert():
            return (event.type, event.alert_id)
        case _:
            return None
