from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from audio.stabiliser import Stabiliser, joined


def shown(*hypotheses):
    """(stable, tail) after each hypothesis."""
    stabiliser = Stabiliser()
    told = [stabiliser.hear(text) for text in hypotheses]
    return [(text[:stable], text[stable:]) for text, stable in told]


def test_what_two_in_a_row_agree_on_is_stable():
    assert shown("I would like", "I would buy one", "I would buy one today") == [
        ("", "I would like"),
        ("I would", " buy one"),
        ("I would buy one", " today"),
    ]


def test_japanese_is_compared_by_character():
    assert shown("注文した品がと", "注文した品が届か", "注文した品が届かなくて") == [
        ("", "注文した品がと"),
        ("注文した品が", "届か"),
        ("注文した品が届か", "なくて"),
    ]


def test_words_in_japanese_are_compared_whole():
    assert shown("新しいSIMカード", "新しいSIMSカード")[-1] == ("新しい", "SIMSカード")


def test_marks_and_capitals_are_no_contradiction():
    assert shown("express. Please", "Express, please do") == [
        ("", "express. Please"),
        ("Express, please", " do"),
    ]


def test_a_mark_is_stable_once_a_word_follows_it():
    assert shown("Yes.", "Yes.", "Yes, I do", "Yes, I do") == [
        ("", "Yes."),
        ("Yes", "."),
        ("Yes", ", I do"),
        ("Yes, I do", ""),
    ]


@pytest.mark.parametrize(
    ("said", "stable"),
    [
        (["my number is 41", "my number is 41"], "my number is"),
        (["number four 11", "number four 11 five"], "number four"),
        (["電話は〇九", "電話は〇九〇"], "電話は"),
        (["41 it is", "41 it is"], "41 it is"),
    ],
)
def test_a_number_at_the_end_may_grow(said, stable):
    assert shown(*said)[-1][0] == stable


def test_a_contradiction_adds_only_what_follows():
    said = ["I'd like to cancel", "I'd like to cancel", "Ideally to cancel my order"]
    assert shown(*said)[-1] == ("I'd like to cancel", " my order")


def test_a_hypothesis_that_lost_its_words_takes_none_back():
    assert shown("I want it", "I want it", "", "I")[-2:] == [("I want it", "")] * 2


@given(st.lists(st.text(alphabet="ab 1.,あ円五'", max_size=12), max_size=6))
def test_what_is_stable_stays(hypotheses):
    kept = ""
    for stable, tail in shown(*hypotheses):
        assert stable.startswith(kept)
        assert not tail or not kept or (stable + tail).startswith(kept)
        kept = stable


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        ("My number is", "five.", "My number is five."),
        ("電話番号は", "090", "電話番号は090"),
        ("はい。", "そうです", "はい。そうです"),
        ("OK", "です", "OKです"),
        ("", "five", "five"),
        ("five", "", "five"),
    ],
)
def test_two_stretches_become_one_text(before, after, whole):
    assert joined(before, after) == whole
