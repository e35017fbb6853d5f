"""The centre's list of disposition codes (TOML): codes, titles, and examples of calls.

::

    required = true                  # nothing is approved without a code

    [[disposition]]
    code = "double_charge"
    title = { en = "Charged twice", ja = "二重請求" }
    examples = ["I was charged twice for one order", "同じ請求が二回来ています"]
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from copilot.errors import ConfigError
from sentiment.toml_lines import TomlLines

__all__ = ["DispositionList", "load_dispositions"]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    code: Annotated[str, Field(min_length=1, max_length=80)]
    title: dict[str, str] = {}
    examples: Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=2)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    required: bool = False
    disposition: Annotated[list[_Entry], Field(min_length=2)]


@dataclass(frozen=True, slots=True, kw_only=True)
class DispositionList:
    """The codes a call may be closed with. Empty: the centre has no list."""

    examples: dict[str, tuple[str, ...]]
    """Of each code, in the order of the file."""
    titles: dict[str, dict[str, str]]
    """Of each code by language; a page shows the code where there is none."""
    required: bool = False
    """Whether a summary needs a code to be approved."""


def load_dispositions(path: Path | None) -> DispositionList:
    """The list of the file. Raises ``ConfigError`` with one line per fault, each with file
    and line number."""
    if path is None:
        return DispositionList(examples={}, titles={})
    try:
        source = path.read_text(encoding="utf-8")
        tables = tomllib.loads(source)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    lines = TomlLines(source)
    try:
        file = _File.model_validate(tables)
    except ValidationError as error:
        raise ConfigError(
            *(
                f"{path}:{lines.of(fault['loc'])}: "
                f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
                for fault in error.errors()
            )
        ) from None
    seen: set[str] = set()
    for place, entry in enumerate(file.disposition):
        if entry.code in seen:
            line = lines.of(("disposition", place, "code"))
            raise ConfigError(f"{path}:{line}: the code {entry.code!r} stands there twice")
        seen.add(entry.code)
    return DispositionList(
        examples={entry.code: tuple(entry.examples) for entry in file.disposition},
        titles={entry.code: entry.title for entry in file.disposition},
        required=file.required,
    )
