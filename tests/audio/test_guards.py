from __future__ import annotations

import numpy as np
import pytest

from audio.guards import PHANTOMS, audible, dictated, looping, token_limit, without_phantoms


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
        ("1111 " * 20, False),
        ("", False),
    ],
)
def test_numbers_may_repeat_their_digits(text, number):
    assert dictated(text) is number


def test_only_what_has_energy_is_audible():
    assert not audible(np.zeros(32000, np.float32))
    assert not audible(np.zeros(0, np.float32))
    assert audible(np.full(32000, 0.01, np.float32))


def test_token_limit_grows_with_the_time_there_was_to_speak():
    assert token_limit(0.0) < token_limit(1.0) < token_limit(10.0) < 448


@pytest.mark.parametrize("phantom", PHANTOMS)
def test_phantoms_vanish_alone_and_among_words(phantom):
    assert without_phantoms(phantom + "。") == ""
    assert without_phantoms(phantom.upper() + "!") == ""
    assert without_phantoms(f"Yes. {phantom}. No.") == "Yes. No."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Thank you.",
        "お電話ありがとうございました。",
        "ご利用ありがとうございました。失礼いたします。",
        "I was watching it. It costs $3.50, e.g. per month.",
        "字幕の付け方を知りたいんですが",
    ],
)
def test_what_people_say_stays(text):
    assert without_phantoms(text) == text
