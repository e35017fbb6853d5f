from __future__ import annotations

import numpy as np
import pytest

from audio.guards import (
    PHANTOMS,
    audible,
    dictated,
    echoing,
    looping,
    token_limit,
    unspoken,
    without_echo,
    without_phantoms,
)


@pytest.mark.parametrize(
    ("tokens", "loops"),
    [
        ([], False),
        ([1, 2, 3, 4, 5, 6], False),
        ([7, 7, 7], False),  # "no, no, no"
        ([9, 7, 7, 7, 7, 7], True),
        ([1, 2, 3, 4] * 2, False),
        ([9, 9] + [1, 2, 3, 4] * 3, True),
        ([1, 2, 3, 4] * 3 + [5], False),
        (list(range(12)) * 3, True),
        ([40] * 4, False),  # "four four four four"
        ([5] + [40] * 9, True),
    ],
)
def test_looping(tokens, loops):
    assert looping(tokens) is loops


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("My card is 4111 1111 1111 1111.", True),
        ("カードは4111、1111、1111、1111", True),
        ("It is 555-5555", True),
        ("No, no, no, no, no.", False),
        ("Room 11", False),
        ("1111 " * 5, False),
        ("It is 4 1 1 1, 1 1 1 1, 1 1 1 1, 1 1 1 1", True),
        ("090-1212-1212", True),
        ("1、2、1、2、1、2、1、2、1、2", False),
        ("", False),
    ],
)
def test_numbers_may_repeat_their_digits(text, number):
    assert dictated(text) is number


@pytest.mark.parametrize(
    ("text", "echoes"),
    [
        ("Hold on. Hold on.", True),
        ("Anything else today? Anything else", True),
        ("Awesome, you're a life saver Awesome, you're a", True),
        ("Excellent, give me a second to look. Give me a second", True),
        ("同じ話を二度させるなよ同じ話", True),
        ("お待たせしました。お待たせしました", True),
        ("", False),
        ("Bye bye.", False),
        ("はいはい。", False),
        ("はい、そうです。はい", False),
        ("Yes. I said I would like the black one, yes.", False),
        ("My number is 4111 1111 1111 1111.", False),
        ("Thank you for calling. How can I help you?", False),
    ],
)
def test_an_echo_repeats_the_beginning_of_a_clause(text, echoes):
    assert echoing(text) is echoes
    assert (without_echo(text) != text) is echoes


def test_an_echo_is_cut_where_the_text_starts_anew():
    assert without_echo("Hold on. Hold on.") == "Hold on."
    assert without_echo("Awesome, you're a saver Awesome, you're") == "Awesome, you're a saver"
    assert (
        without_echo("Excellent, give me a second. Give me a") == "Excellent, give me a second."
    )
    assert without_echo("同じ話を二度させるなよ同じ話") == "同じ話を二度させるなよ"


@pytest.mark.parametrize(
    ("log_probability", "no_speech", "nobody"),
    [
        (-0.1, 0.01, False),
        (-0.5, 0.76, False),  # the least likely words of real calls
        (-0.93, 0.1, False),
        (-1.2, 0.1, True),
        (-0.8, 0.6, True),  # music, buzz, breath
        (-1.6, 0.7, True),
    ],
)
def test_unlikely_words_need_less_doubt_where_no_speech_is_likely(
    log_probability, no_speech, nobody
):
    assert unspoken(log_probability, no_speech) is nobody


def test_only_what_has_energy_is_audible():
    assert not audible(np.zeros(32000, np.float32))
    assert not audible(np.zeros(0, np.float32))
    assert audible(np.full(32000, 0.01, np.float32))


def test_token_limit_grows_with_the_time_there_was_to_speak():
    assert token_limit(0.0) < token_limit(1.0) < token_limit(10.0) < 448


@pytest.mark.parametrize("phantom", PHANTOMS)
def test_phantoms_vanish_alone_again_and_among_words(phantom):
    assert without_phantoms(phantom + "。") == ""
    assert without_phantoms(phantom.upper() + "!") == ""
    assert without_phantoms(f"{phantom} {phantom} {phantom}") == ""
    assert without_phantoms(f"Yes. {phantom}. No.") == "Yes. No."


@pytest.mark.parametrize(
    "sound",
    [
        "んんんんん",
        "ああああああ",
        "ピッピッピッピッ",
        "ルルルルルルルル",
        "はっはっはっはっ",
        "プープープープー",
    ],
)
def test_sounds_written_as_kana_vanish(sound):
    assert without_phantoms(sound) == ""
    assert without_phantoms(f"はい。{sound}。") == "はい。"


@pytest.mark.parametrize(
    "text", ["(music)", "[BLANK_AUDIO]", "♪♪♪", "（拍手）", "*sighs*", "..."]
)
def test_descriptions_of_sounds_vanish(text):
    assert without_phantoms(text) == ""
    assert without_phantoms(f"{text} Hello.") == "Hello."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Thank you.",
        "お電話ありがとうございました。",
        "ご利用ありがとうございました。失礼いたします。",
        "I was watching it. It costs $3.50, e.g. per month.",
        "字幕の付け方を知りたいんですが",
        "はいはいはいはい。",
        "うーん、ああ、そうですか。",
        "I heard a beep.",
        "No, no, no, no, no!",
        "JR東日本の電車です。",
    ],
)
def test_what_people_say_stays(text):
    assert without_phantoms(text) == text
