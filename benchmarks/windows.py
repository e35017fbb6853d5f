"""Error and CPU of the bare model by encoder window, beams and length of the utterance.

No guard and no second try: this is the table from which the windows were chosen.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from audio.guards import token_limit
from audio.windows import FRAME_SAMPLES, window
from benchmarks.heard import LENGTHS_S, Leg, length_class, length_name
from benchmarks.references import edits_by_unit
from copilot.signals import SAMPLE_RATE_HZ, RecognitionRequest

__all__ = ["by_window"]

WINDOWS = (400, 500, 600, 800, 1000, 1500, 3000)
"""In frames of 10 ms."""
BEAMS = (1, 5)
SILENCE_SAMPLES = round(0.6 * SAMPLE_RATE_HZ)
"""What must fit around the speech, or the utterance takes a longer window."""


def by_window(legs: Sequence[Leg], model: Any) -> None:
    """Prints the table. ``model`` is faster-whisper's."""
    decoder = _Decoder(model)
    edits: dict[tuple[str, int, int, int], int] = defaultdict(int)
    units: dict[tuple[str, int], int] = defaultdict(int)
    cpu_s: dict[tuple[str, int, int, int], list[float]] = defaultdict(list)
    for leg in legs:
        if not leg.reference or not leg.finals or leg.case.silver:
            continue
        language, lengths = leg.case.language, leg.lengths()
        texts: dict[tuple[int, int], list[str]] = defaultdict(list)
        for request, final in zip(leg.asked, leg.finals, strict=True):
            length = length_class(final.end_s - final.start_s)
            tried: dict[int, list[tuple[str, float]]] = {}
            for frames in WINDOWS:
                taken = _fitting(frames, len(request.segment.samples))
                if taken not in tried:
                    tried[taken] = decoder.hear(request, taken)
                for beams, (text, took_s) in zip(BEAMS, tried[taken], strict=True):
                    texts[frames, beams].append(text)
                    cpu_s[language, length, frames, beams].append(took_s)
        for (frames, beams), parts in texts.items():
            charged = edits_by_unit(leg.reference, leg.units_of(parts))
            for length in range(len(LENGTHS_S)):
                edits[language, length, frames, beams] += int(charged[lengths == length].sum())
        for length in lengths.tolist():
            units[language, length] += 1
    print("\nError % (CPU seconds of a request), by window in frames of 10 ms:")
    print(f"| language | utterance | n | units | beams | {' | '.join(map(str, WINDOWS))} |")
    print("|---" * (5 + len(WINDOWS)) + "|")
    for language, length in sorted(units):
        for beams in BEAMS:
            keys = [(language, length, frames, beams) for frames in WINDOWS]
            cells = [
                f"{100 * edits[key] / units[language, length]:.1f} ({np.mean(cpu_s[key]):.2f})"
                for key in keys
            ]
            print(
                f"| {language} | {length_name(length)} | {len(cpu_s[keys[0]])} "
                f"| {units[language, length]} | {beams} | {' | '.join(cells)} |"
            )


def _fitting(frames: int, samples: int) -> int:
    """The window, or the first longer one that holds the speech and a little silence."""
    needed = (samples + SILENCE_SAMPLES) / FRAME_SAMPLES
    return next((one for one in WINDOWS if one >= max(frames, needed)), WINDOWS[-1])


class _Decoder:
    """The model on one utterance at a time, encoded once for all beams."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._tokenizers: dict[str, Any] = {}

    def hear(self, request: RecognitionRequest, frames: int) -> list[tuple[str, float]]:
        """(text, CPU seconds) with each number of beams."""
        start_s = time.process_time()
        encoded = self._encode(request, frames)
        encoding_s = time.process_time() - start_s
        heard = []
        for beams in BEAMS:
            start_s = time.process_time()
            text = self._decode(encoded, request, beams)
            heard.append((text, encoding_s + time.process_time() - start_s))
        return heard

    def _encode(self, request: RecognitionRequest, frames: int) -> Any:
        padded = window(request.segment.samples, frames)
        features = self._model.feature_extractor(padded, padding=0)[:, :frames]
        return self._model.encode(features.astype(np.float32, copy=False))

    def _decode(self, encoded: Any, request: RecognitionRequest, beams: int) -> str:
        tokenizer = self._tokenizer(request.language or "en")
        prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        limit = token_limit(request.segment.end_s - request.segment.start_s)
        [result] = self._model.model.generate(
            encoded,
            [prompt],
            beam_size=beams,
            # CTranslate2 stops at half of it, or when it is full with the prompt.
            max_length=max(2 * limit, len(prompt) + limit),
            suppress_blank=True,
            suppress_tokens=[-1],
        )
        return tokenizer.decode(result.sequences_ids[0])

    def _tokenizer(self, language: str) -> Any:
        if language not in self._tokenizers:
            from faster_whisper.tokenizer import Tokenizer

            self._tokenizers[language] = Tokenizer(
                self._model.hf_tokenizer, True, task="transcribe", language=language
            )
        return self._tokenizers[language]
