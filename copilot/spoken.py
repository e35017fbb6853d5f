"""Digits in running text, written or spoken, in Japanese and English.

``ゼロキュウゼロの、ゼロゼロゼロゼロ``, ``四一一一``, ``oh nine oh, double four`` and
``4111 1111`` are all runs of digits. Recognisers write the same number in any of these
ways, so whoever looks for numbers looks for runs.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

__all__ = ["DigitRun", "digit_runs"]


@dataclass(frozen=True, slots=True)
class DigitRun:
    """Digits said in one breath: ``text[start:end]`` reads ``"".join(groups)``."""

    start: int
    end: int
    groups: tuple[str, ...]
    """Digits between separators: ``090-1234-5678`` has three groups."""

    @property
    def digits(self) -> str:
        return "".join(self.groups)


_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"]
_TEENS += ["seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

_ENGLISH = (
    {word: str(value) for value, word in enumerate(_ONES)}
    | {word: str(value + 10) for value, word in enumerate(_TEENS)}
    | {word: str(value * 10 + 20) for value, word in enumerate(_TENS)}
    | {"oh": "0", "o": "0", "nought": "0", "fourty": "40"}
)

# Long readings first: ニイ is one digit, not ニ and a separator.
_JAPANESE_READINGS = {
    "0": "ゼロ ぜろ レイ れい マル まる 零 〇 ○",
    "1": "イチ いち 一",
    "2": "ニイ ニー にい にー ニ に 二",
    "3": "サン さん 三",
    "4": "ヨン よん シー シ し 四",
    "5": "ゴオ ゴー ごお ごー ゴ ご 五",
    "6": "ロク ろく 六",
    "7": "ナナ なな シチ しち 七",
    "8": "ハチ はち 八",
    "9": "キュウ きゅう キュー きゅー ク く 九",
}
_JAPANESE = {
    reading: digit
    for digit, readings in _JAPANESE_READINGS.items()
    for reading in readings.split()
}

_TENS_PATTERN = "|".join(_TENS + ["fourty"])
_ONES_PATTERN = "|".join(_ONES[1:])
_ENGLISH_DIGIT = (
    rf"(?:(?:{_TENS_PATTERN})[ -](?:{_ONES_PATTERN})|{'|'.join(_ENGLISH)})"
    rf"(?![A-Za-z])"
)
_ENGLISH_TOKEN = rf"(?<![A-Za-z])(?:(?:double|triple)[ -]+)?{_ENGLISH_DIGIT}"
_JAPANESE_TOKEN = "|".join(sorted(_JAPANESE, key=len, reverse=True))
_TOKEN = re.compile(rf"\d+|{_ENGLISH_TOKEN}|{_JAPANESE_TOKEN}", re.IGNORECASE)

_FILLER = (
    r"(?:um+|uh+|er+|then|and then|dash|hyphen|えーっと|えーと|えっと|えー|あの"
    r"|ハイフン|はいふん)"
)
_SEPARATOR = re.compile(
    rf"(?:[\s,、，.・()（）/\-‐‑–—−ー―〜~の]|(?<![A-Za-z]){_FILLER}(?![A-Za-z])){{0,8}}",
    re.IGNORECASE,
)
_KANA = re.compile(r"[ぁ-んァ-ヶー]+$")


def digit_runs(text: str, *, least_kana: int = 4) -> list[DigitRun]:
    """Runs of digits in ``text``, in order, not overlapping.

    Kana that may be plain words (に, し, ご) only count between other digits: a run never
    consists of fewer than ``least_kana`` of them.
    """
    runs: list[DigitRun] = []
    position = 0
    while match := _TOKEN.search(text, position):
        start, end = match.span()
        groups = [_value(match.group())]
        kana = bool(_KANA.fullmatch(match.group()))
        tokens = 1
        while True:
            gap = _SEPARATOR.match(text, end)
            after = gap.end() if gap else end
            following = _TOKEN.match(text, after)
            if following is None:
                break
            value = _value(following.group())
            if after == end and not following.group().isdigit():
                groups[-1] += value
            else:
                groups.append(value)
            kana = kana and bool(_KANA.fullmatch(following.group()))
            tokens += 1
            end = following.end()
        if not kana or tokens >= least_kana:
            runs.append(DigitRun(start, end, tuple(groups)))
        position = end
    return runs


def _value(token: str) -> str:
    if token[0].isdigit():
        return unicodedata.normalize("NFKC", token)
    if token in _JAPANESE:
        return _JAPANESE[token]
    words = re.split(r"[ -]+", token.lower())
    times = {"double": 2, "triple": 3}.get(words[0], 1)
    if times > 1:
        words = words[1:]
    if len(words) == 2:
        return str(int(_ENGLISH[words[0]]) + int(_ENGLISH[words[1]])) * times
    return _ENGLISH[words[0]] * times
