"""Whether an evidence pack is as it was made, and whether the record still says the same."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from copilot.errors import InputError
from copilot.events import Event, decode
from copilot.evidence import FORMAT, LOG, MANIFEST, log_of

__all__ = ["Opened", "changed_since", "opened"]

CONTENT_BYTES = 256 * 1024 * 1024
"""Unpacked; a call of a day has a hundredth of it. Somebody else may have made the zip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A pack, and what is wrong with it."""

    call_id: str
    made_at: str
    made_by: str
    manifest_sha256: str
    files: int
    events: tuple[Event, ...]
    """The log, as far as it can be read."""
    faults: tuple[str, ...]
    """What differs from the manifest; empty: nothing does."""


def opened(content: bytes) -> Opened:
    """Raises ``InputError`` where this is no evidence pack at all."""
    files = _unpacked(content)
    try:
        manifest = json.loads(files[MANIFEST])
        if manifest["format"] != FORMAT:
            raise ValueError
        listed = {name: one["sha256"] for name, one in manifest["files"].items()}
        logged = [(one["seq"], one["sha256"]) for one in manifest["events"]]
        call_id, made_at, made_by = (
            str(manifest[name]) for name in ("call_id", "made_at", "made_by")
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        raise InputError(
            "this is no evidence pack: its manifest is missing or broken"
        ) from None
    faults = [f"{name} is missing" for name in listed if name not in files]
    faults += [
        f"{name} is not of this pack"
        for name in files
        if name not in listed and name != MANIFEST
    ]
    faults += [
        f"{name} was changed"
        for name, sha256 in listed.items()
        if name in files and _sha256(files[name]) != sha256
    ]
    lines = files.get(LOG, b"").splitlines()
    faults += _log_faults(lines, logged)
    return Opened(
        call_id=call_id,
        made_at=made_at,
        made_by=made_by,
        manifest_sha256=_sha256(files[MANIFEST]),
        files=len(listed),
        events=tuple(event for line in lines if (event := _decoded(line)) is not None),
        faults=tuple(faults),
    )


def changed_since(pack: Opened, stored: Sequence[Event]) -> list[str]:
    """How the stored events of the call differ now; at least one is given.
    What was added since is no change."""
    by_seq = {event.seq: event for event in log_of(stored)}
    faults = []
    for event in pack.events:
        now = by_seq.get(event.seq)
        if now is None:
            faults.append(f"event {event.seq} ({event.type}) is no longer in the record")
        elif now != event:
            faults.append(f"event {event.seq} ({event.type}) was changed in the record")
    return faults


def _unpacked(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            if sum(info.file_size for info in infos) > CONTENT_BYTES:
                raise InputError("this is no evidence pack: it is too large")
            return {info.filename: archive.read(info) for info in infos}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise InputError("this is no evidence pack: it cannot be unpacked") from None


def _log_faults(lines: Sequence[bytes], logged: Sequence[tuple[Any, Any]]) -> list[str]:
    known = {sha256: seq for seq, sha256 in logged}
    found = {_sha256(line) for line in lines}
    faults = [
        f"event {seq} was changed or removed"
        for sha256, seq in known.items()
        if sha256 not in found
    ]
    added = len(found - known.keys())
    if added:
        faults.append(f"{added} lines of {LOG} were changed or added")
    elif not faults and [known[_sha256(line)] for line in lines] != [seq for seq, _ in logged]:
        faults.append(f"the lines of {LOG} stand in another order")
    return faults


def _decoded(line: bytes) -> Event | None:
    try:
        return decode(line)
    except ValidationError:
        return None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
