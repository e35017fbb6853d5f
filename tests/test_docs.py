"""Documents that are made from the code have not drifted from it."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_events_page_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location(
        "document_events", ROOT / "tools" / "document_events.py"
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    assert written == module.document(), "run: python tools/document_events.py"


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.name} → {target}")
    assert not broken


def test_both_readmes_have_the_same_parts() -> None:
    def skeleton(name: str) -> list[str]:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        return [
            re.match(r"#+|```\w*|\|", line)[0] for line in lines if re.match(r"#|```|\|", line)
        ]

    assert skeleton("README.md") == skeleton("README.ja.md")
