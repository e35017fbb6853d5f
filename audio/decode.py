"""Bytes of a telephone line to chunks of samples, one per leg."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from audio.resample import Resampler
from copilot.errors import AudioFormatError
from copilot.events import Speaker
from copilot.signals import SAMPLE_RATE_HZ, AudioChunk

__all__ = ["ENCODINGS", "RATES_HZ", "AudioFormat", "Decoder", "Encoding"]

Encoding = Literal["pcm_s16le", "mulaw", "alaw"]

ENCODINGS: tuple[str, ...] = get_args(Encoding)
RATES_HZ = (8_000, 16_000, 48_000)
FULL_SCALE = np.float32(1 / 32768)
SPEAKERS: tuple[str, ...] = get_args(Speaker)


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """How a line sends its samples. Raises ``AudioFormatError`` on what we cannot read."""

    encoding: Encoding
    rate_hz: int
    channels: tuple[Speaker, ...]
    """Who is heard on each channel, in the order in which they are interleaved."""

    def __post_init__(self) -> None:
        if self.encoding not in ENCODINGS:
            raise AudioFormatError(_refusal("encoding", self.encoding, ENCODINGS))
        if self.rate_hz not in RATES_HZ:
            raise AudioFormatError(_refusal("rate", self.rate_hz, RATES_HZ))
        if len(self.channels) not in (1, 2):
            raise AudioFormatError(f"{len(self.channels)} channels; send 1 or 2")
        for speaker in self.channels:
            if speaker not in SPEAKERS:
                raise AudioFormatError(_refusal("channel", speaker, SPEAKERS))
        if len(set(self.channels)) < len(self.channels):
            raise AudioFormatError(
                f"both channels are {self.channels[0]!r}; name each leg's own speaker"
            )

    @property
    def sample_bytes(self) -> int:
        return 2 if self.encoding == "pcm_s16le" else 1

    @property
    def frame_bytes(self) -> int:
        """Bytes of one sample of every leg."""
        return self.sample_bytes * len(self.channels)

    @property
    def legs_distinct(self) -> bool:
        """Whether each side of the call has a leg of its own."""
        return len(self.channels) == 2


def _refusal(what: str, got: object, allowed: tuple[object, ...]) -> str:
    return f"{what} {got!r} is not supported; send {', '.join(map(str, allowed))}"


class Decoder:
    """Encoded, interleaved frames to 16 kHz chunks; one per call."""

    def __init__(self, audio_format: AudioFormat) -> None:
        self._format = audio_format
        self._resampler = Resampler(audio_format.rate_hz, len(audio_format.channels))
        self._position_samples = 0

    def feed(self, data: bytes) -> list[AudioChunk]:
        """One chunk per leg, in the order of the format; none while the filter fills.

        Raises ``AudioFormatError`` if ``data`` is not a whole number of frames. Nothing of
        it is taken then.
        """
        frame_bytes = self._format.frame_bytes
        if len(data) % frame_bytes:
            raise AudioFormatError(
                f"{len(data)} bytes are no whole number of frames of {frame_bytes} bytes "
                f"({len(self._format.channels)} x {self._format.encoding})"
            )
        samples = _samples(data, self._format.encoding)
        interleaved = samples.reshape(-1, len(self._format.channels))  # (n, legs)
        return self._chunks(self._resampler.feed(interleaved))

    def flush(self) -> list[AudioChunk]:
        """The last samples, held back by the filter. Nothing can be fed afterwards."""
        return self._chunks(self._resampler.flush())

    def _chunks(self, samples: npt.NDArray[np.float32]) -> list[AudioChunk]:
        if not len(samples):
            return []
        start_s = self._position_samples / SAMPLE_RATE_HZ
        self._position_samples += len(samples)
        return [
            AudioChunk(
                speaker=speaker,
                start_s=start_s,
                samples=np.ascontiguousarray(samples[:, leg]),
            )
            for leg, speaker in enumerate(self._format.channels)
        ]


def _samples(data: bytes, encoding: Encoding) -> npt.NDArray[np.float32]:
    """(n,) float32 in [-1, 1]."""
    if encoding == "pcm_s16le":
        scaled: npt.NDArray[np.float32] = np.frombuffer(data, "<i2").astype(np.float32)
        return np.multiply(scaled, FULL_SCALE, dtype=np.float32)
    table = MULAW if encoding == "mulaw" else ALAW
    return table[np.frombuffer(data, np.uint8)]


def _mulaw_table() -> npt.NDArray[np.float32]:
    """ITU-T G.711 mu-law: 14-bit samples, scaled to [-1, 1]."""
    code = ~np.arange(256, dtype=np.uint8)
    exponent = (code >> 4) & 0x07
    mantissa = (code & 0x0F).astype(np.int32)
    magnitude = (((mantissa << 3) + 0x84) << exponent) - 0x84
    return (np.where(code & 0x80, -magnitude, magnitude) / 32768).astype(np.float32)


def _alaw_table() -> npt.NDArray[np.float32]:
    """ITU-T G.711 A-law: 13-bit samples, scaled to [-1, 1]."""
    code = np.arange(256, dtype=np.uint8) ^ 0x55
    exponent = ((code >> 4) & 0x07).astype(np.int32)
    mantissa = (code & 0x0F).astype(np.int32)
    small = (mantissa << 4) + 8
    magnitude = np.where(exponent, (small + 0x100) << np.maximum(exponent - 1, 0), small)
    return (np.where(code & 0x80, magnitude, -magnitude) / 32768).astype(np.float32)


MULAW = _mulaw_table()
ALAW = _alaw_table()
