"""Two rule sets on one call: what changes, and what people's verdicts say of both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from copilot.comparison import CallComparison, RuleFigures, Totals, compare
from copilot.events import (
    Alert,
    AlertUpdated,
    CallEnded,
    CallStarted,
    Event,
    Evidence,
    Transcript,
)
from copilot.record import CallRecord
from scripted import ScriptedReader
from sentiment.rules import Rules, parse_rules

RULE = """
[[rule]]
id = "{id}"
kind = "{kind}"
speaker = ["customer", "agent"]
when.{when}
phrases.en = ["refund"]
cap_per_call = {cap}
severity = "{severity}"
message.en = "m"
"""


def rule(
    id: str = "r",
    *,
    kind: str = "churn_risk",
    when: str = "said = true",
    severity: str = "warning",
    cap: int = 9,
) -> str:
    text = RULE.format(id=id, kind=kind, when=when, severity=severity, cap=cap)
    return text if "said" in when else text.replace('phrases.en = ["refund"]\n', "")


def rules(*texts: str) -> Rules:
    read, faults = parse_rules({"test.toml": "".join(texts)})
    assert not faults, faults
    return read


def call(*said: tuple[float, str], more: Iterable[Event] = ()) -> CallRecord:
    """A call of an hour in which the customer said these things, four seconds each."""
    events: list[Event] = [
        CallStarted(call_id="c", at_s=0.0, started_at="2026-04-01T00:00:00Z", agent_id="a"),
        *(
            Transcript(
                call_id="c",
                at_s=start_s + 4.5,
                utterance_id=f"u{number}",
                speaker="customer",
                revision=1,
                start_s=start_s,
                end_s=start_s + 4.0,
                text=text,
                language="en",
                final=True,
            )
            for number, (start_s, text) in enumerate(said)
        ),
        *more,
        CallEnded(call_id="c", at_s=3600.0, duration_s=3600.0, reason="stop"),
    ]
    return CallRecord.of(replace(one, seq=seq) for seq, one in enumerate(events, start=1))


def compared(record: CallRecord, before: Rules, after: Rules) -> CallComparison:
    return compare(record, ScriptedReader(), before=before, after=after)


def changes(comparison: CallComparison) -> list[str]:
    return [one.change for one in comparison.alerts]


REFUND = call((10.0, "I want a refund."))


def test_an_alert_of_both_sets_stays_the_same_with_its_second_and_quote() -> None:
    comparison = compared(REFUND, rules(rule()), rules(rule()))
    assert changes(comparison) == ["same"]
    after = comparison.alerts[0].after
    assert after is not None and after == comparison.alerts[0].before
    assert (after.rule, after.at_s, after.quote_s) == ("r", 14.5, 10.0)
    assert after.quote == "I want a refund."
    assert after.verdict is None


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (rule(), rule("q", kind="long_call", when="call_s.at_least = 9999"), "gone"),
        (rule("q", kind="long_call", when="call_s.at_least = 9999"), rule(), "new"),
        (rule(), rule(severity="critical"), "altered"),
        (rule(), rule("renamed"), "altered"),
    ],
    ids=["gone", "new", "louder", "renamed"],
)
def test_what_one_set_does_otherwise_is_told(before: str, after: str, change: str) -> None:
    assert changes(compared(REFUND, rules(before), rules(after))) == [change]


def test_a_rule_that_fires_a_little_later_has_moved_and_much_later_is_new() -> None:
    record = call((0.0, "Hello there."), (20.0, "Still here."), (500.0, "And still."))
    early, later, late = (
        rules(rule(kind="long_call", when=f"call_s.at_least = {call_s}", cap=1))
        for call_s in (1, 20, 400)
    )
    moved = compared(record, early, later).alerts[0]
    assert moved.change == "moved"
    assert moved.before and moved.after
    assert (moved.before.at_s, moved.after.at_s) == (4.5, 20.0)
    assert changes(compared(record, early, late)) == ["gone", "new"]


def test_each_text_is_read_once_for_both_sets() -> None:
    reader = ScriptedReader()
    record = call((0.0, "I am angry."), (100.0, "So angry, I want a refund."))
    compare(record, reader, before=rules(rule()), after=rules(rule("other")))
    assert len(reader.read_texts) == len(set(reader.read_texts))


def test_a_silence_is_heard_before_the_words_that_end_it() -> None:
    record = call((0.0, "Hello there."), (60.0, "Anybody?"))
    silence = rules(rule(kind="long_silence", when="silence_s.at_least = 20"))
    fired = [one.after for one in compared(record, silence, silence).alerts]
    assert [one.at_s for one in fired if one] == [24.0, 84.0]


def stored(alert_id: str, at_s: float, state: str, *, kind: str = "churn_risk") -> list[Event]:
    """An alert of the past, ended."""
    quoted = (Evidence(utterance_id="elsewhere", quote="q", start_s=at_s),)
    return [
        Alert(
            call_id="c",
            at_s=at_s,
            alert_id=alert_id,
            kind=kind,  # type: ignore[arg-type]
            rule="of the past",
            severity="warning",
            speaker="customer",
            message="",
            evidence=quoted,
        ),
        AlertUpdated(
            call_id="c",
            at_s=at_s,
            alert_id=alert_id,
            state=state,  # type: ignore[arg-type]
            by="abe",
            made_at="2026-04-01T00:00:00Z",
        ),
    ]


def test_verdicts_of_stored_alerts_make_the_precision_of_both_sets() -> None:
    record = call(
        (10.0, "I want a refund."),
        (200.0, "A refund, I said."),
        (400.0, "Refund."),
        more=[
            *stored("right", 15.0, "resolved"),
            *stored("false", 206.0, "false_alarm"),
            *stored("open", 404.0, "acknowledged"),
            *stored("another kind", 404.0, "false_alarm", kind="long_call"),
        ],
    )
    comparison = compared(record, rules(rule()), rules(rule(cap=1)))
    totals = Totals()
    totals.add(comparison)
    totals.add(compared(REFUND, rules(rule()), rules(rule())))
    assert changes(comparison) == ["same", "gone", "gone"]
    verdicts = [one.before.verdict for one in comparison.alerts if one.before]
    assert verdicts == ["right", "false_alarm", None]
    assert (totals.calls, totals.judged) == (2, 3)
    assert totals.rules == (replace(totals.together, rule="r"),)
    assert totals.together == RuleFigures(
        rule="",
        before=4,
        after=2,
        altered=0,
        moved=0,
        new=0,
        gone=2,
        right_before=1,
        false_before=1,
        precision_before=0.5,
        right_after=1,
        false_after=0,
        precision_after=1.0,
    )


def test_a_stored_alert_counts_once() -> None:
    record = call(
        (10.0, "A refund."),
        (16.0, "Refund!"),
        more=stored("only", 15.0, "false_alarm"),
    )
    fired = compared(record, rules(rule()), rules(rule())).alerts
    assert [one.after.verdict for one in fired if one.after] == ["false_alarm", None]
