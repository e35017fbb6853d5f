from __future__ import annotations

import math

import numpy as np
import pytest

from audio.transcriber import Transcriber
from audio.vocabulary import Correction, Vocabulary
from copilot.events import decode, encode
from copilot.signals import SAMPLE_RATE_HZ, Hypothesis


class LoudIsSpeech:
    """Stands for the voice model: the probability is the level of the window."""

    def run(self, names, inputs):
        return inputs["input"].max(axis=1), inputs["h"], inputs["c"]


def words(text, language="en", confidence=0.9):
    return Hypothesis(text=text, language=language, confidence=confidence)


def sound(*stretches):
    """(level, seconds) stretches."""
    return np.concatenate(
        [
            np.full(round(length_s * SAMPLE_RATE_HZ), level, np.float32)
            for level, length_s in stretches
        ]
    )


@pytest.fixture
def transcriber():
    return Transcriber("call", ("customer", "agent"), "en", vad=LoudIsSpeech())


@pytest.fixture
def hear(pieces):
    """Plays a sound on a leg; returns the requests."""
    heard = {}

    def play(transcriber, *stretches, speaker="customer"):
        samples = sound(*stretches)
        before = heard.setdefault((id(transcriber), speaker), 0)
        heard[id(transcriber), speaker] = before + len(samples)
        requests = []
        for chunk in pieces(samples, speaker):
            requests += transcriber.feed(
                type(chunk)(
                    speaker=speaker,
                    start_s=before / SAMPLE_RATE_HZ + chunk.start_s,
                    samples=chunk.samples,
                )
            )
        return requests

    return play


def test_the_pause_already_gives_the_final(transcriber, hear):
    *_, pause = hear(transcriber, (1, 0.7), (0, 0.4))
    assert pause.final and not pause.segment.closed
    (partial,) = transcriber.receive(pause, words("express please"))
    assert not partial.final
    (closing,) = hear(transcriber, (0, 0.6))
    assert closing.segment.closed and closing.known == words("express please")
    (final,) = transcriber.receive(closing, closing.known)
    assert final.final
    assert (final.text, final.revision, final.seq) == ("express please", 2, 0)


def test_an_answer_that_comes_after_the_end_of_the_turn_is_the_final(transcriber, hear):
    *_, pause = hear(transcriber, (1, 0.7), (0, 1.5))
    (final,) = transcriber.receive(pause, words("hello"))
    assert final.final and final.text == "hello"


def test_words_after_the_pause_belong_to_the_same_turn(transcriber, hear):
    *_, pause = hear(transcriber, (1, 0.7), (0, 0.4))
    transcriber.receive(pause, words("my number"))
    *_, second = hear(transcriber, (1, 0.7), (0, 0.3))
    assert second.segment.utterance_id == pause.segment.utterance_id
    (partial,) = transcriber.receive(second, words("my number is five"))
    (closing,) = hear(transcriber, (0, 1.0))
    (final,) = transcriber.receive(closing, closing.known)
    assert [partial.revision, final.revision] == [2, 3]
    assert final.text == "my number is five"


def test_partials_come_while_someone_speaks(transcriber, hear):
    first, second = hear(transcriber, (1, 1.6))
    assert not first.final and not second.final
    assert second.segment.end_s > first.segment.end_s
    (partial,) = transcriber.receive(first, words("I would"))
    assert (partial.text, partial.final, partial.revision) == ("I would", False, 1)
    (partial,) = transcriber.receive(second, words("I would like"))
    assert (partial.text, partial.revision) == ("I would like", 2)


