"""Questions nobody has answered yet."""

from __future__ import annotations

import pytest

from copilot.events import CallStarted, Transcript
from summarizer.questions import open_questions


def call(language: str, *turns: tuple[str, str]) -> list:
    started = CallStarted(
        call_id="c",
        at_s=0.0,
        started_at="2026-04-01T00:00:00+00:00",
        agent_id="mori",
        language=language,
    )
    finals = [
        Transcript(
            call_id="c",
            at_s=float(number),
            utterance_id=f"u{number}",
            speaker=speaker,  # type: ignore[arg-type]
            revision=1,
            start_s=float(number),
            end_s=number + 0.9,
            text=text,
            language=language,
            final=True,
        )
        for number, (speaker, text) in enumerate(turns)
    ]
    return [started, *finals]


@pytest.mark.parametrize(
    ("language", "turns", "asked"),
    [
        ("en", [("customer", "When will it arrive?")], ["u0"]),
        (
            "en",
            [("customer", "When will it arrive?"), ("agent", "It arrives on Friday.")],
            [],
        ),
        (
            "en",
            [
                ("customer", "When will it arrive?"),
                ("agent", "One moment please, let me check."),
                ("agent", "Could I have your order number?"),
            ],
            ["u0", "u2"],
        ),
        (
            "en",
            [
                ("agent", "Could I have your order number?"),
                ("customer", "Why do you need that?"),
            ],
            ["u0", "u1"],
        ),
        ("en", [("customer", "Hello, when will my order arrive?")], ["u0"]),
        ("en", [("agent", "Hello, this is Ann, how may I help you?")], []),
        ("ja", [("customer", "いつ届きますか。")], ["u0"]),
        ("ja", [("customer", "いつ届きますか。"), ("agent", "金曜日に届きます。")], []),
        (
            "ja",
            [("customer", "いつ届きますか。"), ("agent", "少々お待ちください。")],
            ["u0"],
        ),
        (
            "ja",
            [("customer", "いつ届きますか。"), ("agent", "少々お待ちいただけますか。")],
            ["u0"],
        ),
    ],
)
def test_open_until_the_other_side_answers(language, turns, asked) -> None:
    found = open_questions(call(language, *turns), language)
    assert [one.utterance_id for one in found] == asked


def test_the_latest_five_are_enough() -> None:
    turns = [("customer", f"What about parcel {number}?") for number in range(8)]
    found = open_questions(call("en", *turns), "en")
    assert [one.utterance_id for one in found] == ["u3", "u4", "u5", "u6", "u7"]


def test_an_unknown_language_is_no_fault() -> None:
    assert open_questions(call("auto", ("customer", "Wann kommt es?")), "auto")
