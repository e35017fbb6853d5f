"""Where utterances begin and end on one leg.

Speech begins when voice activity rises and lasts until it has been low for the endpoint:
long, because people pause within a turn; short when the words so far make a sentence; and
shorter the longer the utterance already is. One that never pauses is split where its voice
was weakest.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from audio.tape import Tape
from audio.vad import WINDOW_S, WINDOW_SAMPLES
from copilot.events import Speaker
from copilot.signals import SAMPLE_RATE_HZ, AudioChunk, Samples, SpeechSegment

__all__ = ["PAUSE_LOADED_S", "PAUSE_S", "UPDATE_S", "Activity", "Segmenter"]

ONSET = 0.6
"""Sum of voice activity that begins an utterance: of each window what is above"""
FAINT = 0.2
"""this, up to"""
ONSET_STEP = 0.3
"""this, because clicks and DTMF are short. A sum (Page's test, 1954), because the first
words after a silence hardly impress the model: "Fine," or "Of course." give 0.2 to 0.5."""
ONSET_WINDOWS = 40
"""Windows that are looked back on: what is so faint for longer is the line."""
HOLD = 0.35
"""Voice activity that goes on with one; lower, so that soft word ends are not cut off."""
SPEECH_MIN_S = 0.16
"""Shorter sounds hold no word."""
MARGIN_BEFORE_S = 0.3
MARGIN_AFTER_S = 0.2
PAUSE_S = 0.2
"""Silence after which the words so far may be asked for: they are often the last."""
PAUSE_LOADED_S = 0.45
"""The same under load: two in five pauses within turns are shorter, and cost nothing then."""
UPDATE_S = 0.62
"""Growth after which an open utterance is shown again,"""
UPDATE_SPEECH_S = 0.35
"""when so much of it is speech: less holds no word."""
ENDPOINT_S = 0.85
"""Silence that ends an utterance whatever was said: its final is there within a second."""
ENDPOINT_SENTENCE_S = 0.5
"""Silence that ends it when its words sound complete."""
ENDPOINT_SHORT_S = 0.25
PATIENT_S = 8.0
"""Utterances up to here wait for the full endpoint; from here on it shrinks,"""
HASTY_S = 16.0
"""until here, where any breath is an end."""
SPEECH_MAX_S = 20.0
"""Longest utterance: with its margins it fits the recogniser's window of 30 s."""
SPLIT_WITHIN_S = 6.0
"""The weakest place is looked for in the last seconds of a split utterance."""


class Activity(Protocol):
    """Voice activity of one leg, such as ``audio.vad.VoiceActivity``."""

    def feed(self, samples: Samples) -> list[float]: ...


@dataclass(slots=True, eq=False)
class _Utterance:
    """Positions are samples since the start of the call."""

    utterance_id: str
    start: int
    end: int
    """After the last window with speech."""
    activity: list[float] = field(default_factory=list)
    """Of each window since ``start``."""
    speech_windows: int = 0
    new_windows: int = 0
    """With speech, since it was last shown."""
    shown_end: int = 0
    unheard: bool = False
    """No word was made out when it was last shown."""
    pause_shown: bool = False
    complete_s: float = 0.0
    """End of the speech whose words sounded complete."""


class Segmenter:
    """Turns one leg into utterances, and shows them as they grow."""

    def __init__(self, speaker: Speaker, activity: Activity) -> None:
        self._speaker = speaker
        self._activity = activity
        self.update_s = UPDATE_S
        """Growth after which an open utterance is shown again; ``math.inf``: never."""
        self.pause_s = PAUSE_S
        """Silence after which an open utterance is told as paused."""
        self._tape = Tape()
        self._position = 0
        self._onset: deque[float] = deque(maxlen=ONSET_WINDOWS)
        """Activity of the windows since which something may have begun."""
        self._onset_sum = 0.0
        self._count = 0
        self._told_until = 0
        self._open: _Utterance | None = None

    def feed(self, chunk: AudioChunk) -> list[SpeechSegment]:
        """Utterances that grew, paused or ended within this chunk, in order."""
        self._tape.append(chunk.samples)
        segments: list[SpeechSegment] = []
        for activity in self._activity.feed(chunk.samples):
            self._position += WINDOW_SAMPLES
            if self._open is None:
                self._await_speech(activity)
            else:
                segments += self._follow(self._open, activity)
        onset = self._position - (len(self._onset) + 1) * WINDOW_SAMPLES
        needed_from = self._open.start if self._open else onset
        self._tape.forget(needed_from - _samples(MARGIN_BEFORE_S))
        return segments

    def expect_end(self, utterance_id: str, end_s: float) -> None:
        """The words up to ``end_s`` sound complete: less silence will end the utterance,
        unless its speaker goes on."""
        if self._open is not None and self._open.utterance_id == utterance_id:
            self._open.complete_s = end_s

    def show_sooner(self, utterance_id: str) -> None:
        """No word was made out in an utterance: half the growth shows it again."""
        if self._open is not None and self._open.utterance_id == utterance_id:
            self._open.unheard = True

    def finish(self) -> list[SpeechSegment]:
        """Closes what is open: nothing more will be heard."""
        utterance, self._open = self._open, None
        return [] if utterance is None else self._closed(utterance)

    def _await_speech(self, activity: float) -> None:
        self._onset_sum += min(activity - FAINT, ONSET_STEP)
        if self._onset_sum <= 0.0:
            self._onset_sum = 0.0
            self._onset.clear()
            return
        self._onset.append(activity)
        if self._onset_sum < ONSET:
            return
        begun = list(self._onset)
        voiced_windows = sum(one >= FAINT for one in begun)
        self._count += 1
        self._open = _Utterance(
            utterance_id=f"{self._speaker}-{self._count}",
            start=self._position - len(begun) * WINDOW_SAMPLES,
            end=self._position,
            activity=begun,
            speech_windows=voiced_windows,
            new_windows=voiced_windows,
        )
        self._onset_sum = 0.0
        self._onset.clear()

    def _follow(self, utterance: _Utterance, activity: float) -> list[SpeechSegment]:
        utterance.activity.append(activity)
        if activity >= HOLD:
            utterance.end = self._position
            utterance.speech_windows += 1
            utterance.new_windows += 1
            utterance.pause_shown = False
            if self._position - utterance.start >= _samples(SPEECH_MAX_S):
                return self._split(utterance)
            return self._grown(utterance)
        silence_s = (self._position - utterance.end) / SAMPLE_RATE_HZ
        if silence_s >= _endpoint_s(utterance):
            self._open = None
            return self._closed(utterance)
        if silence_s >= self.pause_s and not utterance.pause_shown and _has_speech(utterance):
            utterance.pause_shown = True
            utterance.shown_end = utterance.end
            utterance.new_windows = 0
            return [self._segment(utterance, paused=True)]
        return []

    def _grown(self, utterance: _Utterance) -> list[SpeechSegment]:
        shown = utterance.shown_end or utterance.start
        grown_s = (utterance.end - shown) / SAMPLE_RATE_HZ
        update_s = self.update_s / 2 if utterance.unheard else self.update_s
        if grown_s < update_s or utterance.new_windows * WINDOW_S < UPDATE_SPEECH_S:
            return []
        utterance.shown_end = utterance.end
        utterance.new_windows = 0
        utterance.unheard = False
        return [self._segment(utterance)]

    def _closed(self, utterance: _Utterance) -> list[SpeechSegment]:
        if not _has_speech(utterance):
            return []
        segment = self._segment(utterance, closed=True)
        self._told_until = utterance.end
        return [segment]

    def _split(self, utterance: _Utterance) -> list[SpeechSegment]:
        """Ends the utterance at its weakest place; the rest begins the next one."""
        last = int(SPLIT_WITHIN_S / WINDOW_S)
        samples = self._tape.cut(self._position - last * WINDOW_SAMPLES, self._position)
        levels = np.sqrt(np.mean(samples.reshape(last, WINDOW_SAMPLES) ** 2, axis=1))
        # Activity tells pauses; where there is none, the level tells the gaps between words.
        strength = np.array(utterance.activity[-last:]) + levels / max(levels.max(), 1e-9)
        smooth = np.convolve(strength, np.ones(5) / 5, mode="valid")[:-2]
        kept_windows = len(utterance.activity) - last + int(np.argmin(smooth)) + 3
        cut = utterance.start + kept_windows * WINDOW_SAMPLES
        rest = utterance.activity[kept_windows:]
        self._count += 1
        self._open = _Utterance(
            utterance_id=f"{self._speaker}-{self._count}",
            start=cut,
            end=self._position,
            activity=rest,
            speech_windows=sum(activity >= HOLD for activity in rest),
        )
        utterance.end = cut
        segment = self._segment(utterance, closed=True, margin_after_s=0.0)
        self._told_until = cut
        return [segment]

    def _segment(
        self,
        utterance: _Utterance,
        *,
        closed: bool = False,
        paused: bool = False,
        margin_after_s: float = MARGIN_AFTER_S,
    ) -> SpeechSegment:
        begin = max(self._told_until, utterance.start - _samples(MARGIN_BEFORE_S))
        end = min(self._position, utterance.end + _samples(margin_after_s))
        return SpeechSegment(
            utterance_id=utterance.utterance_id,
            speaker=self._speaker,
            start_s=utterance.start / SAMPLE_RATE_HZ,
            end_s=utterance.end / SAMPLE_RATE_HZ,
            samples=self._tape.cut(begin, end),
            closed=closed,
            paused=paused,
        )


def _has_speech(utterance: _Utterance) -> bool:
    return utterance.speech_windows * WINDOW_S >= SPEECH_MIN_S


def _endpoint_s(utterance: _Utterance) -> float:
    complete = utterance.complete_s == utterance.end / SAMPLE_RATE_HZ
    patience_s = ENDPOINT_SENTENCE_S if complete else ENDPOINT_S
    length_s = (utterance.end - utterance.start) / SAMPLE_RATE_HZ
    haste = min(1.0, max(0.0, (length_s - PATIENT_S) / (HASTY_S - PATIENT_S)))
    return patience_s + haste * (ENDPOINT_SHORT_S - patience_s)


def _samples(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE_HZ)
