"""Which recordings are done: as they were, under these settings, with a result that is there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from copilot.config import Config
from copilot.errors import InputError
from copilot.process_state import Results, settings_of


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    folder = tmp_path / "recordings"
    (folder / "deeper").mkdir(parents=True)
    for name in ("a.wav", "b.wav", "deeper/a.mp3"):
        (folder / name).write_bytes(b"sound")
    return folder


def files(recordings: Path) -> list[Path]:
    return sorted(path for path in recordings.rglob("*") if path.is_file())


def opened(recordings: Path, settings: str = "one") -> Results:
    return Results(recordings.parent / "results", recordings, settings)


def test_a_result_is_kept_whole_and_known_again(recordings: Path) -> None:
    results = opened(recordings)
    file = recordings / "a.wav"
    assert not results.holds(file)
    results.write(file, "a", '{"call_id": "a"}\n')
    assert opened(recordings).holds(file)
    assert not opened(recordings).holds(recordings / "b.wav")
    assert [path.name for path in (recordings.parent / "results").glob(".*")] == []


@pytest.mark.parametrize("change", ["content", "time", "settings", "result"])
def test_what_changed_is_done_again(recordings: Path, change: str) -> None:
    file = recordings / "a.wav"
    opened(recordings).write(file, "a", "{}")
    settings = "one"
    if change == "content":
        file.write_bytes(b"other sound")
    elif change == "time":
        about = file.stat()
        os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns + 1_000_000))
    elif change == "settings":
        settings = "two"
    else:
        (recordings.parent / "results" / "a.json").unlink()
    assert not opened(recordings, settings).holds(file)


def test_names_last_when_recordings_are_added(recordings: Path) -> None:
    results = opened(recordings)
    named = results.call_ids(files(recordings))
    assert sorted(named.values()) == ["a", "a-2", "b"]
    results.write(recordings / "deeper" / "a.mp3", named[recordings / "deeper" / "a.mp3"], "{}")
    (recordings / "a.flac").write_bytes(b"sound")  # sorted before both
    again = opened(recordings).call_ids(files(recordings))
    assert again[recordings / "deeper" / "a.mp3"] == "a-2"
    assert len(set(again.values())) == 4


def test_a_recording_that_is_gone_keeps_its_result(recordings: Path) -> None:
    opened(recordings).write(recordings / "a.wav", "a", "{}")
    (recordings / "a.wav").unlink()
    named = opened(recordings).call_ids(files(recordings))
    assert named[recordings / "deeper" / "a.mp3"] == "a-2"
    (recordings.parent / "results" / "a.json").unlink()
    assert (
        opened(recordings).call_ids(files(recordings))[recordings / "deeper" / "a.mp3"] == "a"
    )


def test_a_name_in_another_encoding_is_known_again(recordings: Path) -> None:
    file = recordings / os.fsdecode(b"caf\xe9.wav")
    file.write_bytes(b"sound")
    opened(recordings).write(file, "caf", "{}")
    assert opened(recordings).holds(file)


def test_a_line_cut_short_is_no_line(recordings: Path) -> None:
    results = opened(recordings)
    results.write(recordings / "a.wav", "a", "{}")
    state = recordings.parent / "results" / "process.jsonl"
    with state.open("a", encoding="utf-8") as out:
        out.write('{"file": "b.wav", "byt')
    opened(recordings).write(recordings / "b.wav", "b", "{}")
    last = opened(recordings)
    assert last.holds(recordings / "a.wav")
    assert last.holds(recordings / "b.wav")
    assert json.loads(state.read_text(encoding="utf-8").splitlines()[-1])["call_id"] == "b"


def test_a_folder_that_cannot_be_is_named(recordings: Path) -> None:
    with pytest.raises(InputError, match=r"a\.wav"):
        Results(recordings / "a.wav", recordings, "one")


def test_one_recording_is_named_by_itself(recordings: Path) -> None:
    file = recordings / "a.wav"
    results = Results(recordings.parent / "results", file, "one")
    results.write(file, "a", "{}")
    assert Results(recordings.parent / "results", file, "one").holds(file)


@pytest.mark.parametrize(
    "change",
    [
        {"masking_policy": {"kept": {"phone": ["record"]}}},
        {"summariser": "endpoint", "summary_url": "http://127.0.0.1:1/v1"},
        {"summary_model": "another"},
        {"summary_window_tokens": 4096},
        {"dispositions": "codes.toml"},
        {"opinion_url": "http://127.0.0.1:1/v1"},
        {"reader_labels": {"anger": {"frustration": 1.0}}},
        {"device": "cuda"},
        {"time_zone": "Asia/Tokyo"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_decides_a_result_is_seen(change: dict[str, Any]) -> None:
    assert settings_of(Config(**change)) != settings_of(Config())


def test_what_only_the_server_needs_is_not() -> None:
    served = Config(port=1, data_dir=Path("elsewhere"), threads=64, log_level="debug")
    assert settings_of(served, "en") == settings_of(Config(), "en")
    assert settings_of(served, "en") != settings_of(served, "ja")


def test_a_setting_yet_to_come_decides() -> None:
    class Grown(Config):
        tone: str = "polite"

    assert settings_of(Grown(tone="short")) != settings_of(Grown())


def test_what_stands_in_a_named_file_decides(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    config = Config(rules=rules)
    seen = {settings_of(config)}
    for content in ("one", "two"):
        rules.write_text(content)
        seen.add(settings_of(config))
    assert len(seen) == 3
