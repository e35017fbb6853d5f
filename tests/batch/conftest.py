"""Recordings in several formats, and a settings value that has the model."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import av
import numpy as np
import pytest

from audio.files import read_recording
from copilot.config import Config
from copilot.signals import SAMPLE_RATE_HZ, Samples

SAMPLES = Path(str(files("copilot") / "samples"))
CODECS = {
    ".wav": "pcm_s16le",
    ".flac": "flac",
    ".mp3": "mp3",
    ".m4a": "aac",
    ".ogg": "libopus",
}
Write = Callable[[Path, Samples], Path]


def write_recording(path: Path, samples: Samples) -> Path:
    """(legs, n) float32 at 16 kHz in the format of the name, as FFmpeg encodes it."""
    layout = "stereo" if len(samples) == 2 else "mono"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(CODECS[path.suffix], rate=SAMPLE_RATE_HZ, layout=layout)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout=layout)
        frame.sample_rate = SAMPLE_RATE_HZ
        resampler = av.AudioResampler(
            format=stream.codec_context.format,
            layout=layout,
            rate=SAMPLE_RATE_HZ,
            frame_size=stream.codec_context.frame_size or None,
        )
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="session")
def write() -> Write:
    return write_recording


@pytest.fixture(scope="session")
def stereo() -> Samples:
    """The first turns of the English sample, (2, n): greeting, complaint, question."""
    samples = read_recording(SAMPLES / "en" / "call.flac").samples
    return np.ascontiguousarray(samples[:, : 17 * SAMPLE_RATE_HZ])


@pytest.fixture(scope="session")
def mono(stereo: Samples) -> Samples:
    """The same on one channel, (1, n)."""
    return stereo.mean(axis=0, keepdims=True)


@pytest.fixture
def config(models_dir: Path, tmp_path: Path) -> Config:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "models").symlink_to((models_dir / "models").resolve())
    return Config(data_dir=folder, threads=2)
