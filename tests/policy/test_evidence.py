"""The evidence pack tells what happened, and tells when anything in it was changed."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import replace

import pytest

from copilot.errors import InputError
from copilot.events import Event, Transcript, decode
from copilot.evidence import Pack, pack_of
from copilot.evidence_check import changed_since, opened
from copilot.policy_file import load_policy

FILES = {
    "evidence.html",
    "transcript.vtt",
    "quotes.json",
    "timeline.json",
    "policy.json",
    "events.jsonl",
    "manifest.json",
}


def packed(events: list[Event]) -> Pack:
    return pack_of(
        events,
        load_policy(),
        made_by="sasaki",
        made_at="2026-04-01T02:00:00Z",
        time_zone="Asia/Tokyo",
    )


def files_in(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_quotes_say_where_to_listen(call: list[Event]) -> None:
    files = files_in(packed(call).content)
    assert files.keys() == FILES
    [quote] = json.loads(files["quotes.json"])
    assert (quote["harassment_type"], quote["quote"]) == ("abuse", "この役立たずが")
    assert (quote["start_s"], quote["end_s"]) == (12.0, 14.5)
    assert (quote["clip_from_s"], quote["clip_until_s"]) == (7.0, 19.5)
    assert quote["said_at"].startswith("2026-04-01T01:00:12")


def test_a_clip_stays_within_the_call(call: list[Event]) -> None:
    short = [replace(one, duration_s=15.0) if one.type == "call_ended" else one for one in call]
    [quote] = json.loads(files_in(packed(short).content)["quotes.json"])
    assert quote["clip_until_s"] == 15.0


def test_the_timeline_holds_alerts_readings_steps_and_notes(call: list[Event]) -> None:
    timeline = json.loads(files_in(packed(call).content)["timeline.json"])
    types = [entry["type"] for entry in timeline]
    assert types == [
        "call_started",
        "emotion",
        "alert",
        "alert",
        "alert_updated",
        "step_taken",
        "note",
        "call_ended",
    ]
    assert timeline[2]["happened_at"].startswith("2026-04-01T01:00:20")
    assert timeline[5]["happened_at"] == "2026-04-01T01:00:40Z"


def test_what_is_masked_later_is_masked_everywhere(call: list[Event]) -> None:
    for name, content in files_in(packed(call).content).items():
        assert b"4111" not in content, name


def test_hints_to_the_operator_alone_stay_with_them(call: list[Event]) -> None:
    files = files_in(packed(call).content)
    for name, content in files.items():
        assert b"agent_ng_word" not in content, name
        assert "内緒".encode() not in content, name
    assert "operator alone" in json.loads(files["manifest.json"])["left_out"]


def test_the_page_is_in_the_language_of_the_call_and_runs_nothing(call: list[Event]) -> None:
    page = files_in(packed(call).content)["evidence.html"].decode()
    assert '<html lang="ja">' in page
    for words in ("この役立たずが", "暴言", "10:00:12", "お控えいただくようお願いする: mori"):
        assert words in page, words
    assert "音声は含みません" in page
    assert "&lt;b&gt;C-1" in page and "<b>C-1" not in page
    assert "<script" not in page
    english = [replace(one, language="en") if hasattr(one, "language") else one for one in call]
    assert (
        "no audio in this pack" in files_in(packed(english).content)["evidence.html"].decode()
    )


def test_the_manifest_names_policy_audio_and_every_hash(call: list[Event]) -> None:
    pack = packed(call)
    files = files_in(pack.content)
    manifest = json.loads(files["manifest.json"])
    assert manifest["policy"]["sha256"] == load_policy().sha256
    assert manifest["audio"].startswith("not included")
    assert manifest["files"].keys() == FILES - {"manifest.json"}
    assert pack.manifest_sha256 == hashlib.sha256(files["manifest.json"]).hexdigest()
    lines = files["events.jsonl"].splitlines()
    assert len(lines) == len(manifest["events"]) == len(call) - 3
    assert isinstance(decode(lines[1]), Transcript)


def test_a_pack_as_it_was_made_has_no_faults(call: list[Event]) -> None:
    pack = opened(packed(call).content)
    assert (pack.faults, pack.call_id, pack.made_by) == ((), "c-1", "sasaki")
    assert pack.manifest_sha256 == packed(call).manifest_sha256, "made twice, the same"
    assert changed_since(pack, call) == []


@pytest.mark.parametrize("name", sorted(FILES - {"manifest.json"}))
def test_a_changed_file_is_noticed(call: list[Event], name: str) -> None:
    files = files_in(packed(call).content)
    assert f"{name} was changed" in opened(zipped(files | {name: files[name] + b" "})).faults
    without = {other: content for other, content in files.items() if other != name}
    assert f"{name} is missing" in opened(zipped(without)).faults


def test_a_changed_added_or_moved_event_is_named(call: list[Event]) -> None:
    files = files_in(packed(call).content)
    lines = files["events.jsonl"].splitlines()

    def faults(*changed: bytes) -> str:
        return "\n".join(opened(zipped(files | {"events.jsonl": b"\n".join(changed)})).faults)

    assert "event 2 was changed or removed" in faults(lines[0], *lines[2:])
    changed = lines[2].replace("役立たず".encode(), "すばらしい".encode())
    assert "event 3 was changed" in faults(*lines[:2], changed, *lines[3:])
    assert "1 lines of events.jsonl were changed or added" in faults(*lines, b"{}")
    assert "another order" in faults(*lines[::-1])
    assert "x.txt is not of this pack" in opened(zipped(files | {"x.txt": b""})).faults


def test_a_record_changed_later_is_noticed_an_addition_is_none(call: list[Event]) -> None:
    pack = opened(packed(call).content)
    other = [
        replace(one, text="すみませんでした。") if one.seq == 2 else one for one in call[:-1]
    ]
    assert changed_since(pack, other) == [
        "event 2 (transcript) was changed in the record",
        "event 14 (call_ended) is no longer in the record",
    ]
    later = replace(call[10], seq=99)
    assert changed_since(pack, [*call, later]) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 no zip",
        zipped({"a.txt": b""}),
        zipped({"manifest.json": b"[]"}),
        zipped({"manifest.json": b'{"format": "other"}'}),
    ],
)
def test_what_is_no_pack_is_told(content: bytes) -> None:
    with pytest.raises(InputError, match="no evidence pack"):
        opened(content)
