"""The supervisor's board while calls need somebody: a real server, a real browser."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.async_api import Locator, Page, expect
from scene import House, OpenPage, Scene

from copilot.events import Signal

expect.set_options(timeout=15_000)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

UPSET = (0.85, "declining")
CALM = (0.1, "improving")


async def alerted(house: House, call_id: str, severity: str = "critical", **members) -> Scene:
    """A live call with an open alert."""
    scene = house.scene(call_id, agent_id=call_id)
    await scene.begin()
    utterance_id = await scene.say("customer", f"Third time! says {call_id}.", UPSET)
    await scene.alert("frustration_spike", severity, utterance_id, **members)
    return scene


async def ask_for_help(house: House, call_id: str, what: str = "help", **body: str) -> None:
    """As the operator's panel or a softphone does."""
    token = await house.services.tokens.issue("operator", call_id, 60)
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as client:
        answer = await client.post(f"{house.url}/api/calls/{call_id}/{what}", json=body)
    assert answer.is_success, answer.text


def cards(board: Page) -> Locator:
    return board.locator(".attention-card")


async def standing(board: Page) -> list[str | None]:
    return [await card.get_attribute("data-call") for card in await cards(board).all()]


async def test_a_raised_hand_stands_first_and_turns_the_bar_red(
    house: House, open_page: OpenPage
) -> None:
    scenes = [await alerted(house, "angry"), await alerted(house, "unsure", "warning")]
    board = await open_page("/supervisor", "supervisor", "sasaki")
    await expect(cards(board)).to_have_count(2)
    assert await standing(board) == ["angry", "unsure"]

    await ask_for_help(house, "unsure")
    await expect(board.locator(".bar.is-help")).to_be_visible()
    await expect(cards(board).first).to_contain_text("Operator asks for help")
    assert await standing(board) == ["unsure", "angry"]
    # Two alerts of one call are one card, and what it quotes is what was said last.
    await expect(cards(board).first).to_contain_text("Third time! says unsure.")
    await expect(cards(board).first).to_contain_text("2 alerts")

    await board.get_by_role("button", name="unsure asks for help").click()
    await expect(board.get_by_role("complementary")).to_contain_text("Operator asks for help")
    await ask_for_help(house, "unsure", "help/lower")
    await expect(board.locator(".bar.is-help")).to_have_count(0)
    for scene in scenes:
        await scene.end()


async def test_more_than_the_budget_is_folded_and_moves_up(
    house: House, open_page: OpenPage
) -> None:
    budget = house.services.config.alert_budget
    scenes = [await alerted(house, f"many-{number}") for number in range(budget + 2)]
    board = await open_page("/supervisor", "supervisor", "sasaki")
    await expect(cards(board)).to_have_count(budget)
    folded = board.locator(".attention-rows.is-folded")
    await expect(folded).to_contain_text("2 more wait")
    await expect(board).to_have_title(f"({budget + 2}) Board")

    first = cards(board).first
    await first.get_by_role("button", name="Acknowledge").click()
    await board.get_by_role("heading", name="Board").hover()
    await expect(folded).to_contain_text("1 more waits")
    await expect(cards(board)).to_have_count(budget)
    await expect(board.locator(".attention-rows.is-in-hand")).to_contain_text("1 in hand")
    for scene in scenes:
        await scene.end()


async def test_a_snooze_comes_back_by_itself_and_after_a_reload(
    house: House, open_page: OpenPage
) -> None:
    scene = await alerted(house, "later")
    board = await open_page("/supervisor", "supervisor", "sasaki")
    await board.get_by_role("button", name="Snooze for 5 minutes").click()
    await board.get_by_role("heading", name="Board").hover()
    await expect(cards(board)).to_have_count(0)
    await expect(board.locator(".attention-rows.is-snoozed")).to_contain_text("1 snoozed")
    record = await house.services.journal.record("later")
    (alert,) = record.alerts.values()
    assert alert.snoozed_until is not None
    ahead_s = (datetime.fromisoformat(alert.snoozed_until) - datetime.now(UTC)).total_seconds()
    assert 200 < ahead_s < 330

    until = datetime.now(UTC) + timedelta(seconds=3)
    await scene.update(alert.alert.alert_id, "snoozed", until=until.isoformat())
    await board.reload()
    await expect(board.locator(".attention-rows.is-snoozed")).to_be_visible()
    await expect(cards(board)).to_contain_text("Third time! says later.")
    await expect(board.locator("[data-announces=soon]")).to_contain_text("later")
    await scene.end()


