"""Regular expressions that may take for ever, found before a call meets them.

A pattern that repeats what already repeats tries every way to share a text between the two.
Such a text is built from the pattern's own parts, longer and longer, until it takes too long;
time at least doubles from one to the next, so that the last one is never far beyond.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from time import thread_time
from typing import Any

__all__ = ["slow_text"]

SLOW_S = 0.05
"""Of processor time, for a text that a person says in a breath. A pattern of the shipped
rules takes below 1 ms."""
_LENGTHS = (8, 12, 16, 18, 20, 22, 24, 26, 28, 48, 96, 192, 384)
_LONGEST_CHARACTERS = 400
_OTHER = "\0"
"""Occurs in no text and no pattern: it makes a match fail at its very end."""


def slow_text(pattern: re.Pattern[str]) -> str | None:
    """A text on which the pattern takes far too long, or ``None`` where none was found."""
    for lead, body in dict.fromkeys(_repeated(pattern)):
        for length in _LENGTHS:
            text = (lead + body * length)[-_LONGEST_CHARACTERS:] + _OTHER
            begin_s = thread_time()
            pattern.search(text)
            if thread_time() - begin_s > SLOW_S:
                return text
    return None


def _repeated(pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """For each repeat of the pattern, a text that leads to it and one that it repeats."""
    parser: Any = re._parser  # type: ignore[attr-defined]  # no public way to the parts
    tree = parser.parse(pattern.pattern, pattern.flags)
    yield from _walk(list(tree), "")


def _walk(items: list[tuple[Any, Any]], lead: str) -> Iterator[tuple[str, str]]:
    for operation, argument in items:
        name = str(operation)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            _, most, body = argument
            if most > 1:
                yield lead, _sample(list(body))
                yield lead, _sample(list(body), every_branch=True)
            yield from _walk(list(body), lead)
        elif name == "BRANCH":
            for branch in argument[1]:
                yield from _walk(list(branch), lead)
        elif name == "SUBPATTERN":
            yield from _walk(list(argument[-1]), lead)
        elif name == "ATOMIC_GROUP":
            yield from _walk(list(argument), lead)
        lead += _sample([(operation, argument)])


def _sample(items: list[tuple[Any, Any]], *, every_branch: bool = False) -> str:
    """A short text that the parts match, as far as that is easily said; with every branch,
    what one branch after the other matches."""
    text = ""
    for operation, argument in items:
        match str(operation):
            case "LITERAL":
                text += chr(argument)
            case "NOT_LITERAL" | "ANY":
                text += "a"
            case "IN":
                text += _member(argument)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, body = argument
                once = _sample(list(body), every_branch=every_branch)
                text += once * min(max(least, 1), most)
            case "BRANCH":
                branches = argument[1] if every_branch else argument[1][:1]
                text += "".join(_sample(list(b), every_branch=every_branch) for b in branches)
            case "SUBPATTERN":
                text += _sample(list(argument[-1]), every_branch=every_branch)
            case "ATOMIC_GROUP":
                text += _sample(list(argument), every_branch=every_branch)
    return text


def _member(choices: list[tuple[Any, Any]]) -> str:
    for operation, argument in choices:
        match str(operation), str(argument):
            case "LITERAL", _:
                return chr(argument)
            case "RANGE", _:
                return chr(argument[0])
            case "CATEGORY", "CATEGORY_SPACE":
                return " "
            case "CATEGORY", "CATEGORY_DIGIT":
                return "0"
    return "a"
