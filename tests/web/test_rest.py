"""REST over the record: who may, what comes back, what conflicts."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from problems import is_problem

from copilot.call_stream import masked_for
from copilot.record import CallRecord

pytestmark = pytest.mark.asyncio(loop_scope="session")


# Calls --------------------------------------------------------------------------------


async def test_calls_are_listed_newest_first_and_searched(server):
    first = await server.ended_call(agent_id="kato", text="the parcel never came")
    second = await server.ended_call(agent_id="kato", text="the parcel came twice")
    await server.archived(first)
    await server.archived(second)
    async with server.client("supervisor") as client:
        listed = (await client.get("/api/calls", params={"agent_id": "kato"})).json()
        found = (await client.get("/api/calls", params={"text": "Never PARCEL"})).json()
    assert [entry["call_id"] for entry in listed["entries"]] == [second, first]
    assert listed["entries"][0]["summary_state"] == "draft"
    assert [entry["call_id"] for entry in found["entries"]] == [first]


async def test_a_list_goes_on_by_cursor(server):
    wanted = [await server.ended_call(agent_id="abe") for _ in range(3)]
    for call_id in wanted:
        await server.archived(call_id)
    seen: list[str] = []
    async with server.client("admin") as client:
        params = {"agent_id": "abe", "limit": 2}
        while True:
            page = (await client.get("/api/calls", params=params)).json()
            seen += [entry["call_id"] for entry in page["entries"]]
            if page["cursor"] is None:
                break
            params["cursor"] = page["cursor"]
    assert seen == wanted[::-1]


async def test_an_operator_lists_their_own_calls_whatever_they_ask(server):
    own = await server.ended_call(agent_id="ueda")
    await server.archived(own)
    async with server.client("operator", "ueda") as client:
        for params in ({}, {"agent_id": "mori"}):
            entries = (await client.get("/api/calls", params=params)).json()["entries"]
            assert {entry["agent_id"] for entry in entries} == {"ueda"}


async def test_a_call_as_a_whole_and_its_events(server):
    call_id = await server.ended_call(text="I am angry")
    async with server.client("supervisor") as client:
        call = (await client.get(f"/api/calls/{call_id}")).json()
        events = (await client.get(f"/api/calls/{call_id}/events")).json()
        some = (await client.get(f"/api/calls/{call_id}/events", params={"limit": 2})).json()
        rest = (
            await client.get(
                f"/api/calls/{call_id}/events", params={"after": some["next_after"]}
            )
        ).json()
    assert call["state"] == "ended"
    assert [final["text"] for final in call["transcript"]] == ["I am angry"]
    assert call["mood"]["frustration"] == 0.9
    assert [alert["state"] for alert in call["alerts"]] == ["open"]
    assert call["summary"]["state"] == "draft"
    assert call["seq"] == events["entries"][-1]["seq"]
    assert events["next_after"] is None
    assert some["entries"] + rest["entries"] == events["entries"]


async def test_other_peoples_calls_and_unknown_ones(server):
    call_id = await server.ended_call(agent_id="mori")
    async with server.client("operator", "sato") as client:
        for path in ("", "/events", "/summary", "/notes", "/export"):
            is_problem(await client.get(f"/api/calls/{call_id}{path}"), 403)
            is_problem(await client.get(f"/api/calls/nobody{path}"), 404)
    async with server.client("operator", "mori") as client:
        assert (await client.get(f"/api/calls/{call_id}")).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/api/calls?limit=0",
        "/api/calls?limit=x",
        "/api/calls?state=asleep",
        f"/api/calls/{'x' * 129}",
        "/api/calls/.hidden",
        "/api/calls/a%20b/events",
        "/api/calls/x/export?format=doc",
        "/api/alerts?severity=loud",
        "/api/alerts?team=a%00b",
        f"/api/calls/x/events?after={10**30}",
    ],
)
async def test_wrong_input_is_explained(server, path):
    async with server.client("admin") as client:
        body = is_problem(await client.get(path), 422)
    assert body["errors"][0]["where"].split(".")[0] in ("query", "path")


@pytest.mark.parametrize(
    "path",
    [
        "/api/calls?since=yesterday",
        "/api/calls?since=0001-01-01T00:00:00%2B09:00",
        "/api/calls?cursor=abc",
    ],
)
async def test_wrong_times_and_cursors_are_explained(server, path):
    async with server.client("admin") as client:
        is_problem(await client.get(path), 400)


# Alerts -------------------------------------------------------------------------------


async def alerted(server) -> tuple[str, str]:
    call_id = await server.ended_call(agent_id="mori", text="I am angry")
    record = await server.services.journal.record(call_id)
    return call_id, next(iter(record.alerts))


async def test_an_alert_is_acknowledged_assigned_snoozed_and_ends_once(server):
    call_id, alert_id = await alerted(server)
    url = f"/api/alerts/{call_id}/{alert_id}"
    deeds = [
        ("acknowledge", {}),
        ("assign", {"assignee": "tanaka"}),
        ("snooze", {"until": "2026-04-01T10:00:00+09:00"}),
        ("false-alarm", {"comment": "a joke"}),
    ]
    async with server.client("supervisor", "ito") as client:
        for deed, body in deeds:
            answer = await client.post(f"{url}/{deed}", json=body)
            assert answer.status_code == 200, answer.text
        assert answer.json()["by"] == "ito"
        for deed in ("resolve", "false-alarm", "acknowledge"):
            is_problem(await client.post(f"{url}/{deed}", json={}), 409)
    record = await server.services.journal.record(call_id)
    assert record.alerts[alert_id].state == "false_alarm"
    assert record.alerts[alert_id].assignee == "tanaka"
    assert record.alerts[alert_id].updates[2].until == "2026-04-01T01:00:00.000000Z"


async def test_of_many_who_resolve_one_does(server):
    call_id, alert_id = await alerted(server)
    async with server.client("supervisor") as client:
        answers = await asyncio.gather(
            *(
                client.post(f"/api/alerts/{call_id}/{alert_id}/resolve", json={})
                for _ in range(6)
            )
        )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5


async def test_alerts_are_listed(server):
    call_id, alert_id = await alerted(server)
    await server.archived(call_id)
    async with server.client("supervisor") as client:
        params = {"call_id": call_id, "state": "open"}
        entries = (await client.get("/api/alerts", params=params)).json()["entries"]
    assert [entry["alert"]["alert_id"] for entry in entries] == [alert_id]
    async with server.client("operator", "sato") as client:
        assert (await client.get("/api/alerts", params=params)).json()["entries"] == []


@pytest.mark.parametrize(
    ("deed", "body", "status"),
    [
        ("dance", {}, 422),
        ("acknowledge", {"mood": "bad"}, 422),
        ("assign", {}, 400),
        ("snooze", {}, 400),
        ("snooze", {"until": "later"}, 400),
        ("resolve", {"assignee": "x"}, 400),
    ],
)
async def test_a_wrong_deed_is_explained(server, deed, body, status):
    call_id, alert_id = await alerted(server)
    async with server.client("supervisor") as client:
        is_problem(
            await client.post(f"/api/alerts/{call_id}/{alert_id}/{deed}", json=body), status
        )
        is_problem(await client.post(f"/api/alerts/{call_id}/nobody/resolve", json={}), 404)
    async with server.client("operator", "mori") as client:
        answer = await client.post(f"/api/alerts/{call_id}/{alert_id}/resolve", json={})
        is_problem(answer, 403)


# Notes, exports, deliveries -----------------------------------------------------------


async def test_notes_reach_the_call(server):
    async with server.call(agent_id="mori") as caller:
        await server.followed_until_started(caller.call_id)
        async with server.client("supervisor", "ito") as client:
            url = f"/api/calls/{caller.call_id}/notes"
            answer = await client.post(url, json={"text": "Offer a refund."})
            assert answer.status_code == 201
            is_problem(await client.post(url, json={"text": ""}), 422)
            is_problem(await client.post(url, json={"text": "x" * 1001}), 422)
        events = await caller.stop()
        notes = [event for event in events if event.type == "note"]
    assert [(note.author, note.to, note.text) for note in notes] == [
        ("ito", "mori", "Offer a refund.")
    ]
    async with server.client("operator", "mori") as client:
        listed = (await client.get(f"/api/calls/{caller.call_id}/notes")).json()
    assert [note["text"] for note in listed] == ["Offer a refund."]


@pytest.mark.parametrize(
    ("form", "media_type", "begins"),
    [
        ("json", "application/json", "{"),
        ("csv", "text/csv", "\ufeffcall_id,"),
        ("vtt", "text/vtt", "WEBVTT"),
        ("html", "text/html", "<!doctype html>"),
    ],
)
async def test_exports_are_files(server, form, media_type, begins):
    call_id = await server.ended_call()
    async with server.client("integrator") as client:
        answer = await client.get(f"/api/calls/{call_id}/export", params={"format": form})
    assert answer.headers["content-type"].startswith(media_type)
    disposition = answer.headers["content-disposition"]
    kept = "inline" if form == "html" else "attachment"
    assert disposition == f'{kept}; filename="call-{call_id}.{form}"'
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.content.decode().startswith(begins)


async def test_calls_of_a_day_are_exported_as_one_document(server):
    call_ids = [await server.ended_call(text="this is Helen Osei") for _ in range(2)]
    for call_id in call_ids:
        await server.archived(call_id)
    async with server.client("supervisor") as client:
        calls = (await client.get("/api/export")).json()
        assert {one["call_id"] for one in calls} >= set(call_ids)
        began = [one["started"]["started_at"] for one in calls]
        assert began == sorted(began)
        answer = await client.get("/api/export", params={"format": "csv", "bom": False})
        assert answer.headers["content-type"].startswith("text/csv")
        assert answer.text.startswith("call_id,")
        nothing = await client.get("/api/export", params={"until": "2020-01-01"})
        assert nothing.json() == []
        masked = await client.get("/api/export", params={"analytics": True})
        assert "Helen" not in masked.text
        is_problem(await client.get("/api/export", params={"since": "yesterday"}), 400)
        is_problem(await client.get("/api/export", params={"format": "vtt"}), 422)
    async with server.client("operator") as client:
        is_problem(await client.get("/api/export"), 403)
    page = await server.services.journal.audited(limit=10)
    assert ("supervisor", "export", "csv") in {
        (one.who, one.what, one.detail) for one in page.entries
    }


async def test_file_names_fit_every_file_system(server):
    async with server.call(call_id="a@b:c+d") as caller:
        await caller.stop()
    async with server.client("admin") as client:
        answer = await client.get(f"/api/calls/{caller.call_id}/export")
    assert 'filename="call-a_b_c_d.json"' in answer.headers["content-disposition"]


async def test_deliveries_are_tried_again_by_hand(server):
    call_id = await server.ended_call()
    async with server.client("integrator") as client:
        is_problem(await client.post(f"/api/deliveries/{call_id}/file/retry"), 404)
        async with server.client("admin") as admin:
            await admin.post(f"/api/calls/{call_id}/summary/approve", json={"version": 1})
        assert (await client.post(f"/api/deliveries/{call_id}/file/retry")).status_code == 202
        is_problem(await client.post(f"/api/deliveries/{call_id}/fax/retry"), 404)
    async with server.client("supervisor") as client:
        assert (await client.post(f"/api/deliveries/{call_id}/file/retry")).status_code == 202

        async def sent() -> bool:
            page = (await client.get("/api/deliveries", params={"call_id": call_id})).json()
            return bool(page["entries"]) and page["entries"][0]["state"] == "sent"

        await server.eventually(sent)
        audited = await server.services.journal.audited(call_id=call_id)
        assert ("supervisor", "retry_delivery", "file") in {
            (one.who, one.what, one.detail) for one in audited.entries
        }
    async with server.client("operator") as client:
        is_problem(await client.get("/api/deliveries"), 403)
        is_problem(await client.post(f"/api/deliveries/{call_id}/file/retry"), 403)


# Everything ---------------------------------------------------------------------------


async def test_what_does_not_exist_is_a_problem_too(server):
    async with server.client("admin") as client:
        is_problem(await client.get("/api/nothing"), 404)
        is_problem(await client.delete("/api/calls"), 405)


async def test_openapi_names_every_route_and_the_problem(server):
    async with server.anonymous() as client:
        document = (await client.get("/api/openapi.json")).json()
        schema = (await client.get("/api/events.schema.json")).json()
    assert "/api/calls/{call_id}/summary/approve" in document["paths"]
    answers = document["paths"]["/api/calls"]["get"]["responses"]
    assert "application/problem+json" in answers["422"]["content"]
    assert document["paths"]["/api/calls"]["get"]["security"] == [{"HTTPBearer": []}]
    assert "transcript" in schema["discriminator"]["mapping"]


async def test_health_and_readiness(server):
    async with server.anonymous() as client:
        assert (await client.get("/healthz")).json() == {"status": "ok"}
        ready = (await client.get("/readyz")).json()
    assert ready["ready"] is True
    assert ready["recogniser"] == "scripted"


async def test_a_call_is_masked_and_written_beside_the_event_loop(server, monkeypatch):
    threads: list[int] = []

    def masked(*given: Any, **named: Any) -> CallRecord:
        threads.append(threading.get_ident())
        return masked_for(*given, **named)

    monkeypatch.setattr("copilot.web.exports.masked_for", masked)
    call_id = await server.ended_call()
    async with server.client("supervisor") as client:
        assert (await client.get(f"/api/calls/{call_id}/export?analytics=true")).is_success
    assert threads and threading.get_ident() not in threads


async def test_metrics_count_calls_events_and_requests(server):
    call_id = await server.ended_call()
    await server.archived(call_id)
    async with server.anonymous() as client:

        async def counted():
            text = (await client.get("/metrics")).text
            return 'copilot_events_total{type="summary"}' in text

        await server.eventually(counted)
        text = (await client.get("/metrics")).text
    assert "copilot_calls_live" in text
    assert "copilot_recogniser_lag_seconds 0.0" in text
    assert "copilot_recogniser_waiting" in text
    assert "copilot_tasks" in text
    assert "copilot_final_latency_seconds_bucket" in text
    assert 'copilot_http_requests_total{method="GET",route="/metrics",status="200"}' in text
    assert call_id not in text
