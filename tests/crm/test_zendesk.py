"""Zendesk: what stands in its tickets, and that comments are made once. No sockets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from crm_server import play
from crm_vendors import ZendeskServer
from one_summary import call_summary

from copilot.crm.request import Answer
from copilot.crm.zendesk import Zendesk
from copilot.errors import DeliveryError

KEY = "call-1:zendesk"


@pytest.fixture
def server(tmp_path: Path) -> ZendeskServer:
    return ZendeskServer(tmp_path / "secret")


def mapping(**settings: Any) -> Zendesk:
    known: dict[str, Any] = {"record": "ticket", "zone": ZoneInfo("Asia/Tokyo")}
    return Zendesk(**(known | settings))


def test_a_ticket_with_a_private_comment(server: ZendeskServer) -> None:
    assert play(mapping().plan(call_summary(), KEY), server) == "1000"
    (ticket,) = server.tickets
    assert ticket["subject"] == "請求額の誤り <1>"
    assert ticket["external_id"] == KEY
    assert (ticket["requester_id"], ticket["via_id"]) == (501, None)
    (creation,) = [one for one in server.requests if one.method == "POST"]
    assert creation.json["ticket"]["comment"]["public"] is False
    assert "voice_comment" not in creation.json["ticket"], "no recording leaves"
    assert creation.headers["idempotency-key"] == KEY


@pytest.mark.parametrize(("direction", "via"), [("inbound", 45), ("outbound", 46)])
def test_a_ticket_of_talk_partner_edition(
    server: ZendeskServer, direction: str, via: int
) -> None:
    said = call_summary(started={"direction": direction})
    play(mapping(record="talk_partner_ticket").plan(said, KEY), server)
    assert server.tickets[0]["via_id"] == via


def test_a_later_version_is_a_further_comment_that_says_so(server: ZendeskServer) -> None:
    play(mapping().plan(call_summary(), KEY), server)
    for _ in range(2):
        play(mapping().plan(call_summary(version=4, text="新しい記録。"), KEY), server)
    first, second = server.tickets[0]["comments"]
    assert "新しい記録。" not in first
    assert second.startswith("第4版。前の記録に代わるものです。\n\n新しい記録。")


def test_a_comment_on_the_ticket_that_telephony_made(server: ZendeskServer) -> None:
    comments = mapping(record="comment")
    with pytest.raises(DeliveryError, match="no ticket has the call's id yet") as caught:
        play(comments.plan(call_summary(), KEY), server)
    assert caught.value.retryable
    server.add(42, "call-1", ["vip"])
    for _ in range(2):
        assert play(comments.plan(call_summary(), KEY), server) == "42"
    (ticket,) = server.tickets
    (comment,) = ticket["comments"]
    assert comment.startswith("請求額の誤り"), "the first one replaces nothing"
    assert ticket["tags"][0] == "vip", "tags of others stay"


def test_a_ticket_that_does_not_show_yet_is_not_made_twice(server: ZendeskServer) -> None:
    play(mapping().plan(call_summary(), KEY), server)
    server.listed = False
    assert play(mapping().plan(call_summary(), KEY), server) == "1000"
    assert len(server.tickets) == 1
    # A later version has another body under the same key: refused, so the next try finds it.
    plan = mapping().plan(call_summary(version=4), KEY)
    next(plan)
    plan.send(Answer(status=200, document={"tickets": []}))
    request = plan.send(Answer(status=200, document={"users": []}))
    assert request.method == "POST"
    refused = Answer(status=400, document={"error": "IdempotentRequestError"})
    assert mapping().transient(refused)
    assert not mapping().transient(Answer(status=422, document={"error": "RecordInvalid"}))


def test_a_ticket_that_somebody_changes_meanwhile_is_read_again(server: ZendeskServer) -> None:
    play(mapping().plan(call_summary(), KEY), server)
    plan = mapping().plan(call_summary(version=4), KEY)
    next(plan)
    shown = {k: v for k, v in server.tickets[0].items() if k != "comments"}
    change = plan.send(Answer(status=200, document={"tickets": [shown]}))
    assert json.loads(change.content or b"")["ticket"]["updated_stamp"] == shown["updated_at"]
    assert 409 not in change.also


def test_operators_and_strangers(server: ZendeskServer) -> None:
    said = call_summary(started={"customer_id": "unknown"})
    play(mapping(owners={"a-1": "77"}).plan(said, KEY), server)
    (creation,) = [one for one in server.requests if one.method == "POST"]
    assert creation.json["ticket"]["assignee_id"] == 77
    assert "requester_id" not in creation.json["ticket"]
