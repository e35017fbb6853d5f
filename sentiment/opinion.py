"""A second opinion on doubtful texts, by a language model; the first reading never waits long.

Asked is only where the first reading doubts whether somebody is clearly frustrated. Its word
then weighs as much as ours: each probability "at least level k" becomes the mean of ours and
of ``CERTAIN`` (or one less ``CERTAIN``), so that within the doubt the opinion decides on which
side of one half it falls, and our reading by how much. All else in a reading stays as it was.

No opinion in time, none that can be used, none that can be had: the first reading stands.
"""

from __future__ import annotations

import logging
import re
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Protocol

from sentiment.chat import UnusableAnswerError
from sentiment.reading import LEVELS, Reader, Reading

__all__ = ["AT_ONCE", "Adviser", "OpinionReader"]

log = logging.getLogger(__name__)

DOUBTFUL = (0.25, 0.75)
"""Probability of level 2 or more between which an opinion is worth its time."""
CERTAIN = 0.9
"""How sure an opinion is taken to be: models say no probabilities that could be trusted."""
TEXTS = 8
"""In one question; the first of more."""
AT_ONCE = 4
"""Questions under way. While there are so many, readings go without."""
FAILURES = 5
"""In a row, after which nobody is asked for a while."""
REST_S = 30.0
"""That while. One question then tries whether it is over."""
_NUMBER = re.compile(r"\d(?:[\s./-]?\d){3,}")
"""What may be the half of a card or a phone: no feeling needs it, so no server gets it."""


class Adviser(Protocol):
    """Who is asked; see ``sentiment.chat.ChatEndpoint``."""

    name: str

    def levels(self, texts: Sequence[str]) -> list[int | None]: ...

    def close(self) -> None: ...


class OpinionReader:
    """Implements ``sentiment.reading.Reader`` around another reader. Serves any number of
    threads; at most ``AT_ONCE`` of them wait, none longer than ``limit_s``."""

    def __init__(
        self,
        first: Reader,
        adviser: Adviser,
        *,
        limit_s: float,
        hide: Callable[[str], str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``hide`` masks personal data: words leave this machine."""
        self._first = first
        self._adviser = adviser
        self._limit_s = limit_s
        self._hide = hide
        self._circuit = _Circuit(clock)
        self._free = threading.BoundedSemaphore(AT_ONCE)
        # Its threads are the deadline: no server, however it dribbles, holds a call longer.
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="opinion")
        weakref.finalize(self, _end, self._threads, adviser)
        self.name = f"{first.name}, second opinion of {adviser.name}"

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """See ``Reader``."""
        readings = self._first.read(texts)
        doubtful = [
            row
            for row, reading in enumerate(readings)
            if DOUBTFUL[0] <= reading.levels[1] <= DOUBTFUL[1]
        ][:TEXTS]
        if doubtful:
            opinions = self._asked([self._hidden(texts[row]) for row in doubtful])
            for row, level in zip(doubtful, opinions, strict=True):
                if level is not None:
                    readings[row] = blended(readings[row], level)
        return readings

    def _hidden(self, text: str) -> str:
        return _NUMBER.sub("[number]", self._hide(text))

    def _asked(self, texts: list[str]) -> list[int | None]:
        """Levels; ``None`` where the first reading stands."""
        nothing: list[int | None] = [None] * len(texts)
        if not self._free.acquire(blocking=False):
            return nothing
        if not self._circuit.closed():
            self._free.release()
            return nothing
        asking = self._threads.submit(self._ask, texts)
        try:
            return asking.result(self._limit_s)
        except (TimeoutError, UnusableAnswerError):
            return nothing

    def _ask(self, texts: list[str]) -> list[int | None]:
        """In a thread of its own, which frees the place of the question when it is over."""
        began_s = time.monotonic()
        try:
            levels = self._adviser.levels(texts)
            if time.monotonic() - began_s > self._limit_s:
                raise UnusableAnswerError("it answers too slowly")
        except UnusableAnswerError as error:
            self._circuit.failed(str(error))
            raise
        finally:
            self._free.release()
        self._circuit.answered()
        return levels


def blended(reading: Reading, level: int) -> Reading:
    """The reading with the opinion that ``level`` is right; see the module's text."""
    opinion = [CERTAIN if level > below else 1 - CERTAIN for below in range(LEVELS)]
    levels = ((ours + theirs) / 2 for ours, theirs in zip(reading.levels, opinion, strict=True))
    return replace(reading, levels=tuple(levels))


class _Circuit:
    """Open after failures in a row: nobody is asked. Then one question tries again."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._again_s = 0.0

    def closed(self) -> bool:
        """Whether to ask now. Where this is the trial, others wait for its outcome."""
        with self._lock:
            if self._failures < FAILURES:
                return True
            if self._clock() < self._again_s:
                return False
            self._again_s = self._clock() + REST_S
            return True

    def failed(self, reason: str) -> None:
        with self._lock:
            self._failures += 1
            self._again_s = self._clock() + REST_S
            opened = self._failures == FAILURES
        if opened:
            log.warning("no second opinions for now", extra={"reason": reason})

    def answered(self) -> None:
        with self._lock:
            recovered = self._failures >= FAILURES
            self._failures = 0
        if recovered:
            log.info("second opinions are back")


def _end(threads: ThreadPoolExecutor, adviser: Adviser) -> None:
    threads.shutdown(wait=False, cancel_futures=True)
    adviser.close()
