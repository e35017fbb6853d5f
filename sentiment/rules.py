"""Alert rules as data: read, checked, and compiled. ``rules/default.toml`` explains them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_args

from copilot.errors import ConfigError
from copilot.event_values import HarassmentType
from copilot.events import AlertKind, Severity, Speaker
from sentiment.conditions import CONDITIONS, Condition, Intent, Missing, Said
from sentiment.encoder import plain

DEFAULT = Path(__file__).parent / "rules" / "default.toml"

_KEYS = frozenset(
    [
        "id",
        "kind",
        "harassment_type",
        "speaker",
        "condition",
        "phrases",
        "do_not_fire",
        "cool_down_s",
        "cap_per_call",
        "severity",
        "message",
        "suggested_step",
    ]
)
_REQUIRED = ("id", "kind", "speaker", "condition", "severity", "message")
_CLAUSE_END = re.compile(r"[.!?。;]+\s*|,? \bbut\b |(?:けど|けれども?|が)、")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Wordings to look for, those of all languages at once: calls mix them."""

    wanted: re.Pattern[str] | None
    unwanted: re.Pattern[str] | None

    def clause_in(self, text: str) -> str | None:
        """The first clause that has a wanted phrase and no unwanted one."""
        if self.wanted is None:
            return None
        for clause in _CLAUSE_END.split(plain(text).lower()):
            if self.wanted.search(clause) and not self.excused(clause):
                return clause
        return None

    def said_in(self, text: str) -> bool:
        return self.clause_in(text) is not None

    def excused(self, text: str) -> bool:
        """Whether the text has a do-not-fire phrase."""
        return bool(self.unwanted and self.unwanted.search(plain(text).lower()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    id: str
    kind: AlertKind
    harassment_type: HarassmentType | None
    speakers: frozenset[Speaker]
    condition: Condition
    phrases: Phrases
    cool_down_s: float
    cap_per_call: int
    severity: Severity
    message: Mapping[str, str]
    """By language; ``en`` is always there."""
    suggested_step: Mapping[str, str]


Rules = tuple[Rule, ...]


def load_rules(path: Path | None = None) -> Rules:
    """Rules of the file, or those shipped.

    Raises ``ConfigError`` with one line per fault, each with file and line number.
    """
    path = path or DEFAULT
    try:
        source = path.read_text(encoding="utf-8")
        tables = tomllib.loads(source)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    rows = tables.get("rule", [])
    faults = _Faults(path, source)
    for name in tables.keys() - {"rule"}:
        faults.add(None, name, f"unknown table {name!r}; rules are [[rule]]")
    if not isinstance(rows, list) or not rows:
        raise ConfigError(*faults.lines, f"{path}: no [[rule]] in it")
    seen: set[str] = set()
    for index, row in enumerate(rows):
        for key, fault in _faults_of(row, seen):
            faults.add(index, key, fault)
        seen.add(str(row.get("id")))
    if faults.lines:
        raise ConfigError(*faults.lines)
    return tuple(_rule(row) for row in rows)


def _rule(row: Mapping[str, Any]) -> Rule:
    return Rule(
        id=row["id"],
        kind=row["kind"],
        harassment_type=row.get("harassment_type"),
        speakers=frozenset(row["speaker"]),
        condition=CONDITIONS[row["kind"]](**row["condition"]),
        phrases=Phrases(
            wanted=_compiled(row.get("phrases", {})),
            unwanted=_compiled(row.get("do_not_fire", {})),
        ),
        cool_down_s=row.get("cool_down_s", 0),
        cap_per_call=row.get("cap_per_call", 1),
        severity=row["severity"],
        message=row["message"],
        suggested_step=row.get("suggested_step", {}),
    )


def _compiled(by_language: Mapping[str, list[str]]) -> re.Pattern[str] | None:
    expressions = [expression for group in by_language.values() for expression in group]
    return re.compile("|".join(f"(?:{e})" for e in expressions)) if expressions else None


class _Faults:
    """Collects faults, and finds the line of a key of the n-th rule."""

    def __init__(self, path: Path, source: str) -> None:
        self.lines: list[str] = []
        self._path = path
        self._source = source.splitlines()
        self._starts = [
            number for number, line in enumerate(self._source) if line.strip() == "[[rule]]"
        ]

    def add(self, index: int | None, key: str, fault: str) -> None:
        self.lines.append(f"{self._path}:{self._line(index, key)}: {fault}")

    def _line(self, index: int | None, key: str) -> int:
        start = self._starts[index] if index is not None and index < len(self._starts) else 0
        later = [s for s in self._starts if s > start] if index is not None else []
        end = min(later, default=len(self._source))
        for number in range(start, end):
            if re.match(rf"\s*\[*{re.escape(key)}\s*[=.\]]", self._source[number]):
                return number + 1
        return start + 1


def _faults_of(row: Mapping[str, Any], seen: set[str]) -> Iterator[tuple[str, str]]:
    """Key and fault, for each fault of one rule."""
    for key in sorted(row.keys() - _KEYS):
        yield key, f"unknown key {key!r}"
    for key in _REQUIRED:
        if key not in row:
            yield key, f"{key!r} is missing"
    for key, check in _CHECKS.items():
        if key in row and (fault := check(row[key])):
            yield key, fault
    if row.get("id") in seen:
        yield "id", f"id {row['id']!r} is used twice"
    condition = CONDITIONS.get(row.get("kind", ""))
    if condition is None:
        return
    for fault in _condition_faults(condition, row.get("condition", {})):
        yield "condition", fault
    if condition in (Said, Missing, Intent) and not row.get("phrases"):
        yield "phrases", f"a {row['kind']} rule needs phrases"


def _condition_faults(condition: type[Condition], given: object) -> Iterator[str]:
    if not isinstance(given, dict):
        yield "condition is a table of numbers"
        return
    known = {field.name: field.type for field in fields(condition)}
    for name in sorted(given.keys() - known.keys()):
        yield f"unknown condition {name!r}; known: {', '.join(known) or 'none'}"
    for name, kind in known.items():
        value = given.get(name)
        if value is None:
            yield f"condition {name!r} is missing"
        elif kind == "int" and not _whole(value):
            yield f"condition {name!r} is a whole number of at least 1"
        elif not _number(value):
            yield f"condition {name!r} is a number of at least 0"


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _one_of(choices: tuple[str, ...]) -> Callable[[object], str | None]:
    return lambda value: (
        None if value in choices else f"{value!r} is none of {', '.join(choices)}"
    )


def _text(value: object) -> str | None:
    return None if isinstance(value, str) and value else "is a text"


def _speakers(value: object) -> str | None:
    known = get_args(Speaker)
    if isinstance(value, list) and value and all(one in known for one in value):
        return None
    return f"speaker is a list of {', '.join(known)}"


def _wording(value: object) -> str | None:
    """A text per language."""
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        return "is a text per language, as in message.en"
    return None if "en" in value else "has no English text, the one for other languages"


def _expressions(value: object) -> str | None:
    """A list of regular expressions per language."""
    if not isinstance(value, dict) or not all(isinstance(one, list) for one in value.values()):
        return "is a list of phrases per language, as in phrases.en"
    for expression in (one for group in value.values() for one in group):
        try:
            re.compile(expression)
        except (re.error, TypeError) as error:
            return f"{expression!r} is no regular expression: {error}"
    return None


_CHECKS: dict[str, Callable[[object], str | None]] = {
    "id": _text,
    "kind": _one_of(tuple(CONDITIONS)),
    "harassment_type": _one_of(get_args(HarassmentType)),
    "speaker": _speakers,
    "phrases": _expressions,
    "do_not_fire": _expressions,
    "cool_down_s": lambda value: None if _number(value) else "is a number of seconds",
    "cap_per_call": lambda value: None if _whole(value) else "is a whole number of at least 1",
    "severity": _one_of(get_args(Severity)),
    "message": _wording,
    "suggested_step": _wording,
}
