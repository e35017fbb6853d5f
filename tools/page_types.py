"""Writes the types of all events for the pages: ``supervisor_ui/static/events.d.ts``.

    python tools/page_types.py

The pages' modules name them in JSDoc; an editor or ``tsc`` then checks every use.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from copilot.events import json_schema

PATH = Path(__file__).parent.parent / "supervisor_ui" / "static" / "events.d.ts"
_HEAD = "// Made from copilot/events.py by tools/page_types.py. Do not edit.\n"
_PLAIN = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean"}


def page_types() -> str:
    """The text of the file."""
    schema = json_schema()
    definitions: dict[str, Any] = schema["$defs"]
    parts = [_HEAD]
    for name, definition in sorted(definitions.items()):
        members = "".join(
            f"  {member}: {_type(what)};\n" for member, what in definition["properties"].items()
        )
        parts.append(f"export interface {name} {{\n{members}}}\n")
    events = [one["$ref"].rpartition("/")[2] for one in schema["oneOf"]]
    parts.append("export type Event =\n" + "".join(f"  | {one}\n" for one in events) + ";\n")
    parts.append('export type Speaker = Transcript["speaker"];\n')
    return "\n".join(parts)


def _type(schema: dict[str, Any]) -> str:
    """TypeScript for a schema. The server writes every member, so none is optional."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(_type(one) for one in schema["anyOf"])
    if "const" in schema:
        return f'"{schema["const"]}"'
    if "enum" in schema:
        return " | ".join(f'"{one}"' for one in schema["enum"])
    if schema["type"] == "array":
        inner = _type(schema["items"])
        return f"({inner})[]" if "|" in inner else f"{inner}[]"
    if schema["type"] == "null":
        return "null"
    return _PLAIN[schema["type"]]


if __name__ == "__main__":
    PATH.write_text(page_types(), encoding="utf-8")
