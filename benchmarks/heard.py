"""What streaming finals, and the same model over the whole file, make of a recording."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from audio.transcriber import Transcriber
from audio.vad import VoiceModel
from benchmarks.references import Case, holders
from copilot.events import Speaker, Transcript
from copilot.ports import Recogniser
from copilot.score import units
from copilot.signals import Hypothesis, RecognitionRequest

__all__ = ["LENGTHS_S", "Leg", "length_class", "length_name", "stream", "whole_file"]

LENGTHS_S = (1.0, 2.0, 4.0, 8.0, math.inf)
"""Upper limits of the classes of utterances."""
WHOLE_FILE_BEAMS = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Leg:
    """One leg of a recording: what was said, and the finals in order of time."""

    case: Case
    speaker: Speaker
    finals: Sequence[Transcript]
    asked: Sequence[RecognitionRequest]
    """What the recogniser was given for each final."""

    @property
    def reference(self) -> list[str]:
        return units(self.case.references[self.speaker], self.case.language)

    @property
    def streamed(self) -> list[str]:
        return self.units_of(final.text for final in self.finals)

    def units_of(self, texts: Iterable[str]) -> list[str]:
        return units(" ".join(texts), self.case.language)

    def final_of(self) -> npt.NDArray[np.intp]:
        """Which final holds each unit of the reference: (n,) indices; all 0 without finals."""
        parts = [units(final.text, self.case.language) for final in self.finals]
        if not any(parts):
            return np.zeros(len(self.reference), np.intp)
        return holders(self.reference, parts)

    def lengths(self) -> npt.NDArray[np.intp]:
        """Class of length of the utterance that holds each unit of the reference: (n,)."""
        if not self.finals:
            return np.zeros(len(self.reference), np.intp)
        classes = [length_class(final.end_s - final.start_s) for final in self.finals]
        return np.array(classes)[self.final_of()]


def length_class(seconds: float) -> int:
    return next(index for index, limit_s in enumerate(LENGTHS_S) if seconds < limit_s)


def length_name(index: int) -> str:
    if index == len(LENGTHS_S) - 1:
        return f"over {LENGTHS_S[-2]:g} s"
    return f"{LENGTHS_S[index - 1] if index else 0:g} to {LENGTHS_S[index]:g} s"


def stream(case: Case, recogniser: Recogniser, vad: VoiceModel) -> list[Leg]:
    """The finals of a call whose recogniser always answers at once."""
    transcriber = Transcriber(
        case.name, case.recording.speakers, case.language, vad=vad, partials=False
    )
    asked: dict[str, RecognitionRequest] = {}
    finals: dict[str, Transcript] = {}

    def answer(requests: Sequence[RecognitionRequest]) -> None:
        for request in requests:
            heard: Hypothesis | None = request.known
            if heard is None:
                [heard] = recogniser.recognise([request])
                asked[request.segment.utterance_id] = request
            for event in transcriber.receive(request, heard):
                if event.final:
                    finals[event.utterance_id] = event

    for chunks in case.recording.chunks():
        for chunk in chunks:
            answer(transcriber.feed(chunk))
    answer(transcriber.finish())
    return [
        _leg(case, speaker, list(finals.values()), asked) for speaker in case.recording.speakers
    ]


def _leg(
    case: Case,
    speaker: Speaker,
    finals: Sequence[Transcript],
    asked: dict[str, RecognitionRequest],
) -> Leg:
    own = sorted(
        (final for final in finals if final.speaker == speaker), key=lambda final: final.start_s
    )
    return Leg(
        case=case,
        speaker=speaker,
        finals=own,
        asked=[asked[final.utterance_id] for final in own],
    )


def whole_file(leg: Leg, model: Any) -> list[str]:
    """The same model over the whole leg, as faster-whisper does it by default: units."""
    from ctranslate2 import set_random_seed

    set_random_seed(0)  # its fallback draws tokens
    segments, _ = model.transcribe(
        leg.case.recording.samples[leg.case.recording.speakers.index(leg.speaker)],
        language=leg.case.language,
        beam_size=WHOLE_FILE_BEAMS,
    )
    return leg.units_of(segment.text for segment in segments)
