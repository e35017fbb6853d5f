"""Voices as vectors: speech of one person points one way, of another elsewhere.

The encoder is a GE2E network of three LSTM layers ("Generalized End-to-End Loss for Speaker
Verification", Wan et al., 2018) with Resemblyzer's weights; ``docs/voices.md`` says more. It
tells voices of a telephone line apart in any language and costs 10 ms of one core for each
second heard, so it needs no framework.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from audio.voice_weights import LAYERS, read_voice_weights
from copilot.signals import Samples

__all__ = ["FRAME_S", "VoiceEncoder", "load_voice_encoder", "voice_frames"]

Floats = npt.NDArray[np.float32]

FRAME_SAMPLES = 160
FRAME_S = 0.01
SPECTRUM_SAMPLES = 400
BLOCK_FRAMES = 3000
"""Frames transformed at once: half a minute, whatever the recording's length."""
LEVEL = 1e-2
"""Mean of the frames of every window: the network was trained on speech at -30 dBFS."""
WINDOWS_AT_ONCE = 64
MEL_BANDS = 40


class VoiceEncoder:
    """Windows of frames to vectors. Immutable: serves several threads at once."""

    def __init__(self, weights: dict[str, Floats]) -> None:
        self._weights = weights
        self.mel: Floats = weights["mel"]
        """(201, 40): from a power spectrum to mel bands."""
        self.dimensions = int(weights["linear"].shape[1])

    def encode(self, windows: Floats) -> Floats:
        """(n, frames, 40) of ``voice_frames`` to (n, 256), rows of length one. Loudness
        changes nothing."""
        if not len(windows):
            return np.zeros((0, self.dimensions), np.float32)
        parts = range(0, len(windows), WINDOWS_AT_ONCE)
        return np.concatenate(
            [self._encode(windows[begin : begin + WINDOWS_AT_ONCE]) for begin in parts]
        )

    def _encode(self, windows: Floats) -> Floats:
        weights = self._weights
        level = np.maximum(windows.mean(axis=(1, 2), keepdims=True), 1e-12)
        frames = windows * (LEVEL / level)
        for layer in range(LAYERS):
            frames = _lstm(
                frames,
                weights[f"input_{layer}"],
                weights[f"hidden_{layer}"],
                weights[f"bias_{layer}"],
            )
        vectors = np.maximum(frames[:, -1] @ weights["linear"] + weights["linear_bias"], 0.0)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)


@cache
def load_voice_encoder() -> VoiceEncoder:
    """The encoder of the package ``resemblyzer``. Raises ``ModelMissingError``."""
    from faster_whisper.feature_extractor import FeatureExtractor

    mel = FeatureExtractor.get_mel_filters(16_000, SPECTRUM_SAMPLES, n_mels=MEL_BANDS).T
    return VoiceEncoder({**read_voice_weights(), "mel": mel.astype(np.float32)})


def voice_frames(samples: Samples, encoder: VoiceEncoder) -> Floats:
    """(n // 160 + 1, 40): power in mel bands around every 10 ms."""
    half = SPECTRUM_SAMPLES // 2
    padded = np.pad(samples, half, mode="reflect" if len(samples) > half else "constant")
    pieces = np.lib.stride_tricks.sliding_window_view(padded, SPECTRUM_SAMPLES)[::FRAME_SAMPLES]
    hann = np.hanning(SPECTRUM_SAMPLES + 1)[:-1].astype(np.float32)
    blocks = [
        np.square(np.abs(np.fft.rfft(pieces[begin : begin + BLOCK_FRAMES] * hann, axis=1)))
        @ encoder.mel
        for begin in range(0, len(pieces), BLOCK_FRAMES)
    ]
    return np.concatenate(blocks).astype(np.float32)


def _lstm(frames: Floats, inward: Floats, recurrent: Floats, bias: Floats) -> Floats:
    """(n, frames, units) of one layer; gates stand in the order of PyTorch: in, forget,
    cell, out."""
    count, length, _ = frames.shape
    units = len(recurrent)
    heard = frames.reshape(count * length, -1) @ inward + bias
    heard = heard.reshape(count, length, 4 * units)
    hidden = np.zeros((count, units), np.float32)
    cell = np.zeros((count, units), np.float32)
    told = np.empty((count, length, units), np.float32)
    for at in range(length):
        gates = heard[:, at] + hidden @ recurrent
        open_in, forget, new, out = (
            gates[:, gate * units : (gate + 1) * units] for gate in range(4)
        )
        cell = _sigmoid(forget) * cell + _sigmoid(open_in) * np.tanh(new)
        hidden = _sigmoid(out) * np.tanh(cell)
        told[:, at] = hidden
    return told


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(0.5 * np.tanh(0.5 * values) + 0.5, np.float32)
