"""What the one recogniser hears next, for all calls."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass

from copilot.signals import RecognitionRequest

__all__ = ["RecognitionQueue"]

PARTIALS_MAX = 32
"""Waiting partials beyond which the oldest is shed: its moment has passed."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    request: RecognitionRequest
    since_s: float


class RecognitionQueue:
    """Finals before partials, calls in turn, each call's finals in their order.

    Of the partials of an utterance only the newest waits, and none once a final of it does.
    Partials are bounded and shed; finals wait however many they are.
    """

    def __init__(self) -> None:
        self._finals: OrderedDict[str, deque[_Waiting]] = OrderedDict()  # by call_id
        self._partials: OrderedDict[tuple[str, str], _Waiting] = OrderedDict()

    def __len__(self) -> int:
        return len(self._partials) + sum(map(len, self._finals.values()))

    def offer(self, request: RecognitionRequest, now_s: float) -> list[RecognitionRequest]:
        """Takes a request. Returns those that need no answer any more because of it."""
        utterance = (request.call_id, request.segment.utterance_id)
        replaced = self._partials.get(utterance)
        superseded = [] if replaced is None else [replaced.request]
        if request.final:
            self._partials.pop(utterance, None)
            waiting = self._finals.setdefault(request.call_id, deque())
            superseded += _pauses(waiting, request)
            waiting.append(_Waiting(request, now_s))
            return superseded
        # The newer one keeps the older one's place, or a talkative leg would never be heard.
        self._partials[utterance] = _Waiting(request, now_s)
        if len(self._partials) > PARTIALS_MAX:
            _, oldest = self._partials.popitem(last=False)
            superseded.append(oldest.request)
        return superseded

    def next_batch(self, now_s: float) -> list[RecognitionRequest]:
        """What to recognise together now, one request so far; empty when none waits."""
        if self._finals:
            call_id, waiting = self._finals.popitem(last=False)
            request = waiting.popleft().request
            if waiting:
                self._finals[call_id] = waiting  # behind the other calls
            return [request]
        if self._partials:
            return [self._partials.popitem(last=False)[1].request]
        return []

    def lag_s(self, now_s: float) -> float:
        """Age of the oldest final that waits; 0 when none does."""
        since_s = [waiting[0].since_s for waiting in self._finals.values()]
        return now_s - min(since_s) if since_s else 0.0


def _pauses(waiting: deque[_Waiting], request: RecognitionRequest) -> list[RecognitionRequest]:
    """Takes out what was asked at an earlier pause of the same utterance: the new request
    holds all of its samples."""
    earlier = [
        one
        for one in waiting
        if one.request.segment.utterance_id == request.segment.utterance_id
    ]
    for one in earlier:
        waiting.remove(one)
    return [one.request for one in earlier]
