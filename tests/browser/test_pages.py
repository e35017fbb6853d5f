"""Both pages follow calls that a real server tells them about."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Page, WebSocketRoute, expect
from scene import House, OpenPage, Scene

expect.set_options(timeout=15_000)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

TILES = '.tile[data-call^="order-"]'
CALM = (0.08, "steady")
UPSET = (0.85, "declining")
COMPLAINT = "This is the third time I call about it and nothing ever changes."


async def complain(scene: Scene) -> str:
    utterance_id = await scene.say("customer", COMPLAINT, UPSET)
    return await scene.alert(
        "frustration_spike",
        "critical",
        utterance_id,
        suggested_step="Say the next step and its time.",
        audience=("supervisor", "operator"),
    )


# Signing in ---------------------------------------------------------------------------


async def test_a_sign_in_link_works_once_and_leaves_no_trace(
    house: House, open_page: OpenPage
) -> None:
    code = await house.services.tokens.issue_code("supervisor", "sasaki")
    page = await open_page(f"/supervisor#code={code}")
    await expect(page.get_by_role("heading", name="Board")).to_be_visible()
    assert page.url == f"{house.url}/supervisor"

    again = await open_page(f"/supervisor#code={code}")
    await expect(again.get_by_role("heading", name="This link no longer works")).to_be_visible()


async def test_without_sign_in_the_page_says_how(open_page: OpenPage) -> None:
    page = await open_page("/operator")
    await expect(page.get_by_role("heading", name="Please sign in")).to_be_visible()
    await expect(page.get_by_text("copilot token --link")).to_be_visible()


async def test_signing_out_closes_the_page(house: House, open_page: OpenPage) -> None:
    page = await open_page("/supervisor", "supervisor")
    await page.get_by_label("Menu").click()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Please sign in")).to_be_visible()


# A live call --------------------------------------------------------------------------


async def test_both_pages_follow_a_call(house: House, open_page: OpenPage) -> None:
    scene = house.scene("follow", agent_id="joe")
    panel = await open_page("/operator", "operator", "joe", width=380)
    board = await open_page("/supervisor", "supervisor", "sasaki")
    await expect(panel.get_by_role("heading", name="Waiting for a call")).to_be_visible()
    await scene.begin(customer_id="C-1043")

    tile = board.locator('.tile[data-call="follow"]')
    await expect(tile).to_contain_text("joe")
    # What comes in the first second after opening counts as known and is not announced.
    await expect(tile.locator(".elapsed")).to_have_text(re.compile("0:0[2-9]"))
    await expect(panel.locator(".live-state")).to_contain_text("Live")
    await scene.say("agent", "Thank you for calling. This call is recorded.")
    await scene.say("customer", "I ordered a lamp.", CALM)
    await expect(tile).to_contain_text("I ordered a lamp.")
    await expect(tile).to_contain_text("Calm")

    await scene.mumble("customer", "This is the", "This is the third thyme")
    partial = panel.locator(".utterance.is-partial")
    await expect(partial).to_contain_text("This is the third thyme")
    await expect(partial.locator(".utterance-tail")).to_have_text(" third thyme")

    alert_id = await complain(scene)
    await expect(panel.locator(".utterance.is-partial")).to_have_count(0)
    await expect(panel.get_by_label("Customer's mood")).to_contain_text("Very upset")
    support = panel.locator(f'[data-alert="{alert_id}"]')
    await expect(support).to_contain_text("Acknowledge it, then say the next step")
    await expect(support).not_to_contain_text("Critical")

    card = board.locator('.attention-card[data-call="follow"]')
    for words in ("Critical", COMPLAINT, "0:", "from Calm to Very upset", "the next step"):
        await expect(card).to_contain_text(words)
    await expect(board.locator("[data-announces=now]")).to_contain_text(COMPLAINT)
    await expect(board).to_have_title(re.compile(r"\(\d\) Board"))

    await card.get_by_role("button", name="Acknowledge").click()
    await expect(card).to_contain_text("sasaki is on it")
    await expect(support).to_contain_text("sasaki is with you on this")
    await card.get_by_role("button", name="Resolve").click()
    # What is under the pointer stays for a while: elsewhere, it may go.
    await board.get_by_role("heading", name="Board").hover()
    await expect(card).to_have_count(0)
    await expect(tile.locator(".tile-alerts")).to_have_count(0)
    await expect(support).to_have_count(0)

    await scene.degrade(lag_s=3.2)
    await expect(panel.locator(".banner")).to_contain_text("about 3 s")
    await expect(tile).to_contain_text("The transcript is behind")
    await scene.degrade(lag_s=0.0, recovered=True)
    await expect(panel.locator(".banner")).to_have_count(0)

    await scene.end(house.services.summariser.summarise)
    await expect(tile).to_have_count(0)
    await expect(board.locator('.ended [data-call="follow"]')).to_contain_text("Draft")
    await expect(panel.get_by_role("heading", name="Summary for the CRM")).to_be_visible()


async def test_tiles_stand_by_urgency_and_never_jump_under_the_pointer(
    house: House, open_page: OpenPage
) -> None:
    first, second = house.scene("order-1"), house.scene("order-2")
    for scene in (first, second):
        await scene.begin()
        await scene.say("customer", "Hello there.", CALM)
    board = await open_page("/supervisor", "supervisor", "sasaki")
    tiles = board.locator(TILES)
    await expect(tiles).to_have_count(2)
    await tiles.first.hover()
    before = await order(board)

    await complain(first if before[1] == "order-1" else second)
    await expect(board.locator(f"{TILES} .tile-alerts")).to_have_count(1)
    assert await order(board) == before

    await board.get_by_role("heading", name="Board").hover()
    await expect(tiles.first.locator(".tile-alerts")).to_be_visible()
    assert await order(board) == before[::-1]
    for scene in (first, second):
        await scene.end()


async def test_a_supervisor_looks_closer_and_writes_a_note(
    house: House, open_page: OpenPage
) -> None:
    scene = house.scene("closer", agent_id="mori")
    await scene.begin()
    await scene.say("agent", "Good morning.")
    alert_id = await complain(scene)
    board = await open_page("/supervisor", "supervisor", "sasaki")
    panel = await open_page("/operator?call=closer", "operator", "mori", width=380)
    await board.locator('.attention-card[data-call="closer"] .alert-quote').click()
    detail = board.get_by_role("complementary")
    await expect(detail.locator(".utterance.is-shown")).to_contain_text(COMPLAINT)

    note = detail.get_by_label("Note to mori")
    await note.fill("Offer the express")
    # An alert that arrives must not take the focus from somebody who writes.
    utterance_id = await scene.say("customer", "I want to speak to a manager.", UPSET)
    await scene.alert("escalation_request", "critical", utterance_id)
    await expect(detail.locator(".alert")).to_have_count(2)
    await expect(note).to_be_focused()
    await note.press_sequentially(" replacement.")
    await note.press("Enter")
    await expect(panel.locator(".from-supervisor")).to_contain_text(
        "Offer the express replacement."
    )

    await detail.locator(f'[data-alert="{alert_id}"]').get_by_text("False alarm").click()
    await expect(detail.locator(f'[data-alert="{alert_id}"]')).to_contain_text(
        "Marked a false alarm by sasaki"
    )
    await scene.end()


async def test_who_steps_in_reads_the_call_so_far(house: House, open_page: OpenPage) -> None:
    scene = house.scene("so-far", agent_id="ono")
    await scene.begin()
    await scene.say("agent", "Thank you for calling. This call is recorded.")
    await scene.say("customer", "My parcel with order number 4471 has not arrived.", CALM)
    await scene.say("agent", "I will send a replacement parcel today. Which colour was it?")
    await complain(scene)
    board = await open_page("/supervisor?call=so-far", "supervisor", "sasaki")
    brief = board.locator(".brief")
    await expect(brief.locator('[data-field="why"]')).to_contain_text("4471")
    await expect(brief.locator('[data-field="promised"]')).to_contain_text("replacement")
    await expect(brief.locator('[data-field="trouble"]')).to_contain_text("third time")
    await brief.locator('[data-field="why"] .cited').click()
    await expect(board.locator(".utterance.is-shown")).to_contain_text("4471")
    await scene.end()


async def test_a_lost_connection_is_told_and_caught_up(
    house: House, open_page: OpenPage
) -> None:
    sockets: list[WebSocketRoute] = []
    refused: set[asyncio.Future[None]] = set()
    up = asyncio.Event()
    up.set()

    async def route(page: Page) -> None:
        def through(socket: WebSocketRoute) -> None:
            if up.is_set():
                socket.connect_to_server()
                sockets.append(socket)
            else:
                refused.add(asyncio.ensure_future(socket.close(code=1013)))

        await page.route_web_socket("**/ws/live", through)

    scene = house.scene("lost", agent_id="aoki")
    await scene.begin()
    await scene.say("customer", "Before.", CALM)
    panel = await open_page("/operator?call=lost", "operator", "aoki", width=380, before=route)
    await expect(panel.get_by_text("Before.")).to_be_visible()
    up.clear()
    await sockets[0].close(code=1012)
    await scene.say("customer", "Meanwhile.", CALM)
    await expect(panel.get_by_text("Connection lost.")).to_be_visible()
    up.set()
    await expect(panel.get_by_text("Meanwhile.")).to_be_visible()
    await expect(panel.get_by_text("Connection lost.")).to_have_count(0)
    await expect(panel.locator(".utterance")).to_have_count(2)
    await scene.end()


async def test_an_operator_sees_no_call_of_another(house: House, open_page: OpenPage) -> None:
    scene = house.scene("others", agent_id="ito")
    await scene.begin()
    await scene.say("customer", "Secret words.", CALM)
    panel = await open_page("/operator?call=others", "operator", "ueda")
    await expect(panel.get_by_text("You may not see this call.")).to_be_visible()
    assert "Secret" not in await panel.content()
    await scene.end()


# For everybody ------------------------------------------------------------------------


async def test_the_browser_chooses_the_language_and_so_does_the_reader(
    open_page: OpenPage,
) -> None:
    page = await open_page("/supervisor", "supervisor", "sasaki", locale="ja-JP")
    await expect(page.get_by_role("heading", name="ボード")).to_be_visible()
    await page.get_by_label("メニュー").click()
    await page.get_by_text("English").click()
    await expect(page.get_by_role("heading", name="Board")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", name="Board")).to_be_visible()
    assert await page.locator("html").get_attribute("lang") == "en"


async def order(board: Page) -> list[str | None]:
    return [await tile.get_attribute("data-call") for tile in await board.locator(TILES).all()]
