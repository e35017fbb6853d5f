"""Voices made of tones: pitch, level, syllables and a telephone line, all of them known."""

from __future__ import annotations

import numpy as np
import soxr

from audio.decode import AudioFormat, Decoder
from copilot.signals import SAMPLE_RATE_HZ, Samples
from lines import RATE_HZ, mulaw, within


def buzz(
    pitch_hz: float,
    seconds: float,
    *,
    level_db: float = -20.0,
    syllables_per_s: float = 4.0,
    tilt: float = 1.5,
) -> Samples:
    """Harmonics of a pitch, each weaker than the one below by its number to ``tilt``, that
    swell and fade as syllables do."""
    times = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    voice = np.zeros(len(times))
    for number in range(1, int(3600 / pitch_hz) + 1):
        voice += np.sin(2 * np.pi * number * pitch_hz * times + number) / number**tilt
    voice *= np.maximum(np.sin(np.pi * syllables_per_s * times) ** 2, 0.02)
    level = np.sqrt(np.mean(np.square(voice)))
    return (voice / level * 10 ** (level_db / 20)).astype(np.float32)


def hiss(seconds: float, level_db: float, seed: int = 7) -> Samples:
    count = round(seconds * SAMPLE_RATE_HZ)
    noise = np.random.default_rng(seed).normal(0, 10 ** (level_db / 20), count)
    return noise.astype(np.float32)


def telephoned(samples: Samples) -> Samples:
    """Through 300 to 3,400 Hz, 8 kHz and mu-law."""
    narrow = within(
        soxr.resample(samples.astype(np.float64), SAMPLE_RATE_HZ, RATE_HZ), 300, 3400
    )
    decoder = Decoder(AudioFormat("mulaw", RATE_HZ, ("customer",)))
    chunks = decoder.feed(mulaw(narrow)) + decoder.flush()
    return np.concatenate([chunk.samples for chunk in chunks])
