"""The note as a CRM shows it."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from one_summary import CALL_BACK, PAY, SEND_FORM, call_summary

from copilot.crm.note import Note, clipped, linkless
from copilot.crm.tasks import MOST_TASKS
from copilot.events import Due, FollowUp, SummaryFields

TOKYO = ZoneInfo("Asia/Tokyo")


def note(*follow_ups: FollowUp, zone: ZoneInfo = TOKYO, **said: Any) -> Note:
    return Note(call_summary(*follow_ups, **said), zone)


def test_in_japanese() -> None:
    assert note().text == (
        "請求額の誤りについて問い合わせ。\n\n"
        "対応結果: 折り返し予定\n応対区分: other、billing\n\n"
        "今後の対応:\n"
        "- 当社: お客様へ折り返す (期日 2026-04-02「明日の午前中」)\n"
        "- その他: 申込書を送る\n"
        "- お客様: 請求書を確認する\n\n"
        "詳細:\n- 注文番号: A-123\n- 氏名: 山田様\n\n"
        "通話 call-1、2026-04-01 08:30 JST、着信、2分5秒、担当 a-1。"
        "通話からの自動下書きを sato が承認(第3版)。"
    )


def test_in_english_without_what_was_not_said() -> None:
    said = note(
        FollowUp(owner="agent", what="Call  back\n soon", due=Due(said="next week")),
        text="Invoice is wrong.",
        language="en",
        resolution=None,
        disposition=(),
        entities=(),
    )
    assert said.text == (
        "Invoice is wrong.\n\n"
        "Follow-ups:\n- We: Call back soon “next week”\n\n"
        "Call call-1, 2026-04-01 08:30 JST, inbound, 2 min 5 s, operator a-1. "
        "Drafted by software from the call, approved by sato (version 3)."
    )


def test_every_word_of_the_house_has_one_in_both_languages() -> None:
    for language in ("ja", "en"):
        words = note(language=language).words
        for owner in ("agent", "customer", "other"):
            assert words.owners[owner]
        for word in ("resolved", "escalated", "callback_promised", "unresolved"):
            assert words.resolutions[word]


def test_a_title_is_one_line_and_never_empty() -> None:
    assert note(headline="A\n B").title == "A B"
    assert note(headline="", reason="C").title == "C"
    assert note(headline="", reason="").title == "通話"


def test_the_disposition_is_the_surest_code_else_the_resolution() -> None:
    assert note().disposition == "billing"
    assert note(disposition=()).disposition == "折り返し予定"
    assert note(disposition=(), resolution=None).disposition == ""


def test_tasks_are_those_of_the_house() -> None:
    first, second = note(CALL_BACK, PAY, SEND_FORM).tasks
    assert (first.numbers, first.due) == ((1,), date(2026, 4, 2))
    assert (second.numbers, second.subject, second.due) == ((2,), "申込書を送る", None)
    many = [FollowUp(owner="agent", what=str(number)) for number in range(30)]
    assert len(note(*many).tasks) == MOST_TASKS
    assert "- 当社: 29" in note(*many).text, "the note has all of them"


@pytest.mark.parametrize("said", ["tomorrow", "2026-02-31"])
def test_a_day_that_is_none(said: str) -> None:
    (task,) = note(FollowUp(owner="agent", what="x", due=Due(said="", date=said))).tasks
    assert task.due is None


def test_a_start_that_is_no_time() -> None:
    assert note(started={"started_at": "yesterday"}).day == date(2026, 4, 1)


def test_nothing_is_one_click_away() -> None:
    said = note(
        text="See https://evil.example/x and HTTP://b.example.", headline="ftp://x.example"
    )
    assert "://" not in said.text + said.title
    assert "evil.example/x" in said.text
    assert linkless("a://  b") == "a://  b"


def test_a_cut_is_marked() -> None:
    assert clipped("abc", 3) == "abc"
    assert clipped("abcdefghij", 8) == "abcd […]"
    assert len(clipped("長" * 100, 100, bytes_=True).encode()) <= 100
    assert clipped("長" * 100, 100, bytes_=True).endswith("長 […]")


def test_decisions_of_a_meeting() -> None:
    assert "決定事項:\n- 価格を下げる" in note(decisions=("価格を下げる",)).text
    assert SummaryFields().decisions == ()
