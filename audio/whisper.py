"""Whisper on CTranslate2, with encoder windows cut to the utterance.

Whisper was trained on windows of 30 s, and most of its time goes into the silence that
fills them. CTranslate2 takes windows of any length; shorter ones cost a tenth, and make
the decoder repeat itself, stop late or invent. Each guard below answers one of these:
a floor and silence at the tail (repeating, no end of text), a limit of tokens and a look
at loops and probabilities (inventing), and the full window for whatever looks suspicious.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from audio.guards import audible, dictated, looping, token_limit, without_phantoms
from copilot.errors import ModelMissingError, RecogniserError
from copilot.signals import SAMPLE_RATE_HZ, Hypothesis, RecognitionRequest, Samples

__all__ = ["FasterWhisperRecogniser"]

FRAME_SAMPLES = 160
"""Samples per encoder frame of 10 ms."""
FULL_FRAMES = 3000
FINAL_FRAMES = (1000, 1250, 1500, 2000, 2500, FULL_FRAMES)
PARTIAL_FRAMES = (600, 800, *FINAL_FRAMES)
"""Window lengths in frames. A few, so that requests can share a batch; none makes the
encoder's output (half as long) as long as the mel bands are many (80 or 128), which
CTranslate2 takes for features and encodes again."""
TAIL_S = 0.6
"""Silence after the speech of every window."""
CANDIDATES = ("ja", "en")
"""Languages looked for where none is given: on the telephone, 99 are 97 too many."""
BEAMS_FINAL = 5
BEAMS_PARTIAL = 1
LOG_PROBABILITY_MIN = -1.0
"""Mean log-probability of a token below which words are doubtful (Whisper's own limit)."""
UNHEARD = -1.3
"""Below this they are invented. Music, tones and noise measured -0.6 to -2.6, words -0.1 to
-0.75, so the probability of no speech (0.5 to 0.96 and 0.0 to 0.64) decides in between."""
UNHEARD_IF_NO_SPEECH = -0.55
NO_SPEECH_MAX = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decoded:
    tokens: list[int]
    text: str
    language: str
    log_probability: float
    """Mean of the tokens."""
    no_speech: float
    limit: int

    @property
    def doubtful(self) -> bool:
        return (
            self.log_probability < LOG_PROBABILITY_MIN
            or len(self.tokens) >= self.limit
            or self.loops
        )

    @property
    def loops(self) -> bool:
        return looping(self.tokens) and not dictated(self.text)

    @property
    def silent(self) -> bool:
        limit = UNHEARD_IF_NO_SPEECH if self.no_speech > NO_SPEECH_MAX else UNHEARD
        return not self.tokens or self.log_probability < limit


class FasterWhisperRecogniser:
    """``copilot.ports.Recogniser`` on faster-whisper's model and its pieces."""

    def __init__(
        self,
        model_folder: Path,
        *,
        device: str = "auto",
        compute_type: str = "default",
        threads: int = 2,
    ) -> None:
        """Loads a CTranslate2 Whisper model. ``default`` precision is int8 on a CPU and the
        model's own on a GPU. Raises ``ModelMissingError``."""
        from ctranslate2 import get_cuda_device_count
        from faster_whisper import WhisperModel

        if device == "auto":
            device = "cuda" if get_cuda_device_count() else "cpu"
        if compute_type == "default" and device == "cpu":
            compute_type = "int8"

        try:
            self._whisper: Any = WhisperModel(
                str(model_folder),
                device=device,
                compute_type=compute_type,
                cpu_threads=threads,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelMissingError(
                f"no usable Whisper model at {model_folder}: {error}"
            ) from error
        model = self._whisper.model
        self.name = f"{model_folder.name} ({model.compute_type}, {model.device})"
        self._tokenizers: dict[str, Any] = {}

    def recognise(self, requests: Sequence[RecognitionRequest]) -> list[Hypothesis]:
        """See ``Recogniser``."""
        try:
            return [self._recognise(request) for request in requests]
        except (RuntimeError, ValueError) as error:
            # CTranslate2's texts speak of shapes and memory, never of speech.
            raise RecogniserError(f"Whisper failed: {error}") from error

    def _recognise(self, request: RecognitionRequest) -> Hypothesis:
        samples = request.segment.samples
        if not audible(samples):
            return Hypothesis(text="", language=request.language or "", confidence=0.0)
        buckets = FINAL_FRAMES if request.final else PARTIAL_FRAMES
        frames = window_frames(len(samples), buckets)
        heard = self._decode(request, frames)
        if heard.doubtful and not heard.silent and request.final and frames < FULL_FRAMES:
            heard = max(heard, self._decode(request, FULL_FRAMES), key=_credibility)
        if heard.silent or heard.doubtful and not request.final:
            return Hypothesis(text="", language=heard.language, confidence=0.0)
        return Hypothesis(
            text=without_phantoms(heard.text),
            language=heard.language,
            confidence=math.exp(heard.log_probability),
        )

    def _decode(self, request: RecognitionRequest, frames: int) -> _Decoded:
        samples = request.segment.samples
        encoded = self._whisper.encode(self._features(samples, frames))
        language = request.language
        if language is None or language not in self._whisper.supported_languages:
            language = self._language(encoded)
        tokenizer = self._tokenizer(language)
        prompt = _prompt(tokenizer, request.prompt)
        limit = token_limit(request.segment.end_s - request.segment.start_s)
        result = self._whisper.model.generate(
            encoded,
            [prompt],
            beam_size=BEAMS_FINAL if request.final else BEAMS_PARTIAL,
            max_length=min(self._whisper.max_length, len(prompt) + limit),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=[-1],
        )[0]
        tokens = result.sequences_ids[0]
        return _Decoded(
            tokens=tokens,
            text=tokenizer.decode(tokens),
            language=language,
            log_probability=result.scores[0] * len(tokens) / (len(tokens) + 1),
            no_speech=result.no_speech_prob,
            limit=limit,
        )

    def _features(self, samples: Samples, frames: int) -> npt.NDArray[np.float32]:
        """(n_mels, frames) log-mel of the samples and silence after them."""
        window = np.zeros(frames * FRAME_SAMPLES, np.float32)
        kept = samples[: len(window)]
        window[: len(kept)] = kept
        features: npt.NDArray[np.float32] = self._whisper.feature_extractor(window, padding=0)
        return features[:, :frames].astype(np.float32, copy=False)

    def _language(self, encoded: Any) -> str:
        """The likeliest of the candidates; also where Whisper lacks the language given."""
        if not self._whisper.model.is_multilingual:
            return "en"
        ranked: list[tuple[str, float]] = self._whisper.model.detect_language(encoded)[0]
        codes = [token[2:-2] for token, _ in ranked]
        return next(code for code in codes if code in CANDIDATES)

    def _tokenizer(self, language: str) -> Any:
        if language not in self._tokenizers:
            from faster_whisper.tokenizer import Tokenizer

            self._tokenizers[language] = Tokenizer(
                self._whisper.hf_tokenizer,
                self._whisper.model.is_multilingual,
                task="transcribe",
                language=language,
            )
        return self._tokenizers[language]


def window_frames(count: int, buckets: Sequence[int]) -> int:
    """The shortest window that holds ``count`` samples and the silence after them."""
    needed = math.ceil((count + TAIL_S * SAMPLE_RATE_HZ) / FRAME_SAMPLES)
    return next((frames for frames in buckets if frames >= needed), FULL_FRAMES)


def _prompt(tokenizer: Any, before: str) -> list[int]:
    """Tokens before the first word: what was said before, language, task, no time stamps."""
    start = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
    if not before:
        return start
    previous = tokenizer.encode(" " + before.strip())[-200:]
    return [tokenizer.sot_prev, *previous, *start]


def _credibility(heard: _Decoded) -> tuple[bool, float]:
    return not heard.loops and len(heard.tokens) < heard.limit, heard.log_probability
