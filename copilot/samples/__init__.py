"""Two sample calls, one Japanese and one English, with their scripts.

Written for this project and spoken by text to speech (``tools/render_samples.py``). Names,
companies and numbers are invented. A script tells what was said, when, how frustrated the
customer's words are, and which alerts should follow.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from copilot.events import AlertKind
from copilot.score import Turn

__all__ = ["DISPOSITIONS", "Script", "read_script", "sample_calls"]

DISPOSITIONS = Path(__file__).parent / "dispositions.toml"
"""Codes that fit the calls: what a centre's own list may look like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A recording and what is true about it."""

    id: str
    language: str
    audio: Path
    """Stereo: left customer, right agent."""
    turns: tuple[Turn, ...]
    alerts_expected: frozenset[AlertKind]
    alerts_forbidden: frozenset[AlertKind]


def sample_calls() -> list[Script]:
    """The calls that the demo plays."""
    here = Path(__file__).parent
    return [read_script(here / language) for language in ("ja", "en")]


def read_script(folder: Path) -> Script:
    """The script in ``folder``: ``call.json`` beside its recording."""
    call = json.loads((folder / "call.json").read_text(encoding="utf-8"))
    return Script(
        id=call["id"],
        language=call["lang"],
        audio=folder / call["audio"]["file"],
        turns=tuple(
            Turn(
                speaker=turn["speaker"],
                text=turn["text"],
                start_s=turn["start_s"],
                end_s=turn["end_s"],
                frustration=turn["frustration"],
                act=turn["act"],
            )
            for turn in call["turns"]
        ),
        alerts_expected=frozenset(alert["kind"] for alert in call["alerts_expected"]),
        alerts_forbidden=frozenset(call["alerts_forbidden"]),
    )
