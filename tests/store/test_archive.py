"""The record in SQL, on SQLite and on PostgreSQL where it is installed."""

from __future__ import annotations

import asyncio
import os
import random
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select

from copilot import tables
from copilot.archive import Archive
from copilot.errors import ConfigError, InputError, StoreUnavailableError
from copilot.events import (
    Alert,
    AlertUpdated,
    Delivery,
    Event,
    Evidence,
    Redacted,
    Span,
    Summary,
    SummaryFields,
    decode,
)
from tests.store.conftest import empty, ended, felt, said, seqs, started

MADE_AT = "2026-04-01T00:40:00Z"


@pytest.fixture
def archive(either_archive: Archive) -> Archive:
    return either_archive


async def rows(archive: Archive) -> dict[str, list[tuple[object, ...]]]:
    async with archive.transaction() as connection:
        return {
            table.name: [
                tuple(row)
                for row in await connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in tables.metadata.sorted_tables
        }


def a_call(call_id: str = "call-1", **more: object) -> list[Event]:
    """A whole call, numbered with gaps as partials leave them."""
    events: list[Event] = [
        started(call_id, **more),
        said(1, "私のｶｰﾄﾞはどこ？ Where is MY card", call_id),
        felt(1, 0.4, call_id),
        said(2, "番号は 4242 です", call_id),
        felt(2, 0.9, call_id, trend="declining"),
        Alert(
            call_id=call_id,
            at_s=2.0,
            alert_id="alert-1",
            kind="frustration_spike",
            rule="spike",
            severity="warning",
            speaker="customer",
            message="The customer is losing patience.",
            evidence=(Evidence(utterance_id="customer-2", quote="4242", start_s=1.5),),
        ),
        Redacted(
            call_id=call_id,
            at_s=3.0,
            utterance_id="customer-2",
            spans=(Span(start=4, end=8, kind="card"),),
        ),
        AlertUpdated(
            call_id=call_id,
            at_s=4.0,
            alert_id="alert-1",
            state="resolved",
            by="mori",
            made_at=MADE_AT,
        ),
        ended(60.0, call_id),
        Summary(
            call_id=call_id,
            at_s=60.0,
            version=1,
            state="draft",
            generator="x",
            fields=SummaryFields(headline="A card was sought"),
            made_at=MADE_AT,
        ),
        Delivery(
            call_id=call_id,
            at_s=60.0,
            target="file",
            summary_version=1,
            state="sent",
            made_at=MADE_AT,
        ),
    ]
    return [replace(event, seq=3 * number) for number, event in enumerate(events, 1)]


async def test_events_come_back_in_order(archive: Archive) -> None:
    events = [replace(said(number), seq=number) for number in range(1, 6)]
    await archive.store(reversed(events))
    assert await archive.events("call-1") == events
    assert await archive.events("call-1", after=3) == events[3:]
    assert await archive.events("unknown") == []
    assert await archive.last_seq("call-1") == 5
    assert await archive.last_seq("unknown") == 0


async def test_projection_of_a_call(archive: Archive) -> None:
    await archive.store(a_call())
    (call,) = (await archive.calls()).entries
    assert (call.call_id, call.state, call.agent_id) == ("call-1", "ended", "sato")
    assert (call.last_seq, call.event_count, call.duration_s) == (33, 11, 60.0)
    assert call.started_at == "2026-04-01T00:30:00.000000Z"
    assert (call.frustration, call.trend) == (0.9, "declining")
    assert (call.alert_count, call.open_alert_count) == (1, 0)
    assert (call.headline, call.summary_state, call.summary_version) == (
        "A card was sought",
        "draft",
        1,
    )
    (alert,) = (await archive.alerts()).entries
    assert (alert.state, alert.agent_id, alert.alert.kind) == (
        "resolved",
        "sato",
        "frustration_spike",
    )
    assert alert.fired_at == "2026-04-01T00:30:02.000000Z"
    (delivery,) = (await archive.deliveries()).entries
    assert (delivery.target, delivery.state) == ("file", "sent")


async def test_redacted_text_is_nowhere(archive: Archive) -> None:
    await archive.store(a_call())
    everything = str(await rows(archive))
    assert "4242" not in everything
    assert "番号は [card] です" in everything


async def test_storing_again_changes_nothing(archive: Archive) -> None:
    await archive.store(a_call())
    before = await rows(archive)
    await archive.store(a_call())
    assert await rows(archive) == before


async def test_call_made_again_leaves_nothing_of_the_first(archive: Archive) -> None:
    await archive.store([*a_call("other"), *a_call()])
    again = [replace(event, seq=seq) for seq, event in enumerate((started(), said(1)), 1)]
    await archive.replace("call-1", again)
    assert await archive.events("call-1") == again
    assert [one.alert.call_id for one in (await archive.alerts()).entries] == ["other"]
    by_id = {call.call_id: call for call in (await archive.calls()).entries}
    assert (by_id["call-1"].state, by_id["call-1"].event_count) == ("live", 2)
    assert by_id["other"].event_count == 11
    await archive.store([replace(said(2), seq=3)])
    assert (await archive.calls(state="live")).entries[0].event_count == 3


async def test_one_broken_event_stores_none(archive: Archive) -> None:
    with pytest.raises(ValueError, match="appended"):
        await archive.store([*a_call(), said(9)])
    assert await archive.events("call-1") == []


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
async def test_rows_do_not_depend_on_order_batches_or_repeats(
    archive: Archive, data: st.DataObject
) -> None:
    """Two archivists may take a call's events in any split and store some twice."""
    await empty(archive)
    await archive.store(a_call("whole"))
    pieces = data.draw(st.permutations(a_call("parts")))
    repeats = data.draw(st.lists(st.sampled_from(pieces), max_size=5))
    while pieces:
        size = data.draw(st.integers(1, len(pieces)))
        await archive.store([*pieces[:size], *repeats])
        pieces = pieces[size:]
    found = await rows(archive)
    for name, table_rows in found.items():
        parts = [row for row in table_rows if row[0] == "parts"]
        whole = [row for row in table_rows if row[0] == "whole"]
        assert [row[1:] for row in parts] == [
            (
                *(
                    str(cell).replace("whole", "parts") if isinstance(cell, str) else cell
                    for cell in row[1:]
                ),
            )
            for row in whole
        ], name


async def test_two_archivists_at_once(archive: Archive, request: pytest.FixtureRequest) -> None:
    events = a_call()
    other = Archive(archive._engine)
    shuffled = random.Random(7).sample(events, len(events))
    await asyncio.gather(
        *(one.store([event]) for event in shuffled for one in (archive, other))
    )
    assert seqs(await archive.events("call-1")) == seqs(events)
    (call,) = (await archive.calls()).entries
    assert (call.event_count, call.state, call.open_alert_count) == (11, "ended", 0)


@pytest.mark.parametrize(
    "text", ["カードは", "ｶｰﾄﾞ", "my CARD", "card where", "カ", "sought", "どこ?"]
)
async def test_search_finds(archive: Archive, text: str) -> None:
    await archive.store(a_call())
    assert (await archive.calls(text=text)).entries


async def test_any_character_can_be_archived(archive: Archive) -> None:
    odd = replace(said(1, "a\x00b \u2028 𠮷 \\ ' \" %"), seq=1)
    await archive.store([odd])
    assert await archive.events("call-1") == [odd]
    assert (await archive.calls(text="a\x00b")).entries


@pytest.mark.parametrize("text", ["カード番号", "100%", "c_rd", "4242", "card nowhere"])
async def test_search_does_not_find(archive: Archive, text: str) -> None:
    await archive.store(a_call())
    assert not (await archive.calls(text=text)).entries


async def test_filters(archive: Archive) -> None:
    await archive.store(
        [
            replace(started("a", agent_id="sato", team="north", customer_id="c1"), seq=1),
            replace(
                started("b", agent_id="ito", started_at="2026-04-02T09:30:00+09:00"), seq=1
            ),
            replace(ended(5.0, "b"), seq=2),
        ]
    )

    async def found(**wanted: str) -> list[str]:
        return [call.call_id for call in (await archive.calls(**wanted)).entries]  # type: ignore[arg-type]

    assert await found() == ["b", "a"]
    assert await found(agent_id="sato") == await found(team="north") == ["a"]
    assert await found(customer_id="c1") == ["a"]
    assert await found(state="ended") == ["b"]
    assert await found(since="2026-04-02T00:30:00Z") == ["b"]
    assert await found(until="2026-04-02T09:30:00+09:00") == ["a"]
    assert await found(agent_id="sato", state="ended") == []
    with pytest.raises(InputError, match="ISO 8601"):
        await found(since="yesterday")


async def test_pages_hold_every_call_once(archive: Archive) -> None:
    """Several calls begin in the same second."""
    calls = [
        replace(started(f"call-{number}", started_at=f"2026-04-01T00:00:0{number % 3}Z"), seq=1)
        for number in range(10)
    ]
    await archive.store(calls)
    seen: list[str] = []
    cursor = None
    while True:
        page = await archive.calls(limit=3, cursor=cursor)
        seen += [call.call_id for call in page.entries]
        cursor = page.cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 10
    times = {call.call_id: call.started_at for call in calls}
    assert [times[call_id] for call_id in seen] == sorted(times.values(), reverse=True)


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "eyJhIjoxfQ==", "WzFd", "bm8=", "W3siYSI6MX0sWzFdXQ==", "WzEsMl0=", "W1s=" * 200],
)
async def test_foreign_cursor_is_refused(archive: Archive, cursor: str) -> None:
    with pytest.raises(InputError, match="cursor"):
        await archive.calls(cursor=cursor)


