"""The panel stands by the operator: steps against harassment, company, hints that can go."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page, expect
from scene import House, OpenPage, Scene

from copilot.events import StepTaken

expect.set_options(timeout=15_000)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

INSULT = "Are you stupid? You useless clown."
UPSET = (0.9, "declining")
WORDS = {
    "en": "I do want to solve this for you.",
    "ja": "お困りの件は、きちんと承ります。",
}


async def insulted(house: House, call_id: str, language: str = "en") -> tuple[Scene, str]:
    """A live call of joe in which he was insulted, and the alert's id."""
    scene = house.scene(call_id, agent_id="joe", language=language)
    await scene.begin(customer_id="C-1043")
    await scene.say("agent", "Thank you for calling.")
    utterance_id = await scene.say("customer", INSULT, UPSET)
    alert_id = await scene.alert(
        "harassment", "critical", utterance_id, harassment_type="abuse"
    )
    return scene, alert_id


async def panel_of(open_page: OpenPage, call_id: str, **options: Any) -> Page:
    return await open_page(f"/operator?call={call_id}", "operator", "joe", width=380, **options)


def switch(panel: Page, name: str) -> Locator:
    return panel.get_by_role("checkbox", name=name)


async def test_steps_have_words_to_read_out_and_are_confirmed_by_keyboard(
    house: House, open_page: OpenPage
) -> None:
    scene, alert_id = await insulted(house, "steps")
    panel = await panel_of(open_page, "steps")
    ladder = panel.locator(".ladder")
    await expect(ladder).to_contain_text("Steps against: Abuse")
    await expect(ladder.locator("blockquote")).to_contain_text("this call is recorded")
    said = ladder.get_by_role("button", name="I have said it")
    await said.focus()
    await panel.keyboard.press("Enter")
    await expect(ladder.locator("blockquote")).to_contain_text(WORDS["en"])
    await said.click()
    await expect(ladder).to_contain_text("Nothing to do just now.")

    steps = (await house.services.journal.record("steps")).steps
    assert [(one.alert_id, one.step, one.by) for one in steps] == [
        (alert_id, "record", "joe"),
        (alert_id, "caution", "joe"),
    ]
    utterance_id = await scene.say("customer", "You clown.", UPSET)
    await scene.alert("harassment", "critical", utterance_id, harassment_type="abuse")
    await expect(ladder).to_contain_text("Up to a supervisor: Supervisor joins")
    await expect(ladder.locator("blockquote")).to_contain_text("I will end the call")
    await expect(ladder.locator("[data-step=end]")).to_have_count(0)
    await scene.end()


async def test_words_are_in_the_language_of_the_call_labels_in_the_readers(
    house: House, open_page: OpenPage
) -> None:
    scene, alert_id = await insulted(house, "spoken", "ja")
    await house.services.journal.append(
        StepTaken(
            call_id="spoken",
            at_s=20.0,
            alert_id=alert_id,
            step="record",
            by="joe",
            made_at="2026-04-01T09:00:00Z",
        )
    )
    panel = await panel_of(open_page, "spoken")
    due = panel.locator(".ladder-due")
    await expect(due).to_contain_text("Ask to stop")
    await expect(due.locator("blockquote")).to_contain_text(WORDS["ja"])
    await expect(due.locator("blockquote")).to_have_attribute("lang", "ja")
    await scene.end()


async def test_a_complaint_however_angry_has_no_steps(
    house: House, open_page: OpenPage
) -> None:
    scene = house.scene("complaint", agent_id="joe")
    await scene.begin()
    utterance_id = await scene.say("customer", "Nobody ever calls me back!", UPSET)
    await scene.alert("frustration_spike", "critical", utterance_id)
    panel = await panel_of(open_page, "complaint")
    await expect(panel.locator(".hint")).to_contain_text("This is not about you.")
    await expect(panel.locator(".ladder")).to_have_count(0)
    await expect(panel.locator(".veil")).to_have_count(0)
    await scene.end()


async def test_help_is_a_tap_away_and_somebody_stands_by(
    house: House, open_page: OpenPage
) -> None:
    scene = house.scene("help", agent_id="joe")
    await scene.begin()
    await scene.say("customer", "Listen to me now.", UPSET)
    panel = await panel_of(open_page, "help")
    await panel.get_by_role("button", name="Help").click()
    up = panel.get_by_role("button", name="Help asked")
    await expect(up).to_have_attribute("aria-pressed", "true")
    await expect(panel.get_by_role("status")).to_contain_text(["stands first on every"])
    record = await house.services.journal.record("help")
    [alert_id] = record.alerts
    await scene.update(alert_id, "acknowledged", by="sasaki")
    company = panel.locator(".company")
    await expect(company).to_contain_text("You are not alone. sasaki sees this")
    await scene.note("sasaki", "Offer a call back.")
    await expect(company).to_contain_text("Offer a call back.")
    await up.click()
    await expect(panel.get_by_role("button", name="Help")).to_have_attribute(
        "aria-pressed", "false"
    )
    await scene.end()


