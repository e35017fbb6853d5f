"""What the events may say has words in both languages, and types for the pages."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from copilot import events
from copilot.auth import ROLES
from copilot.event_values import HarassmentType

ROOT = Path(__file__).parents[2]
WORDS = ROOT / "supervisor_ui" / "i18n"
CODES = {
    "kind": events.AlertKind,
    "support": events.AlertKind,
    "harassment": HarassmentType,
    "severity": events.Severity,
    "speaker": events.Speaker,
    "trend": events.Trend,
    "resolution": events.Resolution,
    "degraded": events.Stage,
    "alert.state": get_type_hints(events.AlertUpdated)["state"],
    "summary.state": get_type_hints(events.Summary)["state"],
    "delivery": get_type_hints(events.Delivery)["state"],
    "owner": get_type_hints(events.FollowUp)["owner"],
}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_code_of_an_event_has_words(language: str) -> None:
    words = json.loads((WORDS / f"{language}.json").read_text(encoding="utf-8"))
    codes = {f"{family}.{code}" for family, union in CODES.items() for code in get_args(union)}
    codes |= {f"role.{role}" for role in ROLES}
    assert codes - words.keys() == set()


def test_the_types_of_the_pages_are_those_of_the_events() -> None:
    made = runpy.run_path(str(ROOT / "tools" / "page_types.py"))
    current = made["PATH"].read_text(encoding="utf-8")
    assert current == made["page_types"](), "run: python tools/page_types.py"
