"""Steps against harassment over REST: who may take them, once, noted by whom."""

from __future__ import annotations

import uuid

import pytest
import pytest_asyncio
from problems import is_problem

from copilot.events import Alert, CallStarted, Evidence, StepTaken, Transcript

pytestmark = pytest.mark.asyncio(loop_scope="session")

WORDS = "You idiot, my card is 4111 1111 1111 1111."


@pytest_asyncio.fixture(loop_scope="session")
async def harassed(server) -> str:
    """A live call of mori with one alert of abuse, ``a1``, and one of frustration, ``f1``."""
    call_id = f"policy-{uuid.uuid4().hex[:8]}"
    await server.services.journal.bus.claim(call_id, "test", 600.0)
    common = {"call_id": call_id, "at_s": 4.0}
    quoted = (Evidence(utterance_id="u1", quote="You idiot", start_s=2.0),)
    for event in (
        CallStarted(
            call_id=call_id,
            at_s=0.0,
            started_at="2026-04-01T00:00:00Z",
            agent_id="mori",
            language="en",
        ),
        Transcript(
            **common,
            utterance_id="u1",
            speaker="customer",
            revision=1,
            start_s=2.0,
            end_s=4.0,
            text="You idiot.",
            final=True,
        ),
        *(
            Alert(
                **common,
                alert_id=alert_id,
                kind=kind,
                rule=kind,
                severity="critical",
                speaker="customer",
                harassment_type=harassment_type,
                message="",
                evidence=quoted,
            )
            for alert_id, kind, harassment_type in (
                ("a1", "harassment", "abuse"),
                ("f1", "frustration_spike", None),
            )
        ),
    ):
        await server.services.journal.append(event)
    return call_id


def path(call_id: str, step: str, alert_id: str = "a1") -> str:
    return f"/api/calls/{call_id}/alerts/{alert_id}/steps/{step}"


async def test_the_policy_is_shown_to_whoever_works_by_it(server):
    async with server.client("operator", "mori") as client:
        shown = (await client.get("/api/policy")).json()
    assert len(shown["steps"]) == 10
    end = next(step for step in shown["steps"]["abuse"] if step["id"] == "end")
    assert (end["who"], end["alerts_at_least"]) == (["supervisor"], 3)
    async with server.anonymous() as client:
        is_problem(await client.get("/api/policy"), 401)


async def test_an_operator_takes_a_step_once_and_it_is_told(server, harassed):
    async with server.client("operator", "mori") as client:
        before = (await client.get(f"/api/calls/{harassed}/policy")).json()
        taken = await client.post(path(harassed, "caution"), json={"comment": WORDS})
        is_problem(await client.post(path(harassed, "caution"), json={}), 409)
        after = (await client.get(f"/api/calls/{harassed}/policy")).json()
        call = (await client.get(f"/api/calls/{harassed}")).json()
    assert [one["alert_id"] for one in before["alerts"]] == ["a1"], "a complaint has no steps"
    assert (before["language"], before["alerts"][0]["next"]) == ("en", "record")
    assert taken.status_code == 201
    assert (taken.json()["type"], taken.json()["by"]) == ("step_taken", "mori")
    states = {step["id"]: step["state"] for step in after["alerts"][0]["steps"]}
    assert (states["record"], states["caution"]) == ("passed", "taken")
    assert [step["step"] for step in call["steps"]] == ["caution"]
    assert "4111" not in call["steps"][0]["comment"]
    events = await server.services.journal.events(harassed)
    assert [type(event) for event in events].count(StepTaken) == 1
    audited = (await server.services.journal.audited(call_id=harassed)).entries
    assert [(one.who, one.what) for one in audited] == [("mori", "take_step")]
    assert "caution" in audited[0].detail and before["version"] in audited[0].detail


async def test_the_end_of_a_call_is_a_supervisors(server, harassed):
    async with server.client("operator", "mori") as client:
        is_problem(await client.post(path(harassed, "end"), json={}), 403)
    async with server.client("integrator") as client:
        for step in ("record", "caution", "supervisor", "warning", "end"):
            is_problem(await client.post(path(harassed, step), json={}), 403)
    async with server.client("operator", "sato") as client:
        is_problem(await client.post(path(harassed, "record"), json={}), 403)
        is_problem(await client.get(f"/api/calls/{harassed}/policy"), 403)
    async with server.client("supervisor", "abe") as client:
        assert (await client.post(path(harassed, "end"), json={})).json()["by"] == "abe"


async def test_what_the_policy_does_not_know_is_not_taken(server, harassed):
    async with server.client("supervisor") as client:
        is_problem(await client.post(path(harassed, "caution", "f1"), json={}), 404)
        is_problem(await client.post(path(harassed, "caution", "a9"), json={}), 404)
        is_problem(await client.post(path(harassed, "shout"), json={}), 422)
        false_alarm = f"/api/alerts/{harassed}/a1/false-alarm"
        assert (await client.post(false_alarm, json={})).status_code == 200
        is_problem(await client.post(path(harassed, "caution"), json={}), 404)
        shown = (await client.get(f"/api/calls/{harassed}/policy")).json()
    assert shown["alerts"] == []
