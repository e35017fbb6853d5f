"""Calls on disk that are transcribed when they are over.

A recording is a file of its own: one line of JSON that tells of the call, then interleaved
little-endian int16 at 16 kHz. It holds what was said, so only its owner may read it, and it
is deleted as soon as its words are in the record. Whoever writes or transcribes it holds a
lock on it, which ends with the process: an unlocked recording is one that waits.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from pydantic import ValidationError

from copilot.errors import ConflictError, StoreUnavailableError
from copilot.events import CallStarted, Transcript, decode, encode
from copilot.signals import (
    SAMPLE_RATE_HZ,
    AudioChunk,
    Hypothesis,
    RecognitionRequest,
    Samples,
)

__all__ = ["RecordedCall", "Recorder", "recording_path"]

log = logging.getLogger(__name__)

CALL_S = 4 * 3600.0
"""Of one recording: 0.9 GB. What is said later is left out, and that is told."""
FREE_BYTES = 1024**3
"""Left to everybody else on the disk. Below, recordings get gaps, and that is told."""
LOOK_S = 10.0
"""Between two looks at the disk."""
HEAD_BYTES = 64 * 1024
"""The longest line about a call, and more than any."""
FULL_SCALE = 32767
SAMPLE_BYTES = 2


class Recorder:
    """The ear of a call that is only recorded: it keeps what it hears and asks for no words.

    What cannot be kept becomes a gap that reads as silence: positions stay those of the call.
    """

    def __init__(
        self, folder: Path, started: CallStarted, hotwords: Sequence[str] = ()
    ) -> None:
        """Raises ``StoreUnavailableError`` where there is no room for a recording, and
        ``ConflictError`` where there is one of the call."""
        self.consumed_s = 0.0
        """Media time heard so far."""
        self.pace_s = 0.0
        self._folder = folder
        self._channels = started.channels
        self._legs: dict[str, Samples] = {}
        self._looked_s = 0.0
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._look_at_disk()
            self._path = recording_path(folder, started.call_id)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            self._head_bytes = os.write(self._descriptor, _head(started, hotwords))
        except FileExistsError:
            raise ConflictError(
                f"call {started.call_id} has ended; a new call needs a new call_id"
            ) from None
        except OSError as error:
            raise StoreUnavailableError(
                f"the call cannot be recorded: {error.strerror}"
            ) from error

    def feed(self, chunk: AudioChunk) -> list[RecognitionRequest]:
        """Keeps the next samples of one leg; asks for nothing.

        Raises ``StoreUnavailableError`` where they are not kept.
        """
        self.consumed_s = max(self.consumed_s, round(chunk.end_s, 3))
        self._legs[chunk.speaker] = chunk.samples
        if len(self._legs) == len(self._channels):
            legs = [self._legs.pop(speaker) for speaker in self._channels]
            self._keep(np.stack(legs, axis=1), chunk.start_s)  # (n, legs)
        return []

    def finish(self) -> list[RecognitionRequest]:
        return []

    def receive(
        self, request: RecognitionRequest, hypothesis: Hypothesis | None
    ) -> list[Transcript]:
        return []

    def close(self) -> None:
        """The recording waits to be transcribed. Not before the record has the call's end."""
        os.close(self._descriptor)

    def discard(self) -> None:
        """The call never began."""
        self._path.unlink()
        self.close()

    def _keep(self, samples: Samples, start_s: float) -> None:
        if self.consumed_s > CALL_S:
            raise StoreUnavailableError("the recording is as long as one may be")
        begin = round(start_s * SAMPLE_RATE_HZ) * samples.shape[1] * SAMPLE_BYTES
        data = np.rint(np.clip(samples, -1.0, 1.0) * FULL_SCALE).astype("<i2").tobytes()
        try:
            if start_s - self._looked_s >= LOOK_S:
                self._look_at_disk()
                self._looked_s = start_s
            kept_bytes = os.pwrite(self._descriptor, data, self._head_bytes + begin)
        except OSError:
            kept_bytes = 0
        if kept_bytes < len(data):
            raise StoreUnavailableError("the disk takes no more of the recording")

    def _look_at_disk(self) -> None:
        if shutil.disk_usage(self._folder).free < FREE_BYTES:
            raise StoreUnavailableError("the disk is too full for recordings")


