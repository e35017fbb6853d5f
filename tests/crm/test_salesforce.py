"""Salesforce: what stands in its records, and whom they concern. No sockets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from crm_server import play
from one_summary import CALL_BACK, call_summary
from salesforce_server import SalesforceServer

from copilot.crm.request import Answer
from copilot.crm.salesforce import Salesforce, escaped
from copilot.errors import DeliveryError

KEY = "call-1:salesforce"
SALES = "005" + "C" * 15


@pytest.fixture
def server(tmp_path: Path) -> SalesforceServer:
    return SalesforceServer(tmp_path / "secret")


def mapping(**settings: Any) -> Salesforce:
    known: dict[str, Any] = {
        "record": "task",
        "key_field": "Copilot_Key__c",
        "contact_field": "Number__c",
        "zone": ZoneInfo("Asia/Tokyo"),
        "region": "JP",
        "owners": {"a-1": SALES},
    }
    return Salesforce(**(known | settings))


def task(server: SalesforceServer, number: int | None = None) -> dict[str, Any]:
    return server.rows["Task"][KEY + (f"-{number}" if number else "")]


def test_a_call_is_a_completed_task(server: SalesforceServer) -> None:
    record_id = play(mapping().plan(call_summary(), KEY), server)
    call = task(server)
    assert call["Id"] == record_id
    assert call["Subject"] == "請求額の誤り <1>"
    assert (call["Status"], call["TaskSubtype"]) == ("Completed", "Call")
    assert (call["CallType"], call["CallDurationInSeconds"]) == ("Inbound", 125)
    assert (call["CallDisposition"], call["CallObject"]) == ("billing", "call-1")
    assert call["ActivityDate"] == "2026-04-01", "the day of the call in Tokyo, not in UTC"
    assert (call["WhoId"], call["OwnerId"]) == ("003" + "A" * 15, SALES)


def test_follow_ups_are_open_tasks_of_the_operator(server: SalesforceServer) -> None:
    play(mapping().plan(call_summary(), KEY), server)
    first, second = task(server, 1), task(server, 2)
    assert (first["Subject"], first["ActivityDate"]) == ("お客様へ折り返す", "2026-04-02")
    assert (first["WhoId"], first["OwnerId"]) == ("003" + "A" * 15, SALES)
    assert "明日の午前中" in first["Description"]
    assert "call-1" in first["Description"]
    assert (second["Subject"], second["ActivityDate"]) == ("申込書を送る", None)
    assert len(server.rows["Task"]) == 3, "what the customer does is no task of ours"


def test_a_case_and_its_tasks(server: SalesforceServer) -> None:
    record_id = play(mapping(record="case").plan(call_summary(), KEY), server)
    case = server.rows["Case"][KEY]
    assert case["Id"] == record_id
    assert (case["Status"], case["Origin"]) == ("New", "Phone")
    assert case["ContactId"] == "003" + "A" * 15
    assert KEY not in server.rows["Task"]
    assert task(server, 1)["WhatId"] == record_id


def test_an_update_leaves_alone_what_people_changed(server: SalesforceServer) -> None:
    play(mapping().plan(call_summary(), KEY), server)
    task(server, 1).update(Status="Completed", IsClosed=True, OwnerId="005" + "D" * 15)
    task(server).update(WhoId="003" + "Z" * 15)
    play(mapping().plan(call_summary(version=4, text="新しい記録。"), KEY), server)
    assert "新しい記録。" in task(server)["Description"]
    assert task(server)["WhoId"] == "003" + "Z" * 15
    assert (task(server, 1)["Status"], task(server, 1)["OwnerId"]) == (
        "Completed",
        "005" + "D" * 15,
    )


def test_what_a_later_version_no_longer_has_is_withdrawn(server: SalesforceServer) -> None:
    play(mapping().plan(call_summary(), KEY), server)
    play(mapping().plan(call_summary(CALL_BACK, version=4), KEY), server)
    gone = task(server, 2)
    assert (gone["Status"], gone["Subject"]) == ("Completed", "取り下げ: 申込書を送る")
    before = len(server.requests)
    play(mapping().plan(call_summary(CALL_BACK, version=5), KEY), server)
    assert task(server, 2)["Subject"] == "取り下げ: 申込書を送る", "once"
    assert len(server.requests) - before == 3  # what is there, the record, one task


@pytest.mark.parametrize(
    "customer", ["0312345678", "03-1234-5678", "+81312345678", "+81 3 1234 5678"]
)
def test_a_contact_is_found_however_the_number_is_written(
    server: SalesforceServer, customer: str
) -> None:
    said = call_summary(started={"customer_id": customer})
    play(mapping(contact_field="Phone").plan(said, KEY), server)
    assert task(server)["WhoId"] == "003" + "A" * 15


def test_nobody_is_linked_where_two_would_fit(server: SalesforceServer) -> None:
    server.contacts += ({"Id": "003" + "E" * 15, "Phone": "03-1234-5678", "Number__c": "x"},)
    said = call_summary(started={"customer_id": "0312345678"})
    play(mapping(contact_field="Phone").plan(said, KEY), server)
    assert "WhoId" not in task(server)


def test_digits_of_another_number_are_not_enough(server: SalesforceServer) -> None:
    server.contacts = ({"Id": "003" + "E" * 15, "Phone": "03-1234-56789", "Number__c": "x"},)
    said = call_summary(started={"customer_id": "0312345678"})
    play(mapping(contact_field="Phone").plan(said, KEY), server)
    assert "WhoId" not in task(server)


@pytest.mark.parametrize(
    ("field", "customer"),
    [("", "k-9"), ("Number__c", None), ("Id", "k-9"), ("Phone", "k-9"), ("Phone", "12")],
)
def test_nobody_is_asked_for_in_vain(
    server: SalesforceServer, field: str, customer: str | None
) -> None:
    said = call_summary(started={"customer_id": customer})
    play(mapping(contact_field=field).plan(said, KEY), server)
    assert not [soql for soql in server.queries if "Contact" in soql]
    assert "WhoId" not in task(server)


def test_a_quote_ends_no_string(server: SalesforceServer) -> None:
    said = call_summary(started={"customer_id": "O'Brien"})
    play(mapping().plan(said, KEY), server)
    assert task(server)["WhoId"] == "003" + "B" * 15
    assert escaped("a'b\\c\"d\ne") == "a\\'b\\\\c\\\"d\\ne"


@pytest.mark.parametrize(
    ("status", "code", "later"),
    [
        (403, "REQUEST_LIMIT_EXCEEDED", True),
        (400, "UNABLE_TO_LOCK_ROW", True),
        (400, "REQUIRED_FIELD_MISSING", False),
        (403, "INSUFFICIENT_ACCESS_OR_READONLY", False),
    ],
)
def test_limits_that_do_not_look_like_limits(status: int, code: str, later: bool) -> None:
    answer = Answer(status=status, document=[{"errorCode": code, "message": "x"}])
    assert mapping().transient(answer) is later


@pytest.mark.parametrize(
    ("code", "later"), [("UNABLE_TO_LOCK_ROW", True), ("REQUIRED_FIELD_MISSING", False)]
)
def test_follow_ups_that_are_refused_are_no_success(
    server: SalesforceServer, code: str, later: bool
) -> None:
    server.refuses = code
    with pytest.raises(DeliveryError, match=f"follow-ups were refused: {code}") as caught:
        play(mapping().plan(call_summary(), KEY), server)
    assert caught.value.retryable is later


def test_a_delivery_is_a_handful_of_requests_whatever_was_promised(
    server: SalesforceServer,
) -> None:
    many = [replace(CALL_BACK, what=str(number)) for number in range(30)]
    play(mapping().plan(call_summary(*many), KEY), server)
    assert len(server.tasks) == 20
    assert len(server.requests) == 4
