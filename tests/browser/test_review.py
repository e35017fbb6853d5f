"""The note of a call that is over: read, edited, approved, taken up again."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from scene import House, OpenPage, helpful_call

expect.set_options(timeout=15_000)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


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
