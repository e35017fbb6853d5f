"""The development calls for summaries are well formed and agree with their own words."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).with_name("calls")
CALLS: list[dict[str, Any]] = [
    json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))
]
OUTCOMES = ("resolved", "callback_promised", "escalated", "unresolved")
ACTS = {"greeting", "identify", "issue", "question", "answer", "apology", "action", "promise"}
ACTS |= {"offer", "escalation_request", "complaint", "threat", "thanks", "closing", "hold"}
ACTS |= {"backchannel", "other"}


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def spoken(call: dict[str, Any]) -> str:
    return fold("\n".join(turn["text"] for turn in call["turns"]))


def test_outcomes_are_even_and_names_are_the_files() -> None:
    assert [call["id"] for call in CALLS] == [
        path.stem for path in sorted(FOLDER.glob("*.json"))
    ]
    counts = Counter((call["lang"], call["summary"]["resolution"]) for call in CALLS)
    assert set(counts) == {(language, one) for language in ("ja", "en") for one in OUTCOMES}
    for language in ("ja", "en"):
        assert len({counts[language, one] for one in OUTCOMES}) == 1


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call["id"])
def test_turns_follow_one_another(call: dict[str, Any]) -> None:
    assert 14 <= len(call["turns"]) <= 40
    ended_s = 0.0
    for place, turn in enumerate(call["turns"]):
        assert turn["i"] == place and turn["act"] in ACTS and turn["text"].strip()
        assert ended_s <= turn["start_s"] < turn["end_s"]
        assert turn["frustration"] in ((None,) if turn["speaker"] == "agent" else range(4))
        ended_s = turn["end_s"]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call["id"])
def test_labels_agree_with_what_was_said(call: dict[str, Any]) -> None:
    label, said = call["summary"], spoken(call)
    assert label["resolution"] in label["resolution_accepted"]
    assert set(label["resolution_accepted"]) <= set(OUTCOMES)
    for fact in label["reason"] + label["must_include"]:
        assert any(fold(variant) in said for variant in fact), fact
    assert not [text for text in label["must_not_include"] if fold(text) in said]
    for task in label["follow_ups"]:
        assert task["owner"] in task["owner_accepted"]
        assert set(task["owner_accepted"]) <= {"agent", "other", "customer"}
        assert any(fold(variant) in said for variant in task["what"]), task
        assert task["due"] is not None or task["due_optional"]
        assert task["due"] is None or any(fold(due) in said for due in task["due"]), task
    for secret in call["pii"]:
        turn = call["turns"][secret["turn"]]
        assert secret["text"] in turn["text"] and secret["speaker"] == turn["speaker"]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call["id"])
def test_what_was_taken_back_is_no_part_of_what_holds(call: dict[str, Any]) -> None:
    label, said = call["summary"], spoken(call)
    tasks = label["follow_ups"]
    holds = label["reason"] + label["must_include"]
    holds += [task["what"] for task in tasks] + [task["due"] or [] for task in tasks]
    for text in label["superseded"]:
        assert not [
            variant for fact in holds for variant in fact if fold(text) in fold(variant)
        ]
    if label["superseded"]:
        assert any(fold(text) in said for text in label["superseded"])
