"""The command ``copilot process``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from copilot.command_options import (
    AsJson,
    ConfigFile,
    DataDir,
    Hotwords,
    Language,
    Meeting,
    Results,
    Save,
    StartedAt,
    hotwords_in,
)
from copilot.terminal import configured, err, out, run

__all__ = ["process"]


def process(
    path: Annotated[
        Path, typer.Argument(help="A recording, or a folder of recordings.", exists=True)
    ],
    language: Language = "auto",
    started_at: StartedAt = None,
    hotwords: Hotwords = "",
    results: Results = None,
    meeting: Meeting = False,
    as_json: AsJson = False,
    save: Save = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Send recordings through the whole pipeline, as fast as the machine can.

    A call was when its file was last written, unless --started-at tells.
    """
    settings = configured(config, data_dir=data_dir)
    from copilot.process import Options, process_recordings

    options = Options(
        language=language,
        started_at=started_at,
        hotwords=hotwords_in(hotwords),
        meeting=meeting,
        results=results,
        as_json=as_json,
        save=save,
    )
    failed = run(lambda: process_recordings(settings, path, options, out=out, err=err))
    raise typer.Exit(1 if failed else 0)
