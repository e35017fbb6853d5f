from __future__ import annotations

import math

import numpy as np
import pytest

from audio.segment import Segmenter
from audio.vad import WINDOW_S, WINDOW_SAMPLES
from copilot.signals import SAMPLE_RATE_HZ


class LoudIsSpeech:
    """Voice activity that takes each window's level for its probability."""

    def __init__(self):
        self._rest = np.zeros(0, np.float32)

    def feed(self, samples):
        waiting = np.concatenate([self._rest, samples])
        count = len(waiting) // WINDOW_SAMPLES
        self._rest = waiting[count * WINDOW_SAMPLES :]
        windows = waiting[: count * WINDOW_SAMPLES].reshape(count, WINDOW_SAMPLES)
        return [float(window.max()) for window in windows]


@pytest.fixture
def heard(pieces):
    """Plays (level, seconds) stretches into a segmenter; returns all it told."""

    def play(*stretches, update_s=math.inf, finish=True, piece_s=0.1):
        samples = np.concatenate(
            [
                np.full(round(length_s / WINDOW_S) * WINDOW_SAMPLES, level, np.float32)
                for level, length_s in stretches
            ]
        )
        segmenter = Segmenter("customer", LoudIsSpeech())
        segmenter.update_s = update_s
        told = [
            one for chunk in pieces(samples, piece_s=piece_s) for one in segmenter.feed(chunk)
        ]
        return told + (segmenter.finish() if finish else [])

    return play


def closed(segments):
    return [segment for segment in segments if segment.closed]


def test_an_utterance_has_its_times_and_margins(heard):
    (utterance,) = closed(heard((0, 2.0), (1, 1.5), (0, 2.0)))
    assert utterance.utterance_id == "customer-1"
    assert utterance.start_s == pytest.approx(2.0, abs=WINDOW_S)
    assert utterance.end_s == pytest.approx(3.5, abs=WINDOW_S)
    speech = np.flatnonzero(utterance.samples) / SAMPLE_RATE_HZ
    assert speech[0] == pytest.approx(0.3, abs=WINDOW_S)
    assert len(utterance.samples) / SAMPLE_RATE_HZ - speech[-1] == pytest.approx(
        0.2, abs=WINDOW_S
    )


def test_silence_says_nothing(heard):
    assert heard((0, 30.0)) == []


def test_a_click_is_no_utterance(heard):
    assert heard((0, 1.0), (1, 0.032), (0, 1.0), (1, 0.096), (0, 2.0)) == []


def test_words_that_hardly_impress_the_model_begin_an_utterance(heard):
    """As "Of course." did after a silence: 0.2 to 0.45 for half a second."""
    faint = [(level, 0.064) for level in (0.23, 0.34, 0.41, 0.18, 0.24, 0.36, 0.46, 0.43)]
    (utterance,) = closed(heard((0, 2.0), *faint, (0, 0.5), (1, 1.0), (0, 2.0)))
    assert utterance.start_s == pytest.approx(2.0, abs=0.1)


def test_a_line_that_is_always_faint_begins_nothing(heard):
    assert heard((0.2, 20.0), (0.25, 0.1), (0.15, 5.0)) == []


def test_a_short_pause_is_told_once_and_does_not_end_the_turn(heard):
    told = heard((1, 1.0), (0, 0.5), (1, 1.0), (0, 2.0))
    assert [(one.paused, one.closed) for one in told] == [
        (True, False),
        (True, False),
        (False, True),
    ]
    assert {one.utterance_id for one in told} == {"customer-1"}
    first, second, last = told
    assert first.end_s == pytest.approx(1.0, abs=WINDOW_S)
    assert second.end_s == last.end_s
    np.testing.assert_array_equal(second.samples, last.samples)


def test_a_long_pause_ends_the_turn(heard):
    told = closed(heard((1, 1.0), (0, 1.2), (1, 1.0), (0, 2.0)))
    assert [one.utterance_id for one in told] == ["customer-1", "customer-2"]


def test_the_longer_the_turn_the_shorter_the_pause_that_ends_it(heard):
    assert len(closed(heard((1, 6.0), (0, 0.6), (1, 1.0)))) == 1
    assert len(closed(heard((1, 15.0), (0, 0.6), (1, 1.0)))) == 2


def test_a_growing_turn_is_shown_as_it_grows(heard):
    told = heard((1, 8.0), update_s=2.0)
    ends_s = [one.end_s for one in told if not one.closed]
    assert ends_s == pytest.approx([2.0, 4.0, 6.0], abs=3 * WINDOW_S)
    assert not any(one.paused for one in told)


def test_endless_speech_is_split_where_the_voice_was_weakest(heard):
    told = closed(heard((1, 17.0), (0.4, 0.2), (1, 12.0)))
    first, second = told
    assert first.end_s == pytest.approx(17.1, abs=0.15)
    assert second.start_s == first.end_s
    assert second.end_s == pytest.approx(29.2, abs=WINDOW_S)


def test_speech_without_a_pause_is_split_between_words(pieces):
    class Tireless(LoudIsSpeech):
        def feed(self, samples):
            return [1.0 for _ in super().feed(samples)]

    samples = np.full(30 * SAMPLE_RATE_HZ, 0.3, np.float32)
    gap_s = 17.3
    samples[round(gap_s * SAMPLE_RATE_HZ) : round((gap_s + 0.1) * SAMPLE_RATE_HZ)] = 0.02
    segmenter = Segmenter("customer", Tireless())
    told = closed([one for chunk in pieces(samples) for one in segmenter.feed(chunk)])
    assert told[0].end_s == pytest.approx(gap_s + 0.05, abs=0.07)


def test_no_sample_of_endless_speech_is_lost_or_told_twice(heard):
    told = closed(heard((1, 70.0)))
    assert told[0].start_s == 0.0
    assert [one.start_s for one in told[1:]] == [one.end_s for one in told[:-1]]
    assert all(one.end_s - one.start_s <= 20.0 + WINDOW_S for one in told)
    assert sum(len(one.samples) for one in told) == pytest.approx(70 * SAMPLE_RATE_HZ, abs=512)


def test_the_end_of_the_call_ends_the_turn(heard):
    assert len(closed(heard((1, 1.0), finish=False))) == 0
    assert len(closed(heard((1, 1.0), finish=True))) == 1


def test_pieces_of_any_size_give_the_same_utterances(heard):
    script = ((0, 1.0), (1, 2.0), (0, 0.5), (1, 1.0), (0, 3.0), (1, 0.5), (0, 1.0))
    expected = [(one.start_s, one.end_s) for one in closed(heard(*script))]
    for piece_s in (0.02, 0.5, 20.0):
        told = closed(heard(*script, piece_s=piece_s))
        assert [(one.start_s, one.end_s) for one in told] == expected


@pytest.mark.parametrize(("level", "kept_s"), [(0.0, 1.0), (1.0, 22.0)])
def test_memory_stays_bounded_whatever_is_heard(pieces, level, kept_s):
    segmenter = Segmenter("customer", LoudIsSpeech())
    samples = np.full(90 * SAMPLE_RATE_HZ, level, np.float32)
    for chunk in pieces(samples):
        segmenter.feed(chunk)
    assert len(segmenter._tape.cut(0, len(samples))) < kept_s * SAMPLE_RATE_HZ
