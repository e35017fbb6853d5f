"""How high a voice is: its fundamental frequency, ten milliseconds at a time.

Autocorrelation through the spectrum, as P. Boersma (1993, "Accurate short-term analysis of
the fundamental frequency"): divided by that of the window, higher candidates preferred a
little. The spectrum is compressed before (T. Tolonen and M. Karjalainen, 2000), so that no
single resonance passes for a voice, and a telephone's missing fundamental is heard from its
harmonics.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from copilot.signals import SAMPLE_RATE_HZ, Samples

__all__ = ["HOP_S", "SPECTRUM_HZ", "Magnitudes", "Pitch", "magnitudes_of", "track_pitch"]

HOP_SAMPLES = 160
HOP_S = HOP_SAMPLES / SAMPLE_RATE_HZ
FRAME_SAMPLES = 640
"""Two and a half periods of the lowest voice."""
FLOOR_HZ = 65.0
CEILING_HZ = 600.0
BAND_HZ = (80.0, 2500.0)
"""Where a line carries the strong harmonics of a voice, without hum and hiss."""
COMPRESSION = 0.5
OCTAVE_COST = 0.02
"""Of strength, for each octave lower: a period fits its multiples just as well."""
VOICED = 0.18
"""Strength from which a frame is voiced: noise stays below 0.13, voices over a telephone have
0.2 to 0.6."""
MEDIAN_FRAMES = 5

_FFT_SAMPLES = 1024
_WINDOW = np.hanning(FRAME_SAMPLES).astype(np.float32)
SPECTRUM_HZ = np.fft.rfftfreq(_FFT_SAMPLES, 1 / SAMPLE_RATE_HZ)
"""(513,) of the columns of ``Magnitudes``."""
_BAND = slice(*np.searchsorted(SPECTRUM_HZ, BAND_HZ))
_LAGS = np.arange(int(SAMPLE_RATE_HZ / CEILING_HZ), int(SAMPLE_RATE_HZ / FLOOR_HZ) + 2)


Magnitudes = npt.NDArray[np.float32]
"""(n, 513): amplitudes of a spectrum from 0 to 8 kHz, one each 10 ms."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pitch:
    """One value each 10 ms."""

    hz: npt.NDArray[np.float32]
    """(n,); where nothing is voiced, the best guess."""
    voiced: npt.NDArray[np.bool_]
    """(n,)"""


def magnitudes_of(samples: Samples) -> Magnitudes:
    """The spectrum each 10 ms; none where the samples are fewer than a frame."""
    if len(samples) < FRAME_SAMPLES:
        return np.zeros((0, len(SPECTRUM_HZ)), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME_SAMPLES)[::HOP_SAMPLES]
    centred = frames - frames.mean(axis=1, keepdims=True)  # a line may carry direct current
    return np.abs(np.fft.rfft(centred * _WINDOW, _FFT_SAMPLES)).astype(np.float32)


def track_pitch(magnitudes: Magnitudes) -> Pitch:
    """The pitch of one voice. Searched twice: the second time only around its usual height
    (C. De Looze and D. Hirst, 2008), which leaves few octave errors; then median-filtered."""
    if not len(magnitudes):
        return Pitch(hz=np.zeros(0, np.float32), voiced=np.zeros(0, np.bool_))
    strengths = _periodicity(magnitudes)  # (n, lags)
    hz, strength = _best(strengths, FLOOR_HZ, CEILING_HZ)
    voiced = strength >= VOICED
    if voiced.any():
        low, high = np.quantile(hz[voiced], (0.25, 0.75))
        hz, strength = _best(strengths, 0.7 * low, 1.7 * high)
        voiced = strength >= VOICED
    return Pitch(hz=_median(hz), voiced=voiced)


def _periodicity(magnitudes: Magnitudes) -> npt.NDArray[np.float32]:
    """(n, lags): how well each frame repeats itself after each of ``_LAGS`` samples."""
    banded = np.zeros_like(magnitudes)
    banded[:, _BAND] = magnitudes[:, _BAND] ** COMPRESSION
    correlation = np.fft.irfft(banded, _FFT_SAMPLES)  # (n, 1024)
    here = np.maximum(correlation[:, :1], 1e-9)
    return np.asarray(correlation[:, _LAGS] / here / _WINDOW_CORRELATION, np.float32)


def _best(
    strengths: npt.NDArray[np.float32], floor_hz: float, ceiling_hz: float
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Frequency and strength of the best candidate of each frame, (n,) each."""
    inner = strengths[:, 1:-1]
    peaks = (inner >= strengths[:, :-2]) & (inner >= strengths[:, 2:])
    lags = _LAGS[1:-1]
    allowed = (SAMPLE_RATE_HZ / ceiling_hz <= lags) & (lags <= SAMPLE_RATE_HZ / floor_hz)
    preferred = inner - OCTAVE_COST * np.log2(lags / lags[0])
    preferred = np.where(peaks & allowed, preferred, -1.0)
    best = np.argmax(preferred, axis=1)
    rows = np.arange(len(strengths))
    left, middle, right = (strengths[rows, best + step] for step in range(3))
    bend = left - 2 * middle + right
    shift = np.where(bend < 0, 0.5 * (left - right) / np.minimum(bend, -1e-9), 0.0)
    found = preferred[rows, best] > -1.0
    strength = np.where(found, np.minimum(middle, 1.0), 0.0)
    hz = SAMPLE_RATE_HZ / (lags[best] + np.clip(shift, -0.5, 0.5))
    return hz.astype(np.float32), strength.astype(np.float32)


def _median(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    padded = np.pad(values, MEDIAN_FRAMES // 2, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, MEDIAN_FRAMES)
    return np.asarray(np.median(windows, axis=1), np.float32)


def _window_correlation() -> npt.NDArray[np.float32]:
    """The window's own autocorrelation at ``_LAGS``."""
    spectrum = np.abs(np.fft.rfft(_WINDOW, _FFT_SAMPLES)) ** 2
    correlation = np.fft.irfft(spectrum, _FFT_SAMPLES)
    return np.asarray(correlation[_LAGS] / correlation[0], np.float32)


_WINDOW_CORRELATION = _window_correlation()
