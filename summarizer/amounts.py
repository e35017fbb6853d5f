"""Sums of money as they are said, and one form of them: ``JPY 3980``, ``USD 19.99``."""

from __future__ import annotations

import re
import unicodedata

from summarizer.numbers import number_en, number_ja

__all__ = ["MONEY", "QUANTITY", "money"]

_WORD = (
    r"(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen"
    r"|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy"
    r"|eighty"
    r"|ninety|hundred|thousand)"
)
_WORDS = rf"(?:(?:an?[ -])?{_WORD}(?:(?:[ -]and)?[ -]{_WORD}){{0,11}})"
_STARTS = r"(?<!\d)(?<!\d[,，])"
"""Where a number begins, so that a run of digits is read once and not from each of them."""
_UNIT = r"(?:dollars?|bucks|pounds?|quid|euros?|yen|cents|pence)"
MONEY = re.compile(
    rf"[$€£¥]\s?\d[\d,]*+(?:\.\d+)?|{_STARTS}\d[\d,]*+(?:\.\d++)?\s?{_UNIT}\b(?: \d\d\b)?"
    rf"|\b{_WORDS} {_UNIT}\b(?:(?: and)? {_WORD}(?:[- ]{_WORD})?(?: (?:cents|pence|p))?\b)?"
    r"|\b(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|nineteen|fourteen|twelve"
    r"|\w+teen)(?:-\w+)? (?:ninety|fifty|seventy|forty|twenty|thirty)-(?:nine|five)\b"
    rf"|{_STARTS}\d[\d,，]*+千?(?:[億万](?:[\d,]++千?|[一二三四五六七八九]千)?)?円"
    r"|(?<![一二三四五六七八九十百千万])[一二三四五六七八九十百千万]++円"
    rf"|{_STARTS}\d[\d,]*+(?:\.\d++)?\s?(?:ドル|ユーロ|ポンド)",
    re.IGNORECASE,
)
QUANTITY = re.compile(
    r"\d+(?:\.\d+)?\s?(?:%|percent|per cent|％|パーセント)|\b[a-z-]+ ?(?:percent|per cent)\b"
    rf"|\b(?:\d+|{_WORD}(?:[- ]{_WORD})?)(?: (?:to|or) (?:\d+"
    rf"|{_WORD}(?:[- ]{_WORD})?))? (?:(?:more|extra"
    r"|working|business) )?(?:times|visits|days|weeks|months|years|hours|minutes|people"
    r"|boxes|pieces"
    r"|units|items|nights|miles|kilos|bedrooms?|seats?|guests?|tickets?|copies|litres?"
    r"|metres?)\b"
    r"|[\d〇一二三四五六七八九十百千]+(?:\.\d+)?(?:個|名様?|人(?!ほど|々)|本(?!人|社|部|店"
    r"|日|当|来)|枚|件|台|箱|袋|着|冊|匹|頭|泊|回目?"
    r"|階|号室|号車|番(?!号)|キロ|グラム|センチ|ミリ|メートル|リットル|年間|か月|ヶ月|カ月"
    r"|週間|日間|時間|分(?!の|間の)|歳|割|GB|ギガ|畳|坪)",
    re.IGNORECASE,
)
_CURRENCIES = {
    "$": "USD",
    "dollar": "USD",
    "buck": "USD",
    "cents": "USD",
    "ドル": "USD",
    "£": "GBP",
    "pound": "GBP",
    "quid": "GBP",
    "pence": "GBP",
    "ポンド": "GBP",
    "€": "EUR",
    "euro": "EUR",
    "ユーロ": "EUR",
    "¥": "JPY",
    "yen": "JPY",
    "円": "JPY",
}


def money(said: str) -> str | None:
    """One form of a sum that ``MONEY`` found; ``None`` where the currency was not said."""
    text = unicodedata.normalize("NFKC", said).lower()
    currency = next((code for mark, code in _CURRENCIES.items() if mark in text), None)
    if currency is None:
        return None
    if text.endswith("円"):
        value = number_ja(text.removesuffix("円"))
        return f"JPY {value}" if value is not None else None
    parts = re.split(
        r"\s*(?:dollars?|bucks|pounds?|quid|euros?|yen|ドル|ユーロ|ポンド)\s*", text
    )
    whole, rest = parts[0].strip(" $£€¥"), "".join(parts[1:])
    if re.search(r"\b(?:cents|pence)$", whole):
        whole, rest = "0", whole
    if re.fullmatch(r"[\d,]+(?:\.\d+)?", whole):
        amount = whole.replace(",", "")
    elif (value := number_en(whole.replace("-", " "))) is not None:
        amount = str(value)
    else:
        return None
    small = (
        number_en(re.sub(r"\b(?:and|cents|pence|p)\b", "", rest).replace("-", " "))
        if rest
        else None
    )
    if small is not None and "." not in amount:
        amount = f"{amount}.{small:02d}"
    return f"{currency} {amount}"
