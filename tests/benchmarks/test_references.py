from collections.abc import Sequence

import numpy as np
import pytest

from audio.files import Recording
from benchmarks.references import Case, edits_by_unit, holders, on_the_telephone
from copilot.signals import SAMPLE_RATE_HZ


@pytest.mark.parametrize(
    ("said", "heard", "charged"),
    [
        ("so it was yours", "so it was yours", [0, 0, 0, 0]),
        ("so it was yours", "so was hours", [0, 1, 0, 1]),
        ("press four", "press four press four", [0, 2]),
        ("press four", "", [1, 1]),
        ("", "thank you", [2]),
        ("", "", [0]),
    ],
)
def test_an_edit_is_charged_to_the_unit_it_spoils(
    said: str, heard: str, charged: Sequence[int]
) -> None:
    assert edits_by_unit(said.split(), heard.split()).tolist() == charged


def test_every_unit_has_the_part_that_holds_it_or_the_one_before() -> None:
    said = ["well", "no", "thank", "you", "that", "is", "all", "bye"]
    parts = [["no", "thanks", "you"], [], ["that", "is", "all"]]
    assert holders(said, parts).tolist() == [0, 0, 0, 0, 2, 2, 2, 2]


def tone(name: str = "tone") -> Case:
    times_s = np.arange(4 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    samples = (0.3 * np.sin(2 * np.pi * 440 * times_s)).astype(np.float32)[None]
    return Case(
        name=name,
        group="made",
        language="en",
        recording=Recording(samples=samples, speakers=("unknown",)),
        references={"unknown": ""},
    )


def test_a_line_without_loss_is_the_recording_in_telephone_quality() -> None:
    case = tone()
    heard = on_the_telephone(case, 0.0).recording.samples
    assert heard.shape == case.recording.samples.shape
    assert np.abs(heard - case.recording.samples)[:, 800:-800].max() < 0.03


def test_lost_packets_are_filled_with_what_came_before_and_fade_out() -> None:
    kept = on_the_telephone(tone(), 0.0).recording.samples
    all_lost = on_the_telephone(tone(), 1.0).recording.samples
    assert not all_lost.any()
    some_lost = on_the_telephone(tone(), 0.05).recording.samples
    changed = np.abs(some_lost - kept).max(axis=0) > 0.01
    assert 0.02 < changed.mean() < 0.10
    level = np.sqrt(np.mean(np.square(some_lost[:, changed])))
    assert level > 0.5 * np.sqrt(np.mean(np.square(kept)))


def test_the_same_packets_are_lost_in_every_run_and_more_are_at_a_higher_rate() -> None:
    first = on_the_telephone(tone(), 0.03).recording.samples
    assert np.array_equal(first, on_the_telephone(tone(), 0.03).recording.samples)
    kept = on_the_telephone(tone(), 0.0).recording.samples
    more = on_the_telephone(tone(), 0.05).recording.samples
    lost_at_3 = np.abs(first - kept) > 0.05
    lost_at_5 = np.abs(more - kept) > 0.05
    assert lost_at_3.sum() < lost_at_5.sum()
    assert (lost_at_3 & lost_at_5).sum() > 0.9 * lost_at_3.sum()
    other = on_the_telephone(tone("another"), 0.03).recording.samples
    assert not np.array_equal(first, other)
