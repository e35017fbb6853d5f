"""The policy as a file that a company edits: read, checked, and resolved for every type.
``policies/default.toml`` explains it."""

from __future__ import annotations

import hashlib
import logging
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from copilot.errors import ConfigError
from copilot.event_values import HarassmentType
from copilot.policy import STEPS, Policy, Step, StepId, Taker
from sentiment.toml_lines import TomlLines

__all__ = ["PolicyBook", "load_policy"]

log = logging.getLogger(__name__)

DEFAULT = Path(__file__).parent / "policies" / "default.toml"
TYPES: tuple[HarassmentType, ...] = get_args(HarassmentType)
TAKERS: tuple[Taker, ...] = get_args(Taker)

Fault = tuple[tuple[str, ...], str]
"""Path of the key, and what is wrong there."""


def load_policy(path: Path | None = None) -> Policy:
    """The policy of the file, or the one shipped.

    Raises ``ConfigError`` with one line per fault, each with file and line number.
    """
    path = path or DEFAULT
    try:
        content = path.read_bytes()
        source = content.decode()
        tables = tomllib.loads(source)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    faults = list(dict.fromkeys(_faults(tables)))
    if faults:
        lines = TomlLines(source)
        raise ConfigError(*(f"{path}:{lines.of(where)}: {fault}" for where, fault in faults))
    return Policy(
        version=tables["version"],
        sha256=hashlib.sha256(content).hexdigest(),
        steps={kind: _steps(tables, kind) for kind in TYPES},
    )


class PolicyBook:
    """The policy in force, read again when its file is edited. A bad edit changes nothing;
    the log names its places. Raises ``ConfigError`` where not even the first reading
    succeeds."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or DEFAULT
        self._stamp = _stamp(self._path)
        self._policy = load_policy(self._path)

    @property
    def in_force(self) -> Policy:
        """Looks at the file's time and size, which takes microseconds."""
        stamp = _stamp(self._path)
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._policy = load_policy(self._path)
            except ConfigError as error:
                # Places only: what stands there may be the words of a customer.
                places = [fault.partition(": ")[0] for fault in error.faults]
                facts = {"faults": len(places), "places": ", ".join(places[:20])}
                log.error("policy file has faults, the policy before stays", extra=facts)
            else:
                log.info("policy read again", extra={"version": self._policy.version})
        return self._policy


def _stamp(path: Path) -> tuple[int, int] | None:
    """Changes with every edit; a file that is not there has none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _steps(tables: Mapping[str, Any], kind: HarassmentType) -> tuple[Step, ...]:
    own = tables.get("type", {}).get(kind, {})
    left_out = own.get("without", [])
    return tuple(
        _step(step_id, tables["step"][step_id], own.get(step_id, {}))
        for step_id in STEPS
        if step_id not in left_out
    )


def _step(step_id: StepId, usual: Mapping[str, Any], own: Mapping[str, Any]) -> Step:
    """A type's own words replace the usual ones of their language, its ``who`` and ``due``
    the usual as a whole."""
    label, guide, say = (
        usual.get(name, {}) | own.get(name, {}) for name in ("label", "guide", "say")
    )
    return Step(
        id=step_id,
        label=label,
        guide=guide,
        say=say,
        who=frozenset(own.get("who", usual["who"])),
        **own.get("due", usual["due"]),
    )


def _faults(tables: Mapping[str, Any]) -> Iterator[Fault]:
    for name in tables.keys() - {"version", "step", "type"}:
        yield (name,), f"unknown {name!r}; a policy has version, [step.*] and [type.*]"
    if fault := _text(tables.get("version")):
        yield ("version",), f"version {fault}"
    steps, types = tables.get("step", {}), tables.get("type", {})
    if not isinstance(steps, dict) or not isinstance(types, dict):
        yield ("step",), "[step.*] and [type.*] are tables"
        return
    for name in steps.keys() - set(STEPS):
        yield ("step", name), f"unknown step {name!r}; known: {', '.join(STEPS)}"
    for name in STEPS:
        row = steps.get(name)
        if row is None:
            yield ("step",), f"step {name!r} is missing"
            continue
        yield from _step_faults(("step", name), row)
        for key in ("label", "who", "due"):
            if isinstance(row, dict) and key not in row:
                yield ("step", name), f"{key!r} is missing"
    for name, table in types.items():
        yield from _type_faults(name, table)


def _type_faults(name: str, table: object) -> Iterator[Fault]:
    where = ("type", name)
    if name not in TYPES:
        yield where, f"unknown type {name!r}; known: {', '.join(TYPES)}"
    if not isinstance(table, dict):
        yield where, "a type is a table of steps"
        return
    for key, row in table.items():
        if key == "without":
            if not isinstance(row, list) or not all(one in STEPS for one in row):
                yield (*where, key), f"without is a list of {', '.join(STEPS)}"
        elif key not in STEPS:
            yield (*where, key), f"unknown step {key!r}; known: {', '.join(STEPS)}"
        else:
            yield from _step_faults((*where, key), row)


def _step_faults(where: tuple[str, ...], row: object) -> Iterator[Fault]:
    if not isinstance(row, dict):
        yield where, "a step is a table"
        return
    for key, value in row.items():
        check = _CHECKS.get(key)
        if check is None:
            yield (*where, key), f"unknown key {key!r}; known: {', '.join(_CHECKS)}"
        elif fault := check(value):
            yield (*where, key), f"{key} {fault}"


def _text(value: object) -> str | None:
    return None if isinstance(value, str) and value.strip() else "is a text"


def _wording(value: object) -> str | None:
    if isinstance(value, dict) and value and not any(map(_text, value.values())):
        return None
    return "is a text per language, for instance say.ja"


def _takers(value: object) -> str | None:
    if isinstance(value, list) and value and all(one in TAKERS for one in value):
        return None
    return f"is a list of {', '.join(TAKERS)}; people take steps, no machine does"


def _due(value: object) -> str | None:
    known = ("alerts_at_least", "call_at_least_s")
    if not isinstance(value, dict) or not value or value.keys() - set(known):
        return f"has {' or '.join(known)}, or both: either suffices"
    alerts, call_s = (value.get(name, 1) for name in known)
    if not isinstance(alerts, int) or isinstance(alerts, bool) or alerts < 1:
        return "alerts_at_least is a whole number of at least 1"
    if not isinstance(call_s, int | float) or isinstance(call_s, bool) or call_s <= 0:
        return "call_at_least_s is a number of seconds over 0"
    return None


_CHECKS: dict[str, Callable[[object], str | None]] = {
    "label": _wording,
    "guide": _wording,
    "say": _wording,
    "who": _takers,
    "due": _due,
}
