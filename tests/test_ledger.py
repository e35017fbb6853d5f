"""What is kept of a call that was made without a server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from copilot.archive import Archive
from copilot.config import Config
from copilot.events import CallEnded, CallStarted, Line
from copilot.ledger import Ledger, call_id_of
from copilot.web.inputs import CALL_ID

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


@pytest.mark.parametrize(
    ("file", "named"),
    [
        ("recordings/pbx-4711.wav", "pbx-4711"),
        ("recordings/-dash [1].wav", "dash-1"),
        ("4711/call.flac", "4711"),
        ("recordings/東京 通話.wav", r"call-[0-9a-f]{8}"),
        ("recordings/2026-04-01_田中様.wav", r"2026-04-01-[0-9a-f]{8}"),
        ("recordings/---.wav", r"call-[0-9a-f]{8}"),
        (f"recordings/{'あ' * 40}{'x' * 90}.wav", r"x{55}-[0-9a-f]{8}"),
    ],
)
def test_a_call_is_named_after_its_file_as_the_server_allows(file: str, named: str) -> None:
    call_id = call_id_of(Path(file))
    assert re.fullmatch(named, call_id)
    assert re.fullmatch(CALL_ID, call_id)


def test_names_in_other_scripts_stay_apart() -> None:
    assert call_id_of(Path("田中.wav")) != call_id_of(Path("山田.wav"))
    assert call_id_of(Path("が.wav")) == call_id_of(Path("か\u3099.wav"))
