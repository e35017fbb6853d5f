"""Voice activity: how likely each 32 ms of a leg is speech."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from copilot.errors import ModelMissingError
from copilot.signals import SAMPLE_RATE_HZ, Samples

__all__ = ["WINDOW_S", "WINDOW_SAMPLES", "VoiceActivity", "VoiceModel", "load_vad"]

WINDOW_SAMPLES = 512
WINDOW_S = WINDOW_SAMPLES / SAMPLE_RATE_HZ
CONTEXT_SAMPLES = 64
"""Samples before a window that the model sees with it."""
STATE_SHAPE = (1, 1, 128)
QUIET_RMS = 10 ** (-62 / 20)
"""Windows below this level hold no speech that could be recognised; the model is spared."""
FORGET_WINDOWS = 8
"""Quiet windows after which the model starts anew, as it would on a fresh line."""

VoiceModel = Any
"""An ``onnxruntime.InferenceSession`` of the Silero model; shared by all legs."""


def load_vad() -> VoiceModel:
    """The Silero model (v6) that comes with faster-whisper, on one thread.

    Raises ``ModelMissingError``.
    """
    import faster_whisper
    import onnxruntime

    path = Path(faster_whisper.__file__).parent / "assets" / "silero_vad_v6.onnx"
    if not path.is_file():
        raise ModelMissingError(f"{path} is missing; install faster-whisper 1.2 or newer")
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(
        str(path), providers=["CPUExecutionProvider"], sess_options=options
    )


class VoiceActivity:
    """Follows one leg. The model is recurrent: its state belongs to the leg, and the rows
    of one run are consecutive windows of that leg, never windows of several legs."""

    def __init__(self, model: VoiceModel) -> None:
        self._model = model
        self._rest = np.zeros(0, np.float32)
        self._quiet_windows = 0
        self._h = self._c = np.zeros(STATE_SHAPE, np.float32)
        self._context = np.zeros((1, CONTEXT_SAMPLES), np.float32)

    def feed(self, samples: Samples) -> list[float]:
        """Probability of speech, 0 to 1, of each window of 32 ms completed by ``samples``."""
        waiting = np.concatenate([self._rest, samples])
        count = len(waiting) // WINDOW_SAMPLES
        self._rest = waiting[count * WINDOW_SAMPLES :]
        if not count:
            return []
        windows = waiting[: count * WINDOW_SAMPLES].reshape(count, WINDOW_SAMPLES)
        levels = np.sqrt(np.mean(np.square(windows), axis=1))  # (count,)
        if levels.max() < QUIET_RMS:
            return self._rest_through(windows)
        self._quiet_windows = 0
        return self._run(windows)

    def _rest_through(self, windows: npt.NDArray[np.float32]) -> list[float]:
        self._quiet_windows += len(windows)
        if self._quiet_windows >= FORGET_WINDOWS:
            self._forget()
        self._context = windows[-1:, -CONTEXT_SAMPLES:].copy()
        return [0.0] * len(windows)

    def _run(self, windows: npt.NDArray[np.float32]) -> list[float]:
        before = np.concatenate([self._context, windows[:-1, -CONTEXT_SAMPLES:]])
        rows = np.concatenate([before, windows], axis=1)  # (count, 576)
        out, self._h, self._c = self._model.run(
            None, {"input": rows, "h": self._h, "c": self._c}
        )
        self._context = windows[-1:, -CONTEXT_SAMPLES:].copy()
        return [float(probability) for probability in np.ravel(out)]

    def _forget(self) -> None:
        self._h = self._c = np.zeros(STATE_SHAPE, np.float32)
