"""The evidence pack over REST: who gets it, and that it was made is on record."""

from __future__ import annotations

import pytest
from problems import is_problem

from copilot.evidence_check import changed_since, opened

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_supervisor_gets_the_pack_and_the_audit_log_its_hash(server):
    call_id = await server.ended_call(agent_id="mori", text="I am angry")
    async with server.client("supervisor", "abe") as client:
        answer = await client.get(f"/api/calls/{call_id}/evidence")
    assert answer.headers["content-type"] == "application/zip"
    assert f"evidence-{call_id}.zip" in answer.headers["content-disposition"]
    pack = opened(answer.content)
    assert (pack.call_id, pack.made_by, pack.faults) == (call_id, "abe", ())
    assert changed_since(pack, await server.services.journal.events(call_id)) == []
    audited = (await server.services.journal.audited(call_id=call_id)).entries
    assert ("abe", "evidence", pack.manifest_sha256) in [
        (one.who, one.what, one.detail) for one in audited
    ]


async def test_the_pack_is_for_those_who_may_export(server):
    call_id = await server.ended_call(agent_id="mori")
    async with server.client("operator", "mori") as client:
        is_problem(await client.get(f"/api/calls/{call_id}/evidence"), 403)
    async with server.client("supervisor") as client:
        is_problem(await client.get("/api/calls/nobody/evidence"), 404)
