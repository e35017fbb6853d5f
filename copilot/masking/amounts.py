"""Numbers that count, price or date something, and so are no secrets."""

from __future__ import annotations

import re

from copilot.masking.context import kinds_named
from copilot.masking.digits import DigitRun

__all__ = ["is_amount", "without_amounts"]


_UNIT = re.compile(
    r"\s?(?:円|ドル|ユーロ|ポンド|パーセント|％|%|時|分(?!割)|秒|年(?!金)|月(?!生)|日(?!本)"
    r"|本(?!人|店|日)|個|台(?!帳)|名(?!義)|人(?!名)|階|号室|便|センチ|インチ|ミリ|メートル"
    r"|キロ|[cm]m\b|kg\b|点(?!検)|ポイント|歳|才|回(?!線)|通|泊|つ|枚|箱|件(?!名)|万|割|倍|度"
    r"|年度|行目|桁|番目|ヶ月|か月|dollar|pound|euro|yen|cent|percent|per cent|minutes?\b"
    r"|hours?\b|days?\b|weeks?\b|months?\b|years?\b|[ap]\.?m\b|o['’]clock|inch|points|items"
    r"|people|guests|degrees|miles|kilo|times\b|of (?:us|them)\b|boxes|crates|units\b|pieces"
    r"|(?:checked |more )?(?:bags|cases|parcels|tickets|orders)\b|ギガ|メガ"
    r"|k\b|percent|%|gigs?\b|megs?\b|euros?|bucks|digits?|nights|wide|tall|deep|per\b|each\b"
    r"|cents)",
    re.I,
)

_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")

_DECIMAL = re.compile(r"\d{1,4}\.\d{2}")

_PRICED = re.compile(
    r"(?:\b(?:total|price|cost(?:s|ing)?|fee|charged?|com(?:es?|ing) to|came to|amount|balance"
    r"|bill|owed?|worth|refund(?:ed)? of|deposit of|payments? of|only|just|paid|priced at)"
    r"|合計|料金|代金|金額|値段|手数料)(?:[^\w\d]|\b(?:is|was|today|it|of|for|at|me|you|be"
    r"|the|a|about|will|would|の|が|は|で)\b|[はがで])*$",
    re.I,
)

_PRICE_BESIDE = 30
"""Characters before a number in which a word stands that makes it a price."""

_TIMED = re.compile(r"\b(?:before|after|until|till?|between|by|half)\W*$", re.I)
_LARGE = re.compile(r"hundred|thousand", re.I)
_MONEY_BEFORE = re.compile(r"[$€£¥￥]\s?$")


_CERTAIN = re.compile(
    r"(?=[$€£¥\db])(?:[$€£¥]\s?\d[\d,]*(?:\.\d+)?"
    r"|(?<![\d.,-])\d[\d,]*(?:\.\d+)?\s?(?:円|ドル|ユーロ|ポンド|パーセント|％|%|ギガ|メガ|テラ|キロ(?!グ)"
    r"|グラム|ワット|アンペア|リットル|(?:[kmgt]b|gigs?|gigabytes?|megabytes?)(?![a-z]))"
    r"|(?<![年\d])\d{1,2}月\s?\d{1,2}日(?:\s?[(（][月火水木金土日][)）])?[のに、\s]{0,2}"
    r"(?:午前|午後|朝|夜)?\s?\d{1,2}(?:時(?!代)|:\d\d)(?:半|\s?\d{1,2}分)?(?!.{0,8}(?:生|誕))"
    r"|(?<![\d:])\d{1,2}:\d\d(?![\d:])(?:\s?[ap]\.?m\b\.?)?"
    r"|\bbetween \d{1,2} and \d{1,2}\b(?![-\d])"
    r"|(?<!\d)\d{1,2}\s?[ap]\.?m\b"
    r"|(?<!\d)\d{1,2}時(?!代)(?:半|\d{1,2}分)?)",
    re.I,
)
"""What no secret looks like: prices, sizes in bytes, a time of day with its date."""


def without_amounts(text: str) -> str:
    """``text`` with what surely counts, prices or times something as ``=``, each character in
    its place: no question that was asked before can make a secret of it."""
    return _CERTAIN.sub(lambda amount: "=" * len(amount[0]), text)


def is_amount(text: str, run: DigitRun) -> bool:
    """Whether a run counts or prices something, or is one of a series: 64.99, "the 15th"."""
    if _UNIT.match(text, run.end) or _ORDINAL.match(text, run.end):
        return True
    before = text[max(0, run.start - _PRICE_BESIDE) : run.start]
    if _MONEY_BEFORE.search(before) or _DECIMAL.fullmatch(text[run.start : run.end]):
        return True
    if _TIMED.search(before) and len(run.digits) <= 4 and len(run.groups) <= 2:
        return True
    # Two by two, as prices are said: forty-nine ninety-nine.
    sizes = tuple(map(len, run.groups))
    short = len(run.digits) <= 5 or bool(_LARGE.search(text, run.start, run.end))
    priced = short and sizes != (3,) and bool(_PRICED.search(before))
    return priced and not kinds_named(before) - {"bank_account"}
