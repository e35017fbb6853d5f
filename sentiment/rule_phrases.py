"""Phrases of rules: regular expressions, with words that many of them share said once.

[words]
superior.en = ["manager", "supervisor"]

phrases.en = ['(speak|talk) to (the|your) {superior}']
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from sentiment.phrases import Phrases, compiled
from sentiment.regex_cost import slow_text
from sentiment.rule_source import Table, guess

__all__ = ["Words", "read_phrases", "read_words"]

_PLACE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class _Word:
    """Alternatives in one language, as written."""

    expression: str
    table: Table
    language: str


Words = dict[tuple[str, str], _Word]
"""By name and language."""


def read_words(tables: Iterable[Table]) -> Words:
    """Words of all files; those of one file serve in the others."""
    words: Words = {}
    for table in tables:
        for name in table.values:
            languages = table.table(name)
            if not _PLACE.fullmatch(f"{{{name}}}"):
                table.fault(f"{name!r} is no name of words: small letters and _", name)
            for language in languages.values:
                found = languages.texts(language)
                if (name, language) in words:
                    languages.fault(f"words {name}.{language} are there twice", language)
                words[name, language] = _Word("|".join(found), languages, language)
    for word in words.values():
        _resolved(word.expression, word.language, words, word.table, (word.language,))
    return words


def read_phrases(row: Table, words: Words) -> Phrases:
    """Those to look for and those that excuse; faults are noted in the row."""
    return Phrases(
        wanted=_pattern(row, "phrases", words), unwanted=_pattern(row, "do_not_fire", words)
    )


def _pattern(row: Table, key: str, words: Words) -> re.Pattern[str] | None:
    table = row.table(key)
    if key in row and not table.values:
        row.fault(f"{key} are lists by language, as in {key}.en = ['...']", key)
    expressions = []
    for language in table.values:
        found = table.texts(language)
        for expression in found:
            place = (language, _index(table, language, expression))
            whole = _resolved(expression, language, words, table, place)
            if whole is not None and not (fault := _fault(whole)):
                expressions.append(whole)
            elif whole is not None:
                table.fault(f"{expression!r} {fault}", *place)
    return compiled(expressions)


def _index(table: Table, language: str, expression: str) -> int:
    position: int = table.values[language].index(expression)
    return position


def _resolved(
    expression: str,
    language: str,
    words: Words,
    table: Table,
    place: tuple[str | int, ...],
    above: tuple[str, ...] = (),
) -> str | None:
    """The expression with words in the place of their names; ``None`` after a fault."""
    missing = False

    def word(match: re.Match[str]) -> str:
        nonlocal missing
        name = match.group(1)
        found = words.get((name, language))
        if found is None or name in above:
            known = {other for other, spoken in words if spoken == language}
            why = "stands in itself" if found else f"are no words here{guess(name, known)}"
            table.fault(f"{{{name}}} {why}", *place)
            missing = True
            return ""
        inner = _resolved(found.expression, language, words, table, place, (*above, name))
        missing = missing or inner is None
        return f"(?:{inner})"

    whole = _PLACE.sub(word, expression)
    return None if missing else whole


def _fault(expression: str) -> str | None:
    """What is wrong with a regular expression, if anything is."""
    try:
        pattern = re.compile(expression, re.IGNORECASE)
    except (re.error, RecursionError, OverflowError) as error:
        return f"is no regular expression: {error}"
    folded = unicodedata.normalize("NFKC", expression)
    if folded != expression:
        return f"never matches: texts are read in NFKC, where it is {folded!r}"
    if pattern.search(""):
        return "matches any text, even an empty one"
    if text := slow_text(pattern):
        return f"takes too long on texts such as {text[:20] + '...'!r}: simplify its repeats"
    return None
