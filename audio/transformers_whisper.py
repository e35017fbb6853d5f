"""Whisper through transformers on torch, for any device that torch knows.

Needs the extra ``transformers``. Requests run in batches: one for each window length,
whatever their languages and prompts. Decoding is greedy and has its own loop: that of
transformers asks for full windows of 30 s and for one language a batch, and waits for the
device after every token.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import gelu
from transformers import WhisperForConditionalGeneration, WhisperProcessor
from transformers.utils.logging import disable_progress_bar

from audio.whisper import CANDIDATES
from audio.windows import FRAME_SAMPLES, Heard, limit_of, recognise, window
from copilot.errors import ConfigError, ModelMissingError, RecogniserError
from copilot.signals import Hypothesis, RecognitionRequest, Samples

__all__ = ["TransformersRecogniser", "encode"]

PRECISIONS = {
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "float32": torch.float32,
}
BATCH_CPU = 4
BATCH_GPU = 64
STEPS_UNASKED = 8
"""Tokens decoded on an accelerator before it is asked whether all rows have ended: asking
makes the processor wait for it."""


class TransformersRecogniser:
    """``copilot.ports.Recogniser`` on a Whisper model of transformers.

    ``processor`` has its ``feature_extractor`` and its ``tokenizer``.
    """

    def __init__(self, model: Any, processor: Any, *, name: str) -> None:
        self._model = model.eval()
        self._device: torch.device = model.device
        self._extractor = processor.feature_extractor
        self._tokenizer = processor.tokenizer
        self._mel_filters = torch.tensor(
            self._extractor.mel_filters.T, dtype=torch.float32, device=self._device
        )  # (n_mels, bins)
        self._longest: int = model.config.max_target_positions
        told = model.generation_config
        self._start: int = told.decoder_start_token_id
        self._no_timestamps: int = told.no_timestamps_token_id
        # Models of English alone have neither languages nor tasks.
        languages = getattr(told, "lang_to_id", None) or {}
        self._languages = {token[2:-2]: number for token, number in languages.items()}
        self._transcribe: int = told.task_to_id["transcribe"] if languages else 0
        ends = told.eos_token_id
        self._end: int = ends[0] if isinstance(ends, list) else ends
        self._forbidden = self._penalty(
            [*(told.suppress_tokens or ()), *range(self._end + 1, model.config.vocab_size)]
        )
        self._forbidden_first = self._penalty(told.begin_suppress_tokens or ())
        precision = str(model.dtype).removeprefix("torch.")
        self.batch_max = BATCH_CPU if self._device.type == "cpu" else BATCH_GPU
        self.name = f"{name} (transformers, {precision}, {self._device})"

    @classmethod
    def load(cls, name: str, *, device: str = "cpu", compute_type: str = "default") -> Self:
        """``name`` is a folder, a model on the hub, or the name of one of OpenAI's, such as
        ``large-v3-turbo``. ``default`` precision is float32 on a CPU and float16 elsewhere.
        On a CPU, each thread that recognises has one core. Raises ``ModelMissingError`` and
        ``ConfigError``."""
        if compute_type == "default":
            compute_type = "float32" if device == "cpu" else "float16"
        if compute_type not in PRECISIONS:
            raise ConfigError(
                f"compute_type: {compute_type} is none of the transformers recogniser's; "
                f"choose {', '.join(PRECISIONS)} or default"
            )
        # The standard error of a server holds JSON lines.
        disable_progress_bar()  # type: ignore[no-untyped-call]
        known = name if "/" in name or Path(name).is_dir() else f"openai/whisper-{name}"
        try:
            processor: Any = WhisperProcessor.from_pretrained(known)
            model: Any = WhisperForConditionalGeneration.from_pretrained(
                known, dtype=PRECISIONS[compute_type], attn_implementation="sdpa"
            )
        except (OSError, ValueError) as error:
            raise ModelMissingError(
                f"model {name}: transformers cannot load it ({type(error).__name__}); "
                "give a folder that holds it, or connect once so that it can be fetched"
            ) from None
        if getattr(model.generation_config, "no_timestamps_token_id", None) is None:
            raise ModelMissingError(
                f"model {name}: its generation_config.json does not name Whisper's control "
                "tokens; copy that of the model it was made from"
            )
        if device == "cpu":
            torch.set_num_threads(1)
        try:
            model.to(device)
        except RuntimeError as error:
            raise ConfigError(f"device: {device} cannot hold {name}: {_line(error)}") from None
        return cls(model, processor, name=Path(name).name)

    @torch.inference_mode()
    def recognise(self, requests: Sequence[RecognitionRequest]) -> list[Hypothesis]:
        """See ``Recogniser``."""
        try:
            return recognise(requests, self._decode)
        except (RuntimeError, ValueError, IndexError) as error:
            # torch's texts speak of shapes and memory, never of speech.
            raise RecogniserError(f"Whisper failed: {_line(error)}") from error

    def _decode(self, batch: Sequence[RecognitionRequest], frames: int) -> list[Heard]:
        features = self._features([request.segment.samples for request in batch], frames)
        encoded = encode(self._model.model.encoder, features.to(self._model.dtype))
        languages = self._spoken(batch, encoded)
        prompts = [
            [*self._previous(request.prompt), *self._beginning(language)]
            for request, language in zip(batch, languages, strict=True)
        ]
        limits = [
            min(self._limit(request), self._longest - len(prompt))
            for request, prompt in zip(batch, prompts, strict=True)
        ]
        decoded = self._generate(encoded, prompts, limits)
        return [
            Heard(
                tokens=tokens,
                text=self._tokenizer.decode(tokens).strip(),
                language=language,
                log_probability=score / (len(tokens) + 1),
                no_speech=no_speech,
                limit=limit,
            )
            for (tokens, score, no_speech), language, limit in zip(
                decoded, languages, limits, strict=True
            )
        ]

    def _limit(self, request: RecognitionRequest) -> int:
        return limit_of(request)

    def _features(self, batch: Sequence[Samples], frames: int) -> Tensor:
        """(n, n_mels, frames) log-mel of the samples and the silence around them, as
        Whisper's feature extractor makes it, without leaving the device."""
        windows = np.stack([window(samples, frames) for samples in batch])
        size = self._extractor.n_fft
        spectrum = torch.stft(
            torch.from_numpy(windows).to(self._device),
            size,
            FRAME_SAMPLES,
            window=torch.hann_window(size, device=self._device),
            return_complex=True,
        )[..., :-1]  # (n, bins, frames)
        mel = self._mel_filters @ spectrum.abs().square()
        logarithm = mel.clamp(min=1e-10).log10()
        return (logarithm.maximum(logarithm.amax((1, 2), keepdim=True) - 8.0) + 4.0) / 4.0

    def _spoken(self, batch: Sequence[RecognitionRequest], encoded: Tensor) -> list[str]:
        """The language of each request: the one given, else the likeliest candidate."""
        if not self._languages:
            return ["en"] * len(batch)
        languages = [request.language or "" for request in batch]
        unknown = [at for at, code in enumerate(languages) if code not in self._languages]
        if unknown:
            start = torch.full((len(unknown), 1), self._start, device=self._device)
            heard = self._model.model.decoder(
                input_ids=start, encoder_hidden_states=encoded[unknown], use_cache=False
            ).last_hidden_state[:, -1]
            candidates = [self._languages[code] for code in CANDIDATES]
            best = self._model.proj_out(heard)[:, candidates].argmax(-1).tolist()
            for at, candidate in zip(unknown, best, strict=True):
                languages[at] = CANDIDATES[candidate]
        return languages

    def _previous(self, text: str) -> list[int]:
        """Tokens of what was said before, or of words that may be."""
        if not text:
            return []
        tokens = self._tokenizer.encode(" " + text.strip(), add_special_tokens=False)
        # Text that spells a control token is encoded as one, and must not act as one.
        words = [token for token in tokens if token < self._end]
        return [self._no_timestamps - 2, *words[1 - self._longest // 2 :]]  # <|startofprev|>

    def _beginning(self, language: str) -> list[int]:
        """Start, language and task, where the model knows several; no time stamps."""
        told = [self._languages[language], self._transcribe] if self._languages else []
        return [self._start, *told, self._no_timestamps]

    def _generate(
        self, encoded: Tensor, prompts: Sequence[list[int]], limits: Sequence[int]
    ) -> list[tuple[list[int], float, float]]:
        """Decodes all rows greedily: of each its tokens, the sum of their log-probabilities
        with that of the end, and the probability that nobody spoke."""
        decoder, project = self._model.model.decoder, self._model.proj_out
        longest = max(map(len, prompts))
        tokens = torch.tensor(
            [[self._end] * (longest - len(prompt)) + prompt for prompt in prompts],
            device=self._device,
        )  # (n, longest): the prompts end together
        lengths = torch.tensor([[len(prompt)] for prompt in prompts], device=self._device)
        limit = torch.tensor(limits, device=self._device)
        uneven = any(len(prompt) < longest for prompt in prompts)
        column = torch.arange(longest, device=self._device)
        present = (column >= longest - lengths).long()  # (n, longest)
        made = decoder(
            input_ids=tokens,
            attention_mask=present if uneven else None,
            position_ids=(column - longest + lengths).clamp(min=0),
            encoder_hidden_states=encoded,
            use_cache=True,
        )
        hidden = made.last_hidden_state
        start = -4 if self._languages else -2
        at_start = project(hidden[:, start]).float().softmax(-1)
        no_speech = at_start[:, self._no_timestamps - 1]  # <|nospeech|>
        logits = project(hidden[:, -1]).float() + self._forbidden_first
        ended = torch.zeros(len(prompts), dtype=torch.bool, device=self._device)
        total = torch.zeros(len(prompts), device=self._device)
        taken = []
        unasked = 1 if self._device.type == "cpu" else STEPS_UNASKED
        for step in range(max(limits)):
            score, best = (logits + self._forbidden).log_softmax(-1).max(-1)
            best = best.masked_fill(ended, self._end)
            total += score.masked_fill(ended, 0.0)
            taken.append(best)
            ended = ended | (best == self._end) | (limit <= step + 1)
            if (step + 1) % unasked == 0 and bool(ended.all()):
                break
            if uneven:
                present = torch.cat([present, torch.ones_like(lengths)], dim=1)
            made = decoder(
                input_ids=best[:, None],
                attention_mask=present if uneven else None,
                position_ids=(lengths + step).clamp(max=self._longest - 1),
                encoder_hidden_states=encoded,
                past_key_values=made.past_key_values,
                use_cache=True,
            )
            logits = project(made.last_hidden_state[:, -1]).float()
        rows: list[list[int]] = torch.stack(taken, dim=1).tolist()
        until = [row.index(self._end) if self._end in row else len(row) for row in rows]
        tokens_of = [row[:end] for row, end in zip(rows, until, strict=True)]
        return list(zip(tokens_of, total.tolist(), no_speech.tolist(), strict=True))

    def _penalty(self, tokens: Sequence[int]) -> Tensor:
        """(vocabulary,) to be added to logits: these tokens are never taken."""
        penalty = torch.zeros(self._model.config.vocab_size, device=self._device)
        penalty[list(tokens)] = -math.inf
        return penalty


def encode(encoder: Any, features: Tensor) -> Tensor:
    """(n, n_mels, frames) to (n, frames / 2, width): what transformers' Whisper encoder
    does, which insists on 3000 frames; the positions of shorter windows are the first."""
    hidden = gelu(encoder.conv1(features))
    hidden = gelu(encoder.conv2(hidden)).transpose(1, 2)
    hidden = hidden + encoder.embed_positions.weight[: hidden.shape[1]]
    for layer in encoder.layers:
        hidden = layer(hidden, None)
    normed: Tensor = encoder.layer_norm(hidden)
    return normed


def _line(error: Exception) -> str:
    return str(error).partition("\n")[0]
