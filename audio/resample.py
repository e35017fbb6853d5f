"""Any rate to the house's rate, in pieces, without a seam between them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import soxr

from copilot.signals import SAMPLE_RATE_HZ

__all__ = ["Resampler"]

QUALITY = "LQ"
"""The shortest of soxr's filters with a flat telephone band: its delay (60 ms at 8 kHz, half
of the next better one's) is added to the time after which words are known."""


class Resampler:
    """Filtered conversion of interleaved legs to 16 kHz; keeps its state between pieces."""

    def __init__(self, rate_hz: int, legs: int) -> None:
        self._legs = legs
        self._stream = (
            None
            if rate_hz == SAMPLE_RATE_HZ
            else soxr.ResampleStream(
                rate_hz, SAMPLE_RATE_HZ, legs, dtype="float32", quality=QUALITY
            )
        )

    def feed(self, samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """(n, legs) at the source rate to (m, legs) at 16 kHz, as far as the filter knows."""
        if self._stream is None:
            return samples
        return self._shaped(self._stream.resample_chunk(samples))

    def flush(self) -> npt.NDArray[np.float32]:
        """What the filter still holds, (m, legs). Nothing can be fed afterwards."""
        nothing = np.zeros((0, self._legs), np.float32)
        if self._stream is None:
            return nothing
        return self._shaped(self._stream.resample_chunk(nothing, last=True))

    def _shaped(self, samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        return samples.reshape(-1, self._legs)
