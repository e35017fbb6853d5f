"""A real server and a real Chromium, shared by the tests of a module."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright
from scene import House, OpenPage

from copilot.app import running_services
from copilot.auth import Role
from copilot.config import Config
from copilot.disposition_file import DispositionList
from copilot.web.app import create_app
from copilot.web.server import bind, serve
from scripted import ScriptedRecogniser

LAUNCH = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 15_000


@pytest.fixture(scope="session", autouse=True)
def libraries() -> None:
    vendor = Path(__file__).parents[2] / "supervisor_ui" / "static" / "vendor"
    if not vendor.is_dir():
        pytest.fail("the pages' libraries are missing: make test, or node vendor.mjs")


DISPOSITIONS = DispositionList(
    examples={},
    titles={"late": {"en": "Late delivery", "ja": "配送遅延"}, "lost": {"en": "Lost parcel"}},
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The whole application; its recogniser is scripted."""
    config = Config(data_dir=tmp_path_factory.mktemp("house"), port=0)
    with bind(config.host, config.port) as listening:
        async with running_services(
            config, recognisers=lambda _: [ScriptedRecogniser()]
        ) as services:
            port = listening.getsockname()[1]
            coded = replace(services, dispositions=DISPOSITIONS)
            serving = asyncio.create_task(serve(create_app(coded), listening))
            yield House(url=f"http://127.0.0.1:{port}", services=services)
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    executable = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if executable is None:
        pytest.fail("no Chromium on this machine: make test installs one")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=LAUNCH)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def open_page(house: House, chromium: Browser) -> AsyncIterator[OpenPage]:
    """Opens a page as somebody signs in: with a one-use link. No page may complain on its
    console, which is also where a broken content security policy shows."""
    complaints: list[str] = []
    contexts = []

    def listen(message: ConsoleMessage) -> None:
        # The browser itself reports answers such as 401 and 409 and lost sockets.
        if message.type == "error" and "Failed to load" not in message.text:
            complaints.append(message.text)

    async def open_page(
        path: str,
        role: Role | None = None,
        name: str = "suzuki",
        *,
        width: int = 1280,
        height: int = 800,
        before: Callable[[Page], Awaitable[None]] | None = None,
        **options: Any,
    ) -> Page:
        context = await chromium.new_context(
            viewport={"width": width, "height": height},
            **{"locale": "en-US", "reduced_motion": "reduce"} | options,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if before is not None:
            await before(page)
        code = f"#code={await house.services.tokens.issue_code(role, name)}" if role else ""
        await page.goto(f"{house.url}{path}{code}")
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert complaints == []
