"""A call that goes on, told so far: for whoever steps in or takes over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from copilot.events import Event, Summary
from copilot.ports import Summariser

__all__ = ["running_summary"]


def running_summary(summariser: Summariser, events: Sequence[Event]) -> Summary:
    """Version 0 in state ``running``; with ``why_none`` where too little was said so far.

    ``events`` begin with ``CallStarted``. Blocking.
    """
    return replace(summariser.summarise(events), version=0, state="running")
