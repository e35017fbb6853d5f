"""The figures of the load benchmarks, on scripted calls."""

import json
from pathlib import Path

import pytest

from audio.decode import MULAW
from benchmarks.figures import (
    Spread,
    different_finals,
    edits,
    held,
    partial_ages_s,
    split_turns,
)
from benchmarks.load import Played, Source, mulaw, sources
from benchmarks.soak import Calls, Course, flat, growth
from benchmarks.steps import Alone, Step, step
from copilot.events import CallEnded, Degraded, Summary, Transcript
from copilot.score import Turn, final_latencies
from copilot.session import TRANSCRIPT_LATER


def turn(start_s, end_s, text="hello there", speaker="customer"):
    return Turn(speaker=speaker, text=text, start_s=start_s, end_s=end_s)


def words(start_s, end_s, text="hello there", *, speaker="customer", final=True, number=1):
    return Transcript(
        call_id="c",
        at_s=end_s,
        utterance_id=f"{speaker}-{number}",
        speaker=speaker,
        revision=1,
        start_s=start_s,
        end_s=end_s,
        text=text,
        final=final,
    )


def ages(turns, arrivals, from_s=0.0, to_s=1000.0):
    return partial_ages_s(turns, arrivals, from_s=from_s, to_s=to_s)


# Partial age --------------------------------------------------------------------------


def test_without_words_the_age_grows_from_the_beginning_of_the_turn():
    assert ages([turn(10, 11)], []) == pytest.approx([0.1 * n for n in range(1, 11)])


def test_words_shown_bring_the_age_down_when_they_arrive_not_when_they_were_said():
    found = ages([turn(0, 2)], [(1.45, words(0, 1.2, final=False))])
    assert found[13] == pytest.approx(1.4)  # at 1.4 s nothing was there
    assert found[14] == pytest.approx(0.3)  # at 1.5 s: words up to 1.2 s


def test_only_the_words_of_the_same_leg_count():
    other = words(0, 1.9, speaker="agent", final=False)
    assert max(ages([turn(0, 2)], [(1.0, other)])) == pytest.approx(2.0)


def test_an_older_revision_that_arrives_late_does_not_make_the_words_older():
    newer, older = words(0, 1.5, final=False), words(0, 0.5, final=False)
    found = ages([turn(0, 2)], [(1.6, newer), (1.7, older)])
    assert found[-1] == pytest.approx(0.5)


def test_words_of_the_turn_before_do_not_age_into_the_silence_between():
    found = ages([turn(0, 1), turn(20, 21)], [(1.1, words(0, 1))])
    assert max(found[10:]) == pytest.approx(1.0)


def test_only_moments_within_the_window_count():
    assert len(ages([turn(0, 2)], [], from_s=0.95, to_s=1.45)) == 5


# Latency ------------------------------------------------------------------------------


def test_a_final_counts_from_the_end_of_each_turn_that_it_holds():
    turns = [turn(0, 1, "good morning"), turn(1.2, 2, "my card is lost")]
    both = words(0, 2, "good morning my card is lost")
    assert final_latencies(turns, [(2.5, both)]) == pytest.approx([1.5, 0.5])


# Splits, losses, differences ----------------------------------------------------------


def test_a_turn_of_two_finals_is_split_and_one_that_shares_a_final_is_not():
    turns = [turn(0, 4), turn(5, 6), turn(6.2, 7)]
    finals = [words(0, 2), words(2.4, 4), words(5, 7)]
    assert split_turns(turns, finals) == 1


def test_a_final_that_only_touches_a_turn_does_not_split_it():
    assert split_turns([turn(1, 4)], [words(0, 1.2), words(1.2, 4)]) == 0


def test_finals_differ_by_words_or_place():
    alone = [words(0, 1, "one"), words(2, 3, "two"), words(4, 5, "three")]
    among = [words(0.03, 1, "one"), words(2, 3, "too"), words(4, 6, "three")]
    assert different_finals(alone, among) == 2
    assert different_finals(alone, alone) == 0


def test_edits_are_counted_leg_by_leg():
    said = {"customer": "one two three", "agent": "four"}
    assert edits(said, {"customer": "one three"}, "en") == (2, 4)


