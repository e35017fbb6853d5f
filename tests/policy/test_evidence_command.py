"""``copilot evidence``: written, checked, and noted in the audit log."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

from copilot.archive import Archive
from copilot.config import Config
from copilot.events import Event

COPILOT = [sys.executable, "-c", "from copilot.cli import main; main()"]


def evidence(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if "COPILOT" not in name}
    return subprocess.run(
        [*COPILOT, "evidence", *map(str, arguments)],
        cwd=cwd,
        env=clean | {"COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=100,
    )


async def stored(folder: Path, events: list[Event]) -> None:
    archive = await Archive.open(Config(data_dir=folder).database)
    await archive.store(events)
    await archive.close()


async def test_a_pack_is_written_and_checked(call: list[Event], tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    await stored(tmp_path / "data", call)
    done = evidence("c-1", "-o", "pack.zip", cwd=tmp_path)
    assert done.returncode == 0, done.stderr

    done = evidence("--check", "pack.zip", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "6 files and 11 events are as they were packed" in done.stdout
    assert "this pack of call c-1 made by command line" in done.stdout

    elsewhere = evidence("--check", "pack.zip", "--data-dir", "none", cwd=tmp_path)
    assert elsewhere.returncode == 0
    assert "is not known here" in elsewhere.stdout
    assert not (tmp_path / "none").exists()


async def test_a_change_on_either_side_is_told(call: list[Event], tmp_path: Path) -> None:
    for folder, events in (
        ("data", call),
        ("other", [replace(one, text="いいえ。") if one.seq == 2 else one for one in call]),
    ):
        (tmp_path / folder).mkdir()
        await stored(tmp_path / folder, events)
    assert evidence("c-1", "-o", "pack.zip", cwd=tmp_path).returncode == 0
    done = evidence("--check", "pack.zip", "--data-dir", "other", cwd=tmp_path)
    assert done.returncode == 1
    assert "event 2 (transcript) was changed in the record" in done.stdout

    with zipfile.ZipFile(tmp_path / "pack.zip") as pack:
        files = {name: pack.read(name) for name in pack.namelist()}
    files["quotes.json"] = b"[]"
    with zipfile.ZipFile(tmp_path / "forged.zip", "w") as forged:
        for name, content in files.items():
            forged.writestr(name, content)
    done = evidence("--check", "forged.zip", cwd=tmp_path)
    assert done.returncode == 1
    assert "quotes.json was changed" in done.stdout


def test_wrong_use_is_told(tmp_path: Path) -> None:
    assert evidence(cwd=tmp_path).returncode == 2
    assert evidence("c-1", cwd=tmp_path).returncode == 2
    done = evidence("nobody", "-o", "x.zip", cwd=tmp_path)
    assert (done.returncode, "no calls are stored" in done.stderr) == (1, True)
    (tmp_path / "x.txt").write_text("x")
    done = evidence("--check", "x.txt", cwd=tmp_path)
    assert (done.returncode, "no evidence pack" in done.stderr) == (1, True)
