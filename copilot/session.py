"""One call, from its first sample to its summary.

::

    frames ─ hear ─► chunks ─ transcriber ─► requests ─ recognition worker ─► hypotheses
                                  ▲                                              │
                                  └──────────────────────────────────────────────┘
    transcripts ─► outbox ─ run ─► masked, understood, appended to the journal

Samples never wait: ``hear`` decodes, finds speech and asks for words in the same turn of
the loop, so a slow store or recogniser delays events but never the socket. Only ``run``
awaits anything. The end is an event in the outbox: what was said before it is told first.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol, TypeVar

import numpy as np

from audio.decode import Decoder
from audio.files import Recording
from audio.transcriber import Transcriber
from copilot.conversation import Conversation
from copilot.events import (
    Alert,
    CallEnded,
    CallStarted,
    Degraded,
    Emotion,
    Event,
    Paused,
    Resumed,
    Stage,
    Summary,
    Transcript,
)
from copilot.signals import AudioChunk, Hypothesis, RecognitionRequest

log = logging.getLogger(__name__)

_In = TypeVar("_In")
_Out = TypeVar("_Out")

BEHIND_S = 4.0
"""Age of a final at which the call says that the recogniser is behind."""
CAUGHT_UP_S = 2.0
"""Age below which it says that it has caught up; lower, so that it does not flicker."""
OUTBOX_EVENTS = 200
"""Events waiting for the store beyond which partials are left out. Finals always wait."""


class Recognition(Protocol):
    """The worker that serves every call; see ``copilot.recognition``."""

    def submit(
        self,
        request: RecognitionRequest,
        deliver: Callable[[RecognitionRequest, Hypothesis | None], None],
    ) -> None: ...


class Session:
    """A live call. All methods belong to the event loop's thread."""

    def __init__(
        self,
        started: CallStarted,
        *,
        transcriber: Transcriber,
        conversation: Conversation,
        recognition: Recognition,
        append: Callable[[Event], Awaitable[Event]],
        thread: Executor,
        decoder: Decoder | None = None,
        resume_s: float = 0.0,
    ) -> None:
        self.started = started
        self._transcriber = transcriber
        self._conversation = conversation
        self._recognition = recognition
        self._store = append
        self._thread = thread
        self._decoder = decoder
        self._resume_s = resume_s
        # Bounded by what a person can say: see OUTBOX_EVENTS.
        self._outbox: asyncio.Queue[Event | None] = asyncio.Queue()
        self._end_reason: str | None = None
        self._told_end = False
        self._paused = False
        self._behind = False
        self._told_s = 0.0
        self._hangup: asyncio.TimerHandle | None = None
        self._progress = asyncio.Event()
        self._finished = asyncio.Event()

    # What goes in ----------------------------------------------------------------------

    def hear(self, frame: bytes) -> None:
        """Takes one frame of encoded audio. Raises ``AudioFormatError``."""
        assert self._decoder is not None, "a session that hears frames needs a decoder"
        self.listen(self._decoder.feed(frame))

    def listen(self, chunks: Sequence[AudioChunk]) -> None:
        """Takes decoded audio. While paused, silence of the same length takes its place,
        so that positions stay those of the call."""
        if self._end_reason is not None:
            return
        for chunk in chunks:
            heard = _silenced(chunk) if self._paused else chunk
            self._request(self._transcriber.feed(heard))

    async def play(self, recording: Recording) -> None:
        """Takes a whole recording, no faster than its words are told, and ends."""
        for chunks in recording.chunks():
            self.listen(chunks)
            await self.caught_up()
        self.stop()

    async def caught_up(self) -> None:
        """Returns once every final asked for is there: who has all the audio at once waits
        here, so that a recording is heard as it would have been live. Cancelling is safe."""
        while self._transcriber.pending:
            self._progress.clear()
            await self._progress.wait()
        await asyncio.sleep(0)

    def pause(self, by: str, reason: str = "") -> None:
        """Keeps nothing that is said from here on. No effect while paused."""
        if not self._paused and self._end_reason is None:
            self._paused = True
            self._tell(Paused(call_id=self.call_id, at_s=self.at_s, by=by, reason=reason))

    def resume(self, by: str, reason: str = "") -> None:
        """Listens again. No effect unless paused."""
        if self._paused and self._end_reason is None:
            self._paused = False
            self._tell(Resumed(call_id=self.call_id, at_s=self.at_s, by=by, reason=reason))

    def detach(self) -> None:
        """The socket is gone: the call ends as ``hangup`` unless one comes back in time."""
        if self.ending or self._hangup is not None:
            return
        loop = asyncio.get_running_loop()
        self._hangup = loop.call_later(self._resume_s, self.stop, "hangup")
        self._tell(self._degraded("ingest", "the line was lost"))

    def attach(self) -> None:
        """A socket came back."""
        if self._keep_line():
            self._tell(self._degraded("ingest", "the line is back", recovered=True))

    def stop(self, reason: str = "stop") -> None:
        """Ends the call once everything said so far has been told. Again: no effect."""
        self._keep_line()
        if self._end_reason is not None:
            return
        self._end_reason = reason
        if self._decoder is not None:
            for chunk in self._decoder.flush():
                self._request(self._transcriber.feed(chunk))
        self._request(self._transcriber.finish())
        self._tell_end_if_done()

    # What comes out --------------------------------------------------------------------

    async def run(self) -> None:
        """Tells the whole call: started, transcripts, readings, alerts, ended, summary.

        Cancelling loses what was not told yet; call ``stop`` and wait instead.
        """
        try:
            await self._append(self.started)
            while (event := await self._outbox.get()) is not None:
                await self._publish(event)
            await self._append_all(self._conversation.close, self.at_s)
            ended = CallEnded(
                call_id=self.call_id,
                at_s=self.at_s,
                duration_s=self.at_s,
                reason=self._end_reason or "stop",
            )
            await self._append(ended)
            await self._append(await self._summarised(ended))
        except BaseException:
            self._end_reason = self._end_reason or "failed"
            raise
        finally:
            self._finished.set()

    async def finished(self) -> None:
        """Returns once the summary is stored. Cancelling is safe."""
        await self._finished.wait()

    @property
    def call_id(self) -> str:
        return self.started.call_id

    @property
    def at_s(self) -> float:
        """Media time consumed."""
        return self._transcriber.consumed_s

    @property
    def paused(self) -> bool:
        return self._paused

    @property
    def detached(self) -> bool:
        return self._hangup is not None

    @property
    def ending(self) -> bool:
        return self._end_reason is not None

    async def _publish(self, event: Event) -> None:
        if not isinstance(event, Transcript):
            await self._append(event)
            return
        try:
            masked, redacted = await self._apart(self._conversation.hear, event)
        except Exception:  # what cannot be masked is not told
            log.exception("an utterance was not masked", extra={"call_id": self.call_id})
            await self._append(self._degraded("store", "an utterance was not masked"))
            return
        await self._append(masked)
        for mended in redacted:
            await self._append(mended)
        if masked.final and masked.text:
            await self._append_all(self._conversation.understand, masked)

    async def _append(self, event: Event) -> None:
        """Stores an event; ``at_s`` never falls, however long an event has waited."""
        self._told_s = max(self._told_s, event.at_s)
        await self._store(replace(event, at_s=self._told_s))

    async def _append_all(
        self, work: Callable[[_In], Sequence[Emotion | Alert]], value: _In
    ) -> None:
        """Appends what the models make of ``value``. If they fail the call goes on without."""
        try:
            found = await self._apart(work, value)
        except Exception:
            log.exception("an utterance was not understood", extra={"call_id": self.call_id})
            await self._append(self._degraded("sentiment", "an utterance was not understood"))
            return
        for event in found:
            await self._append(event)

    async def _summarised(self, ended: CallEnded) -> Summary:
        try:
            return await self._apart(self._conversation.summarise, ended)
        except Exception:
            log.exception("a call was not summarised", extra={"call_id": self.call_id})
            await self._append(self._degraded("summary", "the call was not summarised"))
            return Summary(
                call_id=self.call_id,
                at_s=ended.at_s,
                version=1,
                state="unavailable",
                why_none="model_unavailable",
                generator="none",
                made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            )

    def _keep_line(self) -> bool:
        """Calls the hang-up off. Returns whether one was under way."""
        if self._hangup is None:
            return False
        self._hangup.cancel()
        self._hangup = None
        return True

    def _request(self, requests: Sequence[RecognitionRequest]) -> None:
        for request in requests:
            self._recognition.submit(request, self._receive)

    def _receive(self, request: RecognitionRequest, hypothesis: Hypothesis | None) -> None:
        for transcript in self._transcriber.receive(request, hypothesis):
            if transcript.final or self._outbox.qsize() < OUTBOX_EVENTS:
                self._tell(transcript)
        if request.final:
            if self._decoder is not None:
                self._watch_lag(self.at_s - request.segment.end_s)
            if hypothesis is None and request.segment.closed:
                self._degrade("an utterance could not be recognised")
        self._progress.set()
        self._tell_end_if_done()

    def _watch_lag(self, lag_s: float) -> None:
        if not self._behind and lag_s > BEHIND_S:
            self._behind = True
            self._degrade("the recogniser is behind", lag_s=lag_s)
        elif self._behind and lag_s < CAUGHT_UP_S:
            self._behind = False
            self._degrade("the recogniser has caught up", lag_s=lag_s, recovered=True)

    def _degrade(self, reason: str, *, lag_s: float = 0.0, recovered: bool = False) -> None:
        log.warning(reason, extra={"call_id": self.call_id, "lag_s": round(lag_s, 2)})
        self._tell(self._degraded("recogniser", reason, lag_s=lag_s, recovered=recovered))

    def _degraded(
        self, stage: Stage, reason: str, *, lag_s: float = 0.0, recovered: bool = False
    ) -> Degraded:
        return Degraded(
            call_id=self.call_id,
            at_s=self.at_s,
            stage=stage,
            reason=reason,
            lag_s=max(0.0, lag_s),
            recovered=recovered,
        )

    def _tell(self, event: Event) -> None:
        self._outbox.put_nowait(event)

    def _tell_end_if_done(self) -> None:
        if self.ending and not self._told_end and not self._transcriber.pending:
            self._told_end = True
            self._outbox.put_nowait(None)

    async def _apart(self, work: Callable[[_In], _Out], value: _In) -> _Out:
        """Runs the models' work in their thread: the loop never waits for it."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, value)


def _silenced(chunk: AudioChunk) -> AudioChunk:
    return replace(chunk, samples=np.zeros_like(chunk.samples))
