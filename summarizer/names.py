"""Names of people in a call, and which side they stand on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from summarizer.lexicon import Lexicon
from summarizer.statements import Statement

__all__ = ["names_in"]

_ANSWERED = {
    "ja": re.compile(
        r"(?:(?:名前|名義|契約|予約"
        r"|氏名)は、?)?(?P<name>[一-龥々]{2,5}(?:[ 　][一-龥ぁ-んァ-ヶ]{1,4})?)"
        r"(?:です(?:けど|が|ね)?|と(?:申し|言い|いい)ます|と申します|で(?=番号|$)|$)"
    ),
    "en": re.compile(
        r"(?:[Ii]t's |[Tt]his is |[Ii]t is |[Uu]nder |[Nn]ame's |my name is )?"
        r"(?P<name>[A-Z][a-z'-]+ [A-Z][A-Za-z'-]+)(?:,|\.|$)",
    ),
}
_INTRODUCED = 5
"""Statements at the start of a call within which people say who they are unasked."""
_INTRODUCES = re.compile(
    r"(?:[Ii]t's|[Tt]his is|[Ii]'m|[Mm]y name's"
    r"|[Mm]y name is) (?P<name>[A-Z][a-z'-]+ [A-Z][A-Za-z'-]+)"
)
_TITLES = frozenset(["Mr", "Mrs", "Ms", "Miss", "Dr", "Sir", "Madam", "Ma'am"])


def names_in(statements: Sequence[Statement], lexicon: Lexicon) -> dict[str, str]:
    """Names of people and who said them of themselves or was called so."""
    names: dict[str, str] = {}
    for position, one in enumerate(statements):
        for match in lexicon.names.finditer(one.text):
            name = next(value for value in match.groupdict().values() if value)
            name = re.sub(r"^(?:の|に|と|、)", "", name).strip()
            if _is_name(name, lexicon):
                called = re.search(r"(?:様|さま)$", match.group())
                side = "customer" if called and one.role == "agent" else one.role
                names.setdefault(name, side)
        if one.role != "customer" or not position:
            continue
        if position <= _INTRODUCED and (told := _INTRODUCES.match(one.text)):
            names.setdefault(told["name"], "customer")
        asked = any(
            other.does("identify") for other in statements[max(0, position - 3) : position]
        )
        if asked and not one.asks and (answered := _ANSWERED[lexicon.language].match(one.text)):
            name = answered["name"].strip()
            if _is_name(name, lexicon) and name.split()[0] not in _TITLES:
                names.setdefault(name, "customer")
    return names


_FIGURE = re.compile(
    r"^[\d〇一二三四五六七八九十百千万]{2,}|[日時月円][様]?$"
    r"|^[\d〇一二三四五六七八九十]+[名人]$"
)


def _is_name(name: str, lexicon: Lexicon) -> bool:
    return (
        not _FIGURE.search(name)
        and name not in lexicon.not_names
        and not any(name.startswith(stop) for stop in lexicon.not_names if len(stop) > 1)
    )
