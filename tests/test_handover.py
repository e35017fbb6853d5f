"""The brief for whoever takes a call over, from a record and a summary."""

from __future__ import annotations

from copilot.events import (
    Alert,
    AlertUpdated,
    CallEnded,
    CallStarted,
    CustomerMood,
    Due,
    Emotion,
    Entity,
    Event,
    Evidence,
    FollowUp,
    MoodPoint,
    Note,
    ParticipantChanged,
    Paused,
    Resumed,
    Sentence,
    StepTaken,
    Summary,
    SummaryFields,
    Transcript,
)
from copilot.handover import handover
from copilot.record import CallRecord
from summarizer.questions import OpenQuestion

AT = "2026-04-01T00:10:00Z"
STARTED = CallStarted(
    call_id="c",
    at_s=0.0,
    started_at="2026-04-01T00:00:00Z",
    agent_id="mori",
    team="billing",
    customer_id="C-7",
    language="en",
)
SAID = Transcript(
    call_id="c",
    at_s=5.0,
    utterance_id="u1",
    speaker="customer",
    revision=1,
    start_s=3.0,
    end_s=5.0,
    text="This is the third time I call!",
    final=True,
)
ALERT = Alert(
    call_id="c",
    at_s=5.0,
    alert_id="a1",
    kind="frustration_spike",
    rule="spike",
    severity="critical",
    speaker="customer",
    message="rises",
    evidence=(Evidence(utterance_id="u1", quote="third time I call", start_s=3.0),),
)
POINT = MoodPoint(frustration=0.8, at_s=3.0)
SUMMARY = Summary(
    call_id="c",
    at_s=20.0,
    version=0,
    state="running",
    generator="extractive",
    made_at=AT,
    fields=SummaryFields(
        headline="Kettle leaks",
        reason="Kettle leaks for the third time.",
        situation="Two replacements leaked too.",
        actions_taken=("Refund noted",),
        resolution="unresolved",
        follow_ups=(FollowUp(owner="agent", what="call back", due=Due(said="tomorrow")),),
        entities=(
            Entity(kind="person", value="Ms Ota"),
            Entity(kind="order_number", value="4417"),
        ),
        customer_mood=CustomerMood(start=POINT, low=POINT, end=POINT),
    ),
    sentences=(Sentence(text="Kettle leaks for the third time.", utterance_ids=("u1",)),),
)


def brief(*events: Event, summary: Summary = SUMMARY, questions: tuple = ()):
    return handover(CallRecord.of([STARTED, *events]), summary, questions)


def paused(at_s: float, reason: str = "") -> Paused:
    return Paused(call_id="c", at_s=at_s, by="pbx", reason=reason)


def resumed(at_s: float) -> Resumed:
    return Resumed(call_id="c", at_s=at_s)


def test_who_why_what_was_done_and_promised() -> None:
    joined = ParticipantChanged(call_id="c", at_s=9.0, speaker="agent", participant="lead")
    told = brief(SAID, joined)
    assert (told.who.customer_id, told.who.names) == ("C-7", ("Ms Ota",))
    assert (told.who.agent_id, told.who.team, told.who.joined) == ("mori", "billing", (joined,))
    assert (told.headline, told.why) == ("Kettle leaks", "Kettle leaks for the third time.")
    assert told.done == ("Refund noted",)
    assert told.promised == SUMMARY.fields.follow_ups
    assert (told.state, told.resolution, told.summary_version) == ("live", None, 0)
    assert told.sentences == SUMMARY.sentences


def test_how_it_ended_is_told_once_it_has() -> None:
    ended = CallEnded(call_id="c", at_s=20.0, duration_s=20.0, reason="stop")
    assert brief(SAID, ended).resolution == "unresolved"


def test_what_angered_is_quoted_and_a_false_alarm_is_not() -> None:
    emotion = Emotion(
        call_id="c",
        at_s=5.0,
        utterance_id="u1",
        speaker="customer",
        frustration=0.8,
        trend="declining",
    )
    told = brief(SAID, emotion, ALERT)
    (trouble,) = told.trouble
    assert (trouble.kind, trouble.severity, trouble.state) == (
        "frustration_spike",
        "critical",
        "open",
    )
    assert trouble.at_s == 3.0
    assert trouble.quotes == (Sentence(text="third time I call", utterance_ids=("u1",)),)
    assert told.trend == "declining"
    assert told.mood_line == (MoodPoint(frustration=0.8, at_s=5.0),)
    false = AlertUpdated(
        call_id="c", at_s=6.0, alert_id="a1", state="false_alarm", by="lead", made_at=AT
    )
    assert brief(SAID, ALERT, false).trouble == ()


def test_confidential_sections_come_along() -> None:
    told = brief(paused(4.0, "card"), resumed(9.0), paused(12.0))
    assert [(one.start_s, one.end_s, one.reason) for one in told.confidential] == [
        (4.0, 9.0, "card"),
        (12.0, None, ""),
    ]


def test_notes_steps_and_open_questions_come_along() -> None:
    note = Note(call_id="c", at_s=6.0, author="lead", to="mori", text="offer M2", made_at=AT)
    step = StepTaken(call_id="c", at_s=7.0, alert_id="a1", step="caution", by="m", made_at=AT)
    asked = OpenQuestion(speaker="customer", text="When?", utterance_id="u1", start_s=3.0)
    told = brief(SAID, ALERT, note, step, questions=(asked,))
    assert told.notes == (note,)
    assert told.steps == (step,)
    assert told.open_questions == (asked,)