def test_spread_of_nothing_is_nothing():
    assert Spread.of([]) == Spread(0, 0.0, 0.0, 0.0)
    assert Spread.of([1.0, 2.0, 3.0]) == Spread(3, 2.0, 2.9, 3.0)


GOOD = {
    "lost": 0,
    "unfinished": 0,
    "dropped": 0,
    "refused": 0,
    "final_p95_s": 1.5,
    "partial_age_p95_s": 2.5,
}


def test_held_asks_for_everything():
    assert held(**GOOD)
    for name, value in [
        ("lost", 1),
        ("unfinished", 1),
        ("dropped", 1),
        ("refused", 1),
        ("final_p95_s", 1.51),
        ("partial_age_p95_s", 2.51),
    ]:
        assert not held(**GOOD | {name: value}), name


# A step -------------------------------------------------------------------------------

SOURCE = Source(
    id="scripted",
    language="en",
    sound=bytes(2 * 8000 * 20),
    turns=(
        turn(1, 3, "good morning"),
        turn(5, 8, "my card is lost", "agent"),
        turn(12, 15, "thank you"),
    ),
)
LEGS = ("customer", "agent", "customer")


def played(*, heard=(0, 1, 2), from_s=0.0, spoken_s=20.0, late_s=0.5, **facts):
    """A call in which the turns ``heard`` gave a final each."""
    call = Played(call_id="c", source=SOURCE, zero_s=100.0, from_s=from_s, spoken_s=spoken_s)
    for number, one in call.turns.items():
        if number in heard:
            final = words(one.start_s, one.end_s, one.text, speaker=LEGS[number], number=number)
            call.take(one.end_s + late_s, final)
    call.ended = call.summarised = True
    for name, value in facts.items():
        setattr(call, name, value)
    return call


def measured(load, *calls, alone=None):
    return step(load, calls, alone or Alone.of([played()]))


@pytest.fixture
def load():
    from benchmarks.load import Load
    from benchmarks.server import Usage

    def usage(cpu_s):
        return Usage(
            loop_cpu_s=cpu_s,
            worker_cpu_s=2 * cpu_s,
            store_cpu_s=0.0,
            rss_bytes=1,
            store_rss_bytes=1,
            threads=1,
            files=1,
            clients=1,
        )

    return Load(
        lines=2,
        from_s=100.0,
        to_s=110.0,
        before=usage(0.0),
        after=usage(1.0),
        rss_max_bytes=5,
        player_cpu_s=1.0,
        late_ms=[1.0],
    )


def test_a_step_counts_the_turns_that_ended_in_its_window(load):
    one = measured(load, played())
    assert (one.turns, one.missed, one.lost) == (2, 0, ())
    assert one.final_s.p50 == pytest.approx(0.5)
    assert one.cpu_per_call_s == pytest.approx(0.15)


def test_a_turn_that_the_lone_run_heard_is_lost_without_its_words(load):
    one = measured(load, played(heard=(0, 2)))
    assert one.lost == ("scripted turn 1",)
    assert one.missed == 1
    assert not one.held


def test_a_turn_that_the_lone_run_did_not_hear_either_is_no_loss(load):
    deaf = Alone.of([played(heard=(0, 2))])
    assert measured(load, played(heard=(0, 2)), alone=deaf).lost == ()


def test_a_turn_that_was_cut_off_is_not_expected(load):
    assert measured(load, played(heard=(), spoken_s=2.0)).lost == ()
    assert measured(load, played(heard=(), spoken_s=3.2)).lost == ()
    assert measured(load, played(heard=(), spoken_s=3.6)).lost == ("scripted turn 0",)


def test_a_call_that_began_at_a_later_turn_is_measured_from_there(load):
    one = measured(load, played(from_s=4.0))
    assert (one.turns, one.missed, one.lost, one.compared) == (1, 0, (), 0)


def test_a_call_without_its_end_or_its_socket_is_counted(load):
    unfinished = played(summarised=False)
    dropped = played(summarised=False, dropped="closed with 1006")
    refused = played(summarised=False, refused="busy")
    one = measured(load, unfinished, dropped, refused)
    assert (one.unfinished, one.dropped, one.refused) == (1, 1, 1)
    assert one.reasons == ("closed with 1006 (1)", "busy (1)")


