"""A whole call through the session: order, endings, pauses, failures."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor
from itertools import pairwise

import numpy as np
import pytest

from copilot.conversation import Conversation
from copilot.errors import AudioFormatError
from copilot.events import (
    Alert,
    CallEnded,
    CallStarted,
    Degraded,
    Emotion,
    Paused,
    Redacted,
    Resumed,
    Summary,
    Transcript,
)
from copilot.signals import RecognitionRequest
from copilot.trouble import STEADY_S
from one_session import TURN, Store, frames, live, speak
from scripted import (
    ScriptedAnalyser,
    ScriptedRecogniser,
    ScriptedSummariser,
    silence,
    tone,
)


async def test_a_call_is_told_in_order(store: Store, thread: Executor) -> None:
    async with live(store, thread) as session:
        speak(session, np.concatenate([TURN, silence(2)]), np.concatenate([silence(4), TURN]))
        session.stop()

    assert isinstance(store.events[0], CallStarted)
    assert [type(event) for event in store.events[-2:]] == [CallEnded, Summary]
    assert [final.speaker for final in store.finals] == ["customer", "agent"]
    assert all(later.at_s >= one.at_s for one, later in pairwise(store.events))
    ended = store.of(CallEnded)[0]
    assert ended.reason == "stop"
    assert ended.duration_s == pytest.approx(8.5, abs=0.05)
    summary = store.of(Summary)[0]
    assert summary.state == "draft"
    assert {cited for part in summary.sentences for cited in part.utterance_ids} == {
        final.utterance_id for final in store.finals
    }


async def test_revisions_rise_and_one_is_final(store: Store, thread: Executor) -> None:
    async with live(store, thread) as session:
        for frame in frames(np.concatenate([tone(5.0), silence(2.0)]), silence(0.1)):
            session.hear(frame)
            await asyncio.sleep(0)
        session.stop()
    revisions = [(event.revision, event.final) for event in store.of(Transcript)]
    assert [number for number, _ in revisions] == list(range(1, len(revisions) + 1))
    assert [final for _, final in revisions] == [False] * (len(revisions) - 1) + [True]


async def test_words_at_the_end_are_not_lost(store: Store, thread: Executor) -> None:
    """The line is cut in the middle of a word."""
    async with live(store, thread) as session:
        speak(session, np.concatenate([silence(0.5), tone(1.5)]))
        session.detach()
    assert len(store.finals) == 1
    assert store.of(CallEnded)[0].reason == "hangup"
    assert store.of(Summary)[0].state == "draft"


async def test_a_socket_may_come_back(store: Store, thread: Executor) -> None:
    async with live(store, thread, resume_s=60) as session:
        speak(session, TURN)
        session.detach()
        assert session.detached
        session.attach()
        speak(session, TURN)
        session.stop()
    assert len(store.finals) == 2
    assert len(store.of(CallEnded)) == 1
    lost, back = [event for event in store.of(Degraded) if event.stage == "ingest"]
    assert (lost.recovered, back.recovered) == (False, True)


async def test_what_follows_the_end_is_ignored(store: Store, thread: Executor) -> None:
    async with live(store, thread) as session:
        speak(session, TURN)
        session.stop()
        speak(session, TURN)
        session.stop("hangup")
        session.pause("mori")
    assert len(store.finals) == 1
    assert [ended.reason for ended in store.of(CallEnded)] == ["stop"]
    assert not store.of(Paused)


async def test_nothing_said_while_paused_is_kept(store: Store, thread: Executor) -> None:
    recogniser = ScriptedRecogniser()
    async with live(store, thread, recogniser) as session:
        speak(session, TURN)
        session.pause("mori", "card number")
        speak(session, TURN)
        session.resume("mori")
        speak(session, TURN)
        session.stop()
    assert [event.reason for event in store.of(Paused)] == ["card number"]
    assert len(store.of(Resumed)) == 1
    first, second = store.finals
    assert first.start_s < 4.5
    assert second.start_s > 9.0, "positions stay those of the call"
    for request in recogniser.heard:
        assert not 4.6 < request.segment.start_s < 8.9


async def test_a_silent_call_says_why_there_is_no_summary(
    store: Store, thread: Executor
) -> None:
    async with live(store, thread) as session:
        for _ in range(60):
            speak(session, silence(1.0))
        session.stop()
    assert not store.of(Transcript)
    summary = store.of(Summary)[0]
    assert (summary.state, summary.why_none) == ("unavailable", "no_speech")


async def test_a_frame_that_is_no_whole_frame_leaves_the_call_unharmed(
    store: Store, thread: Executor
) -> None:
    async with live(store, thread) as session:
        speak(session, TURN)
        with pytest.raises(AudioFormatError):
            session.hear(b"\0\0\0")
        speak(session, TURN)
        session.stop()
    assert len(store.finals) == 2


async def test_readings_and_alerts_follow_their_final(store: Store, thread: Executor) -> None:
    recogniser = ScriptedRecogniser(lambda request: "I am angry")
    async with live(store, thread, recogniser) as session:
        speak(session, TURN)
        session.stop()
    kinds = [type(event) for event in store.events if getattr(event, "final", True)]
    at = kinds.index(Transcript)
    assert kinds[at : at + 3] == [Transcript, Emotion, Alert]


async def test_secrets_are_masked_before_they_are_stored(
    store: Store, thread: Executor
) -> None:
    recogniser = ScriptedRecogniser(lambda request: "My card is 4111 1111 1111 1111.")
    async with live(store, thread, recogniser) as session:
        speak(session, TURN)
        session.stop()
    assert store.finals
    assert "4111" not in "".join(map(str, store.events))


async def test_the_first_half_of_a_secret_is_masked_when_the_second_is_heard(
    store: Store, thread: Executor
) -> None:
    halves = iter(["Sure, 4111 1111", "1111 1111."])
    said: dict[str, str] = {}

    def answer(request: RecognitionRequest) -> str:
        utterance_id = request.segment.utterance_id
        if utterance_id not in said:
            said[utterance_id] = next(halves)
        return said[utterance_id]

    async with live(store, thread, ScriptedRecogniser(answer)) as session:
        speak(session, np.concatenate([TURN, TURN]))
        session.stop()
    first, second = store.finals
    assert "1111" not in second.text
    (mended,) = store.of(Redacted)
    assert mended.utterance_id == first.utterance_id
    assert store.events.index(mended) > store.events.index(second)
    shown = "".join(first.text[span.start : span.end] for span in mended.spans)
    assert "4111" in shown or "4111" not in first.text


async def test_a_failing_recogniser_is_told_and_the_call_ends(
    store: Store, thread: Executor
) -> None:
    def fail(request: RecognitionRequest) -> str:
        raise RuntimeError("planted")

    async with live(store, thread, ScriptedRecogniser(fail)) as session:
        speak(session, TURN)
        session.stop()
    assert store.of(CallEnded)
    assert store.of(Summary)[0].why_none == "no_speech"


async def test_failing_models_are_told_and_the_call_goes_on(
    store: Store, thread: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(ScriptedAnalyser, "feed", fail)
    monkeypatch.setattr(ScriptedSummariser, "summarise", fail)
    async with live(store, thread) as session:
        speak(session, np.concatenate([TURN, TURN]))
        session.stop()
    assert len(store.finals) == 2
    failed = [event.stage for event in store.of(Degraded) if event.stage != "recogniser"]
    assert failed == ["sentiment", "sentiment", "summary"]
    assert store.of(Summary)[0].why_none == "model_unavailable"


async def test_what_cannot_be_masked_is_not_told(
    store: Store, thread: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(Conversation, "hear", fail)
    async with live(store, thread) as session:
        speak(session, TURN)
        session.stop()
    assert not store.of(Transcript)
    assert "an utterance was not masked" in {event.reason for event in store.of(Degraded)}
    assert store.of(Summary)[0].why_none == "no_speech"


async def test_a_late_recogniser_is_told_and_then_that_it_caught_up(
    store: Store, thread: Executor
) -> None:
    recogniser = ScriptedRecogniser()
    recogniser.open.clear()
    async with live(store, thread, recogniser) as session:
        speak(session, np.concatenate([TURN, silence(8.0)]))
        recogniser.open.set()
        await store.holds(Degraded, 1)
        speak(session, TURN)
        await session.caught_up()
        speak(session, silence(STEADY_S + 1.0))
        session.stop()
    behind, caught_up = store.of(Degraded)
    assert (behind.stage, behind.recovered) == ("recogniser", False)
    assert behind.lag_s > 4
    assert caught_up.recovered


async def test_a_slow_recogniser_never_holds_the_socket(store: Store, thread: Executor) -> None:
    """``hear`` returns though the recogniser hangs, and no final is lost."""
    recogniser = ScriptedRecogniser()
    recogniser.open.clear()
    async with live(store, thread, recogniser) as session:
        for _ in range(10):
            speak(session, TURN)
        session.stop()
        recogniser.open.set()
    assert len(store.finals) == 10


async def test_a_known_hypothesis_needs_no_second_run(store: Store, thread: Executor) -> None:
    """The words heard at the pause become the final when nothing new was said."""
    recogniser = ScriptedRecogniser()
    async with live(store, thread, recogniser) as session:
        for frame in frames(TURN, silence(0.1)):
            session.hear(frame)
            await asyncio.sleep(0)
        session.stop()
    finals = [request for request in recogniser.heard if request.final]
    assert len(finals) == len(store.finals) == 1
