"""The rules in force, re-read when their file is edited. A bad edit changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from copilot.errors import ConfigError
from sentiment.rule_source import Fault
from sentiment.rules import DEFAULT, Rules, parse_rules, read_sources, rules_files

__all__ = ["RuleBook", "RuleSet"]

_Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Rules as they were read together."""

    rules: Rules
    path: str
    """File or folder."""
    texts: Mapping[str, str]
    """What the files said, by their names."""
    loaded_at: str
    """UTC, ISO 8601."""


class RuleBook:
    """Of one file or folder; without one, of the rules shipped. Raises ``ConfigError`` with
    every fault where not even the first reading succeeds."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or DEFAULT
        self._stamp = _stamp(self._path)
        self.faults: tuple[Fault, ...] = ()
        """Of the newest edit; while there are any, the rules before it stay in force."""
        in_force, faults = self._read()
        if in_force is None:
            raise ConfigError(*map(str, faults))
        self.in_force: RuleSet = in_force

    @property
    def rules(self) -> Rules:
        return self.in_force.rules

    def refresh(self) -> bool:
        """Reads the files again if they changed, and tells whether they did. Blocking."""
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        newest, self.faults = self._read()
        self.in_force = newest or self.in_force
        return True

    def _read(self) -> tuple[RuleSet | None, tuple[Fault, ...]]:
        try:
            texts = read_sources(self._path)
        except ConfigError as error:
            return None, tuple(Fault(str(self._path), 1, fault) for fault in error.faults)
        rules, faults = parse_rules(texts)
        if faults:
            return None, faults
        loaded_at = datetime.now(UTC).isoformat(timespec="seconds")
        return RuleSet(rules=rules, path=str(self._path), texts=texts, loaded_at=loaded_at), ()


def _stamp(path: Path) -> _Stamp:
    """Changes with every edit; a file that is not there has none."""
    found = []
    for file in rules_files(path):
        try:
            status = file.stat()
        except OSError:
            continue
        found.append((str(file), status.st_mtime_ns, status.st_size))
    return tuple(found)
