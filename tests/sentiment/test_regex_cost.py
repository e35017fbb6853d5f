import re

import pytest

from sentiment.regex_cost import slow_text


@pytest.mark.parametrize(
    "expression",
    [
        r"(a+)+b",
        r"(\w+\s?)+$",
        r"(a|ab|b)*c",
        r"foo(\s*\w+)*bar",
        r"(?:a{1,20}){1,20}b",
        r".*.*.*=.*x",
        r"(\d+,?)+円",
    ],
)
def test_a_pattern_that_may_take_for_ever_is_found(expression: str) -> None:
    assert slow_text(re.compile(expression, re.IGNORECASE))


@pytest.mark.parametrize(
    "expression",
    [
        r"\bcancel\b",
        r"\b(speak|talk)\b.{0,24}\b(manager|boss)",
        r"(責任者|上司).{0,12}(代わ|出し)",
        r"(ab?)*c",
        r"(?>a+)+b",
        r"\s+$",
    ],
)
def test_a_plain_pattern_passes(expression: str) -> None:
    assert slow_text(re.compile(expression, re.IGNORECASE)) is None
