"""Steps against harassment become due by the policy, and never against a complaint."""

from __future__ import annotations

from dataclasses import replace

import pytest

from copilot.events import Alert, AlertUpdated, Evidence, StepTaken
from copilot.policy import STEPS, Ladder, Policy, ladders, words
from copilot.policy_file import load_policy
from copilot.record import AlertRecord

MADE_AT = "2026-04-01T09:00:00Z"


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy()


def alert(number: int, kind: str = "harassment", harassment_type: str | None = "abuse"):
    return AlertRecord(
        alert=Alert(
            call_id="c",
            at_s=10.0 * number,
            alert_id=f"a{number}",
            kind=kind,
            rule=kind,
            severity="critical",
            speaker="customer",
            harassment_type=harassment_type,
            message="",
            evidence=(Evidence(utterance_id=f"u{number}", quote="x", start_s=9.0 * number),),
        )
    )


def took(step: str, alert_id: str = "a1", by: str = "joe") -> StepTaken:
    return StepTaken(
        call_id="c", at_s=20.0, alert_id=alert_id, step=step, by=by, made_at=MADE_AT
    )


def states(ladder: Ladder) -> dict[str, str]:
    return {rung.step.id: rung.state for rung in ladder.rungs}


def test_the_first_alert_calls_for_the_record_then_for_a_caution(policy: Policy) -> None:
    [ladder] = ladders(policy, [alert(1)], [], 30.0)
    assert (ladder.nth, ladder.next.id) == (1, "record")
    assert states(ladder) == dict(
        zip(STEPS, ["due", "due", "later", "later", "later"], strict=True)
    )
    [ladder] = ladders(policy, [alert(1)], [took("record")], 30.0)
    assert ladder.next.id == "caution"


def test_alerts_of_one_type_climb_one_ladder(policy: Policy) -> None:
    """A caution given for the first is not asked for again by the second."""
    first, second = ladders(policy, [alert(1), alert(2)], [took("caution")], 60.0)
    assert (first.nth, second.nth) == (1, 2)
    assert first.rungs == second.rungs
    assert states(second) == dict(
        zip(STEPS, ["passed", "taken", "due", "due", "later"], strict=True)
    )
    assert second.next.id == "supervisor"
    third = ladders(policy, [alert(1), alert(2), alert(3)], [], 60.0)[-1]
    assert states(third)["end"] == "due"


def test_types_climb_apart(policy: Policy) -> None:
    abuse, sexual = ladders(
        policy, [alert(1), alert(2, harassment_type="sexual")], [took("caution")], 60.0
    )
    assert states(abuse)["caution"] == "taken"
    assert states(sexual)["caution"] == "due"


@pytest.mark.parametrize(
    ("call_s", "due"),
    [
        (1799.0, {"record"}),
        (1800.0, {"record", "caution"}),
        (2700.0, {"record", "caution", "supervisor", "warning"}),
        (3600.0, set(STEPS)),
    ],
)
def test_time_binding_goes_by_the_clock(policy: Policy, call_s: float, due: set[str]) -> None:
    many = [alert(number, harassment_type="time_binding") for number in (1, 2, 3, 4)]
    ladder = ladders(policy, many, [], call_s)[0]
    assert {step for step, state in states(ladder).items() if state == "due"} == due


@pytest.mark.parametrize(
    "kind",
    ["frustration_spike", "sustained_frustration", "escalation_request", "churn_risk"],
)
def test_a_complaint_never_gets_a_step(policy: Policy, kind: str) -> None:
    """Two axes: however angry, however often, however long."""
    angry = [alert(number, kind, None) for number in range(1, 6)]
    assert ladders(policy, angry, [], 7200.0) == []


def test_a_false_alarm_counts_for_nothing_a_resolved_one_did_happen(policy: Policy) -> None:
    def updated(one: AlertRecord, state: str) -> AlertRecord:
        update = AlertUpdated(
            call_id="c", at_s=1, alert_id="a", state=state, by="s", made_at=MADE_AT
        )
        return replace(one, updates=(update,))

    wrong, happened = updated(alert(1), "false_alarm"), updated(alert(1), "resolved")
    [ladder] = ladders(policy, [wrong, alert(2)], [took("caution", "a1")], 60.0)
    assert (ladder.alert_id, ladder.nth) == ("a2", 1)
    assert states(ladder)["caution"] == "due", "a step for a false alarm was no step"
    assert ladders(policy, [happened, alert(2)], [], 60.0)[1].nth == 2


def test_only_the_first_of_the_same_step_counts(policy: Policy) -> None:
    [ladder] = ladders(policy, [alert(1)], [took("caution"), took("caution", by="eve")], 60.0)
    assert [rung.taken.by for rung in ladder.rungs if rung.taken] == ["joe"]


def test_words_fall_back_to_a_language_that_is_there() -> None:
    assert words({"ja": "はい", "en": "yes"}, "ja-JP") == "はい"
    assert words({"ja": "はい", "en": "yes"}, "de") == "yes"
    assert words({"ja": "はい"}, "en") == "はい"
    assert words({}, "en") == ""
