"""``copilot replay --rules``: files and stored calls, as a user types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from copilot.archive import Archive
from copilot.config import Config
from copilot.events import CallEnded, CallStarted, Event, Transcript

COPILOT = [sys.executable, "-c", "from copilot.cli import main; main()"]
RULES = """
[[rule]]
id = "refund"
kind = "churn_risk"
speaker = ["customer"]
when.said = true
phrases.en = ["refund"]
severity = "warning"
message.en = "A refund."
"""
CARD = "4111 1111 1111 1111"


def replay(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if "COPILOT" not in name}
    return subprocess.run(
        [*COPILOT, "replay", *map(str, arguments)],
        cwd=cwd,
        env=clean | {"COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=200,
    )


def told(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "new.toml"
    path.write_text(RULES)
    return path


def stored_call(call_id: str, alert: Event | None = None) -> list[Event]:
    events: list[Event] = [
        CallStarted(
            call_id=call_id,
            at_s=0.0,
            started_at="2026-04-01T00:00:00Z",
            agent_id="mori",
            language="en",
        ),
        Transcript(
            call_id=call_id,
            at_s=4.5,
            utterance_id="u1",
            speaker="customer",
            revision=1,
            start_s=1.0,
            end_s=4.0,
            text="I want a refund.",
            final=True,
        ),
        CallEnded(call_id=call_id, at_s=5.0, duration_s=5.0, reason="stop"),
    ]
    return [replace(one, seq=number) for number, one in enumerate(events, start=1)]


async def test_files_are_compared_and_what_they_show_is_masked(
    rules: Path, tmp_path: Path
) -> None:
    turn = {"speaker": "customer", "start_s": 1, "end_s": 5}
    said = turn | {"text": f"I want a refund on my card {CARD}."}
    (tmp_path / "a.jsonl").write_text(json.dumps(said))
    old = tmp_path / "old.toml"
    old.write_text(RULES.replace('["refund"]', '["my money back"]'))
    done = replay("a.jsonl", "--rules", rules, "--against", old, "--json", cwd=tmp_path)
    call, totals = told(done)
    assert (call["type"], call["call_id"]) == ("call", "a")
    assert [one["change"] for one in call["alerts"]] == ["new"]
    assert "refund on my card" in call["alerts"][0]["after"]["quote"]
    assert CARD not in done.stdout
    assert (totals["type"], totals["calls"]) == ("totals", 1)
    assert [(one["rule"], one["before"], one["after"]) for one in totals["rules"]] == [
        ("refund", 0, 1)
    ]


async def test_stored_calls_that_have_ended_are_compared(rules: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    archive = await Archive.open(Config(data_dir=tmp_path / "data").database)
    for call_id in ("one", "two"):
        await archive.store(stored_call(call_id))
    await archive.store(stored_call("live")[:2])
    await archive.close()
    *calls, totals = told(replay("--rules", rules, "--against", rules, "--json", cwd=tmp_path))
    assert sorted(call["call_id"] for call in calls) == ["one", "two"]
    assert all(one["change"] == "same" for call in calls for one in call["alerts"])
    assert totals["together"]["before"] == totals["together"]["after"] == 2

    done = replay("--rules", rules, "--call", "two", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "two" in done.stdout and "one" not in done.stdout.split()
    assert '"I want a refund."' in done.stdout

    done = replay("--rules", rules, "--since", "2026-05-01", cwd=tmp_path)
    assert (done.returncode, "no stored call" in done.stderr) == (1, True)


def test_wrong_use_is_told(rules: Path, tmp_path: Path) -> None:
    rules.write_text(RULES.replace("warning", "loud").replace("churn_risk", "churning"))
    done = replay("--rules", rules, cwd=tmp_path)
    assert done.returncode == 2
    assert [f"{rules}:{line}:" in done.stderr for line in (4, 8)] == [True, True]
    for wrong in ([], ["--since", "2026-04-01"], ["--rules", rules, "--save"]):
        assert replay(*wrong, cwd=tmp_path).returncode == 2
