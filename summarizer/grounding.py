"""Checks that a sentence says nothing that the utterances it cites do not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

__all__ = ["ungrounded"]

_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
_NUMBER_WORD = re.compile(
    r"\b(?:zero|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty"
    r"|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|noon|midnight"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tonight|tomorrow"
    r"|january|february|march|april|june|july|august|september|october|november|december)\b"
    r"|[月火水木金土日]曜|本日|今日|明日|明後日|[一二三四五六七八九十百千万]+(?=円|日|月|時|回|名|個|分)"
)
_CAPITALISED = re.compile(r"(?<!^)(?<![.?!:] )\b[A-Z][a-z]+\b")
_NAME_JA = re.compile(r"(?<!お)[一-龥々ァ-ヶー]+(?=様|さま|さん|氏)|[ァ-ヶー]{3,}")
_OUR_WORDS = frozenset({"Customer", "Agent"})
"""Names that a note gives to the two speakers."""


def ungrounded(sentence: str, cited: Sequence[str]) -> set[str]:
    """Numbers, dates and names of ``sentence`` that stand in none of the ``cited`` texts.

    Compared after NFKC, without case. An empty set means that the sentence is grounded.
    """
    said = _folded(" ".join(cited))
    text = unicodedata.normalize("NFKC", sentence)
    numbers_said = set(_NUMBER.findall(said))
    missing = {number for number in _NUMBER.findall(text) if number not in numbers_said}
    missing |= {word for word in _NUMBER_WORD.findall(text.lower()) if word not in said}
    names = [name for name in _CAPITALISED.findall(text) if name not in _OUR_WORDS]
    missing |= {name for name in names + _NAME_JA.findall(text) if _folded(name) not in said}
    return missing


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()
