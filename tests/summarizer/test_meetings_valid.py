"""The development meetings are well formed and agree with their own words."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).with_name("meetings")
MEETINGS: list[dict[str, Any]] = [
    json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))
]


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def test_both_languages_are_there() -> None:
    assert sorted(meeting["lang"] for meeting in MEETINGS) == ["en"] * 3 + ["ja"] * 3


@pytest.mark.parametrize("meeting", MEETINGS, ids=lambda meeting: meeting["id"])
def test_labels_agree_with_what_was_said(meeting: dict[str, Any]) -> None:
    assert {turn["speaker"] for turn in meeting["turns"]} == {"unknown"}
    assert [turn["i"] for turn in meeting["turns"]] == list(range(len(meeting["turns"])))
    said = fold("\n".join(turn["text"] for turn in meeting["turns"]))
    tasks = meeting["next_actions"]
    labels = meeting["decisions"] + meeting["not_decided"]
    labels += [task[part] for task in tasks for part in ("owner", "what")]
    labels += [task["due"] for task in tasks if task["due"] is not None]
    for label in labels:
        assert any(fold(variant) in said for variant in label), label
    assert all(task["due_optional"] for task in tasks if task["due"] is None)


@pytest.mark.parametrize("meeting", MEETINGS, ids=lambda meeting: meeting["id"])
def test_what_was_taken_back_is_no_part_of_what_holds(meeting: dict[str, Any]) -> None:
    holds = meeting["decisions"] + [task["due"] or [] for task in meeting["next_actions"]]
    for text in meeting["superseded"]:
        assert not [
            variant for fact in holds for variant in fact if fold(text) in fold(variant)
        ]
