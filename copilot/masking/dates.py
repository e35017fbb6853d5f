"""Birth dates, written and spoken, Japanese and English.

Every word has a class (an era, a year, a month, a day, a number, what joins them). A stretch
of them is a birthday where one was asked for, where the words beside it say that somebody was
born, or where it is a whole date from long ago: nothing else in a call dates from back then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from copilot.events import Span
from copilot.masking.context import nearest_kind

__all__ = ["find_birth_dates"]

_BORN = re.compile(
    r"年月日|誕生日|生まれ(?!て(?!い?ま))|バースデー|date of birth|birth ?(?:date|day)"
    r"|\bborn\b(?! and)|\bd\.? ?o\.? ?b\b",
    re.I,
)
_BORN_AFTER = re.compile(
    r"\s?(?:[のに]?(?:お?生|う)まれ|が?誕生"
    r"|(?:is|was|that['’]s) (?:my |her |his |their |the )?(?:birth|date of birth|dob))",
    re.I,
)
_WHOSE = re.compile(
    r"\b(?:son|daughter|kid|child|baby|wife|husband|mum|mom|dad|mother|father|partner|mine"
    r"|twins?)(?:['’]s| is| was)(?: the| on)?\s*$|(?:息子|娘|孫|妻|夫|主人|母|父|長男|長女"
    r"|次男|次女)[がは]、?$",
    re.I,
)
_RECENT = re.compile(r"20(?:1[3-9]|[2-9]\d)")
"""A year in which nobody was born who calls: one by itself is that of a purchase."""
_BARELY = 12
"""Characters that an answer says beside numbers that are all of it."""
_LONGEST_REST = 18
_BESIDE = 30
"""Characters between "born" and its date."""
_OTHER = re.compile(
    r"開業|創業|創立|設立|入社|入会|開店|開設|結婚|取得|発行|導入|付け|から|より|以来|加入"
    r"|契約|購入|開始|発売|登録|更新|工事|検査|検診|予約|次回|訪問|配達|発送|届|来店|納品|納期"
    r"|引き?落と?し|支払|期限|締め?切|まで|開催|出発|到着|伺|終わ|終了|appointment|deliver|arriv"
    r"|ship|\bdue\b|\bbook|visit|leav|depart|flight|renew|schedul|expire|until"
    r"|since|married|wed|moved|purchased|bought|started|joined|issued|built|founded",
    re.I,
)
_ONES = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_TENS = r"(?:twenty|thirty|fou?rty|fifty|sixty|seventy|eighty|ninety)"
_TEENS = r"(?:ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen)"
_SMALL = rf"(?:{_TENS}(?:[ -]{_ONES})?|{_TEENS}|(?:oh|zero)[ -]{_ONES}|{_ONES})"
_KANA = (
    r"(?:いち|に[ーいぃ]?|さん|よん?|し[ーち]?|ご[ーお]?|ろ[くっ]|なな|は[ちっ]|きゅ[うー]"
    r"|く|じゅ[うっ]?|[ひびぴ]ゃく|せん|ぜん|ぜろ|れい|まる|がん"
    r"|イチ|ニ[ーイ]?|サン|ヨン?|シ[ーチ]?|ゴ[ーオ]?|ロ[クッ]|ナナ|ハ[チッ]|キュ[ウー]|ク"
    r"|ジュ[ウッ]?|[ヒビピ]ャク|セン|ゼン|ゼロ|レイ|マル|ガン)"
)
_NUMBER = rf"(?:[\d〇零一二三四五六七八九十百千元]{{1,5}}|{_KANA}{{1,9}})"
_PIECE = re.compile(
    r"(?P<X>(?<![\d-])(?:(?:19|20)\d\d[/.-]\d{1,2}[/.-]\d{1,2}"
    r"|\d{1,2}(?P<mark>[/.-])\d{1,2}(?P=mark)(?:(?:19|20)?\d\d))(?![\d-])"
    r"|(?<![A-Za-z])[MTSHR]\s?\d{1,2}[./年-]\d{1,2}[./月-]\d{1,2}日?"
    r"|(?<![\d/])\d{1,2}/\d{1,2}(?![\d/]))|(?P<E>明治|大正|昭和|平成|令和|西暦|へーせー"
    r"|しょーわ|れーわ|たいしょう|しょうわ|へいせい|れいわ|タイショウ|ショウワ|ヘイセイ|レイワ)"
    rf"|(?P<Y>{_NUMBER}(?:年(?!間)|ねん|ネン)|(?<=[和正治])[^。、\d]{{1,5}}年|(?<!\d)(?:19"
    r"|20)\d\d(?![\d円])"
    rf"|\bnineteen[ -](?:hundred(?: and)?[ -])?(?:oh[ -]{_ONES}|{_SMALL})\b|\btwo thousand(?: "
    rf"and)?(?: {_SMALL})?\b|\btwenty[ -](?:oh[ -]{_ONES}|{_TEENS}|twenty(?:[ -]{_ONES})?)\b)"
    rf"|(?P<M>(?:{_NUMBER}|[死市詩後語区句苦蜂山])(?:月(?![額末曜号])|がつ|ガツ)"
    r"|\b(?:january|february|march|april|may|june?|july?|august|september|october|november"
    r"|december|jan|feb|mar|apr|aug|sept?|oct|nov|dec)\b\.?)"
    rf"|(?P<D>{_NUMBER}(?:日(?!本|間|目)|にち|ニチ)|つ[いー]たち|ふつか|みっか|よっか"
    r"|いつか(?=[生、。で]|$)|むいか|なのか|ようか|ここのか|とおか|はつか|じゅうよっか"
    r"|にじゅうよっか|ツイタチ|フツカ|ミッカ|ヨッカ|ムイカ|ナノカ|ココノカ|トオカ|ハツカ"
    r"|\b\d{1,2}(?:st|nd|rd|th)\b|\b(?:(?:twenty|thirty)[ -])?(?:first|second|third|fourth"
    r"|fifth|sixth|seventh|eighth|ninth)\b|\b(?:tenth|eleventh|twelfth|(?:thir|four|fif|six"
    r"|seven|eigh|nine)teenth|twentieth|thirtieth)\b)"
    rf"|(?P<N>(?<![\d.,/-])(?<!(?-i:[A-Z]))\d{{1,8}}(?!\d|[.,/:-]\d|[%円]|(?-i:[A-Z]))|['’]\d\d\b|\b{_SMALL}\b"
    rf"|{_KANA}{{2,9}}|(?<=[の、]){_KANA}(?=[の、。]|です|$)|[〇一二三四五六七八九十]+(?![一-龥]))"
    r"|(?P<j>\b(?:of|the|in|and|on|um+|uh+|er+|year|slash|stroke|dash|dot)\b|[,\s/.の、-]"
    r"|えーと|えっと|ええと|えー|あの|うーん|生まれ(?=[のは、]*[一二三四五六七八九十\d]))"
    r"|(?P<f>\b(?:no|sorry|wait|i mean)\b|いや|違う|違った|じゃなくて)"
    r"|(?P<e>[。!?;])|(?P<o>[A-Za-z]+|.)",
    re.I | re.S,
)
_REGION = re.compile(r"[EYMDNX](?:j*(?:fj*)?[EYMDNX])*")
_COMPLETE = re.compile(r"(?:M[jf]*[DN]|[DN][jf]*M|D[jf]*D)[jf]*Y(?=[jf]*N)")
_OLD = re.compile(
    r"(?:^|\D)19\d\d|(?:^|\D)2000(?!\d)|[一１]九[〇一二三四五六七八九]{2}|二〇〇〇年|千九百"
    r"|せんきゅうひゃく|nineteen[ -]|two thousand$|明治|大正|昭和|たいしょう|しょうわ"
    r"|タイショウ|ショウワ|平成(?:元|\d|1\d|2[0-4]|十?[一二三四五六七八九]|十"
    r"|二十[一二三四]?)年|へいせい|へーせー|しょーわ|ヘイセイ|^[MTS]\s?\d|['’](?:[3-9]\d|0\d)"
    r"|[/.-](?:19\d\d|2000)$|にせん(?:いち|に|さん|よ|ご|ろく|なな|はち)?ねん",
    re.I,
)
_DAMAGED_JA = re.compile(r"(?:明治|大正|昭和)[^。、]{2,18}?日")
_DAMAGED = re.compile(
    rf"[\s,]*(?:is |'s |was |on )?(?P<said>[^.!?;,\d]{{1,30}}?(?:(?:19|20)\d\d|nineteen "
    rf"{_SMALL}))\b",
    re.I,
)


def find_birth_dates(text: str, language: str, asked: bool) -> Iterator[Span]:
    """Birth dates of ``text``. ``asked``: one was just asked for."""
    pieces = [(match.lastgroup or "o", *match.span()) for match in _PIECE.finditer(text)]
    codes = "".join("o" if code == "mark" else code for code, _, _ in pieces)
    done, after, expected, found = 0, 0, asked, ""
    for region in _REGION.finditer(codes):
        first, last = region.span()
        if complete := _COMPLETE.match(codes, first, last):
            last = complete.end()  # the number after it is that of a house
        start, end = pieces[first][1], pieces[last - 1][2]
        part = re.sub("[jf]", "", codes[first:last])
        whole = _is_whole(part)
        # What the first part of it left open: "..., I think, ninety-five".
        completes = (
            found
            and not set(part) & set(found)
            and "." not in text[done:start]
            and end - start <= _LONGEST_REST
            and nearest_kind(text[done:start]) in (None, "birth_date")
        )
        if (
            asked
            and whole
            and re.search("[YE]", part)
            and not re.search(r"[。.!?]", text[:start])
            and not _OTHER.search(_clause(text, start, end))
            or expected
            and (whole or _may_answer(part, text, start, end))
            and not _OTHER.search(_clause(text, start, end))
            or completes
            and "e" not in codes[after:first]
            and (asked or "Y" in part)
            or _told(text, start, end, done)
            and _may_be_told(part, text, start)
            or whole
            and _is_old(part, text[start:end])
            and not _OTHER.search(_clause(text, start, end))
        ):
            start = _start(text, start, done)
            if heard_alike := _HEARD_ALIKE.match(text, end):
                end = heard_alike.end()
            yield Span(start=start, end=end, kind="birth_date")
            expected, found, done, after = False, found + part, end, last
        elif whole:
            done = end
    if found:
        return
    if damaged := _DAMAGED_JA.search(text):
        yield Span(start=damaged.start(), end=damaged.end(), kind="birth_date")
    elif (born := _BORN.search(text)) and (damaged := _DAMAGED.match(text, born.end())):
        yield Span(start=damaged.start("said"), end=damaged.end(), kind="birth_date")


_HEARD_ALIKE = re.compile(r" (?:ate|won|to|too|for|fore|tree|sicks)(?=[.,?!]|$)|生まれ", re.I)
_THE = re.compile(r"\bthe $", re.I)
_BROKEN = re.compile(r"(?:\W|\b(?:is|was|on|it|the)\b)*+(?P<said>[a-z ]{2,16} )$", re.I)


def _start(text: str, start: int, done: int) -> int:
    """Where a date begins, with the words that a recogniser made of its beginning."""
    if the := _THE.search(text, max(0, start - 4), start):
        return the.start()
    born = list(_BORN.finditer(text, max(done, start - _BESIDE - 20), start))
    broken = born and _BROKEN.fullmatch(text, born[-1].end(), start)
    return broken.start("said") if broken else start


def _is_whole(part: str) -> bool:
    """Whether classes make a date: at least a month with its day."""
    return bool(re.search(r"X|M[DN]|[DN]M|DD|Y[NMD]|EYM", part))


def _may_answer(part: str, text: str, start: int, end: int) -> bool:
    """Whether they answer the question for a birthday: half of one, or only numbers."""
    said = text[start:end]
    if len(text) - len(said) <= _BARELY:
        return True
    if part == "Y" and _RECENT.match(said) and not re.search("生|born", text):
        return False
    if re.search("[EYMD]", part):
        return True
    digits = re.sub(r"\D", "", said)
    return len(digits) in (4, 6, 8) if digits else 2 <= len(part) <= 8 or len(said) >= 8


def _may_be_told(part: str, text: str, start: int) -> bool:
    """Whether they are enough of a date where the words say that it is a birthday."""
    if _is_whole(part) or part == "NNN" or part in ("N", "Y") and text[:start].endswith("in "):
        return True
    return len(set(part)) > 1 or part == "D" and bool(_THE.search(text[:start]))


def _is_old(part: str, said: str) -> bool:
    """Whether they are a whole date with a year of long ago."""
    return bool(re.search("[YX]|NN?$", part) and _OLD.search(said)) and (
        len(part) > 1 or "X" in part
    )


def _told(text: str, start: int, end: int, done: int) -> bool:
    """Whether the words beside a date say that somebody was born on it. A date told before
    it has used up the words that announced it."""
    if text[:end].endswith("生まれ") or _BORN_AFTER.match(text, end):
        return True
    if _WHOSE.search(text[max(done, start - 40) : start]):
        return True
    before = list(_BORN.finditer(text, max(done, start - _BESIDE - 20), start))
    before = [one for one in before if not done or one.start() > done + 3]
    if not before:
        return False
    between = text[before[-1].end() : start]
    return len(between) <= _BESIDE and not re.search(r"[。.!?]\s|\band\b", between)


def _clause(text: str, start: int, end: int) -> str:
    """The words right beside a date."""
    before = re.split(r"[。、.,!?]", text[max(0, start - 12) : start])[-1]
    return before + "|" + re.split(r"[。、.,!?]", text[end : end + 8])[0]
