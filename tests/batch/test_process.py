"""Folders of recordings: every format, one result each, what is broken, what is left to do."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from copilot import events
from copilot.config import Config
from copilot.ledger import call_id_of
from copilot.process import Options, process_recordings
from copilot.signals import Samples

pytestmark = pytest.mark.model

Write = Callable[[Path, Samples], Path]
FORMATS = [".wav", ".flac", ".mp3", ".m4a", ".ogg"]
ENGLISH = Options(language="en")


async def processed(config: Config, path: Path, options: Options) -> tuple[int, str, str]:
    """How many failed, and what stood on stdout and stderr."""
    out, err = io.StringIO(), io.StringIO()
    failed = await process_recordings(
        config,
        path,
        options,
        out=Console(file=out, width=200),
        err=Console(file=err, width=200),
    )
    return failed, out.getvalue(), err.getvalue()


def result(folder: Path, name: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return value


async def test_a_folder_of_all_formats_goes_on_where_it_was(
    config: Config, stereo: Samples, write: Write, tmp_path: Path
) -> None:
    recordings, results = tmp_path / "recordings", tmp_path / "results"
    (recordings / "deeper").mkdir(parents=True)
    for suffix in FORMATS:
        write(recordings / f"call{suffix[1:]}{suffix}", stereo)
    write(recordings / "deeper" / "callwav.flac", stereo)
    odd = (recordings / "callogg.ogg").rename(recordings / os.fsdecode(b"caf\xe9.ogg"))
    (recordings / "broken.mp3").write_text("no sound")
    (recordings / "._callwav.wav").write_text("what a system keeps beside a file")
    (recordings / "folder.wav").mkdir()
    options = replace(ENGLISH, results=results)

    failed, _, told = await processed(config, recordings, options)

    assert failed == 1, told
    assert f"{recordings / 'broken.mp3'}: not an audio file" in told.replace("\n", "")
    assert "recordings failed: each is named above" in told
    assert "7 of 7 recordings" in told
    names = ["callwav", "callflac", "callmp3", "callm4a", call_id_of(odd), "callwav-2"]
    assert sorted(path.name for path in results.iterdir()) == sorted(
        [*(f"{name}.json" for name in names), "process.jsonl"]
    )
    for name in names:
        call = result(results, name)
        words = " ".join(one["text"] for one in call["transcript"]).lower()
        assert "bluebird airlines" in words, name
        assert "my bag" in words, name
        assert call["recording"]["speakers"]["told_by"] == "channel"
        assert call["state"] == "ended"
        assert call["summaries"][-1]["state"] == "draft"

    before = {path: path.stat().st_mtime_ns for path in results.glob("*.json")}
    failed, _, told = await processed(config, recordings, options)
    assert (failed, "6 of 7 recordings were done before" in told) == (1, True)
    assert {path: path.stat().st_mtime_ns for path in results.glob("*.json")} == before

    (recordings / "broken.mp3").unlink()
    write(recordings / "callwav.wav", stereo[:, : stereo.shape[1] // 2])
    assert (await processed(config, recordings, options))[0] == 0
    changed = {path.name for path in before if path.stat().st_mtime_ns != before[path]}
    assert changed == {"callwav.json"}
    assert len(result(results, "callwav")["transcript"]) < len(
        result(results, "callwav-2")["transcript"]
    )


async def test_one_channel_has_two_speakers(
    config: Config, mono: Samples, write: Write, tmp_path: Path
) -> None:
    write(tmp_path / "one.wav", mono)
    options = replace(ENGLISH, results=tmp_path / "results")
    assert (await processed(config, tmp_path / "one.wav", options))[0] == 0
    call = result(tmp_path / "results", "one")
    said = {
        one["text"]: (one["speaker"], one["speaker_confidence"]) for one in call["transcript"]
    }
    greeting = next(value for text, value in said.items() if "Thank you for calling" in text)
    complaint = next(value for text, value in said.items() if "did not arrive" in text)
    assert (greeting[0], complaint[0]) == ("agent", "customer")
    assert min(greeting[1], complaint[1]) > 0.8
    speakers = call["recording"]["speakers"]
    assert speakers["told_by"] == "voice"
    assert speakers["confidence"] > 0.8
    assert set(call["started"]["channels"]) >= {"customer", "agent"}


async def test_one_voice_stays_unknown(
    config: Config, stereo: Samples, write: Write, tmp_path: Path
) -> None:
    last_week = datetime(2026, 4, 1, 9, 30, tzinfo=UTC)
    os.utime(write(tmp_path / "agent.wav", stereo[1:]), (0, last_week.timestamp()))
    options = replace(ENGLISH, results=tmp_path / "results")
    assert (await processed(config, tmp_path / "agent.wav", options))[0] == 0
    call = result(tmp_path / "results", "agent")
    assert datetime.fromisoformat(call["started"]["started_at"]) == last_week
    assert call["recording"]["speakers"]["told_by"] == "nothing"
    assert {one["speaker"] for one in call["transcript"]} == {"unknown"}
    assert {one["speaker_confidence"] for one in call["transcript"]} == {None}


async def test_a_meeting_has_no_customer_and_no_alert(
    config: Config, stereo: Samples, write: Write, tmp_path: Path
) -> None:
    write(tmp_path / "meeting.ogg", stereo)
    options = replace(ENGLISH, results=tmp_path / "results", meeting=True)
    assert (await processed(config, tmp_path / "meeting.ogg", options))[0] == 0
    call = result(tmp_path / "results", "meeting")
    assert {one["speaker"] for one in call["transcript"]} == {"unknown"}
    assert (call["emotions"], call["alerts"]) == ([], [])
    assert call["summaries"][-1]["generator"] == "meeting"


async def test_json_lines_hold_one_call_after_another(
    config: Config,
    stereo: Samples,
    mono: Samples,
    write: Write,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    recordings = tmp_path / "recordings"
    recordings.mkdir()
    write(recordings / "a.wav", stereo)
    write(recordings / "b.wav", mono)
    await processed(config, recordings, replace(ENGLISH, as_json=True))
    told = [events.decode(line) for line in capsys.readouterr().out.splitlines()]
    calls = list(dict.fromkeys(event.call_id for event in told))
    assert sorted(calls) == ["a", "b"]
    assert [event.call_id for event in told] == sorted(
        (event.call_id for event in told), key=calls.index
    )
    for call_id in calls:
        own = [event for event in told if event.call_id == call_id]
        assert isinstance(own[0], events.CallStarted)
        assert isinstance(own[-1], events.Summary)
        assert [event.seq for event in own] == list(range(1, len(own) + 1))


def test_what_kill_broke_off_goes_on(
    config: Config, stereo: Samples, write: Write, tmp_path: Path
) -> None:
    """Killed after its first result: the next run leaves that one and does the others."""
    recordings, results = tmp_path / "recordings", tmp_path / "results"
    recordings.mkdir()
    short = stereo[:, : stereo.shape[1] // 2]
    for name, samples in (("a", short), ("b", stereo), ("c", stereo)):
        write(recordings / f"{name}.wav", samples)
    command = [sys.executable, "-c", "from copilot.cli import main; main()", "process"]
    command += [str(recordings), "--out", str(results), "--language", "en", "--json"]
    clean = {name: value for name, value in os.environ.items() if "COPILOT" not in name}
    clean |= {"COPILOT_DATA_DIR": str(config.data_dir), "COPILOT_THREADS": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=clean, text=True) as running:
        assert running.stdout is not None
        done = next(line for line in running.stdout if '"type":"summary"' in line)
        running.send_signal(signal.SIGKILL)
    first = results / f"{events.decode(done).call_id}.json"
    written_ns = first.stat().st_mtime_ns
    again = subprocess.run(command, capture_output=True, env=clean, text=True, timeout=200)
    assert again.returncode == 0, again.stderr
    assert {path.stem for path in results.glob("*.json")} == {"a", "b", "c"}
    finished = (results / "process.jsonl").read_text(encoding="utf-8").splitlines()
    assert sorted(json.loads(line)["call_id"] for line in finished) == ["a", "b", "c"]
    assert first.stat().st_mtime_ns == written_ns
    assert not list(results.glob(".*.part"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_events_that_cannot_be_shown_end_the_command_with_their_reason(
    config: Config, stereo: Samples, write: Write, tmp_path: Path
) -> None:
    recording = write(tmp_path / "a.wav", stereo[:, : stereo.shape[1] // 4])
    command = [sys.executable, "-c", "from copilot.cli import main; main()", "process"]
    command += [str(recording), "--language", "en", "--out", str(tmp_path / "results")]
    clean = {name: value for name, value in os.environ.items() if "COPILOT" not in name}
    clean |= {"COPILOT_DATA_DIR": str(config.data_dir), "COPILOT_THREADS": "1"}
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, env=clean, text=True, timeout=200
        )
    assert ended.returncode == 1
    assert "copilot: standard output: No space left on device" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert (tmp_path / "results" / "a.json").is_file()
