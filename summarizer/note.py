"""The note itself: which statements go into it, in which words, under which heading."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set as AbstractSet
from dataclasses import dataclass, field

from copilot.events import Resolution, Sentence
from summarizer import english, japanese
from summarizer.commitments import Commitment
from summarizer.entities import Found
from summarizer.lexicon import Lexicon
from summarizer.outcome import accepted
from summarizer.statements import Statement
from summarizer.worth import chooses, openings, worth

__all__ = ["LONGEST", "OUTCOMES", "Note", "write_note"]

LONGEST = {"ja": 390, "en": 145}
"""Characters of Japanese, words of English: what one reads at a glance."""
_LONGEST_SENTENCE = {"ja": 110, "en": 40}
_MOST_FOLLOW_UPS = 5
_ENOUGH = 0.3
"""Probability below which a statement is not told even where there is room."""
_FURTHER = 1.0
"""What may be told beyond the text, as a share of its length."""
_LEAST_ROOM = {"ja": 8, "en": 4}
"""Below this there is room for nothing more."""
_COVERED = 0.6
"""Share of a statement's length from which the task it holds tells all of it."""
_REPEATED = 0.75
"""Share of a sentence's words that an earlier one may hold."""

_LABELS = {
    "ja": {
        "reason": "用件：",
        "situation": "状況：",
        "actions": "対応：",
        "next": "今後：",
        "outcome": "結果：",
    },
    "en": {
        "reason": "Reason: ",
        "situation": "Details: ",
        "actions": "Done: ",
        "next": "Next: ",
        "outcome": "Outcome: ",
    },
}
OUTCOMES: dict[str, dict[Resolution, str]] = {
    "ja": {
        "resolved": "解決。",
        "escalated": "上席・他部署へ引き継ぎ。",
        "callback_promised": "折り返し連絡を約束。",
        "unresolved": "未解決。",
    },
    "en": {
        "resolved": "Resolved.",
        "escalated": "Escalated.",
        "callback_promised": "Callback promised.",
        "unresolved": "Not resolved.",
    },
}
_CUSTOMERS_TASK = re.compile("よう案内。$|^顧客が|^Customer to ")
_CODE_ALONE = re.compile(r"([A-Z]{0,8}-?\d[\dA-Z-]*\d)(?:です|になります|ですね)?")
_LOOSE_END = re.compile(
    r"(?:,? (?:because|cause|until|if|and|but|so|or|when|which|the|an?|to|of|for|with|as|than"
    r"|though|i mean|you know))+$",
    re.IGNORECASE,
)
_SAYING_WORDS = """
it it's s is the a my number name and under account order policy reference they are yeah thanks
hang on that's here at of this speaking from
番号 名前 様 注文番号 契約番号 会員番号 お客様番号 書
"""
_SAYING = frozenset(_SAYING_WORDS.split())
"""Words around a name or number that is only given."""


@dataclass(slots=True)
class Note:
    """Sentences by section, each with the utterances it rests on."""

    language: str
    reason: list[Sentence] = field(default_factory=list)
    situation: list[Sentence] = field(default_factory=list)
    actions: list[Sentence] = field(default_factory=list)
    next: list[Sentence] = field(default_factory=list)
    outcome: list[Sentence] = field(default_factory=list)
    further: list[tuple[int, Sentence]] = field(default_factory=list)
    """What the text has no room for, with the place of each in the call."""
    opening: Sentence | None = None
    """Why the customer called, as it reads outside of the note."""

    @property
    def sections(self) -> dict[str, list[Sentence]]:
        return {name: getattr(self, name) for name in _LABELS[self.language]}

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return tuple(one for section in self.sections.values() for one in section)

    @property
    def cited(self) -> tuple[Sentence, ...]:
        """Every sentence of text, brief and fields, each once."""
        opening = [self.opening] if self.opening else []
        further = [sentence for _, sentence in self.further]
        return tuple(dict.fromkeys([*self.sentences, *opening, *further]))

    @property
    def account(self) -> tuple[Sentence, ...]:
        """The situation at length: the details of the text and what it has no room for."""
        return (*self.situation, *(sentence for _, sentence in self.further))

    @property
    def text(self) -> str:
        """One line per section that has something to say."""
        labels = _LABELS[self.language]
        return "\n".join(
            labels[name] + self.joined(section)
            for name, section in self.sections.items()
            if section
        )

    @property
    def brief(self) -> str:
        """Two sentences: why the customer called, and what comes or came of it."""
        first = ([self.opening] if self.opening else []) or self.reason or self.situation
        ours = [one for one in self.next if not _CUSTOMERS_TASK.search(one.text)]
        second = ours[:1] or self.actions[-1:] or self.next[:1] or self.situation[-1:]
        second = second or self.outcome
        return self.joined(list(dict.fromkeys([*first[:1], *second])))

    def joined(self, sentences: Sequence[Sentence]) -> str:
        return ("" if self.language == "ja" else " ").join(one.text for one in sentences)


