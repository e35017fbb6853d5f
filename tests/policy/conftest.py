"""A call in which a customer complains, then abuses the operator."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from copilot.events import (
    Alert,
    AlertUpdated,
    CallEnded,
    CallStarted,
    Emotion,
    Event,
    Evidence,
    Note,
    Redacted,
    Span,
    StepTaken,
    Suggestion,
    Transcript,
)

MADE_AT = "2026-04-01T01:00:40Z"


def final(number: int, speaker: str, text: str, start_s: float) -> Transcript:
    return Transcript(
        call_id="c-1",
        at_s=start_s + 3,
        utterance_id=f"u{number}",
        speaker=speaker,
        revision=1,
        start_s=start_s,
        end_s=start_s + 2.5,
        text=text,
        final=True,
        language="ja",
    )


def alert(alert_id: str, kind: str, utterance_id: str, quote: str, **more: Any) -> Alert:
    return Alert(
        call_id="c-1",
        at_s=20.0,
        alert_id=alert_id,
        kind=kind,
        rule=kind,
        severity="critical",
        message=kind,
        evidence=(Evidence(utterance_id=utterance_id, quote=quote, start_s=12.0),),
        **{"speaker": "customer", **more},
    )


@pytest.fixture
def call() -> list[Event]:
    """Stored events: ``seq`` from 1."""
    by = {"call_id": "c-1", "at_s": 30.0, "made_at": MADE_AT}
    events: list[Event] = [
        CallStarted(
            call_id="c-1",
            at_s=0.0,
            started_at="2026-04-01T01:00:00Z",
            agent_id="mori",
            customer_id="<b>C-1</b>",
            language="ja",
        ),
        final(1, "agent", "この通話は録音されています。", 1.0),
        final(2, "customer", "番号は4111の続きです。この役立たずが。", 12.0),
        Emotion(
            call_id="c-1", at_s=15.0, utterance_id="u2", speaker="customer", frustration=0.9
        ),
        alert("h1", "harassment", "u2", "この役立たずが", harassment_type="abuse"),
        alert("f1", "frustration_spike", "u2", "番号は4111"),
        alert("n1", "agent_ng_word", "u1", "録音", speaker="agent", audience=("operator",)),
        AlertUpdated(**by, alert_id="n1", state="resolved", by="mori"),
        AlertUpdated(**by, alert_id="h1", state="acknowledged", by="sasaki"),
        StepTaken(**by, alert_id="h1", step="caution", by="mori"),
        Note(**by, author="sasaki", to="mori", text="一緒に聞いています。"),
        Suggestion(
            call_id="c-1",
            at_s=31.0,
            suggestion_id="s1",
            kind="phrase",
            title="おすすめの言い方",
            body="内緒",
        ),
        Redacted(
            call_id="c-1",
            at_s=32.0,
            utterance_id="u2",
            spans=(Span(start=3, end=7, kind="card"),),
        ),
        CallEnded(call_id="c-1", at_s=40.0, duration_s=40.0, reason="stop"),
    ]
    return [replace(event, seq=number) for number, event in enumerate(events, start=1)]
