"""The note itself: which statements go into it, in which words, under which heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from copilot.events import Resolution, Sentence
from summarizer import english, japanese
from summarizer.lexicon import Lexicon
from summarizer.outcome import Commitment, accepted
from summarizer.statements import Statement

__all__ = ["Note", "write_note"]

LONGEST = {"ja": 390, "en": 145}
"""Characters of Japanese, words of English: what one reads at a glance."""

_LABELS = {
    "ja": {
        "reason": "用件",
        "situation": "状況",
        "actions": "対応",
        "next": "今後",
        "outcome": "結果",
    },
    "en": {
        "reason": "Reason",
        "situation": "Details",
        "actions": "Done",
        "next": "Next",
        "outcome": "Outcome",
    },
}
_OUTCOMES: dict[str, dict[Resolution, str]] = {
    "ja": {
        "resolved": "解決",
        "escalated": "引き継ぎ",
        "callback_promised": "折り返し連絡を約束",
        "unresolved": "未解決",
    },
    "en": {
        "resolved": "resolved",
        "escalated": "escalated",
        "callback_promised": "callback promised",
        "unresolved": "unresolved",
    },
}
_OWNERS = {
    "ja": {"customer": "お客様：", "agent": "", "other": ""},
    "en": {"customer": "", "agent": "", "other": ""},
}

# What makes a statement worth its place, by the cue in it.
_CUSTOMER_WORTH = {
    "issue": 2.0,
    "request": 2.0,
    "repeated": 2.0,
    "impact": 1.5,
    "churn": 3.0,
    "escalation": 3.0,
    "demand": 3.0,
    "choice": 1.5,
    "unsatisfied": 0.5,
}
_AGENT_WORTH = {
    "finding": 2.0,
    "action": 3.0,
    "offer": 2.0,
    "handover": 3.0,
    "refusal": 1.5,
    "promise": 1.0,
    "issue": 0.5,
}
_EMPTY = frozenset({"backchannel", "greeting", "closing", "hold", "thanks"})
_STRONG = frozenset({"churn", "escalation", "demand"})
_SPECIFIC = re.compile(r"\d|[ァ-ヶー]{3,}|(?<!^)\b[A-Z][a-z]+|[$€£]")
_CODE = re.compile(r"(?<![A-Za-z0-9\[])(?=[A-Z0-9-]*\d{3})[A-Z]{1,4}-?\d[\dA-Z-]*")
_ENOUGH = 1.5


@dataclass(slots=True)
class Note:
    """Sentences by section, each with the utterances it rests on."""

    language: str
    reason: list[Sentence] = field(default_factory=list)
    situation: list[Sentence] = field(default_factory=list)
    actions: list[Sentence] = field(default_factory=list)
    next: list[Sentence] = field(default_factory=list)
    outcome: list[Sentence] = field(default_factory=list)

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return (*self.reason, *self.situation, *self.actions, *self.next, *self.outcome)

    @property
    def text(self) -> str:
        """One line per section that has something to say."""
        labels = _LABELS[self.language]
        colon = "：" if self.language == "ja" else ": "
        lines = []
        for section, label in labels.items():
            sentences: list[Sentence] = getattr(self, section)
            if sentences:
                joined = ("" if self.language == "ja" else " ").join(
                    one.text for one in sentences
                )
                lines.append(f"{label}{colon}{joined}")
        return "\n".join(lines)

    @property
    def brief(self) -> str:
        """Two sentences: why the customer called, and what came of it."""
        first = self.reason or self.situation
        second = self.next or self.actions or self.situation[1:] or self.outcome
        parts = [one.text for one in (*first[:1], *second[-1:])]
        return ("" if self.language == "ja" else " ").join(dict.fromkeys(parts))


def write_note(
    statements: Sequence[Statement],
    commitments: Sequence[Commitment],
    resolution: tuple[Resolution, tuple[Statement, ...]],
    lexicon: Lexicon,
    *,
    alerted: AbstractSet[str],
) -> Note:
    """Selects and words the note. ``alerted`` are utterances that raised an alert."""
    note = Note(lexicon.language)
    opening = _opening(statements)
    promised = {one.index for commitment in commitments for one in commitment.statements}
    worth = {
        one.index: _worth(one, statements, alerted=one.utterance_id in alerted)
        for one in statements
    }
    note.reason = [_sentence([one], lexicon, statements) for one in opening]
    seen: list[str] = []
    for commitment in commitments[:5]:
        text = _ended(
            _OWNERS[lexicon.language][commitment.follow_up.owner] + commitment.note, lexicon
        )
        note.next.append(Sentence(text=text, utterance_ids=_ids(commitment.statements)))
    word, because = resolution
    note.outcome = [
        Sentence(
            text=_ended(_OUTCOMES[lexicon.language][word], lexicon), utterance_ids=_ids(because)
        )
    ]
    left = (
        LONGEST[lexicon.language]
        - _length(note.text, lexicon)
        - (8 if lexicon.language == "ja" else 4)
    )
    chosen: list[Statement] = []
    known = {one.index for one in opening} | promised
    for one in sorted(statements, key=lambda one: (-worth[one.index], one.index)):
        if one.index in known or worth[one.index] < _ENOUGH:
            continue
        text = _sentence([one], lexicon, statements).text
        cost = _length(text, lexicon)
        if cost <= left and not _told_already(text, seen):
            chosen.append(one)
            seen.append(text)
            left -= cost
    for one in sorted(chosen, key=lambda one: one.index):
        section = (
            note.actions
            if one.role == "agent"
            and one.does("action", "handover", "offer")
            and not _only_finding(one)
            else note.situation
        )
        section.append(_sentence([one], lexicon, statements))
    return note


def _opening(statements: Sequence[Statement]) -> list[Statement]:
    """Why the customer called: their first request or problem, and the problem behind it
    where the first words only announce one."""
    customer = [
        one
        for one in statements
        if one.role == "customer" and not one.does(*_EMPTY) and not (one.does("identify"))
    ]
    wants = [one for one in customer if one.does("request", "issue", "churn", "escalation")]
    first = next(
        (
            one
            for one in wants
            if not (one.does("digression") and not one.does("request", "issue"))
        ),
        None,
    )
    if first is None:
        return customer[:1]
    if not first.does("issue"):
        behind = next(
            (
                one
                for one in wants
                if one.does("issue") and first.index < one.index <= first.index + 8
            ),
            None,
        )
        if behind is not None and not one_is_question(behind):
            return [first, behind]
    return [first]


def one_is_question(one: Statement) -> bool:
    return one.asks


def _worth(one: Statement, statements: Sequence[Statement], *, alerted: bool) -> float:
    if one.does("backchannel", "greeting", "closing") and not one.does(*_STRONG):
        return 0.0
    code = bool(_CODE.search(one.text))
    before = statements[one.index - 1] if 0 < one.index <= len(statements) - 1 else None
    if one.does("identify") and not code:
        return 0.0
    table = _CUSTOMER_WORTH if one.role == "customer" else _AGENT_WORTH
    value = sum(weight for act, weight in table.items() if one.does(act))
    value += 1.5 if _SPECIFIC.search(one.text) else 0.0
    value += 2.0 if code else 0.0
    value += 2.0 if alerted and one.role == "customer" else 0.0
    if one.role == "agent" and one.asks and not one.does("offer"):
        return 0.0
    if one.role == "agent" and one.does("offer") and accepted(statements, one):
        value += 1.0
    if one.does("hold", "apology") and not one.does("finding", "action", "handover", "refusal"):
        value -= 3.0
    if one.does("digression") and not one.does(*_STRONG):
        value -= 3.0
    if one.role == "customer" and one.asks and not one.does("request"):
        value -= 1.5
    if one.role == "customer" and before is not None and before.does("identify") and not code:
        value -= 2.0
    if len(one.text) < (5 if re.search(r"[ぁ-ん]", one.text) else 9) and not code:
        value -= 2.0
    return value


def _only_finding(one: Statement) -> bool:
    return one.does("finding") and not one.does("action", "handover", "offer")


def _sentence(
    parts: Sequence[Statement], lexicon: Lexicon, statements: Sequence[Statement]
) -> Sentence:
    one = parts[0]
    if lexicon.language == "ja":
        text = (
            japanese.report_customer(one.text)
            if one.role == "customer"
            else japanese.report_agent(one.text)
        )
        if one.role == "agent" and one.does("offer") and one.asks:
            text = japanese.offered(text, accepted=accepted(statements, one))
    elif one.role == "customer":
        text = english.report_customer(one.text)
    elif one.does("offer") and (
        one.asks or re.match(r"(?:i|we) can\b", one.text, re.IGNORECASE)
    ):
        text = english.offered(one.text, accepted=accepted(statements, one))
    else:
        text = english.report_agent(one.text)
    return Sentence(text=_ended(text, lexicon), utterance_ids=_ids(parts))


def _told_already(text: str, seen: Sequence[str]) -> bool:
    words = (
        set(re.findall(r"\w+", text.lower()))
        if " " in text
        else {text[i : i + 2] for i in range(len(text) - 1)}
    )
    for other in seen:
        others = (
            set(re.findall(r"\w+", other.lower()))
            if " " in other
            else {other[i : i + 2] for i in range(len(other) - 1)}
        )
        if words and len(words & others) / len(words) > 0.75:
            return True
    return False


def _ids(statements: Sequence[Statement]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.utterance_id for one in statements))


def _length(text: str, lexicon: Lexicon) -> int:
    return len(text) if lexicon.language == "ja" else len(text.split())


def _ended(text: str, lexicon: Lexicon) -> str:
    text = text.rstrip(" ,、.。")
    return text + "。" if lexicon.language == "ja" else english.capitalised(text) + "."
