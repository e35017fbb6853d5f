"""Alerts between people over REST: who is asked, who helps, what followed."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest
from problems import is_problem

from copilot.events import Alert, AlertUpdated
from copilot.times import utc_now

pytestmark = pytest.mark.asyncio(loop_scope="session")


@asynccontextmanager
async def talking(server, *, agent_id="mori", text="I am angry"):
    """A live call in which the customer has spoken, and the lists know its alerts."""
    async with server.call(agent_id=agent_id) as caller:
        server.recogniser.says[caller.call_id] = text
        await caller.speak()
        told = await caller.until(Alert)

        async def listed():
            page = await server.services.journal.alerts(call_id=caller.call_id)
            return bool(page.entries)

        await server.eventually(listed)
        yield caller, told[-1]
        await caller.stop()


async def asked(client, place="asking"):
    board = (await client.get("/api/alerts/board")).json()
    return {item["call_id"]: item for item in board[place]}


# The board ----------------------------------------------------------------------------


async def test_the_board_merges_a_calls_alerts_and_knows_the_budget(server):
    async with talking(server) as (caller, alert), server.client("supervisor") as client:
        board = (await client.get("/api/alerts/board")).json()
        assert board["budget"] == server.services.config.alert_budget
        item = (await asked(client))[caller.call_id]
        assert item["alert_ids"][0] == alert.alert_id
        assert (item["count"], item["severity"]) == (1, alert.severity)
        assert item["agent_id"] == "mori"


async def test_an_acknowledged_call_is_in_hand_and_a_snoozed_one_away(server):
    async with talking(server) as (caller, alert), server.client("supervisor", "ito") as client:
        url = f"/api/alerts/{caller.call_id}/{alert.alert_id}"
        await client.post(f"{url}/acknowledge", json={})
        assert caller.call_id not in await asked(client)
        assert (await asked(client, "in_hand"))[caller.call_id]["taken_by"] == "ito"
        await client.post(f"{url}/snooze", json={"until": utc_now(60)})
        assert caller.call_id in await asked(client, "snoozed")
        # Over at once: it asks again, and every reader says so.
        await client.post(f"{url}/snooze", json={"until": utc_now(-1)})
        assert caller.call_id in await asked(client)
        shown = (await client.get(f"/api/calls/{caller.call_id}")).json()["alerts"][0]
        assert (shown["state"], len(shown["updates"])) == ("open", 3)
        assert [update["by"] for update in shown["updates"]] == ["ito"] * 3


async def test_what_is_assigned_asks_the_one_it_names(server):
    async with (
        talking(server) as (caller, alert),
        server.client("supervisor", "ito") as ito,
        server.client("supervisor", "tanaka") as tanaka,
    ):
        url = f"/api/alerts/{caller.call_id}/{alert.alert_id}"
        await ito.post(f"{url}/assign", json={"assignee": "tanaka"})
        assert caller.call_id in await asked(tanaka)
        assert caller.call_id in await asked(ito, "in_hand")
        entries = (await ito.get("/api/alerts", params={"assignee": "tanaka"})).json()[
            "entries"
        ]
        assert alert.alert_id in [one["alert"]["alert_id"] for one in entries]


async def test_the_board_and_the_counts_are_not_for_operators(server):
    async with server.client("operator", "mori") as client:
        for path in ("board", "precision"):
            is_problem(await client.get(f"/api/alerts/{path}"), 403)


async def test_precision_follows_the_taps(own_server):
    call_ids = [await own_server.ended_call(text="I am angry") for _ in range(2)]
    async with own_server.client("supervisor") as client:
        for call_id, deed in zip(call_ids, ("resolve", "false-alarm"), strict=True):
            (alert_id,) = (await own_server.services.journal.record(call_id)).alerts
            await client.post(f"/api/alerts/{call_id}/{alert_id}/{deed}", json={})

        async def counted():
            (rule,) = (await client.get("/api/alerts/precision")).json()
            return (rule["resolved"], rule["false_alarms"], rule["precision"]) == (1, 1, 0.5)

        await own_server.eventually(counted)


# Asking for help ----------------------------------------------------------------------


async def test_a_hand_goes_up_once_and_is_answered(server):
    async with (
        talking(server) as (caller, _),
        server.client("operator", "mori") as operator,
        server.client("supervisor", "ito") as supervisor,
    ):
        url = f"/api/calls/{caller.call_id}/help"
        first = await operator.post(url)
        assert first.status_code == 201
        sign = first.json()
        assert (sign["kind"], sign["severity"]) == ("help_sign", "critical")
        assert sign["evidence"][0]["quote"] == "I am angry"
        again = await operator.post(url)
        assert (again.status_code, again.json()["alert_id"]) == (200, sign["alert_id"])

        alert_url = f"/api/alerts/{caller.call_id}/{sign['alert_id']}"
        await supervisor.post(f"{alert_url}/acknowledge", json={})
        lowered = await supervisor.post(f"{url}/lower", json={"comment": "stepped in"})
        assert (lowered.json()["state"], lowered.json()["by"]) == ("resolved", "ito")
        is_problem(await operator.post(f"{url}/lower", json={}), 404)
        assert (await operator.post(url)).status_code == 201
        assert (await operator.post(f"{url}/lower", json={})).json()["by"] == "mori"

        found = (await supervisor.get(f"/api/calls/{caller.call_id}/interventions")).json()
        assert [(one["kind"], one["by"], one["outcome"]) for one in found] == [
            ("help_answered", "ito", "not_enough_turns")
        ]


async def test_a_hand_reaches_the_calls_socket(server):
    async with server.call(agent_id="mori") as caller:
        await server.followed_until_started(caller.call_id)
        async with server.client("operator", "mori") as client:
            await client.post(f"/api/calls/{caller.call_id}/help")
            await client.post(f"/api/calls/{caller.call_id}/help/lower", json={})
        told = await caller.stop()
        assert [one.kind for one in told if isinstance(one, Alert)] == ["help_sign"]
        assert [one.state for one in told if isinstance(one, AlertUpdated)] == ["resolved"]


async def test_only_the_operator_of_the_call_raises_a_hand(server):
    async with server.call(agent_id="mori") as caller:
        await server.followed_until_started(caller.call_id)
        url = f"/api/calls/{caller.call_id}/help"
        for role, name in (("operator", "sato"), ("supervisor", "ito"), ("integrator", "pbx")):
            async with server.client(role, name) as client:
                is_problem(await client.post(url), 403)
        async with server.client("operator", "sato") as client:
            is_problem(await client.post(f"{url}/lower", json={}), 403)
        await caller.stop()
    async with server.client("operator", "mori") as client:
        is_problem(await client.post(url), 409)
        is_problem(await client.post("/api/calls/nowhere/help"), 404)
