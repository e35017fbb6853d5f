"""Both pages follow a recording that plays in real time through the real recogniser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect
from scene import House, OpenPage

from audio.files import read_recording
from copilot.app import running_services
from copilot.client import play
from copilot.config import Config
from copilot.samples import sample_calls
from copilot.web.app import create_app
from copilot.web.server import bind, serve

pytestmark = [
    pytest.mark.browser,
    pytest.mark.model,
    pytest.mark.asyncio(loop_scope="module"),
]

CALL_MS = 150_000
"""The sample lasts about 75 s; a loaded machine may lag behind it."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path
) -> AsyncIterator[House]:
    """The whole application as it is shipped."""
    data_dir = tmp_path_factory.mktemp("real")
    (data_dir / "models").symlink_to(models_dir / "models")
    config = Config(data_dir=data_dir, port=0)
    with bind(config.host, config.port) as listening:
        async with running_services(config) as services:
            port = listening.getsockname()[1]
            serving = asyncio.create_task(serve(create_app(services), listening))
            yield House(url=f"http://127.0.0.1:{port}", services=services)
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving


async def test_the_japanese_sample_from_first_word_to_summary(
    house: House, open_page: OpenPage
) -> None:
    script = next(one for one in sample_calls() if one.language == "ja")
    panel = await open_page("/operator", "operator", "demo", width=380, locale="ja-JP")
    board = await open_page("/supervisor", "supervisor", "sasaki", locale="ja-JP")
    await expect(board.get_by_role("heading", name="ボード")).to_be_visible()
    token = await house.services.tokens.issue("integrator", "telephony", 600)

    async def call() -> None:
        recording = read_recording(script.audio)
        async for _ in play(
            recording, house.url, token=token, language="ja", call_id="real", agent_id="demo"
        ):
            pass

    playing = asyncio.create_task(call())
    tile = board.locator('.tile[data-call="real"]')
    await expect(tile).to_be_visible(timeout=CALL_MS)
    await expect(panel.locator(".utterance.is-partial").first).to_be_visible(timeout=CALL_MS)
    await expect(panel.locator(".utterance:not(.is-partial)").first).to_be_visible(
        timeout=CALL_MS
    )
    card = board.locator('.attention-card[data-call="real"]')
    await expect(card).to_contain_text("「", timeout=CALL_MS)
    await expect(panel.locator("[data-alert]").first).to_be_visible()
    await expect(board.locator('.ended [data-call="real"]')).to_contain_text(
        "下書き", timeout=CALL_MS
    )
    await playing
    await panel.locator(".cited").first.click()
    await expect(panel.locator(".utterance.is-shown").first).to_be_in_viewport()
