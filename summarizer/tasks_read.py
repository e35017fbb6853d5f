"""Tasks in words that no rule knows, where the learned reader is sure of them."""

from __future__ import annotations

import re

from summarizer import japanese
from summarizer.statements import Statement
from summarizer.tasks import Owner, Task
from summarizer.tasks_english_words import made

__all__ = ["owner_as_read", "task_as_read"]

_SURE = 0.7
_OWNERS: dict[str, Owner] = {
    "agent_task": "agent",
    "other_task": "other",
    "customer_task": "customer",
}
_WILL = re.compile(
    r"^(?:(?:i|we)(?:'ll| will|'m going to| am going to|'re going to|'m gonna| can|'d)|let me"
    r"|what i'll do is|if you(?:'d| could| can| would)?|you(?:'ll|'d| will)?"
    r"(?: (?:want|need|have) to| better)?|(?:could|can|would|will) you|please)"
    r"(?: (?:just|also|please|then|now|have to|need to))* ",
    re.IGNORECASE,
)


def owner_as_read(one: Statement) -> Owner | None:
    """Who takes something on in ``one``, where a reading is sure of that."""
    share, question = max(
        ((one.likely.get(question, 0.0), question) for question in _OWNERS),
        default=(0.0, ""),
    )
    return _OWNERS[question] if share >= _SURE else None


def task_as_read(
    one: Statement, owner: Owner, due: tuple[int, int] | None, language: str
) -> Task:
    """The task that ``one`` gives to ``owner`` in its own words; its deadline stands at
    ``due`` of its text."""
    customers = one.role != "agent"
    if language == "ja":
        return _japanese(one.text, owner, due, customers=customers)
    lead = _WILL.match(one.text)
    start = lead.end() if lead and not (due and due[0] < lead.end()) else 0
    return made(owner, "", one.text[start:], one.text, start, due, customer=customers)


def _japanese(text: str, owner: Owner, due: tuple[int, int] | None, *, customers: bool) -> Task:
    told = japanese.report_customer if customers else japanese.report_agent
    bare = text
    if due:
        bare = re.sub(r"、+", "、", text[: due[0]] + text[due[1] :]).strip("、 ")
        bare = re.sub(r"^(?:の|は|に|で|から|中に|までに|には)、?(?=.)", "", bare)
    note = japanese.noun_style(told(text))
    return Task(
        owner=owner,
        what=japanese.noun_style(told(bare)),
        note=f"顧客が{note}" if customers else note,
    )
