"""What Japanese tasks leave out: things and topics said before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from summarizer import japanese, task_patterns_japanese as patterns
from summarizer.statements import Statement
from summarizer.tasks import Owner, Task

__all__ = ["lacking", "made", "with_topic"]


def lacking(before: Sequence[Statement]) -> str | None:
    """What the operator said to be lacking, shortly before."""
    for other in reversed(before[-_NEAR_THING:]):
        if other.role == "agent" and (match := patterns.LACKING.search(other.text)):
            return str(match["what"] or match["thing"])
    return None


def with_topic(said: Sequence[Statement], clause: str, due: tuple[int, int] | None) -> str:
    """The clause 「お持ちください」 with what its sentence named before: 「書類を」."""
    *before, one = said
    earlier = one.text[: max(one.text.find(clause), 0)]
    if not earlier and before and before[-1].role == "customer" and before[-1].asks:
        earlier = before[-1].text
    verb = patterns.TRANSITIVE.search(clause)
    topics = list(patterns.TOPIC.finditer(earlier))
    if verb is None or not topics or re.search("[をはがも]", clause):
        return clause
    if due and due[1] > verb.start():
        return clause
    return f"{clause[: verb.start()]}{topics[-1]['what']}を{clause[verb.start() :]}"


def _thing_of(before: Sequence[Statement]) -> str | None:
    """What is given where a promise leaves it out: what was needed or asked for before."""
    for other in reversed(before[-_NEAR_THING:]):
        if matches := list(patterns.THING.finditer(other.text)):
            return str(matches[-1]["thing"] or matches[-1]["asked"])
    return None


_NEAR_THING = 5
_TOPIC = 3
_LONGEST_TOPIC = 30


def _topic_of(before: Sequence[Statement], clause: str) -> str | None:
    """What a bare "I'll find out" is about: what was said just before it, or what the
    customer asked last."""
    current, *earlier = before[::-1]
    said = current.text[: max(current.text.find(clause[:8]), 0)].strip("、。 ")
    if len(re.findall(r"[一-龥ァ-ヶー]", said)) >= _TOPIC:
        about = japanese.plain(re.sub(r"^(?:それ|これ)は、", "", said))
        return (
            about if not patterns.POINTS.match(about) and len(about) <= _LONGEST_TOPIC else None
        )
    for other in earlier[:4]:
        asked = patterns.OBJECT.match(other.text) if other.role == "agent" else None
        if asked and other.asks and asked["verb"] in clause:
            return str(asked["what"])
        if other.role == "customer" and (other.asks or other.does("request", "issue")):
            about = japanese.report_customer(other.text)
            fits = 6 <= len(about) <= _LONGEST_TOPIC and "[" not in about
            fits = fits and not patterns.POINTS.match(about)
            if fits:
                return about
    return None


_NOUN = r"(?P<what>[一-龥々ァ-ヶーA-Za-z]{1,12}(?:の[一-龥々ァ-ヶー]{1,8})?)(?:など|とか)?"
_OBJECT_SAID = re.compile(
    r"[一-龥][ぁ-ん]を|に引き継|へ(?:かけ|行|伺|送)|[一-龥々ァ-ヶーA-Za-z](?:を|は|が|も|の件|について)(?<!私が)(?<!俺が)(?<!僕が)|電話|連絡|返金|伺"
)
_MARKED = (re.compile(rf"{_NOUN}(?:を|は)"), re.compile(rf"{_NOUN}(?:が|も)"))
_NO_THING = re.compile(
    r"^(?:[人方事物時日月私俺僕何誰今前後中上者家気先娘孫子母父妻夫]|息子|主人|言葉|名前|心痛|立腹|不満|昼間|携帯|自分|その|こちら|それ|お?客様|場合|本日|今日|明日.*|次|結果|必要|方法|本人|件|悪用|ほう|間|話|声|.*様|.*さん)$"
    r"|[〇一二三四五六七八九十百千万]|[日時分月年週]$"
)


def _object_before(before: Sequence[Statement]) -> str | None:
    """The thing that was spoken of last."""
    for other in reversed(before[-_NEAR_THING:]):
        for marked in _MARKED:
            things = [match["what"] for match in marked.finditer(other.text)]
            things = [thing for thing in things if not _NO_THING.search(thing)]
            if things:
                return things[-1]
    return None


def made(
    owner: Owner,
    clause: str,
    due: tuple[int, int] | None,
    *,
    pointing: bool = False,
    customer: bool = False,
    before: Sequence[Statement] = (),
) -> Task:
    """The task that ``clause`` gives to ``owner``, its deadline at ``due``; with what it is
    about where the clause leaves that out and the statements ``before`` it name it."""
    bare = clause
    if due:
        bare = clause[: due[0]] + clause[due[1] :]
        bare = re.sub(r"、+", "、", bare).strip(" 、,")
        bare = re.sub(
            r"^(?:の|は(?!い)|に|で|から|中に|までに|には|では)(?=.)", "", bare
        ).strip("、")
    bare = re.sub(r"(から|より)、", r"\1", bare)
    bare = re.sub(
        r"(?:遅くとも|遅くても|必ず|改めて|責任を持って|まず|また|あと(?!で)|それから|では"
        r"|それでは)、?",
        "",
        bare,
    )
    bare, clause = (patterns.LEADS.sub("", one) for one in (bare, clause))
    bare, clause = (re.sub(r"ように(?:いた|致)?します$", "", one) for one in (bare, clause))
    bare, clause = _duty(bare), _duty(clause)
    told = japanese.report_customer if customer else japanese.report_agent
    what, note = told(bare), told(clause)
    if owner == "customer":
        what = re.sub(r"よう案内$", "", what)
        what = re.sub(r"を依頼$", "", what)
        if customer:
            note = f"顧客が{note}"
    if (
        owner != "other"
        and "を" not in what
        and not re.search(r"(?:届く|着く|伺う|行く|来る|入る)(?:予定)?$", what)
    ):
        what = re.sub(r"^([^はもがに]{1,18}?)(?:は|も(?![らりう]))、?", r"\1を", what)
    what = re.sub(r"(?<=.)(?:[をはが]|、)+なる$", "", what)
    short = len(re.findall(r"[一-龥ァ-ヶー]", what)) < _SHORT_TASK
    short = short and not (due and re.search(r"電話|連絡|返金|振り込", what))
    if owner == "customer":
        short = len(re.findall(r"[一-龥ァ-ヶー]", what)) < _BARE_TASK
        short = (short or what in ("電話する", "連絡する", "返信する")) and bool(what)
    unsaid = (
        owner == "agent" and patterns.GIVES.search(what) and not re.search("[をがはも]", what)
    )
    if unsaid and before and (thing := _thing_of(before)):
        what, note, short = f"{what}（{thing}）", f"{note}（{thing}）", False
    if owner != "other" and before and short and (about := _topic_of(before, clause)):
        what, note = f"{what}（{about}）", f"{note}（{about}）"
    named = (
        "（" in what
        or _OBJECT_SAID.search(what)
        or patterns.EMPTY.fullmatch(japanese.noun_style(what))
    )
    if what and not named and (thing := _object_before(before)):
        what, note = f"{what}（{thing}）", f"{note}（{thing}）"
    return Task(
        owner=owner,
        what=japanese.noun_style(what),
        note=japanese.noun_style(note),
        pointing=pointing,
    )


def _duty(text: str) -> str:
    """「出せばいいんですよね」 is 「出す」."""
    rows = dict(zip("えけげせてねべめれ", "うくぐすつぬぶむる", strict=True))
    return patterns.OWN_DUTY.sub(lambda match: rows.get(match.group()[0], "る"), text)


_BARE_TASK = 2
_SHORT_TASK = 5
"""Characters of Kanji and Katakana below which a task does not say what it is about."""
