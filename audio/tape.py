"""The recent samples of one leg, addressed by their position in the call."""

from __future__ import annotations

from collections import deque

import numpy as np

from copilot.signals import Samples

__all__ = ["Tape"]


class Tape:
    """Grows at the end; its user lets go of the beginning, which bounds it."""

    def __init__(self) -> None:
        self._pieces: deque[Samples] = deque()
        self._begin = 0
        self.end = 0
        """Position after the last sample."""

    def append(self, samples: Samples) -> None:
        if len(samples):
            self._pieces.append(samples)
            self.end += len(samples)

    def cut(self, begin: int, end: int) -> Samples:
        """A copy of samples ``[begin, end)``, as far as they are still here."""
        position = self._begin
        parts = []
        for piece in self._pieces:
            parts.append(piece[max(0, begin - position) : max(0, end - position)])
            position += len(piece)
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    def forget(self, before: int) -> None:
        """Lets go of whole pieces before a position."""
        while self._pieces and self._begin + len(self._pieces[0]) <= before:
            self._begin += len(self._pieces.popleft())
