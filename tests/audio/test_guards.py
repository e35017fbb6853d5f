from __future__ import annotations

import pytest

from audio.guards import PHANTOMS, looping, token_limit, without_phantoms


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
