"""Mail addresses, written, spelt and spoken, Japanese and English.

Every word has a class (an "at", a mark such as "dot", a letter, a number, the end of a
domain, a word that only introduces ...). An address is read outwards from its "at"; where one
was asked for or named, letters and words that marks join are part of one without an "at".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from copilot.events import Span
from copilot.masking.digit_words import ENGLISH, KATAKANA, LETTER_NAMES, TIMES
from copilot.masking.words import words

__all__ = ["domain_at_start", "find_mails", "local_at_end"]

_NAMED = re.compile(r"メール|メアド|アドレス|宛先|\be-?mail|\baddress is|\bsen[dt]\b", re.I)
_MAIL = re.compile(r"メール|メアド|アドレス|\be-?mail", re.I)
_WRITTEN = re.compile(
    r"[A-Za-z0-9](?:[\w%+-]"
    r"|\.(?=\w)){0,63}\s?@\s?(?:[A-Za-z0-9-]{1,63}\s?\.\s?){1,4}[A-Za-z]{2,12}",
    re.A,
)
_TOP = words(
    "com net org edu gov info io co jp uk us ca de fr me dev biz au nz ie in ng za test example"
    " invalid tv app ac ne or go mail"
)
_TOP_JA = (
    r"(?:コム|[こ困]む|ジェーピー|ジェイピー|じぇーぴー|シーオー|エヌイー|ネット|ねっと"
    r"|オーアール|エーシー|ジーオー|オルグ|インフォ|テスト)"
)
_PROVIDERS = words(
    "gmail yahoo outlook hotmail icloud docomo ezweb softbank proton aol live msn "
    "ジーメール ヤフー"
    " アウトルック アイクラウド ドコモ ソフトバンク イージーウェブ ホットメール エキサイト"
)
_LETTERS_JA = (
    r"(?:エー|ビー|シー|ディー|デー|イー|エフ|ジー|エイチ|エッチ|アイ|ジェー|ジェイ|ケー|ケイ"
    r"|エル|エム|エヌ|オー|ピー|キュー|アール|エス|ティー|テー|ユー|ブイ|ヴィー|ダブリュー"
    r"|ダブル|エックス|ワイ|ゼット|ゼッド)"
)
_NUMBERS_JA = (
    rf"(?:{'|'.join(sorted(KATAKANA, key=len, reverse=True))}"
    r"|いち|に[いー]|さん|よん|ごー|ろく|なな|はち|きゅう|ぜろ|[〇一二三四五六七八九])"
)
_MARK_JA = (
    r"(?:ドット|どっと|点|テン|てん|アンダーバー|アンダースコア|アンダーライン|あんだーばー"
    r"|ハイフン|はいふん|マイナス|プラス|ピリオド)"
)
_IDLE_JA = (
    r"(?:です|ます|ので|って|だと|から|けど|なん|メール|アドレス|メアド|宛先|それ|はい|では"
    r"|[はがもをにでお])"
)
_TOKEN = re.compile(
    r"(?P<a>@|アット\s?マーク|あっと\s?まーく|アット|あっと|\bat sign\b|\bat(?![A-Za-z'’]))"
    rf"|(?P<m>{_MARK_JA}|\b(?:dot|underscore|dash|hyphen|point|minus|plus|period|full "
    r"stop)\b|(?<=\w)[._-](?=\w))"
    rf"|(?P<t>{_TOP_JA}+(?![ァ-ヶー]))"
    r"|(?P<s>(?:as in|for|like)\s+[A-Za-z]+(?=[\s,]|$)|with(?:out)?\s(?:one|two|an?"
    r"|double)(?=\s[a-z]\b)"
    rf"|[はの][ァ-ヶー一-龥ぁ-ん]{{1,8}}の(?=[A-Za-z](?![A-Za-z])|{_LETTERS_JA}))"
    r"|(?P<q>(?:capital|lower ?case|upper ?case|the number|the letter|number|(?:all )?one word"
    r"|all (?:together|lower ?case))\b|(?:数字|小文字|大文字|半角|英語|漢字|ローマ字)の?)"
    r"|(?P<f>\b(?:uh-?huh|mm-?hm+|um+|uh+|er+|no|wait|sorry|hold on|hang on|then|and then)\b"
    r"|えーっと|えーと|えっと|ええと|あの|それから|えー)"
    rf"|(?P<n>\d+|{_NUMBERS_JA}+(?![ァ-ヶー]))"
    rf"|(?P<l>(?<![A-Za-z])[A-Za-z](?![A-Za-z'’])|{_LETTERS_JA}(?=[\s、,はの]|{_LETTERS_JA}|{_NUMBERS_JA}|{_MARK_JA}|アット|$))"
    r"|(?P<w>e-?mails?\b|[A-Za-z]+(?:['’][a-z]+)?|[ァ-ヶー]+?(?=ドット|アット|アンダー"
    r"|ハイフン|[^ァ-ヶー]|$))"
    rf"|(?P<i>{_IDLE_JA})"
    r"|(?P<h>[ぁ-ん一-龥ー]+?(?=どっと|あっと|アット|点|てん|[^ぁ-ん一-龥ー]|は|が|で|$))"
    r"|(?P<c>[,、・\s]+|の(?=[、,コシジネ]))|(?P<e>[.。!?！？;:])|(?P<o>.)",
    re.I | re.S,
)
_IDLE = words(
    "is it it's its that's that to my your the a an and or but you we i i'm i've i'll me us "
    "them they he she his her our on in of from with email e-mail mail address email's gmail's "
    "send sent yes yeah yep sure okay ok so well here here's could can would will please under "
    "as was be been are this looked look looking see seen saw sign signed log logged order "
    "ordered buy bought find found check checked arrive arrived available shop stay work works "
    "worked read start started online there anyone someone people everyone team page site "
    "store up out all one's hi hello thanks use try reach write contact name name's now still "
    "just not what what's best good have has do does get got put go meet call it'll both about "
    "by if when メール アドレス メアド"
)
_CHAIN = re.compile(
    r"(?:l[cf]*s[cf]*)+(?:[ln][cf]*)*w(?=[celnma]|$)|"
    r"(?:[wpth](?=[cf]*m)|[lnqs])(?:[cf]*m[cf]*[wlnptqh]|[cf]*m(?=[cf]*a)|[cf]*[lnqs])+"
    r"(?:[cf]*a(?:[cf]*[wlnpt](?![a-z]*m))?)?|(?:[wpt][cf]*)?m[cf]*[wlnt]+|p[cif]*t"
)
_HYPHENED = re.compile(r"\w*-\w+(?: \w+)?", re.A)
"""A word like sign-in or GX-210, which is half an address only where it is the answer."""
_BARELY = 12
"""Characters that an answer says beside half an address."""
_LONGEST = 40
"""Tokens before an "at" that its local part may have."""


def find_mails(text: str, asked: bool) -> Iterator[Span]:
    """Mail addresses of ``text``. ``asked``: one was just asked for, so half of one may come
    alone."""
    done = 0
    for match in _WRITTEN.finditer(text):
        yield Span(start=match.start(), end=match.end(), kind="email")
        done = match.end()
    asked = asked or bool(_MAIL.search(text))
    if not asked and not _AT.search(text):
        return
    spoken = "".join(_blanked(text))
    tokens, codes = _tokens(spoken)
    flat = codes.replace("d", "m")
    found: list[Span] = []
    done = -1
    for at in range(len(codes)):
        if codes[at] != "a" or at <= done:
            continue
        named = asked or bool(_NAMED.search(text, max(0, tokens[at][0] - 70), tokens[at][0]))
        joined = bool(re.search("[mdl]", codes[max(0, at - 6) : at]))
        end = _domain(codes, at, named=named, joined=joined)
        if end is None:
            continue
        start = _local(flat, done + 1, at, named=named)
        begins = _begins(text, tokens[at][0], named=named)
        if begins is not None:
            first = next(place for place, token in enumerate(tokens) if token[1] > begins)
            start = min(start, max(first, done + 1))
        if start == at and not asked and not _SURE_AT.match(text, tokens[at][0]):
            continue
        done = end - 1
        found.append(_span(tokens, start, end))
    yield from found
    if asked:
        for chain in _chains(flat):
            half = _span(tokens, chain.start(), chain.end())
            size = half.end - half.start
            if _HYPHENED.fullmatch(text, half.start, half.end) and len(text) - size > _BARELY:
                continue
            if not any(span.start < half.end and half.start < span.end for span in found):
                yield half


def _begins(text: str, at: int, *, named: bool) -> int | None:
    """Where what is read out begins before an "at" that is said in Japanese: after メールは
    and the like or, where an address is the subject, after the clause before."""
    if text[at] not in "アあ":
        return None
    said = re.split("[。！？!?]", text[max(0, at - _LONGEST_SAID) : at])[-1]
    found = [*_ANNOUNCED.finditer(said)] or [*_CLAUSE.finditer(said)] * named
    begins = found[-1].end() if found else 0
    return at - len(said) + begins if (found or named) and said[begins:].strip() else None


_LONGEST_SAID = 60
_ANNOUNCED = re.compile(
    r"(?:メール(?:アドレス)?|アドレス|メアド|宛先|(?<![A-Za-z])[eE])(?:は|が|、|:)+"
)
_CLAUSE = re.compile(
    r"(?:です|ます|けど|ので|まして|って|[はが]|(?<!字)で)、|^(?:はい|ええ|いえ)、?"
)
_AT = re.compile(r"アット|あっと|\bat\b|@", re.I)
_SURE_AT = re.compile(r"アット|あっと|at sign|@", re.I)


def local_at_end(text: str) -> Span | None:
    """The first half of an address, which a turn may end in: "lucia hyphen fernwell,"."""
    if not _JOINS.search(text[-90:]):
        return None
    start = max(0, len(text) - 90)
    tokens, codes = _tokens(text[start:].rstrip(" \t\n　,.、。…"))
    for chain in _chains(codes.replace("d", "m")):
        if chain.end() == len(codes):
            span = _span(tokens, chain.start(), chain.end())
            return Span(start=start + span.start, end=start + span.end, kind="email")
    return None


def domain_at_start(text: str) -> Span | None:
    """The second half, from its "at" on: アットマークのあとが example.com"""
    if not _AT.search(text[:40]):
        return None
    tokens, codes = _tokens(text[:120])
    opening = re.match(r"[cfieox]*", codes)
    at = opening.end() if opening else 0
    if codes[at : at + 1] != "a":
        return None
    end = _domain(codes, at, named=True)
    return None if end is None else _span(tokens, at, end)


_JOINS = re.compile(
    rf"{_MARK_JA}|\b(?:dot|underscore|dash|hyphen)\b|[a-z][._-]\w|[a-z]\d"
    r"|(?<![A-Za-z])[A-Za-z]\b",
    re.I,
)


def _blanked(text: str) -> Iterator[str]:
    """``text`` with written addresses as blanks."""
    done = 0
    for match in _WRITTEN.finditer(text):
        yield text[done : match.start()] + "。" * len(match[0])
        done = match.end()
    yield text[done:]


def _tokens(text: str) -> tuple[list[tuple[int, int]], str]:
    """Where each word stands, and the classes of all of them."""
    tokens: list[tuple[int, int]] = []
    codes = ""
    for match in _TOKEN.finditer(text):
        code, word = match.lastgroup or "o", match[0].lower().replace("’", "'")
        if code == "m" and _DOT.fullmatch(word):
            code = "d"
        elif code in "wlh" and not (code == "l" and _SPELT.match(text, match.end())):
            code = _word_class(word, code, codes.rstrip("cf")[-1:])
        tokens.append(match.span())
        codes += code
    return tokens, codes


def _word_class(word: str, code: str, before: str) -> str:
    """The class of a word, ``before`` that of the one before it: what a mark or another letter
    joins introduces nothing, and what is short after a dot ends a domain."""
    if word in LETTER_NAMES:
        return "l"
    if before == "d" and (word in _TOP or code == "w" and len(word) <= 3):
        return "w" if word in _IDLE else "t"
    if word in _PROVIDERS:
        return "p"
    if word in ENGLISH or word in TIMES:
        return "n"
    joined = before in ("m", "d") or len(word) == 1 and before in ("l", "n", "s")
    if word in _IDLE and code != "h" and not joined:
        return "x"
    return "t" if word in _TOP and (code == "w" or before == "t") else code


def _span(tokens: Sequence[tuple[int, int]], first: int, last: int) -> Span:
    return Span(start=tokens[first][0], end=tokens[last - 1][1], kind="email")


_SPELT = re.compile(r"\s+(?:as in|for|like)\s|[\s,-]+[a-z](?![A-Za-z'’])", re.I)
_DOT = re.compile(r"dot|\.|full stop|ドット|どっと|点|てん|テン|ピリオド")
_DOTTED = re.compile(
    r"[cf]*(?:[wlnpqsthixm][cf]*){1,12}?"
    r"(?P<rest>(?:d[cf]*(?:t|l(?:[cf]*l)*|[wnph])(?:[cf]*(?=d))?)+)"
)
_PROVIDED = re.compile(r"[cf]*p(?:c?[wlnth]){0,2}")
_AFTER_AT = re.compile(r"hi?[cf]*|(?=[^h])")
_UNDOTTED = re.compile(r"[cf]*(?=n?c?[wlpth])(?:[wlnpth]c?)(?:[wlnpthx]c?){0,3}")


def _domain(codes: str, at: int, *, named: bool, joined: bool = False) -> int | None:
    """Token after the domain that follows an "at". ``joined``: marks or letters stand before
    it, so that it can be nothing else where a mark follows too."""
    after = _AFTER_AT.match(codes, at + 1)  # アットマークのあとが
    start = after.end() if after and "i" in after[0] else at + 1
    found = _DOTTED.match(codes, start)
    if not (found and (named or joined or re.search("t|lc?l", found["rest"]))):
        found = _PROVIDED.match(codes, start) or (
            _UNDOTTED.match(codes, start) if named else None
        )
    if found is None:
        return None
    end = found.end()
    while codes[end - 1] in "cf":
        end -= 1
    return end if end > at + 1 else None


def _local(codes: str, first: int, at: int, *, named: bool) -> int:
    """First token of what stands before an "at"; the "at" itself where that is nothing."""
    start = at
    while start > max(first, at - _LONGEST) and codes[start - 1] in "wlnmpqsthcfa":
        start -= 1
    part = codes[start:at]
    if (
        not named
        and (loose := re.search(r"(?:[wpth]c)+(?=[wpth]c?$)", part))
        and loose.end() < len(part)
    ):
        start += loose.end()
    # A clause before a comma belongs to it where letters or marks join the two.
    for comma in re.finditer(r"c", codes[start:at]):
        before, behind = codes[start : start + comma.start()], codes[start + comma.end() : at]
        if re.fullmatch("[hix]*", before) or not (
            re.search("[mlnqs]", before)
            or named
            or not behind
            or re.match("[fc]*[mlnqs]", behind)
        ):
            start += comma.end()
            break
    if start == at and named and codes[at - 2 : at] == "xc":
        return at - 2
    while start < at and codes[start] in "cfs":
        start += 1
    return start


def _chains(codes: str) -> Iterator[re.Match[str]]:
    for chain in _CHAIN.finditer(codes):
        said = chain[0]
        if (
            "p" in said
            and "t" in said
            or ("m" in said or said.count("l") >= 3)
            and re.search("[lwpt]", said)
            or re.match("l[cf]*s", said)
            or "l" in said
            and len(re.findall("[ln]", said)) >= 3
        ):
            yield chain
