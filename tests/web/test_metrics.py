"""What Prometheus reads of deliveries."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="session")

WAITING = 'copilot_delivery_queue{state="waiting",target="file"}'
DEAD = 'copilot_delivery_queue{state="dead",target="file"}'


async def test_deliveries_are_told_by_target_and_state(own_server):
    async with own_server.client("supervisor") as client:

        async def lines() -> list[str]:
            return (await client.get("/metrics")).text.splitlines()

        assert f"{WAITING} 0.0" in await lines()
        assert f"{DEAD} 0.0" in await lines()
        call_id = await own_server.ended_call()
        await client.post(f"/api/calls/{call_id}/summary/approve", json={"version": 1})

        async def sent() -> bool:
            told = await lines()
            return (
                'copilot_deliveries_total{state="sent",target="file"} 1.0' in told
                and f"{WAITING} 0.0" in told
            )

        await own_server.eventually(sent)
        told = await lines()
        assert 'copilot_deliveries_total{state="queued",target="file"} 1.0' in told
        redis = own_server.services.journal.bus.redis
        await redis.hset("copilot:delivery:file:dead", "c1", "answered 422")
        assert f"{DEAD} 1.0" in await lines()


async def test_a_queue_that_cannot_be_seen_is_not_empty(own_server):
    async with own_server.anonymous() as client:
        assert WAITING in (await client.get("/metrics")).text
        own_server.valkey.stop()
        answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert "copilot_calls_live 0.0" in answer.text
    assert WAITING not in answer.text