async def test_abusive_words_are_covered_until_somebody_wants_them(
    house: House, open_page: OpenPage
) -> None:
    scene, _ = await insulted(house, "covered")
    panel = await panel_of(open_page, "covered")
    words = panel.locator('[data-utterance="u1"] .utterance-text')
    await expect(words.locator(".veil")).to_be_visible()
    await expect(words).not_to_contain_text("stupid")
    await words.locator(".veil").click()
    await expect(words).to_contain_text(INSULT)

    await panel.reload()
    await expect(words).not_to_contain_text("stupid")
    await panel.get_by_label("Menu").click()
    await switch(panel, "Cover abusive words").uncheck()
    await expect(words).to_contain_text(INSULT)
    await panel.reload()
    await expect(words).to_contain_text(INSULT)
    await scene.end()


async def test_own_wording_is_for_the_operator_alone(house: House, open_page: OpenPage) -> None:
    scene = house.scene("wording", agent_id="joe")
    await scene.begin()
    utterance_id = await scene.say("agent", "Just calm down.")
    await scene.alert(
        "agent_ng_word", "warning", utterance_id, speaker="agent", audience=("operator",)
    )
    panel = await panel_of(open_page, "wording")
    hint = panel.locator(".hint")
    await expect(hint).to_contain_text("Only you see this")
    await expect(hint).to_contain_text("Just calm down.")
    board = await open_page("/supervisor", "supervisor", "sasaki")
    tile = board.locator('.tile[data-call="wording"]')
    await expect(tile).to_contain_text("Just calm down.")
    await tile.locator(".tile-open").click()
    await expect(board.get_by_role("complementary")).to_contain_text("Just calm down.")
    await expect(board.get_by_text("Wording to avoid")).to_have_count(0)

    await hint.get_by_role("button", name="Got it").click()
    await expect(hint).to_have_count(0)
    await scene.end()


async def test_hints_go_off_people_stay(house: House, open_page: OpenPage) -> None:
    scene, alert_id = await insulted(house, "quiet")
    utterance_id = await scene.say("customer", "I shall cancel.", UPSET)
    await scene.alert("churn_risk", "warning", utterance_id)
    panel = await panel_of(open_page, "quiet")
    await expect(panel.locator(".ladder")).to_be_visible()
    await scene.line("agent", overtalk_s=1.5)
    await expect(panel.locator(".own-line")).to_contain_text("Let the customer finish.")
    await expect(panel.locator(".hint")).to_have_count(1)
    await panel.get_by_label("Menu").click()
    await switch(panel, "Hints during the call").uncheck()
    for gone in (".hint", ".own-line"):
        await expect(panel.locator(gone)).to_have_count(0)
    await scene.update(alert_id, "acknowledged", by="sasaki")
    await expect(panel.locator(".company")).to_contain_text("sasaki")
    await scene.end()


async def test_after_a_hard_call_a_break_is_suggested_unless_unwanted(
    house: House, open_page: OpenPage
) -> None:
    scene, _ = await insulted(house, "hard")
    panel = await panel_of(open_page, "hard")
    await expect(panel.locator(".ladder")).to_be_visible()
    await scene.end()
    suggested = panel.get_by_role("complementary", name="That was a hard call")
    await expect(suggested).to_be_visible()
    await suggested.get_by_role("button", name="Do not suggest this again").click()
    await expect(suggested).to_have_count(0)
    await panel.reload()
    await expect(panel.locator(".mood-word")).to_be_visible()
    await expect(suggested).to_have_count(0)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_the_panel_is_for_everybody(
    house: House, open_page: OpenPage, language: str, colours: str
) -> None:
    call_id = f"axe-{language}-{colours}"
    scene, alert_id = await insulted(house, call_id, language)
    utterance_id = await scene.say("agent", "Just calm down.")
    await scene.alert("agent_ng_word", "warning", utterance_id, audience=("operator",))
    await scene.update(alert_id, "acknowledged", by="sasaki")
    panel = await panel_of(open_page, call_id, locale=language, color_scheme=colours)
    await expect(panel.locator(".ladder")).to_be_visible()
    await scene.line("agent", overtalk_s=1.5)
    for shown in (".own-line", ".company", ".ladder-due", ".hint", ".veil", ".help"):
        await expect(panel.locator(shown).first).to_be_visible()
    await panel.locator(".ladder-all summary").click()
    await panel.locator(".menu > summary").click()
    found = await Axe().run(
        panel, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    )
    assert [
        (rule["id"], [(node["html"], node["failureSummary"]) for node in rule["nodes"]])
        for rule in found.response["violations"]
    ] == []
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await panel.evaluate(overflow) == 0
    await scene.end()
