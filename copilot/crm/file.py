"""Summaries as files in a folder, for CRMs that read a drop folder."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from copilot.crm.summary import CallSummary
from copilot.errors import DeliveryError, InputError
from copilot.export import csv_of, vtt_of
from copilot.whole_file import whole_file

__all__ = ["FileTarget"]

Format = Literal["json", "csv", "vtt"]

_LONGEST_NAME = 180
"""Characters of a file name before its suffix; file systems take 255 bytes."""
_MODE = 0o640
"""The CRM that reads the folder belongs to its group; nobody else may."""


class FileTarget:
    """One file per call and format; a later version replaces it."""

    def __init__(self, name: str, folder: Path, formats: Sequence[Format] = ("json",)) -> None:
        self.name = name
        self._folder = folder
        self._formats = tuple(formats)

    async def deliver(self, summary: CallSummary, key: str) -> str:
        """Path of the first file. A reader never sees a half-written one."""
        return await asyncio.to_thread(self._write, summary)

    async def lacks(self) -> list[str]:
        folder = next(one for one in (self._folder, *self._folder.parents) if one.exists())
        writable = folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
        return [] if writable else [f"{folder} cannot be written"]

    async def close(self) -> None:
        """Nothing is held open."""

    def _write(self, summary: CallSummary) -> str:
        paths = []
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for form in self._formats:
                path = self._folder / f"{_file_name(summary.call_id)}.{form}"
                with whole_file(path, mode=_MODE) as file:
                    file.write(_content(summary, form))
                paths.append(str(path))
        except (OSError, InputError) as error:
            # A full disk or a share that is away comes back; the reason is the system's.
            raise DeliveryError(f"cannot write: {error}", retryable=True) from error
        return paths[0]


def _content(summary: CallSummary, form: Format) -> str:
    match form:
        case "json":
            return json.dumps(summary.document(), ensure_ascii=False, indent=2) + "\n"
        case "csv":
            return csv_of(
                [(summary.started, summary.duration_s, "ended", summary.summary)], bom=True
            )
        case "vtt":
            language = summary.summary.fields.language or summary.started.language
            return vtt_of(summary.transcript, summary.confidential, language)


def _file_name(call_id: str) -> str:
    """A name that no file system misreads, different for different calls."""
    name = quote(call_id, safe="").replace(".", "%2E")
    if len(name) <= _LONGEST_NAME:
        return name
    digest = hashlib.sha256(call_id.encode()).hexdigest()[:32]
    return f"{name[: _LONGEST_NAME - 33]}-{digest}"
