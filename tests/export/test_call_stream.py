"""Ranges of stored calls as one document: a real archive, whole documents, flat pieces."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from copilot.archive import Archive
from copilot.call_stream import CallStream
from copilot.errors import InputError, NotFoundError
from copilot.events import (
    CallEnded,
    CallStarted,
    Entity,
    Event,
    Summary,
    SummaryFields,
    Transcript,
)
from copilot.masking_policy import MaskingPolicy

POLICY = MaskingPolicy()


def call(number: int, *, ended: bool = True) -> list[Event]:
    facts: dict[str, Any] = {"call_id": f"c-{number:03}"}
    day, hour = divmod(number, 24)
    found: list[Event] = [
        CallStarted(
            **facts,
            seq=1,
            at_s=0.0,
            started_at=f"2026-04-{1 + day:02}T{hour:02}:00:00Z",
            agent_id="mori",
            customer_id="K-9",
            language="en",
        ),
        Transcript(
            **facts,
            seq=2,
            at_s=7.0,
            utterance_id="u1",
            speaker="customer",
            revision=1,
            start_s=1.0,
            end_s=7.0,
            text="This is Helen Osei, order AB-12345.",
            final=True,
            language="en",
        ),
    ]
    if ended:
        found += [
            CallEnded(**facts, seq=3, at_s=9.0, duration_s=9.0, reason="stop"),
            Summary(
                **facts,
                seq=4,
                at_s=9.0,
                version=1,
                state="draft",
                text="Helen Osei asks about AB-12345.",
                fields=SummaryFields(entities=(Entity(kind="person", value="Helen Osei"),)),
                generator="extractive",
                made_at="2026-04-01T01:01:00Z",
            ),
        ]
    return found


@pytest.fixture
async def stored(archive: Archive) -> Archive:
    """Sixty calls, an hour apart, stored out of order; the last one goes on."""
    for number in [*range(59, 29, -1), *range(30)]:
        await archive.store(call(number, ended=number < 59))
    return archive


async def text_of(stream: CallStream, format: Any, **options: Any) -> str:
    return "".join([piece.text async for piece in stream.document(format, **options)])


async def test_json_is_one_array_oldest_first(stored: Archive) -> None:
    stream = CallStream(stored, POLICY)
    text = await text_of(stream, "json")
    calls = json.loads(text)
    assert [one["call_id"] for one in calls] == [f"c-{number:03}" for number in range(60)]
    assert len(calls) == await stream.count()
    assert len(text.splitlines()) == 62  # one call a line
    assert calls[0]["transcript"][0]["text"].startswith("This is Helen Osei")


async def test_csv_is_one_line_a_call(stored: Archive) -> None:
    text = await text_of(CallStream(stored, POLICY), "csv", bom=True)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert text.startswith("\ufeff")
    assert [row["call_id"] for row in rows] == [f"c-{number:03}" for number in range(60)]
    assert (rows[0]["summary"], rows[0]["duration_s"]) == (
        "Helen Osei asks about AB-12345.",
        "9.0",
    )
    assert (rows[59]["state"], rows[59]["duration_s"]) == ("live", "7.0")


async def test_a_range_of_days(stored: Archive) -> None:
    stream = CallStream(stored, POLICY, since="2026-04-02", until="2026-04-02T03:00:00+00:00")
    calls = json.loads(await text_of(stream, "json"))
    assert [one["call_id"] for one in calls] == ["c-024", "c-025", "c-026"]
    assert await stream.count() == 3
    with pytest.raises(InputError):
        CallStream(stored, POLICY, since="yesterday")


async def test_no_call_at_all(archive: Archive) -> None:
    stream = CallStream(archive, POLICY)
    assert json.loads(await text_of(stream, "json")) == []
    assert len((await text_of(stream, "csv")).splitlines()) == 1


async def test_named_calls_in_their_order(stored: Archive) -> None:
    stream = CallStream(stored, POLICY, call_ids=["c-007", "c-001", "c-007"])
    calls = json.loads(await text_of(stream, "json"))
    assert [one["call_id"] for one in calls] == ["c-007", "c-001"]
    with pytest.raises(NotFoundError):
        await text_of(CallStream(stored, POLICY, call_ids=["c-001", "other"]), "json")


@pytest.mark.parametrize("format", ["json", "csv"])
async def test_analytics_learns_nobody(stored: Archive, format: str) -> None:
    text = await text_of(CallStream(stored, POLICY, analytics=True), format)
    for secret in ("Helen", "Osei", "AB-12345", "K-9"):
        assert secret not in text
    assert "c-059" in text


async def test_a_policy_that_keeps_a_kind_from_exports_is_kept_to(stored: Archive) -> None:
    policy = MaskingPolicy(kept={"name": ("record", "crm"), "reference": ("record", "export")})
    text = await text_of(CallStream(stored, policy), "json")
    assert "Helen" not in text
    assert "AB-12345" in text and "K-9" in text


async def test_pieces_are_small(stored: Archive) -> None:
    pieces = [piece async for piece in CallStream(stored, POLICY).document("json")]
    assert sum(piece.calls for piece in pieces) == 60
    assert max(piece.calls for piece in pieces) <= 25


async def test_a_call_that_is_not_there_is_told_before_anything_is_written(
    stored: Archive,
) -> None:
    stream = CallStream(stored, POLICY, call_ids=["c-001", "nobody"])
    with pytest.raises(NotFoundError, match="no call nobody"):
        await anext(stream.document("json"))
