"""The page of a call holds what was stored, links lead somewhere, and nothing in it runs."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from copilot.call_page import call_page
from copilot.call_words import WORDS
from copilot.events import (
    Alert,
    CallEnded,
    CallStarted,
    Delivery,
    Disposition,
    Entity,
    Event,
    Evidence,
    Paused,
    Resumed,
    Sentence,
    Summary,
    SummaryFields,
    Transcript,
)
from copilot.record import CallRecord


class Seen(HTMLParser):
    """Tags, ids, links and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        named = dict(attrs)
        self.ids += [named["id"] or ""] if "id" in named else []
        self.links += [named["href"] or ""] if "href" in named else []

    def handle_data(self, data: str) -> None:
        self.text += data + "\n"


def seen(record: CallRecord, time_zone: str = "Asia/Tokyo") -> Seen:
    page = Seen()
    page.feed(call_page(record, made_at="2026-04-01T03:00:00Z", time_zone=time_zone))
    return page


def events(language: str) -> list[Event]:
    call = {"call_id": "c-1"}
    texts = ("解約したい <script>alert(1)</script>", "承知しました")
    return [
        CallStarted(
            **call,
            at_s=0.0,
            started_at="2026-04-01T01:00:00Z",
            agent_id="mori",
            customer_id="K-1 & 2",
            language=language,
        ),
        *(
            Transcript(
                **call,
                at_s=2.0 + number,
                utterance_id=f"u{number}",
                speaker="agent" if number else "customer",
                revision=1,
                start_s=1.0 + 60 * number,
                end_s=2.0 + 60 * number,
                text=text,
                final=True,
            )
            for number, text in enumerate(texts)
        ),
        Alert(
            **call,
            at_s=3.0,
            alert_id="a1",
            kind="churn_risk",
            rule="may_leave",
            severity="warning",
            speaker="customer",
            message="May leave.",
            evidence=(Evidence(utterance_id="u0", quote="解約したい", start_s=1.0),),
        ),
        Paused(**call, at_s=10.0, by="mori", reason="card"),
        Resumed(**call, at_s=25.0, by="mori"),
        Paused(**call, at_s=70.0, by="mori"),
        CallEnded(**call, at_s=80.0, duration_s=80.0, reason="stop"),
        Summary(
            **call,
            at_s=80.0,
            version=2,
            state="approved",
            brief="解約のご相談。",
            text="解約のご相談。\n承知した。",
            fields=SummaryFields(
                headline="解約",
                resolution="resolved",
                entities=(Entity(kind="money", value="4800円"),),
                disposition=(Disposition(code="CANCEL", confidence=0.8),),
                language=language,
                not_stated=("promises",),
            ),
            generator="extractive",
            sentences=(Sentence(text="解約のご相談。", utterance_ids=("u0", "u1")),),
            unsupported=("値引きした。",),
            by="mori",
            made_at="2026-04-01T01:02:00Z",
        ),
        Delivery(
            **call,
            at_s=80.0,
            target="kintone",
            summary_version=2,
            state="failed",
            attempt=3,
            error="answered 503",
            next_try_at="2026-04-01T01:05:00Z",
            made_at="2026-04-01T01:03:00Z",
        ),
    ]


@pytest.fixture(params=["ja", "en"])
def record(request: pytest.FixtureRequest) -> CallRecord:
    return CallRecord.of(events(request.param))


def test_it_holds_note_fields_alerts_and_deliveries(record: CallRecord) -> None:
    text = seen(record).text
    for part in ("解約のご相談。", "4800円", "CANCEL (80%)", "K-1 & 2", "値引きした。"):
        assert part in text
    assert "2026-04-01 10:00:00 JST" in text
    assert "answered 503" in text and "10:05:00" in text
    expected = {"ja": ("解約の可能性", "金額", "再送待ち"), "en": ("May leave", "Sum", "again")}
    for word in expected[record.language]:
        assert word in text


def test_every_link_leads_to_an_utterance(record: CallRecord) -> None:
    page = seen(record)
    assert page.ids == ["u0", "u1"]
    assert page.links and {link.removeprefix("#") for link in page.links} == {"u0", "u1"}


def test_nothing_in_it_runs_or_is_fetched(record: CallRecord) -> None:
    page = seen(record)
    assert page.tags.isdisjoint({"script", "link", "img", "iframe", "object"})
    assert "<script>alert(1)</script>" in page.text
    assert "url(" not in call_page(record, made_at="x", time_zone="UTC")


def test_confidential_sections_stand_between_the_turns(record: CallRecord) -> None:
    text = seen(record).text
    told = WORDS[record.language]["confidential"]
    order = [text.rindex(one) for one in ("0:10 – 0:25", "1:01", "1:10 – 1:20")]
    assert order == sorted(order)
    assert text.count(told) == 2


def test_a_call_without_summary() -> None:
    started = events("en")[0]
    assert "There is no summary yet." in seen(CallRecord.of([started])).text
    none = next(one for one in events("en") if isinstance(one, Summary))
    unavailable = replace(none, state="unavailable", why_none="no_speech", text="", brief="")
    text = seen(CallRecord.of([started, unavailable])).text
    assert "nobody spoke" in text and "CANCEL" not in text


def test_both_languages_say_the_same() -> None:
    assert set(WORDS["ja"]) == set(WORDS["en"])
    for key, text in WORDS["en"].items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", WORDS["ja"][key]))


def test_wherever_it_is_saved_it_may_run_and_fetch_nothing(record: CallRecord) -> None:
    made = call_page(record, made_at="2026-04-01T03:00:00Z", time_zone="Asia/Tokyo")
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'" in made
