"""Exports open where they are meant to open, and hold what was stored."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace

import pytest

from copilot.events import (
    CallEnded,
    CallStarted,
    Due,
    Event,
    FollowUp,
    Paused,
    Resumed,
    Summary,
    SummaryFields,
    Transcript,
)
from copilot.export import COLUMNS, to_csv, to_json, to_vtt
from copilot.record import CallRecord


def final(number: int, text: str, start_s: float, end_s: float) -> Transcript:
    return Transcript(
        call_id="c-1",
        at_s=end_s,
        utterance_id=f"u{number}",
        speaker="agent" if number % 2 else "customer",
        revision=2,
        start_s=start_s,
        end_s=end_s,
        text=text,
        language="ja",
        final=True,
    )


@pytest.fixture
def record() -> CallRecord:
    events: list[Event] = [
        CallStarted(
            call_id="c-1",
            at_s=0.0,
            started_at="2026-04-01T01:00:00Z",
            agent_id="a-7",
            team="=cmd|' /C calc'!A0",
        ),
        final(0, "配送の件です --> <至急>\n\nお願いします", 0.5, 2.25),
        final(1, "承知しました", 3661.0, 3661.5),
        final(2, " ", 3662.0, 3662.1),
        CallEnded(call_id="c-1", at_s=3663.0, duration_s=3663.0, reason="stop"),
        Summary(
            call_id="c-1",
            at_s=3663.0,
            version=1,
            state="draft",
            text="配送の件。",
            fields=SummaryFields(
                headline="配送, 至急",
                resolution="resolved",
                follow_ups=(
                    FollowUp(
                        owner="agent", what="連絡する", due=Due(said="明日", date="2026-04-02")
                    ),
                ),
                language="ja",
            ),
            generator="extractive",
            made_at="2026-04-01T02:02:00Z",
        ),
    ]
    return CallRecord.of(events)


def test_json_holds_the_record(record: CallRecord) -> None:
    document = json.loads(to_json(record))
    assert document["call_id"] == "c-1"
    assert document["started"]["agent_id"] == "a-7"
    assert [one["utterance_id"] for one in document["transcript"]] == ["u0", "u1", "u2"]
    assert document["summaries"][0]["fields"]["follow_ups"][0]["due"]["date"] == "2026-04-02"


def test_csv_is_one_line_per_call_that_excel_reads(record: CallRecord) -> None:
    text = to_csv([record, record])
    assert text.startswith("\ufeffcall_id,")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) == 2
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["headline"] == "配送, 至急"
    assert rows[0]["follow_ups"] == "agent: 連絡する (2026-04-02)"
    assert rows[0]["duration_s"] == "3663.0"


def test_csv_runs_no_formula(record: CallRecord) -> None:
    (row,) = csv.DictReader(io.StringIO(to_csv([record], bom=False)))
    assert row["team"] == "'=cmd|' /C calc'!A0"


def test_csv_of_a_call_without_summary() -> None:
    started = CallStarted(
        call_id="c-2", at_s=0.0, started_at="2026-04-01T01:00:00Z", agent_id="a", language="en"
    )
    (row,) = csv.DictReader(io.StringIO(to_csv([CallRecord.of([started])], bom=False)))
    assert (row["call_id"], row["state"], row["language"], row["summary"]) == (
        "c-2",
        "live",
        "en",
        "",
    )


def test_vtt_cues(record: CallRecord) -> None:
    text = to_vtt(record)
    blocks = text.split("\n\n")
    assert blocks[0] == "WEBVTT"
    assert blocks[1].splitlines() == [
        "00:00:00.500 --> 00:00:02.250",
        "<v customer>配送の件です --&gt; &lt;至急&gt; お願いします",
    ]
    assert blocks[2].startswith("01:01:01.000 --> 01:01:01.500\n<v agent>")
    assert len(re.findall("-->", text)) == 2


@pytest.mark.parametrize(
    "begins", ["=1+1", " +1", "-1", "@SUM(A1)", "\t=1", "＝1", "＋1", "−1", "﹦1", "\u200b=1"]
)
def test_csv_cells_never_begin_a_formula(record: CallRecord, begins: str) -> None:
    assert record.started is not None
    record.started = replace(record.started, team=begins)
    (row,) = csv.DictReader(io.StringIO(to_csv([record], bom=False)))
    assert row["team"] == f"'{begins}"


def test_confidential_sections_are_marked(record: CallRecord) -> None:
    record.apply(Paused(call_id="c-1", at_s=10.0, by="mori", reason="card"))
    record.apply(Resumed(call_id="c-1", at_s=25.5, by="mori"))
    document = json.loads(to_json(record))
    assert document["confidential"] == [
        {"start_s": 10.0, "end_s": 25.5, "by": "mori", "reason": "card"}
    ]
    blocks = to_vtt(record).split("\n\n")
    assert blocks[2] == "NOTE confidential: recording paused at 00:00:10.000"
    assert blocks[3].splitlines() == [
        "00:00:10.000 --> 00:00:25.500",
        "<c.confidential>(録音一時停止中)</c>",
    ]
    assert blocks[4].startswith("01:01:01.000")
