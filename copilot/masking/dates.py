"""Birth dates, written and spoken, Japanese and English.

A complete date from long ago is a birthday: nothing else in a call dates from back then.
Where a birthday was asked for or is being told, any date is one, but only the first: "born
July 20th 1964, and my check-up was July 20th".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from copilot.events import Span

__all__ = ["find_birth_dates"]

_BORN = re.compile(
    r"年月日|誕生日|生まれ(?!て(?!い?ま))|バースデー|date of birth|birth ?(?:date|day)"
    r"|\bborn\b(?! and)|\bd\.? ?o\.? ?b\b",
    re.I,
)
_BORN_BESIDE = 30
"""Characters between "born" and its date."""
_OTHER = re.compile(
    r"開業|創業|創立|設立|入社|入会|開店|開設|結婚|取得|発行|導入|付け|から|より"
    r"|以来|加入|契約|購入|開始|発売|登録|更新|工事|検査|検診|since|purchased"
    r"|bought|started",
    re.I,
)

# English ------------------------------------------------------------------------------

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_ORDINAL = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"
    r"|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth"
    r"|twentieth|thirtieth|(?:twenty|thirty)[ -](?:first|second|third|fourth|fifth|sixth"
    r"|seventh|eighth|ninth))"
)
_ONES = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_CARDINAL = (
    rf"(?:(?:twenty|thirty)[ -]{_ONES}|{_ONES}|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen|twenty|thirty)"
)
_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\b|(?:the )?{_ORDINAL}|{_CARDINAL}\b)"
_TENS = r"(?:twenty|thirty|forty|fourty|fifty|sixty|seventy|eighty|ninety)"
_SPOKEN_YEAR = (
    rf"(?:nineteen[ -](?:hundred(?: and)?[ -])?(?:oh[ -]{_ONES}|{_TENS}(?:[ -]{_ONES})?"
    rf"|[a-z]+teen|ten|eleven|twelve|{_ONES})"
    rf"|two thousand(?: and)?(?: (?:{_ONES}|ten|eleven|twelve|[a-z]+teen))?"
    rf"|twenty[ -](?:oh[ -]{_ONES}|hundred|ten|eleven|twelve|[a-z]+teen"
    rf"|twenty(?:[ -]{_ONES})?))"
)
_SHORT_YEAR = rf"(?:['’]\d\d\b|['’]?{_TENS}(?:[ -]{_ONES})?\b|oh[ -]{_ONES}\b)"
_YEAR = rf"(?:(?:19|20)\d\d\b|{_SPOKEN_YEAR})"
_OLD_YEAR = re.compile(
    r"(?:19\d\d|2000)\b|nineteen|two thousand(?! )",
    re.I,
)
_AND = r"(?:,? (?:of )?(?:the year )?(?:in )?)"
_ENGLISH = re.compile(
    rf"\b(?:{_MONTH},? (?:the )?{_DAY}|(?:the )?{_DAY} (?:of )?{_MONTH}"
    rf"|(?:the )?{_ORDINAL} of (?:the )?{_ORDINAL})"
    rf"(?:{_AND}(?P<year>{_YEAR}|{_SHORT_YEAR}|\d\d(?!\d|:|[ap]m)))?",
    re.I,
)
_FIGURES = re.compile(
    r"(?<![\d-])(?:(?P<year>(?:19|20)\d\d)[/.-]\d{1,2}[/.-]\d{1,2}"
    r"|\d{1,2}(?P<mark>[/.-])\d{1,2}(?P=mark)(?P<last>(?:19|20)?\d\d))(?![\d-])"
)
_BARE = re.compile(
    rf"\b(?:{_CARDINAL}|\d{{1,2}}|oh[ -]{_ONES})[ ,/-]+(?:{_CARDINAL}|\d{{1,2}}"
    rf"|oh[ -]{_ONES})[ ,/-]+"
    rf"(?:{_SPOKEN_YEAR}|{_TENS}(?:[ -]{_ONES})?|(?:19|20)?\d\d)\b",
    re.I,
)
_DAMAGED_ENGLISH = re.compile(
    rf"(?:(?!\bbut\b|\band (?:i|my|the)\b)[^.!?;]){{2,40}}?(?:{_YEAR}"
    rf"|nineteen \w+(?: \w+)?|(?:19|20)\d\d)"
    r"(?: (?:ate|won|to|too|for|fore|tree|sicks))?",
    re.I,
)

# Japanese -----------------------------------------------------------------------------

_FIGURE_JA = r"[\d０-９〇零一二三四五六七八九十百千元ニ重銃充]{1,5}"
_KANA_NUMBER = (
    r"(?:いち|に[ーいぃ]?|さん|よん?|し[ーち]?|ご[ーお]?|ろく|ろっ|なな|はち|はっ"
    r"|きゅう|きゅー|く|じゅう?|じゅっ|にじゅう"
    r"|ひゃく|びゃく|ぴゃく|せん|ぜん|ぜろ|れい|まる|がん"
    r"|イチ|ニ[ーイ]?|サン|ヨン?|シ[ーチ]?|ゴ[ーオ]?|ロク|ロッ|ナナ|ハチ|ハッ"
    r"|キュウ|キュー|ク|ジュウ?|ジュッ"
    r"|ヒャク|ビャク|ピャク|セン|ゼン|ゼロ|レイ|マル|ガン)"
)
_NUMBER = rf"(?:{_FIGURE_JA}|{_KANA_NUMBER}{{1,9}})"
_SPECIAL_DAY = (
    r"(?:ついたち|ふつか|みっか|よっか|いつか|むいか|なのか|ようか|ここのか"
    r"|とおか|はつか|じゅうよっか"
    r"|にじゅうよっか|ツイタチ|フツカ|ミッカ|ヨッカ|イツカ|ムイカ|ナノカ|ヨウカ"
    r"|ココノカ|トオカ|ハツカ"
    r"|一日|二十日)"
)
_ERA = (
    r"(?:明治|大正|昭和|平成|令和|西暦|たいしょう|しょうわ|へいせい|れいわ"
    r"|タイショウ|ショウワ|ヘイセイ|レイワ)"
)
_MARK = r"(?:[の、,\s]|えーと|えっと|ええと|えー|あの|うーん){0,5}"
_JAPANESE = re.compile(
    rf"(?:(?P<era>{_ERA})?{_MARK}(?P<year>{_NUMBER})(?:年|ねん|ネン)(?:生まれ)?{_MARK})?"
    rf"(?<![\d０-９〇一二三四五六七八九十])(?P<month>{_NUMBER})(?:月|がつ|ガツ){_MARK}"
    rf"(?:(?P<day>{_NUMBER})(?:日|にち|ニチ)|{_SPECIAL_DAY})(?:生まれ)?"
    rf"(?:{_MARK}{_ERA}{_MARK}{_NUMBER}(?:年|ねん|ネン))?"
)
_YEAR_ONLY = re.compile(
    rf"(?:{_ERA}){_MARK}{_NUMBER}(?:年|ねん|ネン)(?=生まれ|の?生まれ|うまれ)"
)
_LETTER_ERA = re.compile(
    r"(?<![A-Za-z])[MTSHRＳＨＴＲ]\s?\d{1,2}[./年-]\d{1,2}[./月-]\d{1,2}日?"
)
_SHORT = re.compile(r"(?<![\d/])\d{1,2}/\d{1,2}(?![\d/])")
_SPOKEN_FIGURES_JA = re.compile(
    r"(?<![\d０-９])(?:19|20)\d\d\s?(?:年の?|の|、|/|-|\.)\s?\d{1,2}\s?(?:月の?"
    r"|の|、|/|-|\.)\s?\d{1,2}日?(?![\d])"
)
_DAMAGED_JA = re.compile(r"(?:明治|大正|昭和)(?:[^。、]{2,18}?日|[^。、]{2,14}?月)")
_OLD_JA = re.compile(
    r"^(?:西暦)?(?:19\d\d|2000|[一１]九[〇一二三四五六七八九]{2}"
    r"|二〇〇〇"
    r"|千九百|せんきゅうひゃく|センキュウヒャク|にせん(?:いち|に|さん|よ|ご|ろく"
    r"|なな|はち)?ねん)"
)
_OLD_ERA = {"明治", "大正", "昭和", "たいしょう", "しょうわ", "タイショウ", "ショウワ"}
_HEISEI_OLD = re.compile(
    r"^(?:元|\d|1\d|2[0-4]|[一二三四五六七八九]|十[一二三四五六七八九]?|二十[一二三四]?)年?$"
)


_ITEM = (
    rf"(?:{_MONTH}|{_ORDINAL}|{_CARDINAL}|{_TENS}(?:[ -]{_ONES})?|zero|oh|o"
    rf"|nineteen|hundred|thousand|\d{{1,4}}(?:st|nd|rd|th)?)"
)
_LOOSE_ENGLISH = re.compile(
    rf"\b{_ITEM}(?:(?:[\s,/.-]|\b(?:of|the|in|and)\b)+{_ITEM}\b)+"
    rf"|^\W*(?:(?:it['’]?s|that['’]?s|on|of)\W+)?(?:the )?{_ITEM}(?: of(?: the)?)?\W*$",
    re.I,
)
_LOOSE_JA = re.compile(
    rf"{_ERA}{_MARK}{_NUMBER}(?:{_MARK}(?:年|ねん|ネン|月|がつ|ガツ|日|にち|ニチ"
    rf"|{_NUMBER})){{0,8}}"
    rf"|{_NUMBER}(?:年|ねん|ネン|月|がつ|ガツ)(?:{_MARK}(?:年|ねん|ネン|月|がつ"
    rf"|ガツ|日|にち|ニチ|{_NUMBER})){{0,8}}"
)


def find_birth_dates(text: str, language: str, asked: bool) -> Iterator[Span]:
    """Birth dates of ``text``. ``asked``: one was just asked for."""
    expected = asked
    spans = [(match.span(), old) for match, old in _dates(text, language, asked)]
    done = 0
    for (start, end), old in sorted(spans):
        told = _told(text, start, end, done)
        done = end
        if old and not _OTHER.search(_clause(text, start, end)) or told or expected:
            yield Span(start=start, end=end, kind="birth_date")
            expected = False
    if asked and not spans:
        yield from _loose(text)
    elif not any(old or _told(text, *span, 0) or asked for span, old in spans):
        yield from _damaged(text, language)


def _clause(text: str, start: int, end: int) -> str:
    """The words right beside a date."""
    before = re.split(r"[。、.,!?]", text[max(0, start - 12) : start])[-1]
    return before + "|" + re.split(r"[。、.,!?]", text[end : end + 8])[0]


def _told(text: str, start: int, end: int, done: int) -> bool:
    """Whether the words beside a date say that somebody was born on it."""
    if text[:end].endswith("生まれ") or re.match(
        r"\s?(?:[のに]?(?:お?生|う)まれ|が?誕生"
        r"|(?:is|was|that's) (?:my |her |his |their |the )?(?:birth|date of birth|dob))",
        text[end : end + 26],
        re.I,
    ):
        return True
    # A date told before this one has used up the words that announced it.
    before = list(_BORN.finditer(text, max(0, start - _BORN_BESIDE - 20), start))
    if before and done:
        before = [one for one in before if one.start() > done + 3]
    if not before:
        return False
    between = text[before[-1].end() : start]
    return len(between) <= _BORN_BESIDE and not re.search(r"[。.!?]\s|\band\b", between)


def _dates(text: str, language: str, asked: bool) -> list[tuple[re.Match[str], bool]]:
    """Dates, each with whether it is from long ago."""
    found: list[tuple[re.Match[str], bool]] = []

    def add(match: re.Match[str], old: bool) -> None:
        if all(match.end() <= one.start() or one.end() <= match.start() for one, _ in found):
            found.append((match, old))

    for match in _JAPANESE.finditer(text):
        era, year = match["era"] or "", match["year"] or ""
        old = (
            era in _OLD_ERA
            or (era == "平成" and bool(_HEISEI_OLD.match(year)))
            or era in ("へいせい", "ヘイセイ")
            or bool(_OLD_JA.match(year))
        )
        add(match, old)
    for match in _LETTER_ERA.finditer(text):
        add(match, match[0][0] in "MTSＳＴ")
    for match in _FIGURES.finditer(text):
        year = match["year"] or match["last"] or ""
        add(match, bool(re.fullmatch(r"19\d\d|2000", year)))
    for match in _SPOKEN_FIGURES_JA.finditer(text):
        add(match, bool(_OLD_JA.match(match[0])))
    for match in _YEAR_ONLY.finditer(text):
        add(match, False)
    for match in _ENGLISH.finditer(text):
        year = match["year"] or ""
        old = bool(_OLD_YEAR.match(year) or re.match(r"['’](?:[3-9]\d|0\d)", year))
        add(match, old)
    if asked or _BORN.search(text):
        for form in (_BARE, _SHORT):
            for match in form.finditer(text):
                add(match, False)
    return found


def _loose(text: str) -> Iterator[Span]:
    """What answers the question for a birthday without being a date: half of one, or one in
    an order of its own."""
    for form in (_LOOSE_JA, _LOOSE_ENGLISH):
        if match := form.search(text):
            said = match[0].rstrip(" 、,.の")
            yield Span(start=match.start(), end=match.start() + len(said), kind="birth_date")
            return


def _damaged(text: str, language: str) -> Iterator[Span]:
    """A date that no longer reads as one, after words that announce it."""
    for match in _DAMAGED_JA.finditer(text):
        end = match.end()
        while text[end - 1] not in "日月":
            end -= 1
        yield Span(start=match.start(), end=end, kind="birth_date")
    for born in _BORN.finditer(text):
        is_ = re.compile(r"(?: is|'s|:| was)?\s*(?:on )?").match(text, born.end())
        start = is_.end() if is_ else born.end()
        if loose := _LOOSE_ENGLISH.match(text, start + len(re.match(r"\W*", text[start:])[0])):  # type: ignore[index]
            yield Span(start=loose.start(), end=loose.end(), kind="birth_date")
            continue
        if damaged := _DAMAGED_ENGLISH.match(text, start):
            yield Span(start=start, end=damaged.end(), kind="birth_date")
