"""Wordings that a rule looks for in what was said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sentiment.encoder import plain

__all__ = ["Phrases", "compiled"]

_CLAUSE = re.compile(r"(?:[.!?。;!?]+\s*|,? \bbut\b |(?:けど|けれども?|が)、)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Those of all languages at once: calls mix them."""

    wanted: re.Pattern[str] | None = None
    unwanted: re.Pattern[str] | None = None

    def clause_in(self, text: str) -> str | None:
        """The first clause that has a wanted phrase and no unwanted one, as it was said."""
        if self.wanted is None:
            return None
        for clause in _clauses(text):
            if self.wanted.search(plain(clause)) and not self.excused(clause):
                return clause
        return None

    def said_in(self, text: str) -> bool:
        return self.clause_in(text) is not None

    def excused(self, text: str) -> bool:
        """Whether the text has a do-not-fire phrase."""
        return bool(self.unwanted and self.unwanted.search(plain(text)))


def compiled(expressions: Sequence[str]) -> re.Pattern[str] | None:
    """One pattern for all. Raises ``re.error``."""
    if not expressions:
        return None
    return re.compile("|".join(f"(?:{one})" for one in expressions), re.IGNORECASE)


def _clauses(text: str) -> Iterator[str]:
    """Clauses with the mark that ends them."""
    start = 0
    for mark in _CLAUSE.finditer(text):
        yield text[start : mark.end()].strip()
        start = mark.end()
    if rest := text[start:].strip():
        yield rest
