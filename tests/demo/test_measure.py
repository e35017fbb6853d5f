from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from copilot.demo import Arrival, measure, table
from copilot.events import Alert, Event, Evidence, Summary, Transcript
from copilot.samples import Script
from copilot.score import Turn

SCRIPT = Script(
    id="lost-bag",
    language="en",
    audio=Path("call.flac"),
    turns=(
        Turn(speaker="agent", text="How can I help?", start_s=0.5, end_s=1.5),
        Turn(speaker="customer", text="This is unacceptable!", start_s=2.0, end_s=4.0),
    ),
    alerts_expected=frozenset({"frustration_spike"}),
    alerts_forbidden=frozenset({"churn_risk"}),
)


def final(speaker: str, text: str, start_s: float, end_s: float) -> Transcript:
    return Transcript(
        call_id="c", at_s=end_s, utterance_id=f"{speaker}-1", speaker=speaker,  # type: ignore[arg-type]
        revision=2, start_s=start_s, end_s=end_s, text=text, final=True,
    )  # fmt: skip


def alert(kind: str = "frustration_spike") -> Alert:
    return Alert(
        call_id="c", at_s=4.4, alert_id="a", kind=kind, rule="spike", severity="warning",  # type: ignore[arg-type]
        speaker="customer", message="Suddenly upset.",
        evidence=(Evidence(utterance_id="customer-1", quote="unacceptable", start_s=2.0),),
    )  # fmt: skip


def summary(state: str = "draft") -> Summary:
    return Summary(
        call_id="c", at_s=5.0, version=1, state=state,  # type: ignore[arg-type]
        generator="extractive", made_at="2026-04-01T00:00:05Z",
    )  # fmt: skip


WORDS = [
    Arrival(at_s=2.1, event=final("agent", "How can I help", 0.5, 1.5)),
    Arrival(at_s=4.5, event=final("customer", "This is unacceptable", 2.0, 4.1)),
]


def arrived(at_s: float, event: Event) -> list[Arrival]:
    return [Arrival(at_s=at_s, event=event)]


def test_a_good_call_gives_its_words_alert_and_summary() -> None:
    call = measure(SCRIPT, 5.0, WORDS + arrived(5.2, summary()), arrived(4.7, alert()))
    assert call.faults == []
    assert call.words == 7
    assert call.error == 0
    assert call.latencies_s == (pytest.approx(0.6), pytest.approx(0.5))
    assert call.alert_after_s == pytest.approx(0.6)
    assert call.summary_after_s == pytest.approx(0.2)


def test_each_thing_that_is_missing_is_named() -> None:
    call = measure(SCRIPT, 5.0, WORDS[:1], [])
    assert call.faults == [
        "the words are not those of the script",
        "no frustration_spike alert",
        "no summary",
    ]
    assert len(call.latencies_s) == 1


def test_another_alert_does_not_stand_for_the_expected_one() -> None:
    call = measure(
        SCRIPT, 5.0, WORDS + arrived(5.2, summary()), arrived(4.7, alert("talk_over"))
    )
    assert call.faults == ["no frustration_spike alert"]


def test_a_further_alert_is_shown_and_the_first_is_timed() -> None:
    viewer = arrived(4.7, alert()) + arrived(4.8, alert("churn_risk"))
    call = measure(SCRIPT, 5.0, WORDS + arrived(5.2, summary()), viewer)
    assert call.alerts == ("frustration_spike", "churn_risk")
    assert call.alert_after_s == pytest.approx(0.6)
    assert call.faults == []


def test_an_unavailable_summary_is_no_summary() -> None:
    caller = WORDS + arrived(5.2, summary("unavailable"))
    assert measure(SCRIPT, 5.0, caller, arrived(4.7, alert())).faults == ["no summary"]


def test_a_call_that_failed_says_only_why() -> None:
    assert measure(SCRIPT, 5.0, [], [], "token: unknown").faults == ["token: unknown"]


def test_the_table_fits_a_terminal_and_has_a_good_and_an_empty_call() -> None:
    console = Console(file=StringIO(), width=80)
    console.print(
        table(
            [
                measure(SCRIPT, 5.0, WORDS + arrived(5.2, summary()), arrived(4.7, alert())),
                measure(SCRIPT, 5.0, [], [], "token: unknown"),
            ]
        )
    )
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "frustration_spike" in shown and "0.60 s" in shown and "ok" in shown
    assert "token: unknown" in shown
