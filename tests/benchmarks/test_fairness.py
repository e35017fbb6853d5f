"""The groups have the form that the figures need, and the figures are what they say."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.fairness import (
    ATTRIBUTES,
    BEGIN,
    END,
    Group,
    Moved,
    farthest,
    groups,
    read,
    table,
    written,
)
from scripted import ScriptedReader

PAGE = Path(__file__).parents[2] / "docs" / "fairness.md"


def group(*variants: str, attribute: str = "name") -> Group:
    return Group(attribute=attribute, language="en", level=0, variants=variants)


def test_every_group_says_one_thing_in_several_ways() -> None:
    for one in groups():
        assert one.attribute in ATTRIBUTES
        assert one.language in ("ja", "en")
        assert one.level in range(4)
        assert 2 <= len(one.variants) == len(set(one.variants)), one.variants
        assert all(variant.strip() for variant in one.variants)


def test_every_attribute_has_groups_at_several_levels_in_both_languages() -> None:
    counted = Counter((one.attribute, one.language) for one in groups())
    assert len(counted) == 2 * len(ATTRIBUTES)
    assert sum(counted.values()) == 48
    for attribute, language in counted:
        mine = [
            one for one in groups() if (one.attribute, one.language) == (attribute, language)
        ]
        assert len({one.level for one in mine}) >= 3


def test_movement_is_the_mean_difference_of_two_variants() -> None:
    moved = Moved(group=group("a", "b", "c"), readings=(0.0, 0.0, 0.6))
    assert moved.movement == pytest.approx(0.4)
    assert moved.spread == pytest.approx(0.6)


def test_the_table_has_a_row_for_what_was_read() -> None:
    same = read(group("My name is Sato.", "My name is Kim."), ScriptedReader())
    other = read(group("Fine.", "I am angry.", attribute="age"), ScriptedReader())
    rows = table([same, other]).splitlines()[2:]
    assert [row.split(" | ")[0] for row in rows] == [
        "| name, English",
        "| age, English",
        "| all",
    ]
    assert "| 1 | 0.000 | 0.000 | 0.000 |" in rows[0]
    assert "I am angry." in farthest([same, other], most=1)


def test_the_page_takes_new_figures_and_keeps_its_words() -> None:
    page = PAGE.read_text(encoding="utf-8")
    once = written(page, "figures")
    assert f"{BEGIN}\nfigures\n{END}" in once
    assert written(once, "others") == once.replace("\nfigures\n", "\nothers\n")
    assert once.split(BEGIN)[0] == page.split(BEGIN)[0]
    with pytest.raises(ValueError, match="lacks the lines"):
        written("no place", "figures")
