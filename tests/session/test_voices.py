"""How people sound, while a session tells what they say."""

from __future__ import annotations

from concurrent.futures import Executor

import numpy as np
import pytest

from copilot.events import (
    Alert,
    Degraded,
    Emotion,
    Line,
    Summary,
    Transcript,
)
from copilot.session import OUTBOX_EVENTS
from copilot.signals import AudioChunk
from one_session import TURN, Store, live, speak
from scripted import (
    ScriptedAnalyser,
    tone,
)


def follow_voices(monkeypatch: pytest.MonkeyPatch) -> None:
    """The analyser tells a line for each chunk of the customer, and alerts about each."""

    def listen(self: ScriptedAnalyser, chunk: AudioChunk) -> list[Line]:
        loud = float(np.abs(chunk.samples).max())
        line = Line(
            call_id="c-1",
            at_s=chunk.end_s,
            speaker=chunk.speaker,
            loudness_db=loud,
            speech_rate=0.0,
            silence_s=0.0,
            overtalk_s=0.0,
        )
        return [line] if chunk.speaker == "customer" else []

    def observe(self: ScriptedAnalyser, line: Line) -> list[Alert]:
        return [
            Alert(
                call_id=line.call_id,
                at_s=line.at_s,
                alert_id=f"loud-{line.at_s}",
                kind="long_silence",
                rule="loud",
                severity="info",
                speaker=line.speaker,
                message="loud",
                evidence=(),
            )
        ]

    monkeypatch.setattr(ScriptedAnalyser, "listen", listen)
    monkeypatch.setattr(ScriptedAnalyser, "observe", observe)


async def test_lines_are_told_and_alerts_follow_each(
    store: Store, thread: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow_voices(monkeypatch)
    async with live(store, thread) as session:
        speak(session, tone(0.1))
        session.stop()
    voices = [event for event in store.events if isinstance(event, Line | Alert)]
    assert [type(event) for event in voices] == [Line, Alert] * 5
    assert [event.at_s for event in store.of(Line)] == pytest.approx(
        [0.02, 0.04, 0.06, 0.08, 0.1]
    )


async def test_nobody_is_followed_while_paused(
    store: Store, thread: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow_voices(monkeypatch)
    async with live(store, thread) as session:
        speak(session, tone(0.1))
        session.pause("mori", "card number")
        speak(session, tone(0.1))
        session.resume("mori")
        speak(session, tone(0.1))
        session.stop()
    told_s = [line.at_s for line in store.of(Line)]
    assert len(told_s) == 10
    assert not [at_s for at_s in told_s if 0.11 < at_s < 0.21]


@pytest.mark.parametrize("failing", ["listen", "observe"])
async def test_a_voice_that_cannot_be_followed_is_told_once(
    store: Store, thread: Executor, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("planted")

    follow_voices(monkeypatch)
    monkeypatch.setattr(ScriptedAnalyser, failing, fail)
    async with live(store, thread) as session:
        speak(session, TURN)
        session.stop()
    (told,) = store.of(Degraded)
    assert (told.stage, told.recovered) == ("sentiment", False)
    assert len(store.finals) == 1
    assert store.of(Summary)[0].state == "draft"


async def test_lines_wait_for_nobody(
    store: Store, thread: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the store hangs, no more lines are kept than partials are."""
    follow_voices(monkeypatch)
    async with live(store, thread) as session:
        speak(session, tone(10.0))  # in one turn of the loop: nothing is taken out meanwhile
        session.stop()
    assert 0 < len(store.of(Line)) <= OUTBOX_EVENTS


async def test_a_recording_is_played_no_faster_than_it_is_understood(
    store: Store, thread: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a final is about must still be in memory when its voice is measured."""
    understood_s: list[tuple[float, float]] = []
    heard_s = 0.0

    def listen(self: ScriptedAnalyser, chunk: AudioChunk) -> list[Line]:
        nonlocal heard_s
        heard_s = chunk.end_s
        return []

    def feed(self: ScriptedAnalyser, final: Transcript) -> list[Emotion | Alert]:
        understood_s.append((final.end_s, heard_s))
        return []

    monkeypatch.setattr(ScriptedAnalyser, "listen", listen)
    monkeypatch.setattr(ScriptedAnalyser, "feed", feed)
    pieces = np.split(np.concatenate([TURN] * 20), 450)
    async with live(store, thread) as session:
        await session.play(
            [AudioChunk(speaker="customer", start_s=number * 0.2, samples=piece)]
            for number, piece in enumerate(pieces)
        )
    assert len(understood_s) == 20
    assert max(heard - said for said, heard in understood_s) < 2.5
