"""Who does what until when after the call: promises, tasks and arrivals, each once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from copilot.events import Due, FollowUp
from summarizer import (
    constructions_english,
    constructions_japanese,
    tasks_english,
    tasks_japanese,
)
from summarizer.dates import find_due
from summarizer.lexicon import Lexicon
from summarizer.statements import Statement
from summarizer.tasks import Task
from summarizer.tasks_read import owner_as_read, share_of_task, task_as_read, telling

__all__ = ["Commitment", "find_commitments"]

_NEAR = 6
"""Statements back within which "it" is looked for."""
_MAY_BE = 0.3
"""Probability of a task from which what somebody "is doing" is still to be done."""
_SAME = 0.6
"""Share of words by which two tasks are the same one, said twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """A follow-up and the statements it rests on."""

    follow_up: FollowUp
    statements: tuple[Statement, ...]
    note: str
    """The whole task as the note tells it, its deadline included."""


def find_commitments(
    statements: Sequence[Statement], lexicon: Lexicon, today: date
) -> list[Commitment]:
    """What is still to be done after the call, in the order in which it was said."""
    reader = tasks_japanese if lexicon.language == "ja" else tasks_english
    found: list[Commitment] = []
    booked: tuple[int, Due] | None = None
    going: tuple[Statement, str] | None = None
    for position, one in enumerate(statements):
        before = statements[:position]
        question = _question(before, one)
        asked = any(reader.asks_when(other.text) for other in question)
        said = _as_meant(one, statements, lexicon.language, today)
        owner = owner_as_read(one)
        known = len(found)
        clauses = reader.clauses(said.text)
        for clause in clauses:
            due = find_due(clause, lexicon.language, today)
            task = reader.task(said, clause, due[1] if due else None, before, lexicon)
            when = due[0] if due else None
            if when and asked and reader.only_arrives(clause):
                # Of "sent today, there on Friday" the arrival was asked for.
                last = find_due(re.split("[、,]", clause)[-1], lexicon.language, today)
                task, when = None, last[0] if last else when
            if when and reader.books(clause):
                booked = (one.index, when)
            if (
                task
                and when is None
                and booked
                and one.index - booked[0] <= 2
                and reader.comes(clause)
            ):
                when = booked[1]
            if task is None or not task.what:
                if when and owner and not asked and _says_more(clause, when):
                    pass  # more than a time: a task in words that no rule knows
                elif when and reader.only_when(one, clause, asked=asked):
                    added = _add_time(found, one, when, going, question, asked=asked)
                    going = None
                    instead = not added and lexicon.language == "ja"
                    if instead and _takes_up(clause, when, question, found):
                        found[-1] = _with_due(found[-1], when, one)
                elif when and one.role == "agent" and _takes_up(clause, when, question, found):
                    found[-1] = _with_due(found[-1], when, one)
                elif reader.starts(one, clause):
                    going = one, reader.told(reader.named(one.text, clause))
                continue
            if going and when and reader.arrives(clause, going[1], before):
                told = reader.joined(going[1], task.note)
                task = replace(task, what=going[1], note=told)
                found.append(_commitment((going[0], one), task, when))
                going = None
                continue
            if when and found and _open(found[-1], one):
                last_task = found[-1].follow_up.what
                if reader.sends(last_task) and reader.arrives(clause, last_task, before):
                    found[-1] = _with_due(found[-1], when, one)
                    continue
            _add(found, one, task, when)
            _add_day(found, one, before, question, lexicon.language, today)
        if owner and known == len(found) and not _told(found, one):
            if lexicon.language != "ja":
                said = replace(one, text=telling(clauses, today))
            due = find_due(said.text, lexicon.language, today)
            where = due[1] if due else None
            task = task_as_read(said, owner, where, lexicon.language, [*before, one])
            if task and task.what:
                _add(found, one, task, due[0] if due else None)
    found = [_with_event(one) if lexicon.language == "en" else one for one in found]
    return [
        one for one in found if not reader.done_since(one.statements[0], one.note, statements)
    ]


def _with_event(old: Commitment) -> Commitment:
    """With what is to happen first as the deadline, where no other was said."""
    event = _EVENT.search(old.follow_up.what)
    if old.follow_up.due or event is None:
        return old
    return replace(old, follow_up=replace(old.follow_up, due=Due(said=event[0], date=None)))


def _add_day(
    found: list[Commitment],
    one: Statement,
    before: Sequence[Statement],
    question: Sequence[Statement],
    language: str,
    today: date,
) -> None:
    """With the day that the operator named a sentence before, where the task of ``one`` has a
    time of it only; with any time named there or the day for which the customer just asked,
    where it has none."""
    if not found or found[-1].statements != (one,) or found[-1].follow_up.owner == "customer":
        return
    due = found[-1].follow_up.due
    if due and _A_DAY.search(due.said):
        return
    said_before = [other for other in before[-1:] if other.utterance_id == one.utterance_id]
    asked = [other for other in question if other.asks or _ASKS_HOW.search(other.text)]
    for other in said_before if due else [*said_before, *asked]:
        named = find_due(other.text, language, today)
        whole = other in asked or due
        if named is None or (whole and not (named[0].date and _A_DAY.search(named[0].said))):
            continue
        if not whole and (other.asks or _told(found, other)):
            continue
        said = f"{named[0].said} {due.said}" if due else named[0].said
        found[-1] = _with_due(found[-1], Due(said=said, date=named[0].date), other)
        return


