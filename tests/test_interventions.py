"""What came after somebody stepped in, in calls of a few readings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from copilot.events import (
    Alert,
    AlertUpdated,
    CallStarted,
    Emotion,
    Event,
    Note,
    StepTaken,
    Transcript,
)
from copilot.interventions import Intervention, interventions
from copilot.record import CallRecord

MADE_AT = "2026-04-01T09:01:00Z"


class Call:
    """Writes a call down; a turn takes ten seconds, and the customer's have a reading."""

    def __init__(self) -> None:
        self.events: list[Event] = [
            CallStarted(call_id="c", at_s=0, started_at=MADE_AT, agent_id="mori")
        ]
        self.at_s = 0.0

    def feels(self, *frustrations: float, recovered: bool = False) -> Call:
        """Turns of the customer, with a word of the operator after each."""
        for frustration in frustrations:
            self._says("customer", frustration, recovered)
            self._says("agent")
        return self

    def goes_on(self, frustration: float) -> Call:
        """A piece of a turn; what follows belongs to the same one."""
        self._says("customer", frustration)
        return self

    def alert(self, kind: str = "frustration_spike", alert_id: str = "a") -> Call:
        self.events.append(
            Alert(
                call_id="c",
                at_s=self.at_s,
                alert_id=alert_id,
                kind=kind,
                rule="rule",
                severity="critical",
                speaker="customer",
                message="",
                evidence=(),
            )
        )
        return self

    def update(self, state: str, by: str = "sasaki", alert_id: str = "a") -> Call:
        self.events.append(
            AlertUpdated(
                call_id="c",
                at_s=self.at_s,
                alert_id=alert_id,
                state=state,
                by=by,
                made_at=MADE_AT,
            )
        )
        return self

    def note(self, author: str = "sasaki") -> Call:
        self.events.append(
            Note(call_id="c", at_s=self.at_s, author=author, to="", text="x", made_at=MADE_AT)
        )
        return self

    def step(self, by: str = "sasaki") -> Call:
        self.events.append(
            StepTaken(
                call_id="c",
                at_s=self.at_s,
                alert_id="a",
                step="caution",
                by=by,
                made_at=MADE_AT,
            )
        )
        return self

    def judged(self) -> list[Intervention]:
        numbered = [replace(one, seq=seq) for seq, one in enumerate(self.events, start=1)]
        return interventions(CallRecord.of(numbered))

    def _says(
        self, speaker: str, frustration: float | None = None, recovered: bool = False
    ) -> None:
        start_s, self.at_s = self.at_s, self.at_s + 10
        utterance_id = f"u{start_s}"
        self.events.append(
            Transcript(
                call_id="c",
                at_s=self.at_s,
                utterance_id=utterance_id,
                speaker=speaker,
                revision=1,
                start_s=start_s,
                end_s=self.at_s,
                text="words",
                final=True,
            )
        )
        if frustration is not None:
            self.events.append(
                Emotion(
                    call_id="c",
                    at_s=self.at_s,
                    utterance_id=utterance_id,
                    speaker=speaker,
                    frustration=frustration,
                    recovered=recovered,
                )
            )


def test_a_note_is_followed_by_calm() -> None:
    (one,) = Call().feels(0.2, 0.7, 0.9).note().feels(0.7, 0.4, 0.1).judged()
    assert (one.kind, one.by, one.at_s) == ("note", "sasaki", 60)
    assert one.mood_before == pytest.approx(0.6)
    assert one.mood_after == pytest.approx(0.4)
    # 10 s for the turn that is still angry, 10 s for the operator, 10 s for the calm one.
    assert one.recovered_after_s == 30
    assert one.outcome == "recovered"


def test_the_reading_may_notice_recovery_above_the_line() -> None:
    (one,) = Call().feels(0.9).note().feels(0.6, recovered=True).judged()
    assert (one.outcome, one.recovered_after_s, one.mood_after) == ("recovered", 10, None)


@pytest.mark.parametrize(
    ("after", "outcome"),
    [
        ((0.9, 0.95), "unchanged"),
        ((0.7, 0.6), "eased"),
        ((), "not_enough_turns"),
        ((0.9,), "not_enough_turns"),
    ],
)
def test_what_follows_is_named(after: tuple[float, ...], outcome: str) -> None:
    (one,) = Call().feels(0.9, 0.9).note().feels(*after).judged()
    assert (one.outcome, one.recovered_after_s) == (outcome, None)


def test_a_calm_customer_who_gets_angry_is_worse_not_recovered() -> None:
    (one,) = Call().feels(0.1).note().feels(0.2, 0.8).judged()
    assert (one.outcome, one.recovered_after_s) == ("worse", None)


def test_before_the_customer_spoke_nothing_can_be_told() -> None:
    (one,) = Call().note().feels(0.9, 0.1).judged()
    assert (one.mood_before, one.outcome) == (None, "not_enough_turns")


def test_only_the_nearest_turns_count() -> None:
    (one,) = Call().feels(1, 0, 0, 0).note().feels(0, 0, 0, 1).judged()
    assert (one.mood_before, one.mood_after) == (0, 0)


def test_pieces_of_a_turn_are_one_turn_and_the_last_counts() -> None:
    (one,) = Call().feels(0.8).note().goes_on(0.9).feels(0.3).judged()
    assert (one.mood_after, one.outcome) == (None, "recovered")
    assert one.recovered_after_s == 20


def test_every_kind_of_stepping_in_counts_once() -> None:
    call = Call().feels(0.8).alert().alert(alert_id="b").alert("help_sign", "h")
    call.update("acknowledged").update("acknowledged", alert_id="b")
    call.update("acknowledged", alert_id="h").update("resolved", alert_id="h")
    call.feels(0.8).update("assigned").step().note()
    found = call.judged()
    assert [(one.kind, one.alert_ids) for one in found] == [
        ("acknowledged", ("a", "b")),
        ("help_answered", ("h",)),
        ("assigned", ("a",)),
        ("step", ("a",)),
        ("note", ()),
    ]


def test_the_operators_own_deeds_and_endings_are_no_interventions() -> None:
    call = Call().feels(0.8).alert().alert("help_sign", "h")
    call.note("mori").step("mori").update("resolved", "mori", "h")
    call.update("snoozed").update("false_alarm")
    assert call.judged() == []


def test_two_people_are_two_interventions_and_so_are_two_notes() -> None:
    call = Call().feels(0.8).alert().update("acknowledged").update("acknowledged", "tanaka")
    assert [one.by for one in call.note().note().judged()] == [
        "sasaki",
        "tanaka",
        "sasaki",
        "sasaki",
    ]
