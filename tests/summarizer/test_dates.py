"""Deadlines as said, against Wednesday, 1 April 2026."""

from __future__ import annotations

from datetime import date

import pytest

from summarizer.dates import find_due

TODAY = date(2026, 4, 1)


@pytest.mark.parametrize(
    ("text", "language", "said", "iso"),
    [
        ("I'll ring you by four this Friday", "en", "Friday", "2026-04-03"),
        ("we will reply within 48 hours", "en", "within 48 hours", "2026-04-03"),
        (
            "it takes five working days, so within five working days",
            "en",
            "five working days",
            "2026-04-08",
        ),
        ("you'll have it tomorrow morning", "en", "tomorrow morning", "2026-04-02"),
        ("he'll come between seven and eight", "en", "between seven and eight", "2026-04-01"),
        ("you'll hear by dinnertime tomorrow", "en", "by dinnertime tomorrow", "2026-04-02"),
        ("we'll have it in a fortnight", "en", "in a fortnight", "2026-04-15"),
        ("they fit it a week on Friday", "en", "a week on Friday", "2026-04-10"),
        ("a letter goes out after the weekend", "en", "after the weekend", "2026-04-06"),
        ("the payment is due on the third of May", "en", "on the third of May", "2026-05-03"),
        ("it leaves here in early June", "en", "in early June", "2026-06-10"),
        ("you get it on the first of next month", "en", "first of next month", "2026-05-01"),
        ("we'll settle it within the week", "en", "within the week", "2026-04-03"),
        ("I'll tell you by the fifteenth how it went", "en", "by the fifteenth", "2026-04-15"),
        ("it's the day after Diwali", "en", "day after Diwali", None),
        ("the refund comes next Monday", "en", "next Monday", "2026-04-06"),
        ("by the end of the month", "en", "the end of the month", "2026-04-30"),
        ("on May 3rd", "en", "May 3rd", "2026-05-03"),
        ("by noon", "en", "by noon", "2026-04-01"),
        ("in two weeks", "en", "in two weeks", "2026-04-15"),
        ("明後日の15時までに連絡します", "ja", "明後日の15時まで", "2026-04-03"),
        ("来週の月曜日に届きます", "ja", "来週の月曜日", "2026-04-06"),
        ("3営業日以内にお送りします", "ja", "3営業日以内", "2026-04-06"),
        ("今月末までにお支払いください", "ja", "月末まで", "2026-04-30"),
        ("五月十日に伺います", "ja", "五月十日", "2026-05-10"),
        ("水曜日に届きます", "ja", "水曜日", "2026-04-08"),
        ("午後3時にお電話します", "ja", "午後3時", "2026-04-01"),
    ],
)
def test_deadline(text: str, language: str, said: str, iso: str | None) -> None:
    found = find_due(text, language, TODAY)
    assert found is not None
    assert said in found[0].said and found[0].said in text
    assert found[0].date == iso


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("we will look into it shortly", "en"),
        ("I may have sent it", "en"),
        ("三か月前に買いました", "ja"),
        ("今月の基本料を差し引きます", "ja"),
    ],
)
def test_no_deadline(text: str, language: str) -> None:
    assert find_due(text, language, TODAY) is None
