"""Encodings kept on disk, so that a baseline runs again in seconds."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from copilot.ports import TextEncoder

_BATCH = 256
_MANY = 64
"""Fewer are encoded sooner than the file is written."""


class VectorCache:
    """A file of vectors by text. Written whole, after each call that added many."""

    def __init__(self, path: Path, encoder: TextEncoder) -> None:
        self._path = path
        self._encoder = encoder
        self._known: dict[str, npt.NDArray[np.float32]] = {}
        if path.exists():
            with np.load(path) as stored:
                self._known = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """(n, dimensions) float32, as ``TextEncoder.encode``."""
        keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        new = {
            key: text for key, text in zip(keys, texts, strict=True) if key not in self._known
        }
        waiting = list(new)
        for start in range(0, len(waiting), _BATCH):
            batch = waiting[start : start + _BATCH]
            vectors = self._encoder.encode([new[key] for key in batch])
            self._known.update(zip(batch, vectors, strict=True))
        if len(waiting) >= _MANY:
            self._save()
        return np.stack([self._known[key] for key in keys])

    def _save(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._path.with_suffix(".tmp.npz")
        keys = np.array(list(self._known))
        np.savez(unfinished, keys=keys, vectors=np.stack(list(self._known.values())))
        unfinished.replace(self._path)
