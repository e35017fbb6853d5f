"""The summariser that asks a language model, and believes nothing that it cannot check.

The rules write their note first. What they are sure of (how it ended, who owes what by when,
numbers, mood, alerts) stays theirs; the model words why the customer called, what was the case,
what was done and what comes next. Each of its sentences is held against the utterances that it
cites. Where no answer comes in time, or too little of it holds, the rules' note stands, and
the summary says why.
"""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from copilot.errors import ReaderError
from copilot.events import Event, Sentence, Summary, Transcript
from copilot.ports import Summariser
from summarizer.answer import ANSWER_TOKENS, SECTIONS, Told, answer_schema, read_answer
from summarizer.chat import ChatModel, Message, NoAnswerError
from summarizer.grounding import Claim, Grounding, ungrounded
from summarizer.note import LONGEST, OUTCOMES, Note
from summarizer.prompt import Line, messages_for, messages_to_join, orders_in
from summarizer.statements import said_finals

__all__ = ["PLACES", "LlmSummariser"]

log = logging.getLogger(__name__)

PLACES = 8
"""Calls that may wait for the model at a time. Of more, the rules' note stands at once: their
threads read the moods of calls that go on."""
FEWEST = 0.25
"""Share of the model's sentences that must hold. Who invents so much is not trusted at all."""
FEWEST_TOKENS = 400
"""Of an answer: the JSON of a short note is longer than its words."""
OVERLAP = 2
"""Lines that a part of a long call begins with again: an answer is nothing without its
question."""
_BESIDE = (-1, 1, -2)
"""Where the question of a line stands, and its echo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """What a model wrote, checked: the sentences that hold, and those that do not."""

    sections: dict[str, list[Sentence]]
    dropped: tuple[str, ...]

    @property
    def kept(self) -> int:
        return sum(len(section) for section in self.sections.values())

    @property
    def opens(self) -> bool:
        return bool(self.sections["reason"] or self.sections["situation"])


class LlmSummariser:
    """Implements ``copilot.ports.Summariser`` around the one that knows the rules. Serves any
    number of threads; none waits longer than ``limit_s`` for the model."""

    def __init__(
        self,
        model: ChatModel,
        *,
        rules: Summariser,
        grounding: Grounding,
        limit_s: float,
        hide: Callable[[str], str],
    ) -> None:
        """``hide`` masks personal data: words may leave this machine."""
        self._model = model
        self._rules = rules
        self._grounding = grounding
        self._limit_s = limit_s
        self._hide = hide
        self._places = threading.BoundedSemaphore(PLACES)
        # Its threads are the deadline: no server, however it dribbles, holds a call longer.
        self._threads = ThreadPoolExecutor(model.at_once, thread_name_prefix="summary")
        weakref.finalize(self, _end, self._threads, model)
        self.name = model.name

    def summarise(self, events: Sequence[Event]) -> Summary:
        """Version 1 as a draft, or ``unavailable`` with ``why_none``."""
        draft = self._rules.summarise(events)
        if draft.state == "unavailable":
            return draft
        try:
            if not self._places.acquire(blocking=False):
                raise NoAnswerError("timeout", "too many calls wait for the model")
            try:
                call = _Call(said_finals(events), draft.fields.language, self._hide)
                written = self._written(call, time.monotonic() + self._limit_s)
            finally:
                self._places.release()
        except NoAnswerError as error:
            log.warning(
                "the model did not write a summary",
                extra={
                    "call_id": draft.call_id,
                    "fallback": error.reason,
                    "reason": str(error),
                },
            )
            return replace(draft, fallback=error.reason)
        return _merged(draft, written, generator=self.name)

    def _written(self, call: _Call, until_s: float) -> _Written:
        """The model's note, in parts where the call is longer than its window."""
        lines: Sequence[Line] = call.lines
        ask = messages_for
        dropped: tuple[str, ...] = ()
        while True:
            parts = self._parts(lines, ask([], call.language))
            asked = [
                self._asked(ask(part, call.language), self._longest(part), until_s)
                for part in parts
            ]
            written = [self._checked(answer, call, until_s) for answer in asked]
            dropped += tuple(text for one in written for text in one.dropped)
            kept = sum(one.kept for one in written)
            if not kept or kept < FEWEST * (kept + sum(len(one.dropped) for one in written)):
                raise NoAnswerError("ungrounded", "too little of it was said in the call")
            if len(parts) == 1:
                if not written[0].opens:
                    raise NoAnswerError("ungrounded", "nothing holds of what the call is about")
                return replace(written[0], dropped=dropped)
            shorter = _as_lines(written, call)
            if len(shorter) >= len(lines):
                raise NoAnswerError("ungrounded", "the parts' notes are as long as the call")
            lines, ask = shorter, messages_to_join

    def _parts(self, lines: Sequence[Line], around: Sequence[Message]) -> list[Sequence[Line]]:
        """Lines in portions that fit into the window beside the rules and the answer."""
        room = self._model.window_tokens - ANSWER_TOKENS
        room -= sum(self._model.tokens(one["content"]) + 8 for one in around)
        parts: list[Sequence[Line]] = []
        start, used = 0, 0
        for index, line in enumerate(lines):
            size = self._model.tokens(f"{line}\n")
            if used + size > room and index > start:
                parts.append(lines[start:index])
                start = max(start + 1, index - OVERLAP)
                used = sum(self._model.tokens(f"{one}\n") for one in lines[start:index])
            used += size
        return [*parts, lines[start:]]

    def _longest(self, lines: Sequence[Line]) -> int:
        """Tokens of an answer: no note is longer than its call."""
        said = sum(self._model.tokens(f"{line}\n") for line in lines)
        return min(ANSWER_TOKENS, max(FEWEST_TOKENS, said))

    def _asked(self, messages: Sequence[Message], tokens: int, until_s: float) -> Future[str]:
        def answer() -> str:
            limit_s = max(until_s - time.monotonic(), 0.001)
            try:
                return self._model.complete(
                    messages, answer_schema(), tokens=tokens, limit_s=limit_s
                )
            except NoAnswerError:
                raise
            except Exception:  # the boundary: no fault of a model costs a call its summary
                log.exception("the model failed")
                raise NoAnswerError("unreachable", "the model failed") from None

        return self._threads.submit(answer)

    def _checked(self, asked: Future[str], call: _Call, until_s: float) -> _Written:
        try:
            text = asked.result(max(until_s - time.monotonic(), 0.0))
        except TimeoutError:
            asked.cancel()
            raise NoAnswerError("timeout", "no answer in time") from None
        told = [(section, one) for section, one in read_answer(text).told() if one.text.strip()]
        claims = [call.claim(one, done=section == "actions") for section, one in told]
        try:
            faults = self._grounding.faults([claim for claim, _ in claims])
        except ReaderError as error:
            raise NoAnswerError("ungrounded", str(error)) from None
        sections: dict[str, list[Sentence]] = {section: [] for section in SECTIONS}
        dropped: list[str] = []
        for (section, _), (claim, utterance_ids), fault in zip(
            told, claims, faults, strict=True
        ):
            if fault:
                dropped.append(claim.text)
            else:
                sentence = Sentence(text=claim.text, utterance_ids=utterance_ids)
                sections[section].append(sentence)
        return _Written(sections=sections, dropped=tuple(dropped))


