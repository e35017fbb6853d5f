"""The live calls of this node: each its own session, none able to hurt another."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Protocol

from audio.decode import AudioFormat, Decoder
from copilot.admission import Admission
from copilot.afterwards import Afterwards, is_recorded
from copilot.bus import Bus
from copilot.errors import (
    ConflictError,
    NotFoundError,
    OverloadedError,
    StoreUnavailableError,
)
from copilot.events import CallEnded, CallStarted, Event
from copilot.journal import Journal
from copilot.last_words import LastWords
from copilot.ports import Summariser
from copilot.record import CallRecord
from copilot.recording import Recorder
from copilot.session import Session

log = logging.getLogger(__name__)

CLAIM_S = 30.0
"""How long a call stays this node's without a sign of life."""
LOOK_S = CLAIM_S / 3
"""Between two looks for calls whose node died."""
SHUTDOWN_S = 20.0
"""How long calls get to tell their last words when the server stops."""


class SessionMaker(Protocol):
    """Builds a session from its parts; ``copilot.app`` knows them. ``hotwords`` are what its
    recogniser should know."""

    def __call__(
        self,
        started: CallStarted,
        hotwords: Sequence[str],
        *,
        append: Callable[[Event], Awaitable[Event]],
        decoder: Decoder | None = None,
        recorder: Recorder | None = None,
    ) -> Session:
        """With a ``decoder`` for a line; with a ``recorder`` too, one that is only recorded;
        without both for a recording."""
        ...


