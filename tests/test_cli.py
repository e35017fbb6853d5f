"""The command line: what a user types, what they read back, the exit status."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from copilot import events
from copilot.archive import Archive

COPILOT = [sys.executable, "-c", "from copilot.cli import main; main()"]
SAMPLES = Path(str(files("copilot") / "samples"))


def copilot(*arguments: str | Path, cwd: Path, **variables: str) -> subprocess.CompletedProcess:
    import os

    clean = {name: value for name, value in os.environ.items() if "COPILOT" not in name}
    return subprocess.run(
        [*COPILOT, *map(str, arguments)],
        cwd=cwd,
        env=clean | {"COLUMNS": "200", "NO_COLOR": "1"} | variables,
        capture_output=True,
        text=True,
        timeout=200,
    )


def lines(done: subprocess.CompletedProcess) -> list[events.Event]:
    return [events.decode(line) for line in done.stdout.splitlines()]


@pytest.fixture
def turns(tmp_path: Path) -> Path:
    """The Japanese sample as text turns."""
    script = json.loads((SAMPLES / "ja" / "call.json").read_text(encoding="utf-8"))
    path = tmp_path / "turns.jsonl"
    path.write_text(
        "\n".join(json.dumps(turn, ensure_ascii=False) for turn in script["turns"]) + "\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="session")
def data_dir(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty data folder that has the model."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "models").symlink_to((models_dir / "models").resolve())
    return folder


COMMANDS = [
    "serve",
    "demo",
    "call",
    "process",
    "replay",
    "export",
    "evidence",
    "models",
    "token",
    "doctor",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command: str, tmp_path: Path) -> None:
    done = copilot(command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert f"Example: copilot {command}" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["replay", "none.jsonl"], "none.jsonl"),
        (["process", "none.wav"], "none.wav"),
        (["process", ".", "--language", "klingon"], "klingon"),
        (["replay", ".", "--language", "ja"], "is a directory"),
        (["serve", "--port", "many"], "valid integer"),
        (["serve", "--port", "99999"], "less than or equal to 65535"),
        (["serve", "--config", "none.toml"], "none.toml: cannot be read"),
        (["token", "--role", "king"], "king"),
        (["token", "--role", "integrator", "--link"], "works by token"),
        (["token", "--hours", "1e9"], "--hours"),
        (["fly"], "No such command"),
    ],
)
def test_wrong_use_is_status_2_and_says_what(
    arguments: list[str], told: str, tmp_path: Path
) -> None:
    done = copilot(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_vocabulary_with_faults_stops_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "words.toml").write_text('hotwords = ["Quillon", 7]\n')
    (tmp_path / "call.wav").write_bytes(b"")
    done = copilot("process", "call.wav", cwd=tmp_path, COPILOT_VOCABULARY="words.toml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "words.toml:1: hotword 7 is no text" in done.stderr


def test_replay_tells_the_call_in_order(turns: Path, tmp_path: Path) -> None:
    done = copilot(
        "replay",
        turns,
        "--language",
        "ja-JP",
        "--json",
        "--started-at",
        "2026-04-01T09:00",
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    told = lines(done)
    assert [event.seq for event in told] == list(range(1, len(told) + 1))
    assert isinstance(told[0], events.CallStarted)
    assert told[0].started_at == "2026-04-01T09:00:00+00:00"
    assert isinstance(told[-1], events.Summary)
    spikes = [event for event in told if isinstance(event, events.Alert)]
    assert "frustration_spike" in {alert.kind for alert in spikes}
    stored = {path.name for path in tmp_path.glob("data*/*")}
    assert stored <= {"models"}, "replay stores nothing of the call"


def test_replay_names_every_bad_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(
        '{"speaker":"customer","text":"hi","start_s":0,"end_s":1}\nnope\n{"speaker":"cat"}\n'
    )
    done = copilot("replay", path, "--json", cwd=tmp_path)
    assert done.returncode == 1
    assert "bad.jsonl:2: " in done.stderr
    assert "bad.jsonl:3: speaker" in done.stderr
    assert done.stdout == ""


def test_saved_calls_can_be_exported(turns: Path, tmp_path: Path) -> None:
    done = copilot(
        "replay", turns, "--language", "ja", "--save", "--data-dir", "d", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    as_json = copilot("export", "--data-dir", "d", cwd=tmp_path)
    (call,) = json.loads(as_json.stdout)
    assert call["call_id"] == "turns"
    as_vtt = copilot("export", "turns", "--format", "vtt", "--data-dir", "d", cwd=tmp_path)
    assert as_vtt.stdout.startswith("WEBVTT")
    done = copilot(
        "export", "--format", "csv", "-o", "calls.csv", "--data-dir", "d", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "calls.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf"), "Excel reads UTF-8 by this mark"
    assert text.count(b"\r\n") == 2
    as_html = copilot("export", "turns", "--format", "html", "--data-dir", "d", cwd=tmp_path)
    assert as_html.stdout.startswith('<!doctype html>\n<html lang="ja">')
    missing = copilot("export", "other", "-o", "no.json", "--data-dir", "d", cwd=tmp_path)
    assert missing.returncode == 1
    assert "other" in missing.stderr
    assert not (tmp_path / "no.json").exists()
    for wrong in (["--since", "yesterday"], ["--format", "html"], ["turns", "--until", "2026"]):
        refused = copilot("export", *wrong, "--data-dir", "d", cwd=tmp_path)
        assert (refused.returncode, refused.stdout) == (2, "")


@pytest.mark.parametrize("command", [["export"], ["export", "--edits"]])
def test_a_mistyped_data_folder_is_named_and_not_made(
    command: list[str], tmp_path: Path
) -> None:
    done = copilot(*command, "--data-dir", "typo", cwd=tmp_path)
    assert done.returncode == 1
    assert "no calls are stored; looked in typo" in done.stderr
    assert not (tmp_path / "typo").exists()


async def test_tokens_work_and_end(tmp_path: Path) -> None:
    from copilot.auth import Principal, Tokens
    from copilot.errors import ForbiddenError

    done = copilot(
        "token", "--role", "operator", "--name", "mori", "--data-dir", "d", cwd=tmp_path
    )
    token = done.stdout.strip()
    archive = await Archive.open(f"sqlite+aiosqlite:///{tmp_path}/d/copilot.db")
    try:
        assert await Tokens(archive).verify(token) == Principal(name="mori", role="operator")
        assert (
            copilot("token", "--revoke", token, "--data-dir", "d", cwd=tmp_path).returncode == 0
        )
        with pytest.raises(ForbiddenError):
            await Tokens(archive).verify(token)
    finally:
        await archive.close()
    link = copilot("token", "--role", "supervisor", "--link", "--data-dir", "d", cwd=tmp_path)
    assert link.stdout.startswith("http://localhost:8765/supervisor#code=")


def test_models_lists_the_packaged_one(tmp_path: Path, data_dir: Path) -> None:
    done = copilot("models", "--json", "--data-dir", data_dir, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = {model["name"]: model for model in map(json.loads, done.stdout.splitlines())}
    assert found["base"]["status"] == "ready"
    assert found["base"]["sha256"].startswith("905e5bf8")


@pytest.mark.parametrize(
    "variables",
    [{"COPILOT_MODEL": "no/such/model"}, {"COPILOT_REDIS_URL": "redis://127.0.0.1:1"}],
    ids=["model missing", "redis unreachable"],
)
def test_serve_says_why_it_cannot_start(variables: dict[str, str], tmp_path: Path) -> None:
    done = copilot(
        "serve", "--port", "0", "--data-dir", "d", cwd=tmp_path, HF_HUB_OFFLINE="1", **variables
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert next(iter(variables.values())).removeprefix("redis://") in done.stderr


def test_serve_says_that_the_port_is_taken(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = copilot("serve", "--port", port, "--data-dir", "d", cwd=tmp_path)
    assert done.returncode == 2
    assert f"{port} is taken" in done.stderr


@pytest.mark.model
def test_process_a_folder(tmp_path: Path, data_dir: Path) -> None:
    """One recording is no recording: it is named, the other is done, the status is 1."""
    shutil.copy(SAMPLES / "en" / "call.flac", tmp_path / "good.flac")
    (tmp_path / "bad.wav").write_text("this is no sound")
    done = copilot(
        "process", tmp_path, "--language", "en", "--json", "--data-dir", data_dir, cwd=tmp_path
    )
    assert done.returncode == 1
    assert "bad.wav" in done.stderr
    told = lines(done)
    assert {event.call_id for event in told} == {"good"}
    assert isinstance(told[-1], events.Summary)
    assert told[-1].state == "draft"
    assert not any(isinstance(event, events.Transcript) and not event.final for event in told)


@pytest.mark.model
def test_process_hears_both_legs_of_the_sample(tmp_path: Path, data_dir: Path) -> None:
    from copilot.score import word_error

    script = json.loads((SAMPLES / "ja" / "call.json").read_text(encoding="utf-8"))
    done = copilot(
        "process",
        SAMPLES / "ja" / "call.flac",
        "--language",
        "ja",
        "--json",
        "--data-dir",
        data_dir,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    for speaker in ("customer", "agent"):
        heard = "".join(
            event.text
            for event in lines(done)
            if isinstance(event, events.Transcript) and event.speaker == speaker
        )
        said = "".join(turn["text"] for turn in script["turns"] if turn["speaker"] == speaker)
        assert word_error(said, heard, "ja") < 0.2


def test_rules_are_shown_or_named_fault_by_fault(tmp_path: Path) -> None:
    shipped = copilot("rules", "check", Path(str(files("sentiment") / "rules")), cwd=tmp_path)
    assert shipped.returncode == 0
    assert "talk_over" in shipped.stdout
    (tmp_path / "rules.toml").write_text(
        "[[rule]]\nid = 'a'\nkind = 'long_cal'\nseverity = 'mild'\n"
    )
    bad = copilot("rules", "check", "rules.toml", cwd=tmp_path)
    assert bad.returncode == 2
    told = bad.stderr.splitlines()
    assert (
        "copilot: rules.toml:3: kind 'long_cal' is not known; did you mean long_call?" in told
    )
    assert any(line.startswith("copilot: rules.toml:4: severity 'mild'") for line in told)
    assert "copilot: rules.toml:1: speaker is missing" in told
