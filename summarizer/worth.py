"""What a statement is worth to a note: the more it tells, and the less it repeats."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from math import exp

from summarizer.outcome import is_choice
from summarizer.prompt import orders_in
from summarizer.statements import Statement

__all__ = ["STRONG", "chooses", "features", "is_empty", "openings", "worth"]

STRONG = frozenset({"churn", "escalation", "demand"})
"""Cues that belong into every note, whatever the sentence around them."""

_SPECIFIC = re.compile(
    r"\d|[〇一二三四五六七八九十百千万]+(?:円|時|日|月|曜|年|人|名|個|本|枚|台|回|つ)|[ァ-ヶー]{3,}|(?<!^)\b[A-Z][a-z]+"
    r"|[$€£]|\b(?:dollars|pounds|euros|yen)\b"
    r"|\b(?:hundred|thousand)\b"
)
_MONEY = re.compile(
    r"[$€£円]|\b(?:dollars?|pounds?|euros?|yen|hundred|thousand|percent)\b", re.IGNORECASE
)
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龥]")
_WHO = re.compile(
    r"\b(?:name|number|tag|reference|code|postcode|zip|e-?mail|address|account|project"
    r"|serial|plate"
    r"|booking|policy|order|speaking with|birth)\b|お?名前|番号|物件名|ご?住所|型番|コード",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"^(?:it's|it is|i'm (?:calling|ringing|phoning)|calling|ringing|this is) (?:about"
    r"|regarding"
    r"|concerning) |(?:の件|のこと|について)(?:なん|で|です|の|お電話|ご相談|$)",
    re.IGNORECASE,
)
"""Words that announce what the call is about."""
_NOTHING = re.compile(
    r"\bfilled me in\b|\bgot your (?:case|file)\b|\bdon't bother\b|^tell \w+\b.{0,10}$|"
    r"^(?:お?電話(?:代|替|変)わ|その前に|お?世話)|ご?案内ができません$"
    r"|^for (?:your (?:patience|time|help|call)|calling|waiting|holding|bearing)\b"
    r"|^(?:enjoy|safe (?:trip|journey)|good luck|see you|hey|hi|hello)\b.{0,24}$"
    r"|\bfor (?:verification|security)\b"
    r"|^i(?:'ll| will) (?:fix|sort|handle|look into|deal with) (?:this|that|it)\b.{0,20}$"
    r"|^let me (?!know)|\bin front of me\b|^(?:the least i can do|you're right|fair enough"
    r"|that's (?:fair|odd|right))",
    re.IGNORECASE,
)
_ONLY_ANGER = re.compile(
    r"いい加減に|ふざけ[るんな]|どうしてくれる|どういうつもり|勘弁して|話にならない"
    r"|\b(?:outrageous|ridiculous|unbelievable|unacceptable|disgrace(?:ful)?|appalling|a joke"
    r"|kidding|sick of (?:this|it)|had enough|(?:upset|angry|furious|annoyed"
    r"|fed up)(?! about))\b|困って|困り(?:ます|まし)|疲れ(?:た|まし)|腹が立",
    re.IGNORECASE,
)
"""Words that tell how angry a customer is, which alerts and the mood tell already."""
_ANGRY_WORDS = 4
_EMPTY_ACTION_JA = re.compile(
    r"^(?:はい、)?(?:(?:ご?[一-龥]{2}|お手数)(?:を|が)?(?:おかけ)?"
    r"(?:いた|致)?(?:し|取れ)ました|(?:.{1,12}、)?(?:すぐ|早急|至急)に(?:ご?対応|ご?確認)(?:いた|致)?します|かしこまりました"
    r"|承りました|わかりました)"
    r"(?:ので|が|ね)?$"
)
_SPELLING = re.compile(r"\b[A-Z] (?:as in|for) [A-Z][a-z]+", re.IGNORECASE)
_LONGEST_CHOICE = 60
"""Characters; whoever says more tells something else."""
_CODE = re.compile(r"(?<![A-Za-z0-9\[])(?=[A-Z0-9-]*\d{3})[A-Z]{1,4}-?\d[\dA-Z-]*")


_FIRST = 2
_GREETS = 3
"""Statements at the start of a call of which an operator's say who speaks."""
_OPENING = 6
"""Statements at the start of a call in which people greet each other."""
_ENDING = 5
_STRONG = 1.5
_ALERTED = 2.0
"""What strong cues and an alert add, as logarithms of odds."""
_NEVER_OPENS = ("greeting", "closing", "hold", "thanks")
_ANSWER = 1.0
"""What a statement loses that only answers a question."""
_WITHIN = 10
"""Statements of the customer among which the reason for the call is looked for."""


