"""What is learnt from edits: whole, masked, and of nobody."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from copilot.archive import Archive
from copilot.errors import InputError
from copilot.events import CallStarted, Due, Entity, FollowUp, Summary, SummaryFields
from copilot.learning_data import edit_line, edit_of, edits
from copilot.masking_policy import DEFAULT
from copilot.record import CallRecord

STARTED = CallStarted(
    call_id="call-4711",
    at_s=0.0,
    started_at="2026-04-01T00:00:00Z",
    agent_id="mori.taro",
    team="billing",
    customer_id="C-7",
    language="en",
)
DRAFT = Summary(
    call_id="call-4711",
    at_s=9.0,
    version=1,
    state="draft",
    generator="extractive",
    brief="Kettle leaks.",
    text="Mr. Ota: kettle of order AB-4417 leaks.",
    fields=SummaryFields(
        reason="Kettle leaks.",
        entities=(Entity(kind="person", value="Ota"),),
        follow_ups=(FollowUp(owner="agent", what="call back"),),
    ),
    made_at="2026-04-01T00:05:00Z",
)
EDITED = replace(
    DRAFT,
    version=2,
    state="edited",
    text="Mr. Ohta: kettle of order AB-4418 leaks.",
    fields=replace(
        DRAFT.fields,
        follow_ups=(FollowUp(owner="agent", what="call back", due=Due(said="Friday")),),
    ),
    by="mori.taro",
    spent_s=31.04,
    made_at="2026-04-01T00:06:00Z",
)
APPROVED = replace(EDITED, version=3, state="approved", spent_s=2.0)


def record(*summaries: Summary, started: CallStarted = STARTED) -> CallRecord:
    return CallRecord.of([started, *summaries])


def test_every_field_before_and_after() -> None:
    edit = edit_of(record(DRAFT, EDITED, APPROVED), DEFAULT)
    assert edit is not None
    assert (edit.generator, edit.language, edit.versions) == ("extractive", "en", 2)
    assert (edit.spent_s, edit.reopened, edit.approved_on) == (33.0, 0, "2026-04-01")
    changes = {change.field: change for change in edit.changes}
    assert {"brief", "text", "headline", "reason", "resolution", "promises"} < set(changes)
    assert {name for name, one in changes.items() if one.changed} == {"text", "follow_ups"}
    assert changes["follow_ups"].before[0]["due"] is None
    assert changes["follow_ups"].after[0]["due"]["said"] == "Friday"
    assert changes["brief"].before == changes["brief"].after == "Kettle leaks."


def test_names_and_codes_are_masked_and_nobody_is_named() -> None:
    edit = edit_of(record(DRAFT, EDITED, APPROVED), DEFAULT)
    assert edit is not None
    line = edit_line(edit)
    for secret in ("Ota", "4417", "4418", "mori", "call-4711", "C-7", "billing", "00:05"):
        assert secret not in line
    assert set(json.loads(line)) == {
        "approved_on",
        "language",
        "generator",
        "fallback",
        "why_none",
        "versions",
        "reopened",
        "spent_s",
        "unsupported",
        "changes",
    }
    assert line.endswith("\n")
    assert line.count("\n") == 1


def test_a_change_of_a_masked_word_is_still_a_change() -> None:
    only_code = replace(DRAFT, version=2, state="approved", by="m", text="Order AB-9999.")
    before = replace(DRAFT, text="Order AB-4417.")
    edit = edit_of(record(before, only_code), DEFAULT)
    assert edit is not None
    (text,) = (one for one in edit.changes if one.field == "text")
    assert text.changed


def test_the_newest_approval_counts_with_all_that_led_to_it() -> None:
    again = replace(DRAFT, version=4, state="draft", by="lead", comment="why")
    last = replace(APPROVED, version=5, by="lead", spent_s=None, text="Third.")
    open_now = replace(EDITED, version=6, by="lead", spent_s=900.0, text="Fourth.")
    edit = edit_of(record(DRAFT, EDITED, APPROVED, again, last, open_now), DEFAULT)
    assert edit is not None
    assert (edit.versions, edit.reopened, edit.spent_s) == (4, 1, 33.0)
    assert next(one for one in edit.changes if one.field == "text").after == "Third."


def test_what_is_not_approved_teaches_nothing() -> None:
    assert edit_of(record(DRAFT, EDITED), DEFAULT) is None
    assert edit_of(record(APPROVED), DEFAULT) is None


def test_written_by_hand_says_why() -> None:
    none = Summary(
        call_id="call-4711",
        at_s=9.0,
        version=1,
        state="unavailable",
        why_none="too_short",
        generator="extractive",
        made_at="2026-04-01T00:05:00Z",
    )
    edit = edit_of(record(none, EDITED, APPROVED), DEFAULT)
    assert edit is not None
    assert edit.why_none == "too_short"


async def test_the_archive_is_walked_by_date(archive: Archive) -> None:
    for day in (1, 2, 3):
        call_id = f"call-{day}"
        started = replace(STARTED, call_id=call_id, started_at=f"2026-04-0{day}T00:00:00Z")
        approved = replace(APPROVED, made_at=f"2026-04-0{day}T00:06:00Z")
        events = [started, DRAFT, EDITED, approved] if day != 2 else [started, DRAFT]
        await archive.store(
            [replace(one, call_id=call_id, seq=seq) for seq, one in enumerate(events, 1)]
        )

    async def days(since: str | None, until: str | None) -> list[str]:
        found = edits(archive, DEFAULT, since=since, until=until)
        return [edit.approved_on async for edit in found]

    assert await days(None, None) == ["2026-04-03", "2026-04-01"]
    assert await days("2026-04-02", None) == ["2026-04-03"]
    assert await days(None, "2026-04-03") == ["2026-04-01"]
    with pytest.raises(InputError):
        await days("soon", None)