class _Call:
    """The lines of a call by their numbers, and what may be cited of them."""

    def __init__(
        self, finals: Sequence[Transcript], language: str, hide: Callable[[str], str]
    ) -> None:
        self.language = language
        numbered = {
            number: final
            for number, final in enumerate(finals, start=1)
            if not orders_in(final.text)
        }
        self.ids = {number: final.utterance_id for number, final in numbered.items()}
        self.said = {number: hide(final.text) for number, final in numbered.items()}
        self.speakers = {number: final.speaker for number, final in numbered.items()}
        self.lines = [
            Line(numbers=(number,), label=self.speakers[number], text=text)
            for number, text in self.said.items()
        ]

    def claim(self, told: Told, *, done: bool) -> tuple[Claim, tuple[str, ...]]:
        """What is to be checked of a sentence, and the utterances that it rests on."""
        text = " ".join(told.text.split())
        numbers = self._cited(text, told.lines)
        claim = Claim(
            text=text,
            cited=[self.said[number] for number in numbers],
            speakers=[self.speakers[number] for number in numbers],
            done=done,
        )
        return claim, tuple(self.ids[number] for number in numbers)

    def _cited(self, text: str, told: Sequence[int]) -> list[int]:
        """The lines told, and those beside them that hold what else the sentence names: models
        cite an answer and leave out its question."""
        numbers = [number for number in dict.fromkeys(told) if number in self.said]
        beside = dict.fromkeys(near + step for step in _BESIDE for near in numbers)
        for number in beside:
            cited = [self.said[one] for one in numbers]
            missing = ungrounded(text, cited)
            if not missing:
                break
            if number in self.said and number not in numbers:
                left = ungrounded(text, [*cited, self.said[number]])
                numbers += [number] if missing - left else []
        return sorted(numbers)


