"""What the bar says."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from copilot.process_progress import clock, shown_progress

A, B = Path("a.wav"), Path("b.wav")


def test_the_bar_counts_recordings_and_seconds() -> None:
    err = io.StringIO()
    with shown_progress(Console(file=err, width=120), {A: 60.0, B: 30.0}) as progress:
        progress.hear(A, 45.0)  # the file promised more than it held
        progress.finish(A)
        progress.hear(B, 30.0)
        progress.finish(B)
    assert "2 of 2 recordings" in err.getvalue()
    assert "1:15 of 1:15" in err.getvalue()


def test_one_recording_has_no_bar() -> None:
    err = io.StringIO()
    with shown_progress(Console(file=err), {A: 60.0}) as progress:
        progress.hear(A, 60.0)
        progress.finish(A)
    assert err.getvalue() == ""


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.0, "0:00"), (75.4, "1:15"), (3_723.0, "1:02:03")]
)
def test_clock(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown
