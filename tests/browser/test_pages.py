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


async def helpful_call(scene: Scene, house: House) -> None:
    """A whole call with something to write down."""
    await scene.begin(customer_id="C-1")
    await scene.say("agent", "Thank you for calling. This call is recorded.")
    await scene.say("customer", "My parcel with order number 4471 has not arrived.", CALM)
    await scene.say("agent", "I am sorry. I will send a replacement parcel today.")
    await scene.say("customer", "Great, thank you, that solves it.", CALM)
    await scene.end(house.services.summariser.summarise)


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


# After the call -----------------------------------------------------------------------


async def test_a_sentence_leads_to_the_words_it_rests_on(
    house: House, open_page: OpenPage
) -> None:
    await helpful_call(house.scene("cited", agent_id="abe"), house)
    panel = await open_page("/operator?call=cited", "operator", "abe", width=380, height=640)
    cited = panel.locator(".cited").first
    await cited.click()
    await expect(panel.locator(".utterance.is-shown").first).to_be_in_viewport()
    await expect(panel.locator(".not-stated").first).to_have_text("Not stated")


async def test_a_summary_is_edited_approved_and_delivered(
    house: House, open_page: OpenPage
) -> None:
    await helpful_call(house.scene("approve", agent_id="kato"), house)
    panel = await open_page("/operator", "operator", "kato")
    await panel.locator('[data-call="approve"]').click()
    await panel.get_by_role("button", name="Edit").click()
    await panel.locator('textarea[name="headline"]').fill("Parcel 4471 lost, replaced")
    await panel.locator('select[name="disposition"]').select_option(label="Lost parcel")
    await panel.get_by_role("button", name="Done").click()
    await expect(panel.locator(".summary-state.is-edited")).to_have_text("Edited")
    edited = (await house.services.journal.record("approve")).summary
    assert edited is not None
    assert (edited.version, edited.state, edited.by) == (2, "edited", "kato")
    assert edited.fields.headline == "Parcel 4471 lost, replaced"
    assert edited.fields.disposition[0].code == "lost"
    assert edited.spent_s is not None

    # Nobody loses words by being quick: what was just written is handed in with approval.
    await panel.get_by_role("button", name="Edit").click()
    await panel.locator('textarea[name="reason"]').fill("Order 4471 has not arrived")
    await panel.get_by_role("button", name="Approve and send").click()
    await expect(panel.locator(".summary-approved")).to_contain_text("Approved by kato")
    await expect(panel.locator(".delivery.is-sent")).to_contain_text("Sent")
    approved = (await house.services.journal.record("approve")).approved
    assert approved is not None
    assert approved.fields.reason == "Order 4471 has not arrived"

    # Corrected later: with a reason, as a new version, with all that was before.
    await panel.get_by_role("button", name="Correct it").click()
    await panel.get_by_label("Why is it taken up again?").fill("wrong parcel")
    await panel.get_by_role("button", name="Take up again").click()
    await panel.locator('textarea[name="reason"]').fill("Order 4472 has not arrived")
    await panel.get_by_role("button", name="Approve and send").click()
    await expect(panel.locator(".summary-approved")).to_contain_text("Approved by kato")
    await panel.get_by_text("History").click()
    await expect(panel.locator(".history-version")).to_have_count(7)
    await expect(panel.locator(".history")).to_contain_text("wrong parcel")
    await expect(panel.locator(".history")).to_contain_text("Changed: Reason")


async def test_what_was_written_survives_a_closed_page(
    house: House, open_page: OpenPage
) -> None:
    await helpful_call(house.scene("closed", agent_id="mita"), house)
    panel = await open_page("/operator?call=closed", "operator", "mita")
    await panel.get_by_role("button", name="Edit").click()
    await panel.locator('textarea[name="reason"]').fill("Half a sent")
    await expect(panel.locator(".summary-saved")).to_contain_text("Saved")
    await panel.set_viewport_size({"width": 380, "height": 800})
    form = panel.locator(".summary-body")
    assert await form.evaluate("(form) => form.scrollWidth <= form.clientWidth")
    summary = (await house.services.journal.record("closed")).summary
    assert summary is not None
    assert summary.state == "draft", "an unfinished edit is no version"
    await panel.reload()
    await expect(panel.locator('textarea[name="reason"]')).to_have_value("Half a sent")
    await panel.get_by_role("button", name="Discard it").click()
    await expect(panel.locator('textarea[name="reason"]')).to_have_count(0)
    await panel.reload()
    await expect(panel.get_by_role("button", name="Edit")).to_be_visible()
    await expect(panel.locator('textarea[name="reason"]')).to_have_count(0)


async def test_two_who_edit_the_same_note_are_told(house: House, open_page: OpenPage) -> None:
    await helpful_call(house.scene("both", agent_id="endo"), house)
    panel = await open_page("/operator?call=both", "operator", "endo")
    board = await open_page("/supervisor?call=both", "supervisor", "sasaki")
    for page in (panel, board):
        await page.get_by_role("button", name="Edit").click()
    await board.locator('textarea[name="reason"]').fill("from the supervisor")
    await panel.locator('textarea[name="reason"]').fill("from the operator")
    await panel.get_by_role("button", name="Done").click()
    await expect(board.get_by_role("alert")).to_contain_text("Somebody else changed this note")
    await board.get_by_role("button", name="Keep mine").click()
    await board.get_by_role("button", name="Done").click()
    await expect(panel.locator('[data-field="reason"]')).to_contain_text("from the supervisor")


async def test_words_outlast_somebody_elses_approval(house: House, open_page: OpenPage) -> None:
    await helpful_call(house.scene("outlast", agent_id="endo"), house)
    board = await open_page("/supervisor?call=outlast", "supervisor", "sasaki")
    await board.get_by_role("button", name="Edit", exact=True).click()
    await board.locator('textarea[name="reason"]').fill("Half a sent")
    await expect(board.locator(".summary-saved")).to_contain_text("Saved")
    panel = await open_page("/operator?call=outlast", "operator", "endo")
    await panel.get_by_role("button", name="Approve and send").click()
    await expect(panel.locator(".summary-approved")).to_contain_text("Approved by endo")
    await board.reload()
    await expect(board.get_by_role("alert")).to_contain_text("Somebody else changed this note")
    await expect(board.locator('textarea[name="reason"]')).to_have_value("Half a sent")


async def test_a_note_is_shown_to_be_printed(house: House, open_page: OpenPage) -> None:
    await helpful_call(house.scene("paper", agent_id="goto"), house)
    board = await open_page("/supervisor?call=paper", "supervisor", "sasaki")
    async with board.context.expect_page() as opening:
        await board.locator(".summary-print").click()
    paper = await opening.value
    await expect(paper.get_by_role("heading", level=1)).to_be_visible()
    await expect(paper.locator("body")).to_contain_text("order number 4471")
    body = "getComputedStyle(document.body).fontFamily"
    assert "sans-serif" in await paper.evaluate(body), "its style is in force"


async def test_an_ended_call_opens_from_the_list(house: House, open_page: OpenPage) -> None:
    await helpful_call(house.scene("past", agent_id="goto"), house)
    board = await open_page("/supervisor", "supervisor", "sasaki")
    await board.locator('.ended [data-call="past"]').click()
    detail = board.get_by_role("complementary")
    await expect(detail).to_contain_text("My parcel with order number 4471 has not arrived.")
    await expect(detail).to_contain_text("Summary for the CRM")


async def test_a_silent_call_says_why_there_is_no_summary(
    house: House, open_page: OpenPage
) -> None:
    scene = house.scene("silent", agent_id="hara")
    await scene.begin()
    await scene.end(house.services.summariser.summarise)
    panel = await open_page("/operator?call=silent", "operator", "hara", width=380)
    await expect(panel.get_by_text("Nothing was said, so there is no summary.")).to_be_visible()


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
