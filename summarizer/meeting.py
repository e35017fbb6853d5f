"""The note of a meeting: what was decided, and who does what next, by when.

Extractive like the note of a call: every sentence is made of words that somebody said and
cites them. A question that the others agree to is a decision; one that they leave open is
none. Who takes something on without a name is told as not named, never guessed by voice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from copilot.events import (
    CallStarted,
    Due,
    Entity,
    Event,
    FollowUp,
    Sentence,
    Summary,
    SummaryFields,
)
from summarizer.dates import find_due
from summarizer.english import capitalised
from summarizer.grounding import ungrounded
from summarizer.japanese import plain
from summarizer.lexicon import load_lexicon
from summarizer.meeting_cues import MeetingCues, cues_of, from_te_form
from summarizer.statements import Statement, is_japanese, read_statements, said_finals

__all__ = ["MeetingSummariser"]

ANSWERS = 3
"""Statements after a proposal within which the others agree, or do not."""
FEWEST_STATEMENTS = 2
WORDS_MIN = 2
CHARACTERS_MIN_JA = 4
"""A decision or an action that is shorter says nothing: "do that"."""
SAME = 0.7
"""Share of the words of the shorter of two wordings that makes them one."""
HEADLINE_CHARACTERS = 60
_ASKED_NOUN = re.compile(r"を?(?:お願い(?:します|できますか)|頼みます)$")
_ASKED_VERB = re.compile(
    r"(?P<te>[てで])(?:ください(?:ませんか)?|いただけ(?:ます|ません)か|もらえ(?:ます|ません)か"
    r"|もらいます|もらいましょう|いただきます)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    """A decision or a next action."""

    text: str
    utterance_ids: tuple[str, ...]
    owner: str = ""
    due: Due | None = None


class MeetingSummariser:
    """Implements ``copilot.ports.Summariser`` for recordings of meetings.

    ``time_zone`` (IANA) is the house's: what "tomorrow" means.
    """

    name = "meeting"

    def __init__(self, *, time_zone: str = "UTC") -> None:
        self._zone = ZoneInfo(time_zone)

    def summarise(self, events: Sequence[Event]) -> Summary:
        """Version 1 as a draft, or ``unavailable`` with ``why_none``."""
        started = next(event for event in events if isinstance(event, CallStarted))
        finals = said_finals(events)
        blank = Summary(
            call_id=started.call_id,
            at_s=max(event.at_s for event in events),
            version=1,
            state="unavailable",
            generator=self.name,
            made_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        )
        if not finals:
            return replace(blank, why_none="no_speech")
        language = started.language.split("-")[0]
        if language == "auto":
            japanese = sum(is_japanese(final.text) for final in finals)
            language = "ja" if 2 * japanese > len(finals) else "en"
        statements = read_statements(finals, load_lexicon(language))
        if len(statements) < FEWEST_STATEMENTS:
            return replace(blank, why_none="too_short")
        today = datetime.fromisoformat(started.started_at).astimezone(self._zone).date()
        said = {final.utterance_id: final.text for final in finals}
        return _written(blank, _Reading(statements, language, today), said)


class _Reading:
    """What the statements of a meeting hold."""

    def __init__(self, statements: Sequence[Statement], language: str, today: date) -> None:
        self.language = language
        self._statements = statements
        self._cues: MeetingCues = cues_of(language)
        self._today = today
        self.topic = self._topic()
        self.people = self._people()
        self.decisions: list[_Point] = []
        self.actions: list[_Point] = []
        self._asked: tuple[int, str] | None = None
        """Where somebody was last asked by name to do something, and who."""
        for at in range(len(statements)):
            self._read(at)

    def _read(self, at: int) -> None:
        """One statement is one thing: an action before a decision, as it says more."""
        one = self._statements[at]
        if (action := self._action(at)) is not None:
            self._keep(self.actions, action)
        elif not one.asks and (match := self._cues.decision.search(one.text)):
            self._keep(self.decisions, self._decided(match["what"], [one]))
        elif match := self._cues.proposal.search(one.text):
            answer = self._answer(at)
            if answer is not None:
                self._keep(self.decisions, self._decided(match["what"], [one, answer]))

    def _action(self, at: int) -> _Point | None:
        one = self._statements[at]
        cues = self._cues
        named = None if one.asks else cues.named.search(one.text)
        if named and (name := self._owner(named["name"])) is not None:
            return self._point(named["what"], [one], owner=name)
        if match := cues.asked.search(one.text):
            name = self._owner(match["name"] or "") or ""
            self._asked = (at, name) if name else None
            answer = self._answer(at)
            if name or answer is not None:
                cited = [one] if answer is None else [one, answer]
                return self._point(match["what"], cited, owner=name)
            return None
        if not one.asks and (match := cues.mine.search(one.text)):
            *before, last = (value for value in match.groups() if value)
            what = "".join([*(re.sub(r"は$", "を", one) for one in before), last])
            asked, owner = self._asked_for(at, what)
            return self._point(what, [*asked, one], owner=owner)
        return None

    def _asked_for(self, at: int, what: str) -> tuple[list[Statement], str]:
        """Who was asked by name for ``what``: it follows at once, or says so again."""
        if self._asked is None or at - self._asked[0] > ANSWERS:
            return [], ""
        asked_at, name = self._asked
        asked = self._statements[asked_at]
        if at - asked_at > 1 and not _content(what) & _content(asked.text):
            return [], ""
        return [asked], name

    def _answer(self, at: int) -> Statement | None:
        """Who agreed, if anybody did before somebody disagreed."""
        for one in self._statements[at + 1 : at + 1 + ANSWERS]:
            if self._cues.dissent.search(one.text):
                return None
            if self._cues.assent.search(one.text):
                return one
        return None

    def _decided(self, what: str, cited: Sequence[Statement]) -> _Point:
        ids = tuple(dict.fromkeys(one.utterance_id for one in cited))
        return _Point(text=self._worded(what), utterance_ids=ids)

    def _point(self, what: str, cited: Sequence[Statement], owner: str = "") -> _Point:
        due = None
        if found := find_due(what, self.language, self._today):
            due, (begin, end) = found
            what = what[:begin].rstrip(" ,、") + what[end:]
        ids = tuple(dict.fromkeys(one.utterance_id for one in cited))
        return _Point(text=self._worded(what), utterance_ids=ids, owner=owner, due=due)

    def _worded(self, what: str) -> str:
        what = re.sub(r"\s+", " ", what).strip(" ,、.。?？")
        if self.language != "ja":
            return re.sub(r"\b(?:,? then|,? please|,? okay|,? right)$", "", what)
        if match := _ASKED_NOUN.search(what):
            return what[: match.start()]
        if match := _ASKED_VERB.search(what):
            return from_te_form(what[: match.end("te")])
        return plain(re.sub(r"行います$", "行う", what))

    def _keep(self, points: list[_Point], point: _Point) -> None:
        """Without what says nothing, is about the meeting itself, or was said before."""
        text = point.text
        if self.language == "ja":
            empty = len(text) < CHARACTERS_MIN_JA
        else:
            empty = len(text.split()) < WORDS_MIN
        if empty or self._cues.talk.search(text):
            return
        words = _words(text)
        for at, other in enumerate(points):
            if len(words & _words(other.text)) >= 0.7 * min(
                len(words), len(_words(other.text))
            ):
                merged = replace(
                    other,
                    utterance_ids=tuple(
                        dict.fromkeys(other.utterance_ids + point.utterance_ids)
                    ),
                    owner=other.owner or point.owner,
                    due=point.due or other.due,
                )
                points[at] = merged
                return
        points.append(point)

    def _owner(self, name: str) -> str | None:
        """The name, where it is one."""
        bare = name.split()[0] if name else ""
        return None if not name or bare in self._cues.nobody else name

    def _people(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for one in self._statements:
            for match in self._cues.person.finditer(one.text):
                name = next((value for value in match.groupdict().values() if value), "")
                if name and name.split()[0] not in self._cues.nobody:
                    found.setdefault(name)
        return tuple(found)

    def _topic(self) -> _Point | None:
        for one in self._statements:
            if match := self._cues.topic.search(one.text):
                what = match["what"].strip(" ,、")
                if len(_words(what)) >= WORDS_MIN:
                    return _Point(text=what, utterance_ids=(one.utterance_id,))
        return None


def _written(blank: Summary, read: _Reading, said: dict[str, str]) -> Summary:
    japanese = read.language == "ja"
    topic = "議題" if japanese else "Topic"
    decided, following = ("決定事項", "次の対応") if japanese else ("Decisions", "Next actions")
    dropped: list[str] = []

    def grounded(points: Sequence[_Point], lines: Sequence[str]) -> list[tuple[_Point, str]]:
        kept = []
        for point, line in zip(points, lines, strict=True):
            if ungrounded(line, [said[utterance] for utterance in point.utterance_ids]):
                dropped.append(line)
            else:
                kept.append((point, line))
        return kept

    topics = [read.topic] if read.topic else []
    about = grounded(topics, [_ended(point.text, japanese) for point in topics])
    decisions = grounded(
        read.decisions, [_ended(point.text, japanese) for point in read.decisions]
    )
    actions = grounded(
        read.actions, [_ended(_who(point, japanese), japanese) for point in read.actions]
    )
    parts = [(topic, about), (decided, decisions), (following, actions)]
    brief = " ".join(
        f"{title}: {lines[0][1]}" for title, lines in parts if lines and (title != topic)
    )
    first = next((lines[0][1] for _, lines in parts if lines), "")
    fields = SummaryFields(
        headline=first.rstrip(".。")[:HEADLINE_CHARACTERS],
        reason=about[0][1] if about else "",
        decisions=tuple(line for _, line in decisions),
        follow_ups=tuple(
            FollowUp(
                owner="other",
                what=f"{point.owner}: {point.text}" if point.owner else point.text,
                due=point.due,
            )
            for point, _ in actions
        ),
        entities=tuple(Entity(kind="person", value=name) for name in read.people),
        language=read.language,
    )
    empty = ("headline", "reason", "decisions", "follow_ups", "entities")
    missing = tuple(name for name in empty if not getattr(fields, name))
    return replace(
        blank,
        state="draft",
        brief=brief or first,
        text="\n".join(
            "\n".join([title, *(f"- {line}" for _, line in lines)])
            for title, lines in parts
            if lines
        ),
        fields=replace(fields, not_stated=missing),
        sentences=tuple(
            Sentence(text=line, utterance_ids=point.utterance_ids)
            for _, lines in parts
            for point, line in lines
        ),
        unsupported=tuple(dropped),
    )


def _when(point: _Point, japanese: bool) -> str:
    """With its date as it was said."""
    if point.due is None:
        return point.text
    said = point.due.said
    return f"{point.text}（{said}）" if japanese else f"{point.text} ({said})"


def _who(point: _Point, japanese: bool) -> str:
    nobody = "担当者は未言及" if japanese else "Owner not stated"
    return f"{point.owner or nobody}: {_when(point, japanese)}"


def _ended(text: str, japanese: bool) -> str:
    return text if japanese else capitalised(text).rstrip(".") + "."


def _content(text: str) -> set[str]:
    """Words that tell what is done: long ones, or runs of Chinese and katakana signs."""
    if is_japanese(text):
        return set(re.findall(r"[一-龥々]{2,}|[ァ-ヶー]{2,}", text))
    return {word for word in _words(text) if len(word) > 4}


def _words(text: str) -> set[str]:
    """Words, or in Japanese pairs of characters: what two wordings share."""
    if is_japanese(text):
        return {text[at : at + 2] for at in range(len(text) - 1)}
    return set(re.findall(r"\w+", text.lower()))
