"""The threads that run the recognisers, for every call of this node."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from audio.pace import Load, Pace
from audio.schedule import RecognitionQueue
from copilot.errors import RecogniserError
from copilot.ports import Recogniser
from copilot.signals import Hypothesis, RecognitionRequest

__all__ = ["Deliver", "RecognitionWorker"]

log = logging.getLogger(__name__)

Deliver = Callable[[RecognitionRequest, Hypothesis | None], None]
"""Takes the answer on the event loop; ``None``: superseded, shed or failed."""


class RecognitionWorker:
    """Brings requests to the recognisers' threads and answers back to the event loop.

    Each of ``recognisers`` has a thread; the same one may stand there more than once if it
    serves several threads. Every submitted request is answered exactly once. The methods
    belong to the loop. Leaving the context answers what still waits with ``None`` and ends
    the threads.
    """

    def __init__(self, recognisers: Sequence[Recogniser]) -> None:
        self.name = ", ".join(dict.fromkeys(one.name for one in recognisers))
        self._queue = RecognitionQueue()
        self._pace = Pace(len(recognisers), time.monotonic())
        self._delivers: dict[int, Deliver] = {}  # by id of a request that waits or runs
        self._changed = threading.Condition()
        self._stopping = False
        self._threads = [
            threading.Thread(
                target=self._work, args=(one,), name=f"recognition-{number}", daemon=True
            )
            for number, one in enumerate(recognisers)
        ]
        self._loop: asyncio.AbstractEventLoop

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        for thread in self._threads:
            thread.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            await asyncio.to_thread(thread.join)
        while rest := self._queue.next_batch():
            self._answer(rest, [None])

    def submit(self, request: RecognitionRequest, deliver: Deliver) -> None:
        """Asks for the words of a segment. ``deliver`` is called later, never from here."""
        if request.known is not None:
            self._loop.call_soon(deliver, request, request.known)
            return
        with self._changed:
            if self._stopping:
                self._loop.call_soon(deliver, request, None)
                return
            self._delivers[id(request)] = deliver
            for superseded in self._queue.offer(request, time.monotonic()):
                self._loop.call_soon(self._delivers.pop(id(superseded)), superseded, None)
            self._changed.notify()

    @property
    def waiting(self) -> int:
        """Requests that wait."""
        with self._changed:
            return len(self._queue)

    @property
    def load(self) -> Load:
        """How things stand now."""
        now_s = time.monotonic()
        with self._changed:
            lag_s = self._queue.lag_s(now_s)
            self._pace.look(now_s, lag_s)
            pace = self._pace
            return Load(level=pace.level, pace_s=pace.interval_s, lag_s=lag_s)

    # The threads -----------------------------------------------------------------------

    def _work(self, recogniser: Recogniser) -> None:
        while batch := self._next_batch(recogniser.batch_max):
            began_s = time.monotonic()
            answers = self._recognised(recogniser, batch)
            with self._changed:
                self._pace.worked(time.monotonic() - began_s)
            self._answer(batch, answers)

    def _next_batch(self, size_max: int) -> list[RecognitionRequest]:
        """Waits for work; empty when the worker stops."""
        with self._changed:
            while not self._stopping:
                if batch := self._queue.next_batch(size_max):
                    return batch
                self._changed.wait()
        return []

    def _recognised(
        self, recogniser: Recogniser, batch: Sequence[RecognitionRequest]
    ) -> list[Hypothesis | None]:
        """The threads serve every call: what fails is answered with ``None``, alone."""
        try:
            answers: list[Hypothesis | None] = list(recogniser.recognise(batch))
            if len(answers) != len(batch):
                raise RecogniserError(f"{len(answers)} answers to {len(batch)} requests")
            return answers
        except Exception as error:
            if len(batch) > 1:
                return [self._recognised(recogniser, [request])[0] for request in batch]
            # Texts of our own errors quote nobody.
            reason = str(error) if isinstance(error, RecogniserError) else ""
            about = {"call_id": batch[0].call_id, "reason": reason}
            log.exception("a request was not recognised", extra=about)
            return [None]

    def _answer(
        self, batch: Sequence[RecognitionRequest], answers: Sequence[Hypothesis | None]
    ) -> None:
        for request, answer in zip(batch, answers, strict=True):
            deliver = self._delivers.pop(id(request))
            self._loop.call_soon_threadsafe(deliver, request, answer)
