"""The journal of one process: for commands that need no running server."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from copilot.archive import Archive
from copilot.config import Config, prepare_data_dir
from copilot.events import CallStarted, Event, Speaker, lasts


class Ledger:
    """Gives each event its ``seq``, shows it and keeps it."""

    def __init__(self, show: Callable[[Event], None]) -> None:
        self._show = show
        self.events: list[Event] = []

    async def append(self, event: Event) -> Event:
        return self.add(event)

    def add(self, event: Event) -> Event:
        stored = replace(event, seq=len(self.events) + 1)
        self.events.append(stored)
        self._show(stored)
        return stored

    async def save(self, config: Config) -> None:
        """Stores what lasts of the call in the archive, in place of an earlier one of that
        name."""
        prepare_data_dir(config)
        archive = await Archive.open(config.database)
        try:
            await archive.replace(
                self.events[0].call_id, [event for event in self.events if lasts(event)]
            )
        finally:
            await archive.close()


def call_id_of(file: Path) -> str:
    """The name of a call that comes from a file; of ``name/call.wav`` the folder's. Names of
    calls are ASCII: where a name loses letters, a digest of it keeps it from being another's.
    """
    name = file.resolve().parent.name if file.stem == "call" else file.stem
    name = unicodedata.normalize("NFKC", name)
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")[:64]
    if name.isascii() and plain:
        return plain
    digest = hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()[:8]
    return f"{plain[:55] or 'call'}-{digest}"


def call_from_file(
    file: Path, *, language: str, began: datetime, speakers: tuple[Speaker, ...]
) -> CallStarted:
    """The start of a call that comes from a file: its name becomes the call_id."""
    return CallStarted(
        call_id=call_id_of(file),
        at_s=0.0,
        started_at=began.astimezone(UTC).isoformat(timespec="seconds"),
        agent_id="",
        channels=speakers,
        language=language,
    )


def instant(started_at: datetime | None, time_zone: str) -> datetime:
    """When a call began; a time without an offset is the centre's. ``None``: now."""
    if started_at is None:
        return datetime.now(UTC)
    return started_at if started_at.tzinfo else started_at.replace(tzinfo=ZoneInfo(time_zone))