class RecordedCall:
    """A recording that waits. Whoever has one, has it alone, until ``close`` or ``delete``."""

    def __init__(self, path: Path, descriptor: int) -> None:
        """Raises ``ValueError`` where the file is no recording."""
        self._path = path
        self._descriptor = descriptor
        line, newline, _ = os.pread(descriptor, HEAD_BYTES, 0).partition(b"\n")
        content = json.loads(line)
        started = decode(json.dumps(content["started"]))
        if not newline or not isinstance(started, CallStarted):
            raise ValueError("the first line does not tell of a call")
        self.started = started
        self.hotwords: tuple[str, ...] = tuple(content["hotwords"])
        self._head_bytes = len(line) + 1
        self._frame_bytes = SAMPLE_BYTES * len(started.channels)
        size_bytes = os.fstat(descriptor).st_size - self._head_bytes
        self._frames = size_bytes // self._frame_bytes  # a crash may have cut the last one

    @classmethod
    def waiting(cls, folder: Path) -> Iterator[Self]:
        """The recordings that nobody writes or transcribes, the oldest first."""
        found = sorted(folder.glob("*.call"), key=lambda path: (_changed_s(path), path))
        for path in found:
            if (descriptor := _locked(path)) is None:
                continue
            try:
                recorded = cls(path, descriptor)
            except (ValueError, KeyError, TypeError, ValidationError):
                log.error("a recording cannot be read and is set aside")
                path.rename(path.with_suffix(".unreadable"))
                os.close(descriptor)
            else:
                yield recorded

    @property
    def duration_s(self) -> float:
        return round(self._frames / SAMPLE_RATE_HZ, 3)

    def chunks(self, chunk_s: float = 0.1) -> Iterator[list[AudioChunk]]:
        """The call in pieces of ``chunk_s`` (the last is shorter), all legs in step."""
        step = max(1, round(chunk_s * SAMPLE_RATE_HZ))
        for begin in range(0, self._frames, step):
            frames = min(step, self._frames - begin)
            data = os.pread(
                self._descriptor,
                frames * self._frame_bytes,
                self._head_bytes + begin * self._frame_bytes,
            )
            legs = np.frombuffer(data, "<i2").reshape(-1, len(self.started.channels)).T
            yield [
                AudioChunk(
                    speaker=speaker,
                    start_s=begin / SAMPLE_RATE_HZ,
                    samples=np.divide(samples, FULL_SCALE, dtype=np.float32),
                )
                for speaker, samples in zip(self.started.channels, legs, strict=True)
            ]

    def close(self) -> None:
        """Leaves the recording to wait on."""
        os.close(self._descriptor)

    def delete(self) -> None:
        """Its words are in the record."""
        self._path.unlink()
        os.close(self._descriptor)


def recording_path(folder: Path, call_id: str) -> Path:
    """Where the recording of a call is, if there is one."""
    return folder / f"{hashlib.sha256(call_id.encode()).hexdigest()[:32]}.call"


def _head(started: CallStarted, hotwords: Sequence[str]) -> bytes:
    content = {"started": json.loads(encode(started)), "hotwords": list(hotwords)}
    return json.dumps(content).encode() + b"\n"


def _changed_s(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another process was quicker
        return 0.0


def _locked(path: Path) -> int | None:
    """Descriptor of a file that nobody else holds; ``None`` where somebody does."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    if not os.fstat(descriptor).st_nlink:  # deleted while we waited for the lock
        os.close(descriptor)
        return None
    return descriptor
