"""The live calls of this node: each its own session, none able to hurt another."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from audio.decode import AudioFormat, Decoder
from copilot.bus import Bus
from copilot.errors import ConflictError, NotFoundError, StoreUnavailableError
from copilot.events import CallEnded, CallStarted
from copilot.journal import Journal
from copilot.ports import Summariser
from copilot.session import Session

log = logging.getLogger(__name__)

CLAIM_S = 30.0
"""How long a call stays this node's without a sign of life."""
SHUTDOWN_S = 20.0
"""How long calls get to tell their last words when the server stops."""

SessionMaker = Callable[[CallStarted, Decoder, Sequence[str]], Session]
"""Builds a session from its parts, with words the recogniser should know; ``copilot.app``
knows them."""


class LiveCalls:
    """Opens, finds, resumes and ends the sessions of this node."""

    def __init__(
        self, make_session: SessionMaker, *, journal: Journal, bus: Bus, summariser: Summariser
    ) -> None:
        self._make_session = make_session
        self._journal = journal
        self._bus = bus
        self._summariser = summariser
        self._node = secrets.token_hex(8)
        self._sessions: dict[str, Session] = {}
        self._formats: dict[str, AudioFormat] = {}
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
        and are kept nowhere.

        Raises ``ConflictError`` when the call_id is taken, or when the call that resumes
        began with another audio format.
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
            session = self._make_session(started, Decoder(audio_format), hotwords)
            self._sessions[call_id] = session
            self._formats[call_id] = audio_format
            if await self._known(call_id):
                raise ConflictError(f"call {call_id} has ended; a new call needs a new call_id")
        except BaseException:
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

    async def _close_orphans(self) -> None:
        """Ends the calls whose node died, and writes their summaries.

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
            if await self._bus.claim(call_id, self._node, CLAIM_S):
                await self._close(call_id, "lost_node")
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
            summary = await asyncio.to_thread(self._summariser.summarise, [*events, ended])
            await self._journal.append(ended)
            await self._journal.append(summary)
        except Exception:
            log.exception("a call was not closed", extra={"call_id": call_id, "why": reason})
        else:
            log.warning("closed a call", extra={"call_id": call_id, "why": reason})

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
            await self._forget(session.call_id)

    async def _forget(self, call_id: str) -> None:
        self._sessions.pop(call_id, None)
        self._formats.pop(call_id, None)
        await self._release(call_id)

    async def _release(self, call_id: str) -> None:
        with suppress(StoreUnavailableError):  # a claim runs out by itself
            await self._bus.release(call_id, self._node)

    async def _end_all(self) -> None:
        for session in list(self._sessions.values()):
            session.stop("shutdown")
        with suppress(TimeoutError):
            async with asyncio.timeout(SHUTDOWN_S):
                await asyncio.gather(*(one.finished() for one in self._sessions.values()))
        for task in self._tasks:
            task.cancel()

    async def _keep_claims(self) -> None:
        while True:
            with suppress(StoreUnavailableError):
                for call_id in list(self._sessions):
                    if not await self._bus.renew(call_id, self._node, CLAIM_S):
                        # Redis was away for longer than a claim lasts.
                        await self._bus.claim(call_id, self._node, CLAIM_S)
            await asyncio.sleep(CLAIM_S / 3)

    async def _watch_orphans(self) -> None:
        """A dead node's claims run out after ``CLAIM_S``, so this looks again and again."""
        while True:
            with suppress(StoreUnavailableError):
                await self._close_orphans()
            await asyncio.sleep(CLAIM_S / 3)
