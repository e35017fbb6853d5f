"""What the recogniser hears next, for all calls."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from audio.windows import window_frames
from copilot.signals import RecognitionRequest

__all__ = ["RecognitionQueue"]

PARTIALS_MAX = 64
"""Waiting partials beyond which the oldest is shed: its moment has passed."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    request: RecognitionRequest
    since_s: float


class RecognitionQueue:
    """Finals before partials, recordings after both; calls in turn, each call's finals in
    their order.

    Of the partials of an utterance only the newest waits, in the place of the oldest, and
    none once a final of it does. Partials are bounded and shed; finals wait however many
    they are. Requests of one window share a batch.
    """

    def __init__(self) -> None:
        self._finals = _Finals()
        self._partials: OrderedDict[tuple[str, str], _Waiting] = OrderedDict()
        self._recordings = _Finals()

    def __len__(self) -> int:
        return len(self._finals) + len(self._partials) + len(self._recordings)

    def offer(self, request: RecognitionRequest, now_s: float) -> list[RecognitionRequest]:
        """Takes a request. Returns those that need no answer any more because of it."""
        utterance = (request.call_id, request.segment.utterance_id)
        waiting = _Waiting(request, now_s)
        if request.final:
            partial = self._partials.pop(utterance, None)
            finals = self._finals if request.live else self._recordings
            return [*([partial.request] if partial else []), *finals.add(waiting)]
        # The newer one keeps the older one's place, or a talkative leg would never be heard.
        replaced = self._partials.get(utterance)
        self._partials[utterance] = waiting
        if replaced is not None:
            return [replaced.request]
        if len(self._partials) > PARTIALS_MAX:
            _, oldest = self._partials.popitem(last=False)
            return [oldest.request]
        return []

    def next_batch(self, size_max: int = 1) -> list[RecognitionRequest]:
        """What to recognise together now; empty when none waits."""
        partials = (one.request for one in self._partials.values())
        for waiting, most in (
            (self._finals.in_turn(), size_max),
            (partials, size_max),
            (self._recordings.in_turn(), 1),  # the next caller's words wait for its end
        ):
            if batch := _alike(waiting, most):
                for request in batch:
                    self._take(request)
                return batch
        return []

    def lag_s(self, now_s: float) -> float:
        """Age of the oldest final of a live call that waits; 0 when none does."""
        return max((now_s - one.since_s for one in self._finals), default=0.0)

    def _take(self, request: RecognitionRequest) -> None:
        if not request.final:
            del self._partials[request.call_id, request.segment.utterance_id]
        elif request.live:
            self._finals.take(request)
        else:
            self._recordings.take(request)


class _Finals:
    """Calls in the order of their turns, each with what waits of it, oldest first."""

    def __init__(self) -> None:
        self._calls: OrderedDict[str, deque[_Waiting]] = OrderedDict()

    def __len__(self) -> int:
        return sum(map(len, self._calls.values()))

    def __iter__(self) -> Iterator[_Waiting]:
        """The oldest of each call."""
        return (waiting[0] for waiting in self._calls.values())

    def add(self, one: _Waiting) -> list[RecognitionRequest]:
        """Returns what was asked at earlier pauses of the same utterance: the new request
        holds all of its samples."""
        waiting = self._calls.setdefault(one.request.call_id, deque())
        utterance_id = one.request.segment.utterance_id
        earlier = [
            other for other in waiting if other.request.segment.utterance_id == utterance_id
        ]
        for other in earlier:
            waiting.remove(other)
        waiting.append(one)
        return [other.request for other in earlier]

    def in_turn(self) -> Iterator[RecognitionRequest]:
        """The first of each call, then the second of each, and so on."""
        for rank in zip_longest(*self._calls.values()):
            yield from (one.request for one in rank if one is not None)

    def take(self, request: RecognitionRequest) -> None:
        """Takes it out; its call goes behind the others."""
        waiting = self._calls[request.call_id]
        waiting.remove(next(one for one in waiting if one.request is request))
        if waiting:
            self._calls.move_to_end(request.call_id)
        else:
            del self._calls[request.call_id]


def _alike(waiting: Iterator[RecognitionRequest], size_max: int) -> list[RecognitionRequest]:
    """The first that waits and those after it that need the same window."""
    batch: list[RecognitionRequest] = []
    for request in waiting:
        if not batch or window_frames(request) == window_frames(batch[0]):
            batch.append(request)
        if len(batch) == size_max:
            break
    return batch
