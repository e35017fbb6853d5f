"""The file that events wait in: ordered, bounded, and there after a crash."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from copilot.errors import StoreUnavailableError
from copilot.spool import Spool
from tests.store.conftest import said


def drain(spool: Spool) -> list[str]:
    texts = []
    while (event := spool.peek()) is not None:
        assert event.type == "transcript"
        texts.append(event.text)
        spool.drop()
    return texts


def test_first_in_first_out(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    assert spool.empty and spool.peek() is None
    for text in ("one", "二", "x" * 10_000, "four\nlines"):
        spool.put(said(1, text))
    assert spool.peek() == spool.peek() == said(1, "one")
    assert drain(spool) == ["one", "二", "x" * 10_000, "four\nlines"]
    assert spool.empty
    assert (tmp_path / "events-0.jsonl").stat().st_size == 0
    spool.close()


def test_what_waited_is_there_after_a_crash(tmp_path: Path) -> None:
    crashed = Spool(tmp_path)
    for number in (1, 2):
        crashed.put(said(number, str(number)))
    crashed.close()
    with (tmp_path / "events-0.jsonl").open("a") as file:
        file.write('{"seq":0,"call_id":"cut sho')
    spool = Spool(tmp_path)
    spool.put(said(3, "3"))
    assert drain(spool) == ["1", "2", "3"]
    spool.close()


def test_file_that_holds_only_a_torn_line_is_empty(tmp_path: Path) -> None:
    (tmp_path / "events-0.jsonl").write_text("x" * 9000)
    spool = Spool(tmp_path)
    assert spool.empty
    spool.close()


def test_unreadable_line_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "events-0.jsonl").write_text('nonsense\n{"type":"hologram"}\n')
    spool = Spool(tmp_path)
    spool.put(said(1, "kept"))
    assert drain(spool) == ["kept"]
    spool.close()


def test_full_spool_refuses(tmp_path: Path) -> None:
    spool = Spool(tmp_path, limit_bytes=1000)
    spool.put(said(1, "one"))
    with pytest.raises(StoreUnavailableError, match="full"):
        spool.put(said(2, "x" * 1000))
    assert drain(spool) == ["one"]
    spool.put(said(3, "x" * 500))
    assert drain(spool) == ["x" * 500]
    spool.close()


def test_full_disk_refuses_and_leaves_no_torn_event(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.put(said(1, "one"))
    free_bytes = (tmp_path / "events-0.jsonl").stat().st_size + 50
    _, hard_bytes = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (free_bytes, hard_bytes))
    try:
        with pytest.raises(StoreUnavailableError, match="full"):
            spool.put(said(2, "two"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard_bytes, hard_bytes))
    spool.put(said(3, "3"))
    assert drain(spool) == ["one", "3"]
    spool.close()


def test_second_process_has_its_own_file(tmp_path: Path) -> None:
    first, second = Spool(tmp_path), Spool(tmp_path)
    first.put(said(1, "first"))
    second.put(said(2, "second"))
    assert drain(second) == ["second"]
    assert drain(first) == ["first"]
    first.close()
    second.close()
