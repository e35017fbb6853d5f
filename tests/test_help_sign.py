from __future__ import annotations

from copilot.events import Alert, AlertUpdated, CallStarted, Event, Redacted, Span, Transcript
from copilot.help_sign import raise_sign, raised
from copilot.record import CallRecord


def record(*events: Event, language: str = "en") -> CallRecord:
    started = CallStarted(
        seq=1,
        call_id="call",
        at_s=0,
        started_at="2026-04-01T09:00:00Z",
        agent_id="mori",
        language=language,
    )
    return CallRecord.of([started, *events])


def said(seq: int, speaker: str, text: str) -> Transcript:
    return Transcript(
        seq=seq,
        call_id="call",
        at_s=seq,
        utterance_id=f"u{seq}",
        speaker=speaker,
        revision=1,
        start_s=seq - 1,
        end_s=seq,
        text=text,
        final=True,
    )


def lowered(seq: int, alert: Alert) -> AlertUpdated:
    return AlertUpdated(
        seq=seq,
        call_id="call",
        at_s=seq,
        alert_id=alert.alert_id,
        state="resolved",
        by="mori",
        made_at="2026-04-01T09:01:00Z",
    )


def test_a_sign_cites_the_last_words_newest_first() -> None:
    call = record(
        said(2, "agent", "Good morning."),
        said(3, "customer", "Third time!"),
        said(4, "agent", "I am sorry."),
    )
    sign = raise_sign(call)
    assert (sign.kind, sign.severity, sign.at_s) == ("help_sign", "critical", 4)
    assert sign.audience == ("supervisor", "operator")
    assert [(one.quote, one.start_s) for one in sign.evidence] == [
        ("I am sorry.", 3),
        ("Third time!", 2),
    ]


def test_it_cites_no_masked_words() -> None:
    call = record(
        said(2, "customer", "It is 4111."),
        Redacted(
            seq=3,
            call_id="call",
            at_s=3,
            utterance_id="u2",
            spans=(Span(start=6, end=10, kind="card"),),
        ),
    )
    assert raise_sign(call).evidence[0].quote == "It is [card]."


def test_a_hand_may_go_up_before_anybody_spoke() -> None:
    assert raise_sign(record()).evidence == ()


def test_it_speaks_the_language_of_the_call() -> None:
    assert "助け" in raise_sign(record(language="ja")).message
    assert "help" in raise_sign(record(language="fr")).message


def test_one_sign_is_up_at_a_time_and_each_has_its_own_id() -> None:
    call = record()
    first = raise_sign(call)
    call.apply(first)
    up = raised(call)
    assert up is not None and up.alert == first
    call.apply(lowered(5, first))
    assert raised(call) is None
    assert raise_sign(call).alert_id != first.alert_id
