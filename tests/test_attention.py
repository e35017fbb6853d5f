"""The cases that the live board is held to as well (``supervisor_ui/test``)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copilot.attention import attention
from copilot.events import decode
from copilot.record import CallRecord

TABLE = json.loads(
    (Path(__file__).parents[1] / "supervisor_ui" / "test" / "attention.json").read_text("utf-8")
)


def records(events: list[dict[str, Any]]) -> list[CallRecord]:
    by_call: dict[str, CallRecord] = {}
    for seq, members in enumerate(events, start=1):
        event = decode(json.dumps({"seq": seq} | TABLE["defaults"][members["type"]] | members))
        by_call.setdefault(event.call_id, CallRecord(event.call_id)).apply(event)
    return list(by_call.values())


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["name"])
def test_who_asks_for_attention(case: dict[str, Any]) -> None:
    found = attention(
        records(case["events"]), now=TABLE["now"], budget=case["budget"], me=TABLE["me"]
    )
    asking = [
        {
            "call_id": one.call_id,
            "kinds": list(one.kinds),
            "alert_ids": list(one.alert_ids),
            "severity": one.severity,
            "quote": one.lead.evidence[0].quote,
        }
        for one in found.asking
    ]
    assert asking == case["asking"]
    assert [one.count for one in found.asking] == [len(one["alert_ids"]) for one in asking]
    assert [one.call_id for one in found.folded] == case["folded"]
    assert sorted(one.call_id for one in found.in_hand) == case["in_hand"]
    assert [one.call_id for one in found.snoozed] == case["snoozed"]


def test_every_case_says_something_of_its_own() -> None:
    names = [case["name"] for case in TABLE["cases"]]
    assert len(set(names)) == len(names) >= 15
