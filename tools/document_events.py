"""Writes docs/events.md from copilot/events.py; a test fails when it has drifted.

Run: python tools/document_events.py
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import typing
from pathlib import Path

from copilot import events

TARGET = Path(__file__).parent.parent / "docs" / "events.md"

HEAD = """\
# Events

What `/ws/call` and `/ws/live` send, what the archive keeps and `copilot process --json`
prints. Made by `tools/document_events.py` from `copilot/events.py`; the JSON Schema is at
`/api/events.schema.json`.

Every event has `type`, `seq` (rises strictly within a call; gaps are allowed), `call_id` and
`at_s` (media time consumed when it was made, in seconds). Fields with a default may be left
out by a sender; the server always writes them.
"""


def document() -> str:
    """The whole page."""
    parts = [HEAD]
    for cls in typing.get_args(events.Event):
        parts.append(f"## `{typing.get_args(typing.get_type_hints(cls)['type'])[0]}`\n")
        parts.append(_about(cls))
        parts.append(_fields(cls))
    parts.append("# Values inside events\n")
    for _, cls in sorted(inspect.getmembers(events, dataclasses.is_dataclass)):
        if not issubclass(cls, events._Event):
            parts += [f"## {cls.__name__}\n", _about(cls), _fields(cls)]
    return "\n".join(part for part in parts if part)


def _about(cls: type) -> str:
    text = cls.__doc__ or ""
    return "" if text.startswith(f"{cls.__name__}(") else inspect.cleandoc(text) + "\n"


def _fields(cls: type) -> str:
    rows = ["| field | type | default |", "|---|---|---|"]
    for field in dataclasses.fields(cls):
        if field.name in ("seq", "call_id", "at_s", "type") and issubclass(cls, events._Event):
            continue
        missing = field.default is dataclasses.MISSING
        default = "" if missing else f"`{_default(field.default)}`"
        rows.append(f"| `{field.name}` | {_type(str(field.type))} | {default} |")
    return "\n".join(rows) + "\n"


def _default(value: object) -> str:
    return f"{type(value).__name__}()" if dataclasses.is_dataclass(value) else repr(value)


def _type(annotation: str) -> str:
    annotation = re.sub(r"\s+", " ", annotation)
    if match := re.fullmatch(r"Annotated\[(\w+), Field\((.*)\)\]", annotation):
        annotation = f"{match[1]} ({match[2]})"
    return "`" + annotation.replace("|", "\\|") + "`"


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
