from __future__ import annotations

import pytest

from audio.language import LegLanguage
from copilot.signals import Hypothesis


def heard(language, text=None, confidence=0.8):
    said = text or {"ja": "もしもし", "en": "hello there"}[language]
    return Hypothesis(text=said, language=language, confidence=confidence)


@pytest.fixture
def leg():
    return LegLanguage(None)


def speak(leg, *finals):
    """(language, seconds) of utterances that each were heard in what was expected, or in
    their own language where that was open. Returns what was expected."""
    expected = []
    for language, speech_s in finals:
        asked = leg.expected(speech_s, final=True)
        expected.append(asked)
        leg.learn(heard(asked or language), speech_s, found=asked is None)
    return expected


def test_a_given_language_is_never_looked_at(leg):
    leg = LegLanguage("ja")
    assert set(speak(leg, *[("en", 5.0)] * 20)) == {"ja"}
    assert not leg.doubts(heard("ja", "no no no no", 0.0), 9.0)


def test_a_language_settles_after_some_seconds(leg):
    assert speak(leg, ("ja", 2.0), ("ja", 2.0), ("ja", 2.0)) == [None, None, "ja"]


def test_a_noisy_hello_decides_nothing(leg):
    assert speak(leg, ("en", 0.6), ("ja", 2.0), ("ja", 4.0), ("ja", 2.0))[1:] == [
        None,
        None,
        "ja",
    ]


def test_short_words_are_heard_in_the_language_of_the_other_leg(leg):
    other = LegLanguage(None)
    leg.others = [other]
    assert leg.expected(0.6, final=True) is None
    speak(other, ("en", 2.0))
    assert leg.expected(0.6, final=True) == "en"
    assert leg.expected(3.0, final=True) is None  # long ones tell by themselves
    speak(leg, ("ja", 5.0))
    assert leg.expected(0.6, final=True) == "ja"


def test_partials_follow_what_finals_found(leg):
    speak(leg, ("ja", 2.0))
    assert leg.expected(5.0, final=False) == "ja"


def test_a_settled_language_is_looked_at_again_from_time_to_time(leg):
    asked = speak(leg, *[("ja", 3.0)] * 40)
    assert 2 <= asked.count(None) - 1 <= 5


def test_a_leg_that_changes_its_language_is_followed(leg):
    speak(leg, *[("ja", 4.0)] * 10)
    asked = speak(leg, *[("en", 4.0)] * 14)
    assert asked[-1] == "en"


def test_one_strange_utterance_turns_nothing(leg):
    speak(leg, *[("ja", 4.0)] * 3)
    leg.learn(heard("en"), 20.0, found=True)
    assert leg.settled is None
    assert leg.expected(3.0, final=True) is None
    speak(leg, ("ja", 3.0))
    assert leg.settled == "ja"


@pytest.mark.parametrize(
    ("words", "doubtful"),
    [
        (heard("ja", "はい、そうです"), False),
        (heard("ja", "はい", 0.3), True),
        (heard("ja", "happy to help can I", 0.8), True),
        (heard("ja", "OK", 0.8), False),
        (heard("en", "happy to help", 0.8), False),
        (heard("ja", "かん", 0.0), True),
    ],
)
def test_unlikely_words_and_a_foreign_script_are_doubted(leg, words, doubtful):
    speak(leg, *[("ja", 4.0)] * 5)
    assert leg.doubts(words, 3.0) is doubtful
    assert (leg.expected(3.0, final=True) is None) is doubtful


def test_doubt_is_rare(leg):
    """Mumbled speech is heard twice now and then, not always."""
    speak(leg, *[("ja", 4.0)] * 4)
    doubts = 0
    for _ in range(20):
        doubts += leg.doubts(heard("ja", confidence=0.3), 2.0)
        speak(leg, ("ja", 2.0))
    assert doubts <= 6


def test_wordless_sound_is_no_evidence(leg):
    leg.learn(Hypothesis(text="", language="en", confidence=0.0), 9.0, found=True)
    leg.learn(Hypothesis(text="hm", language="", confidence=0.5), 9.0, found=True)
    assert leg.settled is None
    assert leg.expected(0.5, final=True) is None