def test_what_is_shown_is_never_old(transcriber, hear):
    """With a recogniser that takes a quarter of a second."""
    waiting, shown_s, ages_s = [], 0.0, []
    for tick in range(120):
        now_s = (tick + 1) * 0.1
        paused = tick % 40 >= 34  # 0.6 s after 3.4 s of speech
        requests = hear(transcriber, (0.0 if paused else 1.0, 0.1))
        waiting += [(now_s + 0.25, request) for request in requests]
        for due_s, request in list(waiting):
            if due_s <= now_s:
                waiting.remove((due_s, request))
                for told in transcriber.receive(request, words(f"I said {tick}")):
                    shown_s = told.end_s
        ages_s.append(now_s - shown_s)
    assert np.quantile(ages_s, 0.95) <= 1.2


def test_words_heard_twice_are_stable(transcriber, hear):
    first, second = hear(transcriber, (1, 1.6))
    (partial,) = transcriber.receive(first, words("I would like"))
    assert partial.stable_chars == 0
    (partial,) = transcriber.receive(second, words("I would buy one"))
    assert partial.text[: partial.stable_chars] == "I would"


def test_stable_words_stay_until_the_final(transcriber, hear):
    first, second, third = hear(transcriber, (1, 2.3))
    transcriber.receive(first, words("I would like"))
    transcriber.receive(second, words("I would like to"))
    (partial,) = transcriber.receive(third, words("Eye wood like to buy"))
    assert partial.text == "I would like to buy"
    *_, pause = hear(transcriber, (0, 1.5))
    (final,) = transcriber.receive(pause, words("Eye wood like two bye"))
    assert final.text == "Eye wood like two bye"
    assert final.stable_chars == len(final.text)


def test_after_a_pause_partials_hear_only_what_is_new(transcriber, hear):
    *_, pause = hear(transcriber, (1, 5.0), (0, 0.3))
    transcriber.receive(pause, words("My number is five."))
    (new,) = hear(transcriber, (1, 0.8))
    assert len(new.segment.samples) < 1.5 * SAMPLE_RATE_HZ
    assert 0.3 * SAMPLE_RATE_HZ < new.segment.samples.sum() < 0.8 * SAMPLE_RATE_HZ
    (partial,) = transcriber.receive(new, words("Six."))
    assert partial.text == "My number is five. Six."
    assert partial.start_s == pytest.approx(0.0, abs=0.1)
    *_, second = hear(transcriber, (0, 0.3))
    assert second.final and second.segment.samples.sum() > 5.5 * SAMPLE_RATE_HZ


def test_a_partial_of_before_the_pause_is_not_joined_to_it(transcriber, hear):
    (early,) = hear(transcriber, (1, 0.8))
    *_, pause = hear(transcriber, (0, 0.3))
    transcriber.receive(pause, words("My number"))
    assert transcriber.receive(early, words("My num")) == []


def test_after_a_partial_without_words_the_next_comes_sooner(transcriber, hear):
    (first,) = hear(transcriber, (1, 0.9))
    assert transcriber.receive(first, words("")) == []
    (second,) = hear(transcriber, (1, 0.3))
    transcriber.receive(second, words("hello"))
    assert hear(transcriber, (1, 0.4)) == []


def test_the_load_sets_the_pace_of_partials(transcriber, hear):
    transcriber.pace_s = 3.0
    requests = hear(transcriber, (1, 6.5))
    assert [request.segment.end_s for request in requests] == pytest.approx([3, 6], abs=0.2)
    transcriber.pace_s = 0.0
    assert len(hear(transcriber, (1, 2.0))) >= 2


def test_under_load_shorter_pauses_are_not_asked_about(transcriber, hear):
    transcriber.pace_s = 2.0
    assert hear(transcriber, (1, 1.0), (0, 0.4), (1, 0.5)) == []
    (pause,) = hear(transcriber, (0, 0.5))
    assert pause.segment.paused


def test_under_the_highest_load_only_ended_turns_are_asked_for(transcriber, hear):
    transcriber.pace_s = math.inf
    (closing,) = hear(transcriber, (1, 3.0), (0, 0.5), (1, 1.0), (0, 1.5))
    assert closing.final and closing.segment.closed and closing.known is None
    (final,) = transcriber.receive(closing, words("hello"))
    assert final.final


