"""Whisper on CTranslate2, through the pieces of faster-whisper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from audio.windows import Heard, limit_of, recognise, window
from copilot.errors import ModelMissingError, RecogniserError
from copilot.signals import Hypothesis, RecognitionRequest, Samples

__all__ = ["FasterWhisperRecogniser"]

CANDIDATES = ("ja", "en")
"""Languages looked for where none is given: on the telephone, 99 are 97 too many."""
BEAMS_FINAL = 5
BEAMS_PARTIAL = 1
PROMPT_TOKENS_MAX = 200
BATCH_CPU = 4
"""A decoding step reads all weights once for the whole batch. More would make those wait
that come meanwhile."""
BATCH_GPU = 32


class FasterWhisperRecogniser:
    """``copilot.ports.Recogniser``, for ``threads`` threads at once.

    On a CPU each of them has one core: two batches side by side make more words than one
    batch on two cores, because a decoding step waits for memory more than for arithmetic.
    """

    def __init__(
        self,
        model_folder: Path,
        *,
        device: str = "cpu",
        compute_type: str = "default",
        threads: int = 2,
    ) -> None:
        """Loads a CTranslate2 Whisper model. ``device`` is ``cpu`` or ``cuda:0``, ``cuda:1``
        ...; ``default`` precision is int8 on a CPU and float16 on a GPU. Raises
        ``ModelMissingError``."""
        from faster_whisper import WhisperModel

        kind, _, number = device.partition(":")
        if compute_type == "default":
            compute_type = "int8" if kind == "cpu" else "float16"
        try:
            self._whisper: Any = WhisperModel(
                str(model_folder),
                device=kind,
                device_index=int(number or 0),
                compute_type=compute_type,
                cpu_threads=1,
                num_workers=threads,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelMissingError(
                f"no usable Whisper model at {model_folder}: {error}"
            ) from error
        model = self._whisper.model
        self.name = f"{model_folder.name} ({model.compute_type}, {device})"
        self.batch_max = BATCH_CPU if model.device == "cpu" else BATCH_GPU
        self._tokenizers: dict[str, Any] = {}

    def recognise(self, requests: Sequence[RecognitionRequest]) -> list[Hypothesis]:
        """See ``Recogniser``."""
        try:
            return recognise(requests, self._decode)
        except (RuntimeError, ValueError) as error:
            # CTranslate2's texts speak of shapes and memory, never of speech.
            raise RecogniserError(f"Whisper failed: {error}") from error

    def _decode(self, requests: Sequence[RecognitionRequest], frames: int) -> list[Heard]:
        prompts = [self._previous(request.prompt) for request in requests]
        heard: dict[int, Heard] = {}
        for places in _of_one_length(prompts):
            group = [requests[at] for at in places]
            results = self._generate(group, [prompts[at] for at in places], frames)
            heard |= zip(places, results, strict=True)
        return [heard[at] for at in range(len(requests))]

    def _generate(
        self,
        requests: Sequence[RecognitionRequest],
        before: Sequence[Sequence[int]],
        frames: int,
    ) -> Iterator[Heard]:
        """One batch: all final or all partial, with as many tokens before them each."""
        features = np.stack([self._features(one.segment.samples, frames) for one in requests])
        encoded = self._encoded(features)
        tokenizers = [*map(self._tokenizer, self._languages(requests, encoded))]
        prompts = [
            [*previous, *tokenizer.sot_sequence, tokenizer.no_timestamps]
            for previous, tokenizer in zip(before, tokenizers, strict=True)
        ]
        limits = [*map(limit_of, requests)]
        # CTranslate2 makes at most half of max_length, and max_length less the prompt.
        room = max(len(prompts[0]) + max(limits), 2 * max(limits))
        results: list[Any] = self._whisper.model.generate(
            encoded,
            prompts,
            beam_size=BEAMS_FINAL if requests[0].final else BEAMS_PARTIAL,
            max_length=min(self._whisper.max_length, room),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=[-1],
        )
        return map(_heard, results, tokenizers, limits)

    def _features(self, samples: Samples, frames: int) -> npt.NDArray[np.float32]:
        """(n_mels, frames) log-mel of the samples and the silence around them."""
        padded = window(samples, frames)
        features: npt.NDArray[np.float32] = self._whisper.feature_extractor(padded, padding=0)
        return features[:, :frames].astype(np.float32, copy=False)

    def _encoded(self, features: npt.NDArray[np.float32]) -> Any:
        """(n, frames / 2, d), on the model's device."""
        if self._whisper.model.device != "cpu" or len(features) == 1:
            return self._whisper.encode(features)
        # The activations of several windows do not fit a core's caches.
        from ctranslate2 import StorageView

        encoded = [np.asarray(self._whisper.encode(one[None])) for one in features]
        return StorageView.from_array(np.concatenate(encoded))

    def _languages(self, requests: Sequence[RecognitionRequest], encoded: Any) -> list[str]:
        """As asked for, where Whisper knows it; else the likeliest of the candidates."""
        if not self._whisper.model.is_multilingual:
            return ["en"] * len(requests)
        known = self._whisper.supported_languages
        if all(request.language in known for request in requests):
            return [str(request.language) for request in requests]
        rankings: list[list[tuple[str, float]]] = self._whisper.model.detect_language(encoded)
        return [
            str(request.language) if request.language in known else _likeliest(ranked)
            for request, ranked in zip(requests, rankings, strict=True)
        ]

    def _previous(self, text: str) -> list[int]:
        """Tokens of what was said before, or of words that may be."""
        if not text:
            return []
        tokenizer = self._tokenizer("en")  # the same for any language
        previous: list[int] = tokenizer.encode(" " + text.strip())
        return [tokenizer.sot_prev, *previous[-PROMPT_TOKENS_MAX:]]

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


def _likeliest(ranked: Sequence[tuple[str, float]]) -> str:
    """Of CTranslate2's ranking of all languages."""
    codes = [token[2:-2] for token, _ in ranked]
    return next(code for code in codes if code in CANDIDATES)


def _of_one_length(prompts: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Places of those that may share a batch: CTranslate2 wants one length."""
    places: defaultdict[int, list[int]] = defaultdict(list)
    for at, prompt in enumerate(prompts):
        places[len(prompt)].append(at)
    yield from places.values()


def _heard(result: Any, tokenizer: Any, limit: int) -> Heard:
    tokens = result.sequences_ids[0]
    return Heard(
        # A neighbour in the batch may have been allowed more.
        tokens=tokens[:limit],
        text=tokenizer.decode(tokens[:limit]),
        language=tokenizer.language_code,
        log_probability=result.scores[0] * len(tokens) / (len(tokens) + 1),
        no_speech=result.no_speech_prob,
        limit=limit,
    )
