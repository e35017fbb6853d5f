"""Whisper through transformers on torch, for any device that torch knows.

Needs the extra ``transformers``. The encoder reads full 30 s windows, as transformers asks
for; requests of one language run as one batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import torch
from transformers import WhisperForConditionalGeneration, WhisperProcessor

from audio.guards import audible, without_phantoms
from copilot.errors import ModelMissingError
from copilot.signals import SAMPLE_RATE_HZ, Hypothesis, RecognitionRequest

TOKENS_PER_SECOND = 8
"""More than anybody says; caps the loops that Whisper falls into."""
TOKEN_FLOOR = 16


class TransformersRecogniser:
    """Implements ``copilot.ports.Recogniser``.

    ``model`` is a folder or the name of a model on the hub. Raises ``ModelMissingError``.
    """

    def __init__(self, model: str, *, device: str = "auto") -> None:
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        precision = torch.float16 if device.startswith("cuda") else torch.float32
        try:
            self._processor: Any = WhisperProcessor.from_pretrained(model)
            loaded: Any = WhisperForConditionalGeneration.from_pretrained(
                model, dtype=precision
            )
        except (OSError, ValueError) as error:
            raise ModelMissingError(
                f"model {model}: transformers cannot load it ({type(error).__name__}); "
                "give a folder that holds it, or connect once so that it can be fetched"
            ) from None
        self._model: Any = loaded.to(device).eval()
        self._device = device
        self._precision = precision
        self.name = f"{model} (transformers, {device}, {str(precision).removeprefix('torch.')})"

    def recognise(self, requests: Sequence[RecognitionRequest]) -> list[Hypothesis]:
        """One hypothesis per request, in order."""
        order = sorted(range(len(requests)), key=lambda at: requests[at].language or "")
        found: dict[int, Hypothesis] = {}
        for language, group in groupby(order, key=lambda at: requests[at].language):
            positions = list(group)
            batch = [requests[at] for at in positions]
            found.update(zip(positions, self._recognise(batch, language), strict=True))
        return [found[at] for at in range(len(requests))]

    @torch.inference_mode()
    def _recognise(
        self, batch: list[RecognitionRequest], language: str | None
    ) -> list[Hypothesis]:
        prepared = self._processor(
            [request.segment.samples for request in batch],
            sampling_rate=SAMPLE_RATE_HZ,
            return_tensors="pt",
            return_attention_mask=True,
        )
        features = prepared.input_features.to(self._device, self._precision)  # (b, mels, 3000)
        longest_s = max(len(request.segment.samples) for request in batch) / SAMPLE_RATE_HZ
        made = self._model.generate(
            features,
            attention_mask=prepared.attention_mask.to(self._device),
            language=language,
            task="transcribe",
            max_new_tokens=min(440, TOKEN_FLOOR + int(longest_s * TOKENS_PER_SECOND)),
            return_dict_in_generate=True,
            output_scores=True,
        )
        # (b, new tokens) log-probabilities of the tokens taken
        scores = self._model.compute_transition_scores(
            made.sequences, made.scores, normalize_logits=True
        )
        tokens = made.sequences[:, -scores.shape[1] :]
        spoken = tokens != self._model.generation_config.pad_token_id
        mean = (scores * spoken).sum(1) / spoken.sum(1).clamp(min=1)
        texts = self._processor.batch_decode(tokens, skip_special_tokens=True)
        return [
            Hypothesis(
                text=without_phantoms(text) if audible(request.segment.samples) else "",
                language=language or self._language(sequence),
                confidence=min(1.0, float(torch.exp(score))),
            )
            for request, text, sequence, score in zip(
                batch, texts, made.sequences, mean, strict=True
            )
        ]

    def _language(self, sequence: torch.Tensor) -> str:
        """The language that generation detected, from its token among the first ones."""
        names = {
            number: token for token, number in self._model.generation_config.lang_to_id.items()
        }
        for number in sequence[:4].tolist():
            if number in names:
                return str(names[number]).strip("<|>")
        return ""
