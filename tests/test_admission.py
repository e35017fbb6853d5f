"""Who is let in, and how."""

from __future__ import annotations

import pytest

from copilot.admission import Admission, calls_carried
from copilot.errors import OverloadedError


def test_up_to_the_limit_calls_are_transcribed_as_people_speak() -> None:
    admission = Admission(max_calls=2)
    assert [admission.admit(live_calls=live, level=0) for live in (0, 1)] == ["live", "live"]


def test_beyond_the_limit_calls_are_recorded() -> None:
    assert Admission(max_calls=2).admit(live_calls=2, level=0) == "recorded"


@pytest.mark.parametrize(("level", "how"), [(1, "live"), (2, "live"), (3, "recorded")])
def test_while_finals_are_late_no_call_is_added(level: int, how: str) -> None:
    """Rarer partials are bearable; a final that is late for one more call is late for all."""
    assert Admission(max_calls=100).admit(live_calls=1, level=level) == how


@pytest.mark.parametrize(
    ("live_calls", "level", "why"),
    [(2, 0, "transcribes 2 calls of at most 2"), (1, 3, "its recogniser is behind")],
)
def test_who_is_refused_learns_why_and_what_to_do(
    live_calls: int, level: int, why: str
) -> None:
    admission = Admission(max_calls=2, overload="refuse")
    with pytest.raises(OverloadedError, match=f"{why}.*another server, or try again"):
        admission.admit(live_calls=live_calls, level=level)


def test_the_cores_carry_some_calls() -> None:
    assert calls_carried() >= 6
