"""Where a call was confidential: recording was paused, and nothing of it was kept."""

from __future__ import annotations

from dataclasses import dataclass

from copilot.events import Paused, Resumed
from copilot.record import CallRecord

__all__ = ["Section", "confidential_sections"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the call of which there are no words. Seconds are media time."""

    start_s: float
    end_s: float | None
    """``None``: it was never resumed, and the call goes on."""
    by: str
    reason: str


def confidential_sections(record: CallRecord) -> list[Section]:
    """In their order. One that the end of the call closed ends there."""
    found: list[Section] = []
    since: Paused | None = None
    for change in record.changes:
        if isinstance(change, Paused) and since is None:
            since = change
        elif isinstance(change, Resumed) and since is not None:
            found.append(_section(since, change.at_s))
            since = None
    if since is not None:
        found.append(_section(since, record.ended.at_s if record.ended else None))
    return found


def _section(since: Paused, end_s: float | None) -> Section:
    return Section(start_s=since.at_s, end_s=end_s, by=since.by, reason=since.reason)
