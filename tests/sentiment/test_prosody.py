"""What is measured of an utterance moves with the voice and with nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from voices import buzz, hiss, telephoned

from sentiment.prosody import Prosody, measure_prosody


def measured(samples: np.ndarray) -> Prosody:
    prosody = measure_prosody(samples)
    assert prosody is not None
    return prosody


@pytest.mark.parametrize("gain_db", [-12.0, 6.0])
def test_a_louder_line_moves_only_the_level(gain_db: float) -> None:
    voice = buzz(140.0, 3.0)
    usual = measured(telephoned(voice))
    other = measured(telephoned(voice * np.float32(10 ** (gain_db / 20))))
    assert other.loudness_db - usual.loudness_db == pytest.approx(gain_db, abs=0.3)
    assert other.pitch_hz == pytest.approx(usual.pitch_hz, rel=0.01)
    assert other.brightness_db == pytest.approx(usual.brightness_db, abs=0.5)
    assert other.emphasis_db == pytest.approx(usual.emphasis_db, abs=0.5)
    assert other.speech_rate == pytest.approx(usual.speech_rate, abs=0.3)


def test_level_is_that_of_the_speech_not_of_the_silence_around_it() -> None:
    voice = buzz(140.0, 2.0)
    alone = measured(voice)
    in_silence = measured(np.concatenate([hiss(2.0, -60.0), voice, hiss(2.0, -60.0)]))
    assert in_silence.loudness_db == pytest.approx(alone.loudness_db, abs=1.0)
    assert in_silence.speech_s == pytest.approx(alone.speech_s, abs=0.3)


def test_a_tense_voice_is_brighter() -> None:
    soft, tense = (measured(telephoned(buzz(140.0, 2.0, tilt=tilt))) for tilt in (2.0, 1.0))
    assert tense.brightness_db > soft.brightness_db + 5


@pytest.mark.parametrize("syllables_per_s", [3.0, 5.0, 7.0])
def test_syllables_are_counted(syllables_per_s: float) -> None:
    prosody = measured(telephoned(buzz(140.0, 4.0, syllables_per_s=syllables_per_s)))
    counted = prosody.speech_rate * prosody.speech_s
    assert counted == pytest.approx(4.0 * syllables_per_s, abs=1.5)


def test_steady_direct_current_and_hum_change_little() -> None:
    voice = buzz(140.0, 3.0)
    times = np.arange(len(voice)) / 16_000
    hum = (0.003 * np.sin(2 * np.pi * 50 * times) + 0.1).astype(np.float32)
    clean, hummed = measured(voice), measured(voice + hum)
    assert hummed.pitch_hz == pytest.approx(clean.pitch_hz, rel=0.02)
    assert hummed.loudness_db == pytest.approx(clean.loudness_db, abs=1.0)


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(0, np.float32),
        np.zeros(16_000, np.float32),
        hiss(2.0, -30.0),
        buzz(140.0, 0.15),
    ],
    ids=["nothing", "silence", "noise", "too short"],
)
def test_no_voice_is_not_measured(samples: np.ndarray) -> None:
    assert measure_prosody(samples) is None
