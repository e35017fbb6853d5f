"""How far ``copilot process`` is: recordings, seconds of sound, speed, time left."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich import progress as bars
from rich.console import Console

__all__ = ["Progress", "clock", "shown_progress"]


class Progress:
    """Counts in seconds of sound: recordings differ in length."""

    def __init__(self, durations_s: Mapping[Path, float], bar: bars.Progress | None) -> None:
        self._left_s = dict(durations_s)
        self._total_s = sum(durations_s.values())
        self._files = len(durations_s)
        self._finished = 0
        self._heard_s = 0.0
        self._began_s = time.monotonic()
        self._bar = bar
        self._task: bars.TaskID | None = None
        if bar is not None:
            self._task = bar.add_task("", total=self._total_s or None, **self._words())

    def hear(self, file: Path, seconds: float) -> None:
        """So much more of a recording was heard."""
        self._left_s[file] -= seconds
        self._heard_s += seconds
        self._show()

    def finish(self, file: Path) -> None:
        """Done or failed. What the file promised and did not hold is no longer expected."""
        self._total_s -= self._left_s.pop(file)
        self._finished += 1
        self._show()

    def _show(self) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.update(
                self._task,
                completed=self._heard_s,
                total=max(self._total_s, self._heard_s) or None,
                **self._words(),
            )

    def _words(self) -> dict[str, Any]:
        spent_s = time.monotonic() - self._began_s
        return {
            "files": f"{self._finished} of {self._files} recordings",
            "sound": f"{clock(self._heard_s)} of {clock(max(self._total_s, self._heard_s))}",
            "speed": f"{self._heard_s / spent_s:.1f}x" if spent_s > 1.0 else "",
        }


@contextmanager
def shown_progress(err: Console, durations_s: Mapping[Path, float]) -> Iterator[Progress]:
    """A bar on stderr when there is more than one recording."""
    if len(durations_s) < 2:
        yield Progress(durations_s, None)
        return
    with bars.Progress(
        bars.TextColumn("{task.fields[files]}"),
        bars.BarColumn(),
        bars.TextColumn("{task.fields[sound]}"),
        bars.TextColumn("{task.fields[speed]}"),
        bars.TimeRemainingColumn(),
        console=err,
    ) as bar:
        yield Progress(durations_s, bar)


def clock(seconds: float) -> str:
    """``1:02:03``, or ``2:03`` under an hour."""
    minutes, rest = divmod(round(max(0.0, seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