def write_note(
    statements: Sequence[Statement],
    commitments: Sequence[Commitment],
    resolution: tuple[Resolution, tuple[Statement, ...]],
    lexicon: Lexicon,
    *,
    entities: Sequence[Found],
    alerted: AbstractSet[str],
) -> Note:
    """Selects and words the note. ``alerted`` are utterances that raised an alert.

    Why the customer called, who they are, what is promised and how it ended always stand in
    it; the rest by worth until the note is full, in the order of the call.
    """
    note = Note(lexicon.language)
    writer = _Writer(statements, lexicon)
    most = LONGEST[lexicon.language]
    opening = openings(statements)
    note.reason = [writer.sentence(one) for one in opening]
    if opening:
        note.opening = writer.sentence(opening[0], standing_alone=True)
    if identity := _identity(entities, lexicon.language):
        note.situation = [identity]
    urgent = sorted(commitments, key=_urgency)[:_MOST_FOLLOW_UPS]
    word, because = resolution
    note.outcome = [
        Sentence(text=OUTCOMES[lexicon.language][word], utterance_ids=_ids(because))
    ]
    for commitment in sorted(urgent, key=lambda one: one.statements[0].index):
        sentence = writer.promise(commitment)
        if writer.length(note.text) + writer.length(
            sentence.text
        ) <= most and not writer.repeats(sentence.text, [one.text for one in note.next]):
            note.next.append(sentence)
    if abuse := _abuse(statements, lexicon.language):
        note.situation.append(abuse)

    known = {one.index for one in opening}
    known |= {
        one.index
        for one in {one for commitment in urgent for one in commitment.statements}
        if sum(writer.length(task.note) for task in urgent if one in task.statements)
        >= _COVERED * writer.length(one.text)
    }
    room = most - writer.length(note.text) - 8
    ranked = sorted(
        (-writer.worth(one, alerted=one.utterance_id in alerted), one.index)
        for one in statements
        if one.index not in known
        and not one.does("abuse")
        and not (identity and _only_says(one.text, identity.text))
    )
    by_index = {one.index: one for one in statements}
    chosen: list[tuple[int, Sentence]] = []
    told = [one.text for one in note.sentences]
    more = int(_FURTHER * most)
    for value, index in ranked:
        if -value < _ENOUGH or max(room, more) < _LEAST_ROOM[lexicon.language]:
            break
        sentence = writer.sentence(by_index[index])
        length = writer.length(sentence.text)
        if writer.repeats(sentence.text, told):
            continue
        if length <= room:
            room -= length
            chosen.append((index, sentence))
        elif length <= more:
            more -= length
            note.further.append((index, sentence))
        else:
            continue
        told.append(sentence.text)
    note.further.sort(key=lambda pair: pair[0])
    for index, sentence in sorted(chosen, key=lambda pair: pair[0]):
        one = by_index[index]
        done = one.role == "agent" and one.does("action", "handover", "offer")
        done = done and not one.does("refusal")
        (note.actions if done else note.situation).append(sentence)
    if lexicon.language != "ja":
        note.situation = _with_choices_joined(note.situation)
    return note


def _identity(entities: Sequence[Found], language: str) -> Sentence | None:
    """Who the customer is and the numbers they gave, as a record is headed."""
    people = [one for one in entities if one.entity.kind == "person" and one.side == "customer"]
    longest = max(people, key=lambda one: len(one.entity.value), default=None)
    parts = [(longest.entity.value, longest.one)] if longest else []
    colon = "：" if language == "ja" else " "
    for found in [one for one in entities if one.entity.kind == "order_number"][:3]:
        code = found.entity.normalised or found.entity.value
        parts.append((f"{found.label}{colon}{code}" if found.label else code, found.one))
    if not parts:
        return None
    text = ("、" if language == "ja" else ", ").join(text for text, _ in parts)
    ended = f"{text}。" if language == "ja" else f"{english.capitalised(text)}."
    return Sentence(text=ended, utterance_ids=_ids([one for _, one in parts]))


def _only_says(text: str, identity: str) -> bool:
    """Whether ``text`` holds nothing but names and numbers that stand in ``identity``."""
    known = {word.lower() for word in re.findall(r"[A-Za-z0-9-]+|[一-龥々ァ-ヶー]+", identity)}
    words = re.findall(r"[A-Za-z0-9-]+|[一-龥々ァ-ヶー]+", text)
    rest = [word for word in words if word.lower() not in known and word.lower() not in _SAYING]
    return bool(words) and not rest


