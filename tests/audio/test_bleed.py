from __future__ import annotations

import numpy as np
import pytest

from audio.bleed import leg_activities
from audio.files import read_recording
from audio.segment import Segmenter
from copilot.signals import SAMPLE_RATE_HZ

STEREO = ("customer", "agent")


@pytest.fixture
def utterances(vad, pieces):
    """(speaker, start_s, end_s) of what is told apart in two legs, (2, n)."""

    def told(legs):
        activities = leg_activities(STEREO, vad)
        segmenters = {
            speaker: Segmenter(speaker, activity) for speaker, activity in activities.items()
        }
        closed = []
        for pair in zip(
            *(pieces(leg, speaker) for speaker, leg in zip(STEREO, legs, strict=True)),
            strict=True,
        ):
            for chunk in pair:
                closed += segmenters[chunk.speaker].feed(chunk)
        for segmenter in segmenters.values():
            closed += segmenter.finish()
        return [(one.speaker, one.start_s, one.end_s) for one in closed if one.closed]

    return told


@pytest.fixture(scope="module")
def call(shared_data):
    """Two people who talk in turns for 40 s, (2, n)."""
    recording = read_recording(shared_data / "calls" / "dev-ja-01" / "call.wav")
    return recording.samples[:, : 40 * SAMPLE_RATE_HZ]


def echo(legs, weaker_db, late_s):
    """Each leg with the other one's voice in it."""
    late = int(late_s * SAMPLE_RATE_HZ)
    leak = np.pad(legs[::-1], ((0, 0), (late, 0)))[:, : legs.shape[1]]
    return (legs + leak * 10 ** (-weaker_db / 20)).astype(np.float32)


def seconds(told):
    return sum(end_s - start_s for _, start_s, end_s in told)


def test_clean_legs_are_left_alone(call, utterances):
    expected = utterances(call)
    alone = []
    for silent in (0, 1):
        legs = call.copy()
        legs[silent] = 0.0
        alone += utterances(legs)
    assert sorted(alone) == sorted(expected)


@pytest.mark.parametrize(("weaker_db", "late_s"), [(15, 0.05), (20, 0.2), (25, 0.1)])
def test_an_echo_of_the_other_side_is_not_heard_as_speech(call, utterances, weaker_db, late_s):
    clean = utterances(call)
    leaking = utterances(echo(call, weaker_db, late_s))
    # The first utterance leaks before the line is known.
    first_s = clean[0][2] - clean[0][1]
    assert seconds(leaking) - seconds(clean) < first_s + 3.0


def test_people_who_talk_at_once_are_both_heard(call, utterances):
    agent = call[1]
    customer = np.roll(call[1], 12 * SAMPLE_RATE_HZ)  # another voice at the same level
    told = utterances(np.stack([customer, agent]))
    assert {speaker for speaker, *_ in told} == set(STEREO)
    spoken_s = seconds(utterances(np.stack([np.zeros_like(agent), agent])))
    assert seconds(told) == pytest.approx(2 * spoken_s, rel=0.15)
