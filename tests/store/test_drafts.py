"""Drafts of summaries: one a person, gone with the call."""

from __future__ import annotations

import pytest

from copilot.archive import Archive
from copilot.drafts import Draft, Drafts
from copilot.errors import NotFoundError
from copilot.events import Due, FollowUp, SummaryFields
from tests.store.conftest import started

FIELDS = SummaryFields(
    headline="延期の相談",
    follow_ups=(FollowUp(owner="agent", what="call back", due=Due(said="明日")),),
)


@pytest.fixture
def archive(either_archive: Archive) -> Archive:
    return either_archive


async def test_everyone_has_their_own_and_the_newest_counts(archive: Archive) -> None:
    drafts = Drafts(archive)
    await drafts.save("call-1", "mori", Draft(version=1, text="first"))
    kept = await drafts.save("call-1", "mori", Draft(version=2, fields=FIELDS, spent_s=3.5))
    await drafts.save("call-1", "lead", Draft(version=1, brief="another"))
    found = await drafts.find("call-1", "mori")
    assert found == kept
    assert (found.version, found.text, found.fields) == (2, None, FIELDS)
    assert found.saved_at
    assert (await drafts.find("call-1", "lead")).brief == "another"
    with pytest.raises(NotFoundError):
        await drafts.find("call-2", "mori")


async def test_each_is_erased_by_itself(archive: Archive) -> None:
    drafts = Drafts(archive)
    for call_id in ("call-1", "call-2"):
        for author in ("mori", "lead"):
            await drafts.save(call_id, author, Draft(version=1))
    await drafts.erase("call-1", "mori")
    await drafts.erase("call-1", "nobody")
    with pytest.raises(NotFoundError):
        await drafts.find("call-1", "mori")
    await drafts.find("call-1", "lead")
    await drafts.find("call-2", "mori")


async def test_a_call_made_anew_takes_its_drafts_along(archive: Archive) -> None:
    drafts = Drafts(archive)
    await archive.store([started(seq=1)])
    await drafts.save("call-1", "mori", Draft(version=1))
    await archive.replace("call-1", [started(seq=1)])
    with pytest.raises(NotFoundError):
        await drafts.find("call-1", "mori")


async def test_they_outlive_the_process(database_url: str) -> None:
    first = await Archive.open(database_url)
    await Drafts(first).save("call-1", "mori", Draft(version=1, text="half a sent"))
    await first.close()
    again = await Archive.open(database_url)
    assert (await Drafts(again).find("call-1", "mori")).text == "half a sent"
    await again.close()