def test_a_call_that_is_only_recorded_is_in_no_other_figure(load):
    later = Degraded(call_id="c", at_s=0.0, stage="recogniser", reason=TRANSCRIPT_LATER)
    call = played(heard=(), summarised=False)
    call.take(0.1, later)
    one = measured(load, played(), call)
    assert (one.calls, one.recorded, one.turns, one.lost, one.unfinished) == (2, 1, 2, (), 0)
    assert not one.held


def test_a_summary_counts_only_behind_the_end_of_its_call():
    summary = Summary(
        call_id="c", at_s=1.0, version=1, state="draft", generator="rules", made_at=""
    )
    call = Played(call_id="c", source=SOURCE)
    call.take(1.0, summary)
    assert not call.summarised
    call.take(2.0, CallEnded(call_id="c", at_s=2.0, duration_s=2.0, reason="stop"))
    call.take(2.1, summary)
    assert call.ended and call.summarised


def test_what_the_calls_were_told_keeps_the_order_of_the_first(load):
    def told(at_s, reason):
        return at_s, Degraded(call_id="c", at_s=at_s, stage="recogniser", reason=reason)

    first = played(degraded=[told(5.0, "rarer")])
    second = played(degraded=[told(4.0, "rarer"), told(8.0, "none")])
    one = measured(load, first, second)
    assert one.degraded == ("recogniser: rarer (2)", "recogniser: none (1)")


def test_a_step_survives_its_file(load):
    one = measured(load, played(heard=(0,)))
    assert Step.from_json(json.loads(json.dumps(one.as_json()))) == one


def test_the_lone_run_survives_its_file():
    alone = Alone.of([played(), played(spoken_s=2.0)])
    assert Alone.from_json(json.loads(json.dumps(alone.as_json()))) == alone
    assert alone.heard == {"scripted": {0, 1, 2}}


# A soak -------------------------------------------------------------------------------


def seen(*memory_mib):
    return [{"memory MiB": mib} for mib in memory_mib]


def test_growth_is_counted_after_the_warm_up():
    warming, steady = [100, 150, 180, 200], [200] * 20
    assert growth(seen(*warming, *steady), "memory MiB") == pytest.approx(0.0)
    rising = [200 + number for number in range(20)]
    assert growth(seen(*warming, *rising), "memory MiB") == pytest.approx(18 / 200.5)


def test_too_few_samples_tell_no_growth():
    assert growth(seen(*[100] * 9), "memory MiB") is None


STAYED = {"threads": 3, "files": 2, "clients": 0, "tasks": 0, "live calls": 0}


def test_a_soak_is_flat_when_nothing_grew_was_dropped_or_is_left():
    samples = seen(*[100] * 24)
    assert flat(Course(Calls(done=9), samples, STAYED))
    assert not flat(Course(Calls(done=9), samples, {}))
    assert not flat(Course(Calls(done=9), samples, STAYED | {"tasks": 1}))
    assert not flat(Course(Calls(done=9, dropped=1), samples, STAYED))
    assert not flat(Course(Calls(done=9), seen(*range(100, 124)), STAYED))


def test_a_soak_keeps_no_words_of_its_calls():
    calls = Calls()
    calls.add(played(heard=(0, 2)))
    assert (calls.done, calls.turns, calls.final_s) == (1, 3, pytest.approx([0.5, 0.5]))


# What is played -----------------------------------------------------------------------


def test_mulaw_codes_come_back_as_themselves():
    assert (MULAW[mulaw(MULAW)] == MULAW).all()


def test_a_line_begins_in_the_silence_before_a_turn():
    assert SOURCE.start_near(0.0) == 0.0
    assert SOURCE.start_near(0.5) == 11.5
    assert SOURCE.start_near(0.2) == 4.5


def test_the_samples_serve_where_the_labelled_calls_are_absent():
    found = sources(Path("no such folder"))
    assert {source.id for source in found} == {"sample-ja", "sample-en"}
    assert all(source.duration_s > source.turns[-1].end_s for source in found)
