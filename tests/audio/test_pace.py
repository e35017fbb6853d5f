"""Partials make room for finals, in the declared order, and come back."""

from __future__ import annotations

import math

import pytest

from audio.pace import Pace

THREADS = 2


class Run:
    """A machine whose threads are busy for a share of each second."""

    def __init__(self):
        self.now_s = 0.0
        self.pace = Pace(THREADS, self.now_s)
        self.levels = [0]

    def work(self, seconds, *, busy, lag_s=0.0):
        for _ in range(seconds):
            self.now_s += 1.0
            self.pace.worked(busy * THREADS)
            self.pace.look(self.now_s, lag_s)
            if self.pace.level != self.levels[-1]:
                self.levels.append(self.pace.level)
        return self


def test_a_machine_with_room_changes_nothing():
    run = Run().work(60, busy=0.6)
    assert (run.pace.interval_s, run.levels) == (0.0, [0])


def test_degradation_follows_the_declared_order():
    run = Run().work(60, busy=1.0, lag_s=2.0)
    assert run.levels == [0, 1, 2, 3] or run.levels == [0, 1, 3]
    assert math.isinf(run.pace.interval_s)


def test_a_full_machine_stretches_partials_first():
    run = Run().work(12, busy=0.95)
    assert run.pace.level == 1
    assert 0.8 <= run.pace.interval_s <= 2.0


def test_waiting_finals_stretch_partials_on_an_idle_machine_too():
    assert Run().work(2, busy=0.1, lag_s=1.0).pace.level == 1


def test_one_busy_second_changes_nothing():
    """Work comes in batches."""
    assert Run().work(10, busy=0.5).work(1, busy=1.5).pace.level == 0


def test_everything_comes_back_when_the_load_goes():
    run = Run().work(60, busy=1.0, lag_s=2.0).work(60, busy=0.2)
    assert (run.pace.level, run.pace.interval_s) == (0, 0.0)
    assert run.levels[-2:] == [1, 0]


def test_between_busy_and_easy_nothing_moves():
    """So that the pace settles instead of swinging."""
    run = Run().work(12, busy=0.95).work(5, busy=0.83)
    before_s = run.pace.interval_s
    assert run.work(30, busy=0.83).pace.interval_s == before_s


def test_without_partials_they_return_only_when_there_is_room_for_them():
    run = Run().work(60, busy=1.0).work(60, busy=0.75)
    assert run.pace.level == 2


def test_finals_are_late_until_they_are_clearly_in_time():
    run = Run().work(60, busy=1.0, lag_s=2.0)
    assert run.work(5, busy=0.9, lag_s=1.0).pace.level == 3
    assert run.work(5, busy=0.9, lag_s=0.2).pace.level == 2


def test_time_without_a_look_counts_as_rest():
    run = Run().work(10, busy=1.0)
    assert run.pace.level > 0
    run.pace.look(run.now_s + 60.0, 0.0)
    assert run.pace.level == 0


@pytest.mark.parametrize("looks", [1, 50])
def test_looking_often_changes_nothing(looks):
    pace = Pace(THREADS, 0.0)
    for second in range(1, 6):
        pace.worked(THREADS)
        for number in range(looks):
            pace.look(second - 0.1 + 0.1 * (number + 1) / looks, 0.0)
    assert pace.interval_s == 0.0
    pace.worked(5 * THREADS)
    for number in range(looks):
        pace.look(5.9 + 0.1 * (number + 1) / looks, 0.0)
    assert pace.interval_s == 0.8
