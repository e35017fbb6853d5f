"""From the legs of one call to its transcripts; asks for words and never waits for them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from audio.bleed import leg_activities
from audio.language import LegLanguage
from audio.segment import PAUSE_LOADED_S, PAUSE_S, UPDATE_S, Segmenter
from audio.sentence import sounds_complete
from audio.stabiliser import Stabiliser, joined
from audio.vad import VoiceModel
from audio.vocabulary import Vocabulary
from copilot.events import Speaker, Transcript
from copilot.signals import (
    SAMPLE_RATE_HZ,
    AudioChunk,
    Hypothesis,
    RecognitionRequest,
    SpeechSegment,
)

__all__ = ["Transcriber"]

CHARACTERS_PER_S = 40
"""Nobody speaks faster: a recogniser that says so is caught in a loop."""
PARTIAL_SAMPLES = 5 * SAMPLE_RATE_HZ
"""The partial of a longer utterance begins at a pause: short windows cost a fraction, and
below this length what stands before the pause helps to hear what follows."""
OVERLAP_SAMPLES = SAMPLE_RATE_HZ // 10
"""Silence before the words after a pause, taken from the end of the pause."""
NO_WORDS = Vocabulary()


@dataclass(frozen=True, slots=True)
class _Pause:
    """A place within an utterance where its words so far are known."""

    position: int
    """In the samples of the utterance."""
    end_s: float
    """End of the words."""
    text: str


@dataclass(slots=True, eq=False)
class _Utterance:
    start_s: float
    awaited: RecognitionRequest | None = None
    """The newest request for all its words; once ``closed``, its answer is the final."""
    answer: Hypothesis | None = None
    """What was heard for ``awaited``."""
    pauses: list[_Pause] = field(default_factory=list)
    before: dict[RecognitionRequest, str] = field(default_factory=dict)
    """The words before the pause at which a partial begins."""
    newest: Hypothesis | None = None
    heard_until_s: float = 0.0
    stabiliser: Stabiliser = field(default_factory=Stabiliser)
    revision: int = 0
    closed: bool = False


class Transcriber:
    """One per call, for all of its legs. ``language`` is ``None`` where each leg's is to be
    found; ``live`` is ``False`` for a recording, which waits while anybody is on the line.

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
        vocabulary: Vocabulary = NO_WORDS,
        live: bool = True,
    ) -> None:
        self._call_id = call_id
        self._languages = {speaker: LegLanguage(language) for speaker in channels}
        for speaker, leg in self._languages.items():
            leg.others = [other for name, other in self._languages.items() if name != speaker]
        self._vocabulary = vocabulary
        self._partials = partials
        self._live = live
        self._legs = {
            speaker: Segmenter(speaker, activity)
            for speaker, activity in leg_activities(channels, vad).items()
        }
        self._utterances: dict[str, _Utterance] = {}
        self.consumed_s = 0.0
        """Media time heard so far."""
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
            leg.pause_s = PAUSE_LOADED_S if pace_s > UPDATE_S else PAUSE_S

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
        utterance = self._utterances.get(request.segment.utterance_id)
        if utterance is None:
            return []
        heard = None if hypothesis is None else _plausible(request, hypothesis)
        if request is utterance.awaited:
            utterance.answer = heard
            if utterance.closed:
                return self._final(utterance, request, heard or utterance.newest)
            if heard is None or self._doubts(request, heard):
                utterance.awaited = None  # the end of the utterance asks again
        before = utterance.before.pop(request, "")
        if heard is None or request.segment.end_s < utterance.heard_until_s:
            return []
        if not heard.text and not request.final:
            self._legs[request.segment.speaker].show_sooner(request.segment.utterance_id)
        if before and heard.text:
            heard = replace(heard, text=joined(before, heard.text), words=None)
        if request.final:
            self._paused(utterance, request.segment, heard)
        return self._partial(utterance, request.segment, heard)

    # Asking ----------------------------------------------------------------------------

    def _ask(self, segments: Sequence[SpeechSegment]) -> list[RecognitionRequest]:
        return [
            request for segment in segments if (request := self._request(segment)) is not None
        ]

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
        pause = None if final else _begin(utterance.pauses, segment)
        language = self._languages[segment.speaker].expected(_length_s(segment), final=final)
        request = RecognitionRequest(
            call_id=self._call_id,
            segment=segment if pause is None else _after(pause, segment),
            final=final,
            language=language,
            prompt=self._vocabulary.prompt(language),
            live=self._live,
        )
        if final:
            utterance.awaited = request
            utterance.answer = None
        elif pause is not None:
            utterance.before[request] = pause.text
        return request

    # Telling ---------------------------------------------------------------------------

    def _paused(self, utterance: _Utterance, segment: SpeechSegment, heard: Hypothesis) -> None:
        if heard.text:
            position = len(segment.samples) - OVERLAP_SAMPLES
            utterance.pauses.append(_Pause(position, segment.end_s, heard.text))
        if sounds_complete(heard.text):
            self._legs[segment.speaker].expect_end(segment.utterance_id, segment.end_s)

    def _partial(
        self, utterance: _Utterance, segment: SpeechSegment, heard: Hypothesis
    ) -> list[Transcript]:
        utterance.newest = heard
        utterance.heard_until_s = segment.end_s
        if not self._partials or not heard.text:
            return []
        said, stable_chars = utterance.stabiliser.hear(heard.text)
        text, stable_chars = self._vocabulary.written_so_far(said, stable_chars, heard.language)
        told = replace(heard, text=said)
        return [self._transcript(utterance, segment, told, text, stable_chars)]

    def _final(
        self, utterance: _Utterance, request: RecognitionRequest, heard: Hypothesis | None
    ) -> list[Transcript]:
        segment = request.segment
        del self._utterances[segment.utterance_id]
        heard = heard or Hypothesis(text="", language="", confidence=0.0)
        self._languages[segment.speaker].learn(
            heard, _length_s(segment), found=request.language is None
        )
        if not heard.text and not utterance.revision:
            return []
        text = self._vocabulary.written(heard.text, heard.language)
        return [
            replace(self._transcript(utterance, segment, heard, text, len(text)), final=True)
        ]

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
            raw=None if text == heard.text else heard.text,
            words=heard.words,
            language=heard.language,
            confidence=round(heard.confidence, 3),
        )

    def _doubts(self, request: RecognitionRequest, heard: Hypothesis) -> bool:
        """Whether the words of a pause should be heard again in a language to be found."""
        if request.language is None:
            return False
        language = self._languages[request.segment.speaker]
        return language.doubts(heard, _length_s(request.segment))


def _begin(pauses: Sequence[_Pause], segment: SpeechSegment) -> _Pause | None:
    """The pause from which on a partial hears: none where it can hear the whole utterance,
    else the earliest that leaves little enough, else the latest."""
    if len(segment.samples) <= PARTIAL_SAMPLES or not pauses:
        return None
    return next(
        (one for one in pauses if len(segment.samples) - one.position <= PARTIAL_SAMPLES),
        pauses[-1],
    )


def _after(pause: _Pause, segment: SpeechSegment) -> SpeechSegment:
    return replace(segment, start_s=pause.end_s, samples=segment.samples[pause.position :])


def _plausible(request: RecognitionRequest, heard: Hypothesis) -> Hypothesis:
    """The hypothesis within its bounds, whatever a recogniser makes of odd sound."""
    characters_max = round((_length_s(request.segment) + 1.0) * CHARACTERS_PER_S)
    return replace(
        heard,
        text=heard.text.strip()[:characters_max],
        language=heard.language or request.language or "",
        confidence=min(1.0, max(0.0, heard.confidence)),
    )


def _length_s(segment: SpeechSegment) -> float:
    return segment.end_s - segment.start_s
