"""Masking runs on every partial: its cost grows with the text, not with its square."""

from __future__ import annotations

import time

import pytest

from copilot.masking import mask

SHORT, GROWTH = 400, 4


def cpu_s(text: str, language: str) -> float:
    """The least of some runs: what else the machine does only ever adds."""
    runs = []
    for _ in range(3):
        began_s = time.thread_time()
        mask(text, language)
        runs.append(time.thread_time() - began_s)
    return min(runs)


@pytest.mark.parametrize(
    "unit",
    [*"a1ア市県一ニあ.@-", "a ", "1-", "a.", "a@", "at ", "a dot ", "Abc ", "1 Abc ", "may "]
    + ["ア ", "アット", "ドット", "昭和一", "東京市一", "1年1月", "ゼロの", "twenty-", "oh "]
    + [
        "for ",
        "one 1 ",
        "Q Q ",
        "A as in ",
        "1丁目",
        "一の",
        "港区",
        "にー",
        "千百",
        "card 1, ",
    ]
    + ["three zeros ", "hundred and ", "live at ", "住所は市", "あの、", "is it for ", "a_b-"]
    + ["メールは", "dot ", "1 Elm ", "March ", "N for Nora ", "あい、", "HUGHE, ", "よんの"]
    + ["口座1", "Flat 1, ", "Elm ", "the fifth of ", "expires ", "at a dot com ", "ドットコム"],
)
def test_cost_grows_with_the_text(unit: str) -> None:
    language = "en" if unit.isascii() else "ja"
    short, long = ((unit * length)[:length] for length in (SHORT, SHORT * GROWTH))
    # Linear is 4, quadratic 16.
    assert cpu_s(long, language) < 2.5 * GROWTH * cpu_s(short, language)
