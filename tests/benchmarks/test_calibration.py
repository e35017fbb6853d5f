import pytest

from benchmarks.calibration import Judged, binned, error_of


def turns(probability: float, frustrated: int, of: int) -> list[Judged]:
    return [Judged(probability=probability, frustrated=n < frustrated) for n in range(of)]


def test_what_comes_true_as_often_as_said_has_no_error() -> None:
    assert error_of([*turns(0.25, 1, 4), *turns(0.5, 5, 10)]) == pytest.approx(0)


def test_the_error_is_the_mean_gap_over_turns() -> None:
    told = [*turns(0.9, 6, 10), *turns(0.05, 1, 30)]
    assert error_of(told) == pytest.approx((10 * 0.3 + 30 * (0.05 - 1 / 30)) / 40)


def test_certainty_stays_in_the_last_bin() -> None:
    assert [len(turns_of_bin) for turns_of_bin in binned(turns(1.0, 3, 3))][-1] == 3
