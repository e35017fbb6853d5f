"""The centre's disposition codes over REST, and approval that asks for one."""

from pathlib import Path

import httpx
import pytest
from problems import is_problem

from copilot.events import CallEnded, CallStarted, Summary

pytestmark = pytest.mark.asyncio(loop_scope="session")

CODES = """
required = true
[[disposition]]
code = "damaged"
title = { en = "Damaged", ja = "破損" }
examples = ["it broke", "壊れた"]
[[disposition]]
code = "late"
examples = ["it is late", "届かない"]
"""


@pytest.fixture
def codes(tmp_path: Path) -> Path:
    file = tmp_path / "codes.toml"
    file.write_text(CODES, encoding="utf-8")
    return file


async def test_codes_come_in_the_centres_order_with_their_titles(start_server, codes) -> None:
    async with start_server(dispositions=codes) as server:
        async with server.client("operator", "mori") as client:
            answer = await client.get("/api/dispositions")
        assert answer.json() == {
            "required": True,
            "dispositions": [
                {"code": "damaged", "title": {"en": "Damaged", "ja": "破損"}},
                {"code": "late", "title": {}},
            ],
        }


async def test_strangers_do_not_see_them(server) -> None:
    async with httpx.AsyncClient(base_url=server.url) as client:
        assert (await client.get("/api/dispositions")).status_code == 401


async def test_a_centre_that_asks_for_a_code_gets_one_before_approval(
    start_server, codes
) -> None:
    common = {"call_id": "coded", "at_s": 4.0}
    async with start_server(dispositions=codes) as server:
        for event in (
            CallStarted(**common, started_at="2026-04-01T00:00:00Z", agent_id="mori"),
            CallEnded(**common, duration_s=4.0, reason="stop"),
            Summary(
                **common,
                version=1,
                state="draft",
                text="It broke.",
                generator="test",
                made_at="2026-04-01T00:01:00Z",
            ),
        ):
            await server.services.journal.append(event)
        async with server.client("operator", "mori") as client:
            path = "/api/calls/coded/summary"
            is_problem(await client.post(f"{path}/approve", json={"version": 1}), 409)
            fields = {"disposition": [{"code": "damaged", "confidence": 1.0}]}
            edited = await client.put(path, json={"version": 1, "fields": fields})
            assert edited.json()["fields"]["disposition"][0]["code"] == "damaged"
            approved = await client.post(f"{path}/approve", json={"version": 2})
        assert approved.json()["state"] == "approved"