async def test_alert_and_delivery_filters(archive: Archive) -> None:
    await archive.store([*a_call("a"), *a_call("b", agent_id="ito")])
    assert len((await archive.alerts()).entries) == 2
    assert len((await archive.alerts(state="open")).entries) == 0
    assert [one.alert.call_id for one in (await archive.alerts(agent_id="ito")).entries] == [
        "b"
    ]
    first = await archive.alerts(limit=1)
    second = await archive.alerts(limit=1, cursor=first.cursor)
    assert {one.entries[0].alert.call_id for one in (first, second)} == {"a", "b"}
    assert len((await archive.deliveries(target="file", state="sent")).entries) == 2
    assert len((await archive.deliveries(call_id="a")).entries) == 1
    assert len((await archive.deliveries(state="dead")).entries) == 0


async def test_audit_is_newest_first(archive: Archive) -> None:
    await archive.audit("mori", "listened", call_id="call-1")
    await archive.audit("sato", "approved", call_id="call-1", detail="version 2")
    await archive.audit("root", "issued a token")
    assert [one.what for one in (await archive.audited()).entries] == [
        "issued a token",
        "approved",
        "listened",
    ]
    page = await archive.audited(call_id="call-1", limit=1)
    assert page.entries[0].detail == "version 2"
    rest = await archive.audited(call_id="call-1", limit=1, cursor=page.cursor)
    assert rest.entries[0].who == "mori" and rest.cursor is None


