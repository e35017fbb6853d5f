"""Whether a sentence tells the opposite of what was said in a word: half and full, by and
after, free of charge and charged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from summarizer.quantities import digits_of_words, folded

__all__ = ["opposite"]

Side = tuple[int, int]
"""A pair of opposites and which of the two."""

_PAIRS_EN = (
    ("half", "full|whole|entire|complete"),
    ("some|part|parts|partial|partially|partly|few|several", "all|every|entire|whole"),
    ("cheaper|cheapest|less expensive|lower", "dearer|more expensive|pricier|higher"),
    ("increase[sd]?|increasing|raise[sd]?|rise|rises|rose|went up|goes? up|gone up",
     "decrease[sd]?|decreasing|reduce[sd]?|lower(?:s|ed)?|drop(?:s|ped)?|went down|goes? down"
     "|cut"),
    ("free|free of charge|no charge|at no cost|waived", "charged|chargeable|paid service"),
    ("open|opens|opened", "closed|closes|shut"),
    ("mandatory|compulsory|required|obligatory", "optional|voluntary"),
    ("temporary|temporarily", "permanent|permanently"),
    ("included|includes?|including|inclusive", "excluded|excludes?|excluding|extra"),
    ("early|earlier|sooner", "late|later|delayed"),
    ("won", "lost"),
    ("accepted|approved|granted|agreed", "rejected|declined|refused|denied|turned down"),
    ("faster|quicker", "slower"),
    ("minimum|at least", "maximum|at most|up to"),
    ("left|left-hand", "right-hand"),
    ("enabled?|turned on|switched on|activated?", "disabled?|turned off|switched off"
     "|deactivated?"),
    ("incoming|inbound", "outgoing|outbound"),
    ("one-way|single", "return|round-trip"),
    ("first|1st", "last|final"),
    ("buy|bought|purchased?", "sell|sold"),
    ("weekdays?", "weekends?"),
    ("new", "used|second-hand|refurbished"),
    ("succeeded|successful|successfully|worked", "failed|fails|unsuccessful|unsuccessfully"),
    ("more than|over|above", "less than|under|below|fewer than"),
    ("signed up|joined|subscribed", "unsubscribed|opted out|cancelled|canceled"),
    ("same", "different"),
    ("online", "offline|in person|in-store"),
)  # fmt: skip
_PAIRS_JA = (
    ("有料|有償", "無料|無償|ただで"),
    ("半額|半分", "全額|満額|全部"),
    ("一部", "全て|すべて|全部|全員|全品|全数"),
    ("可能|可(?=[。、]|$|で|と)", "不可能|不可|不能"),
    ("有効", "無効"),
    ("未払|未納|未入金|未決済", "支払い?済|払い?済|納付済|入金済|決済済"),
    ("値上げ|増額|引き上げ|上が[りるっ]", "値下げ|減額|引き下げ|下が[りるっ]"),
    ("増え|増加", "減[りるっ]|減少"),
    ("必須|必要", "不要|任意"),
    ("開いて|営業し|開店|開始", "閉ま|休業|閉店|終了"),
    ("込み?(?=[でのの。、]|$)|含[まむみ]", "別途|抜き|含まれ(?:ない|ません|ず)"),
    ("高[いくか](?!し)", "安[いくか](?!心)"),
    ("早[いくま]", "遅[いくれ]"),
    ("正規|正常", "不正|異常"),
    ("在庫(?:が|は)?(?:あり|有|ござ(?!いませ))",
     "在庫(?:が|は)?(?:な[いしく]|無|切れ|ありませ|ござ)|品切れ"),
    ("合格|承認|許可|受理|可決", "不合格|否認|却下|拒否|否決|見送"),
    ("有人", "無人"),
    ("有り|あり(?=[。、]|$)", "無し|なし(?=[。、]|$)"),
    ("新品", "中古"),
    ("往復", "片道"),
    ("最初|初回", "最後|最終"),
    ("最低|以上", "最大|最高|以下|未満"),
    ("平日", "土日|週末|休日"),
    ("成功", "失敗"),
    ("オン(?![一-龥ァ-ヶー])", "オフ(?![一-龥ァ-ヶー])"),
    ("同じ", "異な|違う|別の"),
    ("前払", "後払"),
    ("対象(?!外)", "対象外"),
    ("来[るてまた]|伺[いうっ]|訪問す|訪問し(?!な|ま?せ)",
     "来ない|来ません|来られ(?:ない|ません)|伺え|伺わない"),
)  # fmt: skip
_BOUNDS = {
    "ja": (
        r"(?:以内|まで|未満|以下|より前|の前|前に)",
        r"(?:以降|以後|から(?!の?(?:ご|お)?(?:電話|連絡|購入|返))|より後|の後|後に|以上|を超え|過ぎ)",
    ),
    "en": (
        r"(?:by|before|until|till|til|no later than|within|at most|up to|not more than"
        r"|no more than|less than|under|below|prior to)",
        r"(?:after|from|since|at least|more than|over|above|not before|as of|starting"
        r"|later than|no earlier than|no sooner than)",
    ),
}
_DENIED = re.compile(
    r"\b(?:not|no|never|cannot|without|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|won't"
    r"|can't|couldn't|hasn't|haven't)\b(?: \w+){0,2} $",
    re.IGNORECASE,
)
_DENIED_JA = re.compile(
    r"^[ぁ-ん]{0,6}?(?:ない|なく|ません|なかった|ありませ|ございませ|せず|ず[、に])"
)
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龥]")
_NEAR = 40
"""Signs on either side of a word within which something denies it."""
_ANCHOR_EN = (
    r"(?:the |this |next |about |around )?(?P<at>\d+(?:[.,:]\d+)*|noon|midnight|today|tomorrow"
    r"|tonight|weekend|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:jan|feb|mar|apr|may|jun|jul"
    r"|aug|sep|oct|nov|dec)[a-z]*(?: \d+)?|[a-z]{4,})"
)
_ANCHOR_JA = (
    r"(?P<at>(?<!\d)\d[\d,.]{0,12}|[月火水木金土日]曜|今日|本日|明日|明後日|今週|来週|今月|来月|月末|年末|週末"
    r"|正午|午前|午後|[一-龥ァ-ヶー]{2,8})[日時分年月週間秒円件個名人か中営業%末台回歳]{0,3}"
)


def _compiled(pairs: Sequence[tuple[str, str]], around: str) -> list[re.Pattern[str]]:
    return [
        re.compile(
            f"(?P<second>{around.format(second)})|(?P<first>{around.format(first)})", re.I
        )
        for first, second in pairs
    ]


_WORDS = {"en": _compiled(_PAIRS_EN, r"\b(?:{})\b"), "ja": _compiled(_PAIRS_JA, "(?:{})")}
_BOUND = {
    "en": re.compile(
        rf"\b(?:(?P<lower>{_BOUNDS['en'][1]})|(?P<upper>{_BOUNDS['en'][0]})) {_ANCHOR_EN}", re.I
    ),
    "ja": re.compile(
        rf"{_ANCHOR_JA}の?(?:(?P<lower>{_BOUNDS['ja'][1]})|(?P<upper>{_BOUNDS['ja'][0]}))"
    ),
}


def opposite(sentence: str, cited: Sequence[str]) -> bool:
    """Whether a word of ``sentence`` stands in no ``cited`` text, and its opposite does; or
    what they bound on one side, it bounds on the other."""
    told, said = digits_of_words(folded(sentence)), digits_of_words(folded("\n".join(cited)))
    language = "ja" if _JAPANESE.search(told) else "en"
    for number, pattern in enumerate(_WORDS[language]):
        sides = set(_sides(pattern, number, told, language))
        others = set(_sides(pattern, number, said, language))
        if len(sides) == 1 and others and sides.isdisjoint(others):
            return True
    bounds, known = dict(_bounds(told, language)), dict[str, set[str]]()
    for anchor, side in _bounds(said, language):
        known.setdefault(anchor, set()).add(side)
    return any(
        anchor in known and "" not in known[anchor] and side and side not in known[anchor]
        for anchor, side in bounds.items()
    )


def _sides(pattern: re.Pattern[str], number: int, text: str, language: str) -> Iterator[Side]:
    """A denied word stands for its opposite."""
    for match in pattern.finditer(text):
        second = match.lastgroup == "second"
        before = text[max(0, match.start() - _NEAR) : match.start()]
        after = text[match.end() : match.end() + _NEAR]
        denied = _DENIED_JA.match(after) if language == "ja" else _DENIED.search(before)
        yield number, int(second != bool(denied))


def _bounds(text: str, language: str) -> Iterator[tuple[str, str]]:
    """What is bounded and on which side; empty where a denial turns it: "not until"."""
    for match in _BOUND[language].finditer(text):
        denied = language == "en" and re.search(
            r"\b(?:not|n't|cannot|never)\b|n't\b",
            text[max(0, match.start() - _NEAR) : match.start()],
        )
        side = "" if denied else "lower" if match["lower"] else "upper"
        yield match["at"].lower(), side
