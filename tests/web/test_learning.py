"""Learning data over REST: streamed, masked, for those who may export."""

from __future__ import annotations

import json

import pytest
from problems import is_problem

pytestmark = pytest.mark.asyncio(loop_scope="session")

URL = "/api/summaries/edits"


async def test_edits_are_json_lines(own_server):
    call_id = await own_server.ended_call(text="the kettle leaks")
    url = f"/api/calls/{call_id}/summary"
    async with own_server.client("supervisor", "lead") as client:
        await client.put(url, json={"version": 1, "text": "Kettle leaks.", "spent_s": 8})
        assert (await client.get(URL)).text == ""
        await client.post(f"{url}/approve", json={"version": 2, "spent_s": 1})

        async def approved():
            page = (await client.get("/api/calls")).json()
            return page["entries"][0]["summary_state"] == "approved"

        await own_server.eventually(approved)
        answer = await client.get(URL)
        later = await client.get(URL, params={"since": "2999-01-01"})
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    (line,) = answer.text.splitlines()
    edit = json.loads(line)
    assert (edit["generator"], edit["spent_s"]) == ("scripted", 9)
    (text,) = (one for one in edit["changes"] if one["field"] == "text")
    assert (text["before"], text["after"]) == ("the kettle leaks", "Kettle leaks.")
    assert call_id not in line
    assert "lead" not in line
    assert later.text == ""
    audited = (await own_server.services.journal.audited()).entries
    assert "export_edits" in {entry.what for entry in audited}


async def test_a_wrong_time_is_told_before_the_answer_begins(server):
    async with server.client("admin") as client:
        is_problem(await client.get(URL, params={"since": "soon"}), 400)


async def test_operators_do_not_get_it(server):
    async with server.client("operator", "mori") as client:
        is_problem(await client.get(URL), 403)
    async with server.client("integrator") as client:
        assert (await client.get(URL)).status_code == 200
