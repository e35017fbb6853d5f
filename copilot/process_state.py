"""What ``copilot process --out`` has finished: a folder of results that knows its sources.

Beside the results stands ``process.jsonl``, one line a finished recording, appended when its
result is whole. A run that was broken off goes on with what has no line; a recording that
changed since, or that other settings are asked for, is done again. A line cut short by a
power failure counts as none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from copilot.config import Config
from copilot.errors import InputError
from copilot.ledger import call_id_of
from copilot.whole_file import whole_file

__all__ = ["Finished", "Results", "settings_of"]

STATE = "process.jsonl"
_INDIFFERENT = frozenset(
    {"host", "port", "data_dir", "redis_url", "database_url", "allowed_origins", "log_level"}
    | {"endpoint_key", "endpoint_partials", "opinion_key", "summary_key", "threads"}
    | {"max_calls", "overload", "resume_s", "alert_budget", "policy_file"}
    | {"targets", "account_owner_webhook", "voice_call_signals"}
)
"""Settings under which a recording becomes the same: of the server, of who is asked how, and
of what is done with the result. All others decide, those too that are yet to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """One line of the state."""

    file: str
    """The recording, as it was named from the folder of recordings."""
    bytes: int
    modified_ns: int
    settings: str
    """Whatever changes the result."""
    call_id: str


def settings_of(config: Config, *asked: object) -> str:
    """A digest of all that decides what a recording becomes: settings, what stands in the
    files they name, and what else was ``asked``."""
    decides = config.model_dump(exclude=set(_INDIFFERENT))
    files = [value for value in decides.values() if isinstance(value, Path)]
    held = [_content(file) for file in files]
    told = repr((sorted(decides.items()), held, asked))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""  # whoever needs it says so


class Results:
    """The folder of results. Raises ``InputError`` where it cannot be read or written."""

    def __init__(self, folder: Path, sources: Path, settings: str) -> None:
        self._folder = folder
        self._sources = sources
        self._settings = settings
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._finished = _read(folder / STATE)
        except OSError as error:
            raise InputError(f"{folder}: {error.strerror}") from None

    def call_ids(self, files: Sequence[Path]) -> dict[Path, str]:
        """A name for the call of each file, the one of an earlier run where there was one;
        none whose result is another file's, though that file may be gone."""
        known = {
            file: finished.call_id
            for file in files
            if (finished := self._finished.get(self._name(file))) is not None
        }
        kept = (one.call_id for one in self._finished.values())
        return call_ids(files, known, filter(lambda name: self._path(name).is_file(), kept))

    def holds(self, file: Path) -> bool:
        """Whether the recording, as it is now, was finished under these settings."""
        finished = self._finished.get(self._name(file))
        if finished is None or not self._path(finished.call_id).is_file():
            return False
        return finished == self._line(file, finished.call_id)

    def write(self, file: Path, call_id: str, document: str) -> None:
        """Keeps the result of a recording: whole, or not at all."""
        path = self._path(call_id)
        line = self._line(file, call_id)
        try:
            with whole_file(path) as out:
                out.write(document)
            with (self._folder / STATE).open("a", encoding="utf-8") as state:
                state.write(json.dumps(asdict(line)) + "\n")
        except (OSError, InputError) as error:
            reason = error if isinstance(error, InputError) else f"{path}: {error.strerror}"
            raise InputError(f"{reason}; mend that and run the same command again") from None
        self._finished[line.file] = line

    def _path(self, call_id: str) -> Path:
        return self._folder / f"{call_id}.json"

    def _name(self, file: Path) -> str:
        if file == self._sources:
            return file.name
        return file.relative_to(self._sources).as_posix()

    def _line(self, file: Path, call_id: str) -> Finished:
        about = file.stat()
        return Finished(
            file=self._name(file),
            bytes=about.st_size,
            modified_ns=about.st_mtime_ns,
            settings=self._settings,
            call_id=call_id,
        )


def call_ids(
    files: Sequence[Path], known: Mapping[Path, str], kept: Iterable[str] = ()
) -> dict[Path, str]:
    """The file's name is its call's; of two files of one name the later gets a number.
    ``known``: of some files, ``kept``: names that no other file may have."""
    taken = {*known.values(), *kept}
    named = dict(known)
    for file in files:
        if file in named:
            continue
        name = call_id_of(file)
        number = 1
        while (call_id := name if number == 1 else f"{name}-{number}") in taken:
            number += 1
        taken.add(call_id)
        named[file] = call_id
    return named


def _read(path: Path) -> dict[str, Finished]:
    finished: dict[str, Finished] = {}
    if not path.exists():
        return finished
    text = path.read_text(encoding="utf-8", errors="replace")
    if text and not text.endswith("\n"):
        with path.open("a", encoding="utf-8") as state:
            state.write("\n")  # so that the next line stands alone
    for line in text.splitlines():
        try:
            one = Finished(**json.loads(line))
        except (ValueError, TypeError):
            continue
        finished[one.file] = one
    return finished
