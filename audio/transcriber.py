"""From the legs of one call to its transcripts; asks for words and never waits for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from audio.bleed import leg_activities
from audio.segment import Segmenter
from audio.sentence import sounds_complete
from audio.vad import VoiceModel
from copilot.events import Speaker, Transcript
from copilot.signals import AudioChunk, Hypothesis, RecognitionRequest, SpeechSegment

__all__ = ["Transcriber"]

LANGUAGE_SURE_S = 3.0
"""Speech heard in one language, clear of any other, after which the call is in it."""


@dataclass(slots=True, eq=False)
class _Utterance:
    awaited: RecognitionRequest | None = None
    """The newest request for all its words; once ``closed``, its answer is the final."""
    answer: Hypothesis | None = None
    """What was heard for ``awaited``."""
    newest: Hypothesis | None = None
    heard_until_s: float = 0.0
    shown: str = ""
    revision: int = 0
    partial_asked: bool = False
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
    ) -> None:
        self._call_id = call_id
        self._language = language
        self._spoken_s: defaultdict[str, float] = defaultdict(float)
        self._partials = partials
        self._legs = {
            speaker: Segmenter(speaker, activity, updates=partials)
            for speaker, activity in leg_activities(channels, vad).items()
        }
        self._utterances: dict[str, _Utterance] = {}
        self.consumed_s = 0.0
        """Media time heard so far."""
        self.pending = 0
        """Requests for finals that were not received yet."""

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
        if not request.final:
            utterance.partial_asked = False
        if request is utterance.awaited:
            utterance.answer = hypothesis
            if utterance.closed:
                return self._final(utterance, request, hypothesis or utterance.newest)
            if hypothesis is None:
                utterance.awaited = None  # the end of the utterance asks again
        if hypothesis is None or request.segment.end_s < utterance.heard_until_s:
            return []
        if request.segment.paused and sounds_complete(hypothesis.text):
            leg = self._legs[request.segment.speaker]
            leg.expect_end(request.segment.utterance_id, request.segment.end_s)
        utterance.newest = hypothesis
        utterance.heard_until_s = request.segment.end_s
        return self._partial(utterance, request, hypothesis)

    # Asking ----------------------------------------------------------------------------

    def _ask(self, segments: Sequence[SpeechSegment]) -> list[RecognitionRequest]:
        requests = [
            request for segment in segments if (request := self._request(segment)) is not None
        ]
        self.pending += sum(request.final for request in requests)
        return requests

    def _request(self, segment: SpeechSegment) -> RecognitionRequest | None:
        utterance = self._utterances.setdefault(segment.utterance_id, _Utterance())
        if segment.closed:
            utterance.closed = True
            if (awaited := utterance.awaited) and awaited.segment.end_s == segment.end_s:
                if utterance.answer is None:
                    return None  # the answer is on its way and will be the final
                utterance.awaited = replace(awaited, segment=segment, known=utterance.answer)
                return utterance.awaited
        final = segment.closed or segment.paused
        if not final and utterance.partial_asked:
            return None  # one at a time: the recogniser's pace is the pace of partials
        request = RecognitionRequest(
            call_id=self._call_id, segment=segment, final=final, language=self._language
        )
        if final:
            utterance.awaited = request
            utterance.answer = None
        else:
            utterance.partial_asked = True
        return request

    # Telling ---------------------------------------------------------------------------

    def _partial(
        self, utterance: _Utterance, request: RecognitionRequest, heard: Hypothesis
    ) -> list[Transcript]:
        if not self._partials or not heard.text or heard.text == utterance.shown:
            return []
        return [self._transcript(utterance, request.segment, heard, final=False)]

    def _final(
        self, utterance: _Utterance, request: RecognitionRequest, heard: Hypothesis | None
    ) -> list[Transcript]:
        del self._utterances[request.segment.utterance_id]
        heard = heard or Hypothesis(text="", language="", confidence=0.0)
        self._learn_language(request.segment, heard)
        if not heard.text and not utterance.revision:
            return []
        return [self._transcript(utterance, request.segment, heard, final=True)]

    def _transcript(
        self, utterance: _Utterance, segment: SpeechSegment, heard: Hypothesis, *, final: bool
    ) -> Transcript:
        utterance.shown = heard.text
        utterance.revision += 1
        return Transcript(
            call_id=self._call_id,
            at_s=self.consumed_s,
            utterance_id=segment.utterance_id,
            speaker=segment.speaker,
            revision=utterance.revision,
            start_s=round(segment.start_s, 3),
            end_s=round(segment.end_s, 3),
            text=heard.text,
            words=heard.words,
            language=heard.language,
            confidence=round(min(1.0, max(0.0, heard.confidence)), 3),
            final=final,
        )

    def _learn_language(self, segment: SpeechSegment, heard: Hypothesis) -> None:
        if self._language is not None or not heard.text:
            return
        self._spoken_s[heard.language] += segment.end_s - segment.start_s
        first = max(self._spoken_s, key=self._spoken_s.__getitem__)
        others_s = sum(self._spoken_s.values()) - self._spoken_s[first]
        if self._spoken_s[first] - others_s >= LANGUAGE_SURE_S:
            self._language = first
