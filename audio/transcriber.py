"""From the legs of one call to its transcripts; asks for words and never waits for them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from audio.bleed import leg_activities
from audio.segment import UPDATE_S, Segmenter
from audio.sentence import sounds_complete
from audio.stabiliser import Stabiliser, joined
from audio.vad import VoiceModel
from copilot.events import Speaker, Transcript
from copilot.signals import (
    SAMPLE_RATE_HZ,
    AudioChunk,
    Hypothesis,
    RecognitionRequest,
    SpeechSegment,
)

__all__ = ["Transcriber"]

LANGUAGE_SURE_S = 3.0
"""Speech heard in one language, clear of any other, after which the call is in it."""
OVERLAP_SAMPLES = SAMPLE_RATE_HZ // 10
"""Silence before the words after a pause, taken from the end of the pause."""


@dataclass(frozen=True, slots=True, eq=False)
class _Pause:
    """Everything said before it is known."""

    segment: SpeechSegment
    heard: Hypothesis


@dataclass(slots=True, eq=False)
class _Utterance:
    start_s: float
    awaited: RecognitionRequest | None = None
    """The newest request for all its words; once ``closed``, its answer is the final."""
    answer: Hypothesis | None = None
    """What was heard for ``awaited``."""
    pause: _Pause | None = None
    """The newest one whose words are known: partials hear what came after it."""
    after: dict[RecognitionRequest, _Pause] = field(default_factory=dict)
    """The pause that each partial asked for since begins at."""
    newest: Hypothesis | None = None
    heard_until_s: float = 0.0
    stabiliser: Stabiliser = field(default_factory=Stabiliser)
    revision: int = 0
    closed: bool = False


class Transcriber:
    """One per call, for all of its legs. ``language`` is ``None`` where it is to be found.

    Words are asked for while someone speaks (``partials``), once when they pause, because
    the pause is mostly the end of the turn, and when the turn has ended, unless the pause
    already gave its words. Each request comes back through ``receive``, in any order.
    """

    def __init__(
        self,
        call_id: str,
        channels: Sequence[Speaker],
        language: str | None,
        *,
        vad: VoiceModel,
        partials: bool = True,
        live: bool = True,
    ) -> None:
        self._call_id = call_id
        self._language = language
        self._spoken_s: defaultdict[str, float] = defaultdict(float)
        self._partials = partials
        self._live = live
        self._legs = {
            speaker: Segmenter(speaker, activity)
            for speaker, activity in leg_activities(channels, vad).items()
        }
        self._utterances: dict[str, _Utterance] = {}
        self.consumed_s = 0.0
        """Media time heard so far."""
        self.pending = 0
        """Requests for finals that were not received yet."""
        self.pace_s = 0.0

    @property
    def pace_s(self) -> float:
        """Least seconds of new speech between two partials, as far as the load asks for it;
        ``math.inf``: nothing is asked for before a turn has ended."""
        return self._pace_s

    @pace_s.setter
    def pace_s(self, pace_s: float) -> None:
        self._pace_s = pace_s
        for leg in self._legs.values():
            leg.update_s = max(UPDATE_S, pace_s) if self._partials else math.inf

    def feed(self, chunk: AudioChunk) -> list[RecognitionRequest]:
        """Takes the next samples of one leg. Returns what the recogniser should hear."""
        self.consumed_s = max(self.consumed_s, round(chunk.end_s, 3))
        return self._ask(self._legs[chunk.speaker].feed(chunk))

    def finish(self) -> list[RecognitionRequest]:
        """Closes every open utterance: the call is over."""
        return self._ask([segment for leg in self._legs.values() for segment in leg.finish()])

    def receive(
        self, request: RecognitionRequest, hypothesis: Hypothesis | None
    ) -> list[Transcript]:
        """Takes the answer to a request; ``None`` where there is none: it was superseded,
        shed or failed. A final without an answer ends with the words known before."""
        if request.final:
            self.pending -= 1
        utterance = self._utterances.get(request.segment.utterance_id)
        if utterance is None:
            return []
        if request is utterance.awaited:
            utterance.answer = hypothesis
            if utterance.closed:
                return self._final(utterance, request, hypothesis or utterance.newest)
            if hypothesis is None:
                utterance.awaited = None  # the end of the utterance asks again
        after = utterance.after.pop(request, None)
        if hypothesis is None or request.segment.end_s < utterance.heard_until_s:
            return []
        if after is not None and hypothesis.text:
            hypothesis = replace(
                hypothesis, text=joined(after.heard.text, hypothesis.text), words=None
            )
        if request.final:
            self._paused(utterance, request.segment, hypothesis)
        return self._partial(utterance, request, hypothesis)

    # Asking ----------------------------------------------------------------------------

    def _ask(self, segments: Sequence[SpeechSegment]) -> list[RecognitionRequest]:
        requests = [
            request for segment in segments if (request := self._request(segment)) is not None
        ]
        self.pending += sum(request.final for request in requests)
        return requests

    def _request(self, segment: SpeechSegment) -> RecognitionRequest | None:
        utterance = self._utterances.setdefault(
            segment.utterance_id, _Utterance(segment.start_s)
        )
        if segment.closed:
            utterance.closed = True
            if (awaited := utterance.awaited) and awaited.segment.end_s == segment.end_s:
                if utterance.answer is None:
                    return None  # the answer is on its way and will be the final
                utterance.awaited = replace(awaited, segment=segment, known=utterance.answer)
                return utterance.awaited
        elif math.isinf(self.pace_s):
            return None
        final = segment.closed or segment.paused
        pause = None if final else utterance.pause
        request = RecognitionRequest(
            call_id=self._call_id,
            segment=segment if pause is None else _after(pause.segment, segment),
            final=final,
            language=self._language,
            live=self._live,
        )
        if final:
            utterance.awaited = request
            utterance.answer = None
        elif pause is not None:
            utterance.after[request] = pause
        return request

    # Telling ---------------------------------------------------------------------------

    def _paused(self, utterance: _Utterance, segment: SpeechSegment, heard: Hypothesis) -> None:
        if heard.text:
            utterance.pause = _Pause(segment, heard)
        if sounds_complete(heard.text):
            self._legs[segment.speaker].expect_end(segment.utterance_id, segment.end_s)

    def _partial(
        self, utterance: _Utterance, request: RecognitionRequest, heard: Hypothesis
    ) -> list[Transcript]:
        utterance.newest = heard
        utterance.heard_until_s = request.segment.end_s
        if not self._partials or not heard.text:
            return []
        text, stable_chars = utterance.stabiliser.hear(heard.text)
        return [self._transcript(utterance, request.segment, heard, text, stable_chars)]

    def _final(
        self, utterance: _Utterance, request: RecognitionRequest, heard: Hypothesis | None
    ) -> list[Transcript]:
        del self._utterances[request.segment.utterance_id]
        heard = heard or Hypothesis(text="", language="", confidence=0.0)
        self._learn_language(request.segment, heard)
        if not heard.text and not utterance.revision:
            return []
        told = self._transcript(utterance, request.segment, heard, heard.text, len(heard.text))
        return [replace(told, final=True)]

    def _transcript(
        self,
        utterance: _Utterance,
        segment: SpeechSegment,
        heard: Hypothesis,
        text: str,
        stable_chars: int,
    ) -> Transcript:
        utterance.revision += 1
        return Transcript(
            call_id=self._call_id,
            at_s=self.consumed_s,
            utterance_id=segment.utterance_id,
            speaker=segment.speaker,
            revision=utterance.revision,
            start_s=round(utterance.start_s, 3),
            end_s=round(segment.end_s, 3),
            text=text,
            stable_chars=stable_chars,
            words=heard.words,
            language=heard.language,
            confidence=round(min(1.0, max(0.0, heard.confidence)), 3),
        )

    def _learn_language(self, segment: SpeechSegment, heard: Hypothesis) -> None:
        if self._language is not None or not heard.text:
            return
        self._spoken_s[heard.language] += segment.end_s - segment.start_s
        first = max(self._spoken_s, key=self._spoken_s.__getitem__)
        others_s = sum(self._spoken_s.values()) - self._spoken_s[first]
        if self._spoken_s[first] - others_s >= LANGUAGE_SURE_S:
            self._language = first


def _after(pause: SpeechSegment, segment: SpeechSegment) -> SpeechSegment:
    """What was said since a pause of the same utterance. Both begin at the same sample."""
    samples = segment.samples[max(0, len(pause.samples) - OVERLAP_SAMPLES) :]
    return replace(segment, start_s=pause.end_s, samples=samples)
