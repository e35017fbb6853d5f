"""A file is there whole, or as it was."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from copilot.errors import InputError
from copilot.whole_file import whole_file


def test_it_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("old")
    with whole_file(path) as file:
        file.write("new\r\n")
        assert path.read_text() == "old"
    assert path.read_bytes() == b"new\r\n"
    assert list(tmp_path.iterdir()) == [path]


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    with pytest.raises(KeyboardInterrupt), whole_file(path) as file:
        file.write("half")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with whole_file(tmp_path / "link") as file:
        file.write("text")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "text"


@pytest.mark.parametrize(("mode", "after"), [(None, 0o600), (0o640, 0o640)])
def test_who_may_read_it_stays_or_is_told(tmp_path: Path, mode: int | None, after: int) -> None:
    path = tmp_path / "calls.csv"
    path.touch(0o600)
    with whole_file(path, mode=mode) as file:
        file.write("text")
    assert path.stat().st_mode & 0o777 == after


def test_a_name_of_full_length_has_room(tmp_path: Path) -> None:
    path = tmp_path / ("通" * 85)  # 255 bytes
    with whole_file(path) as file:
        file.write("text")
    assert path.read_text() == "text"


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    found: list[str] = []
    reader = threading.Thread(target=lambda: found.append(path.read_text()))
    reader.start()
    with whole_file(path) as file:
        file.write("text")
    reader.join()
    assert found == ["text"] and path.is_fifo()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"), whole_file(tmp_path / "no" / "file"):
        pass
