"""HubSpot: what stands in its records, and whom they concern. No sockets."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from crm_server import play
from hubspot_server import HubSpotServer
from one_summary import CALL_BACK, call_summary

from copilot.crm.hubspot import CONNECTED, HubSpot
from copilot.errors import DeliveryError

KEY = "call-1:hubspot"


@pytest.fixture
def server(tmp_path: Path) -> HubSpotServer:
    return HubSpotServer(tmp_path / "secret")


def mapping(**settings: Any) -> HubSpot:
    known: dict[str, Any] = {
        "key_property": "copilot_key",
        "contact_property": "number",
        "zone": ZoneInfo("Asia/Tokyo"),
        "region": "JP",
        "owners": {"a-1": "55"},
    }
    return HubSpot(**(known | settings))


def test_a_call_on_the_timeline_of_its_contact(server: HubSpotServer) -> None:
    call_id = play(mapping().plan(call_summary(), KEY), server)
    (call,) = server.calls
    assert call["hs_timestamp"] == "2026-03-31T23:30:00.000Z"
    assert call["hs_call_duration"] == "125400", "milliseconds, as text"
    assert call["hs_call_direction"] == "INBOUND"
    assert call["hs_call_disposition"] == CONNECTED
    assert call["hubspot_owner_id"] == "55"
    assert ("calls", call_id, "71", 194) in server.associations
    assert {kind for *_, kind in server.associations} == {194, 204}


def test_the_body_is_html_and_shows_what_was_said(server: HubSpotServer) -> None:
    said = call_summary(text="Pays <b>5 & 6</b>\nsoon")
    play(mapping().plan(said, KEY), server)
    (call,) = server.calls
    assert call["hs_call_body"].startswith("Pays &lt;b&gt;5 &amp; 6&lt;/b&gt;<br>soon<br>")


@pytest.mark.parametrize("text", ["&" * 70_000, "\n&" * 40_000, "長" * 70_000])
def test_a_long_body_is_cut_before_it_is_escaped(server: HubSpotServer, text: str) -> None:
    play(mapping().plan(call_summary(text=text), KEY), server)
    (call,) = server.calls
    assert len(call["hs_call_body"]) <= 65_000
    assert call["hs_call_body"].endswith("[…]")


def test_outcomes_follow_our_codes(server: HubSpotServer) -> None:
    guid = "9d9162e7-6cf3-4944-bf63-4dff82258764"
    play(
        mapping(outcomes={"billing": guid, "other": CONNECTED}).plan(call_summary(), KEY),
        server,
    )
    assert server.calls[0]["hs_call_disposition"] == guid, "that of the surest code"


def test_tasks_have_a_day_an_owner_and_a_state(server: HubSpotServer) -> None:
    play(mapping().plan(call_summary(), KEY), server)
    first, second = server.tasks
    assert first["hs_task_subject"] == "お客様へ折り返す"
    assert first["hs_timestamp"] == "2026-04-02T03:00:00.000Z", "noon in Tokyo"
    assert second["hs_timestamp"] == "2026-04-01T03:00:00.000Z", "no day said: that of the call"
    assert {one["hubspot_owner_id"] for one in server.tasks} == {"55"}


def test_what_people_did_stays(server: HubSpotServer) -> None:
    play(mapping().plan(call_summary(), KEY), server)
    done = server.rows["tasks"][f"{KEY}-1"]
    done.update(hs_task_status="COMPLETED", hubspot_owner_id="66")
    play(mapping().plan(call_summary(version=4), KEY), server)
    assert (done["hs_task_status"], done["hubspot_owner_id"]) == ("COMPLETED", "66")
    play(mapping().plan(call_summary(CALL_BACK, version=5), KEY), server)
    gone = server.rows["tasks"][f"{KEY}-2"]
    assert (gone["hs_task_status"], gone["hs_task_subject"]) == (
        "COMPLETED",
        "取り下げ: 申込書を送る",
    )


@pytest.mark.parametrize(
    ("contact_property", "customer", "contact"),
    [
        ("number", "k-9", "71"),
        ("hs_searchable_calculated_phone_number", "+81 3-1234-5678", "71"),
        ("hs_searchable_calculated_phone_number", "k-9", None),
        ("number", "k-99", None),
        ("", "k-9", None),
    ],
)
def test_contacts(
    server: HubSpotServer, contact_property: str, customer: str, contact: str | None
) -> None:
    said = call_summary(started={"customer_id": customer})
    play(mapping(contact_property=contact_property).plan(said, KEY), server)
    assert {to for _, _, to, _ in server.associations} == ({contact} if contact else set())


def test_the_number_that_called(server: HubSpotServer) -> None:
    out = {"customer_id": "03-1234-5678", "direction": "outbound"}
    play(mapping().plan(call_summary(started=out), KEY), server)
    assert server.calls[0]["hs_call_to_number"] == "+81312345678"
    assert server.calls[0]["hs_call_direction"] == "OUTBOUND"


@pytest.mark.parametrize(
    ("category", "later"), [("VALIDATION_ERROR", False), ("CONFLICT", True)]
)
def test_a_207_that_took_nothing_is_no_success(
    server: HubSpotServer, category: str, later: bool
) -> None:
    server.refuses = category
    with pytest.raises(DeliveryError, match=f"calls were refused: {category}") as caught:
        play(mapping().plan(call_summary(), KEY), server)
    assert caught.value.retryable is later
