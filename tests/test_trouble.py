"""What people are told while words or audio are in trouble: every change once, no flicker."""

from __future__ import annotations

from collections.abc import Sequence

from copilot.events import Degraded
from copilot.trouble import BEHIND_S, STEADY_S, Trouble


def told(levels: Sequence[int], every_s: float = 1.0) -> list[tuple[str, bool]]:
    trouble = Trouble("c-1")
    events: list[Degraded] = []
    for number, level in enumerate(levels):
        events += trouble.words(number * every_s, level)
    return [(event.reason, event.recovered) for event in events]


def test_each_level_is_told_once_in_the_declared_order() -> None:
    assert told([0, 1, 1, 2, 2, 3, 3]) == [
        ("partials are rarer", False),
        ("no partials", False),
        ("the recogniser is behind", False),
    ]


def test_better_is_told_when_it_has_lasted() -> None:
    lasted = int(STEADY_S) + 1
    assert told([2] + [0] * (lasted - 1)) == [("no partials", False)]
    assert told([2] + [0] * (lasted + 1))[1:] == [("partials and finals come as usual", True)]


def test_a_level_that_comes_and_goes_does_not_flicker() -> None:
    assert told([1, 0] * 40) == [("partials are rarer", False)]


def test_of_what_came_in_between_the_worst_is_told() -> None:
    assert told([3] + [0, 1] * int(STEADY_S))[1:] == [("partials are rarer", False)]


def test_a_late_final_of_this_call_counts_whatever_the_others_see() -> None:
    trouble = Trouble("c-1")
    (late,) = trouble.words(10.0, 0, 0.0, BEHIND_S + 1)
    assert (late.reason, late.lag_s) == ("the recogniser is behind", BEHIND_S + 1)
    assert trouble.words(11.0, 0, 0.0, BEHIND_S - 1) == []
    assert trouble.words(12.0, 0, 0.0, 0.5) == []
    (recovered,) = trouble.words(12.0 + STEADY_S, 0)
    assert recovered.recovered


def test_utterances_without_words_are_told_once_until_words_come_again() -> None:
    trouble = Trouble("c-1")
    (failing,) = trouble.words(1.0, failed=True)
    assert failing.reason == "an utterance could not be recognised"
    assert trouble.words(2.0, failed=True) == []
    assert trouble.words(3.0) == []
    (recovered,) = trouble.words(3.0 + STEADY_S)
    assert recovered.recovered


def test_audio_that_is_lost_is_told_with_its_stage_and_so_is_its_return() -> None:
    trouble = Trouble("c-1")
    (lost,) = trouble.hearing(1.0, "store", "the disk takes no more of the recording")
    assert (lost.stage, lost.recovered) == ("store", False)
    assert trouble.hearing(1.1, "store", "the disk takes no more of the recording") == []
    assert trouble.hearing(2.0) == []
    (back,) = trouble.hearing(2.0 + STEADY_S)
    assert (back.stage, back.recovered) == ("store", True)


def test_voices_that_are_not_followed_are_told_once_and_when_they_are_again() -> None:
    trouble = Trouble("c-1")
    (failed,) = trouble.voice(1.0, failed=True)
    assert (failed.stage, failed.recovered) == ("sentiment", False)
    assert trouble.voice(2.0, failed=True) == []
    assert trouble.voice(3.0) == []
    (again,) = trouble.voice(3.0 + STEADY_S)
    assert (again.stage, again.recovered) == ("sentiment", True)
