"""The summary over REST: read, edited, approved, and who comes too late."""

from __future__ import annotations

import asyncio
import json

import pytest
from problems import is_problem

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_edit_then_approve_then_delivered(server):
    call_id = await server.ended_call(agent_id="mori")
    async with server.client("operator", "mori") as client:
        draft = (await client.get(f"/api/calls/{call_id}/summary")).json()
        edited = (
            await client.put(
                f"/api/calls/{call_id}/summary",
                json={
                    "version": draft["version"],
                    "text": "hello and goodbye",
                    "fields": draft["fields"] | {"headline": "A greeting"},
                },
            )
        ).json()
        assert (edited["version"], edited["state"], edited["by"]) == (2, "edited", "mori")
        assert edited["fields"]["headline"] == "A greeting"
        # The sentence stayed, so its evidence does.
        assert edited["sentences"] == draft["sentences"]
        approved = (
            await client.post(f"/api/calls/{call_id}/summary/approve", json={"version": 2})
        ).json()
        assert (approved["version"], approved["state"]) == (3, "approved")
        assert approved["text"] == "hello and goodbye"
        first = await client.get(f"/api/calls/{call_id}/summary", params={"version": 1})
        assert first.json() == draft
    written = server.folder / "summaries" / f"{call_id}.json"
    await server.eventually(lambda: exists(written))
    assert json.loads(written.read_text())["summary"]["text"] == "hello and goodbye"

    async with server.client("supervisor") as client:

        async def sent():
            params = {"call_id": call_id}
            page = (await client.get("/api/deliveries", params=params)).json()
            return [entry["state"] for entry in page["entries"]] == ["sent"]

        await server.eventually(sent)
        audited = (await server.services.journal.audited(call_id=call_id)).entries
    assert [entry.what for entry in audited] == ["approve_summary", "edit_summary"]
    assert {entry.who for entry in audited} == {"mori"}


async def exists(path):
    return path.exists()


async def test_an_older_version_conflicts(server):
    call_id = await server.ended_call()
    async with server.client("supervisor") as client:
        url = f"/api/calls/{call_id}/summary"
        assert (await client.put(url, json={"version": 1, "text": "one"})).status_code == 200
        body = is_problem(await client.put(url, json={"version": 1, "text": "two"}), 409)
        assert "version 2 (edited by supervisor)" in body["detail"]
        is_problem(await client.post(f"{url}/approve", json={"version": 1}), 409)
        assert (await client.post(f"{url}/approve", json={"version": 2})).status_code == 200
        is_problem(await client.post(f"{url}/approve", json={"version": 3}), 409)


async def test_of_many_editors_at_once_one_wins(server):
    call_id = await server.ended_call()
    async with server.client("supervisor") as client:
        answers = await asyncio.gather(
            *(
                client.put(
                    f"/api/calls/{call_id}/summary", json={"version": 1, "text": f"{number}"}
                )
                for number in range(8)
            )
        )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    record = await server.services.journal.record(call_id)
    assert [summary.version for summary in record.summaries] == [1, 2]


async def test_a_live_call_has_no_summary_to_approve(server):
    async with server.call() as caller:
        await caller.speak()
        await server.followed_until_started(caller.call_id)
        async with server.client("supervisor") as client:
            url = f"/api/calls/{caller.call_id}/summary"
            is_problem(await client.get(url), 404)
            is_problem(await client.post(f"{url}/approve", json={"version": 1}), 404)
        await caller.stop()


async def test_a_call_without_words_is_approved_once_somebody_wrote(server):
    async with server.call(agent_id="mori") as caller:
        await caller.stop()
    async with server.client("operator", "mori") as client:
        url = f"/api/calls/{caller.call_id}/summary"
        is_problem(await client.post(f"{url}/approve", json={"version": 1}), 409)
        await client.put(url, json={"version": 1, "text": "Wrong number."})
        approved = await client.post(f"{url}/approve", json={"version": 2})
    assert approved.json()["why_none"] is None


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"version": 0}',
        '{"version": 1, "txt": ""}',
        '{"version": 1, "text": 5}',
    ],
)
async def test_a_wrong_edit_is_explained(server, body):
    call_id = await server.ended_call()
    async with server.client("supervisor") as client:
        answer = await client.put(
            f"/api/calls/{call_id}/summary",
            content=body,
            headers={"Content-Type": "application/json"},
        )
    is_problem(answer, 422)


async def test_an_integrator_reads_but_does_not_edit(server):
    call_id = await server.ended_call()
    async with server.client("integrator") as client:
        url = f"/api/calls/{call_id}/summary"
        assert (await client.get(url)).status_code == 200
        is_problem(await client.put(url, json={"version": 1, "text": "x"}), 403)
        is_problem(await client.post(f"{url}/approve", json={"version": 1}), 403)


async def test_long_words_hold_nobody_up(server):
    """Pathological for a mask that looks for names of mail boxes."""
    call_id = await server.ended_call()
    text = "a" * 3_900 + " 4111 1111 1111 1111 "
    async with server.client("supervisor") as client:
        url = f"/api/calls/{call_id}/summary"
        edited = await client.put(url, json={"version": 1, "text": text})
        assert edited.json()["text"] == "a" * 3_900 + " [card] "
        draft = edited.json()
        fields = draft["fields"] | {"headline": "a" * 30_000}
        is_problem(await client.put(url, json={"version": 2, "fields": fields}), 422)
