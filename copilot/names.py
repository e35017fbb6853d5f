"""Names of people and the numbers a centre works with, for copies that shall not hold them.

Both stay where a call is served; copies for analytics are read by others. A name is found
where the words say that it is one, 山田様 or "my name is", or where the summary says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from copilot.events import Span
from copilot.masking.context import WORK

__all__ = ["find_names", "find_references", "said_names"]

_NOT_NAMES = frozenset(
    {"お客", "皆", "各位", "母", "父", "奥", "旦那", "主人", "御社", "貴社", "疲れ", "苦労"}
    | {"担当者", "家族", "契約者", "本人", "利用者", "会員", "何名", "店員", "係員", "隣"}
    | {"仕", "同", "模", "多", "異", "有", "神", "業者", "皆様", "客", "お子"}
)
_TITLES_JA = "様|さま|さん|氏|殿|君|先生"
_NAME_JA = r"[一-龥々]{1,4}(?:[ 　][一-龥々]{1,4})?|[ァ-ヶー]{2,8}(?:[・ 　][ァ-ヶー]{2,8})?"
_SAID_JA = (
    re.compile(rf"(?P<name>{_NAME_JA})(?=(?:{_TITLES_JA})(?![一-龥]))"),
    re.compile(
        rf"(?:私|わたくし|担当の|[社部課店係窓口センター]の|、|。|^)\s*"
        rf"(?P<name>{_NAME_JA}|[ぁ-ん]{{2,5}}(?: [ぁ-ん]{{2,5}})?)(?=と(?:申し|いい|言い))"
    ),
    re.compile(rf"(?:名前は|氏名は|名義は|担当は)、?\s*(?P<name>{_NAME_JA})"),
)
_WORD_EN = r"[A-Z][a-z]+(?:[A-Z][a-z]+)?(?:['’-][A-Z][a-z]+)?"
_SAID_EN = (
    re.compile(
        r"(?i:\b(?:my name(?: is|['’]s)|name['’]s|full name is|first name is|last name is"
        r"|surname is|(?:you(?:'re| are) )?speaking (?:to|with)|this is"
        r"|under the name(?: of)?)) "
        rf"(?P<name>{_WORD_EN}(?: {_WORD_EN}){{0,2}})"
    ),
    re.compile(
        rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Madam)\.? (?P<name>{_WORD_EN}(?: {_WORD_EN})?)"
    ),
    re.compile(rf"(?P<name>\b{_WORD_EN}(?: {_WORD_EN})?)(?= speaking\b|,? here\b)"),
)
_REFERENCE = re.compile(
    r"(?<![A-Za-z0-9\[])(?=[A-Z0-9-]*\d{3})[A-Z]{1,8}-?\d[\dA-Z-]*\d(?![A-Za-z0-9])"
    r"|(?<![\d.,/:\[-])\d{4,}(?:[- ]\d{2,})*(?![\d,/:%円]|\.\d|[年月日時分人名件個回])"
)
_BESIDE = 40
"""Characters before a number in which the words stand that say what it is."""


def said_names(text: str) -> set[str]:
    """Names that ``text`` itself gives away."""
    return {
        match["name"]
        for pattern in (*_SAID_JA, *_SAID_EN)
        for match in pattern.finditer(text)
        if match["name"] not in _NOT_NAMES
    }


def find_names(text: str, names: Iterable[str]) -> list[Span]:
    """Where ``names`` stand in the text, whole or in parts, and those it gives away."""
    known = said_names(text) | {name.removesuffix("様").removesuffix("さん") for name in names}
    parts = {part for name in known for part in re.split(r"[\s・]+", name) if len(part) > 1}
    wanted = sorted({*known, *parts} - {""}, key=len, reverse=True)
    if not wanted:
        return []
    pattern = "|".join(
        rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name) for name in wanted
    )
    return [
        Span(start=match.start(), end=match.end(), kind="name")
        for match in re.finditer(rf"(?:{pattern})(?:[\s・](?:{pattern}))*", text)
    ]


def find_references(text: str) -> list[Span]:
    """Order, contract, booking and customer numbers."""
    return [
        Span(start=match.start(), end=match.end(), kind="reference")
        for match in _REFERENCE.finditer(text)
        if match[0][0].isalpha()
        or WORK.search(text, max(0, match.start() - _BESIDE), match.start())
    ]
