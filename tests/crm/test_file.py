"""The file target: one file per call, whole or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from copilot.crm.file import FileTarget
from copilot.crm.summary import CallSummary
from copilot.errors import DeliveryError
from copilot.events import Paused, Resumed


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


async def test_writes_every_format(tmp_path: Path, summary: CallSummary) -> None:
    target = FileTarget("file", tmp_path / "out", ("json", "csv", "vtt"))
    external_id = await target.deliver(summary, key="call-1:file")
    names = [path.name for path in files(tmp_path / "out")]
    assert names == ["call-1.csv", "call-1.json", "call-1.vtt"]
    assert external_id == str(tmp_path / "out" / "call-1.json")
    document = json.loads((tmp_path / "out" / "call-1.json").read_text(encoding="utf-8"))
    assert document["summary"]["text"] == "Done."
    assert document["duration_s"] == 9.0
    assert "My invoice is &lt;wrong&gt;." in (tmp_path / "out" / "call-1.vtt").read_text()


async def test_where_recording_was_paused_stands_in_the_captions(
    tmp_path: Path, journal: Any
) -> None:
    await journal.approve("call-1")
    await journal.append(Paused(call_id="call-1", at_s=4.0, by="mori"))
    await journal.append(Resumed(call_id="call-1", at_s=6.0, by="mori"))
    said = CallSummary.of(await journal.record("call-1"))
    await FileTarget("file", tmp_path, ("vtt",)).deliver(said, key="k")
    cue = "00:00:04.000 --> 00:00:06.000\n<c.confidential>[recording paused]</c>"
    assert cue in (tmp_path / "call-1.vtt").read_text()


async def test_only_what_was_approved_leaves(tmp_path: Path, summary: CallSummary) -> None:
    """Not what a model made up, why it was reopened, or how long its approver took."""
    made_up, why = "The customer was promised a refund.", "Wrong amount."
    inner = replace(
        summary.summary,
        unsupported=(made_up,),
        comment=why,
        spent_s=41.5,
        fallback="slow",
        by="sato",
    )
    target = FileTarget("file", tmp_path, ("json", "csv"))
    await target.deliver(replace(summary, summary=inner), key="k")
    told = "".join(path.read_text(encoding="utf-8") for path in files(tmp_path))
    assert not [one for one in (made_up, why, "41.5", "slow") if one in told]
    document = json.loads((tmp_path / "call-1.json").read_text(encoding="utf-8"))
    assert set(document["summary"]) == {
        *("version", "state", "brief", "text", "fields", "sentences", "generator", "made_at"),
        "approver",
    }
    assert document["summary"]["approver"] == "sato"
    assert told.count("sato") == 1


async def test_later_version_replaces_the_file(tmp_path: Path, summary: CallSummary) -> None:
    target = FileTarget("file", tmp_path)
    await target.deliver(summary, key="k")
    corrected = replace(summary, summary=replace(summary.summary, version=2, text="Better."))
    await target.deliver(corrected, key="k")
    (path,) = files(tmp_path)
    assert json.loads(path.read_text(encoding="utf-8"))["summary"]["version"] == 2


async def test_the_group_may_read_and_nobody_else(tmp_path: Path, summary: CallSummary) -> None:
    await FileTarget("file", tmp_path).deliver(summary, key="k")
    assert [path.stat().st_mode & 0o777 for path in files(tmp_path)] == [0o640]


@pytest.mark.parametrize("call_id", ["../../etc/passwd", "..", "a/b", "呼" * 100, ".hidden"])
async def test_call_ids_stay_in_the_folder(
    tmp_path: Path, summary: CallSummary, call_id: str
) -> None:
    folder = tmp_path / "out"
    odd = replace(summary, started=replace(summary.started, call_id=call_id))
    await FileTarget("file", folder).deliver(odd, key="k")
    assert [path.parent for path in files(folder)] == [folder]
    assert files(tmp_path) == [folder]


async def test_unwritable_folder_is_tried_again(tmp_path: Path, summary: CallSummary) -> None:
    (tmp_path / "taken").write_text("a file, no folder")
    with pytest.raises(DeliveryError) as caught:
        await FileTarget("file", tmp_path / "taken").deliver(summary, key="k")
    assert caught.value.retryable
