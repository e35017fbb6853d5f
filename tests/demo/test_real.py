"""The samples through the real recogniser, sentiment and summary."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from copilot import events
from copilot.config import Config
from copilot.process import Options, process_recordings
from copilot.samples import Script, sample_calls
from copilot.score import word_error
from copilot.serving import serve_demo

pytestmark = pytest.mark.model
SAMPLES = sample_calls()


def config(models_dir: Path, data_dir: Path) -> Config:
    (data_dir / "models").symlink_to((models_dir / "models").resolve())
    return Config(data_dir=data_dir, port=0, log_level="error")


@pytest.mark.parametrize("script", SAMPLES, ids=[script.id for script in SAMPLES])
async def test_a_sample_is_heard_and_understood_as_labelled(
    script: Script, models_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = await process_recordings(
        config(models_dir, tmp_path),
        script.audio,
        Options(
            language=script.language,
            started_at=datetime(2026, 4, 1, 9, tzinfo=UTC),
            as_json=True,
        ),
        out=Console(),
        err=Console(file=StringIO()),
    )
    assert failed == 0
    seen = [events.decode(line) for line in capsys.readouterr().out.splitlines()]
    finals = [one for one in seen if isinstance(one, events.Transcript) and one.final]
    heard = " ".join(final.text for final in sorted(finals, key=lambda final: final.start_s))
    spoken = " ".join(turn.text for turn in script.turns)
    assert word_error(spoken, heard, script.language) < 0.12

    alerts = {one.kind for one in seen if isinstance(one, events.Alert)}
    assert script.alerts_expected <= alerts
    assert not alerts & script.alerts_forbidden

    summary = seen[-1]
    assert isinstance(summary, events.Summary)
    labels = json.loads(script.audio.with_name("call.json").read_text(encoding="utf-8"))
    assert summary.fields.resolution in labels["summary"]["resolution_accepted"]


async def test_the_demo_shows_words_alert_and_summary_of_both_calls(
    models_dir: Path, tmp_path: Path
) -> None:
    console = Console(file=StringIO(), width=80)
    status = await serve_demo(config(models_dir, tmp_path), once=True, console=console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert status == 0, shown
    for expected in ("/operator#code=", "/supervisor#code=", "sample-ja", "sample-en"):
        assert expected in shown
