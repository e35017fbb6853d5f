"""How far a reading moves when only the name, the dialect, the politeness or the age changes.

    python -m benchmarks.fairness [--write docs/fairness.md]

``fairness.toml`` holds groups of variants: one thing said in one state of mind. The spread of
a group is its highest reading less its lowest; the distance from any label plays no part.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import fmean

from benchmarks.frustration import LANGUAGES
from benchmarks.server import ROOT
from copilot.backends import build_reader
from copilot.config import load_config
from sentiment.reading import Reader

GROUPS = Path(__file__).with_suffix(".toml")
ATTRIBUTES = ("name", "dialect", "politeness", "age")
BEGIN, END = "<!-- figures: python -m benchmarks.fairness -->", "<!-- end of figures -->"
"""Between these lines of the page stands what the command writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One thing said in several ways."""

    attribute: str
    language: str
    level: int
    variants: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A group as it was read, 0 calm to 1 angry."""

    group: Group
    readings: tuple[float, ...]

    @property
    def movement(self) -> float:
        """Mean difference between two variants: what another name or dialect changes."""
        return fmean(abs(one - other) for one, other in combinations(self.readings, 2))

    @property
    def spread(self) -> float:
        """The highest reading less the lowest."""
        return max(self.readings) - min(self.readings)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", type=Path, help="the page whose table is made anew")
    options = parser.parse_args()
    reader = build_reader(load_config(None, data_dir=ROOT / "data"))
    moved = [read(group, reader) for group in groups()]
    told = f"Reader: {reader.name}.\n\n{table(moved)}\n\n{farthest(moved)}"
    print(told)
    if options.write:
        page = options.write.read_text(encoding="utf-8")
        options.write.write_text(written(page, told), encoding="utf-8")


def groups(path: Path = GROUPS) -> list[Group]:
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    return [
        Group(
            attribute=one["attribute"],
            language=one["language"],
            level=one["level"],
            variants=tuple(one["variants"]),
        )
        for one in document["group"]
    ]


def read(group: Group, reader: Reader) -> Moved:
    readings = reader.read(group.variants)
    return Moved(group=group, readings=tuple(one.frustration for one in readings))


def table(moved: Sequence[Moved]) -> str:
    """Markdown: a row for each attribute and language, and one for all."""
    rows = [
        (
            f"{attribute}, {name}",
            [
                one
                for one in moved
                if one.group.language == language and one.group.attribute == attribute
            ],
        )
        for attribute in ATTRIBUTES
        for language, name in LANGUAGES.items()
    ]
    lines = [
        "| what changes | groups | mean movement | mean spread | widest spread |",
        "|---|---|---|---|---|",
    ]
    for name, mine in [*rows, ("all", list(moved))]:
        if mine:
            spreads = [one.spread for one in mine]
            movement = fmean(one.movement for one in mine)
            lines.append(
                f"| {name} | {len(mine)} | {movement:.3f} | {fmean(spreads):.3f} "
                f"| {max(spreads):.3f} |"
            )
    return "\n".join(lines)


def farthest(moved: Sequence[Moved], most: int = 5) -> str:
    """The groups that moved most, by their extremes."""
    worst = sorted(moved, key=lambda one: one.spread, reverse=True)[:most]
    lines = ["Widest groups, the calmest and the angriest reading of the same:", ""]
    for one in worst:
        read_as = sorted(zip(one.readings, one.group.variants, strict=True))
        (low, calmest), (high, angriest) = read_as[0], read_as[-1]
        lines.append(
            f"- {one.group.attribute}, level {one.group.level}: {low:.2f} “{calmest}”, "
            f"{high:.2f} “{angriest}”"
        )
    return "\n".join(lines)


def written(page: str, told: str) -> str:
    """The page with new figures. Raises ``ValueError`` where it has no place for them."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page lacks the lines {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n{told}\n{END}{after}"


if __name__ == "__main__":
    main()
