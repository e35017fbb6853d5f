from __future__ import annotations

import json

import numpy as np
import pytest

from audio.files import read_recording
from audio.segment import FAINT, HOLD, ONSET_STEP
from audio.vad import LINGER_WINDOWS, WINDOW_S, WINDOW_SAMPLES, VoiceActivity
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
    settled = model.runs
    assert set(activity.feed(np.zeros(SAMPLE_RATE_HZ, np.float32))) == {0.0}
    assert model.runs == settled


def test_the_model_rests_a_little_after_the_last_sound(vad):
    model = CountingModel(vad)
    activity = VoiceActivity(model)
    sound = np.random.default_rng(1).normal(0, 0.1, 4 * WINDOW_SAMPLES).astype(np.float32)
    activity.feed(sound)
    asked = model.runs
    for _ in range(LINGER_WINDOWS):
        activity.feed(np.zeros(WINDOW_SAMPLES, np.float32))
    assert model.runs == asked + LINGER_WINDOWS
    assert activity.feed(np.zeros(SAMPLE_RATE_HZ, np.float32)) == [0.0] * 31
    assert model.runs == asked + LINGER_WINDOWS


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
    assert np.mean(np.array(whole[40:190]) > HOLD) > 0.8
    for piece in (160, 320, 333, 1600):
        activity = VoiceActivity(vad)
        cut = [
            one
            for at in range(0, len(leg), piece)
            for one in activity.feed(leg[at : at + piece])
        ]
        assert cut == pytest.approx(whole, abs=1e-4)


@pytest.mark.parametrize("gain_db", [-15, -25])
def test_soft_turns_on_a_silent_line_are_heard_from_their_beginning(vad, shared_data, gain_db):
    """Their own level is -20 dBFS. The line carries nothing between them, as where silence
    is not sent."""
    folder = shared_data / "calls" / "dev-en-02"
    recording = read_recording(folder / "call.wav")
    heard = late = 0
    for turn in json.loads((folder / "call.json").read_text())["turns"]:
        leg = recording.samples[recording.speakers.index(turn["speaker"])]
        begin, end = (round(turn[at] * SAMPLE_RATE_HZ) for at in ("start_s", "end_s"))
        activity = VoiceActivity(vad)
        activity.feed(np.zeros(SAMPLE_RATE_HZ, np.float32))
        speech = (
            np.array(activity.feed(leg[begin:end] * 10 ** (gain_db / 20))) > FAINT + ONSET_STEP
        )
        onsets_s = np.flatnonzero(speech[1:] & speech[:-1]) * WINDOW_S
        heard += len(onsets_s) > 0
        late += not len(onsets_s) or onsets_s[0] > 0.5
    assert heard == 25
    assert late <= 3


def test_each_leg_has_a_state_of_its_own(vad):
    speech_like = np.random.default_rng(1).normal(0, 0.1, SAMPLE_RATE_HZ).astype(np.float32)
    alone = VoiceActivity(vad).feed(speech_like)
    one, other = VoiceActivity(vad), VoiceActivity(vad)
    other.feed(speech_like[::-1].copy())
    assert one.feed(speech_like) == pytest.approx(alone)
