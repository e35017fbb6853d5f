"""Dynamics 365: what stands in its activities, and whom they concern. No sockets."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from crm_server import play
from dynamics_server import DynamicsServer
from one_summary import CALL_BACK, call_summary

from copilot.crm.dynamics import Dynamics, record_id
from copilot.crm.request import Answer

KEY = "call-1:dynamics"
USER = "00000000-0000-0000-0000-0000000000aa"
CONTACT = str(uuid.UUID(int=9))


@pytest.fixture
def server(tmp_path: Path) -> DynamicsServer:
    server = DynamicsServer(tmp_path / "secret")
    server.url = "https://org.example"
    return server


def mapping(**settings: Any) -> Dynamics:
    known: dict[str, Any] = {
        "contact_field": "number",
        "regarding": "regardingobjectid_contact_phonecall",
        "task_regarding": "regardingobjectid_contact_task",
        "zone": ZoneInfo("Asia/Tokyo"),
        "region": "JP",
        "owners": {"a-1": USER},
    }
    return Dynamics(**(known | settings))


def test_a_call_is_a_completed_activity_between_two_parties(server: DynamicsServer) -> None:
    call_id = play(mapping().plan(call_summary(), KEY), server)
    (call,) = server.calls
    assert call["activityid"] == call_id == record_id(KEY)
    assert (call["statecode"], call["statuscode"]) == (1, 4), "received"
    assert call["directioncode"] is False
    assert call["actualdurationminutes"] == 3
    assert call["actualstart"] == "2026-03-31T23:30:00Z"
    assert call["regarding"] == f"/contacts({CONTACT})"
    assert call["owner"] == f"/systemusers({USER})"
    caller, called = call["phonecall_activity_parties"]
    assert (caller["contact"], caller["participationtypemask"]) == (f"/contacts({CONTACT})", 1)
    assert (called["user"], called["participationtypemask"]) == (f"/systemusers({USER})", 2)


def test_outbound_parties_change_places(server: DynamicsServer) -> None:
    out = {"direction": "outbound", "customer_id": "03-1234-5678"}
    play(mapping(contact_field="telephone1").plan(call_summary(started=out), KEY), server)
    (call,) = server.calls
    assert (call["statecode"], call["statuscode"], call["directioncode"]) == (1, 2, True)
    called, caller = call["phonecall_activity_parties"]
    assert (called["contact"], called["participationtypemask"]) == (f"/contacts({CONTACT})", 2)
    assert (caller["user"], caller["participationtypemask"]) == (f"/systemusers({USER})", 1)
    assert call["phonenumber"] == "+81312345678"


def test_the_spelling_of_regarding_is_the_organisations(server: DynamicsServer) -> None:
    plan = mapping(regarding="regardingobjectid_contact").plan(call_summary(), KEY)
    next(plan)

    found = Answer(status=200, document={"value": [{"contactid": CONTACT}]})
    assert b'"regardingobjectid_contact@odata.bind": "/contacts(' in (
        plan.send(found).content or b""
    )


def test_an_update_opens_and_completes_again_and_touches_no_party(
    server: DynamicsServer,
) -> None:
    play(mapping().plan(call_summary(), KEY), server)
    before = len(server.requests)
    play(mapping().plan(call_summary(version=4, text="新しい記録。"), KEY), server)
    (call,) = server.calls
    assert "新しい記録。" in call["description"]
    assert (call["statecode"], call["statuscode"]) == (1, 4)
    changes = [one for one in server.requests[before:] if "if-match" in one.headers]
    assert not [one for one in changes if b"parties" in one.content or b"owner" in one.content]


def test_tasks(server: DynamicsServer) -> None:
    play(mapping().plan(call_summary(), KEY), server)
    first, second = server.tasks
    assert first["subject"] == "お客様へ折り返す"
    assert first["scheduledend"] == "2026-04-02T03:00:00Z"
    assert first["regarding"] == f"/contacts({CONTACT})"
    assert first["owner"] == f"/systemusers({USER})"
    assert second["scheduledend"] is None
    first.update(statecode=1, statuscode=5)
    play(mapping().plan(call_summary(CALL_BACK, version=4), KEY), server)
    rows = server.rows["tasks"]
    done, gone = rows[record_id(KEY, 1)], rows[record_id(KEY, 2)]
    assert (done["statecode"], done["statuscode"]) == (1, 5), "what somebody finished stays"
    assert (gone["statecode"], gone["statuscode"]) == (2, 6)
    assert gone["subject"] == "取り下げ: 申込書を送る"


@pytest.mark.parametrize(
    ("column", "customer", "found"),
    [
        ("number", "O'Brien", True),
        ("contactid", CONTACT, True),
        ("contactid", "k-9", False),
        ("telephone1", "0312345678", True),
        ("telephone1", "k-9", False),
        ("", "k-9", False),
        ("number", None, False),
    ],
)
def test_contacts(
    server: DynamicsServer, column: str, customer: str | None, found: bool
) -> None:
    said = call_summary(started={"customer_id": customer})
    play(mapping(contact_field=column).plan(said, KEY), server)
    assert ("regarding" in server.calls[0]) is found


def test_ids_are_the_same_for_every_try_and_no_other() -> None:
    ids = {record_id(key, number) for key in ("a:x", "b:x") for number in (None, 1, 2)}
    assert len(ids) == 6
    assert record_id("a:x", 1) == record_id("a:x", 1)
