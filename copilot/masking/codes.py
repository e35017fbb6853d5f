"""Numbers with letters in them or beside them: passports, licences, IBANs, expiry dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from copilot.events import Span
from copilot.masking.context import IDENTITY, nearest_kind
from copilot.masking.digits import digit_runs

__all__ = ["ORDER", "SURER", "find_codes", "find_expiry", "letters_alone", "with_letters"]

SURER = IDENTITY | {"bank_account", "my_number"}
ORDER = [
    "card", "my_number", "national_id", "passport", "driving_licence", "pension",
    "health_insurance", "bank_account", "birth_date", "phone", "address", "email",
]  # fmt: skip
"""Which kind counts where several were asked for."""
_LETTERS = (
    r"(?:[A-Z](?![A-Za-z])(?:\s+(?:as in|for|like) [A-Za-z]{3,})?|[a-z]\s+as in \w+|[Ａ-Ｚ])"
)
_LETTERS_JA = (
    r"(?:エー|ビー|シー|ディー|イー|エフ|ジー|エイチ|アイ|ジェー|ケー|エル|エム|エヌ|オー|ピー"
    r"|キュー|アール|エス|ティー|ユー|ブイ|ダブリュー|エックス|ワイ|ゼット)"
)
_CODE = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Z0-9 -]{0,30}\d)(?:[A-Z]{1,5}\d[A-Z0-9]*"
    r"|\d+[A-Z][A-Z0-9]*|[A-Z]{2,5})"
    r"(?:[ -]?(?:\d[A-Z0-9]*|[A-Z]+\d[A-Z0-9]*|[A-Z]{1,4}(?![A-Za-z]))){0,8}(?![A-Za-z0-9])"
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_NINO = re.compile(r"\b[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b")
_LICENCE_UK = re.compile(r"\b[A-Z]{2,5}9{0,3}\d{6}[A-Z]{1,2}9?\d[A-Z]{2}\b")
_SAID_DIGIT = (
    r"(?:(?:double |triple )?(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)|ten"
    r"|eleven|twelve|[a-z]+teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:[ -](?:one|two"
    r"|three|four|five|six|seven|eight|nine))?)"
)
_NATO = (
    r"(?:[Aa]lfa|[Aa]lpha|[Bb]ravo|[Cc]harlie|[Dd]elta|[Ee]cho|[Ff]oxtrot|[Gg]olf|[Hh]otel"
    r"|[Ii]ndia|[Jj]uliett?|[Kk]ilo|[Ll]ima|[Mm]ike|[Nn]ovember|[Oo]scar"
    r"|[Pp]apa|[Qq]uebec|[Rr]omeo|[Ss]ierra|[Tt]ango|[Uu]niform|[Vv]ictor|[Ww]hiske?y"
    r"|[Xx]-?ray|[Yy]ankee|[Zz]ulu)"
)
_SPELT_CODE = re.compile(
    rf"(?<![A-Za-z])(?:[A-Z]{{3,6}}[\s,]+(?=\d|{_SAID_DIGIT})|(?:(?:[A-Z]"
    rf"|{_NATO})(?![A-Za-z])(?:,? as in \w+| (?:for|like) "
    rf"[A-Za-z]{{3,}})?[\s,.-]+){{1,4}})(?:(?:(?:[A-Z]|{_NATO})(?![A-Za-z'’])(?:,? as in \w+| "
    rf"(?:for|like) [A-Za-z]{{3,}})?|{_SAID_DIGIT}(?![a-z])|\d+)(?:[\s,-]|\.(?=\d))*){{3,40}}"
)
_LED = re.compile(rf"\b(?:(?:{_SAID_DIGIT}|\d)[\s,]+)+$", re.I)
"""Digits before the first letter of a code: "one, E G four"."""
_EXPIRY = re.compile(r"expir\w*|\bexp\b|valid (?:thru|through|until|to)|期限", re.I)
_EXPIRY_NEAR = 14
"""Characters between the word and its date."""
_EXPIRY_ASKED = re.compile(
    r"(?<!\d)\d{1,2}\s?[/月の]\s?(?:20)?\d{2}年?(?![\d日月/])|(?<!\d)20\d\d年の?\d{1,2}月"
)
_LETTERS_BEFORE = re.compile(
    rf"(?<![A-Za-z0-9'’])(?:{_LETTERS}(?:[\s,、]+|-|の))+$|第\s?$"
    rf"|(?<![A-Za-z])[A-Z]{{1,5}}[-の、]?$|(?:{_LETTERS_JA}[\s、の]*)+$"
)
_LETTERS_AFTER = re.compile(
    rf"(?:[\s,、-]*[A-Z](?![A-Za-z'’])){{1,3}}|[\s,、-]*[A-Za-z](?![A-Za-z'’])|\s?号(?!室)"
    rf"|(?:[\s、]*{_LETTERS_JA}){{1,3}}"
)
_SPELT = re.compile(
    rf"(?:[Yy]es|[Yy]eah|[Ss]ure|[Oo]kay|[Ii]t['’]s"
    rf"|はい)?[\s,、]*(?P<letters>(?:{_LETTERS}(?![a-z])[\s,.、]*){{1,6}})"
)
_ACCOUNT_KIND = re.compile(r"(?:普通|当座)[、\s]+$")
_PLUS = re.compile(r"(?:\+|＋|\bplus\s|プラス)\s?\(?$|\($", re.I)


def find_codes(text: str, asked: frozenset[str]) -> list[Span]:
    """Numbers with letters in them: an IBAN, a passport, a licence."""
    found: list[Span] = []

    def add(kind: str, start: int, end: int) -> None:
        if all(end <= one.start or one.end <= start for one in found):
            found.append(Span(start=start, end=end, kind=kind))

    for kind, form in (
        ("bank_account", _IBAN), ("driving_licence", _LICENCE_UK), ("national_id", _NINO)
    ):  # fmt: skip
        for match in form.finditer(text):
            add(kind, *match.span())
    for form in (_CODE, _SPELT_CODE):
        for match in form.finditer(text):
            near = nearest_kind(text[: match.start()])
            among = asked & SURER if near is None else {near} & SURER
            digits = sum(len(run.digits) for run in digit_runs(match[0], least_kana=1))
            if among and digits >= 4:
                end = match.start() + len(match[0].rstrip(" ,.-"))
                led = _LED.search(text, max(0, match.start() - 24), match.start())
                start = led.start() if led else match.start()
                add(min(among, key=ORDER.index), start, end)
    return found


def find_expiry(text: str, asked: frozenset[str], taken: Sequence[Span]) -> list[Span]:
    """Until when a card is valid: part of it, where the card itself is the subject."""
    if "card" not in asked and not any(one.kind == "card" for one in taken):
        return []
    runs = [run for run in digit_runs(text, least_kana=3) if 3 <= len(run.digits) <= 6]
    found = [
        (run.start, run.end)
        for word in _EXPIRY.finditer(text)
        for run in runs
        if 0 <= run.start - word.end() <= _EXPIRY_NEAR and not re.match("20", run.digits)
    ][:1]
    if "card" in asked:
        found += [match.span() for match in _EXPIRY_ASKED.finditer(text)]
    return [
        Span(start=start, end=end, kind="card")
        for start, end in dict.fromkeys(found)
        if all(end <= one.start or one.end <= start for one in taken)
    ]


def letters_alone(text: str, asked: frozenset[str], taken: Sequence[Span]) -> list[Span]:
    """The letters that an identity number begins with, where they come alone: "Q Q," """
    spelt = _SPELT.fullmatch(text.strip())
    if spelt is None or taken or not asked & IDENTITY:
        return []
    kind = min(asked & IDENTITY, key=ORDER.index)
    start = text.index(spelt["letters"])
    return [Span(start=start, end=start + len(spelt["letters"].rstrip(" ,.")), kind=kind)]


def with_letters(text: str, span: Span, found: Sequence[Span]) -> Span:
    """With the letters that an identity number or an IBAN begins and ends with."""
    if span.kind == "phone":
        plus = _PLUS.search(text, max(0, span.start - 6), span.start)
        return replace(span, start=plus.start()) if plus else span
    if span.kind not in IDENTITY and span.kind != "bank_account":
        return span
    if kind_of := _ACCOUNT_KIND.search(text, max(0, span.start - 6), span.start):
        return replace(span, start=kind_of.start())
    start, end = span.start, span.end
    if before := _LETTERS_BEFORE.search(text, max(0, start - 40), start):
        start = before.start()
    if after := _LETTERS_AFTER.match(text, end):
        end = after.end()
    if any(start < other.end and other.start < span.start for other in found):
        start = span.start
    return Span(start=start, end=end, kind=span.kind)