def _as_lines(parts: Sequence[_Written], call: _Call) -> list[Line]:
    """The notes of parts, to be joined; what two parts share stands once."""
    numbers = {utterance_id: number for number, utterance_id in call.ids.items()}
    lines = [
        Line(
            numbers=tuple(numbers[one] for one in sentence.utterance_ids),
            label=section,
            text=sentence.text,
        )
        for part in parts
        for section, sentences in part.sections.items()
        for sentence in sentences
    ]
    return list(dict.fromkeys(lines))


def _merged(draft: Summary, written: _Written, *, generator: str) -> Summary:
    """The model's words around what the rules are sure of."""
    language = "ja" if draft.fields.language == "ja" else "en"
    reason, situation, actions, following = (written.sections[name] for name in SECTIONS)
    note = Note(language, reason, situation, actions, following)
    told = {utterance_id for one in note.next for utterance_id in one.utterance_ids}
    note.next += [one for one in _owed(draft) if told.isdisjoint(one.utterance_ids)]
    note.outcome = [one for one in draft.sentences if one.text in OUTCOMES[language].values()]
    _shorten(note)
    # What the model passed over, the rules may still have found.
    filled = {
        "headline": _headline(note),
        "reason": note.joined(note.reason) or draft.fields.reason,
        "situation": note.joined(note.situation) or draft.fields.situation,
        "actions_taken": tuple(one.text for one in note.actions) or draft.fields.actions_taken,
    }
    not_stated = tuple(name for name in draft.fields.not_stated if not filled.get(name))
    fields = replace(draft.fields, **filled, not_stated=not_stated)  # type: ignore[arg-type]
    return replace(
        draft,
        brief=note.brief,
        text=note.text,
        fields=fields,
        generator=generator,
        sentences=note.sentences,
        unsupported=tuple(dict.fromkeys((*draft.unsupported, *written.dropped))),
    )


def _owed(draft: Summary) -> list[Sentence]:
    """What the rules found promised, or due by a day: no model may forget that."""
    promised = {_folded(text) for text in draft.fields.promises}
    dues = {_folded(one.due.said) for one in draft.fields.follow_ups if one.due}
    return [
        one
        for one in draft.sentences
        if _folded(one.text) in promised or any(due in _folded(one.text) for due in dues)
    ]


def _folded(text: str) -> str:
    return text.strip(" .。").lower()


def _shorten(note: Note) -> None:
    """To the length of a note: what was the case goes first, from its end."""
    longest = LONGEST[note.language]
    for section in (note.situation, note.actions, note.next, note.reason):
        while len(section) > 1 and _length(note) > longest:
            section.pop()


def _length(note: Note) -> int:
    return len(note.text) if note.language == "ja" else len(note.text.split())


def _headline(note: Note) -> str:
    text = (note.reason or note.situation)[0].text.rstrip(".。")
    if note.language == "ja":
        return text[:40]
    words = text.split()
    return " ".join(words[:12]) + ("..." if len(words) > 12 else "")


def _end(threads: ThreadPoolExecutor, model: ChatModel) -> None:
    threads.shutdown(wait=False, cancel_futures=True)
    model.close()
