"""Recordings on disk to samples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from audio.resample import Resampler
from copilot.errors import AudioFormatError
from copilot.events import Speaker
from copilot.signals import SAMPLE_RATE_HZ, AudioChunk

__all__ = ["Recording", "duration_of", "mixed", "read_recording"]

LEGS: tuple[Speaker, ...] = ("customer", "agent")
"""Left and right channel of a stereo recording."""
SAME_LEG_DB = -20.0
"""Level of the difference of two channels, against the channels themselves, below which a
stereo file is one line written twice."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recording:
    samples: npt.NDArray[np.float32]
    """(legs, n) float32, 16 kHz, in [-1, 1]."""
    speakers: tuple[Speaker, ...]
    """Who is heard on each leg."""

    @property
    def duration_s(self) -> float:
        return float(self.samples.shape[1] / SAMPLE_RATE_HZ)

    def chunks(self, chunk_s: float = 0.1) -> Iterator[list[AudioChunk]]:
        """The recording in pieces of ``chunk_s`` (the last is shorter), all legs in step."""
        step = max(1, round(chunk_s * SAMPLE_RATE_HZ))
        for begin in range(0, self.samples.shape[1], step):
            yield [
                AudioChunk(
                    speaker=speaker,
                    start_s=begin / SAMPLE_RATE_HZ,
                    samples=self.samples[leg, begin : begin + step],
                )
                for leg, speaker in enumerate(self.speakers)
            ]


def read_recording(path: Path) -> Recording:
    """Samples of any file that FFmpeg reads: WAV (also mu-law and A-law), FLAC, MP3, M4A, Ogg.

    Stereo is left customer, right agent; one channel, or two that are the same, is the
    speaker ``unknown``. A file that was cut off gives what it holds.

    Raises ``AudioFormatError``, naming the file, when it holds no sound we can read.
    """
    import av

    try:
        with av.open(str(path), mode="r", metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise AudioFormatError(f"{path}: no audio in this file")
            samples = _decoded(container)  # (n, legs)
    except FileNotFoundError:
        raise AudioFormatError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise AudioFormatError(f"{path}: a folder, not a recording") from None
    except (av.FFmpegError, OSError, ValueError):
        raise AudioFormatError(
            f"{path}: not an audio file, or damaged; send WAV, FLAC, MP3, M4A or Ogg"
        ) from None
    if not len(samples):
        raise AudioFormatError(f"{path}: an empty recording, it holds no samples")
    if samples.shape[1] > 2:
        raise AudioFormatError(
            f"{path}: {samples.shape[1]} channels; send one, or two (customer, agent)"
        )
    if samples.shape[1] == 2 and _same(samples):
        samples = samples[:, :1]
    speakers: tuple[Speaker, ...] = LEGS if samples.shape[1] == 2 else ("unknown",)
    return Recording(samples=np.ascontiguousarray(samples.T), speakers=speakers)


def mixed(recording: Recording) -> Recording:
    """All legs on one, whose speaker is unknown: the legs of a meeting are no two sides."""
    samples = recording.samples.mean(axis=0, keepdims=True, dtype=np.float32)
    return Recording(samples=samples, speakers=("unknown",))


def duration_of(path: Path) -> float:
    """Seconds that the file says it lasts, without decoding it; 0 where it does not say."""
    import av

    try:
        with av.open(str(path), mode="r", metadata_errors="ignore") as container:
            return max(0.0, (container.duration or 0) / 1e6)  # FFmpeg counts microseconds
    except (av.FFmpegError, OSError, ValueError):
        return 0.0


def _decoded(container: object) -> npt.NDArray[np.float32]:
    """Every sample of the first audio stream, (n, legs) at 16 kHz."""
    import av
    from av.container import InputContainer

    assert isinstance(container, InputContainer)
    stream = container.streams.audio[0]
    to_float = av.AudioResampler(format="flt")
    resampler: Resampler | None = None
    legs = stream.channels
    pieces: list[npt.NDArray[np.float32]] = []
    frames = container.decode(stream)
    while True:
        try:
            frame = next(frames)
        except StopIteration:
            break
        except av.FFmpegError:
            if not pieces:
                raise
            break  # cut off in the middle: what came before it is good
        if resampler is None:
            legs = len(frame.layout.channels)
            resampler = Resampler(frame.sample_rate, legs)
        for converted in to_float.resample(frame):
            interleaved = converted.to_ndarray().reshape(-1, legs)
            pieces.append(resampler.feed(interleaved.astype(np.float32)))
    if resampler is not None:
        pieces.append(resampler.flush())
    return np.concatenate(pieces) if pieces else np.zeros((0, legs), np.float32)


def _same(samples: npt.NDArray[np.float32]) -> bool:
    """Whether both legs, (n, 2), carry one line."""
    difference = float(np.mean(np.square(samples[:, 0] - samples[:, 1])))
    level = float(np.mean(np.square(samples)))
    return level > 0.0 and difference < level * 10 ** (SAME_LEG_DB / 10)
