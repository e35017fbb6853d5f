"""The language of ``when``: from tables of a rules file to conditions.

when     = { entry, entry ... }                     every entry holds
entry    = MEASURE = { at_least = N, below = N }    one bound or both
         | all = [when ...] | any = [when ...] | not = when
         | said = true                              a phrase of the rule, just now
         | never_said = true                        none of them in the call so far
         | ended = true                             the call is over
         | trend = ["declining" ...]
         | turns_in_row = { at_least = N, of = when, while = when }
         | times = { at_least = N, within_s = N, of = when }
         | in_last = { within_s = N, of = when }
"""

from __future__ import annotations

from typing import cast, get_args

from copilot.events import Trend
from sentiment.conditions import (
    All,
    AnyOf,
    Compare,
    Condition,
    Ended,
    InLast,
    NeverSaid,
    Not,
    Said,
    Times,
    Trending,
    TurnsInRow,
)
from sentiment.moment import MEASURES, bounds
from sentiment.rule_source import Table, guess

__all__ = ["read_condition"]

_WORDS = (
    "all",
    "any",
    "not",
    "said",
    "never_said",
    "ended",
    "trend",
    "turns_in_row",
    "times",
    "in_last",
)
_LASTING = frozenset(["turns_in_row", "times", "in_last", "ended"])


def read_condition(table: Table, *, inside: str = "") -> Condition:
    """The condition of a table; its faults are noted there. ``inside`` names what remembers
    this condition, as nothing that remembers can stand in another."""
    parts = []
    for key in table.values:
        part = _entry(table, key, inside)
        if part is not None:
            parts.append(part)
    if not table.values:
        table.fault("an empty condition holds always; say what is asked for")
    if "ended" in table and ("said" in table or "turns_in_row" in table or "times" in table):
        table.fault("never holds: nothing is said when the call has ended; in_last looks back")
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _entry(table: Table, key: str, inside: str) -> Condition | None:
    if inside and key in _LASTING:
        table.fault(f"{key} cannot stand inside {inside}", key)
        return None
    match key:
        case "all":
            return All(_list(table, key, inside))
        case "any":
            return AnyOf(_list(table, key, inside))
        case "not":
            return Not(read_condition(table.table(key), inside=inside))
        case "said":
            return Said() if table.true(key) else None
        case "never_said":
            return NeverSaid() if table.true(key) else None
        case "ended":
            return Ended() if table.true(key) else None
        case "trend":
            trends = table.texts(key, one_of=get_args(Trend))
            return Trending(cast(tuple[Trend, ...], trends))
        case "turns_in_row":
            return _turns_in_row(table.table(key))
        case "times":
            return _times(table.table(key))
        case "in_last":
            return _in_last(table.table(key))
        case _ if key in MEASURES:
            return _compare(table.table(key), key)
        case _:
            near = guess(key, [*MEASURES, *_WORDS])
            table.fault(f"{key} is neither a measure nor a word of conditions{near}", key)
            return None


def _list(table: Table, key: str, inside: str) -> tuple[Condition, ...]:
    rows = table.tables(key)
    if table.values[key] == []:
        table.fault(f"{key} is an empty list", key)
    return tuple(read_condition(row, inside=inside) for row in rows)


def _compare(table: Table, measure: str) -> Condition | None:
    at_least, below = table.number("at_least"), table.number("below")
    table.end()
    if "at_least" not in table and "below" not in table:
        table.fault(f"{measure} needs at_least or below")
    lowest, highest = bounds(measure)
    if at_least is not None and at_least > highest:
        table.fault(f"never holds: {measure} is at most {highest:g}", "at_least")
    if below is not None and below <= lowest:
        table.fault(f"never holds: {measure} is at least {lowest:g}", "below")
    if at_least is not None and below is not None and at_least >= below:
        table.fault(f"never holds: {measure} cannot be both", "below")
    return Compare(measure=measure, at_least=at_least, below=below)


def _turns_in_row(table: Table) -> Condition | None:
    at_least = table.need(table.count("at_least"), "at_least")
    of = _inner(table, "of", "turns_in_row")
    during = _inner(table, "while", "turns_in_row") if "while" in table else of
    table.end()
    if at_least is None or of is None or during is None:
        return None
    return TurnsInRow(at_least=at_least, of=of, during=during)


def _times(table: Table) -> Condition | None:
    at_least = table.need(table.count("at_least"), "at_least")
    within_s = table.number("within_s", least=0)
    of = _inner(table, "of", "times")
    table.end()
    if at_least is None or of is None:
        return None
    return Times(at_least=at_least, of=of, within_s=within_s)


def _in_last(table: Table) -> Condition | None:
    within_s = table.need(table.number("within_s", least=0), "within_s")
    of = _inner(table, "of", "in_last")
    table.end()
    if within_s is None or of is None:
        return None
    return InLast(within_s=within_s, of=of)


def _inner(table: Table, key: str, inside: str) -> Condition | None:
    inner = table.table(key)
    if key not in table:
        table.fault(f"{key} is missing")
        return None
    return read_condition(inner, inside=inside)
