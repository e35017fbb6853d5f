"""Options that several commands share, worded once."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from copilot.errors import InputError
from copilot.languages import primary_language
from copilot.times import utc

__all__ = [
    "AsJson",
    "ConfigFile",
    "DataDir",
    "Hotwords",
    "Language",
    "Meeting",
    "Results",
    "Save",
    "Server",
    "Since",
    "StartedAt",
    "Token",
    "Until",
    "hotwords_in",
]

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="TOML file; default: ./copilot.toml.")
]
DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Folder of everything that is stored.")
]


def _moment(moment: str | None) -> str | None:
    try:
        return moment and utc(moment)
    except InputError as error:
        raise typer.BadParameter(f"{error}; for instance 2026-04-01") from None


Since = Annotated[
    str | None,
    typer.Option(
        help="First day of stored calls, ISO date or time; UTC without a zone.",
        callback=_moment,
    ),
]
Until = Annotated[
    str | None, typer.Option(help="Day after the last, likewise.", callback=_moment)
]


def _language(tag: str) -> str:
    try:
        return primary_language(tag)
    except InputError as error:
        raise typer.BadParameter(str(error)) from None


Language = Annotated[
    str, typer.Option(help="ja, en, another language tag, or auto.", callback=_language)
]


def hotwords_in(text: str) -> list[str]:
    return [word.strip() for word in re.split("[,、]", text) if word.strip()]


Hotwords = Annotated[
    str, typer.Option(help="Names and numbers to be heard right, between commas.")
]
StartedAt = Annotated[
    datetime | None,
    typer.Option(
        help='When the call was, for instance 2026-04-01T09:30: what "tomorrow" counts from.',
        metavar="TIME",
        formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"],
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON lines on stdout, for machines.")]
Results = Annotated[
    Path | None,
    typer.Option(
        "--out",
        help="Folder for a JSON file a recording; the same command again goes on.",
        file_okay=False,
    ),
]
Meeting = Annotated[
    bool, typer.Option("--meeting", help="These are meetings: decisions and next actions.")
]
Save = Annotated[bool, typer.Option("--save", help="Store the call in the archive.")]
Server = Annotated[str, typer.Option(help="Address of a running server.")]
Token = Annotated[str, typer.Option(envvar="COPILOT_TOKEN", help="Token of the role.")]
