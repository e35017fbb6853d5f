"""Whether a sentence denies what was said, or affirms what was denied.

Compared is word by word: what "could not refund" denies is the refund. A sentence is at fault
when it affirms something that the texts it cites only deny, or denies something that they only
affirm. Wishes, questions and conditions claim nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from summarizer.quantities import folded

__all__ = ["contradicts", "stem"]

_JAPANESE = re.compile(r"[ぁ-んァ-ヶ]")


def contradicts(sentence: str, cited: Sequence[str]) -> bool:
    """Whether ``sentence`` turns what the ``cited`` texts say into its opposite."""
    text = folded(sentence)
    said = [folded(one) for one in cited]
    if _JAPANESE.search(text):
        return _contradicts(_told_ja(text), [pair for one in said for pair in _told_ja(one)])
    return _contradicts(_told(text), [pair for one in said for pair in _told(one)])


@dataclass(frozen=True, slots=True)
class _Told:
    """A word of a clause that claims something."""

    stem: str
    """Empty for a clause that denies without naming anything: "I can't do that"."""
    affirms: bool
    direct: bool = True
    """Whether the denial is of this very word, not of what is done with it."""


def _contradicts(sentence: Sequence[_Told], said: Sequence[_Told]) -> bool:
    affirmed = {one.stem for one in said if one.affirms}
    denied = {one.stem for one in said if not one.affirms}
    claims = {one.stem for one in sentence if one.affirms}
    denials = [one for one in sentence if not one.affirms and one.stem]
    if not denials:
        return bool((claims & denied) - affirmed)
    turned = [one for one in denials if one.stem in affirmed - denied]
    if not denied:
        return bool(turned)
    return any(one.direct for one in turned) and denied.isdisjoint(
        {"", *claims, *(one.stem for one in denials)}
    )


# English ------------------------------------------------------------------------------

_IDIOMS = re.compile(
    r"\b(?:no (?:problem|worries|doubt)|not only|not at all|don't (?:worry|mind|hesitate)"
    r"|do not (?:worry|hesitate)|can't wait|nothing but|why (?:don't|not)\b"
    r"|(?:isn't|aren't|wasn't|didn't|don't|doesn't|won't|can't|couldn't)"
    r" (?:it|that|they|you|we)\?)"
    r"|(?<=[,.;] )no(?=[,.])|^no(?=[,.])",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:(?:don't|doesn't|didn't|won't|do not|does not|did not|will not) (?:need|have) to"
    r"|needn't|out of|free of|(?:failed|fails|refused|refuses|declined|unable) to)\b",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"[.?!;:,]\s+|\b(?:but|although|though|because|so|and)\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+", re.IGNORECASE)
_NEGATORS_WORDS = """
not never no cannot without nobody none neither nor unable nothing hardly refused refuses
declined declines denied denies rejected impossible stopped
"""
_NEGATORS = frozenset(_NEGATORS_WORDS.split())
_TROUBLE_WORDS = """
trouble problem problems issue issues error errors difficulty difficulties fault faulty stuck
broken missing lost complained complains complaint fails failed failing stops
"""
_TROUBLE = frozenset(_TROUBLE_WORDS.split())
"""A clause that holds one denies something without saying so: it affirms nothing here."""
_TOPICS = frozenset(["about", "on", "of", "for", "regarding", "over"])
"""What follows is spoken of, and no more: "decides on the refund"."""
_WISHES_WORDS = """
if whether unless until want wants wanted ask asks asked asking request requests requested like
need needs needed hope hopes hoped demand demands demanded inquired enquired wonder wondered
should may might would expects expected tried tries before
"""
_WISHES = frozenset(_WISHES_WORDS.split())
"""Behind them nothing is claimed until the clause ends."""
_AUXILIARIES_WORDS = """
be been being is are was were am have has had having do does did done to able can will just yet
still actually currently ever even really already i we you he she they it allowed permitted
possible supposed going willing entitled eligible
"""
_AUXILIARIES = frozenset(_AUXILIARIES_WORDS.split())
_LIGHT_WORDS = """
a an the any get gets got getting my your his her their our its this that these those there
here at all in with from by up out as every each some customer agent give given gives gave
offer process processed processing make made issue issued provide provided
"""
_LIGHT = _AUXILIARIES | frozenset(_LIGHT_WORDS.split())
"""Words that pass a denial on: "could not give you a refund" denies the refund."""
_SUFFIXES = re.compile(
    r"(?:ations?|ments?|ings?|ied|ies|ed|es|s|ly|al|ion|e|y|d)$",
)
_PREFIXED = re.compile(
    r"(?:un(?=[a-z]{4})(?!der|til|less|it|iq|ion|iver|cle|usual|fortun|expect|a(?:ble|nim))"
    r"|in(?=(?:correct|complete|valid|active|visible|accurate|eligible|secure|sufficient"
    r"|convenient|accessible|compatible|consistent|effective|sane))"
    r"|im(?=(?:possible|proper|perfect|mobile|patient))|ir(?=(?:regular|relevant|reparable))"
    r"|il(?=legal)|non(?=[a-z]{5})(?!sense)"
    r"|dis(?=(?:satisf|connect|honest|agree|allow|approv|abled|continued|similar)))"
    r"(?P<rest>[a-z]+)"
)
_SHORTEST = 3
_IRREGULAR = {
    "sent": "send", "paid": "pay", "came": "come", "went": "go", "gone": "go", "found": "find",
    "told": "tell", "kept": "keep", "left": "leave", "brought": "bring", "bought": "buy",
    "sold": "sell", "took": "take", "taken": "take", "broke": "break", "spoke": "speak",
    "spoken": "speak", "received": "receiv", "receipt": "receipt", "arrival": "arriv",
}  # fmt: skip


def _told(text: str) -> list[_Told]:
    found: list[_Told] = []
    plain = re.sub(r"\bnon-", "non", _NOT.sub("not", _IDIOMS.sub(" ", text)), flags=re.I)
    for part in re.split(r"(?<=[.?!])\s+", plain):
        if part.rstrip().endswith("?") and not re.match(r"\W*why\b", part, re.IGNORECASE):
            continue
        for clause in _CLAUSES.split(part):
            found += _clause(_WORD.findall(clause.lower()))
    return found


def _clause(words: Sequence[str]) -> Iterator[_Told]:
    denies, direct, topic = False, True, False
    trouble = not _TROUBLE.isdisjoint(words)
    for word in words:
        if word in _WISHES:
            break
        if word in _TOPICS:
            topic = True
        elif word in _NEGATORS or word.endswith("n't"):
            denies, direct = True, True
        elif word in _LIGHT or len(word) < _SHORTEST or "'" in word:
            direct = direct and word in _AUXILIARIES
        elif denies:
            yield _Told(stem(_without(word)), word != _without(word), direct)
            denies = False
        elif topic:
            topic = False
        elif word != _without(word):
            yield _Told(stem(_without(word)), False)
        elif not trouble:
            yield _Told(stem(word), True)
    if denies:
        yield _Told("", False)


def _without(word: str) -> str:
    """What a prefix denies: "available" of "unavailable"."""
    match = _PREFIXED.fullmatch(word)
    return match["rest"] if match else word


def stem(word: str) -> str:
    """A word in lower case without what bends it: "appl" of "applied"."""
    word = re.sub(r"ie[sd]$", "y", _IRREGULAR.get(word, word))
    while len(word) > _SHORTEST + 1:
        shorter = _SUFFIXES.sub("", word, count=1)
        if shorter == word or len(shorter) < _SHORTEST:
            break
        word = shorter
    return word


# Japanese -----------------------------------------------------------------------------

_IDIOMS_JA = re.compile(
    r"申し訳(?:ござい|あり)ません|申し訳ない|すみません|すいません|かもしれ(?:ない|ません)|違いない"
    r"|差し支え(?:な|あり)|だけで(?:は|も)?なく|(?:ない|ず)と(?:いけ|なら|だめ|駄目)\w*"
    r"|なければ(?:なり|なら|いけ)\w*|なくては(?:なり|なら|いけ)\w*|しか(?:ない|ありません)"
    r"|(?:では|じゃ)ない(?:です|でしょう)?か|ない(?:です|でしょう)か|ませんでしょうか|ませんか"
    r"|問題(?:は)?(?:な|あり|ござい)\w{0,4}?(?:い|ません)|とんでもない|やむを得(?:ない|ず)"
)
_PARTS_JA = re.compile(r"[。！？!?、,\s]+|本日|今日|明日|昨日|先日|現在|先程|早速|至急|一旦|済")
_CORE = re.compile(r"[一-龥々]+|[ァ-ヶー]{2,}")
_DENIES = re.compile(
    r"^[ぁ-ん]{0,12}?(?:ない|なかった|なく(?![てしな])|ません|ませんでした|かね|ずに|ず$|ぬ$|なし)"
)
_DENIES_KANJI = re.compile(r"^[はもがをの]?(?:不可|無し|無理|困難|拒否|未了|不能|断)")
_DENIED_BEFORE = re.compile(r"(?:未|非|不)$")
_LIGHT_JA = re.compile(
    r"^[のをはがも]?(?:(?:私|当方|こちら|弊社|当社|現時点|今)(?:の|では?|には?|は)?)*(?:ご|お)?(?:対応|手続き?|処理|実施|行|致|出来|可能|約束|確約|判断|受付|受|承|出|取|来)"
)
_NEAR = 60
"""Signs behind a word that say something of it."""
_WISHES_JA = re.compile(
    r"^[ぁ-ん]{0,4}(?:見込み?|予定)|^[ぁ-ん]{0,6}?(?:たい|ほし|欲し|か(?=$|[をどの])|かどうか|れば|たら|なら|ば$)"
    r"|^(?:を|の|に関する|について)?(?:希望|要望|依頼|要求|問い合わせ|相談|質問|打診)"
)
_OPEN_JA = re.compile(r"希望|要望|要求|問い合わせ|質問|尋ね|求め|打診|相談")
_TROUBLE_JA = re.compile(r"不具合|故障|エラー|困|遅延|遅れ|不満|苦情|未|まだ|拒否|断")


def _told_ja(text: str) -> list[_Told]:
    plain = _IDIOMS_JA.sub("、", text)
    found: list[_Told] = []
    for part in _PARTS_JA.split(plain):
        found += _part_ja(part)
    return found


def _part_ja(part: str) -> Iterator[_Told]:
    open_question = bool(_OPEN_JA.search(part)) or part.endswith(("か", "かな"))
    trouble = bool(_TROUBLE_JA.search(part))
    for match in _CORE.finditer(part):
        after = part[match.end() : match.end() + _NEAR]
        core = match.group()
        if _denied_ja(after) or _DENIED_BEFORE.search(
            part[max(0, match.start() - 1) : match.start()]
        ):
            yield _Told(core, False)
        elif core.startswith("未") and len(core) > 2:
            yield _Told(core[1:], False)
        elif not (open_question or trouble or _WISHES_JA.search(after)):
            yield _Told(core, True)


def _denied_ja(after: str) -> bool:
    """Whether what follows a word denies it, directly or through a word that passes it on."""
    for _ in range(3):
        if _DENIES_KANJI.match(after) or _DENIES.match(after):
            return True
        light = _LIGHT_JA.match(after)
        if light is None:
            return False
        after = after[light.end() :]
    return False
