"""``copilot export --edits``: learning data from a data folder, without a server."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from copilot.archive import Archive
from copilot.config import Config
from copilot.events import CallStarted, Summary

COPILOT = [sys.executable, "-c", "from copilot.cli import main; main()"]
STARTED = CallStarted(
    call_id="c-1",
    at_s=0.0,
    started_at="2026-04-01T00:00:00Z",
    agent_id="mori",
    language="en",
    seq=1,
)
DRAFT = Summary(
    call_id="c-1",
    at_s=9.0,
    version=1,
    state="draft",
    generator="extractive",
    text="The kettle leaks.",
    made_at="2026-04-01T00:05:00Z",
    seq=2,
)
APPROVED = replace(DRAFT, seq=3, version=2, state="approved", text="It leaks.", by="mori")


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    archive = await Archive.open(Config(data_dir=tmp_path / "data").database)
    await archive.store([STARTED, DRAFT, APPROVED])
    await archive.close()
    return tmp_path


def export(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COPILOT, "export", "--data-dir", "data", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


async def test_lines_on_stdout_and_in_a_file(folder: Path) -> None:
    printed = export(folder, "--edits")
    assert (printed.returncode, printed.stderr) == (0, "")
    edit = json.loads(printed.stdout)
    (text,) = (one for one in edit["changes"] if one["field"] == "text")
    assert (text["before"], text["after"]) == ("The kettle leaks.", "It leaks.")
    written = export(folder, "--edits", "-o", "edits.jsonl")
    assert (written.returncode, written.stdout) == (0, "")
    assert (folder / "edits.jsonl").read_text() == printed.stdout
    assert export(folder, "--edits", "--since", "2026-04-02").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("--edits", "c-1"), 2, "names no call"),
        (("--edits", "--format", "csv"), 2, "one format"),
        (("--edits", "--since", "soon"), 2, "not an ISO 8601 time"),
        (("--edits", "-o", "no/such/folder"), 1, "no/such/folder: No such file"),
    ],
)
async def test_wrong_use_says_what(
    folder: Path, arguments: tuple[str, ...], status: int, says: str
) -> None:
    done = export(folder, *arguments)
    assert done.returncode == status
    assert says in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
@pytest.mark.parametrize("arguments", [[], ["--format", "csv"], ["--format", "html", "c-1"]])
def test_a_full_disk_behind_stdout_is_told(folder: Path, arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [*COPILOT, "export", "--data-dir", "data", *arguments],
            cwd=folder,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.returncode == 1
    assert ended.stderr == "copilot: standard output: No space left on device\n"


def test_a_call_that_is_not_there_is_told_with_where_it_was_looked_for(folder: Path) -> None:
    for arguments in (["nobody"], ["--format", "html", "nobody"]):
        told = export(folder, *arguments)
        assert (told.returncode, told.stdout) == (1, "")
        assert told.stderr == (
            "copilot: no call nobody; looked in data; --data-dir names another folder\n"
        )
