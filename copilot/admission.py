"""How many calls a node takes on, and what becomes of those beyond. Pure."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

from copilot.errors import OverloadedError

__all__ = ["Admission", "Overload", "calls_carried"]

Overload = Literal["record", "refuse"]
"""What becomes of a call beyond the limit: it is recorded and transcribed when it is over,
or it is refused."""

CALLS_PER_CORE = 6
"""Calls with two legs that a CPU core transcribes as people speak; ``benchmarks/capacity.py``
measures it."""
TOO_LATE = 3
"""Level of the recognition worker at which finals are late: one call more harms all."""


def calls_carried() -> int:
    """Calls that the cores this process may use carry."""
    cores = (
        len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count() or 1
    )
    return CALLS_PER_CORE * cores


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Who is let in, and how. A call that was let in stays what it is."""

    max_calls: int
    """Calls transcribed while people speak."""
    overload: Overload = "record"

    def admit(self, *, live_calls: int, level: int) -> Literal["live", "recorded"]:
        """How a new call is taken, where ``live_calls`` are transcribed as people speak and
        the recognition worker is at ``level``.

        Raises ``OverloadedError`` where it is not taken.
        """
        if live_calls < self.max_calls and level < TOO_LATE:
            return "live"
        if self.overload == "record":
            return "recorded"
        why = (
            f"it transcribes {live_calls} calls of at most {self.max_calls}"
            if live_calls >= self.max_calls
            else f"its recogniser is behind with {live_calls} calls"
        )
        raise OverloadedError(
            f"this server takes no further call now: {why}; call another server, or try again "
            "in a minute"
        )