def _told(found: Sequence[Commitment], one: Statement) -> bool:
    """Whether a task rests on ``one`` already, or on nothing that it says anew."""
    return any(one in task.statements for task in found[-2:])


def _as_meant(
    one: Statement, statements: Sequence[Statement], language: str, today: date
) -> Statement:
    """``one`` said the plain way; an offer that the customer takes is a promise."""
    ways = constructions_japanese if language == "ja" else constructions_english
    promise = None
    if one.role == "agent" and not one.does("refusal"):
        replies = _replies(one, statements)
        declined = any(other.does("decline", "refusal") for other in replies)
        taken = any(
            other.does("accept", "choice") or ways.TAKES.match(other.text)
            for other in replies[:2]
        )
        offered = ways.time_offered(one.text)
        if taken and not any(other.does("decline") for other in replies[:1]):
            promise = ways.as_promise(one.text)
        if promise is None and offered and not declined and find_due(offered, language, today):
            promise = offered
    text = one.text
    if language == "en":
        asked = statements[one.index - 1] if one.index else one
        if promise is None and asked.role != one.role:
            promise = constructions_english.answered(text, asked.text)
        dated = one.role == "agent" and find_due(text, "en", today) is not None
        if dated or share_of_task(one) > _MAY_BE:
            text = constructions_english.to_come(text)
    if promise is None:
        return replace(one, text=ways.plainly(text))
    return replace(one, text=promise, asks=False, acts=frozenset(["promise"]))


def _replies(one: Statement, statements: Sequence[Statement]) -> list[Statement]:
    """What the other side says next, in its next turn."""
    replies: list[Statement] = []
    for other in statements[one.index + 1 :]:
        if other.role != one.role:
            replies.append(other)
        elif replies:
            break
    return replies


def _add(found: list[Commitment], one: Statement, task: Task, due: Due | None) -> None:
    new = _commitment((one,), task, due)
    for place in range(len(found) - 1, -1, -1):
        old = found[place]
        near = one.index - old.statements[-1].index <= _NEAR
        sides = (task.owner == "customer") == (old.follow_up.owner == "customer")
        if not sides or not (task.pointing and near or _same(task.what, old.follow_up.what)):
            continue
        if task.pointing:
            found[place] = _with_due(old, due, one) if due else old
        elif due and not (
            old.follow_up.due and (not due.date or len(_keys(task.what)) < _FULL_TASK)
        ):
            owner = "other" if "other" in (old.follow_up.owner, task.owner) else task.owner
            enough = len(task.what) >= _SAME * len(old.follow_up.what)
            richer = task.what if enough else old.follow_up.what
            found[place] = replace(
                new,
                follow_up=FollowUp(owner=owner, what=richer, due=due),
                statements=(*old.statements, one),
            )
        return
    if not task.pointing or due:
        found.append(new)


def _commitment(statements: tuple[Statement, ...], task: Task, due: Due | None) -> Commitment:
    follow_up = FollowUp(owner=task.owner, what=task.what, due=due)
    return Commitment(follow_up=follow_up, statements=statements, note=task.note)


def _open(old: Commitment, one: Statement) -> bool:
    """Whether a task of the centre, said just before ``one``, has no deadline yet."""
    near = one.index - old.statements[-1].index <= _NEAR
    return near and old.follow_up.due is None and old.follow_up.owner != "customer"


def _question(before: Sequence[Statement], one: Statement) -> list[Statement]:
    """What the customer said last before the operator's turn that ``one`` stands in."""
    turn = len(before)
    while turn and before[turn - 1].role == one.role:
        turn -= 1
    start = turn
    while start and before[start - 1].role != one.role:
        start -= 1
    return [*before[start:turn]] if one.role == "agent" else []


_ASKS_HOW = re.compile(
    r"\b(?:how|what|where|can|could|will|do|does|is) (?:do|does|will|can|i|we|you|he|she"
    r"|it|they)\b",
    re.IGNORECASE,
)
"""A question in the midst of what is said without marks."""
_EVENT = re.compile(
    r"\b(?:before|after|by the time|as soon as|once) (?!that\b|this\b|it\b|all\b)"
    r"[\w']+(?: [\w']+){0,7}$",
    re.IGNORECASE,
)
_TIME_WORDS = re.compile(
    r"\d+|\b\w+day\b|\bnoon\b|[月火水木金土日]曜|[一二三四五六七八九十]+(?=[日時])"
)
_A_DAY = re.compile(r"[日曜月週明]|あした|あす|あさって|day\b|\btomorrow\b|\bweek")
_MORE_THAN_TIME = 8
"""Characters beside a date from which a sentence says more than when."""


