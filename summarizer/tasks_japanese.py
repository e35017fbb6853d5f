"""Tasks in Japanese speech: who promises, is asked or is expected to do something."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from summarizer import dates_japanese, japanese, task_patterns_japanese as patterns
from summarizer.lexicon import Lexicon
from summarizer.statements import Statement
from summarizer.tasks import Owner, Task
from summarizer.tasks_japanese_words import lacking, made, with_topic
from summarizer.tasks_read import read_sides

__all__ = [
    "arrives",
    "asks_when",
    "books",
    "clauses",
    "comes",
    "done_since",
    "joined",
    "only_arrives",
    "only_when",
    "sends",
    "starts",
    "task",
    "told",
]


def clauses(text: str) -> list[str]:
    """Parts of a sentence that may each hold a task with its own deadline."""
    text = patterns.ABOUT.sub(r"\1は、", text)
    parts = re.split(
        r"(?<=ます)[。、]|(?<=ますので)、?|(?<=ますが)、?|(?<=ますから)、?|(?<=ました)[。、]"
        r"|(?<=ましたら)、|(?<=まして)、|(?<=たので)、|(?<=なので)、|(?<=ですので)、"
        r"|(?<=ですが)、"
        r"|(?<=ください)、|(?<=もらえれば)、?|(?<=いただければ)、?|(?<=いただけましたら)、?|(?<=くだされば)、?"
        rf"|(?<=[しりき])、(?=[^。]*(?:まで|以内|本日|明日|来週|曜|日に|中に|後ほど|担当"
        rf"|改めて)[^。]*{patterns.WORK})"
        r"|(?<=て)、(?=(?:本日|明日|明後日|来週|今週|後ほど|改めて|翌)[^。]*ます)",
        text,
    )
    found: list[str] = []
    for part in (part.strip("、。 ") for part in parts if part):
        if found and patterns.READY.search(found[-1]) and not _dated(part):
            found[-1] = f"{found[-1]}、{part}"
        elif part:
            found.append(part)
    return found


def _dated(clause: str) -> bool:
    return any(dates_japanese.moments(clause, date.min))


def task(
    one: Statement,
    clause: str,
    due: tuple[int, int] | None,
    before: Sequence[Statement],
    lexicon: Lexicon,
) -> Task | None:
    """The task that ``clause`` of ``one`` gives to somebody, its deadline at ``due``."""
    if one.role == "customer":
        return _customers_own(one, clause, due, before)
    if re.search(r"か$|ましょうか|[?？]$", clause) and not patterns.ASKED.search(clause):
        return None
    if re.search(r"させて(?:ください|いただけ)", clause):
        return None
    if re.search(r"場合(?:は|には)?$|^何か|^もし", clause) or patterns.ENDS_CALL.search(clause):
        return None
    if patterns.ASKED.search(clause):
        later = due and patterns.AFTERWARDS.search(clause)
        if one.does("refusal") or (patterns.IN_CALL.search(clause) and not later):
            return None
        tried = re.search(r"[てで]みて(?:ください|いただけ)", clause)
        conditional = (
            tried or re.search(r"れば$|たら$", clause) and not patterns.HANDS_IN.search(clause)
        )
        if (
            (patterns.AFTERWARDS.search(clause) and not conditional)
            or due
            or patterns.MEANWHILE.search(clause)
        ):
            return made(
                "customer", with_topic([*before, one], clause, due), due, before=[*before, one]
            )
        return None
    if re.search(r"たら$|れば$", clause):
        return None
    if one.does("greeting", "closing") and not due:
        return None
    promised = _promised(one, clause, due, before)
    return (
        None
        if promised and due is None and patterns.EMPTY.fullmatch(promised.what)
        else promised
    )


def _customers_own(
    one: Statement, clause: str, due: tuple[int, int] | None, before: Sequence[Statement]
) -> Task | None:
    if patterns.OWN_DUTY.search(clause) and not re.search(
        r"誰|何|どこ|どう|いつ|どれ|どち", clause
    ):
        return made("customer", clause, due, customer=True, before=before)
    if (
        one.asks
        or one.does("churn", "escalation")
        or (one.does("demand") and not (due and patterns.ACTS.search(clause)))
        or patterns.NOT_OURS.search(clause)
    ):
        return None
    fetched = patterns.FETCHES.search(clause)
    bare = clause[: due[0]] + clause[due[1] :] if due else clause
    unnamed = fetched and patterns.UNNAMED.fullmatch(bare.removesuffix(fetched[0]))
    if fetched and unnamed and "を" not in bare and (thing := lacking(before)):
        own = made("customer", f"{thing}を{fetched[0]}", None, customer=True)
        when = f"（{clause[due[0] : due[1]]}）" if due else ""
        return replace(own, note=f"{own.note}{when}")
    clause = re.sub(r"(?<=ます)(?:から|ので|わ|ね|よ|な|で)+$", "", clause)
    acts = due and patterns.ACTS.search(clause) and one.likely.get("customer_task", 1.0) > _RARE
    if not (acts or patterns.CUSTOMER.search(clause)):
        return None
    pointing = bool(
        patterns.POINTING.match(clause[: due[0]] + clause[due[1] :] if due else clause)
    )
    return made("customer", clause, due, pointing=pointing, customer=True, before=before)


_RARE = 0.1
"""Probability from which a deed that a customer names a day for may be a task."""


def _promised(
    one: Statement, clause: str, due: tuple[int, int] | None, before: Sequence[Statement]
) -> Task | None:
    if (
        due
        and patterns.ONLY_ARRIVES.search(clause[due[1] :])
        and not re.search(r"[はがも]", clause[: due[0]])
    ):
        return None
    if re.search(r"(?:した|った|いた)(?=[一-龥ァ-ヶ])", clause) and re.search(
        r"です(?:ね)?$", clause
    ):
        return None
    plain_clause = re.sub(r"(?:ので|が|から|ね|よ|わ|な|(?<=ます)で)+$", "", clause)
    if (
        re.search(
            r"なら|承れます|いただけます$"
            r"|入れます$(?<!電話を入れます)(?<!連絡を入れます)(?<!報入れます)",
            plain_clause,
        )
        and not due
    ):
        return None
    if one.does("hold") and re.search(r"お待ち", one.text):
        return None
    if patterns.UNSAID.search(clause):
        return made(_owner(one, clause), clause.removesuffix("を"), due)
    now = re.match(r"今、|(?:.{1,8}(?:様|さま|さん)(?:ですね)?、)?ただいま", clause)
    if now and not due:
        return None
    if (
        patterns.STATIVE.search(plain_clause)
        and not re.search(r"予定|ことになって|見込み|はず", plain_clause)
        and not (due and patterns.COMES.search(plain_clause))
    ):
        return None
    if due and patterns.TAKEN_DOWN.match(clause[due[1] :]):
        when = clause[due[0] : due[1]]
        return Task(owner="agent", what="予約の対応", note=f"予約の対応（{when}）")
    if due and patterns.NO_WORK.fullmatch(clause[: due[0]] + clause[due[1] :]):
        return None
    if due and patterns.ACTS.search(plain_clause):
        return made(_owner(one, clause), clause, due, before=[*before, one])
    if not patterns.PROMISE.search(plain_clause) and not patterns.HUMBLE.search(plain_clause):
        if due and patterns.BOOKED.search(clause):
            return made("agent", clause, due)
        if due and patterns.COMES.search(plain_clause):
            return made(_owner(one, clause), clause, due, before=[*before, one])
        if patterns.TAKES_CARE.search(plain_clause):
            return made(_owner(one, clause), clause, due, before=[*before, one])
        return None
    if patterns.HOLDING.match(clause) and not due:
        return None
    if re.search(r"(?:です|でございます|となります|になります)$", plain_clause) and not due:
        return None
    stative = r"(?:ください|おります|ました|ません|できます|しています|ございます|あります)$"
    planned = due and re.search(r"予定|ことになって", plain_clause)
    if re.search(stative, plain_clause) and not planned:
        return None
    if re.search(r"可能性|かもしれ|(?<!その)場合|規定|通常は", clause) and not one.does(
        "callback"
    ):
        return None
    if (
        re.search(
            r"(?<!相談しまして、)(?<!確認しまして、)(?<!併せて)(?:失礼|お願い|お詫び|承知|録音|感謝|お断り|案内|お待ち|存じ|思い|伺いたく"
            r"|お受け|お答え)"
            r"(?:申し上げ|(?:いた|致)?し)?ます$",
            plain_clause,
        )
        and not due
    ):
        return None
    return made(_owner(one, clause), clause, due, before=[*before, one])


def _owner(one: Statement, clause: str) -> Owner:
    if patterns.OURSELVES.search(clause):
        return "agent"
    if told := read_sides(one):
        return told
    if patterns.OTHER.search(clause) or patterns.MADE_TO.search(clause):
        return "other"
    match = patterns.OTHER_NAME.search(clause)
    if (
        match
        and match["name"] not in patterns.NOT_PEOPLE
        and not re.search(r"[日時週月間後前中]$|品$|書$|金$|料$", match["name"])
    ):
        return "other"
    return "agent"


def only_when(one: Statement, clause: str, *, asked: bool) -> bool:
    """Whether ``clause`` only says when the thing spoken of before comes; ``asked`` is
    whether the customer wanted to know it."""
    if one.role != "agent" or one.asks:
        return False
    rest = clause
    for moment in dates_japanese.moments(clause, date.min):
        rest = rest.replace(moment.said, "")
    return bool(patterns.WHEN_ONLY.search(clause)) or not re.search(r"[一-龥ァ-ヶー]", rest)


def asks_when(text: str) -> bool:
    return bool(patterns.ASKS_WHEN.search(text))


def only_arrives(clause: str) -> bool:
    """Whether a clause that holds a date says no more than that something comes then."""
    return bool(patterns.ARRIVES_THEN.search(clause)) and "を" not in clause


def arrives(clause: str, going: str, before: Sequence[Statement]) -> bool:
    """Whether ``clause`` says when that arrives which was set going: under its own name or
    under one that nobody used before (「お荷物は」)."""
    match = re.match(
        r"(?:その|はい、|お|ご)*([一-龥ァ-ヶー][一-龥ぁ-んァ-ヶー]{0,5}?)(?:は|が|も)", clause
    )
    if match is None or not re.search(r"届[きく]|着き|到着|入荷|仕上", clause):
        return False
    return match[1] in going or not any(match[1] in other.text for other in before)


def named(text: str, clause: str) -> str:
    """``clause`` of ``text`` with what it points at; Japanese says it again or not at all."""
    return clause


def joined(going: str, arrival: str) -> str:
    return f"{going}（{arrival}）"


def books(clause: str) -> bool:
    """Whether a date is fixed on which the customer comes."""
    return bool(re.search(r"お?取り|予約|承り|伺って|お待ちし|ご来|お越し", clause))


def comes(clause: str) -> bool:
    """Whether a task is done when the customer comes."""
    return bool(re.search(r"お?持ち|持参|お?越し|ご?来", clause))


def sends(what: str) -> bool:
    """Whether a task ends in something that arrives."""
    return bool(patterns.SETS_GOING.search(what))


def starts(one: Statement, clause: str) -> bool:
    """Whether the operator set something going whose end may be told later."""
    return (
        one.role == "agent"
        and one.does("action", "offer", "promise")
        and not one.does("hold", "greeting", "identify", "apology", "refusal")
        and bool(patterns.SETS_GOING.search(clause))
        and not patterns.DONE.search(clause)
    )


def told(text: str) -> str:
    plain = japanese.noun_style(japanese.report_agent(text))
    return re.sub(r"(?:できる|可能だ?)(?:が)?$", "", plain)


def done_since(first: Statement, note: str, statements: Sequence[Statement]) -> bool:
    """Whether what was promised was reported done before the call ended."""
    match = re.search(r"([一-龥]{2,4})(?:する)?$", note)
    if not match or re.search(r"電話|連絡|折り返|メール|送|報告|返金|発送", note):
        return False
    return any(
        one.role == "agent"
        and one.index > first.index
        and re.search(
            rf"{match[1]}(?:を|が|も)?(?:完了|(?:いた|致)?しました|できました|済み)", one.text
        )
        for one in statements
    )