class LiveCalls:
    """Opens, finds, resumes and ends the sessions of this node."""

    def __init__(
        self,
        make_session: SessionMaker,
        *,
        journal: Journal,
        bus: Bus,
        summariser: Summariser,
        admission: Admission,
        level: Callable[[], int],
        recordings: Path,
    ) -> None:
        """``level`` tells how far the recognition worker is behind; ``recordings`` is the
        folder of calls that are transcribed when they are over."""
        self.refused = 0
        """Calls not taken because the node has enough to do."""
        self._make_session = make_session
        self._journal = journal
        self._bus = bus
        self._admission = admission
        self._level = level
        self._recordings = recordings
        self._node = secrets.token_hex(8)
        self._sessions: dict[str, Session] = {}
        self._formats: dict[str, AudioFormat] = {}
        self._recorders: dict[str, Recorder] = {}
        self._afterwards = Afterwards(
            recordings,
            journal,
            lambda started, hotwords, append: make_session(started, hotwords, append=append),
            node=self._node,
        )
        self._taken_over: set[str] = set()
        """Calls of lost nodes that are being closed."""
        self._last_words = LastWords(journal, summariser)
        self._tasks: set[asyncio.Task[None]] = set()
        self._group: asyncio.TaskGroup | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Calls live inside this context. Leaving it ends them in order, with summaries."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            # Apart, because closing many calls takes longer than a claim lasts.
            watching = (
                group.create_task(self._keep_claims(), name="keep claims"),
                group.create_task(self._watch_orphans(), name="close orphans"),
                group.create_task(self._afterwards.run(), name="afterwards"),
            )
            try:
                yield
            finally:
                self._group = None
                await self._end_all()
                for task in watching:
                    task.cancel()

    async def open(
        self,
        started: CallStarted,
        audio_format: AudioFormat,
        *,
        hotwords: Sequence[str] = (),
        resume: bool = False,
    ) -> Session:
        """A new session, or with ``resume`` the one whose socket was lost.

        ``hotwords`` are names and numbers that this call is about: they help the recogniser
        and are gone when the call is transcribed.

        Raises ``ConflictError`` when the call_id is taken, or when the call that resumes
        began with another audio format; ``OverloadedError`` when the node has enough to do
        and takes none for later; ``StoreUnavailableError`` where it cannot be recorded.
        """
        call_id = started.call_id
        if (session := self._sessions.get(call_id)) is not None:
            return self._reattach(session, audio_format, resume)
        if (group := self._group) is None:
            raise ConflictError("the server is shutting down; call another node")
        claimed = await self._bus.claim(call_id, self._node, CLAIM_S)
        # The claim is the node's: of two sockets that ask at once, both may have it.
        if not claimed or call_id in self._sessions:
            raise ConflictError(f"call {call_id} is live on another socket")
        try:
            session = self._admitted(started, Decoder(audio_format), hotwords)
            self._sessions[call_id] = session
            self._formats[call_id] = audio_format
            if await self._known(call_id):
                raise ConflictError(f"call {call_id} has ended; a new call needs a new call_id")
        except BaseException:
            if (recorder := self._recorders.pop(call_id, None)) is not None:
                recorder.discard()
            await self._forget(call_id)
            raise
        task = group.create_task(self._run(session), name=f"call {call_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return session

    def session(self, call_id: str) -> Session | None:
        """The live session, or ``None``."""
        return self._sessions.get(call_id)

    def __len__(self) -> int:
        return len(self._sessions)

    @property
    def transcribed(self) -> int:
        """Calls on the line whose words are told as people speak."""
        return sum(not session.recorded for session in self._sessions.values())

    @property
    def recorded(self) -> int:
        """Calls on the line that are transcribed when they are over."""
        return len(self._sessions) - self.transcribed

    @property
    def recordings(self) -> int:
        """Calls whose transcript is still to come, on the line or not."""
        return self._afterwards.recordings

    @property
    def max_transcribed(self) -> int:
        """Calls that are transcribed as people speak, at most."""
        return self._admission.max_calls

    def _admitted(
        self, started: CallStarted, decoder: Decoder, hotwords: Sequence[str]
    ) -> Session:
        try:
            how = self._admission.admit(live_calls=self.transcribed, level=self._level())
        except OverloadedError:
            self.refused += 1
            raise
        recorder: Recorder | None = None
        if how == "recorded":
            recorder = Recorder(self._recordings, started, hotwords)
            self._recorders[started.call_id] = recorder
        return self._make_session(
            started,
            hotwords,
            append=self._journal.append,
            decoder=decoder,
            recorder=recorder,
        )

    async def _close_orphans(self) -> None:
        """Ends the calls whose node died, and writes the summaries that are missing.

        Not before the store knows what waits in the spool: a call may have ended there.
        Raises ``StoreUnavailableError``.
        """
        if self._journal.behind:
            return
        claimed = await self._bus.claims()
        async for call_id in self._journal.live_calls():
            # A call of ours may have begun since the claims were read.
            if call_id in claimed or call_id in self._sessions:
                continue
            if self._afterwards.holds(call_id):
                continue  # ended there, with its transcript
            async with self._taking_over(call_id) as ours:
                if ours:
                    await self._close(call_id, "lost_node")
        for call_id in await self._last_words.missing():
            if call_id in claimed or call_id in self._sessions:
                continue
            if self._afterwards.holds(call_id):
                continue
            async with self._taking_over(call_id) as ours:
                if ours:
                    await self._finish(call_id)

    @asynccontextmanager
    async def _taking_over(self, call_id: str) -> AsyncIterator[bool]:
        """Whether the call is this node's inside the block, however long a summary takes."""
        if not await self._bus.claim(call_id, self._node, CLAIM_S):
            yield False
            return
        self._taken_over.add(call_id)
        try:
            yield True
        finally:
            self._taken_over.discard(call_id)
            await self._release(call_id)

    async def _close(self, call_id: str, reason: str) -> None:
        """Ends a call from what the journal holds of it. Failing harms no other call."""
        try:
            events = await self._journal.events(call_id)
            if any(isinstance(event, CallEnded) for event in events):
                return  # somebody else was quicker
            at_s = max((event.at_s for event in events), default=0.0)
            ended = CallEnded(call_id=call_id, at_s=at_s, duration_s=at_s, reason=reason)
            # Before the end is told: what has ended is never looked at again.
            last_words = await self._last_words.of([*events, ended])
            await self._journal.append(ended)
            if not self._afterwards.holds(call_id):  # else it is still to come
                for event in last_words:
                    await self._journal.append(event)
        except Exception:
            log.exception("a call was not closed", extra={"call_id": call_id, "why": reason})
        else:
            log.warning("closed a call", extra={"call_id": call_id, "why": reason})

    async def _finish(self, call_id: str) -> None:
        """Writes the summary of a call whose node died after telling its end."""
        try:
            events = await self._journal.events(call_id)
            record = CallRecord.of(events)
            if record.summary is not None or is_recorded(record):
                return  # there, or still to come
            for event in await self._last_words.of(events):
                await self._journal.append(event)
        except Exception:
            log.exception("a call was not summarised", extra={"call_id": call_id})
        else:
            log.warning("summarised a call that its node had left", extra={"call_id": call_id})

    def _reattach(self, session: Session, audio_format: AudioFormat, resume: bool) -> Session:
        if session.ending:
            raise ConflictError(f"call {session.call_id} is ending")
        if not session.detached:
            raise ConflictError(f"call {session.call_id} is live on another socket")
        if not resume:
            raise ConflictError(
                f'call {session.call_id} lost its socket; come back with "resume": true'
            )
        if audio_format != self._formats[session.call_id]:
            raise ConflictError(
                f"call {session.call_id} began with another audio format; resume with that one"
            )
        session.attach()
        return session

    async def _known(self, call_id: str) -> bool:
        try:
            await self._journal.record(call_id)
        except NotFoundError:
            return False
        return True

    async def _run(self, session: Session) -> None:
        """The boundary: whatever fails in a call ends that call only."""
        try:
            await session.run()
        except Exception:
            # The log's formatter leaves exception texts out: they may quote speech.
            log.exception("a call failed", extra={"call_id": session.call_id})
            await self._close(session.call_id, "failed")
        finally:
            if (recorder := self._recorders.pop(session.call_id, None)) is not None:
                recorder.close()
                self._afterwards.look()
            await self._forget(session.call_id)

    async def _forget(self, call_id: str) -> None:
        try:
            await self._release(call_id)  # until then the call is ending, not gone
        finally:
            self._sessions.pop(call_id, None)
            self._formats.pop(call_id, None)

    async def _release(self, call_id: str) -> None:
        with suppress(StoreUnavailableError):  # a claim runs out by itself
            await self._bus.release(call_id, self._node)

    async def _end_all(self) -> None:
        for session in list(self._sessions.values()):
            session.stop("shutdown")
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=SHUTDOWN_S)
            for task in late:
                task.cancel()

    async def _keep_claims(self) -> None:
        while True:
            with suppress(StoreUnavailableError):
                for call_id in [*self._sessions, *self._taken_over]:
                    if not await self._bus.renew(call_id, self._node, CLAIM_S):
                        # Redis was away for longer than a claim lasts.
                        await self._bus.claim(call_id, self._node, CLAIM_S)
            await asyncio.sleep(CLAIM_S / 3)

    async def _watch_orphans(self) -> None:
        """A dead node's claims run out after ``CLAIM_S``, so this looks again and again."""
        while True:
            with suppress(StoreUnavailableError):
                await self._close_orphans()
            await asyncio.sleep(LOOK_S)
