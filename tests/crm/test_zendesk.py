"""Zendesk: what stands in its tickets, and that comments are made once. No sockets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from crm_server import play
from one_summary import call_summary
from zendesk_server import ZendeskServer

from copilot.crm.request import Answer, Plan, Request
from copilot.crm.zendesk import Zendesk
from copilot.errors import DeliveryError

KEY = "call-1:zendesk"


@pytest.fixture
def server(tmp_path: Path) -> ZendeskServer:
    return ZendeskServer(tmp_path / "secret")


def mapping(**settings: Any) -> Zendesk:
    known: dict[str, Any] = {"record": "ticket", "zone": ZoneInfo("Asia/Tokyo")}
    return Zendesk(**(known | settings))


def later_plan(server: ZendeskServer) -> tuple[Plan, dict[str, Any], Request]:
    """Of a later version: the plan that has looked, the ticket it found, what it asks for."""
    play(mapping().plan(call_summary(), KEY), server)
    shown = {name: value for name, value in server.tickets[0].items() if name != "comments"}
    plan = mapping().plan(call_summary(version=4), KEY)
    next(plan)
    return plan, shown, plan.send(Answer(status=200, document={"tickets": [shown]}))


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
    _, shown, change = later_plan(server)
    assert json.loads(change.content or b"")["ticket"]["updated_stamp"] == shown["updated_at"]
    assert 409 not in change.also


def test_operators_and_strangers(server: ZendeskServer) -> None:
    said = call_summary(started={"customer_id": "unknown"})
    play(mapping(owners={"a-1": "77"}).plan(said, KEY), server)
    (creation,) = [one for one in server.requests if one.method == "POST"]
    assert creation.json["ticket"]["assignee_id"] == 77
    assert "requester_id" not in creation.json["ticket"]


@pytest.mark.parametrize("record", ["ticket", "talk_partner_ticket", "comment"])
def test_a_ticket_that_is_closed_is_followed_by_another(
    server: ZendeskServer, record: str
) -> None:
    zendesk = mapping(record=record)
    if record == "comment":
        server.add(42, "call-1", ["vip"])
    first = play(zendesk.plan(call_summary(), KEY), server)
    server.tickets[0] |= {"status": "closed", "requester_id": 501}
    assert play(zendesk.plan(call_summary(), KEY), server) == first, "it has this version"
    for _ in range(2):
        second = play(zendesk.plan(call_summary(version=4, text="新しい記録。"), KEY), server)
    closed, follow_up = server.tickets
    assert str(follow_up["id"]) == second != first
    assert follow_up["follows"] == closed["id"]
    assert follow_up["external_id"] == closed["external_id"]
    assert follow_up["requester_id"] == 501
    assert set(closed["tags"]) < set(follow_up["tags"])
    (comment,) = follow_up["comments"]
    assert comment.startswith("第4版。前の記録に代わるものです。")
    assert len(closed["comments"]) == 1
    # Later ones go there, as long as it is open; after that it is followed as well.
    assert play(zendesk.plan(call_summary(version=5), KEY), server) == second
    follow_up["status"] = "closed"
    third = play(zendesk.plan(call_summary(version=6), KEY), server)
    assert server.tickets[-1]["follows"] == follow_up["id"]
    assert (third, len(server.tickets)) == (str(server.tickets[-1]["id"]), 3)


@pytest.mark.parametrize("lost", range(2))
def test_a_ticket_after_a_closed_one_is_made_once(server: ZendeskServer, lost: int) -> None:
    play(mapping().plan(call_summary(), KEY), server)
    server.tickets[0]["status"] = "closed"
    later = mapping().plan(call_summary(version=4), KEY)
    with pytest.raises(ConnectionError):
        play(later, server, lost=lost)
    play(mapping().plan(call_summary(version=4), KEY), server)
    assert len(server.tickets) == 2


def test_a_follow_up_that_does_not_show_yet_is_not_made_twice(server: ZendeskServer) -> None:
    play(mapping().plan(call_summary(), KEY), server)
    server.tickets[0]["status"] = "closed"
    shown = [{k: v for k, v in server.tickets[0].items() if k != "comments"}]
    made = set()
    for _ in range(2):
        plan = mapping().plan(call_summary(version=4), KEY)
        next(plan)
        creation = plan.send(Answer(status=200, document={"tickets": shown}))
        assert creation.repeatable
        made.add((creation.headers["idempotency-key"], creation.content))
    assert len(made) == 1
    assert KEY not in {key for key, _ in made}, "the ticket's own was used"


def test_a_ticket_that_is_closed_meanwhile(server: ZendeskServer) -> None:
    plan, shown, update = later_plan(server)
    assert 422 in update.also
    refused = Answer(status=422, document={"error": "RecordInvalid"})
    assert plan.send(refused).method == "GET"
    closed = {**shown, "status": "closed"}
    creation = plan.send(Answer(status=200, document={"tickets": [closed]}))
    ticket = json.loads(creation.content or b"")["ticket"]
    assert ticket["via_followup_source_id"] == shown["id"]


def test_what_is_not_valid_is_a_dead_letter(server: ZendeskServer) -> None:
    plan, shown, _ = later_plan(server)
    plan.send(Answer(status=422, document={"error": "RecordInvalid"}))
    with pytest.raises(DeliveryError, match="answered 422: RecordInvalid") as caught:
        plan.send(Answer(status=200, document={"tickets": [shown]}))
    assert not caught.value.retryable
