"""What labels say: the arithmetic of the map alone."""

from __future__ import annotations

import pytest

from sentiment.label_map import faults, said
from sentiment.reading import Reading

BESIDE = Reading(levels=(0.5, 0.5, 0.5), valence=0.3, churn=0.6, escalation=0.7, act="question")


def test_degrees_become_levels() -> None:
    """A third of frustration is level 1; what lies between two levels is half of each."""
    for degree, levels in [
        (1.0, (1, 1, 1)),
        (2 / 3, (1, 1, 0)),
        (0.5, (1, 0.5, 0)),
        (1 / 3, (1, 0, 0)),
        (0.0, (0, 0, 0)),
    ]:
        told = said({"a": {"frustration": degree}}, {"a": 1.0}, exclusive=True, beside=BESIDE)
        assert told.levels == pytest.approx(levels)
        assert told.frustration == pytest.approx(degree)


def test_shares_of_exclusive_labels_add_up() -> None:
    labels = {"anger": {"frustration": 1.0}, "annoyance": {"frustration": 1 / 3}}
    shares = {"anger": 0.5, "annoyance": 0.3, "joy": 0.2}
    told = said(labels, shares, exclusive=True, beside=BESIDE)
    assert told.levels == pytest.approx((0.8, 0.5, 0.5))


def test_other_labels_are_independent() -> None:
    labels = {"anger": {"displeasure": 1.0}, "disgust": {"displeasure": 1.0}}
    told = said(labels, {"anger": 0.5, "disgust": 0.5}, exclusive=False, beside=BESIDE)
    assert told.displeasure == pytest.approx(0.75)


@pytest.mark.parametrize("exclusive", [True, False])
def test_feelings_weigh_against_each_other(exclusive: bool) -> None:
    labels = {"good": {"valence": 1.0}, "bad": {"valence": -1.0}}
    told = said(labels, {"good": 0.2, "bad": 0.7}, exclusive=exclusive, beside=BESIDE)
    assert told.valence == pytest.approx(-0.5)


def test_what_no_label_speaks_of_comes_from_beside() -> None:
    told = said({"a": {"churn": 0.5}}, {"a": 1.0}, exclusive=True, beside=BESIDE)
    assert told.churn == 0.5
    assert (told.levels, told.escalation, told.act) == (BESIDE.levels, 0.7, "question")


def test_every_fault_of_a_map_is_told() -> None:
    told = faults(
        {"a": {"anger": 1.0, "churn": -0.1}, "b": {"valence": -1.0, "gratitude": 2.0}}
    )
    assert told == [
        "a.anger: is nothing a label may say; choose of frustration, displeasure, valence, "
        "churn, escalation, gratitude",
        "a.churn: must be between 0 and 1",
        "b.gratitude: must be between 0 and 1",
    ]
