"""Voice activity: how likely each 32 ms of a leg is speech."""

from __future__ import annotations

from collections.abc import Iterator
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
LINGER_WINDOWS = 8
"""Quiet windows after louder ones that the model still hears; then it rests."""
SETTLE_WINDOWS = 31
SETTLE_LEVEL = 10 ** (-60 / 20)
"""A second of faint noise, after which the model knows a line on which nobody speaks. From
its bare beginning it takes soft speech for noise: at -40 dBFS every fourth turn began half
a second late. From full silence it takes breath and coughs for speech."""

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
        self._quiet_windows = LINGER_WINDOWS
        self._context = np.zeros(CONTEXT_SAMPLES, np.float32)
        self._h = self._c = np.zeros(STATE_SHAPE, np.float32)
        self._run(_faint_noise())
        self._settled = (self._h, self._c)

    def feed(self, samples: Samples) -> list[float]:
        """Probability of speech, 0 to 1, of each window of 32 ms completed by ``samples``.

        Quiet windows are 0 without asking the model, unless others were loud just before.
        How the samples are cut into pieces changes nothing.
        """
        waiting = np.concatenate([self._rest, samples])
        count = len(waiting) // WINDOW_SAMPLES
        self._rest = waiting[count * WINDOW_SAMPLES :]
        probabilities = [0.0] * count
        if not count:
            return probabilities
        windows = waiting[: count * WINDOW_SAMPLES].reshape(count, WINDOW_SAMPLES)
        ends = windows[:, -CONTEXT_SAMPLES:]
        rows = np.hstack([np.vstack([self._context, ends[:-1]]), windows])  # (count, 576)
        self._context = ends[-1].copy()
        for first, last in self._stretches(windows):
            probabilities[first:last] = self._run(rows[first:last])
        return probabilities

    def _stretches(self, windows: npt.NDArray[np.float32]) -> Iterator[tuple[int, int]]:
        """Neighbouring windows for the model, first and end; it settles between them."""
        first: int | None = None
        for number, level in enumerate(np.sqrt(np.mean(np.square(windows), axis=1))):
            self._quiet_windows = 0 if level >= QUIET_RMS else self._quiet_windows + 1
            if self._quiet_windows <= LINGER_WINDOWS:
                first = number if first is None else first
            elif first is not None:
                yield first, number
                first = None
            if self._quiet_windows == LINGER_WINDOWS + 1:
                self._h, self._c = self._settled
        if first is not None:
            yield first, len(windows)

    def _run(self, rows: npt.NDArray[np.float32]) -> list[float]:
        out, self._h, self._c = self._model.run(
            None, {"input": rows, "h": self._h, "c": self._c}
        )
        return [float(probability) for probability in np.ravel(out)]


def _faint_noise() -> npt.NDArray[np.float32]:
    """(31, 576) float32, always the same."""
    shape = (SETTLE_WINDOWS, CONTEXT_SAMPLES + WINDOW_SAMPLES)
    return np.random.default_rng(0).normal(0, SETTLE_LEVEL, shape).astype(np.float32)
