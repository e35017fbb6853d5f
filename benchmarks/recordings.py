"""Alerts and summaries of the labelled recordings, through ``copilot process``.

    python -m benchmarks.recordings [dev-en-01 ...]

In time: from 1 s before ``earliest_s`` to 2 s after ``by_s`` of the label.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

CALLS = Path(__file__).parent.parent.parent / "shared" / "data" / "calls"
EARLY_S, LATE_S = 1.0, 2.0


def processed(folder: Path, language: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-c", "from copilot.cli import main; main()", "process"]
    options = ["--language", language, "--started-at", "2026-04-01T09:00", "--json"]
    done = subprocess.run(
        [*command, str(folder / "call.wav"), *options],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def main(names: Sequence[str]) -> None:
    caught = expected = found = facts = 0
    for folder in sorted(path.parent for path in CALLS.glob("*/call.json")):
        if names and folder.name not in names:
            continue
        labels = json.loads((folder / "call.json").read_text(encoding="utf-8"))
        events = processed(folder, labels["lang"])
        alerts = [(one["kind"], one["at_s"]) for one in events if one["type"] == "alert"]
        for label in labels["alerts_expected"]:
            first_s, last_s = label["earliest_s"] - EARLY_S, label["by_s"] + LATE_S
            hit = any(
                kind == label["kind"] and first_s <= at_s <= last_s for kind, at_s in alerts
            )
            caught, expected = caught + hit, expected + 1
            if not hit:
                print(f"{folder.name}: MISSED {label['kind']}")
        for kind, at_s in alerts:
            if kind in labels["alerts_forbidden"]:
                print(f"{folder.name}: FALSE {kind} at {at_s:.1f} s")
        fields = json.dumps(events[-1]["fields"], ensure_ascii=False)
        note = (events[-1]["text"] + fields).lower()
        required = labels["summary"]["must_include"]
        present = sum(any(form.lower() in note for form in fact) for fact in required)
        found, facts = found + present, facts + len(required)
        print(f"{folder.name}: facts {present} of {len(required)}", flush=True)
    print(f"alerts in time {caught} of {expected}, facts {found} of {facts}")


if __name__ == "__main__":
    main(sys.argv[1:])
