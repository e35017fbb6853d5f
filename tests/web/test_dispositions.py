"""The centre's disposition codes over REST."""

import httpx
import pytest

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_codes_come_in_the_centres_order_with_their_titles(server) -> None:
    async with server.client("operator", "mori") as client:
        answer = await client.get("/api/dispositions")
    assert answer.json() == {
        "required": False,
        "dispositions": [
            {"code": "damaged", "title": {"en": "Damaged", "ja": "破損"}},
            {"code": "late", "title": {}},
        ],
    }


async def test_strangers_do_not_see_them(server) -> None:
    async with httpx.AsyncClient(base_url=server.url) as client:
        assert (await client.get("/api/dispositions")).status_code == 401
