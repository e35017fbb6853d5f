"""One call, from its first sample to its summary.

::

    frames ─ hear ─► chunks ─ ear ─► requests ─ recognition worker ─► hypotheses
                               ▲                                          │
                               └──────────────────────────────────────────┘
    transcripts ─► outbox ─ run ─► masked, understood, appended to the journal

Samples never wait: ``hear`` decodes, finds speech and asks for words in the same turn of
the loop, so a slow store or recogniser delays events but never the socket. Only ``run``
awaits anything. The end is an event in the outbox: what was said before it is told first.

Where the node has enough to do, the ear is a recorder: the call ends without words, and a
second session of it hears the recording when nobody else is on the line.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import TypeVar

from audio.decode import Decoder
from copilot.conversation import Conversation, no_summary
from copilot.errors import StoreUnavailableError
from copilot.events import (
    Alert,
    CallEnded,
    CallStarted,
    Degraded,
    Emotion,
    Event,
    Line,
    Paused,
    Resumed,
    Stage,
    Summary,
    Transcript,
)
from copilot.hearing import Ear, Recognition
from copilot.signals import AudioChunk, Hypothesis, RecognitionRequest
from copilot.summary_running import RunningSummaries
from copilot.trouble import Trouble

log = logging.getLogger(__name__)

_In = TypeVar("_In")
_Out = TypeVar("_Out")

OUTBOX_EVENTS = 200
"""Events waiting for the store beyond which partials and lines are left out."""
RUNNING_AFTER_TURNS = 4
"""Of the customer, before the call so far is told for the first time."""
RUNNING_EVERY_TURNS = 8
BEHIND_EVENTS = 10
"""Events waiting beyond which the call so far is not told: they matter more."""
TRANSCRIPT_LATER = "transcript after the call"


class Session:
    """A call. All methods belong to the event loop's thread.

    With a ``decoder`` somebody is on the line, without one a recording is heard. Without a
    ``conversation`` the call is only recorded. With ``running`` somebody on the line is told
    so far every few turns.
    """

    def __init__(
        self,
        started: CallStarted,
        *,
        ear: Ear,
        conversation: Conversation | None,
        recognition: Recognition,
        append: Callable[[Event], Awaitable[Event]],
        thread: Executor,
        decoder: Decoder | None = None,
        resume_s: float = 0.0,
        running: RunningSummaries | None = None,
    ) -> None:
        self.started = started
        self._ear = ear
        self._conversation = conversation
        self._recognition = recognition
        self._store = append
        self._thread = thread
        self._decoder = decoder
        self._resume_s = resume_s
        self._running = running
        self._running_in_turns = RUNNING_AFTER_TURNS
        # Bounded by what a person can say: see OUTBOX_EVENTS.
        self._outbox: asyncio.Queue[Event | None] = asyncio.Queue()
        self._end_reason: str | None = None
        self._told_end = False
        self._paused = False
        self._awaited: dict[str, RecognitionRequest] = {}
        """By utterance, the newest request for all its words."""
        self._live = decoder is not None and conversation is not None
        self._trouble = Trouble(started.call_id)
        self._told_s = 0.0
        self.lost_utterances: set[str] = set()
        """That the recogniser failed on."""
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
            self._ask(self._ear.feed, chunk.silenced() if self._paused else chunk)
            if self._conversation is not None and not self._paused:
                lines = self._voice(self._conversation.listen, chunk)
                self._tell(*lines if self._outbox.qsize() < OUTBOX_EVENTS else ())
        if self._live:
            self._follow_load()

    async def play(self, recording: Iterable[Sequence[AudioChunk]], rest_s: float = 0) -> None:
        """Takes a whole recording, no faster than its words are told, and ends. ``rest_s``
        is left to other calls after each piece."""
        for chunks in recording:
            self.listen(chunks)
            await self.caught_up()
            await self._outbox.join()
            await asyncio.sleep(rest_s)
        self.stop()

    async def caught_up(self) -> None:
        """Returns once every final asked for is there: who has all the audio at once waits
        here, so that a recording is heard as it would have been live. Cancelling is safe."""
        while self._awaited:
            self._progress.clear()
            await self._progress.wait()
        await asyncio.sleep(0)

    def pause(self, by: str, reason: str = "") -> None:
        """Keeps nothing that is said from here on. No effect while paused. The ``reason`` is
        stored as it is: whoever took it from outside has masked it."""
        if not self._paused and self._end_reason is None:
            self._paused = True
            self._tell(Paused(call_id=self.call_id, at_s=self.at_s, by=by, reason=reason))

    def resume(self, by: str, reason: str = "") -> None:
        """Listens again, with a ``reason`` as for ``pause``. No effect unless paused."""
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
                self._ask(self._ear.feed, chunk.silenced() if self._paused else chunk)
        self._ask(lambda _: self._ear.finish(), None)
        self._tell_end_if_done()

    # What comes out --------------------------------------------------------------------

    async def run(self) -> None:
        """Tells the whole call: started, transcripts, readings, alerts, ended, summary.

        Cancelling loses what was not told yet; call ``stop`` and wait instead.
        """
        conversation = self._conversation
        try:
            await self._append(self.started)
            if conversation is None:
                await self._append(self._degraded("recogniser", TRANSCRIPT_LATER))
            while (event := await self._outbox.get()) is not None:
                if conversation is not None and isinstance(event, Transcript):
                    await self._publish(event, conversation)
                else:
                    await self._append(event)
                if conversation is not None and isinstance(event, Line):
                    for alert in self._voice(conversation.observe, event):
                        await self._append(alert)
                self._outbox.task_done()
            if conversation is not None:
                await self._append_all(conversation.close, self.at_s)
            ended = CallEnded(
                call_id=self.call_id,
                at_s=self.at_s,
                duration_s=self.at_s,
                reason=self._end_reason or "stop",
            )
            await self._append(ended)
            if conversation is not None:
                await self._append(await self._summarised(ended, conversation))
        except BaseException:
            self._end_reason = self._end_reason or "failed"
            raise
        finally:
            self._finished.set()

    async def finished(self) -> None:
        """Returns once everything is told. Cancelling is safe."""
        await self._finished.wait()

    @property
    def call_id(self) -> str:
        return self.started.call_id

    @property
    def at_s(self) -> float:
        """Media time consumed."""
        return self._ear.consumed_s

    @property
    def recorded(self) -> bool:
        """Whether the call's words are told when it is over."""
        return self._conversation is None

    @property
    def paused(self) -> bool:
        return self._paused

    @property
    def detached(self) -> bool:
        return self._hangup is not None

    @property
    def ending(self) -> bool:
        return self._end_reason is not None

    async def _publish(self, transcript: Transcript, conversation: Conversation) -> None:
        try:
            masked, redacted = await self._apart(conversation.hear, transcript)
        except Exception:  # what cannot be masked is not told
            log.exception("an utterance was not masked", extra={"call_id": self.call_id})
            await self._append(self._degraded("store", "an utterance was not masked"))
            return
        await self._append(masked)
        for mended in redacted:
            await self._append(mended)
        if masked.final and masked.text:
            await self._append_all(conversation.understand, masked)
            self._ask_so_far(masked, conversation)

    def _ask_so_far(self, final: Transcript, conversation: Conversation) -> None:
        """Asks for the call so far where it is time, and there is time for it."""
        self._running_in_turns -= final.speaker != "agent"
        if self._running is None or not self._live or self._running_in_turns > 0:
            return
        if self._outbox.qsize() > BEHIND_EVENTS or self._recognition.load.level:
            return
        self._running_in_turns = RUNNING_EVERY_TURNS
        self._running.ask(conversation.history, self._take_so_far)

    def _take_so_far(self, summary: Summary) -> None:
        if not self._told_end:  # after the end there is the draft
            self._tell(summary)

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

    async def _summarised(self, ended: CallEnded, conversation: Conversation) -> Summary:
        try:
            return await self._apart(conversation.summarise, ended)
        except Exception:
            log.exception("a call was not summarised", extra={"call_id": self.call_id})
            await self._append(self._degraded("summary", "the call was not summarised"))
            return no_summary(self.call_id, ended.at_s)

    def _keep_line(self) -> bool:
        """Calls the hang-up off. Returns whether one was under way."""
        if self._hangup is None:
            return False
        self._hangup.cancel()
        self._hangup = None
        return True

    def _ask(self, hear: Callable[[_In], Sequence[RecognitionRequest]], value: _In) -> None:
        """Asks for the words of what is heard. If hearing fails the call goes on without."""
        try:
            requests = hear(value)
        except StoreUnavailableError as error:
            self._tell(*self._trouble.hearing(self.at_s, "store", str(error)))
            return
        except Exception:
            told = self._trouble.hearing(self.at_s, "vad", "audio was not heard")
            if told:  # once, not for every frame
                log.exception("audio was not heard", extra={"call_id": self.call_id})
            self._tell(*told)
            return
        self._tell(*self._trouble.hearing(self.at_s))
        for request in requests:
            if request.final:
                self._awaited[request.segment.utterance_id] = request
            self._recognition.submit(request, self._receive)

    def _voice(self, work: Callable[[_In], Sequence[_Out]], value: _In) -> Sequence[_Out]:
        """What follows from how people sound. If that fails the call goes on without."""
        try:
            found = work(value)
        except Exception:
            told = self._trouble.voice(self.at_s, failed=True)
            if told:  # once, not for every frame
                log.exception("a voice was not followed", extra={"call_id": self.call_id})
            self._tell(*told)
            return ()
        self._tell(*self._trouble.voice(self.at_s))
        return found

    def _receive(self, request: RecognitionRequest, hypothesis: Hypothesis | None) -> None:
        failed = hypothesis is None
        try:
            for transcript in self._ear.receive(request, hypothesis):
                if transcript.final or self._outbox.qsize() < OUTBOX_EVENTS:
                    self._tell(transcript)
        except Exception:
            log.exception("words were not taken", extra={"call_id": self.call_id})
            failed = True
        utterance_id = request.segment.utterance_id
        if self._awaited.get(utterance_id) is request:  # and no newer one took its place
            del self._awaited[utterance_id]
            (self.lost_utterances.add if failed else self.lost_utterances.discard)(utterance_id)
            self._follow_load(self.at_s - request.segment.end_s, failed=failed)
        self._progress.set()
        self._tell_end_if_done()

    def _follow_load(self, final_lag_s: float | None = None, *, failed: bool = False) -> None:
        """Passes the load on to the ear, and tells people when it changes what they see."""
        words = self._trouble.words
        if not self._live:
            self._tell(*words(self.at_s, failed=failed))
            return
        load = self._recognition.load
        self._ear.pace_s = load.pace_s
        self._tell(*words(self.at_s, load.level, load.lag_s, final_lag_s, failed=failed))

    def _degraded(self, stage: Stage, reason: str, *, recovered: bool = False) -> Degraded:
        return Degraded(
            call_id=self.call_id,
            at_s=self.at_s,
            stage=stage,
            reason=reason,
            recovered=recovered,
        )

    def _tell(self, *events: Event) -> None:
        for event in events:
            self._outbox.put_nowait(event)

    def _tell_end_if_done(self) -> None:
        if self.ending and not self._told_end and not self._awaited:
            self._told_end = True
            self._outbox.put_nowait(None)

    async def _apart(self, work: Callable[[_In], _Out], value: _In) -> _Out:
        """Runs the models' work in their thread: the loop never waits for it."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, value)