def test_requests_of_a_recording_say_so(hear):
    transcriber = Transcriber("call", ("customer",), "en", vad=LoudIsSpeech(), live=False)
    assert not any(request.live for request in hear(transcriber, (1, 2.0), (0, 1.5)))


def test_an_old_answer_does_not_replace_a_newer_one(transcriber, hear):
    (partial, *_) = hear(transcriber, (1, 1.5))
    *_, pause = hear(transcriber, (1, 0.5), (0, 0.4))
    transcriber.receive(pause, words("new words"))
    assert transcriber.receive(partial, words("old")) == []


def test_without_partials_only_finals_are_asked_and_told(hear):
    transcriber = Transcriber("call", ("unknown",), None, vad=LoudIsSpeech(), partials=False)
    requests = hear(transcriber, (1, 5.0), (0, 0.4), speaker="unknown")
    assert [request.final for request in requests] == [True]
    assert transcriber.receive(requests[0], words("hello")) == []
    (closing,) = hear(transcriber, (0, 1.0), speaker="unknown")
    (final,) = transcriber.receive(closing, closing.known)
    assert final.speaker == "unknown" and final.revision == 1


def test_a_turn_without_words_yields_nothing(transcriber, hear):
    *_, pause = hear(transcriber, (1, 0.5), (0, 1.5))
    assert transcriber.receive(pause, words("")) == []


def test_words_that_vanish_end_in_an_empty_final(transcriber, hear):
    (partial,) = hear(transcriber, (1, 1.2))
    transcriber.receive(partial, words("la la"))
    *_, pause = hear(transcriber, (0, 1.5))
    (final,) = transcriber.receive(pause, words(""))
    assert (final.final, final.text, final.revision) == (True, "", 2)


def test_a_failed_final_ends_with_the_words_known_before(transcriber, hear):
    (partial,) = hear(transcriber, (1, 1.2))
    transcriber.receive(partial, words("hello there"))
    *_, pause = hear(transcriber, (0, 1.5))
    (final,) = transcriber.receive(pause, None)
    assert (final.final, final.text) == (True, "hello there")


def test_a_pause_without_an_answer_is_asked_again_at_the_end(transcriber, hear):
    *_, pause = hear(transcriber, (1, 0.7), (0, 0.4))
    transcriber.receive(pause, None)
    (closing,) = hear(transcriber, (0, 0.8))
    assert closing.final and closing.known is None
    (final,) = transcriber.receive(closing, words("here I am"))
    assert final.final


def test_a_shed_partial_does_not_stop_the_next(transcriber, hear):
    (first,) = hear(transcriber, (1, 1.0))
    assert transcriber.receive(first, None) == []
    (second,) = hear(transcriber, (1, 0.7))
    assert len(transcriber.receive(second, words("hello"))) == 1


def test_the_end_of_the_call_closes_every_leg(transcriber, hear):
    hear(transcriber, (1, 0.7), speaker="customer")
    hear(transcriber, (1, 0.7), speaker="agent")
    closing = transcriber.finish()
    assert {request.segment.speaker for request in closing} == {"customer", "agent"}
    finals = [
        event for request in closing for event in transcriber.receive(request, words("bye"))
    ]
    assert [final.final for final in finals] == [True, True]
    assert len({final.utterance_id for final in finals}) == 2


def test_legs_do_not_disturb_each_other(transcriber, hear):
    hear(transcriber, (0, 5.0), speaker="agent")
    (request,) = hear(transcriber, (1, 1.2), speaker="customer")
    (partial,) = transcriber.receive(request, words("hello"))
    assert partial.speaker == "customer"
    assert partial.at_s == transcriber.consumed_s == pytest.approx(5.0)


