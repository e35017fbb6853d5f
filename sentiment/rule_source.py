"""The text of rules files, and the faults found in it, each with file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, TypeVar

from sentiment.toml_lines import Path, TomlLines

__all__ = ["Fault", "Table", "guess", "parsed"]

_T = TypeVar("_T")
_AT = re.compile(r"\(at line (\d+), column \d+\)")
_HEADER = re.compile(r"\s*\[\[?[A-Za-z\"]")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong at one line of one file."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class _Source:
    file: str
    lines: TomlLines
    faults: list[Fault]


@dataclass(slots=True)
class Table:
    """A table of the document. Whoever reads a key of the wrong type gets ``None`` and
    leaves a fault; what nobody has read in the end is an unknown key."""

    _source: _Source
    path: Path
    values: Mapping[str, Any]
    _known: set[str] = field(default_factory=set)

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def fault(self, message: str, *keys: str | int) -> None:
        """Notes what is wrong with the table, or with what is below it."""
        line = self._source.lines.of((*self.path, *keys))
        self._source.faults.append(Fault(self._source.file, line, message))

    def table(self, key: str) -> Table:
        """The table below; empty where there is none."""
        self._known.add(key)
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            self.fault(f"{key} is a table, as in {key} = {{ ... }}", key)
            value = {}
        return Table(self._source, (*self.path, key), value)

    def tables(self, key: str) -> list[Table]:
        """The tables of a list or of an array of tables."""
        self._known.add(key)
        rows = self.values.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.fault(f"{key} is a list of tables", key)
            return []
        return [
            Table(self._source, (*self.path, key, index), row) for index, row in enumerate(rows)
        ]

    def text(self, key: str, *, one_of: Iterable[str] | None = None) -> str | None:
        """A text that is not empty, or one of a few."""
        self._known.add(key)
        value = self.values.get(key)
        if key not in self.values:
            return None
        if not isinstance(value, str) or not value.strip():
            self.fault(f"{key} is a text", key)
            return None
        if one_of is not None and value not in (choices := tuple(one_of)):
            self.fault(f"{key} {value!r} is not known{guess(value, choices)}", key)
            return None
        return value

    def texts(self, key: str, *, one_of: Iterable[str] | None = None) -> tuple[str, ...]:
        """A list of texts with at least one in it; empty where the key is absent."""
        self._known.add(key)
        if key not in self.values:
            return ()
        value = self.values[key]
        if not isinstance(value, list) or not value:
            self.fault(f"{key} is a list of texts, as in {key} = ['...']", key)
            return ()
        found = []
        for index, item in enumerate(value):
            if not isinstance(item, str) or not item.strip():
                self.fault(f"{key} holds texts only", key, index)
            elif one_of is not None and item not in (choices := tuple(one_of)):
                self.fault(f"{key} {item!r} is not known{guess(item, choices)}", key, index)
            else:
                found.append(item)
        return tuple(found)

    def number(self, key: str, *, least: float | None = None) -> float | None:
        self._known.add(key)
        if key not in self.values:
            return None
        value = self.values[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            self.fault(f"{key} is a number", key)
            return None
        if least is not None and value < least:
            self.fault(f"{key} is a number of at least {least:g}", key)
            return None
        return value

    def count(self, key: str) -> int | None:
        """A whole number of at least 1."""
        self._known.add(key)
        if key not in self.values:
            return None
        value = self.values[key]
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self.fault(f"{key} is a whole number of at least 1", key)
            return None
        return value

    def true(self, key: str) -> bool:
        """Whether the key is there; it can only be ``true``."""
        self._known.add(key)
        if key not in self.values:
            return False
        if self.values[key] is not True:
            self.fault(
                f"{key} can only be true; for the opposite write not = {{ {key} = true }}", key
            )
        return True

    def need(self, value: _T | None, key: str) -> _T | None:
        """The same, with a fault where the key is absent."""
        if key not in self.values:
            self.fault(f"{key} is missing")
        return value

    def end(self) -> None:
        """Notes every key that nobody has read."""
        for key in self.values:
            if key not in self._known:
                self.fault(f"{key} is no key here{guess(key, self._known)}", key)


def guess(name: str, known: Iterable[str]) -> str:
    """What was meant, as the end of a sentence."""
    choices = sorted(known)
    close = get_close_matches(name, choices, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; known: {', '.join(choices)}" if len(choices) <= 12 else ""


def parsed(file: str, text: str, faults: list[Fault]) -> Table:
    """The document, without those of its tables that are no TOML."""
    text = text.replace("\r\n", "\n")
    while True:
        try:
            values = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            found = _AT.search(str(error))
            line = int(found.group(1)) if found else text.count("\n") + 1
            faults.append(
                Fault(file, line, f"no valid TOML: {_AT.sub('', str(error)).strip()}")
            )
            text = _without_table(text, line) if found else ""
        else:
            return Table(_Source(file, TomlLines(text), faults), (), values)


def _without_table(text: str, line: int) -> str:
    """The text with blank lines for the table around a line, so that the faults of other
    tables are found too. Always fewer lines that are not blank."""
    rows = text.split("\n")
    headers = [number for number, row in enumerate(rows) if _HEADER.match(row)]
    starts = [number for number in headers if number < line and rows[number].startswith("[[")]
    start = max(starts, default=0)
    end = min((number for number in headers if number >= line), default=len(rows))
    rows[start:end] = [""] * (end - start)
    return "\n".join(rows)
