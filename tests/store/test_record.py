"""The fold: what a call's events add up to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from copilot.events import (
    Alert,
    AlertUpdated,
    Degraded,
    Delivery,
    Event,
    Evidence,
    Note,
    Paused,
    Redacted,
    Span,
    Suggestion,
    Summary,
    Word,
)
from copilot.record import CallRecord
from tests.store.conftest import ended, felt, partial, said, started

MADE_AT = "2026-04-01T00:40:00Z"


def fired(alert_id: str = "alert-1", quote: str = "hello", number: int = 1) -> Alert:
    return Alert(
        call_id="call-1",
        at_s=float(number),
        alert_id=alert_id,
        kind="frustration_spike",
        rule="spike",
        severity="warning",
        speaker="customer",
        message="The customer is losing patience.",
        evidence=(Evidence(utterance_id=f"customer-{number}", quote=quote, start_s=0.5),),
    )


def handled(state: str, alert_id: str = "alert-1", **more: object) -> AlertUpdated:
    return AlertUpdated(
        call_id="call-1",
        at_s=9.0,
        alert_id=alert_id,
        state=state,
        by="mori",
        made_at=MADE_AT,
        **more,
    )  # type: ignore[arg-type]


def note_of(version: int, state: str) -> Summary:
    return Summary(
        call_id="call-1",
        at_s=10.0,
        version=version,
        state=state,
        generator="x",
        made_at=MADE_AT,
    )  # type: ignore[arg-type]


def sent(target: str, state: str) -> Delivery:
    return Delivery(
        call_id="call-1",
        at_s=10.0,
        target=target,
        summary_version=1,
        state=state,
        made_at=MADE_AT,
    )  # type: ignore[arg-type]


def numbered(*events: Event) -> list[Event]:
    return [replace(event, seq=number) for number, event in enumerate(events, 1)]


def test_live_call() -> None:
    record = CallRecord.of(numbered(started(), said(1)))
    assert record.state == "live"
    assert record.started is not None and record.started.agent_id == "sato"
    assert (record.seq, record.event_count, record.at_s) == (2, 2, 1.0)
    assert record.mood is None and record.summary is None and record.approved is None


def test_ended_call_stays_ended() -> None:
    record = CallRecord.of(numbered(started(), ended(10.0), replace(ended(12.0))))
    assert record.state == "ended"
    assert record.ended is not None and record.ended.duration_s == 10.0


def test_finals_stand_as_people_spoke() -> None:
    late = said(1, "first", start_s=0.0)
    early = said(2, "second", start_s=1.0)
    record = CallRecord.of(numbered(started(), early, partial(3), late))
    assert record.text == "first\nsecond"


def test_wordless_final_is_no_line_of_text() -> None:
    assert CallRecord.of(numbered(said(1, "a"), said(2, ""), said(3, "b"))).text == "a\nb"


def test_language_follows_the_finals_where_it_is_auto() -> None:
    finals = [said(1, language="ja"), said(2, language="ja"), said(3, language="en")]
    assert CallRecord.of(numbered(started(language="auto"), *finals)).language == "ja"
    assert CallRecord.of(numbered(started(language="en"), *finals)).language == "en"
    assert CallRecord.of(numbered(started(language="auto"))).language == "auto"


def test_mood_is_the_customers() -> None:
    record = CallRecord.of(
        numbered(
            felt(1, 0.2),
            felt(2, 0.8, trend="declining"),
            felt(3, 0.1, speaker="agent"),
        )
    )
    assert record.mood is not None
    assert (record.mood.frustration, record.mood.trend) == (0.8, "declining")
    assert [point.frustration for point in record.mood_line] == [0.2, 0.8]


def test_mono_recording_has_a_mood_too() -> None:
    record = CallRecord.of(numbered(felt(1, 0.6, speaker="unknown")))
    assert record.mood is not None and record.mood.frustration == 0.6


def test_alert_ends_at_most_once() -> None:
    record = CallRecord.of(
        numbered(
            fired(),
            fired("alert-2"),
            handled("assigned", assignee="ito"),
            handled("false_alarm"),
            handled("acknowledged"),
            handled("resolved", "no-such-alert"),
        )
    )
    first = record.alerts["alert-1"]
    assert (first.state, first.closed, first.assignee) == ("false_alarm", True, "ito")
    assert [alert.alert.alert_id for alert in record.open_alerts] == ["alert-2"]


def test_summary_versions_and_deliveries() -> None:
    record = CallRecord.of(
        numbered(
            note_of(0, "running"),
            note_of(1, "draft"),
            note_of(2, "approved"),
            note_of(3, "edited"),
            sent("file", "queued"),
            sent("file", "sent"),
            sent("webhook", "dead"),
        )
    )
    assert [one.version for one in record.summaries] == [1, 2, 3]
    assert record.summary is not None and record.summary.version == 3
    assert record.approved is not None and record.approved.version == 2
    assert {target: one.state for target, one in record.deliveries.items()} == {
        "file": "sent",
        "webhook": "dead",
    }


def test_degraded_stages_recover() -> None:
    down = Degraded(call_id="call-1", at_s=1.0, stage="store", reason="Redis is away")
    slow = Degraded(call_id="call-1", at_s=1.0, stage="recogniser", reason="behind", lag_s=4.0)
    record = CallRecord.of(numbered(down, slow, replace(down, recovered=True)))
    assert list(record.degraded) == ["recogniser"]


def test_notes_suggestions_and_changes_are_kept() -> None:
    note = Note(
        call_id="call-1", at_s=1.0, author="mori", to="sato", text="hold", made_at=MADE_AT
    )
    hint = Suggestion(
        call_id="call-1", at_s=1.0, suggestion_id="s", kind="phrase", title="t", body="b"
    )
    pause = Paused(call_id="call-1", at_s=2.0, by="sato", reason="card")
    record = CallRecord.of(numbered(note, hint, pause))
    assert [one.text for one in record.notes] == ["hold"]
    assert len(record.suggestions) == len(record.changes) == 1


def test_redaction_masks_text_words_and_quotes() -> None:
    word = Word(text="4242", start_s=0.6, end_s=0.9, confidence=0.9)
    record = CallRecord.of(
        numbered(
            said(1, "card 4242 please", words=(word,)),
            fired(quote="card 4242"),
            fired("alert-2", quote="something else"),
            Redacted(
                call_id="call-1",
                at_s=2.0,
                utterance_id="customer-1",
                spans=(Span(start=5, end=9, kind="card"),),
                text="card [card] please",
            ),
        )
    )
    final = record.finals[0]
    assert final.text == "card [card] please"
    assert final.words is None
    assert record.redacted == {"customer-1"}
    quotes = [alert.alert.evidence[0].quote for alert in record.alerts.values()]
    # A quote that is not in the utterance word for word could still hold the secret.
    assert quotes == [final.text, final.text]


def test_event_of_another_call_is_refused() -> None:
    with pytest.raises(ValueError, match="another call"):
        CallRecord.of([started(), said(1, call_id="call-2")])
    with pytest.raises(ValueError, match="at least one"):
        CallRecord.of([])


def mended(text: str, start: int, end: int) -> Redacted:
    return Redacted(
        call_id="call-1",
        at_s=2.0,
        utterance_id="customer-1",
        spans=(Span(start=start, end=end, kind="card"),),
        text=text,
    )


def test_an_utterance_that_is_mended_twice_keeps_both_masks() -> None:
    """Tags are longer than what they hide, so the second mend tells the whole text."""
    events = numbered(
        said(1, "11 and 222"),
        mended("[card] and 222", 0, 2),
        mended("[card] and [phone]", 7, 10),
    )
    record = CallRecord.of(events)
    assert record.finals[0].text == "[card] and [phone]"
    # What is kept of the first mend no longer tells what the second hides.
    stored = [record.finals[0], *record.redactions["customer-1"]]
    assert "222" not in str([one.text for one in stored])
    again = CallRecord.of(sorted(stored, key=lambda one: one.seq))
    assert again.finals[0].text == "[card] and [phone]"


def test_a_mend_that_tells_only_where_is_applied() -> None:
    record = CallRecord.of(numbered(said(1, "card 4242 please"), mended("", 5, 9)))
    assert record.finals[0].text == "card [card] please"


events = st.lists(
    st.sampled_from(
        [
            started(),
            said(1, "one"),
            said(2, "two"),
            felt(1, 0.3),
            fired(),
            handled("acknowledged"),
            handled("resolved"),
            Redacted(
                call_id="call-1",
                at_s=3.0,
                utterance_id="customer-1",
                spans=(Span(start=0, end=2, kind="card"),),
            ),
            note_of(1, "draft"),
            sent("file", "sent"),
            ended(),
        ]
    ),
    min_size=1,
    max_size=15,
)


def state_of(record: CallRecord) -> dict[str, object]:
    return vars(record)


@given(events=events, data=st.data())
def test_overlapping_reads_fold_to_the_same_record(
    events: list[Event], data: st.DataObject
) -> None:
    events = numbered(*events)
    whole = CallRecord.of(events)
    cut = data.draw(st.integers(1, len(events)))
    back = data.draw(st.integers(0, cut))
    in_parts = CallRecord.of(events[:cut])
    for event in events[back:]:
        in_parts.apply(event)
    assert state_of(in_parts) == state_of(whole)
