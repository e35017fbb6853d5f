"""How a call ended, over short calls written for it in words of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copilot.events import CallEnded, CallStarted, Event, Transcript
from summarizer.extractive import ExtractiveSummariser

CALLS: list[dict[str, Any]] = [
    json.loads(line)
    for line in Path(__file__).with_name("endings.jsonl").read_text("utf-8").splitlines()
]


def events(call: dict[str, Any]) -> list[Event]:
    finals = [
        Transcript(
            call_id="c",
            at_s=place + 0.9,
            utterance_id=f"u{place}",
            speaker=speaker,
            revision=1,
            start_s=float(place),
            end_s=place + 0.9,
            text=text,
            language=call["language"],
            final=True,
        )
        for place, (speaker, text) in enumerate(call["turns"])
    ]
    started = CallStarted(
        call_id="c",
        at_s=0.0,
        started_at="2026-11-18T02:00:00+00:00",
        agent_id="a",
        language=call["language"],
    )
    end_s = float(len(finals))
    return [
        started,
        *finals,
        CallEnded(call_id="c", at_s=end_s, duration_s=end_s, reason="stop"),
    ]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call['turns'][1][1][:30]}")
def test_outcome(call: dict[str, Any]) -> None:
    summary = ExtractiveSummariser().summarise(events(call))
    assert summary.fields.resolution == call["outcome"]
