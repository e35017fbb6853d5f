"""What is kept of a call that was made without a server."""

from __future__ import annotations

from pathlib import Path

from copilot.archive import Archive
from copilot.config import Config
from copilot.events import CallEnded, CallStarted, Line
from copilot.ledger import Ledger

COMMON = {"call_id": "c-1"}


async def test_what_only_passes_by_is_shown_and_not_saved(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path)
    shown: list[str] = []
    ledger = Ledger(lambda event: shown.append(event.type))
    ledger.add(
        CallStarted(**COMMON, at_s=0, started_at="2026-04-01T00:00:00+00:00", agent_id="mori")
    )
    ledger.add(
        Line(
            **COMMON,
            at_s=1,
            speaker="customer",
            loudness_db=0,
            speech_rate=0,
            silence_s=0,
            overtalk_s=0,
        )
    )
    ledger.add(CallEnded(**COMMON, at_s=1, duration_s=1, reason="stop"))
    await ledger.save(config)
    archive = await Archive.open(config.database)
    try:
        stored = await archive.events("c-1")
    finally:
        await archive.close()
    assert shown == ["call_started", "line", "call_ended"]
    assert [event.type for event in stored] == ["call_started", "call_ended"]
