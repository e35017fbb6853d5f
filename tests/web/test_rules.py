"""Rules over REST: those in force, faults of others, what others would change."""

from __future__ import annotations

import uuid

import pytest
import pytest_asyncio
from problems import is_problem

from copilot.events import Alert, AlertUpdated, CallEnded, CallStarted, Evidence, Transcript

pytestmark = pytest.mark.asyncio(loop_scope="session")

RULES = """
[[rule]]
id = "refund"
kind = "churn_risk"
speaker = ["customer"]
when.said = true
phrases.en = ["refund"]
severity = "warning"
message.en = "A refund."
"""


@pytest_asyncio.fixture(loop_scope="session")
async def ended(server) -> str:
    """An ended call of mori in which a refund was asked for: once a false alarm."""
    call_id = f"rules-{uuid.uuid4().hex[:8]}"
    journal = server.services.journal
    await journal.bus.claim(call_id, "test", 600.0)
    common = {"call_id": call_id, "at_s": 4.5}
    for event in (
        CallStarted(
            call_id=call_id,
            at_s=0.0,
            started_at="2026-04-01T00:00:00Z",
            agent_id="mori",
            team=call_id,
            language="en",
        ),
        Transcript(
            **common,
            utterance_id="u1",
            speaker="customer",
            revision=1,
            start_s=1.0,
            end_s=4.0,
            text="I want a refund.",
            final=True,
        ),
        Alert(
            **common,
            alert_id="a1",
            kind="churn_risk",
            rule="old",
            severity="warning",
            speaker="customer",
            message="",
            evidence=(Evidence(utterance_id="u1", quote="refund", start_s=1.0),),
        ),
        AlertUpdated(
            **common,
            alert_id="a1",
            state="false_alarm",
            by="abe",
            made_at="2026-04-01T00:01:00Z",
        ),
        CallEnded(call_id=call_id, at_s=5.0, duration_s=5.0, reason="stop"),
    ):
        await journal.append(event)

    async def listed() -> bool:
        page = await journal.calls(state="ended", team=call_id)
        return bool(page.entries)

    await server.eventually(listed)
    return call_id


async def test_the_rules_in_force_are_shown_to_supervisors(server):
    async with server.client("supervisor") as client:
        shown = (await client.get("/api/rules")).json()
    assert "spike" in [rule["id"] for rule in shown["rules"]]
    assert (shown["faults"], bool(shown["loaded_at"])) == ([], True)
    assert any(name.endswith("mood.toml") for name in shown["texts"])


@pytest.mark.parametrize("role", ["operator", "integrator"])
async def test_others_may_not_see_or_try_rules(server, role):
    async with server.client(role) as client:
        is_problem(await client.get("/api/rules"), 403)
        for deed in ("validate", "replay"):
            is_problem(await client.post(f"/api/rules/{deed}", json={"toml": RULES}), 403)


async def test_every_fault_is_told_with_its_line_and_nothing_changes(server):
    wrong = RULES.replace("warning", "loud").replace("churn_risk", "churning")
    before = server.services.rules.rules
    async with server.client("supervisor") as client:
        checked = (await client.post("/api/rules/validate", json={"toml": wrong})).json()
        good = (await client.post("/api/rules/validate", json={"toml": RULES})).json()
    assert [fault["line"] for fault in checked["faults"]] == [4, 8]
    assert (good["faults"], [rule["id"] for rule in good["rules"]]) == ([], ["refund"])
    assert server.services.rules.rules is before


async def test_other_rules_are_compared_on_stored_calls(server, ended):
    async with server.client("supervisor") as client:
        answer = await client.post(
            "/api/rules/replay", json={"toml": RULES, "against": RULES, "team": ended}
        )
        in_force = await client.post(
            "/api/rules/replay", json={"toml": RULES, "call_ids": [ended]}
        )
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["compared"], found["left_out"], found["judged"]) == (1, 0, 1)
    (call,) = found["calls"]
    (alert,) = call["alerts"]
    assert (alert["change"], alert["after"]["verdict"]) == ("same", "false_alarm")
    assert (alert["after"]["at_s"], alert["after"]["quote"]) == (4.5, "I want a refund.")
    assert found["together"]["precision_after"] == 0.0
    assert "refund" in [rule["rule"] for rule in in_force.json()["rules"]]
    events = await server.services.journal.events(ended)
    assert sum(isinstance(event, Alert) for event in events) == 1, "nothing was stored"


async def test_what_cannot_be_compared_is_told(server, ended):
    async with server.client("admin") as client:

        async def compare(**body):
            return await client.post("/api/rules/replay", json={"toml": RULES} | body)

        told = is_problem(await compare(toml=RULES.replace("warning", "loud")), 422)
        assert [fault["where"] for fault in told["errors"]] == ["rules.toml:8"]
        told = is_problem(await compare(against="x ="), 422)
        assert told["errors"][0]["where"] == "against.toml:1"
        is_problem(await compare(call_ids=[ended, "nobody"]), 404)
        is_problem(await compare(limit=101), 422)
        is_problem(await compare(since="yesterday"), 400)
