"""What a meeting decided and who does what next; nothing that it left open."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copilot.events import CallStarted, Event, Summary, Transcript
from summarizer.grounding import ungrounded
from summarizer.meeting import MeetingSummariser
from summarizer.meeting_cues import from_te_form

Turns = list[tuple[Any, str]]
Make = Callable[[Turns, str], list[Event]]

MEETINGS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "meetings.json").read_text(encoding="utf-8")
)


@pytest.fixture
def note(call: Make) -> Callable[[list[str], str], Summary]:
    summariser = MeetingSummariser(time_zone="Asia/Tokyo")
    return lambda said, language: summariser.summarise(
        call([("unknown", text) for text in said], language)
    )


Note = Callable[[list[str], str], Summary]


@pytest.mark.parametrize("meeting", MEETINGS, ids=lambda one: one["name"])
def test_a_meeting(meeting: dict[str, Any], note: Note) -> None:
    summary = note(meeting["said"], meeting["language"])
    fields = summary.fields
    for parts in meeting["decisions"]:
        assert any(all(part in one for part in parts) for one in fields.decisions), parts
    for left_open in meeting["not_decided"]:
        assert not any(left_open in one for one in fields.decisions), left_open
    for owner, what, due in meeting["actions"]:
        found = next(one for one in fields.follow_ups if re.search(what, one.what))
        named, _, _ = found.what.rpartition(": ")
        assert (owner in named) if owner else not named
        assert (found.due.date if found.due else "") == due
    assert len(fields.follow_ups) == len(meeting["actions"])
    assert {one.value for one in fields.entities} == set(meeting["people"])


@pytest.mark.parametrize("meeting", MEETINGS, ids=lambda one: one["name"])
def test_every_line_cites_the_words_it_is_made_of(
    meeting: dict[str, Any], note: Note, call: Make
) -> None:
    summary = note(meeting["said"], meeting["language"])
    said = {
        event.utterance_id: event.text
        for event in call([("unknown", text) for text in meeting["said"]], meeting["language"])
        if isinstance(event, Transcript)
    }
    assert summary.sentences
    for sentence in summary.sentences:
        assert sentence.text in summary.text
        assert not ungrounded(sentence.text, [said[one] for one in sentence.utterance_ids])


def test_nobody_is_customer_or_agent(note: Note) -> None:
    fields = note(MEETINGS[0]["said"], "en").fields
    assert {one.owner for one in fields.follow_ups} == {"other"}
    assert (fields.customer_mood, fields.alerts, fields.resolution) == (None, (), None)


def test_what_nobody_agreed_to_is_open(note: Note) -> None:
    said = ["Should we rent the second office?", "I'd rather wait for the figures.", "Right."]
    fields = note(said, "en").fields
    assert fields.decisions == ()
    assert {"decisions", "follow_ups"} <= set(fields.not_stated)


def test_a_task_without_a_name_is_nobodys(note: Note) -> None:
    said = ["The cable is broken.", "I'll order a replacement cable tomorrow.", "Thanks."]
    (action,) = note(said, "en").fields.follow_ups
    assert action.what == "order a replacement cable"
    assert "Owner not stated: order a replacement cable" in note(said, "en").text


def test_a_masked_word_stays_masked(note: Note) -> None:
    said = ["Mina, please call the client on [phone] tomorrow.", "Yes, I will.", "Great."]
    assert "[phone]" in note(said, "en").text


@pytest.mark.parametrize(("said", "why"), [([], "no_speech"), (["Hello."], "too_short")])
def test_without_words_there_is_a_reason(said: list[str], why: str, note: Note) -> None:
    summary = note(said, "en")
    assert (summary.state, summary.why_none) == ("unavailable", why)


def test_language_is_heard_where_it_was_not_told(call: Make) -> None:
    events = call([("unknown", text) for text in MEETINGS[2]["said"]], "auto")
    assert isinstance(events[0], CallStarted)
    assert MeetingSummariser().summarise(events).fields.language == "ja"


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("資料を送って", "資料を送る"),
        ("計画書を更新して", "計画書を更新する"),
        ("教材を直して", "教材を直す"),
        ("名簿を書いて", "名簿を書く"),
        ("会場を使って", "会場を使う"),
        ("返事を待って", "返事を待つ"),
        ("書類を読んで", "書類を読む"),
        ("時間を決めて", "時間を決める"),
    ],
)
def test_requests_are_written_plainly(asked: str, written: str) -> None:
    assert from_te_form(asked) == written


def test_where_nothing_was_settled_the_note_says_so(note: Note) -> None:
    for language, said in (
        ("en", ["The weather was awful at the weekend.", "It rained both days over here."]),
        ("ja", ["週末は天気が悪かったですね。", "こちらも両日雨でした。"]),
    ):
        summary = note(said, language)
        assert summary.state == "draft"
        assert summary.text == summary.brief != ""
        assert "decisions" in summary.fields.not_stated


@pytest.mark.parametrize(
    ("language", "said", "what", "due"),
    [
        (
            "en",
            ["I can print the badges, that's Nora here. ", "I'll have those by Friday."],
            "print the badges",
            "2026-04-03",
        ),
        ("en", ["I'll call the printer before I forget.", "Good."], "call the printer", ""),
        ("ja", ["名札の印刷は、これは私がやります。", "はい。"], "名札の印刷をやる", ""),
        ("ja", ["業者には私から連絡します。", "はい。"], "業者に連絡する", ""),
    ],
)
def test_an_action_is_told_without_what_was_said_around_it(
    language: str, said: list[str], what: str, due: str, note: Note
) -> None:
    (action,) = note(said, language).fields.follow_ups
    assert action.what == what
    assert (action.due.date if action.due else "") == due


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", ["The poster is late again.", "I'll fix it.", "Thanks."])],
)
def test_an_action_that_only_points_is_none(language: str, said: list[str], note: Note) -> None:
    assert note(said, language).fields.follow_ups == ()


def test_a_decision_is_told_without_fillers_and_what_held_before(note: Note) -> None:
    said = ["前回は八百円って言ってたけど、うん、九百円でいきましょう。", "賛成です。"]
    assert note(said, "ja").fields.decisions == ("九百円",)
    said = ["雨なら体育館ってことで。", "はい。"]
    assert note(said, "ja").fields.decisions == ("雨なら体育館",)
    assert (
        note(["じゃあ看板の手配は大谷さんお願いできますか。", "はい。"], "ja")
        .fields.follow_ups[0]
        .what
        == "大谷さん: 看板の手配"
    )