async def test_stored_event_with_a_broken_time_does_not_stop_the_archive(
    archive: Archive,
) -> None:
    events = [replace(event, seq=event.seq) for event in a_call(started_at="noon")]
    await archive.store(events)
    assert (await archive.calls()).entries[0].started_at == "noon"


async def test_nodes_that_start_together_share_one_database(database_url: str) -> None:
    first = await Archive.open(database_url)
    async with first.transaction() as connection:
        await connection.run_sync(tables.metadata.drop_all)
    nodes = await asyncio.gather(*(Archive.open(database_url) for _ in range(4)))
    for one in (first, *nodes):
        assert (await one.calls()).entries == ()
        await one.close()


async def test_record_survives_a_restart(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/folder/archive.db"
    events = a_call()
    for half in (events[:5], events[5:]):
        archive = await Archive.open(url)
        await archive.store(half)
        await archive.close()
    archive = await Archive.open(url)
    assert seqs(await archive.events("call-1")) == seqs(events)
    assert (await archive.calls()).entries[0].event_count == 11
    await archive.close()
    assert stat.S_IMODE(os.stat(tmp_path / "folder" / "archive.db").st_mode) == 0o600


@pytest.mark.parametrize(
    "url", ["mysql://host/base", "nonsense", "sqlite:////proc/no/archive.db"]
)
async def test_unusable_url_is_a_fault_of_the_configuration(url: str) -> None:
    with pytest.raises(ConfigError, match="COPILOT_DATABASE_URL"):
        await Archive.open(url)


async def test_unreachable_database_is_one_readable_line() -> None:
    with pytest.raises(StoreUnavailableError) as caught:
        await Archive.open("postgresql://nobody@/none?host=/nowhere")
    assert len(str(caught.value).splitlines()) == 1


async def test_masked_event_keeps_its_place(archive: Archive) -> None:
    await archive.store(a_call())
    async with archive.transaction() as connection:
        body = await connection.scalar(
            select(tables.events.c.body).where(tables.events.c.seq == 12)
        )
    masked = decode(body)
    assert (masked.seq, masked.type) == (12, "transcript")
