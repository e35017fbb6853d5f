"""How much of the labelled spoken forms is found, and how much else stays."""

from __future__ import annotations

import pytest

from benchmarks.masking import FORMS, Tally, score, spoken_forms


def totals(split: str) -> Tally:
    tallies: dict[tuple[str, str, str], Tally] = {}
    for name, form in spoken_forms():
        if name == f"spoken {split}":
            score(name, form, tallies)
    whole = Tally()
    for tally in tallies.values():
        for part in ("found", "secrets", "right", "masks", "kept", "keeps"):
            setattr(whole, part, getattr(whole, part) + getattr(tally, part))
        whole.faults += tally.faults
    return whole


def test_the_developed_half_is_found_whole_and_nothing_else() -> None:
    told = totals("dev")
    assert told.secrets == 150, FORMS
    assert told.faults == []


@pytest.mark.parametrize(
    ("split", "recall"),
    [("held_out", 0.99), ("unseen", 0.99), ("tune", 0.99), ("held", 0.95), ("sealed", 0.98)],
)
def test_the_other_forms_keep_their_level(split: str, recall: float) -> None:
    """A floor under what docs/measurements.md tells; it names no form."""
    told = totals(split)
    assert told.found >= recall * told.secrets
    assert told.right >= 0.97 * told.masks
    assert told.kept >= 0.99 * told.keeps
