"""Japanese addresses, from signals rather than forms.

Every piece of the text has a class (a prefecture, a place with 市 or 町, a town, a block
number, a number ...); a stretch of such pieces is an address where three signals stand in it
or before it: a prefecture, a place, a block number, numbers in a chain, a number right after
a name, "my address is", the question for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from copilot.events import Span
from copilot.masking.context import nearest_kind

__all__ = ["find_japanese"]

_PREFECTURE = (
    r"(?:東京[都とト]|北海道|(?:京都|大阪)府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬"
    r"|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨|長野|岐阜|静岡|愛知|三重|滋賀|兵庫|奈良|和歌山"
    r"|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島"
    r"|沖縄)県|とうきょうと|ほっかいどう|(?:きょうと|おおさか)ふ|(?:あおもり|いわて|みやぎ"
    r"|あきた|やまがた|ふくしま|いばらき|とちぎ|ぐんま|さいたま|ちば|かながわ|にいがた|とやま"
    r"|いしかわ|ふくい|やまなし|ながの|ぎふ|しずおか|あいち|みえ|しが|ひょうご|なら|わかやま"
    r"|とっとり|しまね|おかやま|ひろしま|やまぐち|とくしま|かがわ|えひめ|こうち|ふくおか|さが"
    r"|ながさき|くまもと|おおいた|みやざき|かごしま|おきなわ)けん)"
)
_KANA_DIGIT = (
    r"(?:いち|に[ーい]|さん|よん|ご[ーお]|ろく|なな|しち|はち|きゅ[うー]"
    r"|じゅう|ひゃく|ぜろ|まる|れい)"
)
_NUMBER = (
    rf"(?:[A-Z]?[1-9]\d{{0,4}}|[〇一二三四五六七八九十百]{{1,6}}|(?:[にしごくさ](?={_KANA_DIGIT}))?"
    rf"{_KANA_DIGIT}(?:{_KANA_DIGIT}|[にしごく](?=[の、。]|です|$|{_KANA_DIGIT}))*"
    r"|(?<=[の、])[にしごく](?=[の、。]|です|$))"
)
_AFTER_NUMBER = (
    r"(?=[の\-、。,\s]|です|[とをにでまがへ]|なん|なの|から|丁目|番|号|条|階|棟|丁|ちょうめ|$)"
)
_COUNTER = r"(?!\s?(?:[円時分日月年個台名人回%本枚歳才度週泊件通万千つ点]|番目|パーセント))"
_NAME = r"[一-龥々ヶァ-ヶー]"
_PIECE = re.compile(
    r"(?P<k>(?:住所|届け?先|送り先|配送先|発送先|送付先|転居先|引っ?越し先|お?住まい|現場"
    r"|実家|自宅|番地(?=[はが、])"
    r"|郵便番号)(?:[はがもを、:：]|って|だと|の方が|変わりまして|変わって)*)"
    rf"|(?P<P>{_PREFECTURE})"
    r"|(?P<Z>〒\s*\d{3}[-の]?\d{4}|(?<![\d)-])(?!0[5789]0)\d{3}[-の]\d{4}(?![\d-]|の\d)(?!番))"
    rf"|(?P<U>{_NUMBER}(?:丁目|ちょうめ|番地|ばんち|条(?:[東西南北])?|丁(?!寧)))"
    rf"|(?P<V>{_NUMBER}(?:番(?!目|号札|[一-龥ァ-ヶ])(?=[の、。\s\d〇一二三四五六七八九十]"
    r"|で|$)|号(?:室|棟|館)?|階|棟)|[A-Z]棟)"
    rf"|(?P<N>{_NUMBER}{_AFTER_NUMBER}{_COUNTER})"
    r"|(?P<j>[の、,\s　・-]|えーと|えっと|えー|あの|違った|(?<=\d)で(?=、)|のが)"
    rf"|(?P<A>{_NAME}{{1,7}}?[市区町村郡]"
    rf"|(?<![ぁ-ん]){_NAME}?[ぁ-ん]{{2,6}}{_NAME}?[市区町村郡])"
    rf"|(?P<T>{_NAME}{{1,12}}?(?={_NUMBER}{_AFTER_NUMBER}|[^一-龥々ヶァ-ヶー]|$)"
    rf"|[A-Za-z]{{2,12}}(?=\d))|(?P<H>[ぁ-ん]{{2,14}}?(?:し|く|ちょう|まち|むら)(?!て|た|ま|だ)"
    rf"|[ぁ-ん]{{2,10}}?(?=[の、]{{0,2}}(?:\d|{_NUMBER}{_AFTER_NUMBER})|[東西南北]\d))"
    r"|(?P<e>。)|(?P<o>.)",
    re.S,
)
_REGION = re.compile(
    r"(?:[PAZ]|(?<=k)(?:j?[THUVN])|T(?=j?U)|(?<!.)[THUVN]"
    r"|(?<=[ejo])[THUVN])(?:j{0,8}[PATUVNHZ])*"
)
_ABOUT = re.compile(
    r"の?(?:あたり|辺り|付近|周辺|近く|近郊|の?[角隣向]|の?交差点|の?バス停|駅|支?店|お店"
    r"|観光|旅館|ホテル|空港|在住|出身)"
)
_SENT = re.compile(
    r"(?:送|届|引っ?越|配送|住|伺|来て|訪問|まいり|部屋|移)[^。]{0,24}[。、]?[^。]{0,8}$"
)
_LONGEST = 9


def find_japanese(text: str, asked: bool) -> Iterator[Span]:
    """Addresses and postcodes of ``text``. ``asked``: one was just asked for."""
    pieces = [(match.lastgroup or "o", *match.span()) for match in _PIECE.finditer(text)]
    codes = "".join(code for code, _, _ in pieces)
    known = asked
    for region in _REGION.finditer(codes):
        first, last = region.span()
        if codes[first] == "j":
            first += 1
        last = _end(text, pieces, codes, first, last)
        if last <= first:
            continue
        start, end = pieces[first][1], pieces[last - 1][2]
        part = codes[first:last]
        announced = codes[max(0, first - 2) : first].rstrip("j").endswith("k")
        if _is_address(text, part, start, end, announced=announced, known=known):
            known = True
            yield Span(start=start, end=end, kind="address")


def _end(
    text: str, pieces: list[tuple[str, int, int]], codes: str, first: int, last: int
) -> int:
    """Where the stretch ends without words that come after its last number."""
    numbered = max((i for i in range(first, last) if codes[i] in "UVNZ"), default=-1)
    if numbered < 0 or any(code in "PA" for code in codes[numbered + 1 : last]):
        return last
    end = numbered + 1
    while end < last and (
        codes[end] == "j" or codes[end] == "T" and pieces[end][2] - pieces[end][1] == 1
    ):
        end += 1
    while end > first and codes[end - 1] == "j":
        end -= 1
    return end


def _is_address(
    text: str, part: str, start: int, end: int, *, announced: bool, known: bool
) -> bool:
    if _ABOUT.match(text, end):
        return False
    if "Z" in part and (text[start] == "〒" or announced or known):
        return True
    before = text[max(0, start - 40) : start]
    if part == "Z":
        return (
            "の" not in text[start:end]
            and nearest_kind(before) != "work"
            and not re.search(r"\d\W{1,2}$", before)
        )
    if len(re.sub(r"\D", "", text[start:end])) > _LONGEST and not set("PAU") & set(part):
        return False
    signals = (
        part.count("P")
        + min(2, len(re.findall("A|(?<=P)j?H", part)))
        + ("U" in part)
        + 2 * ("Z" in part)
    )
    signals += bool(re.search(r"[NUV]j?[NUV]", part)) + bool(
        re.search(r"[PATHU]j{0,2}[NUV]", part)
    )
    signals += 2 * announced + 2 * known + bool(_SENT.search(before))
    return signals >= 3 and bool(set("PAUNVZ") & set(part))
