from __future__ import annotations

import numpy as np
import pytest

from audio.files import read_recording
from audio.vad import WINDOW_SAMPLES, VoiceActivity
from copilot.signals import SAMPLE_RATE_HZ


class CountingModel:
    """The real model, and how often it was asked."""

    def __init__(self, model):
        self._model = model
        self.runs = 0

    def run(self, names, inputs):
        self.runs += 1
        return self._model.run(names, inputs)


def test_one_probability_for_each_whole_window(vad):
    activity = VoiceActivity(vad)
    assert activity.feed(np.zeros(WINDOW_SAMPLES - 1, np.float32)) == []
    assert activity.feed(np.zeros(1, np.float32)) == [0.0]
    assert len(activity.feed(np.zeros(3 * WINDOW_SAMPLES + 5, np.float32))) == 3


def test_a_silent_leg_never_asks_the_model(vad):
    model = CountingModel(vad)
    activity = VoiceActivity(model)
    assert set(activity.feed(np.zeros(SAMPLE_RATE_HZ, np.float32))) == {0.0}
    assert model.runs == 0


def test_line_noise_and_key_tones_are_no_speech(vad):
    at_s = np.arange(4 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    noise = np.random.default_rng(7).normal(0, 10 ** (-45 / 20), len(at_s))
    ringback = 0.1 * (np.sin(2 * np.pi * 440 * at_s) + np.sin(2 * np.pi * 480 * at_s))
    for sound in (noise, noise + ringback):
        probabilities = VoiceActivity(vad).feed(sound.astype(np.float32))
        assert np.mean(np.array(probabilities) > 0.5) < 0.05


def test_speech_is_heard_whatever_the_pieces(vad, shared_data):
    recording = read_recording(shared_data / "calls" / "dev-en-01" / "call.wav")
    leg = recording.samples[1, : 8 * SAMPLE_RATE_HZ]  # the agent greets from 0.9 to 6.5 s
    whole = VoiceActivity(vad).feed(leg)
    activity = VoiceActivity(vad)
    cut = [one for at in range(0, len(leg), 333) for one in activity.feed(leg[at : at + 333])]
    assert len(cut) == len(whole)
    assert np.mean(np.array(cut[40:190]) > 0.5) > 0.8
    assert np.mean(np.abs(np.subtract(cut, whole)) < 0.2) > 0.97


def test_each_leg_has_a_state_of_its_own(vad):
    speech_like = np.random.default_rng(1).normal(0, 0.1, SAMPLE_RATE_HZ).astype(np.float32)
    alone = VoiceActivity(vad).feed(speech_like)
    one, other = VoiceActivity(vad), VoiceActivity(vad)
    other.feed(speech_like[::-1].copy())
    assert one.feed(speech_like) == pytest.approx(alone)
