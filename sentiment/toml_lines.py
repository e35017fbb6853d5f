"""Where each key of a TOML document stands. ``tomllib`` reads values but forgets lines."""

from __future__ import annotations

import re
from bisect import bisect_right

__all__ = ["Path", "TomlLines"]

Path = tuple[str | int, ...]
"""Keys from the top; a number counts in a list or in an array of tables."""

_BLANK = re.compile(r"(?:\s|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")'
    r"|'''.*?'{3,5}(?!')"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]+")
_DOT = re.compile(r"[ \t]*\.[ \t]*")


class TomlLines:
    """Of a document that ``tomllib`` has accepted."""

    def __init__(self, source: str) -> None:
        self._source = source.replace("\r\n", "\n")
        self._breaks = [at for at, character in enumerate(self._source) if character == "\n"]
        self._at = 0
        self._lines: dict[Path, int] = {(): 1}
        self._tables: dict[Path, int] = {}
        """Of each array of tables, how many there are so far."""
        self._read()

    def of(self, path: Path) -> int:
        """Line, from 1, of the key, or of the nearest one above it that is written."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def _read(self) -> None:
        table: Path = ()
        self._skip()
        while self._at < len(self._source):
            if self._source.startswith("[[", self._at):
                table = self._header("[[", "]]")
            elif self._source[self._at] == "[":
                table = self._header("[", "]")
            else:
                self._pair(table)
            self._skip()

    def _header(self, opening: str, closing: str) -> Path:
        start = self._at
        self._at += len(opening)
        self._skip()
        path: Path = ()
        keys = self._keys()
        for position, key in enumerate(keys):
            path = (*path, key)
            if opening == "[[" and position == len(keys) - 1:
                self._tables[path] = self._tables.get(path, 0) + 1
            if path in self._tables:
                path = (*path, self._tables[path] - 1)
            self._lines.setdefault(path, self._line(start))
        self._skip()
        self._at += len(closing)
        return path

    def _pair(self, table: Path) -> None:
        start = self._at
        path = table
        for key in self._keys():
            path = (*path, key)
            self._lines.setdefault(path, self._line(start))
        self._skip()
        self._at += 1  # the sign of equality
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip()
        first = self._source[self._at]
        if first in "[{":
            self._at += 1
            self._items(path, "]" if first == "[" else "}")
        elif string := _STRING.match(self._source, self._at):
            self._at = string.end()
        elif scalar := _SCALAR.match(self._source, self._at):
            self._at = scalar.end()

    def _items(self, path: Path, closing: str) -> None:
        count = 0
        self._skip()
        while self._source[self._at] != closing:
            if closing == "}":
                self._pair(path)
            else:
                self._lines[(*path, count)] = self._line(self._at)
                self._value((*path, count))
                count += 1
            self._skip()
            if self._source[self._at] == ",":
                self._at += 1
                self._skip()
        self._at += 1

    def _keys(self) -> list[str]:
        """The parts of a dotted key."""
        keys = []
        while True:
            if bare := _BARE_KEY.match(self._source, self._at):
                keys.append(bare.group())
                self._at = bare.end()
            elif quoted := _STRING.match(self._source, self._at):
                keys.append(quoted.group()[1:-1])
                self._at = quoted.end()
            if not (dot := _DOT.match(self._source, self._at)):
                return keys
            self._at = dot.end()

    def _skip(self) -> None:
        blank = _BLANK.match(self._source, self._at)
        assert blank is not None, "the pattern matches nothing, too"
        self._at = blank.end()

    def _line(self, at: int) -> int:
        return bisect_right(self._breaks, at - 1) + 1 if at else 1
