"""The mapping file of kintone: field codes of the centre's app, and what stands in them.

::

    [fields]
    "件名" = "title"
    "対応内容" = "note"
    "通話日時" = "started_at"
    "注文番号" = "summary.fields.entities[kind=order_number].value"
    "対応結果" = { path = "summary.fields.resolution", choices = { resolved = "解決" } }
    "区分" = { path = "summary.fields.disposition.code", many = true }

    [tables."フォロー"]
    path = "summary.fields.follow_ups"
    columns = { "内容" = "what", "期日" = "due.date", "担当" = "owner" }

A path names members of the document; one that leads through a list takes all its entries, or
those where a member has a value. Several values become lines, with ``many`` the ticks of a
multiple choice.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from copilot.crm.summary import TOLD
from copilot.errors import ConfigError
from copilot.events import Summary

__all__ = ["Column", "FieldMap", "FieldPath", "Table", "load_field_map"]

_STEP = re.compile(r"(?P<name>[a-z_]+)(?:\[(?P<member>[a-z_]+)=(?P<value>[^\]]+)\])?")


Members = dict[str, "Members"]
"""Names inside a document, and inside each of them."""


@dataclass(frozen=True, slots=True)
class FieldPath:
    """Where a value stands in the document."""

    text: str

    def found(self, document: Any) -> list[Any]:
        """The values there, in order; none where a part of the way is missing or empty."""
        values = [document]
        for part in self.text.split("."):
            values = [value for parent in values for value in _members(parent, part)]
        return [value for value in values if value is not None]

    def leads_into(self, members: Members) -> Members:
        """What the document can have there. Raises ``ValueError`` where it has no such
        member."""
        for part in self.text.split("."):
            step = _STEP.fullmatch(part)
            name = step["name"] if step else part
            if name not in members:
                known = ", ".join(sorted(members)) or "nothing"
                raise ValueError(f"{self.text}: there is no {name}, but {known}")
            members = members[name]
            if step and step["member"] and step["member"] not in members:
                raise ValueError(f"{self.text}: {name} has no {step['member']}")
        return members


def _members(parent: Any, part: str) -> Iterator[Any]:
    step = _STEP.fullmatch(part)
    if step is None or not isinstance(parent, Mapping):
        return
    value = parent.get(step["name"])
    for entry in value if isinstance(value, list) else [value]:
        member = step["member"]
        if not member or (isinstance(entry, Mapping) and entry.get(member) == step["value"]):
            yield entry


def _members_of(kind: Any) -> Members:
    """Names that a type has as JSON, and below them theirs."""
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return {field.name: _members_of(hints[field.name]) for field in fields(kind)}
    # tuple[X, ...] and X | None lead into X.
    below = (_members_of(part) for part in get_args(kind))
    return next((members for members in below if members), {})


_OF_THE_CALL = (
    *("call_id", "started_at", "ended_at", "day", "duration_s", "direction", "agent_id"),
    *("team", "customer_id", "title", "note", "disposition"),
)
_SUMMARY: Members = {name: _members_of(Summary)[name] for name in TOLD} | {"approver": {}}
_DOCUMENT: Members = {name: {} for name in _OF_THE_CALL} | {"summary": _SUMMARY}


def _path(value: object) -> FieldPath:
    if isinstance(value, FieldPath):
        return value
    if not isinstance(value, str) or not all(map(_STEP.fullmatch, value.split("."))):
        raise ValueError('is no path; for instance "summary.fields.headline"')
    return FieldPath(value)


def _column(value: object) -> object:
    return {"path": value} if isinstance(value, str) else value


_Path = Annotated[FieldPath, BeforeValidator(_path)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Column(_Part):
    """What stands in a field."""

    path: _Path
    choices: dict[str, str] = {}
    """The app's words for our values."""
    many: bool = False
    """A field of several choices."""
    characters: Annotated[int, Field(ge=8)] | None = None
    """Most that the field takes."""


_Column = Annotated[Column, BeforeValidator(_column)]


class Table(_Part):
    """A table of the app: a row for each entry of a list."""

    path: _Path
    columns: Annotated[dict[str, _Column], Field(min_length=1)]


class FieldMap(_Part):
    """Columns and tables by field code."""

    fields: Annotated[dict[str, _Column], Field(min_length=1)]
    tables: dict[str, Table] = {}

    @model_validator(mode="after")
    def _leads_somewhere(self) -> FieldMap:
        for column in self.fields.values():
            column.path.leads_into(_DOCUMENT)
        for table in self.tables.values():
            row = table.path.leads_into(_DOCUMENT)
            for column in table.columns.values():
                column.path.leads_into(row)
        return self


def load_field_map(path: Path) -> FieldMap:
    """Raises ``ConfigError`` with a line for every fault."""
    try:
        with path.open("rb") as file:
            return FieldMap.model_validate(tomllib.load(file))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is no valid TOML: {error}") from None
    except ValidationError as error:
        raise ConfigError(*(f"{path}: {_fault(one)}" for one in error.errors())) from None


def _fault(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"])
    message: str = error["msg"].removeprefix("Value error, ")
    return f"{where}: {message}" if where else message
