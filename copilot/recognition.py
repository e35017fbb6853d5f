"""The one thread that runs the recogniser, for every call of this node."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from audio.schedule import RecognitionQueue
from copilot.errors import RecogniserError
from copilot.ports import Recogniser
from copilot.signals import Hypothesis, RecognitionRequest

__all__ = ["Deliver", "RecognitionWorker"]

log = logging.getLogger(__name__)

Deliver = Callable[[RecognitionRequest, Hypothesis | None], None]
"""Takes the answer on the event loop; ``None``: superseded, shed or failed."""


class RecognitionWorker:
    """Brings requests to the recogniser's thread and answers back to the event loop.

    Every submitted request is answered exactly once. Its methods belong to the loop.
    Leaving the context answers what still waits with ``None`` and ends the thread.
    """

    def __init__(self, recogniser: Recogniser) -> None:
        self.name = recogniser.name
        self._recogniser = recogniser
        self._queue = RecognitionQueue()
        self._delivers: dict[int, Deliver] = {}  # by id of a request that waits or runs
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="recognition", daemon=True)
        self._loop: asyncio.AbstractEventLoop

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._thread.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify()
        await asyncio.to_thread(self._thread.join)

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
    def lag_s(self) -> float:
        """Age of the oldest final that waits; 0 when none does."""
        with self._changed:
            return self._queue.lag_s(time.monotonic())

    # The thread ------------------------------------------------------------------------

    def _work(self) -> None:
        while batch := self._next_batch():
            self._answer(batch, self._recognised(batch))
        with self._changed:
            while rest := self._queue.next_batch(time.monotonic()):
                self._answer(rest, [None] * len(rest))

    def _next_batch(self) -> list[RecognitionRequest]:
        """Waits for work; empty when the worker stops."""
        with self._changed:
            while not self._stopping:
                if batch := self._queue.next_batch(time.monotonic()):
                    return batch
                self._changed.wait()
        return []

    def _recognised(self, batch: Sequence[RecognitionRequest]) -> list[Hypothesis | None]:
        try:
            answers: list[Hypothesis | None] = list(self._recogniser.recognise(batch))
            if len(answers) != len(batch):
                raise RecogniserError(f"{len(answers)} answers to {len(batch)} requests")
            return answers
        except Exception:  # the thread serves every call: one bad batch must not end it
            log.exception("a batch could not be recognised", extra={"requests": len(batch)})
            return [None] * len(batch)

    def _answer(
        self, batch: Sequence[RecognitionRequest], answers: Sequence[Hypothesis | None]
    ) -> None:
        for request, answer in zip(batch, answers, strict=True):
            deliver = self._delivers.pop(id(request))
            self._loop.call_soon_threadsafe(deliver, request, answer)
