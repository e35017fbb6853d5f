"""Calls as JSON, CSV and WebVTT. Pure: records in, text out."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter

from copilot.confidential import Section, confidential_sections
from copilot.events import CallStarted, Event, FollowUp, Summary, Transcript
from copilot.record import CallRecord

__all__ = [
    "CsvRow",
    "csv_head",
    "csv_line",
    "csv_of",
    "csv_row",
    "has_started",
    "json_line",
    "to_csv",
    "to_json",
    "to_vtt",
    "vtt_of",
]

CsvRow = tuple[CallStarted, float, str, Summary | None]
"""Start, duration in seconds, state and newest summary of a call."""

COLUMNS = (
    "call_id",
    "started_at",
    "duration_s",
    "state",
    "direction",
    "agent_id",
    "team",
    "customer_id",
    "language",
    "headline",
    "reason",
    "situation",
    "actions_taken",
    "resolution",
    "follow_ups",
    "promises",
    "decisions",
    "entities",
    "disposition",
    "frustration_start",
    "frustration_low",
    "frustration_end",
    "help_offers_made",
    "help_offers_accepted",
    "alerts",
    "not_stated",
    "brief",
    "summary",
    "summary_state",
    "summary_version",
    "why_none",
)

_event: TypeAdapter[Event] = TypeAdapter(Event)
_CONFIDENTIAL = {"en": "[recording paused]", "ja": "(録音一時停止中)"}
_FORMULA = re.compile(
    r"^[\s\x00-\x1f\x7f\xad\u200b-\u200f\u2060\ufeff]*"
    r"[=+\-@\t\r\u2212\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20]"
)
"""The signs that begin a formula, also their wide, small and mathematical forms, behind
whatever is not seen."""


def to_json(record: CallRecord) -> str:
    """The whole record of a call: what was said, felt, alerted, written and delivered."""
    return json.dumps(_document(record), ensure_ascii=False, indent=2) + "\n"


def json_line(record: CallRecord) -> str:
    """The same on one line, without its end."""
    return json.dumps(_document(record), ensure_ascii=False, separators=(",", ":"))


def _document(record: CallRecord) -> dict[str, Any]:
    return {
        "call_id": record.call_id,
        "state": record.state,
        "started": _plain(record.started),
        "ended": _plain(record.ended),
        "transcript": [_plain(final) for final in record.finals],
        "confidential": [asdict(section) for section in confidential_sections(record)],
        "emotions": [_plain(emotion) for emotion in record.emotions],
        "alerts": [
            {**_plain(alert.alert), "state": alert.state, "updates": _all(alert.updates)}
            for alert in record.alerts.values()
        ],
        "steps": _all(record.steps),
        "suggestions": _all(record.suggestions),
        "notes": _all(record.notes),
        "summaries": _all(record.summaries),
        "deliveries": _all(record.deliveries.values()),
    }


def to_csv(records: Iterable[CallRecord], *, bom: bool = True) -> str:
    """One line per call. ``bom`` makes Excel read UTF-8."""
    return csv_of(map(csv_row, filter(has_started, records)), bom=bom)


def has_started(record: CallRecord) -> bool:
    """Whether there is anything to tell: the start may still be on its way to the archive."""
    return record.started is not None


def csv_row(record: CallRecord) -> CsvRow:
    """Of a record that has started."""
    assert record.started is not None
    duration_s = record.ended.duration_s if record.ended else record.at_s
    return record.started, duration_s, record.state, record.summary


def to_vtt(record: CallRecord) -> str:
    """The transcript as WebVTT captions, one cue per utterance, its speaker as the voice.
    Where recording was paused, a note and a cue of the class ``confidential`` say so."""
    return vtt_of(record.finals, confidential_sections(record), record.language)


def csv_of(rows: Iterable[CsvRow], *, bom: bool) -> str:
    """CSV (RFC 4180) with a header line."""
    return "".join([csv_head(bom=bom), *map(csv_line, rows)])


def csv_head(*, bom: bool) -> str:
    """The header line. ``bom`` makes Excel read UTF-8."""
    return ("\ufeff" if bom else "") + _line(COLUMNS)


def csv_line(row: CsvRow) -> str:
    """Cells that a spreadsheet would run as a formula begin with an apostrophe (OWASP, CSV
    Injection)."""
    return _line([_cell(value) for value in _values(*row)])


def _line(cells: Sequence[str | float]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerow(cells)
    return out.getvalue()


def vtt_of(
    transcript: Sequence[Transcript], confidential: Sequence[Section], language: str
) -> str:
    """WebVTT (W3C) of final transcripts; empty ones are left out. ``language``: of the
    call."""
    paused = _CONFIDENTIAL["ja" if language.startswith("ja") else "en"]
    last_s = max((final.end_s for final in transcript), default=0.0)
    cues = [
        (
            final.start_s,
            _cue(final.start_s, final.end_s, f"<v {final.speaker}>{_caption(final.text)}"),
        )
        for final in transcript
        if final.text.strip()
    ]
    for one in confidential:
        end_s = max(last_s, one.start_s + 1.0) if one.end_s is None else one.end_s
        note = f"NOTE confidential: recording paused at {_stamp(one.start_s)}\n\n"
        text = f"<c.confidential>{paused}</c>"
        cues.append((one.start_s, note + _cue(one.start_s, end_s, text)))
    cues.sort(key=lambda cue: cue[0])
    return "\n".join(["WEBVTT\n", *(text for _, text in cues)])


def _cue(start_s: float, end_s: float, text: str) -> str:
    return f"{_stamp(start_s)} --> {_stamp(max(end_s, start_s + 0.001))}\n{text}\n"


def _values(
    started: CallStarted, duration_s: float, state: str, summary: Summary | None
) -> list[str | float]:
    about: list[str | float] = [
        started.call_id,
        started.started_at,
        round(duration_s, 2),
        state,
        started.direction,
        started.agent_id,
        started.team,
        started.customer_id or "",
    ]
    if summary is None:
        return about + [started.language] + [""] * (len(COLUMNS) - len(about) - 1)
    fields = summary.fields
    mood = fields.customer_mood
    points: list[str | float] = [""] * 3
    if mood:
        points = [round(point.frustration, 2) for point in (mood.start, mood.low, mood.end)]
    return about + [
        fields.language or started.language,
        fields.headline,
        fields.reason,
        fields.situation,
        " / ".join(fields.actions_taken),
        fields.resolution or "",
        " / ".join(map(_follow_up, fields.follow_ups)),
        " / ".join(fields.promises),
        " / ".join(fields.decisions),
        " / ".join(f"{entity.kind}: {entity.value}" for entity in fields.entities),
        " / ".join(one.code for one in fields.disposition),
        *points,
        fields.help_offers.made,
        fields.help_offers.accepted,
        " / ".join(fields.alerts),
        " / ".join(fields.not_stated),
        summary.brief,
        summary.text,
        summary.state,
        summary.version,
        summary.why_none or "",
    ]


def _follow_up(follow_up: FollowUp) -> str:
    due = follow_up.due
    when = "" if due is None else f" ({due.date or due.said})"
    return f"{follow_up.owner}: {follow_up.what}{when}"


def _cell(value: str | float) -> str | float:
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return value


def _stamp(at_s: float) -> str:
    milliseconds = round(at_s * 1000)
    hours, milliseconds = divmod(milliseconds, 3_600_000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    seconds, milliseconds = divmod(milliseconds, 1000)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}"


def _caption(text: str) -> str:
    """Cue text: markup escaped; neither an arrow nor a blank line may end the cue."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return " ".join(escaped.split())


def _plain(event: Event | None) -> Any:
    return None if event is None else _event.dump_python(event, mode="json")


def _all(events: Iterable[Event]) -> list[Any]:
    return [_plain(event) for event in events]
