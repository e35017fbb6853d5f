"""Tasks in English speech: who promises, is asked or is expected to do something."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from summarizer import english, task_patterns_english as patterns
from summarizer.clauses_english import clauses
from summarizer.dates import find_due
from summarizer.lexicon import Lexicon
from summarizer.statements import Statement
from summarizer.tasks import Owner, Task
from summarizer.tasks_english_words import (
    antecedent,
    as_asked,
    handed_in,
    last_given,
    made,
    named,
    needed_thing,
)
from summarizer.tasks_read import DOUBTFUL, SURE

__all__ = [
    "arrives",
    "asks_when",
    "books",
    "clauses",
    "comes",
    "done_since",
    "joined",
    "named",
    "only_arrives",
    "only_when",
    "sends",
    "starts",
    "task",
    "told",
]


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
    if one.does("greeting", "closing", "identify") and not due and not one.does("callback"):
        return None
    if before and before[-1].role == "customer" and patterns.AGREES.match(one.text):
        asked = patterns.OWN_DUTY.search(before[-1].text)
        if asked and not patterns.IN_CALL.search(before[-1].text):
            said = re.sub(
                r"^(?:the|my|this|that) (?P<thing>[\w ]+), (?P<asks>.*?)\b(?:them|it)\b",
                r"\g<asks>the \g<thing>",
                before[-1].text,
                flags=re.IGNORECASE,
            )
            asked = patterns.OWN_DUTY.search(said) or asked
            return made("customer", "Customer", asked["act"], said, asked.start("act"), None)
    if document := handed_in(one, before):
        return document
    if one.asks and one.does("question") and not patterns.ASKED.search(clause) and not due:
        return None
    if match := patterns.ASKED.search(clause):
        act, asks = match["act"] or match["plain"], (match["asks"] or "").lower().strip()
        parts = re.split(r" and (?:then )?", act)
        sure = any(map(patterns.SURE_TASK.match, parts)) and not asks.startswith("you can")
        bare = re.fullmatch(
            r"(?:if|when|once|how about|how's th(?:is|at),?|and|then)? ?you ?", asks
        )
        sure = sure and not bare
        if bare and due and not re.match(patterns.GIVES, act, re.IGNORECASE):
            return None
        if not patterns.IN_CALL.search(clause) and (sure or due) and not one.does("refusal"):
            start = match.start("act" if match["act"] else "plain")
            return made("customer", "Customer", act, clause, start, due, before=[*before, one])
        if match["act"] and not bare and not re.match(r"you can|just|simply", asks):
            return None
    needed = patterns.NEEDED.search(clause)
    if needed and (due or patterns.HANDED_IN.search(needed["what"])):
        act = f"provide {needed['what']}"
        shift = needed.start("what") - len("provide ")
        return made("customer", "Customer", act, clause, shift, due, offset=len("provide "))
    return _empty(_promised(one, clause, due, before) or _arranged(one, clause, due, before))


def _customers_own(
    one: Statement, clause: str, due: tuple[int, int] | None, before: Sequence[Statement]
) -> Task | None:
    if gets := patterns.YOU_GET.match(clause):
        act = f"send us {gets['thing']}"
        pointing = bool(re.match(r"(?:it|that|them|those|one)\b", gets["thing"]))
        shift = gets.start("thing") - len("send us ")
        sent = made("customer", "Customer", act, clause, shift, due, customer=True)
        return Task(owner="customer", what=sent.what, note=sent.note, pointing=pointing)
    match = patterns.CUSTOMER.search(clause)
    if not match or one.asks or one.does("churn", "demand", "escalation", "unsatisfied"):
        return None
    act = match["act"]
    likely = one.likely.get("customer_task")
    sure = likely is not None and likely >= SURE
    if likely is not None and likely < DOUBTFUL and not due:
        return None
    if match["modal"].strip() in ("can", "could") and not due:
        return None
    pointing = bool(patterns.POINTING.match(act))
    if patterns.NOT_OURS.match(act) and not (sure or due and pointing):
        return None
    if re.match(r"(?:have|get|let|check|try|go|come|tell|give|make)\b", act) and not (
        due or sure
    ):
        return None
    if pointing and not due and (thing := needed_thing(before)):
        what = english.capitalised(f"{act.split()[0]} {english.agents_words(thing)}")
        return Task(
            owner="customer", what=what, note=f"Customer to {what[:1].lower()}{what[1:]}"
        )
    owed = next(
        (
            found
            for other in reversed(before[-3:])
            if other.role == "customer"
            if (found := patterns.OWES.search(other.text))
        ),
        None,
    )
    if pointing and due and owed and act.lower().startswith("do"):
        told = english.customers_words(owed["act"])
        note = f"Customer to {told} {clause[due[0] : due[1]]}"
        return Task(owner="customer", what=english.capitalised(told), note=note)
    own = made(
        "customer",
        "Customer",
        act,
        clause,
        match.start("act"),
        due,
        customer=True,
        before=[*before, one],
    )
    return Task(owner="customer", what=own.what, note=own.note, pointing=pointing)


def _promised(
    one: Statement, clause: str, due: tuple[int, int] | None, before: Sequence[Statement]
) -> Task | None:
    match = patterns.PROMISE.search(clause)
    if match is None and (then := patterns.ONCE_THEN.search(clause)):
        done = made("agent", "Agent", then["act"], clause, then.start("act"), due)
        once = english.agents_words(then["lead"][:1].lower() + then["lead"][1:])
        return Task(owner="agent", what=f"{done.what} {once}", note=f"{done.note}, {once}")
    if match is None:
        if expected := patterns.EXPECT.search(clause):
            act = "receive " + re.sub(r"^to (?:receive|get) ", "", expected["rest"])
            shift = expected.start("rest") - len("receive ")
            owner: Owner = "other" if patterns.FROM_OTHERS.search(act) else "agent"
            return made(owner, "Customer", act, clause, shift, due, offset=len("receive "))
        return None
    if patterns.HEDGED.search(clause[: match.start()]):
        return None
    who, verb = match["who"].lower(), match["verb"].lower()
    act = clause[match.start("verb") :]
    calls = one.does("callback")
    if match["not"] or re.match(r"(?:never|no longer)\b", act, re.IGNORECASE):
        return None
    if match["modal"].strip() in ("should", "shall") and (
        who in ("i", "we") or re.match(r"(?:have|'ve) ", act)
    ):
        return None
    if re.match(r"(?:have|need|want|be able) to\b|have been\b", act, re.IGNORECASE):
        return None
    if who in ("i", "we"):
        if (
            patterns.IDLE.match(act)
            and one.likely.get("agent_task", 0.0) < SURE
            and not (due and not one.does("hold"))
            and not (calls and re.search(r"\band\b", act))
        ):
            return None
        if other := patterns.HAVE_OTHER.match(act):
            doing = clause[match.start("verb") + other.start("act") :]
            start = match.start("verb") + other.start("act")
            return made("other", other["who"], doing, clause, start, due)
        if one.does("hold") and not due and not calls:
            return None
        if patterns.SOON.search(clause) and not due and not calls:
            return None
        start = match.start("verb")
        if re.match(r"do (?:that|it|so|this)\b", act, re.IGNORECASE):
            same = Task(owner="agent", what=act, note=act, pointing=True) if due else None
            return as_asked(act, before) or same
        return made("agent", "Agent", act, clause, start, due, before=[*before, one])
    if who == "you":
        if not re.match(
            r"(?:receive|get|hear|have|see|find|know|be (?:told|contacted|called|emailed"
            r"|refunded|credited|sent|notified))\b",
            verb + match["rest"],
        ):
            return None
        sent = re.search(
            r"\b(?:e-?mail|text|letter|call|confirmation|link|message|notification)\b", act
        )
        if verb in ("have", "see", "find", "get") and not (due or sent):
            return None
        owner = "other" if patterns.FROM_OTHERS.search(act) else "agent"
        return made(
            owner, "Customer", act, clause, match.start("verb"), due, before=[*before, one]
        )
    if who in ("it", "that", "this", "these", "those", "everything"):
        if not due or not re.match(r"be \w+(?:ed|en|t|d)\b", act):
            return None
        return made("agent", who, act, clause, match.start("verb"), due)
    person = bool(
        re.fullmatch(
            rf"{patterns.PERSON}(?:,? {patterns.NAME},?)?.*|{patterns.DEPARTMENT}",
            match["who"],
            re.I,
        )
        or re.match(r"(?:they|he|she|someone|somebody)$", who)
        or re.fullmatch(rf"{patterns.NAME}(?:,? .*)?", match["who"])
        and (clause[:1] != match["who"][:1] or _is_named(match["who"], before))
        or re.match(
            r"(?:call|ring|phone|contact|visit|come (?:out|over|round|to)|text)\b", verb
        )
    )
    person = person or one.likely.get("other_task", 0.0) >= SURE
    if not person and not (
        due or re.match(r"be \w+(?:ed|en|t|id)\b|(?:arrive|reach|come|follow)", act)
    ):
        return None
    if re.match(r"do (?:the rest|that|it|this|so)\b", act, re.IGNORECASE):
        return None
    subject = match["who"]
    if who in ("they", "he", "she"):
        person_meant = antecedent([*before, one], who)
        if person_meant is None and not re.match(patterns.CONTACTS, act, re.IGNORECASE):
            return None
        subject = person_meant or "Colleague"
    owner = "other" if person else "agent"
    return made(owner, subject, act, clause, match.start("verb"), due, before=[*before, one])


def _is_named(who: str, before: Sequence[Statement]) -> bool:
    """Whether the first word of a sentence is a name: it is written so elsewhere too."""
    word = re.escape(who.split()[0])
    inside = re.search(r"[a-z][A-Z]", who)
    return bool(inside) or any(re.search(rf"[a-z,] {word}\b", one.text) for one in before)


def _arranged(
    one: Statement, clause: str, due: tuple[int, int] | None, before: Sequence[Statement]
) -> Task | None:
    if due is None or one.asks or one.does("refusal") or patterns.SOON.search(clause):
        return None
    if patterns.APPOINTED.search(clause) and not patterns.FIXED_FOR.search(clause):
        out = any(patterns.COMES_OUT.search(other.text) for other in before)
        what = "Visit booked" if out else "Booking made"
        return Task(owner="agent", what=what, note=f"{what}, {clause[due[0] : due[1]]}")
    if match := patterns.ARRANGED.search(clause) or patterns.ONGOING.search(clause):
        rest = match["rest"]
        visit = re.search(
            r"\b(?:engineer|technician|courier|driver|plumber|visit|collection|pick-?up"
            r"|call ?back|appointment|delivery|inspection|surveyor)\b",
            rest,
            re.IGNORECASE,
        )
        sends = re.match(
            r"(?:send|email|post|mail|ship|issu|refund|process|dispatch|credit|return|order"
            r"|arrang|replac)",
            match["verb"],
            re.IGNORECASE,
        )
        going = match["verb"].lower().endswith("ing") and not re.match(
            r"(?:arrang|book|schedul|get|hav)", match["verb"], re.I
        )
        if visit or sends or going:
            act = clause[match.start("verb") :]
            return made("agent", "", act, clause, match.start("verb"), due)
        return None
    if match := patterns.FIXED_FOR.search(clause):
        done = made("agent", "", clause[match.start() :], clause, match.start(), due)
        if " " not in done.what and (thing := last_given(before)):
            # "So delivered by a quarter to two": what was ordered.
            what, note = f"{thing} {done.what.lower()}", f"{thing} {done.note.lower()}"
            done = Task(
                owner="agent", what=english.capitalised(what), note=english.capitalised(note)
            )
        return done
    if match := patterns.DOES.search(clause):
        who, act = match["who"], clause[match.start("act") :]
        plain = re.sub(r"^(\w+?)(?:e?s)\b", r"\1", act)
        shift = match.start("act") + len(act) - len(plain)
        return made("other", who, plain, clause, shift, due)
    match = patterns.SET_FOR.search(clause)
    if match and re.search(
        r"\b(?:refund|replacement|parcel|package|order|delivery|engineer|technician|courier"
        r"|appointment|visit|card|letter|cheque|check|payment|transfer|credit|part|courier"
        r"|collection|call ?back|inspection|repair|claim|new \w+)\b",
        match["who"],
        re.IGNORECASE,
    ):
        if one.does("finding") and re.search(r"\b(?:was|were)\b", match.group()):
            return None
        return made("agent", "", clause[match.start() :], clause, match.start(), due)
    return None


def only_when(one: Statement, clause: str, *, asked: bool) -> bool:
    """Whether ``clause`` only says when the thing spoken of before comes; ``asked`` is
    whether the customer wanted to know it."""
    if one.role != "agent" or one.asks:
        return False
    if asked or patterns.WHEN_ONLY.match(clause) or patterns.THEN_ONLY.match(clause):
        return True
    due = find_due(clause, "en", date.min)
    return bool(due and not patterns.ONLY_WORDS.sub("", clause.replace(due[0].said, "")))


def asks_when(text: str) -> bool:
    return bool(patterns.ASKS_WHEN.search(text))


def only_arrives(clause: str) -> bool:
    """Whether a clause that holds a date says no more than that something comes then."""
    return bool(patterns.ARRIVES_THEN.match(clause))


def arrives(clause: str, going: str, before: Sequence[Statement]) -> bool:
    """Whether ``clause`` says when that arrives which was set going."""
    return bool(re.match(r"(?:it|that|they|this|one)\b", clause, re.IGNORECASE))


def joined(going: str, arrival: str) -> str:
    return f"{going}; {arrival[:1].lower()}{arrival[1:]}"


def books(clause: str) -> bool:
    """Whether a date is fixed on which the customer comes."""
    return bool(
        re.search(r"\b(?:book|pencil|schedul|put|squeez|slot|appointment)", clause, re.I)
    )


def comes(clause: str) -> bool:
    """Whether a task is done when the customer comes."""
    return bool(re.search(r"\b(?:bring|come|arrive|with you)\b", clause, re.IGNORECASE))


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
    )


def told(text: str) -> str:
    """A thing set going, as a task."""
    reported = english.report_agent(text)
    return english.capitalised(re.sub(r"^(?:Agent|We)(?:'ll| will) ", "", reported))


def done_since(first: Statement, note: str, statements: Sequence[Statement]) -> bool:
    """Whether what was promised was reported done before the call ended."""
    match = re.match(r"Agent to (\w+)", note)
    if not match or re.search(r"\b(?:call|ring|email|contact)\b", note):
        return False
    stem = match[1].lower()[:5]
    for one in statements:
        if one.role != "agent" or one.index <= first.index:
            continue
        if re.search(
            rf"\b(?:i've|i have|we've|that's|it's)(?: just| now| all| been)* {stem}",
            one.text,
            re.I,
        ):
            return True
    return False


def _empty(task: Task | None) -> Task | None:
    return task if task and len(task.what.split()) > 1 else None
