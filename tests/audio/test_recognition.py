from __future__ import annotations

import asyncio
import logging
import threading

import pytest

from audio.pace import Load
from copilot.errors import RecogniserError
from copilot.recognition import RecognitionWorker
from copilot.signals import Hypothesis


class ScriptedRecogniser:
    """Says the utterance's id. Waits at its gate, so that a test decides when it goes on."""

    name = "scripted"
    batch_max = 1

    def __init__(self, *, open_gate=True):
        self.gate = threading.Event()
        self.entered = threading.Event()
        self.batches = []
        self.failing = set()
        if open_gate:
            self.gate.set()

    def recognise(self, requests):
        self.entered.set()
        assert self.gate.wait(10)
        self.batches.append(list(requests))
        if any(request in self.failing for request in requests):
            raise RecogniserError("out of memory")
        return [
            Hypothesis(text=request.segment.utterance_id, language="en", confidence=1.0)
            for request in requests
        ]


class Answers:
    """Collects what is delivered and lets a test wait for it."""

    def __init__(self):
        self.received = []
        self._more = asyncio.Event()

    def __call__(self, request, hypothesis):
        assert threading.current_thread() is threading.main_thread()
        self.received.append((request, hypothesis and hypothesis.text))
        self._more.set()

    async def until(self, count):
        async with asyncio.timeout(10):
            while len(self.received) < count:
                self._more.clear()
                await self._more.wait()
        return self.received


async def entered(recogniser):
    assert await asyncio.to_thread(recogniser.entered.wait, 10)


async def test_answers_arrive_on_the_loop(make_request):
    answers = Answers()
    async with RecognitionWorker([ScriptedRecogniser()]) as worker:
        requests = [make_request(f"call-{n}", f"customer-{n}", final=True) for n in range(5)]
        for request in requests:
            worker.submit(request, answers)
        assert answers.received == []  # never from within submit
        received = await answers.until(5)
    assert received == [(one, one.segment.utterance_id) for one in requests]


async def test_the_loop_goes_on_while_the_model_works(make_request):
    recogniser = ScriptedRecogniser(open_gate=False)
    answers = Answers()
    async with RecognitionWorker([recogniser]) as worker:
        worker.submit(make_request("a", final=True), answers)
        await entered(recogniser)
        worker.submit(make_request("b", final=True), answers)
        worker.submit(make_request("c"), answers)
        assert worker.waiting == 2
        assert worker.load.lag_s >= 0.0
        recogniser.gate.set()
        await answers.until(3)
        assert (worker.waiting, worker.load.lag_s) == (0, 0.0)


async def test_superseded_requests_are_answered_with_none(make_request):
    recogniser = ScriptedRecogniser(open_gate=False)
    answers = Answers()
    async with RecognitionWorker([recogniser]) as worker:
        worker.submit(make_request("other", final=True), answers)
        await entered(recogniser)
        old, new = make_request(end_s=1.0), make_request(end_s=2.0)
        worker.submit(old, answers)
        worker.submit(new, answers)
        assert await answers.until(1) == [(old, None)]
        recogniser.gate.set()
        await answers.until(3)
    assert answers.received[-1] == (new, "customer-1")


async def test_what_is_known_asks_no_model(make_request):
    recogniser = ScriptedRecogniser()
    answers = Answers()
    known = Hypothesis(text="known", language="en", confidence=1.0)
    request = make_request(final=True)
    request = type(request)(
        call_id="a", segment=request.segment, final=True, language="en", known=known
    )
    async with RecognitionWorker([recogniser]) as worker:
        worker.submit(request, answers)
        assert await answers.until(1) == [(request, "known")]
    assert recogniser.batches == []


async def test_a_failing_request_hurts_no_other(make_request, caplog):
    caplog.set_level(logging.ERROR)
    recogniser = ScriptedRecogniser()
    answers = Answers()
    bad, good = make_request("bad", final=True), make_request("good", final=True)
    recogniser.failing.add(bad)
    async with RecognitionWorker([recogniser]) as worker:
        worker.submit(bad, answers)
        worker.submit(good, answers)
        received = await answers.until(2)
    assert received == [(bad, None), (good, "customer-1")]
    assert [record.getMessage() for record in caplog.records] == [
        "a request was not recognised"
    ]


async def test_an_answer_too_few_hurts_no_other(make_request):
    class Forgetful(ScriptedRecogniser):
        def recognise(self, requests):
            return super().recognise(requests)[: -1 if len(self.batches) == 1 else None]

    answers = Answers()
    first, second = make_request("first", final=True), make_request("second", final=True)
    async with RecognitionWorker([Forgetful()]) as worker:
        worker.submit(first, answers)
        await answers.until(1)
        worker.submit(second, answers)
        received = await answers.until(2)
    assert received == [(first, None), (second, "customer-1")]


async def test_leaving_answers_everything(make_request):
    recogniser = ScriptedRecogniser(open_gate=False)
    answers = Answers()
    async with RecognitionWorker([recogniser]) as worker:
        running = make_request("running", final=True)
        waiting = [make_request(f"waiting-{n}", final=bool(n)) for n in range(2)]
        worker.submit(running, answers)
        await entered(recogniser)
        for request in waiting:
            worker.submit(request, answers)
        recogniser.gate.set()
    await answers.until(3)
    late = make_request("late", final=True)
    worker.submit(late, answers)
    await answers.until(4)
    assert {id(request) for request, _ in answers.received} == {
        id(request) for request in [running, *waiting, late]
    }
    assert answers.received[-1] == (late, None)


async def test_leaving_with_an_error_ends_the_thread(make_request):
    worker = RecognitionWorker([ScriptedRecogniser()])
    with pytest.raises(KeyError):
        async with worker:
            raise KeyError
    assert not any(thread.name == "recognition" for thread in threading.enumerate())


async def test_one_bad_request_of_a_batch_hurts_no_other(make_request):
    recogniser = ScriptedRecogniser(open_gate=False)
    recogniser.batch_max = 4
    answers = Answers()
    running, bad, good = (make_request(name, final=True) for name in ("running", "bad", "good"))
    recogniser.failing.add(bad)
    async with RecognitionWorker([recogniser]) as worker:
        worker.submit(running, answers)
        await entered(recogniser)
        worker.submit(bad, answers)
        worker.submit(good, answers)
        recogniser.gate.set()
        received = await answers.until(3)
    assert received[1:] == [(bad, None), (good, "customer-1")]
    assert recogniser.batches[1] == [bad, good]


async def test_each_recogniser_has_a_thread(make_request):
    """While one hangs the other goes on."""
    stuck, quick = ScriptedRecogniser(open_gate=False), ScriptedRecogniser()
    quick.name = "quick"
    answers = Answers()
    async with RecognitionWorker([stuck, quick]) as worker:
        assert worker.name == "scripted, quick"
        requests = [make_request(f"call-{n}", final=True) for n in range(4)]
        for request in requests:
            worker.submit(request, answers)
        while not stuck.entered.is_set():
            requests.append(make_request("more", final=True))
            worker.submit(requests[-1], answers)
            await asyncio.sleep(0)
        await answers.until(len(requests) - 1)
        stuck.gate.set()
        await answers.until(len(requests))
    assert len(answers.received) == len(requests)


async def test_a_machine_with_room_keeps_its_pace(make_request):
    async with RecognitionWorker([ScriptedRecogniser()]) as worker:
        assert worker.load == Load(level=0, pace_s=0.0, lag_s=0.0)
