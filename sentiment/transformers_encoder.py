"""Our encoder through transformers on torch, for any device that torch knows.

Needs the extra ``transformers``. The same weights as ``sentiment.encoder``, unrounded, under
the same heads; on a GPU in half precision.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.nn.functional import normalize

from copilot.errors import ConfigError, ReaderError
from sentiment.bert import bert, pooled
from sentiment.e5 import E5, TOKENS
from sentiment.encoder import plain

__all__ = ["TransformersEncoder"]

BATCH_CPU = 32
BATCH_GPU = 256


class TransformersEncoder:
    """Implements ``copilot.ports.TextEncoder``. Serves any number of threads."""

    def __init__(self, e5: E5, *, device: str = "cpu") -> None:
        """``device`` is a name of torch's: ``cpu``, ``cuda:0``, ``mps``. On a CPU, each thread
        that encodes has one core. Raises ``ConfigError`` when the device cannot hold it."""
        on_cpu = device == "cpu"
        if on_cpu:
            torch.set_num_threads(1)
        model: Any = bert(e5).eval()  # type: ignore[no-untyped-call]
        try:
            self._model = model if on_cpu else model.half().to(device)
        except (RuntimeError, AssertionError) as error:
            raise ConfigError(
                f"reader_device: {device} cannot hold the encoder: {_line(error)}"
            ) from None
        self._e5 = e5
        self._tokenizer = e5.pieces.tokenizer(TOKENS)
        self._batch = BATCH_CPU if on_cpu else BATCH_GPU
        self.dimensions = e5.width
        precision = str(self._model.dtype).removeprefix("torch.")
        self.name = f"multilingual-e5-small, tuned, {precision} (transformers, {device})"

    @torch.inference_mode()
    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """(n, dimensions) float32, rows of length one. An empty text is read as silence.

        Raises ``ReaderError``.
        """
        asked = [f"query: {plain(text) or '...'}" for text in texts]
        ids = [row.ids for row in self._tokenizer.encode_batch(asked)]
        vectors = np.empty((len(ids), self.dimensions), dtype=np.float32)
        # Alike in length: what is padded is computed too.
        order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
        try:
            for start in range(0, len(order), self._batch):
                batch = order[start : start + self._batch]
                mean = pooled(self._model, [ids[row] for row in batch], self._e5)
                vectors[batch] = normalize(mean.float(), dim=1).cpu().numpy()
        except (RuntimeError, IndexError) as error:
            # torch's texts speak of shapes and memory, never of speech.
            raise ReaderError(f"the encoder failed: {_line(error)}") from error
        return vectors


def _line(error: Exception) -> str:
    return str(error).partition("\n")[0]
