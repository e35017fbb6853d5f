"""The page of a call prints on A4, as a browser's PDF shows."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser

from copilot.call_page import call_page
from copilot.events import CallEnded, CallStarted, Event, Transcript
from copilot.record import CallRecord

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_a_long_call_prints_on_pages_of_a4(chromium: Browser) -> None:
    events: list[Event] = [
        CallStarted(
            call_id="c-1",
            at_s=0.0,
            started_at="2026-04-01T01:00:00Z",
            agent_id="mori",
            language="ja",
        )
    ]
    for number in range(80):
        start_s = 5.0 * number
        events.append(
            Transcript(
                call_id="c-1",
                at_s=start_s + 4.0,
                utterance_id=f"u{number}",
                speaker="agent" if number % 2 else "customer",
                revision=1,
                start_s=start_s,
                end_s=start_s + 4.0,
                text="配送が遅れている件でお電話しました。" * (1 + number % 5),
                final=True,
            )
        )
    events.append(CallEnded(call_id="c-1", at_s=400.0, duration_s=400.0, reason="stop"))
    made = call_page(
        CallRecord.of(events), made_at="2026-04-01T03:00:00Z", time_zone="Asia/Tokyo"
    )
    page = await chromium.new_page(viewport={"width": 380, "height": 800})
    try:
        await page.set_content(made)
        width = "document.documentElement.scrollWidth"
        assert await page.evaluate(width) <= 380, "it fits a side panel, too"
        printed = await page.pdf(prefer_css_page_size=True)
    finally:
        await page.close()
    boxes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert len(boxes) > 2
    for width_points, height_points in boxes:  # 210 x 297 mm, in points of 1/72 inch
        assert abs(float(width_points) - 595.28) < 1 and abs(float(height_points) - 841.89) < 1
