"""Facts of a sentence that can be looked up: numbers, amounts, times, days, codes and names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from summarizer.quantities import (
    Quantity,
    digits_of_words,
    folded,
    quantities,
    said_digits,
)

__all__ = ["missing_facts"]

_CODE = re.compile(
    r"(?<![\w\[-])(?:(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*"
    r"|(?=[\d-]*\d{3})\d+(?:-\d+)+)(?![\w\]-])",
    re.ASCII,
)
_NO_CODE = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d+(?:st|nd|rd|th|am|pm|s)"
    r"|\d+-(?:day|week|month|year|hour|minute|time)s?",
    re.IGNORECASE,
)
_LONG_NUMBER = 4
"""Digits of a number that may be said in pieces: "four four, eight seven"."""
_LONGEST_CODE = 64
"""Signs of a code that are looked for in pieces. Nobody reads a longer one to a person."""
_TAG = re.compile(r"\[\w+\]")
_ADDRESS = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+|https?://\S{1,2000}|www\.\S{1,2000}"
)
_SPELLED = re.compile(
    r"\b(?:as in|for|like) [A-Za-z]+|のエー|ハイフン|dash|hyphen", re.IGNORECASE
)

_SAME_DAYS = (
    ("today", "this morning", "this afternoon", "this evening", "本日", "今日", "きょう"),
    ("tonight", "今夜", "今晩"),
    ("tomorrow", "明日", "あした", "あす", "翌日", "翌朝"),
    ("day after tomorrow", "明後日", "あさって"),
    ("yesterday", "昨日", "きのう", "昨夜", "昨晩", "last night"),
    ("day before yesterday", "一昨日", "おととい"),
    ("next week", "来週", "翌週"),
    ("last week", "先週"),
    ("this week", "今週"),
    ("next month", "来月", "翌月"),
    ("last month", "先月"),
    ("this month", "今月"),
    ("next year", "来年"),
    ("last year", "昨年", "去年"),
    ("weekend", "週末", "土日"),
    ("morning", "午前", "朝", "a.m"),
    ("afternoon", "午後", "昼過ぎ", "p.m"),
    ("evening", "夕方", "夜", "晩"),
    *(
        (f"{english}day", f"{japanese}曜")
        for english, japanese in zip(
            ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun"),
            "月火水木金土日",
            strict=True,
        )
    ),
)
_SAME_AS = {word: same for same in _SAME_DAYS for word in same}
_DAY_WORD = re.compile(
    "|".join(
        rf"\b{re.escape(word)}(?:s|'s)?\b" if word.isascii() else re.escape(word)
        for word in sorted(_SAME_AS, key=len, reverse=True)
        if word not in ("a.m", "p.m", "朝", "夜", "晩", "昼過ぎ")
    ),
    re.IGNORECASE,
)

_CAPITALISED = re.compile(
    r"(?<![^\W_]['.-])\b[A-ZÀ-Þ](?:[a-zß-ÿ]+|')(?:[A-ZÀ-Þ][a-zß-ÿ]+)*(?:-[A-ZÀ-Þ][a-zß-ÿ]+)*"
)
_ACRONYM = re.compile(r"\b[A-Z]{2,}\b")
_LATIN = re.compile(r"(?<![A-Za-z\d-])[A-Za-z]{2,}(?![A-Za-z\d-])")
_NEAR = 8
"""Signs before a word that tell whether it opens a sentence."""
_BEGINS = re.compile(r"(?:^\s*|[.?!:\"(]\s*|\n\s*)$")
_ACTS = re.compile(
    r"'?s?,? (?:who )?(?:said|says|asks|wants?|wanted|called|calls|agreed|apologi[sz]ed|spoke"
    r"|complained|told|thanked|explained|(?:asked|promised|confirmed|requested|offered|reported"
    r"|refused|declined) (?:to|that|a|an|the|for|about|whether|if)"
    r"|(?:will|would|has|had) (?:call|phone|ring|visit|email|contact|ask|agree|promise)"
    r"|[A-Z][a-z]+|(?:in|from|at) (?:the |our )?[a-z]+ (?:handles?|takes?|will|has|is|can))\b"
)
_NOTE_WORDS = """
customer customers agent agents caller client operator representative supervisor manager team
support the a an he she they it we you i this that these those there no neither both one all mr
mrs ms dr someone nobody everyone
"""
_OUR_WORDS = frozenset(_NOTE_WORDS.split())
"""Words of a note for people and things, which may open a sentence."""
_PLAIN_ACRONYMS = frozenset(["ID", "OK", "AM", "PM", "CRM", "FAQ", "ASAP", "JST"])
_NAME_JA = re.compile(
    r"(?<!お)[一-龥々ァ-ヶー]{1,16}(?=様|さま|さん|氏|殿|店長|部長|課長|主任)"
    r"|(?<=担当の)[一-龥々]{1,4}(?=[がはをにとも、])"
    r"|[一-龥々]{2,4}(?=(?:が|から|より)(?:お|ご)?(?:担当|対応|折り?返|連絡|電話|訪問|伺))"
)
_ROLES_JA = re.compile(
    r"契約者|顧客|家族|相手|名義人|利用者|使用者|申込者|担当者?|責任者|代表者?|配偶者|本人|店長|部長|課長|主任|上司"
    r"|奥|旦那|業者|皆|各|客|何|娘|息子|母|父|兄|姉|弟|妹|夫|妻|者|方|部署|部門|係|技術|別|本部|窓口|当社|弊社|当方|先方|専門|現地|店舗|営業所|後日|別途|会社|工事"
)
_KATAKANA = re.compile(r"[ァ-ヶー]{3,}")
_KATAKANA_WORDS = """
オペレーター オペレータ カスタマー スタッフ サポート クレーム トラブル フォロー センター
"""
_OUR_KATAKANA = frozenset(_KATAKANA_WORDS.split())
_ONE = re.compile(
    r"\b(?:one|an?|first|single|once)\b|(?<![\d.,])1(?![\d.,]\d|\d)|ひと|初"
    r"|(?<![十百千万億])一(?![〇一二三四五六七八九十百千万億])",
    re.IGNORECASE,
)
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龥]")


def missing_facts(sentence: str, cited: Sequence[str]) -> set[str]:
    """Facts of ``sentence`` that no ``cited`` text holds, as the sentence writes them; number
    words in digits."""
    said = _Said(cited)
    text = folded(sentence)
    found = {one for one in _TAG.findall(text) if one not in said.text}
    text = _TAG.sub(" ", text)
    found |= {one for one in _ADDRESS.findall(text) if one.lower() not in said.text}
    text = _ADDRESS.sub(" ", text)
    found |= {one for one in _codes(text) if not said.code(one)}
    found |= {one.text for one in quantities(text) if not said.holds(one)}
    days = (match.group() for match in _DAY_WORD.finditer(text))
    found |= {day for day in days if not said.day(day)}
    found |= {word for word in _KATAKANA.findall(text) if not said.katakana(word)}
    return found | {name for name in _names(text) if not said.name(name)}


@dataclass(slots=True, init=False)
class _Said:
    """What the cited texts hold, in the forms that facts are looked up in."""

    text: str
    """Lower case."""
    spelled: str
    """Lower case, number words in digits, without what tells letters apart: "as in F"."""
    digits: set[str]
    """Figures that were said one by one."""
    numbers: dict[str, set[str]]
    """Units by value."""
    times: dict[str, set[str]]
    """Halves of the day by time."""
    dates: set[str]
    months: set[str]

    def __init__(self, cited: Sequence[str]) -> None:
        plain = folded(" \n".join(cited))
        self.text = plain.lower()
        self.spelled = digits_of_words(_SPELLED.sub(" ", plain)).lower()
        self.digits = said_digits(plain)
        self.numbers, self.times = {}, {}
        self.dates, self.months = set(), set()
        for one in quantities(plain):
            match one.kind:
                case "number":
                    self.numbers.setdefault(one.value, set()).add(one.unit)
                case "time":
                    self.times.setdefault(one.value, set()).add(one.unit)
                case "date":
                    self.dates.add(one.value)
                    self.months.add(one.value.partition("/")[0])
                case "month":
                    self.months.add(one.value)
        # "for the twelfth" may be a day, an hour, or a number: all three are said.
        for written in re.findall(r"\d+(?:\.\d+)?", self.text.replace(",", "")):
            self.numbers.setdefault(written, set())

    def holds(self, one: Quantity) -> bool:
        match one.kind:
            case "number":
                return self._number(one)
            case "time":
                halves = self.times.get(one.value)
                if halves is not None:
                    return not one.unit or bool({one.unit, ""} & halves)
                hour, _, minute = one.value.partition(":")
                return minute == "00" and "" in self.numbers.get(hour, ())
            case "date":
                month, _, day = one.value.partition("/")
                return one.value in self.dates or (month in self.months and day in self.numbers)
            case "month":
                return one.value in self.months

    def _number(self, one: Quantity) -> bool:
        if one.value in self.numbers:
            units = self.numbers[one.value]
            return not one.unit or not units or bool({one.unit, ""} & units)
        if one.value == "1":
            return bool(_ONE.search(self.text))
        if one.value.replace(".", "") in self.digits:
            return True
        return not one.unit and len(one.value) >= _LONG_NUMBER and self.code(one.value)

    def code(self, code: str) -> bool:
        """Whether it was said, in whatever pieces, and is no part of another."""
        signs = re.findall(r"[a-z0-9]", code.lower())
        if len(signs) > _LONGEST_CODE:
            return code.lower() in self.text
        pieces = r"[^a-z0-9]{0,3}".join(signs)
        before = r"(?<!\d)(?<!\d[.,])" if signs[0].isdigit() else "(?<![a-z0-9])"
        return bool(re.search(rf"{before}{pieces}(?![a-z0-9]|[.,]\d)", self.spelled))

    def name(self, name: str) -> bool:
        """A short name is not taken for a part of a longer one: Lee of sleep, 森 of 大森."""
        if name.isascii():
            whole = rf"(?<![a-z]){re.escape(name.lower())}(?:e?s)?(?![a-z])"
        elif len(name) == 1:
            whole = rf"(?:(?<![一-龥々])|(?<=[者係当部長])){name}(?![一-龥々](?<![様氏殿]))"
        else:
            return name.lower() in self.text
        return bool(re.search(whole, self.text))

    def day(self, word: str) -> bool:
        key = word.lower()
        same = _SAME_AS[key if key in _SAME_AS else re.sub(r"'?s$", "", key)]
        if any(other in self.text for other in same):
            return True
        half = {"morning": "am", "afternoon": "pm", "evening": "pm"}.get(same[0])
        return any(half in halves for halves in self.times.values())

    def katakana(self, word: str) -> bool:
        """Also the shorter form that people say: インターネット is ネット."""
        if word in _OUR_KATAKANA or word in self.text:
            return True
        parts = _KATAKANA.findall(self.text)
        return any(word.startswith(part) or word.endswith(part) for part in parts)


def _codes(text: str) -> Iterator[str]:
    for match in _CODE.finditer(text):
        if not _NO_CODE.fullmatch(match.group()):
            yield match.group()


def _names(text: str) -> Iterator[str]:
    if _JAPANESE.search(text):
        for match in _NAME_JA.finditer(text):
            name = re.sub(rf"^(?:{_ROLES_JA.pattern})+", "", match.group())
            if name:
                yield name
        latin = (one for one in _LATIN.findall(text) if one.upper() not in _PLAIN_ACRONYMS)
        yield from latin
        return
    yield from (one for one in _ACRONYM.findall(text) if one not in _PLAIN_ACRONYMS)
    for match in _CAPITALISED.finditer(text):
        name = match.group()
        if name.lower() in _OUR_WORDS or _DAY_WORD.fullmatch(name) or quantities(name):
            continue
        if len(name) < 2:
            continue
        # Any word may open a sentence; a name does so where it acts or has a second part.
        opens = _BEGINS.search(text[max(0, match.start() - _NEAR) : match.start()])
        if not opens or _ACTS.match(text, match.end()):
            yield name
