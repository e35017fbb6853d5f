"""Sessions with scripted models, made as ``copilot.app`` makes them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor

from audio.decode import Decoder
from audio.transcriber import Transcriber
from audio.vocabulary import Vocabulary
from copilot.calls import SessionMaker
from copilot.conversation import Conversation
from copilot.events import CallStarted, Event
from copilot.hearing import Recognition
from copilot.recording import Recorder
from copilot.session import Session
from copilot.summary_running import RunningSummaries
from scripted import LoudnessVoiceModel, ScriptedAnalyser, ScriptedSummariser


def scripted_sessions(
    recognition: Recognition,
    thread: Executor,
    *,
    resume_s: float = 0.0,
    running: RunningSummaries | None = None,
) -> SessionMaker:
    """For ``LiveCalls``: loud is speech, words are the recogniser's."""

    def make_session(
        started: CallStarted,
        hotwords: Sequence[str],
        *,
        append: Callable[[Event], Awaitable[Event]],
        decoder: Decoder | None = None,
        recorder: Recorder | None = None,
    ) -> Session:
        on_line = decoder is not None
        transcriber = Transcriber(
            started.call_id,
            started.channels,
            started.language,
            vad=LoudnessVoiceModel(),
            partials=on_line,
            vocabulary=Vocabulary().with_hotwords(hotwords),
            live=on_line,
        )
        conversation = Conversation(
            started, analyser=ScriptedAnalyser(started), summariser=ScriptedSummariser()
        )
        return Session(
            started,
            ear=recorder or transcriber,
            conversation=None if recorder else conversation,
            recognition=recognition,
            append=append,
            thread=thread,
            decoder=decoder,
            resume_s=resume_s,
            running=running,
        )

    return make_session
