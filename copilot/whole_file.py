"""A file that is there whole, or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from copilot.errors import InputError

__all__ = ["whole_file"]


@contextmanager
def whole_file(path: Path, *, mode: int | None = None) -> Iterator[TextIO]:
    """Writes beside the file, and takes its place in one step when all is on the disk. On an
    error, or when the process is killed, what stood there before stands there still. A pipe
    or a device is written to as it is.

    ``mode``: who may read it; left out, who might read the file before. Raises ``InputError``
    for a file that cannot be written.
    """
    try:
        target = path.resolve()
        there = target.stat() if target.exists() else None
        if there is not None and not stat.S_ISREG(there.st_mode):
            with target.open("w", encoding="utf-8", newline="") as file:
                yield file
            return
        if mode is None and there is not None:
            mode = stat.S_IMODE(there.st_mode)
        temporary = target.with_name(f".{secrets.token_hex(8)}.part")
        try:
            with temporary.open("x", encoding="utf-8", newline="") as file:
                if mode is not None:
                    os.fchmod(file.fileno(), mode)
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _keep_name(target.parent)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None


def _keep_name(folder: Path) -> None:
    """On the disk, too, where the file system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
