"""Alerts found by their state now, and what people said about each rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from copilot.archive import Archive
from copilot.events import Alert, AlertUpdated, Event
from tests.store.conftest import started

MADE_AT = "2026-04-01T00:40:00Z"
PAST, FUTURE = "2026-04-01T09:00:00.000000Z", "2999-04-01T09:00:00.000000Z"


@pytest.fixture
def archive(either_archive: Archive) -> Archive:
    return either_archive


def call(call_id: str, *alerts: tuple[str, dict[str, Any] | None]) -> list[Event]:
    """A call with an alert of each of these rules, and what somebody did about it."""
    events: list[Event] = [started(call_id)]
    for number, (rule, update) in enumerate(alerts):
        alert_id = f"alert-{number}"
        events.append(
            Alert(
                call_id=call_id,
                at_s=number,
                alert_id=alert_id,
                kind="frustration_spike",
                rule=rule,
                severity="critical",
                speaker="customer",
                message="",
                evidence=(),
            )
        )
        if update is not None:
            members: dict[str, Any] = {"by": "ito", "made_at": MADE_AT} | update
            events.append(
                AlertUpdated(call_id=call_id, at_s=number, alert_id=alert_id, **members)
            )
    return [replace(event, seq=seq) for seq, event in enumerate(events, start=1)]


async def test_a_snooze_that_is_over_is_open_again(archive: Archive) -> None:
    await archive.store(
        [
            *call("over", ("spike", {"state": "snoozed", "until": PAST})),
            *call("away", ("spike", {"state": "snoozed", "until": FUTURE})),
        ]
    )
    (back,) = (await archive.alerts(state="open")).entries
    assert (back.alert.call_id, back.state, back.snoozed_until) == ("over", "open", None)
    (away,) = (await archive.alerts(state="snoozed")).entries
    assert (away.alert.call_id, away.state, away.snoozed_until) == ("away", "snoozed", FUTURE)
    assert {one.state for one in (await archive.alerts()).entries} == {"open", "snoozed"}


async def test_alerts_are_found_by_who_has_them_and_by_rule(archive: Archive) -> None:
    await archive.store(
        call("mine", ("spike", {"state": "assigned", "assignee": "tanaka"}), ("churn", None))
    )
    for wanted in ({"assignee": "tanaka"}, {"rule": "spike"}, {"state": "assigned"}):
        (found,) = (await archive.alerts(**wanted)).entries
        assert (found.alert.rule, found.assignee) == ("spike", "tanaka")
    assert (await archive.alerts(assignee="nobody")).entries == ()


async def test_precision_counts_what_people_said_about_each_rule(archive: Archive) -> None:
    right, wrong = {"state": "resolved"}, {"state": "false_alarm"}
    spikes = [("spike", right)] * 3 + [("spike", wrong), ("spike", None)]
    await archive.store(call("over", *spikes, ("churn", wrong), ("new", None)))
    assert [
        (one.rule, one.fired, one.resolved, one.false_alarms, one.precision)
        for one in await archive.precision()
    ] == [("churn", 1, 0, 1, 0.0), ("spike", 5, 3, 1, 0.75), ("new", 1, 0, 0, None)]
    assert await archive.precision(since="2999-01-01") == ()


async def test_a_database_of_an_earlier_version_gets_its_columns(
    archive: Archive, database_url: str
) -> None:
    await archive.store(call("over", ("spike", {"state": "snoozed", "until": PAST})))
    async with archive.transaction() as connection:
        for column in ("rule", "snoozed_until"):
            await connection.exec_driver_sql(f"ALTER TABLE alerts DROP COLUMN {column}")
    newer = await Archive.open(database_url)
    (entry,) = (await newer.alerts(state="open", rule="spike")).entries
    assert entry.alert.call_id == "over"
    assert [(one.rule, one.fired) for one in await newer.precision()] == [("spike", 1)]
    await newer.close()
