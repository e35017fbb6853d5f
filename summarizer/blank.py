"""A summary before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from copilot.events import Event, Summary

__all__ = ["blank_summary"]


def blank_summary(events: Sequence[Event], *, generator: str) -> Summary:
    """Version 1 of the call of ``events``, ``unavailable`` until somebody fills it."""
    return Summary(
        call_id=events[0].call_id,
        at_s=max(event.at_s for event in events),
        version=1,
        state="unavailable",
        generator=generator,
        made_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
    )
