"""How something was said: what can be measured of an utterance over a telephone.

Nothing above 3,400 Hz is used, where some lines carry nothing, and only frames that stand out
of the line's noise, so that codec, hum and silence around the words change little. Of the
level, only differences mean anything: a line has a level of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from copilot.signals import Samples
from sentiment.pitch import HOP_S, SPECTRUM_HZ, magnitudes_of, track_pitch

__all__ = ["Prosody", "measure_prosody", "syllables"]

VOICED_MIN_S = 0.2
"""Less voice than this tells nothing of how somebody speaks."""
ACTIVE_BELOW_PEAK_DB = 25.0
"""How far the soft parts of speech lie below its loudest,"""
ACTIVE_ABOVE_FLOOR_DB = 6.0
"""and above the line's noise."""
BAND_HZ = (300.0, 700.0, 3400.0)
"""Between the last two, a tense voice is strong: its folds close abruptly."""
DIP_DB = 3.0
"""How far the level falls between two syllables."""
SMOOTHING_S = 0.07
"""Shorter than a syllable, longer than a period of the voice."""

_LOW = slice(*np.searchsorted(SPECTRUM_HZ, BAND_HZ[:2]))
_HIGH = slice(*np.searchsorted(SPECTRUM_HZ, BAND_HZ[1:]))
_WHOLE = slice(*np.searchsorted(SPECTRUM_HZ, (100.0, BAND_HZ[-1])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Prosody:
    """An utterance, in natural units."""

    pitch_hz: float
    """Median of the voiced parts."""
    loudness_db: float
    """Level of the active parts; 0 is the loudest sine."""
    brightness_db: float
    """Power from 700 to 3,400 Hz against 300 to 700 Hz, in voiced parts."""
    emphasis_db: float
    """How far the stressed tenth stands above the middle of the active parts."""
    speech_rate: float
    """Syllables in a second of active speech."""
    speech_s: float
    """Length of the active parts."""


def measure_prosody(samples: Samples) -> Prosody | None:
    """Of one utterance; silence around it does no harm. ``None``: too little voice in it."""
    magnitudes = magnitudes_of(samples)
    pitch = track_pitch(magnitudes)
    power = np.square(magnitudes)
    levels_db = _db(power[:, _WHOLE].sum(axis=1)) - _FULL_SCALE_DB  # (n,)
    active = _active(levels_db)
    voiced = pitch.voiced & active
    if np.count_nonzero(voiced) * HOP_S < VOICED_MIN_S:
        return None
    spoken_db = levels_db[active]
    middle_db, stressed_db = np.quantile(spoken_db, (0.5, 0.9))
    brightness_db = _db(power[voiced, _HIGH].sum(axis=1)) - _db(power[voiced, _LOW].sum(axis=1))
    speech_s = len(spoken_db) * HOP_S
    return Prosody(
        pitch_hz=float(np.median(pitch.hz[voiced])),
        loudness_db=float(_db(np.mean(10 ** (spoken_db / 10)))),
        brightness_db=float(np.mean(brightness_db)),
        emphasis_db=float(stressed_db - middle_db),
        speech_rate=syllables(levels_db, HOP_S, float(spoken_db.min())) / speech_s,
        speech_s=speech_s,
    )


def syllables(
    levels_db: Sequence[float] | npt.NDArray[np.float32], hop_s: float, least_db: float
) -> int:
    """Peaks of the level above ``least_db`` with a dip on either side: the nuclei of syllables
    (N. de Jong and T. Wempe, 2009). Fast speech merges some, so a rate is a little low."""
    width = max(1, round(SMOOTHING_S / hop_s))
    shape = np.hanning(width + 2)[1:-1]
    smooth_db = np.convolve(levels_db, shape / shape.sum(), "valid").tolist()
    count, rising, turn_db = 0, True, -np.inf
    for level_db in smooth_db:
        if rising:
            turn_db = max(turn_db, level_db)
            if level_db < turn_db - DIP_DB:
                count += turn_db >= least_db
                rising, turn_db = False, level_db
        else:
            turn_db = min(turn_db, level_db)
            if level_db > turn_db + DIP_DB:
                rising, turn_db = True, level_db
    return count + (rising and turn_db >= least_db)


def _active(levels_db: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    if not len(levels_db):
        return np.zeros(0, np.bool_)
    floor_db, peak_db = np.quantile(levels_db, (0.05, 0.95))
    least_db = max(peak_db - ACTIVE_BELOW_PEAK_DB, floor_db + ACTIVE_ABOVE_FLOOR_DB)
    return np.asarray(levels_db >= least_db)


def _db(power: npt.NDArray[np.floating] | np.floating) -> npt.NDArray[np.float32]:
    return np.asarray(10 * np.log10(np.maximum(power, 1e-12)), np.float32)


def _full_scale_db() -> float:
    tone = np.sin(2 * np.pi * 1000 * np.arange(1600) / 16_000).astype(np.float32)
    power = np.square(magnitudes_of(tone))[:, _WHOLE].sum(axis=1)
    return float(_db(power).mean())


_FULL_SCALE_DB = _full_scale_db()
