"""A file of events that wait for Redis to come back.

Only lasting events wait; the next partial replaces one that is lost anyway. The file holds
at most ``limit_bytes``: beyond that ``put`` refuses, so that whoever made the event knows,
and nothing is dropped in silence. It survives the process: the next one goes on with it.
"""

from __future__ import annotations

import fcntl
import logging
import os
from pathlib import Path

from pydantic import ValidationError

from copilot.errors import StoreUnavailableError
from copilot.events import Event, decode, encode

log = logging.getLogger(__name__)

LIMIT_BYTES = 256 * 1024 * 1024
"""About half a million events: a night of a hundred calls."""


class Spool:
    """First in, first out. One process a file: a second process on the folder gets its own,
    and one that starts later takes over what a dead one left."""

    def __init__(self, folder: Path, *, limit_bytes: int = LIMIT_BYTES) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._limit_bytes = limit_bytes
        self._descriptor = _first_unlocked(folder)
        self._size_bytes = _drop_torn_line(self._descriptor)
        self._read_bytes = 0

    @property
    def empty(self) -> bool:
        return self._read_bytes == self._size_bytes

    def put(self, event: Event) -> None:
        """Add at the end. Raises ``StoreUnavailableError`` when full."""
        line = encode(event).encode() + b"\n"
        if self._size_bytes + len(line) > self._limit_bytes:
            raise StoreUnavailableError("Redis is away and the spool on disk is full")
        try:
            written_bytes = os.pwrite(self._descriptor, line, self._size_bytes)
        except OSError as error:
            raise StoreUnavailableError(
                f"Redis is away and the spool cannot be written: {error.strerror}"
            ) from error
        if written_bytes < len(line):
            # The next event is written over the torn one.
            raise StoreUnavailableError("Redis is away and the disk of the spool is full")
        self._size_bytes += len(line)

    def peek(self) -> Event | None:
        """The oldest event, which stays until ``drop``; ``None`` when empty."""
        while not self.empty:
            try:
                return decode(self._line())
            except ValidationError:
                log.error("unreadable line skipped in the spool")
                self.drop()
        return None

    def drop(self) -> None:
        """Forget the oldest event: it is stored."""
        self._read_bytes += len(self._line())
        if self.empty:
            os.ftruncate(self._descriptor, 0)
            self._read_bytes = self._size_bytes = 0

    def close(self) -> None:
        os.close(self._descriptor)

    def _line(self) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            line += os.pread(self._descriptor, 4096, self._read_bytes + len(line))
            line = line[: line.find(b"\n") + 1] or line
        return line


def _first_unlocked(folder: Path) -> int:
    """Descriptor of the first spool file that no living process holds; locked."""
    number = 0
    while True:
        path = folder / f"events-{number}.jsonl"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            os.close(descriptor)
            number += 1


def _drop_torn_line(descriptor: int) -> int:
    """Size without a last line that a crash cut short."""
    size_bytes = os.fstat(descriptor).st_size
    while size_bytes:
        start = max(0, size_bytes - 4096)
        block = os.pread(descriptor, size_bytes - start, start)
        newline = block.rfind(b"\n")
        if newline >= 0:
            size_bytes = start + newline + 1
            break
        size_bytes = start
    os.ftruncate(descriptor, size_bytes)
    return size_bytes
