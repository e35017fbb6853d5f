"""The brief of a call over REST."""

from __future__ import annotations

import pytest
from problems import is_problem

from copilot.events import Emotion, Resumed

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_of_a_call_that_goes_on_it_is_made_now(server):
    async with server.call(agent_id="mori", customer_id="C-7") as caller:
        server.recogniser.says[caller.call_id] = "I am angry, when will it arrive?"
        await caller.speak()
        await caller.until(Emotion)
        await caller.send(type="pause", reason="card")
        await caller.send(type="resume")
        await caller.until(Resumed)
        url = f"/api/calls/{caller.call_id}/handover"
        async with server.client("supervisor") as client:
            note = {"text": "offer a refund"}
            await client.post(f"/api/calls/{caller.call_id}/notes", json=note)
            brief = (await client.get(url)).json()
        async with server.client("operator", "sato") as client:
            is_problem(await client.get(url), 403)
        await caller.stop()
    assert (brief["state"], brief["summary_version"]) == ("live", 0)
    assert (brief["who"]["customer_id"], brief["who"]["agent_id"]) == ("C-7", "mori")
    assert [one["kind"] for one in brief["trouble"]] == ["frustration_spike"]
    assert [one["text"] for one in brief["notes"]] == ["offer a refund"]
    assert [one["reason"] for one in brief["confidential"]] == ["card"]
    (asked,) = brief["open_questions"]
    assert asked["speaker"] == "customer"
    assert brief["mood_line"][0]["frustration"] == 0.9


async def test_of_a_call_that_is_over_it_is_the_newest_version(server):
    call_id = await server.ended_call(agent_id="mori")
    async with server.client("operator", "mori") as client:
        url = f"/api/calls/{call_id}/summary"
        fields = (await client.get(url)).json()["fields"] | {"reason": "the kettle leaks"}
        await client.put(url, json={"version": 1, "fields": fields})
        brief = (await client.get(f"/api/calls/{call_id}/handover")).json()
    assert (brief["state"], brief["summary_version"], brief["summary_state"]) == (
        "ended",
        2,
        "edited",
    )
    assert brief["why"] == "the kettle leaks"


async def test_without_words_it_says_why(server):
    async with server.call() as caller:
        await caller.stop()
    async with server.client("supervisor") as client:
        brief = (await client.get(f"/api/calls/{caller.call_id}/handover")).json()
        is_problem(await client.get("/api/calls/nobody/handover"), 404)
    assert (brief["summary_state"], brief["why_none"]) == ("unavailable", "no_speech")
