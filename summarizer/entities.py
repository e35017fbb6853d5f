"""Numbers, sums, dates, names and things of a call that a record needs, each once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from copilot.events import Entity
from summarizer.amounts import MONEY, QUANTITY, money
from summarizer.dates import find_dates
from summarizer.lexicon import Lexicon
from summarizer.names import names_in
from summarizer.statements import Statement

__all__ = ["Found", "find_entities"]

_CODE = re.compile(
    r"(?<![A-Za-z0-9\[])(?=[A-Z0-9-]*\d{2})[A-Z]{1,8}-?\d[\dA-Z-]*\d(?![A-Za-z0-9])"
)
_NUMBERED = re.compile(
    r"(?:order|reference|ref|booking|ticket|case|invoice|policy|contract|tracking|claim|member"
    r"|membership|confirmation|job|account|customer|serial|quote|reservation|invoice)"
    r"(?: number| no\.?| id| code)?(?:'s| is| was|:|,"
    r"| it's)*,? (?:it's )?#?(?P<english>[A-Z]{0,4}-?\d{3,}[\d-]*)"
    r"|(?:番号|ナンバー|コード)(?:は|が|、|:"
    r"|で)*(?P<japanese>[A-Za-z]{0,4}-?[\d〇一二三四五六七八九]{2,}"
    r"(?:[-の][\d〇一二三四五六七八九]+)*)",
    re.IGNORECASE,
)
_ASKED_NUMBER = re.compile(
    r"(?:order|reference|booking|ticket|case|invoice|policy|contract|account|customer|tag"
    r"|member|serial|model|number|code)\w*(?: number| id)?|番号|コード",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\b(?P<english>order|reference|booking|ticket|case|invoice|policy|contract|account"
    r"|customer"
    r"|member|membership|claim|serial|quote|reservation|tracking|job)(?: number| id| code)?\b"
    r"|(?P<japanese>[一-龥ァ-ヶー]{0,6}番号|型番|品番|車番|お?会員証)",
    re.IGNORECASE,
)
_PHONE = re.compile(r"0\d{1,4}-\d{1,4}-\d{3,4}|0\d{9,10}|\+\d{9,}")
_KATAKANA = re.compile(r"(?<![一-龥ァ-ヶー])[ァ-ヶー]{3,}(?:[A-Za-z]+\d*)?")
_CAPITALISED = re.compile(r"\b[A-Z][A-Za-z0-9]*(?:'s)?(?: (?:[A-Z][A-Za-z0-9]*|\d+))*")
_PLACE = re.compile(r"\b(?:in|to|from|near|via) (?P<place>[A-Z][a-z]+(?: [A-Z][a-z]+)*)")
_TAG = re.compile(r"\[(?P<kind>[a-z_]+)\]")
_KANJI_DIGITS = str.maketrans("〇一二三四五六七八九", "0123456789")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An entity, who said it first and what the number is of, where that was said."""

    entity: Entity
    one: Statement
    label: str = ""
    side: str = ""


def find_entities(
    statements: Sequence[Statement],
    lexicon: Lexicon,
    today: date,
    spoken_codes: Mapping[str, str],
) -> list[Found]:
    """Entities in the order in which they were first said, each once.

    ``spoken_codes`` are numbers as one word with how they were said, digit by digit.
    """
    found: dict[tuple[str, str], Found] = {}
    language = lexicon.language

    def add(
        kind: str,
        value: str,
        one: Statement,
        normalised: str | None = None,
        label: str = "",
        side: str = "",
    ) -> None:
        value = value.strip(" 、,.")
        key = (kind, unicodedata.normalize("NFKC", normalised or value).lower())
        if value and key not in found:
            entity = Entity(kind=kind, value=value, normalised=normalised)
            found[key] = Found(entity=entity, one=one, label=label, side=side)

    people = names_in(statements, lexicon)
    # Whatever one goes to or is in somewhere in the call is no product elsewhere in it.
    places = {match["place"] for one in statements for match in _PLACE.finditer(one.text)}
    for one in statements:
        for match in _TAG.finditer(one.text):
            # Only that it was given: the value is masked before it comes here.
            add(match["kind"], match.group(), one)
        text = _TAG.sub(" ", one.text)
        for match in MONEY.finditer(text):
            add("money", match.group(), one, money(match.group()))
        rest = MONEY.sub(" ", text)
        told = not one.asks
        for moment in find_dates(rest, language, today) if told else ():
            kind = "date" if moment.dated else "time"
            add(
                kind,
                moment.said,
                one,
                moment.day.isoformat() if moment.dated and moment.day else None,
            )
        for match in QUANTITY.finditer(rest) if told else ():
            add("quantity", match.group(), one)
        for code, label in _codes(text, one, statements):
            add("order_number", spoken_codes.get(code, code), one, _plain_code(code), label)
        for name in (name for name in people if name in text):
            customer = language == "ja" and people[name] == "customer"
            add("person", f"{name}様" if customer else name, one, name, side=people[name])
        if not one.does("greeting", "identify", "closing") and (told or one.role != "agent"):
            for product in _products(text, lexicon, set(people) | places):
                add("product", product, one)
    codes = [kind_value[1].upper() for kind_value in found if kind_value[0] == "order_number"]
    return [one for one in found.values() if not _part_of_another(one.entity, codes)]


def _part_of_another(entity: Entity, codes: Sequence[str]) -> bool:
    """Whether a number is only the end of one that was said whole: 7712 of C7712."""
    code = entity.normalised or ""
    return entity.kind == "order_number" and any(
        other != code.upper() and other.endswith(code.upper()) for other in codes
    )


def _plain_code(code: str) -> str:
    text = unicodedata.normalize("NFKC", code).replace(" ", "")
    if re.search(r"[〇一二三四五六七八九]", text):
        return text.translate(_KANJI_DIGITS).replace("の", "-")
    return text


def _codes(text: str, one: Statement, statements: Sequence[Statement]) -> list[tuple[str, str]]:
    """Numbers of orders and the like, with what they are the number of."""
    codes = [match.group() for match in _CODE.finditer(text)]
    codes += [match["english"] or match["japanese"] for match in _NUMBERED.finditer(text)]
    before = [statements[one.index - back] for back in (1, 2, 3) if one.index >= back]
    asked = next((other for other in before if _ASKED_NUMBER.search(other.text)), None)
    if not codes and asked is not None and asked.role != one.role:
        codes += re.findall(r"(?<![\d.,$£€/:])\d{4,}(?![\d.,/:]|円|年|時|分)", text)
    if not codes:
        return []
    label = ""
    for said in [text, *(other.text for other in before)]:
        if match := _LABEL.search(said):
            label = (match["english"] or match["japanese"] or "").strip()
            label = re.sub(r"^お(?=[一-龥])|^ご(?=[一-龥])", "", label).lower()
            break
    codes = [code for code in codes if not _PHONE.fullmatch(code)]
    longest = [
        code for code in codes if not any(code != other and code in other for other in codes)
    ]
    return [(code, label) for code in dict.fromkeys(longest)]


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
