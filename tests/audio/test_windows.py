"""Which window a request gets, and what the guards make of what was heard in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from audio.windows import (
    FINAL_FRAMES,
    FULL_FRAMES,
    LEAD_S,
    PARTIAL_FRAMES,
    TAIL_S,
    Heard,
    recognise,
    window,
    window_frames,
)
from copilot.signals import SAMPLE_RATE_HZ


@pytest.fixture
def speech(make_request):
    """A request for noise loud enough to be speech."""

    def make(seconds=2.0, **values):
        noise = np.random.default_rng(1).normal(0, 0.1, round(seconds * SAMPLE_RATE_HZ))
        return make_request(samples=noise.astype(np.float32), end_s=seconds, **values)

    return make


def heard(text="yes", *, tokens=(1, 2, 3), log_probability=-0.2, no_speech=0.1):
    return Heard(
        tokens=list(tokens),
        text=text,
        language="en",
        log_probability=log_probability,
        no_speech=no_speech,
        limit=26,
    )


class Decoder:
    """Says what is written down for a window; remembers what it was asked."""

    def __init__(self, answers):
        self.answers = answers
        self.asked = []

    def __call__(self, requests, frames):
        self.asked.append((len(requests), frames))
        return [self.answers[frames]] * len(requests)


LOOP = heard("no " * 20, tokens=[7] * 20)


def test_no_window_makes_the_encoder_run_twice():
    for frames in {*FINAL_FRAMES, *PARTIAL_FRAMES}:
        assert frames // 2 not in (80, 128)
        assert frames <= FULL_FRAMES


@pytest.mark.parametrize("final", [True, False])
def test_windows_hold_the_speech_and_its_tail(speech, final):
    for seconds in (0.5, 5.0, 12.3, 20.5):
        assert window_frames(speech(seconds, final=final)) / 100 >= LEAD_S + seconds + TAIL_S
    assert window_frames(speech(29.9, final=final)) == FULL_FRAMES


def test_silence_stands_before_and_after_the_samples():
    padded = window(np.ones(SAMPLE_RATE_HZ, np.float32), 400)
    assert len(padded) == 4 * SAMPLE_RATE_HZ
    assert np.flatnonzero(padded)[[0, -1]] / SAMPLE_RATE_HZ == pytest.approx(
        [LEAD_S, 1.3], 1e-3
    )
    assert len(window(np.ones(30 * SAMPLE_RATE_HZ, np.float32), 3000)) == 30 * SAMPLE_RATE_HZ


def test_partials_have_shorter_windows_than_finals(speech):
    assert window_frames(speech(1.0)) < window_frames(speech(1.0, final=True))


def test_japanese_finals_need_less(speech):
    assert window_frames(speech(2.0, final=True, language="ja")) == 600
    assert window_frames(speech(2.0, final=True, language=None)) == 1000


def test_requests_of_one_window_are_decoded_together(speech):
    shortest = FINAL_FRAMES[0]
    decoder = Decoder({shortest: heard(), PARTIAL_FRAMES[0]: heard(), 2000: heard()})
    requests = [
        speech(1.0, final=True),
        speech(1.0),
        speech(18.0, final=True),
        speech(2.0, final=True),
    ]
    assert [one.text for one in recognise(requests, decoder)] == ["yes"] * 4
    assert decoder.asked == [(2, shortest), (1, PARTIAL_FRAMES[0]), (1, 2000)]


def test_silence_asks_no_model(make_request):
    decoder = Decoder({})
    (hypothesis,) = recognise([make_request(final=True)], decoder)
    assert (hypothesis.text, decoder.asked) == ("", [])


def test_a_doubtful_final_is_heard_again_in_a_longer_window(speech):
    decoder = Decoder({FINAL_FRAMES[0]: LOOP, 1500: heard("no, thank you")})
    (hypothesis,) = recognise([speech(final=True)], decoder)
    assert hypothesis.text == "no, thank you"
    assert decoder.asked == [(1, FINAL_FRAMES[0]), (1, 1500)]


def test_what_still_looks_wrong_is_heard_in_the_full_window(speech):
    decoder = Decoder({FINAL_FRAMES[0]: LOOP, 1500: LOOP, FULL_FRAMES: heard("no, thank you")})
    assert recognise([speech(final=True)], decoder)[0].text == "no, thank you"
    assert [frames for _, frames in decoder.asked] == [FINAL_FRAMES[0], 1500, FULL_FRAMES]


def test_the_more_credible_window_wins(speech):
    worse = heard("noise", log_probability=-1.03)
    decoder = Decoder(
        {FINAL_FRAMES[0]: heard("yes", log_probability=-1.02), 1500: worse, FULL_FRAMES: worse}
    )
    assert recognise([speech(final=True)], decoder)[0].text == "yes"


def test_a_doubtful_partial_is_not_shown_and_costs_no_second_window(speech):
    decoder = Decoder({PARTIAL_FRAMES[0]: LOOP})
    assert recognise([speech()], decoder)[0].text == ""
    assert len(decoder.asked) == 1


@pytest.mark.parametrize(
    "invented",
    [
        heard("you", log_probability=-1.4),
        heard("you", log_probability=-0.7, no_speech=0.8),
        heard("", tokens=()),
        heard("ご視聴ありがとうございました。"),
    ],
)
def test_what_nobody_said_has_no_words(speech, invented):
    decoder = Decoder({FINAL_FRAMES[0]: invented})
    assert recognise([speech(final=True)], decoder)[0].text == ""


def test_a_final_that_begins_anew_is_heard_again(speech):
    """ "Hold on. Hold on.": short windows make the decoder start where it should end."""
    decoder = Decoder({FINAL_FRAMES[0]: heard("Hold on. Hold on."), 1500: heard("Hold on.")})
    assert recognise([speech(final=True)], decoder)[0].text == "Hold on."


def test_a_prompt_that_is_read_out_over_noise_is_no_speech(speech):
    prompt = "This call is about Priya Nair, Cloudline."
    asked = replace(speech(final=True), prompt=prompt)
    read_out = heard("Priya Nair, Cloudline.", no_speech=0.6)
    said = heard("Priya Nair, Cloudline.", no_speech=0.2)
    other = heard("It is about Cloudline and my broken router", no_speech=0.45)
    told = [
        recognise([asked], Decoder(dict.fromkeys(FINAL_FRAMES, answer)))[0].text
        for answer in (read_out, said, other)
    ]
    assert told == ["", said.text, other.text]


def test_a_partial_that_begins_anew_shows_what_stood_before(speech):
    decoder = Decoder({PARTIAL_FRAMES[0]: heard("Hold on. Hold on.")})
    assert recognise([speech()], decoder)[0].text == "Hold on."


def test_a_hummed_loop_has_no_words(speech):
    hum = heard("no " * 20, tokens=[7] * 20, no_speech=0.3)
    assert recognise([speech(final=True)], Decoder({FINAL_FRAMES[0]: hum}))[0].text == ""