def _abuse(statements: Sequence[Statement], language: str) -> Sentence | None:
    """That the customer abused the operator, without the words."""
    said = [one for one in statements if one.role == "customer" and one.does("abuse")]
    if not said:
        return None
    text = "顧客から暴言あり。" if language == "ja" else "Customer used abusive language."
    return Sentence(text=text, utterance_ids=_ids(said))


class _Writer:
    """Words statements of one call."""

    def __init__(self, statements: Sequence[Statement], lexicon: Lexicon) -> None:
        self._statements = statements
        self._by_index = {one.index: one for one in statements}
        self._japanese = lexicon.language == "ja"

    def worth(self, one: Statement, *, alerted: bool) -> float:
        return worth(one, self._by_index, alerted=alerted)

    def sentence(self, one: Statement, *, standing_alone: bool = False) -> Sentence:
        """The statement in reported speech."""
        before = self._by_index.get(one.index - 1)
        cited = [one]
        if self._japanese:
            text = self._japanese_text(one)
        elif one.role == "customer":
            if chooses(one, self._by_index):
                text = f"{_CHOSE}{english.choice(one.text)}"
            elif before is not None and (label := english.asked_for(before.text, one.text)):
                told = english.customers_words(one.text)
                text, cited = f"{label}: {told}", [before, one]
            else:
                said = one.text
                if before is not None and before.role == "customer":
                    said = english.with_thing(said, before.text)
                    cited = [before, one] if said != one.text else cited
                text = english.report_customer(said, standing_alone=standing_alone)
        elif one.does("offer") and english.is_offer(one.text):
            taken = accepted(self._statements, one)
            text = english.offered(one.text, accepted=taken)
        else:
            text = english.report_agent(one.text)
        return Sentence(text=self._ended(text), utterance_ids=_ids(cited))

    def promise(self, commitment: Commitment) -> Sentence:
        text = commitment.note
        return Sentence(text=self._ended(text), utterance_ids=_ids(commitment.statements))

    def length(self, text: str) -> int:
        """Characters of Japanese, words of anything else."""
        return len(text) if self._japanese else len(text.split())

    def repeats(self, text: str, told: Sequence[str]) -> bool:
        mine = self._parts(text)
        return any(len(mine & self._parts(one)) > _REPEATED * len(mine) for one in told)

    def _parts(self, text: str) -> set[str]:
        if self._japanese:
            bare = re.sub(r"(?:する|した|している)?。$", "", text)
            return {bare[index : index + 2] for index in range(len(bare) - 1)}
        return set(re.findall(r"\w+", text.lower()))

    def _japanese_text(self, one: Statement) -> str:
        if one.role == "customer":
            return japanese.report_customer(one.text)
        text = japanese.report_agent(one.text)
        if one.does("offer") and one.asks:
            return japanese.offered(text, accepted=accepted(self._statements, one))
        return text

    def _cut(self, text: str) -> str:
        """A sentence without end, as recognisers write them, up to its last short clause."""
        most = _LONGEST_SENTENCE["ja" if self._japanese else "en"]
        if self.length(text) <= most:
            return text
        start = text[:most] if self._japanese else " ".join(text.split()[:most])
        clause = re.match(r".*(?:[,;、]|(?=\b(?:and|but|so|because)\b))", start, re.DOTALL)
        return clause.group() if clause and len(clause.group()) > len(start) / 3 else start

    def _ended(self, text: str) -> str:
        text = self._cut(text).rstrip(" ,、.。—-")
        if not self._japanese:
            text = _LOOSE_END.sub("", text).rstrip(" ,")
        return f"{text}。" if self._japanese else f"{english.capitalised(text)}."


_CHOSE = "Customer chose "


def _with_choices_joined(sentences: Sequence[Sentence]) -> list[Sentence]:
    """ "Customer chose the black one. Customer chose express." as one sentence."""
    joined: list[Sentence] = []
    for one in sentences:
        if joined and one.text.startswith(_CHOSE) and joined[-1].text.startswith(_CHOSE):
            text = f"{joined[-1].text.rstrip('.')}; {one.text.removeprefix(_CHOSE)}"
            ids = dict.fromkeys((*joined[-1].utterance_ids, *one.utterance_ids))
            joined[-1] = Sentence(text=text, utterance_ids=tuple(ids))
        else:
            joined.append(one)
    return joined


def _urgency(commitment: Commitment) -> tuple[bool, bool]:
    """Other people's tasks first, then those with a date: what the reader must not miss."""
    follow_up = commitment.follow_up
    return follow_up.owner != "other", follow_up.due is None


def _ids(statements: Sequence[Statement]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.utterance_id for one in statements))
