"""A call told so far, while it goes on."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor

import numpy as np
import pytest

from copilot.events import CallEnded, Emotion, Event, Summary
from copilot.session import RUNNING_AFTER_TURNS, RUNNING_EVERY_TURNS, Session
from copilot.summary_running import RunningSummaries, running_summary
from one_session import STARTED, TURN, Store, live, speak
from scripted import ScriptedSummariser, silence, tone
from summarizer.extractive import ExtractiveSummariser


class SlowSummariser(ScriptedSummariser):
    """Answers when it is let."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.let = threading.Event()
        self.times = 0

    def summarise(self, events: Sequence[Event]) -> Summary:
        self.times += 1
        self.asked.set()
        assert self.let.wait(20)
        return super().summarise(events)


class BrokenSummariser(ScriptedSummariser):
    def summarise(self, events: Sequence[Event]) -> Summary:
        raise RuntimeError("the customer said a canary")


@pytest.fixture
def spare() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


async def turns(session: Session, store: Store, count: int) -> None:
    """The customer takes so many turns, each told before the next."""
    for _ in range(count):
        known = len(store.of(Emotion))
        speak(session, TURN)
        await store.holds(Emotion, known + 1)


async def test_it_comes_every_few_turns_and_the_draft_after_it(
    store: Store, thread: Executor, spare: Executor
) -> None:
    running = RunningSummaries(ScriptedSummariser(), spare)
    async with live(store, thread, running=running) as session:
        await turns(session, store, RUNNING_AFTER_TURNS - 1)
        assert not store.of(Summary)
        await turns(session, store, 1)
        await store.holds(Summary, 1)
        await turns(session, store, RUNNING_EVERY_TURNS)
        await store.holds(Summary, 2)
        session.stop()
    told = [(one.version, one.state) for one in store.of(Summary)]
    assert told == [(0, "running"), (0, "running"), (1, "draft")]
    first, second, _ = store.of(Summary)
    assert len(first.sentences) == RUNNING_AFTER_TURNS
    assert len(second.sentences) == RUNNING_AFTER_TURNS + RUNNING_EVERY_TURNS
    assert [type(event) for event in store.events[-2:]] == [CallEnded, Summary]
    times = [event.at_s for event in store.events]
    assert times == sorted(times)


async def test_turns_of_the_operator_do_not_count(
    store: Store, thread: Executor, spare: Executor
) -> None:
    running = RunningSummaries(ScriptedSummariser(), spare)
    async with live(store, thread, running=running) as session:
        for _ in range(RUNNING_AFTER_TURNS):
            speak(session, silence(4.5), np.concatenate([tone(2.0), silence(2.5)]))
            await session.caught_up()
        session.stop()
    assert len(store.finals) == RUNNING_AFTER_TURNS
    assert [one.state for one in store.of(Summary)] == ["draft"]


async def test_one_that_is_late_is_not_told_after_the_end(
    store: Store, thread: Executor, spare: Executor
) -> None:
    slow = SlowSummariser()
    async with live(store, thread, running=RunningSummaries(slow, spare)) as session:
        await turns(session, store, RUNNING_AFTER_TURNS)
        await asyncio.to_thread(slow.asked.wait, 20)
        # Nothing waits for it: not the words, not the end.
        await turns(session, store, 1)
        session.stop()
        await session.finished()
        slow.let.set()
    assert [one.state for one in store.of(Summary)] == ["draft"]


async def test_it_is_left_out_while_the_words_are_late(
    store: Store, thread: Executor, spare: Executor
) -> None:
    running = RunningSummaries(ScriptedSummariser(), spare)
    async with live(store, thread, running=running, loaded=True) as session:
        await turns(session, store, RUNNING_AFTER_TURNS + 1)
        session.stop()
    assert [one.state for one in store.of(Summary)] == ["draft"]


async def test_one_that_fails_is_logged_without_words_and_the_call_goes_on(
    store: Store, thread: Executor, spare: Executor, caplog: pytest.LogCaptureFixture
) -> None:
    running = RunningSummaries(BrokenSummariser(), spare)
    with caplog.at_level(logging.WARNING):
        async with live(store, thread, running=running) as session:
            await turns(session, store, RUNNING_AFTER_TURNS)
            session.stop()
            await asyncio.wrap_future(spare.submit(int))
    assert [one.state for one in store.of(Summary)] == ["draft"]
    assert "canary" not in caplog.text
    assert [record.message for record in caplog.records] == ["a call was not told so far"]


async def test_a_call_is_not_asked_for_again_before_it_was_answered(spare: Executor) -> None:
    slow = SlowSummariser()
    running = RunningSummaries(slow, spare)
    told: asyncio.Queue[Summary] = asyncio.Queue()
    for _ in range(3):
        running.ask([STARTED], told.put_nowait)
    slow.let.set()
    await told.get()
    running.ask([STARTED], told.put_nowait)
    await told.get()
    assert slow.times == 2


def test_too_little_said_so_far_says_why() -> None:
    summary = running_summary(ExtractiveSummariser(), [STARTED])
    assert (summary.version, summary.state, summary.why_none) == (0, "running", "no_speech")
