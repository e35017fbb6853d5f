import re

import pytest

from sentiment.amounts import NUMBER, ORDINAL, UNIT, minutes_of, number_of


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("45", 45.0),
        ("1.5", 1.5),
        ("４", 4.0),
        ("forty-five", 45.0),
        ("forty five", 45.0),
        ("half an", 0.5),
        ("an", 1.0),
        ("3rd", 3.0),
        ("fourth", 4.0),
        ("四十五", 45.0),
        ("十二", 12.0),
        ("二百", 200.0),
        ("何", None),
    ],
)
def test_numbers_as_people_say_them(said: str, number: float | None) -> None:
    assert number_of(said) == number


@pytest.mark.parametrize(
    ("number", "unit", "minutes"),
    [
        (2, "hours", 120),
        (1, "day", 1440),
        (30, "分", 30),
        (2, "ヶ月", 86_400),
        (1, "時間半", 90),
    ],
)
def test_lengths_of_time_in_minutes(number: float, unit: str, minutes: float) -> None:
    assert minutes_of(number, unit) == minutes


@pytest.mark.parametrize("said", ["forty-five minutes", "half an hour", "20 days", "三か月"])
def test_the_expressions_take_the_whole_of_what_was_said(said: str) -> None:
    assert re.fullmatch(rf"{NUMBER} ?{UNIT}", said)


def test_an_ordinal_is_never_the_first() -> None:
    assert re.fullmatch(ORDINAL, "third")
    assert not re.fullmatch(ORDINAL, "first")
