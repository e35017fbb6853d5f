"""The pages for everybody: contrast, names, keyboard, small panels."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect
from scene import House, OpenPage, Scene

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

SITUATIONS = {
    "panel, live": ("/operator?call=live-{}", 380, ".banner"),
    "panel, ended": ("/operator?call=ended-{}", 380, ".summary"),
    "panel, wide": ("/operator?call=ended-{}", 1280, ".summary"),
    "board": ("/supervisor?call=live-{}", 1280, ".bar-hand"),
    "board, wide": ("/supervisor", 1280, ".bar-hand"),
    "board, small": ("/supervisor", 380, ".bar-hand"),
}
"""Address, width, and what is drawn last: colours must not change while they are judged."""
SPOKEN = {
    "ja": (
        "この通話は録音されています。",
        "もう三回も電話しているんですよ。いい加減にしてください。",
    ),
    "en": ("This call is recorded.", "This is the third time that I have to call about this."),
}


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_pages_are_accessible_and_fit(
    house: House, open_page: OpenPage, situation: str, language: str, colours: str
) -> None:
    await prepare(house, language)
    path, width, last = SITUATIONS[situation]
    page = await open_page(
        path.format(language),
        "supervisor",
        "sasaki",
        width=width,
        locale=language,
        color_scheme=colours,
    )
    await expect(page.locator(".mood-word").first).to_be_visible()
    await expect(page.locator(last).first).to_be_visible()
    assert await violations(page) == []
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(overflow) == 0


async def test_the_keyboard_reaches_what_a_tap_does(house: House, open_page: OpenPage) -> None:
    await prepare(house, "en")
    board = await open_page("/supervisor", "supervisor", "sasaki")
    await expect(board.locator(".attention-card").first).to_be_visible()
    reached: list[str] = []
    for _ in range(24):
        await board.keyboard.press("Tab")
        reached.append(await board.evaluate("document.activeElement.className"))
    for one in ("icon-button", "tile-open", "alert-quote", "button is-primary", "call-row"):
        assert any(one in name for name in reached), (one, reached)


async def prepare(house: House, language: str) -> None:
    """A live call with an alert and an ended one with a summary; once for all tests."""
    if await house.services.journal.events(f"live-{language}"):
        return
    for call_id, ends in ((f"ended-{language}", True), (f"live-{language}", False)):
        scene = house.scene(call_id, language=language)
        await scene.begin(customer_id="C-1043")
        await talk(scene, language)
        if ends:
            await scene.end(house.services.summariser.summarise)


async def talk(scene: Scene, language: str) -> None:
    notice, complaint = SPOKEN[language]
    await scene.say("agent", notice)
    utterance_id = await scene.say("customer", complaint, (0.85, "declining"))
    await scene.alert("frustration_spike", "critical", utterance_id)
    taken = await scene.alert("churn_risk", "warning", utterance_id)
    await scene.update(taken, "acknowledged")
    await scene.alert("help_sign", "critical", utterance_id, speaker="agent", signals=())
    await scene.degrade(lag_s=2.0)


async def violations(page: Page) -> list[Any]:
    """What axe-core finds against WCAG 2.2 AA."""
    found = await Axe().run(
        page,
        options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    )
    return [
        (rule["id"], [(node["html"], node["failureSummary"]) for node in rule["nodes"]])
        for rule in found.response["violations"]
    ]