def openings(statements: Sequence[Statement]) -> list[Statement]:
    """Why the customer called: their first request or problem, and the problem behind it
    where the first words only announce one."""
    customer = [
        one
        for one in statements
        if one.role == "customer"
        and not one.does("identify", "backchannel", "abuse")
        and not (one.index and _asks_who(statements[one.index - 1]))
        and (one.does("request", "issue") or not one.does(*_NEVER_OPENS))
    ]
    likely = [one for one in customer if not _waits(one.text)][:_WITHIN]
    if not likely:
        return customer[:1]

    def first_of(one: Statement) -> float:
        answers = one.index > 0 and _answers(one, statements[one.index - 1])
        return _opens(one) - 0.35 * likely.index(one) - _ANSWER * answers

    first = max(likely, key=first_of)
    second = [
        one
        for one in likely
        if one.index != first.index
        and abs(one.index - first.index) <= 8
        and _opens(one) >= 3.0
        and (
            one.does("issue") != first.does("issue")
            or one.does("request")
            and not first.does("request")
        )
    ]
    return sorted([first, *second[:1]], key=lambda one: one.index)


_HELP = re.compile(
    r"\bhelp\b|\bcan i do\b|\bassist\b|\bcalling\b|\bwhat's (?:up|wrong|happen|going)"
    r"|problem|issue"
    r"|いかが|どう(?:なさ|され|しま)|ご?用件|何か|どのような|どういった",
    re.IGNORECASE,
)


def _answers(one: Statement, before: Statement) -> bool:
    """Whether a statement only answers what the operator wanted to know, not why one calls."""
    return (
        before.role == "agent"
        and before.asks
        and before.index > 1
        and not _HELP.search(before.text)
        and not one.does("request")
    )


def _asks_who(one: Statement) -> bool:
    """Whether the operator asks for a name or number, which answers no question of why."""
    return (
        one.role == "agent"
        and (one.asks or one.does("identify"))
        and bool(_WHO.search(one.text))
    )


def _opens(one: Statement) -> float:
    content = min(_told(_CODE.sub("", one.text)), 6)
    value = 1.5 * one.does("issue") + 1.5 * one.does("request") + 0.35 * content
    value -= (0.5 if one.does("issue") else 2.0) * (content < 2)
    value -= 1.0 * one.asks * (not one.does("request"))
    value += 2.0 * bool(_ABOUT.search(one.text))
    return value - 2.0 * one.does("digression", "escalation", "repeated") * (
        not one.does("issue")
    )


def _waits(text: str) -> bool:
    return bool(re.search(r"待って|^(?:hold on|hang on|wait|let me)", text, re.IGNORECASE))


def _told(text: str) -> int:
    """How many words of its own a statement has; two characters of Japanese are one."""
    if re.search(r"[ぁ-ん一-龥]", text):
        return len(re.findall(r"[一-龥ァ-ヶーA-Za-z0-9]", text)) // 2
    return len(_content(text))


def worth(one: Statement, statements: Mapping[int, Statement], *, alerted: bool) -> float:
    """Probability that a note has to tell ``one``, of all ``statements`` by their index; 0
    where it tells nothing. ``alerted`` is whether it raised an alert."""
    if is_empty(one, statements):
        return 0.0
    if chooses(one, statements):
        return 1.0
    weights = _weights("ja" if _JAPANESE.search(one.text) else "en")
    value = weights["always"]
    for name, share in features(one, statements).items():
        value += weights.get(name, 0.0) * share
    value += _STRONG * one.does(*STRONG)
    value += _ALERTED * (alerted and one.role == "customer")
    return 1.0 / (1.0 + exp(-value))