def test_each_leg_has_its_own_language(hear):
    transcriber = Transcriber("call", ("customer", "agent"), None, vad=LoudIsSpeech())
    transcriber.pace_s = math.inf
    asked = []
    for _ in range(3):
        for speaker, language in (("customer", "ja"), ("agent", "en")):
            (request,) = hear(transcriber, (1, 3.5), (0, 1.5), speaker=speaker)
            asked.append(request.language)
            (final,) = transcriber.receive(request, words("もしもし", language))
            assert final.language == language
    assert asked == [None, None, None, None, "ja", "en"]


def test_doubtful_words_are_heard_again_in_a_language_to_be_found(hear):
    transcriber = Transcriber("call", ("customer",), None, vad=LoudIsSpeech())
    for _ in range(5):
        for request in hear(transcriber, (1, 3.5), (0, 1.5)):
            transcriber.receive(request, request.known or words("I want to cancel", "en"))
    *_, pause = hear(transcriber, (1, 3.5), (0, 0.3))
    assert pause.language == "en"
    transcriber.receive(pause, words("sumimasen", "en", 0.3))
    *_, closing = hear(transcriber, (0, 1.0))
    assert closing.known is None and closing.language is None
    (final,) = transcriber.receive(closing, words("すみません", "ja"))
    assert (final.text, final.language) == ("すみません", "ja")


def test_a_given_language_stays(transcriber, hear):
    for _ in range(3):
        *_, request = hear(transcriber, (1, 3.0), (0, 1.5))
        transcriber.receive(request, words("もしもし", "ja"))
        assert request.language == "en"


def test_a_long_call_leaves_nothing_behind(transcriber, hear):
    for _ in range(20):
        for request in hear(transcriber, (1, 0.5), (0, 1.2)):
            transcriber.receive(request, words("yes"))
    assert transcriber._utterances == {}


@pytest.mark.parametrize(("text", "ends"), [("That is all.", True), ("My number is", False)])
def test_a_whole_sentence_ends_the_turn_sooner(transcriber, hear, text, ends):
    *_, pause = hear(transcriber, (1, 0.7), (0, 0.4))
    transcriber.receive(pause, words(text))
    assert bool(hear(transcriber, (0, 0.2))) is ends
    assert bool(hear(transcriber, (0, 0.35))) is not ends


@pytest.mark.parametrize(
    "odd",
    [
        words("", ""),
        words("hello", ""),
        words("la " * 100_000),
        words("  \n "),
        words("hello", "xx", float("nan")),
        words("hello", "en", -3.0),
    ],
)
def test_odd_answers_do_no_harm(transcriber, hear, odd):
    requests = hear(transcriber, (1, 3.0), (0, 1.5))
    told = [one for request in requests for one in transcriber.receive(request, odd)]
    for one in told:
        assert decode(encode(one)) == one
        assert len(one.text) < 1000
        assert one.language in ("en", "xx")


def test_the_words_of_the_trade_are_asked_for_and_written(hear):
    vocabulary = Vocabulary(
        hotwords=("Cloudline",),
        corrections=(Correction(heard="cloud line", written="Cloudline", language="en"),),
    )
    transcriber = Transcriber(
        "call", ("customer",), "en", vad=LoudIsSpeech(), vocabulary=vocabulary
    )
    requests = hear(transcriber, (1, 1.6), (0, 1.5))
    assert {request.prompt for request in requests} == {vocabulary.prompt("en")}
    first, second, closing = requests
    transcriber.receive(first, words("the cloud line is"))
    (partial,) = transcriber.receive(second, words("the cloud line is down"))
    assert partial.text == "the Cloudline is down"
    assert partial.text[: partial.stable_chars] == "the Cloudline is"
    (final,) = transcriber.receive(closing, words("the cloud line is down"))
    assert (final.text, final.raw) == ("the Cloudline is down", "the cloud line is down")


def test_what_is_written_as_it_was_heard_has_no_raw_words(transcriber, hear):
    *_, pause = hear(transcriber, (1, 0.7), (0, 1.5))
    (final,) = transcriber.receive(pause, words("hello"))
    assert final.raw is None
