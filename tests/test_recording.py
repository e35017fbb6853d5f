"""Recordings on disk: what was heard comes back, to one reader, and to its owner only."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from audio.decode import AudioFormat, Decoder
from copilot import recording
from copilot.errors import ConflictError, StoreUnavailableError
from copilot.events import CallStarted
from copilot.recording import RecordedCall, Recorder, recording_path
from copilot.signals import SAMPLE_RATE_HZ, AudioChunk
from scripted import silence, tone

STARTED = CallStarted(
    call_id="c-1",
    at_s=0.0,
    started_at="2026-04-01T00:00:00+00:00",
    agent_id="mori",
    customer_id="お客様",
)


def feed(recorder: Recorder, customer: np.ndarray, agent: np.ndarray, start_s: float = 0.0):
    recorder.feed(AudioChunk(speaker="customer", start_s=start_s, samples=customer))
    recorder.feed(AudioChunk(speaker="agent", start_s=start_s, samples=agent))


def heard(recorded: RecordedCall) -> np.ndarray:
    """(legs, n)"""
    pieces = [[chunk.samples for chunk in chunks] for chunks in recorded.chunks()]
    return np.concatenate(pieces, axis=1)


def only(folder: Path) -> RecordedCall:
    (recorded,) = RecordedCall.waiting(folder)
    return recorded


def test_what_was_heard_comes_back(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, STARTED, ["Contoso"])
    feed(recorder, tone(1.0), silence(1.0))
    feed(recorder, silence(0.55), tone(0.55), start_s=1.0)
    recorder.close()
    recorded = only(tmp_path)
    assert (recorded.started, recorded.hotwords) == (STARTED, ("Contoso",))
    assert recorded.duration_s == recorder.consumed_s == 1.55
    legs = heard(recorded)
    wanted = np.stack(
        [np.concatenate([tone(1.0), silence(0.55)]), np.concatenate([silence(1.0), tone(0.55)])]
    )
    assert np.abs(legs - wanted).max() < 1e-4
    recorded.delete()
    assert list(tmp_path.iterdir()) == []


def test_only_its_owner_may_read_it_and_its_name_tells_nothing(tmp_path: Path) -> None:
    Recorder(tmp_path / "recordings", STARTED)
    path = recording_path(tmp_path / "recordings", STARTED.call_id)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert "c-1" not in path.name


def test_nobody_hears_a_recording_that_somebody_else_has(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, STARTED)
    assert list(RecordedCall.waiting(tmp_path)) == []
    recorder.close()
    first = only(tmp_path)
    assert list(RecordedCall.waiting(tmp_path)) == []
    first.close()
    only(tmp_path).close()


def test_a_call_is_recorded_once(tmp_path: Path) -> None:
    Recorder(tmp_path, STARTED).close()
    with pytest.raises(ConflictError, match="needs a new call_id"):
        Recorder(tmp_path, STARTED)


def test_a_recording_that_was_cut_off_gives_what_it_holds(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, STARTED)
    feed(recorder, tone(1.0), tone(1.0))
    recorder.close()
    path = recording_path(tmp_path, STARTED.call_id)
    os.truncate(path, path.stat().st_size - 3)
    recorded = only(tmp_path)
    assert heard(recorded).shape == (2, SAMPLE_RATE_HZ - 1)
    recorded.close()


@pytest.mark.parametrize("content", [b"", b"{}\n", b"\xff\xfe" * 50, b'{"started": 3}\n'])
def test_a_file_that_is_no_recording_is_set_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "torn.call").write_bytes(content)
    assert list(RecordedCall.waiting(tmp_path)) == []
    assert (tmp_path / "torn.unreadable").exists()


def test_without_room_no_recording_begins(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(recording.shutil, "disk_usage", lambda _: SimpleNamespace(free=10))
    with pytest.raises(StoreUnavailableError, match="too full"):
        Recorder(tmp_path, STARTED)
    assert list(tmp_path.iterdir()) == []


def test_what_the_disk_does_not_take_is_a_gap_of_silence(tmp_path: Path, monkeypatch) -> None:
    recorder = Recorder(tmp_path, STARTED)
    feed(recorder, tone(1.0), tone(1.0))
    with monkeypatch.context() as full:
        full.setattr(recording.os, "pwrite", lambda *_: 0)
        with pytest.raises(StoreUnavailableError, match="takes no more"):
            feed(recorder, tone(1.0), tone(1.0), start_s=1.0)
    feed(recorder, tone(1.0), tone(1.0), start_s=2.0)
    recorder.close()
    recorded = only(tmp_path)
    loud = np.abs(heard(recorded)[0]).reshape(3, -1).max(axis=1) > 0.1
    assert loud.tolist() == [True, False, True]
    recorded.close()


def test_a_recording_is_bounded(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(recording, "CALL_S", 1.0)
    recorder = Recorder(tmp_path, STARTED)
    feed(recorder, tone(1.0), tone(1.0))
    with pytest.raises(StoreUnavailableError, match="as long as one may be"):
        feed(recorder, tone(1.0), tone(1.0), start_s=1.0)
    recorder.close()


def test_a_decoder_feeds_it(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, STARTED)
    decoder = Decoder(AudioFormat("mulaw", 8000, STARTED.channels))
    for chunk in [*decoder.feed(b"\x7f" * 8000), *decoder.flush()]:
        recorder.feed(chunk)
    recorder.close()
    recorded = only(tmp_path)
    assert recorded.duration_s == pytest.approx(0.5, abs=0.01)
    recorded.close()