async def test_alerts_are_assigned_and_false_ones_named_one_by_one(
    house: House, open_page: OpenPage
) -> None:
    scene = await alerted(house, "merged", signals=(Signal(name="churn", value=0.9),))
    utterance_id = await scene.say("customer", "I want your manager.", UPSET)
    await scene.alert("escalation_request", "critical", utterance_id)
    board = await open_page("/supervisor", "supervisor", "sasaki")
    other = await open_page("/supervisor", "supervisor", "tanaka")
    card = cards(board)
    await expect(card).to_have_count(1)
    await card.locator(".attention-merged summary").click()
    spike = card.locator(".attention-merged li").nth(1)
    await expect(spike).to_contain_text("Third time! says merged.")
    await spike.get_by_role("button", name="False alarm").click()
    await expect(card.locator(".attention-merged")).to_have_count(0)

    await card.get_by_text("Assign", exact=True).first.click()
    await card.get_by_label("Name").fill("tanaka")
    await card.get_by_label("Name").press("Enter")
    await expect(card).to_contain_text("Assigned to tanaka by sasaki")
    # It asks the one it names, and nobody else.
    await expect(cards(other)).to_contain_text("I want your manager.")
    await cards(other).get_by_role("button", name="Acknowledge").click()
    await expect(cards(other)).to_contain_text("tanaka is on it")
    record = await house.services.journal.record("merged")
    assert [one.state for one in record.alerts.values()] == ["false_alarm", "acknowledged"]
    await scene.end()


async def test_the_detail_tells_the_history_and_what_followed(
    house: House, open_page: OpenPage
) -> None:
    scene = await alerted(house, "calmed")
    (alert,) = (await house.services.journal.record("calmed")).alerts
    await scene.update(alert, "acknowledged")
    await scene.update(alert, "assigned", assignee="ito", comment="knows the product")
    for words in ("I see.", "Then thank you.", "Goodbye."):
        await scene.say("agent", "I send it today.")
        await scene.say("customer", words, CALM, recovered=True)
    board = await open_page("/supervisor?call=calmed", "supervisor", "sasaki")
    detail = board.get_by_role("complementary")
    await expect(detail.locator(".effects")).to_contain_text("tanaka took it on")
    await expect(detail.locator(".effects")).to_contain_text("Calm again after")
    await expect(detail.locator(".mood-recovered")).to_be_visible()
    await detail.locator(".alert-history summary").click()
    await expect(detail.locator(".alert-history li")).to_have_count(2)
    await expect(detail.locator(".alert-history")).to_contain_text("knows the product")
    await scene.end()


async def test_tiles_tell_how_the_line_sounds(house: House, open_page: OpenPage) -> None:
    scene = house.scene("line", agent_id="mori")
    await scene.begin()
    await scene.say("customer", "Hello.", CALM)
    board = await open_page("/supervisor", "supervisor", "sasaki")
    tile = board.locator('.tile[data-call="line"]')
    await expect(tile).to_contain_text("Hello.")
    await scene.line("customer", loudness_db=7.0, speech_rate=6.2, silence_s=2.0)
    await scene.line("agent", overtalk_s=1.6, silence_s=2.0)
    await expect(tile).to_contain_text("7 dB louder")
    await expect(tile).to_contain_text("6.2/s")
    await expect(tile).to_contain_text("Operator talks over")
    await expect(tile).not_to_contain_text("Silence")
    for speaker in ("customer", "agent"):
        await scene.line(speaker, silence_s=21.0)
    await expect(tile.locator(".line-mark.is-critical")).to_have_text(
        re.compile(r"\s*Silence 0:21\s*")
    )
    await scene.end()


async def test_what_is_for_the_operator_alone_stays_off_the_board(
    house: House, open_page: OpenPage
) -> None:
    scene = await alerted(house, "private", audience=("operator",))
    board = await open_page("/supervisor?call=private", "supervisor", "sasaki")
    detail = board.get_by_role("complementary")
    await expect(detail).to_contain_text("Third time! says private.")
    await expect(detail).to_contain_text("No alerts.")
    await expect(board.get_by_text("Nobody needs you right now.")).to_be_visible()
    await scene.end()


async def test_the_keyboard_keeps_its_place_when_a_deed_is_done(
    house: House, open_page: OpenPage
) -> None:
    scene = await alerted(house, "keys")
    board = await open_page("/supervisor", "supervisor", "sasaki")
    button = cards(board).get_by_role("button", name="Acknowledge")
    await button.focus()
    await board.keyboard.press("Enter")
    await expect(cards(board)).to_contain_text("sasaki is on it")
    await expect(cards(board)).to_be_focused()
    await board.keyboard.press("Tab")
    assert await board.evaluate("document.activeElement.closest('.attention-card') !== null")
    await scene.end()