def _takes_up(
    clause: str, due: Due, question: Sequence[Statement], found: Sequence[Commitment]
) -> bool:
    """Whether the operator takes up another time that the customer asked for instead."""
    if not found or found[-1].follow_up.due is None or found[-1].follow_up.owner == "customer":
        return False
    last = found[-1].statements[-1].index
    asked = " ".join(one.text for one in question if 0 < one.index - last <= _NEAR)
    if len(clause) - len(due.said) > _MORE_THAN_TIME or not due.date:
        return False
    times = set(_TIME_WORDS.findall(asked))
    whole = not _A_DAY.search(found[-1].follow_up.due.said) or _A_DAY.search(due.said)
    instead = times and whole and not clause.isascii()
    return bool(times & set(_TIME_WORDS.findall(due.said)) or instead)


def _says_more(clause: str, due: Due) -> bool:
    """Whether a clause tells more than when."""
    return len(clause) - len(due.said) > _MORE_THAN_TIME


def _add_time(
    found: list[Commitment],
    one: Statement,
    due: Due,
    going: tuple[Statement, str] | None,
    question: Sequence[Statement],
    *,
    asked: bool,
) -> bool:
    """ "It takes five days", "By Friday": when the thing spoken of before will be there.

    Returns whether anything was to be done that had no deadline yet.
    ``question`` is what the customer said last, ``asked`` whether that asked when.
    """
    last = found[-1] if found else None
    named = {word for other in question if other.asks for word in _keys(other.text)}
    named = {word for word in named if len(word) > _SHORT_WORD or not word.isascii()}
    for place in range(len(found) - 1, -1, -1):
        old = found[place]
        undated = old.follow_up.due is None or old.follow_up.due.date is None
        day = old.statements[-1] in question and undated and _A_DAY.search(due.said)
        if day or (old.follow_up.due is None and _keys(old.follow_up.what) & named):
            found[place] = _with_due(found[place], due, one)
            return True
    if going and (last is None or going[0].index >= last.statements[-1].index):
        if one.index - going[0].index <= _NEAR:
            task = Task(owner="agent", what=going[1], note=going[1])
            found.append(_with_due(_commitment((going[0],), task, None), due, one))
            return True
        return False
    for place in range(len(found) - 1, -1, -1):
        old = found[place]
        last_one = old.statements[-1]
        if one.index - last_one.index > _NEAR or not (asked or place == len(found) - 1):
            return False
        # Whoever says two dates in one answer means the second.
        again = last_one.utterance_id == one.utterance_id and len(old.statements) > 1
        if old.follow_up.owner != "customer" and (old.follow_up.due is None or again):
            found[place] = _with_due(replace(old, statements=old.statements), due, one)
            return True
    return False


def _with_due(old: Commitment, due: Due, one: Statement) -> Commitment:
    told = _undated(old)
    day = old.follow_up.due.date if old.follow_up.due else None
    if day and not _A_DAY.search(due.said):
        due = replace(due, date=day)  # another time of the same day
    when = due.said[:1].lower() + due.said[1:] if due.said[1:2].islower() else due.said
    japanese = bool(re.search(r"[ぁ-んァ-ヶ一-龥]", told))
    note = f"{told}（{when}）" if japanese else f"{told}, {when}"
    return Commitment(
        follow_up=replace(old.follow_up, due=due),
        statements=(*old.statements, one),
        note=note,
    )


def _undated(old: Commitment) -> str:
    """The note of a task without the deadline that is to be replaced."""
    told = old.note.rstrip("。.")
    if old.follow_up.due is None:
        return told
    said = re.escape(old.follow_up.due.said)
    return re.sub(
        rf"（{said}）|,? {said}$|{said}(?:には|に)?、?", "", told, count=1, flags=re.IGNORECASE
    )


def _same(new: str, old: str) -> bool:
    mine, theirs = _keys(new), _keys(old)
    smaller = min(len(mine), len(theirs))
    if _action(new) != _action(old) and re.search(r"[ぁ-ん]", new + old):
        return False
    if smaller < 2:
        return bool(mine) and mine == theirs
    return len(mine & theirs) >= _SAME * smaller


def _action(text: str) -> str:
    """What is done, the last word of a Japanese task: 「電話」 of 「森から電話する」."""
    words = re.findall(r"[一-龥]{2}|[一-龥](?=[ぁ-ん])", re.sub(r"（.*", "", text))
    return words[-1] if words else ""


_SHORT_WORD = 3
_FULL_TASK = 3
"""Words from which a task said again stands for itself, with a new deadline."""
_EMPTY_WORDS = """
a an the to of for in on at and or with from by customer agent it that this them you your be is
are will can get have do then back up out so we our their
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())


def _keys(text: str) -> set[str]:
    japanese = re.findall(r"[一-龥]{2}|[ァ-ヶー]{2,}|[一-龥](?=[ぁ-ん])", text)
    english = [word.rstrip("s") for word in re.findall(r"[a-z0-9]{2,}", text.lower())]
    return {*japanese, *english} - _EMPTY
