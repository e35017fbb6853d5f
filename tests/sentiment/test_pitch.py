"""Pitch of voices that are known, over lines that are not kind."""

from __future__ import annotations

import numpy as np
import pytest
from voices import buzz, hiss, telephoned

from sentiment.pitch import magnitudes_of, track_pitch

PITCHES_HZ = [85.0, 110.0, 160.0, 220.0, 330.0, 450.0]


def heard_hz(samples: np.ndarray) -> np.ndarray:
    pitch = track_pitch(magnitudes_of(samples))
    return pitch.hz[pitch.voiced]


@pytest.mark.parametrize("pitch_hz", PITCHES_HZ)
def test_pitch_is_heard_over_a_telephone_that_cuts_off_the_fundamental(pitch_hz: float) -> None:
    heard = heard_hz(telephoned(buzz(pitch_hz, 2.0)))
    assert len(heard) > 60
    assert np.median(heard) == pytest.approx(pitch_hz, rel=0.02)


@pytest.mark.parametrize("pitch_hz", PITCHES_HZ)
def test_pitch_is_heard_through_noise(pitch_hz: float) -> None:
    noisy = buzz(pitch_hz, 2.0) + hiss(2.0, -35.0)
    assert np.median(heard_hz(telephoned(noisy))) == pytest.approx(pitch_hz, rel=0.03)


def test_pitch_moves_with_the_voice() -> None:
    rising = np.concatenate([buzz(120.0, 1.0), buzz(180.0, 1.0)])
    pitch = track_pitch(magnitudes_of(telephoned(rising)))
    half = len(pitch.hz) // 2
    for stretch, wanted in ((slice(0, half), 120.0), (slice(half, None), 180.0)):
        heard = pitch.hz[stretch][pitch.voiced[stretch]]
        assert np.median(heard) == pytest.approx(wanted, rel=0.03)


@pytest.mark.parametrize("level_db", [-60.0, -20.0])
def test_noise_has_no_pitch(level_db: float) -> None:
    assert np.mean(track_pitch(magnitudes_of(hiss(3.0, level_db))).voiced) < 0.02


@pytest.mark.parametrize("samples", [0, 100, 639, 640, 16_000])
def test_silence_of_any_length_has_no_pitch(samples: int) -> None:
    pitch = track_pitch(magnitudes_of(np.zeros(samples, np.float32)))
    assert len(pitch.hz) == len(pitch.voiced) == max(0, (samples - 640) // 160 + 1)
    assert not pitch.voiced.any()


def test_direct_current_changes_nothing() -> None:
    voice = buzz(140.0, 1.0)
    shifted = heard_hz(voice + np.float32(0.2))
    assert np.median(shifted) == pytest.approx(140.0, rel=0.02)
