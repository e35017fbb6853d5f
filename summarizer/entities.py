"""Products, money, dates, numbers of orders and names that a record needs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from copilot.events import Entity
from summarizer.lexicon import Lexicon
from summarizer.statements import Statement

__all__ = ["find_entities", "names_in"]

_MONEY = re.compile(
    r"\d+万(?:\d+千?)?円|[$€£¥]\s?\d[\d,]*(?:\.\d+)?|\d[\d,]*(?:\.\d+)?\s?(?:dollars"
    r"|pounds|euros|yen|cents|円|ドル|ユーロ|万円)"
    r"|\d+万(?:\d+千?)?円|[一二三四五六七八九十百千万]+円"
    r"|(?:\b(?:a|one|two|three|four|five|six|seven|eight|nine|ten|\w+teen|\w+ty"
    r"|hundred|thousand|and)\b[ -]?)+"
    r"(?:dollars|pounds|euros|yen)",
    re.IGNORECASE,
)
_ANSWERED_NAME = {
    "ja": re.compile(r"(?P<name>[一-龥々]{2,5})(?:です|と申します|$)"),
    "en": re.compile(
        r"(?:[Ii]t's |[Tt]his is )?(?P<name>[A-Z][a-z]+ [A-Z][A-Za-z'-]+)(?:,|$)",
    ),
}
_CODE = re.compile(
    r"(?<![A-Za-z0-9\[])(?=[A-Z0-9-]*\d{3})[A-Z]{1,8}-?\d[\dA-Z-]*\d(?![A-Za-z0-9])"
)
_NUMBERED = re.compile(
    r"(?:order|reference|ref|booking|ticket|case|invoice|policy|contract|tracking"
    r"|confirmation|job|account)"
    r"(?: number| no\.?| id)?(?: is| was|:|,)? #?(?P<english>\d{3,}[\d-]*)"
    r"|(?:番号|ナンバー)(?:は|が|、|:)*(?P<japanese>[A-Za-z]{0,4}-?\d[\d-]{2,})",
    re.IGNORECASE,
)
_ASKED_NUMBER = re.compile(
    r"(?:order|reference|booking|ticket|case|invoice|policy|contract|account|customer"
    r"|member)\w*"
    r"(?: number| id)?|番号",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\d{1,2}月の?\d{1,2}日|[一二三四五六七八九十]+月[一二三四五六七八九十]+日"
    r"|(?<!\d)\d{1,2}/\d{1,2}(?!\d)"
    r"|(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December) \d{1,2}(?:st|nd|rd|th)?"
)
_KATAKANA = re.compile(r"(?<![一-龥ァ-ヶー])[ァ-ヶー]{3,}(?:[A-Za-z]+\d*)?")
_CAPITALISED = re.compile(r"\b[A-Z][A-Za-z0-9]*(?:'s)?(?: (?:[A-Z][A-Za-z0-9]*|\d+))*")
_PLACE = re.compile(r"\b(?:in|to|from|near|via) (?P<place>[A-Z][a-z]+(?: [A-Z][a-z]+)*)")
_TAG = re.compile(r"\[\w+\]")


def find_entities(statements: Sequence[Statement], lexicon: Lexicon) -> tuple[Entity, ...]:
    """Entities in the order in which they were first said, each once."""
    found: dict[tuple[str, str], Entity] = {}

    def add(kind: str, value: str) -> None:
        value = value.strip(" 、,.")
        key = (kind, unicodedata.normalize("NFKC", value).lower())
        if value:
            found.setdefault(key, Entity(kind=kind, value=value))

    people = names_in(statements, lexicon)
    # Whatever one goes to or is in somewhere in the call is no product elsewhere in it.
    places = {match["place"] for one in statements for match in _PLACE.finditer(one.text)}
    for one in statements:
        text = _TAG.sub(" ", one.text)
        for match in _MONEY.finditer(text):
            add("money", match.group())
        for match in _DATE.finditer(text):
            add("date", match.group())
        codes = [match.group() for match in _CODE.finditer(text)]
        codes += [match["english"] or match["japanese"] for match in _NUMBERED.finditer(text)]
        before = statements[one.index - 1].text if 0 < one.index < len(statements) else ""
        if not codes and _ASKED_NUMBER.search(before):
            codes += re.findall(r"(?<!\d)\d{4,}(?!\d)", text)
        for code in codes:
            add("order_number", code)
        for name in (name for name in people if name in text):
            add(
                "person",
                f"{name}様"
                if lexicon.language == "ja" and people[name] == "customer"
                else name,
            )
        if not one.does("greeting", "identify", "closing"):
            for product in _products(text, lexicon, set(people) | places):
                add("product", product)
    return tuple(found.values())


def names_in(statements: Sequence[Statement], lexicon: Lexicon) -> dict[str, str]:
    """Names of people and who said them of themselves or was called so."""
    names: dict[str, str] = {}
    for position, one in enumerate(statements):
        for match in lexicon.names.finditer(one.text):
            name = next(value for value in match.groupdict().values() if value)
            name = re.sub(r"^(?:の|に|と|、)", "", name).strip()
            if name not in lexicon.not_names and not any(
                name.startswith(stop) for stop in lexicon.not_names if len(stop) > 1
            ):
                names.setdefault(name, one.role)
        if position and one.role == "customer" and statements[position - 1].does("identify"):
            answered = _ANSWERED_NAME[lexicon.language].match(one.text)
            if answered:
                names.setdefault(answered["name"], "customer")
    return names


def _products(text: str, lexicon: Lexicon, people: set[str]) -> list[str]:
    if lexicon.language == "ja":
        return [word for word in _KATAKANA.findall(text) if word not in lexicon.not_products]
    found = []
    for match in _CAPITALISED.finditer(text):
        words = match.group().removesuffix("'s").split()
        if match.start() == 0:
            words = words[1:]
        while words and words[0] in lexicon.not_products:
            words = words[1:]
        name = " ".join(words)
        known = any(name in person or person in name for person in people)
        place = re.search(r"\b(?:in|to|from|near|via)\s+$", text[: match.start()])
        if len(name) > 2 and not known and not place and not re.search(r"\d{3}", name):
            found.append(name)
    return found
