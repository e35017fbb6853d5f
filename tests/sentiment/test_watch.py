"""Rules over moments written by hand: no reader, no turns, only what the rules make of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from copilot.events import Alert, CallStarted, Evidence, Signal, Transcript
from sentiment.moment import Moment
from sentiment.rules import parse_rules
from sentiment.watch import Watch

STARTED = CallStarted(
    call_id="c1", at_s=0, started_at="2026-01-05T09:00:00Z", agent_id="a1", language="en"
)
PHRASES = (
    "phrases.en = ['\\bcancel\\b']\nphrases.ja = ['解約']\ndo_not_fire.en = ['not cancel']\n"
)


def watch(when: str, *, more: str = "", speaker: str = '["customer"]') -> Watch:
    """A call watched by one rule."""
    text = f"""
[[rule]]
id = "one"
kind = "churn_risk"
speaker = {speaker}
{when}
{more}
severity = "warning"
message.en = "It moved to {{call_s}}."
message.ja = "動きました。"
suggested_step.en = "Look."
"""
    rules, faults = parse_rules({"rules.toml": text})
    assert faults == ()
    return Watch(rules, STARTED)


def words(text: str, at_s: float, *, turn: int | None = 0, speaker: str = "customer") -> Moment:
    final = Transcript(
        call_id="c1",
        at_s=at_s,
        utterance_id=f"u{at_s:g}",
        speaker=speaker,  # type: ignore[arg-type]
        revision=1,
        start_s=at_s,
        end_s=at_s,
        text=text,
        final=True,
    )
    return Moment(
        at_s=at_s,
        language="en",
        final=final,
        turn=turn,
        text=text,
        measures={"call_s": at_s},
        evidence=(Evidence(utterance_id=final.utterance_id, quote=text, start_s=at_s),),
        speaker=speaker,  # type: ignore[arg-type]
    )


def measured(at_s: float, *, turn: int | None = None, **measures: float) -> Moment:
    return Moment(
        at_s=at_s,
        language="en",
        turn=turn,
        measures={"call_s": at_s, **measures},
        speaker="customer",
    )


def ended(at_s: float) -> Moment:
    return Moment(at_s=at_s, language="en", measures={"call_s": at_s}, ended=True)


def fired(watched: Watch, moments: list[Moment]) -> list[float]:
    return [alert.at_s for moment in moments for alert in watched.feed(moment)]


def test_an_alert_tells_words_figures_and_what_to_do() -> None:
    watched = watch("when = { said = true, churn.at_least = 0.3 }", more=PHRASES)
    moment = words("Well, fine. Then I cancel it. Bye.", 61.4)
    moment = replace(
        moment,
        measures={**moment.measures, "churn": 0.8},
        signals=(Signal(name="frustration", value=0.5, baseline=0.1),),
    )
    assert watched.feed(moment) == [
        Alert(
            call_id="c1",
            at_s=61.4,
            alert_id="c1-one-1",
            kind="churn_risk",
            rule="one",
            severity="warning",
            speaker="customer",
            message="It moved to 61.",
            evidence=(Evidence(utterance_id="u61.4", quote="Then I cancel it.", start_s=61.4),),
            signals=(
                Signal(name="frustration", value=0.5, baseline=0.1),
                Signal(name="churn", value=0.8, baseline=0.3),
            ),
            suggested_step="Look.",
        )
    ]


def test_bounds_hold_from_the_lower_one_to_below_the_upper_one() -> None:
    watched = watch(
        "when.frustration = { at_least = 0.5, below = 0.8 }", more="cap_per_call = 9"
    )
    levels = (0.49, 0.5, 0.79, 0.8)
    moments = [measured(at_s, frustration=level) for at_s, level in enumerate(levels)]
    assert fired(watched, moments) == [1, 2]


def test_what_is_not_known_holds_neither_way() -> None:
    assert fired(watch("when.voice.below = 0.5"), [measured(1)]) == []
    assert fired(watch("when.not = { voice.below = 0.5 }"), [measured(1)]) == [1]


@pytest.mark.parametrize(
    ("when", "fires"),
    [
        ("when.all = [{ churn.at_least = 0.5 }, { escalation.at_least = 0.5 }]", False),
        ("when.any = [{ churn.at_least = 0.5 }, { escalation.at_least = 0.5 }]", True),
        ("when = { churn.at_least = 0.5, not = { escalation.at_least = 0.5 } }", True),
        ("when = { churn.at_least = 0.5, trend = ['declining'] }", False),
        ("when = { churn.at_least = 0.5, trend = ['steady'] }", True),
        ("when = { churn.at_least = 0.5, call_s.below = 10 }", True),
        ("when = { churn.at_least = 0.5, call_s.below = 5 }", False),
    ],
)
def test_conditions_are_joined(when: str, fires: bool) -> None:
    assert bool(fired(watch(when), [measured(5, churn=0.6, escalation=0.4)])) is fires


def test_a_rule_rests_and_stops_at_its_cap() -> None:
    watched = watch("when.said = true", more=PHRASES + "cool_down_s = 30\ncap_per_call = 2")
    moments = [words("I cancel", at_s) for at_s in (0, 29, 30, 90)]
    assert fired(watched, moments) == [0, 30]


def test_do_not_fire_holds_for_its_clause_and_for_figures() -> None:
    when = "when.any = [{ said = true }, { churn.at_least = 0.9 }]"
    for text, churn, fires in (
        ("I will not cancel.", 0.0, False),
        ("I will not cancel.", 0.95, False),
        ("I did not cancel then. Now I cancel.", 0.0, True),
        ("I am off.", 0.95, True),
    ):
        moment = words(text, 1)
        moment = replace(moment, measures={**moment.measures, "churn": churn})
        assert bool(fired(watch(when, more=PHRASES), [moment])) is fires, text


def test_only_the_rules_speakers_and_languages_are_judged() -> None:
    assert (
        fired(watch("when.said = true", more=PHRASES), [words("cancel", 1, speaker="agent")])
        == []
    )
    japanese = watch("when.said = true", more=PHRASES + 'languages = ["ja"]')
    assert fired(japanese, [words("解約", 1)]) == []
    assert fired(japanese, [replace(words("解約", 2), language="ja")]) == [2]


ROW = (
    "when.turns_in_row = { at_least = 3, of = { words.at_least = 0.4 }, "
    "while = { frustration.at_least = 0.5 } }"
)


def turns(*levels: tuple[int, float, float]) -> list[Moment]:
    """Of turn number, words and frustration, one second apart."""
    return [
        measured(at_s, turn=turn, words=heard, frustration=mood)
        for at_s, (turn, heard, mood) in enumerate(levels, 1)
    ]


def test_a_row_counts_turns_and_not_their_pieces() -> None:
    pieces = turns((0, 0.9, 0.9), (0, 0.9, 0.9), (0, 0.9, 0.9), (1, 0.9, 0.9), (1, 0.9, 0.9))
    assert fired(watch(ROW), pieces) == []
    assert fired(watch(ROW), [*pieces, *turns((2, 0.9, 0.9))]) == [1]


def test_a_cold_turn_neither_counts_nor_breaks_a_row() -> None:
    cold, calm = (2, 0.0, 0.7), (2, 0.0, 0.1)
    first, last = [(0, 0.9, 0.9), (1, 0.9, 0.9)], (3, 0.9, 0.9)
    assert fired(watch(ROW), turns(*first, cold, last)) == [4]
    assert fired(watch(ROW), turns(*first, calm, last)) == []


def test_the_newest_turn_of_a_row_counts_itself() -> None:
    assert fired(watch(ROW), turns((0, 0.9, 0.9), (1, 0.9, 0.9), (2, 0.0, 0.9))) == []


def test_moments_that_are_no_turn_leave_a_row_alone() -> None:
    first = turns((0, 0.9, 0.9), (1, 0.9, 0.9))
    assert fired(watch(ROW), [*first, measured(9), *turns((2, 0.9, 0.9))]) == [1]


@given(st.lists(st.sampled_from(["counts", "passes", "breaks"]), max_size=30))
def test_a_row_is_what_a_look_back_at_all_turns_finds(kinds: list[str]) -> None:
    levels = {"counts": (0.9, 0.9), "passes": (0.0, 0.9), "breaks": (0.0, 0.0)}
    watched = watch(ROW, more="cap_per_call = 99")
    found = fired(watched, turns(*[(i, *levels[kind]) for i, kind in enumerate(kinds)]))
    expected = []
    for newest, kind in enumerate(kinds):
        since = [i for i in range(newest + 1) if kinds[i] == "breaks"]
        row = kinds[(since[-1] + 1 if since else 0) : newest + 1]
        if kind == "counts" and row.count("counts") >= 3:
            expected.append(newest + 1)
    assert found == expected


def test_times_are_counted_within_their_seconds() -> None:
    when = "when.times = { at_least = 2, within_s = 60, of = { overlap_s.at_least = 1.5 } }"
    moments = [measured(at_s, overlap_s=2.0) for at_s in (0, 70, 100)]
    assert fired(watch(when), moments) == [100]
    whole_call = watch(when.replace("within_s = 60, ", ""))
    assert fired(whole_call, moments) == [70]


def test_pieces_of_a_turn_are_one_time() -> None:
    when = "when.times = { at_least = 2, of = { churn.at_least = 0.5 } }"
    moments = [measured(at_s, turn=turn, churn=0.9) for at_s, turn in ((1, 0), (2, 0), (3, 1))]
    assert fired(watch(when), moments) == [3]


def test_a_phrase_that_was_never_said_is_told_at_the_end() -> None:
    when = "when = { never_said = true, ended = true, utterances.at_least = 2 }"
    quiet = [words("Hello", 1), words("Bye", 2)]
    assert fired(watch(when, more=PHRASES), [*quiet, ended(3)]) == [3]
    said = [words("I cancel", 1), words("Bye", 2)]
    assert fired(watch(when, more=PHRASES), [*said, ended(3)]) == []
    assert fired(watch(when, more=PHRASES), [words("Hello", 1), ended(3)]) == []


def test_a_phrase_that_has_a_deadline_is_told_when_it_passes() -> None:
    when = "when = { never_said = true, call_s.at_least = 30 }"
    assert fired(watch(when, more=PHRASES), [words("Hello", 1), measured(31)]) == [31]
    assert fired(watch(when, more=PHRASES), [words("I cancel", 1), measured(31)]) == []


def test_the_last_seconds_are_judged_at_the_end() -> None:
    when = "when.in_last = { within_s = 10, of = { said = true } }"
    assert fired(watch(when, more=PHRASES), [words("I cancel", 95), ended(100)]) == [100]
    assert fired(watch(when, more=PHRASES), [words("I cancel", 80), ended(100)]) == []


def test_the_end_of_a_call_is_no_moment_of_other_rules() -> None:
    assert fired(watch("when.call_s.at_least = 60"), [ended(100)]) == []


def test_clauses_to_read_alone_are_those_of_rules_that_also_compare() -> None:
    text = "It was a long day. I cancel now. Thanks."
    compares = watch("when = { said = true, churn.at_least = 0.3 }", more=PHRASES)
    assert compares.clauses(text, "customer") == ["I cancel now."]
    assert compares.clauses(text, "agent") == []
    assert watch("when.said = true", more=PHRASES).clauses(text, "customer") == []
