"""Takes the pictures of README: both pages while the sample calls play on a real server.

Run: python tools/screenshots.py   (needs the test extra and Chromium; about 90 s)
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from contextlib import aclosing
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from audio.files import read_recording
from copilot.app import running_services
from copilot.client import play
from copilot.config import Config
from copilot.events import Alert, Event, Summary
from copilot.samples import Script, sample_calls
from copilot.web.app import create_app
from copilot.web.server import bind, serve

IMAGES = Path(__file__).parent.parent / "docs" / "images"
LOCALES = {"": "en-GB", ".ja": "ja-JP"}
AFTER_ALERT_S = 4.0
"""Words go on while the supervisor reads."""


def is_draft(event: Event) -> bool:
    """Whether the call is over and told: before, it is told so far."""
    return isinstance(event, Summary) and event.state == "draft"


async def follow(script: Script, url: str, token: str, seen: asyncio.Queue[Event]) -> None:
    recording = read_recording(script.audio)
    async with aclosing(
        play(recording, url, token=token, language=script.language, call_id=script.id)
    ) as events:
        async for _, event in events:
            if isinstance(event, Alert) or is_draft(event):
                seen.put_nowait(event)


async def opened(browser: Browser, link: str, locale: str, width: int, height: int) -> Page:
    context = await browser.new_context(
        locale=locale, viewport={"width": width, "height": height}, device_scale_factor=1.5
    )
    page = await context.new_page()
    await page.goto(link)
    return page


async def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, bind("127.0.0.1", 0) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        config = Config(data_dir=Path(temporary))
        async with (
            async_playwright() as playwright,
            running_services(config) as services,
            asyncio.TaskGroup() as group,
        ):
            serving = group.create_task(serve(create_app(services), listening))
            browser = await playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            tokens = services.tokens

            async def page(role: str, path: str, locale: str, width: int, height: int) -> Page:
                code = await tokens.issue_code(role, "demo")
                return await opened(browser, f"{url}/{path}#code={code}", locale, width, height)

            boards = {
                name: await page("supervisor", "supervisor", locale, 900, 540)
                for name, locale in LOCALES.items()
            }
            seen: asyncio.Queue[Event] = asyncio.Queue()
            token = await tokens.issue("integrator", "screenshots", 3600)
            for script in sample_calls():
                group.create_task(follow(script, url, token, seen))
            alerted: set[str] = set()
            summed: set[str] = set()
            while len(summed) < len(LOCALES):
                event = await seen.get()
                if isinstance(event, Summary):
                    summed.add(event.call_id)
                elif event.call_id not in alerted:
                    alerted.add(event.call_id)
                    if len(alerted) == len(LOCALES):
                        await asyncio.sleep(AFTER_ALERT_S)
                        for name, board in boards.items():
                            await board.screenshot(path=IMAGES / f"supervisor{name}.png")
            calls = {script.language: script.id for script in sample_calls()}
            for name, locale in LOCALES.items():
                path = f"operator?call={calls[locale[:2]]}"
                panel = await page("operator", path, locale, 400, 860)
                await panel.wait_for_timeout(2000)
                await panel.screenshot(path=IMAGES / f"operator{name}.png")
            await browser.close()
            serving.cancel()


if __name__ == "__main__":
    asyncio.run(main())