@cache
def _weights(language: str) -> dict[str, float]:
    text = files("summarizer").joinpath("worth.toml").read_text(encoding="utf-8")
    weights: dict[str, float] = tomllib.loads(text)[language]
    return weights


def features(one: Statement, statements: Mapping[int, Statement]) -> dict[str, float]:
    """What ``worth.toml`` weighs, each between 0 and 1: how much is told and what kind of
    thing, where in the call and after what; and what the statement does."""
    before, told = statements.get(one.index - 1), _told(one.text)
    agent = one.role == "agent"
    found: dict[str, float] = {
        "few words": min(told, 5) / 5,
        "many words": min(told, 12) / 12,
        "digit": bool(re.search(r"\d", one.text)),
        "specific": bool(_SPECIFIC.search(one.text)),
        "money": bool(_MONEY.search(one.text)),
        "code": bool(_CODE.search(one.text)),
        "agent": agent,
        "asks": one.asks,
        "agent asks": agent and one.asks,
        "answers": before is not None and before.role != one.role and before.asks,
        "goes on": before is not None and before.role == one.role,
        "late": one.index / (max(statements) + 1),
        "first": one.index < _FIRST,
        "opening": one.index < _OPENING,
        "ending": one.index > max(statements) - _ENDING,
    }
    for act in one.acts:
        found[act] = 1.0
        found[f"agent {act}"] = agent
    return found


def is_empty(one: Statement, statements: Mapping[int, Statement]) -> bool:
    """Whether a statement tells nothing of the matter whatever else it holds."""
    code = bool(_CODE.search(one.text))
    greets = one.does("greeting") and one.index < _OPENING
    if (greets or one.does("backchannel", "closing")) and not one.does(*STRONG):
        return True
    if one.does("identify") and not code:
        return True
    if orders_in(one.text):  # to whatever machine writes the note: nothing of the call
        return True
    if _SPELLING.search(one.text) or _NOTHING.search(one.text):
        return True
    if one.role == "customer":
        only_thanks = one.does("thanks") and not one.does(*STRONG, "issue", "request")
        return only_thanks or _only_vents(one)
    opens = statements.get(0)
    return (
        is_choice(one)
        or (one.asks and not one.does("offer"))
        or one.does("hold")
        or bool(_EMPTY_ACTION_JA.search(re.sub("^.{1,8}様、", "", one.text)))
        or (opens is not None and opens.utterance_id == one.utterance_id)
        or (one.index < _GREETS and not one.does("action", "finding"))
    )


def _only_vents(one: Statement) -> bool:
    rest = _ONLY_ANGER.sub("", one.text)
    return (
        rest != one.text
        and not one.does("churn", "escalation")
        and not _SPECIFIC.search(rest)
        and _told(rest) <= (1 if one.does("request", "demand") else _ANGRY_WORDS)
    )


_PLAIN_WORDS_WORDS = """
a an the and or but so to of in on at for from with by as it it's its this that that's they
them their we us our i i'd i'll i'm my me you your is are was were be been do does did can
could would will should have has had not no yes what which who how why when there here one
ones just really quite like hear see hate please out up if then sorry thing things something
anything let get got go want need ok okay error
"""
_PLAIN_WORDS = frozenset(_PLAIN_WORDS_WORDS.split())


def chooses(one: Statement, statements: Mapping[int, Statement]) -> bool:
    """Whether a customer answers which of several things it shall be."""
    if one.role != "customer" or one.asks or len(one.text) > _LONGEST_CHOICE:
        return False
    asked = [statements.get(one.index - back) for back in (1, 2)]
    for before in asked:
        if before is None or before.role != "agent":
            return False
        if is_choice(before) and before.does("offer"):
            return one.does("choice") or not _content(one.text).isdisjoint(
                word for other in asked if other for word in _content(other.text)
            )
    return False


def _content(text: str) -> set[str]:
    return set(re.findall(r"[a-z']+|\d+", text.lower())) - _PLAIN_WORDS
