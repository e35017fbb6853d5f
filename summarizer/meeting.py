"""The note of a meeting: what was decided, and who does what next, by when.

Extractive like the note of a call: every sentence is made of words that somebody said and
cites them. A question that the others agree to is a decision; one that they leave open is
none. Who takes something on without a name is told as not named, never guessed by voice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from copilot.events import CallStarted, Event, Summary
from summarizer.blank import blank_summary
from summarizer.dates import find_due
from summarizer.japanese import plain
from summarizer.lexicon import load_lexicon
from summarizer.meeting_cues import from_te_form, load_meeting_cues
from summarizer.meeting_note import Meeting, Point, write_meeting
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
_ASIDE = re.compile(
    r",? before i forget\b.*$|, (?:it's|that's|says?|said|but|shout|i'll|i've|i'm|i can)\b.*$",
    re.IGNORECASE,
)
_FILLER_JA = re.compile(
    r"(?:^|(?<=、))(?:(?:うん|ええと|えっと|あの|まあ|はい|じゃあ?|それでは|では)、"
    r"|あ、?(?=[一-龥ァ-ヶ])|じゃあ?(?=[一-龥ァ-ヶ])|決まりで、?(?=.))"
)
_EARLIER_JA = re.compile(r"^.*(?:前回|以前|最初|さっき|前)は.*(?:けど|けれども?|が)、")
"""What was thought before, ahead of what is decided now."""
_NUMBER_JA = re.compile(r"[0-9一二三四五六七八九十百千万]")
_NO_TOPIC_JA = re.compile(r"(?:ない|たい|ます|ません|ました|でしょう)$")
_ASKED_NOUN = re.compile(r"を?(?:お願い(?:します|できますか|してもいいですか)|頼みます)$")
_ASKED_VERB = re.compile(
    r"(?P<te>[てで])(?:ください(?:ませんか)?|いただけ(?:ます|ません)か|もらえ(?:ます|ません)か"
    r"|もらいます|もらいましょう|いただきます)$"
)


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
        blank = blank_summary(events, generator=self.name)
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
        read = _Reading(statements, language, today, said.values())
        note = Meeting(
            language=language,
            topic=read.topic,
            decisions=read.decisions,
            actions=read.actions,
            people=read.people,
        )
        return write_meeting(blank, note, said)


class _Reading:
    """What the statements of a meeting hold."""

    def __init__(
        self,
        statements: Sequence[Statement],
        language: str,
        today: date,
        said: Collection[str],
    ) -> None:
        self.language = language
        self._said = said
        self._statements = statements
        self._cues = load_meeting_cues(language)
        self._today = today
        self.topic = self._topic()
        self.decisions: list[Point] = []
        self.actions: list[Point] = []
        self._asked: tuple[int, str] | None = None
        """Where somebody was last asked by name to do something, and who."""
        self._action_at = -ANSWERS
        """Where the last action was told: what follows may say by when."""
        for at in range(len(statements)):
            self._read(at)
        self.people = self._people()

    def _read(self, at: int) -> None:
        """One statement is one thing: an action before a decision, as it says more."""
        one = self._statements[at]
        if (action := self._action(at)) is not None:
            self._action_at = at
            self._keep(self.actions, action)
        elif self._cues.find("postponed", one.text):
            return
        elif not one.asks and (match := self._cues.find("decision", one.text)):
            self._keep(self.decisions, self._decided(match["what"], [one]))
        elif match := self._cues.find("proposal", one.text):
            answer = self._answer(at)
            if answer is not None:
                self._keep(self.decisions, self._decided(match["what"], [one, answer]))
        elif at - self._action_at <= 2 and not one.asks:
            self._add_due(one)

    def _action(self, at: int) -> Point | None:
        one = self._statements[at]
        cues = self._cues
        if cues.find("postponed", one.text):
            return None
        if not one.asks and (match := cues.find("named", one.text)):
            name = match["name"]
            if cues.is_name(name) or name.endswith(("team", "department")):
                return self._point(_joined(match), [one], owner=name)
        if match := cues.find("asked", one.text):
            return self._request(at, match)
        if not one.asks and (match := cues.find("mine", one.text)):
            what = _joined(match)
            cited, owner = self._asked_for(at, what)
            if cues.find("pointing", what):
                return self._volunteered(at, what)
            return self._point(what, [*cited, one], owner=owner)
        return None

    def _request(self, at: int, match: re.Match[str]) -> Point | None:
        """A request by name stands; one to anybody only where somebody agrees."""
        one = self._statements[at]
        what, name = match["what"], match.groupdict().get("name") or ""
        if called := self._cues.find("called", what):
            name = called["name"]
            before = re.sub(r"(?<=.)は?$", "を", what[: called.start()], count=1)
            what = before + what[called.end() :]
        if not self._cues.is_name(name):
            name = ""
        self._asked = (at, name) if name else None
        answer = self._answer(at)
        if not name and answer is None:
            return None
        cited = [one] if answer is None else [one, answer]
        return self._point(what, cited, owner=name)

    def _volunteered(self, at: int, what: str) -> Point | None:
        """ "I can do that" is about what was asked just before."""
        one = self._statements[at]
        for asked in reversed(self._statements[max(0, at - ANSWERS) : at]):
            if match := self._cues.find("who", asked.text):
                due = find_due(what, self.language, self._today)
                point = self._point(_base_form(match["what"]), [asked, one])
                return replace(point, due=due[0] if due else point.due)
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

    def _add_due(self, one: Statement) -> None:
        found = find_due(one.text, self.language, self._today)
        if found and self.actions and self.actions[-1].due is None:
            last = self.actions[-1]
            ids = tuple(dict.fromkeys((*last.utterance_ids, one.utterance_id)))
            self.actions[-1] = replace(last, due=found[0], utterance_ids=ids)

    def _answer(self, at: int) -> Statement | None:
        """Who agreed, if anybody did before somebody disagreed."""
        for one in self._statements[at + 1 : at + 1 + ANSWERS]:
            if self._cues.find("dissent", one.text) or self._cues.find("postponed", one.text):
                return None
            if self._cues.find("assent", one.text):
                return one
        return None

    def _decided(self, what: str, cited: Sequence[Statement]) -> Point:
        ids = tuple(dict.fromkeys(one.utterance_id for one in cited))
        return Point(text=self._worded(what), utterance_ids=ids)

    def _point(self, what: str, cited: Sequence[Statement], owner: str = "") -> Point:
        due = None
        if found := find_due(what, self.language, self._today):
            due, (begin, end) = found
            what = what[:begin].rstrip(" ,、") + what[end:]
        ids = tuple(dict.fromkeys(one.utterance_id for one in cited))
        return Point(text=self._worded(what), utterance_ids=ids, owner=owner, due=due)

    def _worded(self, what: str) -> str:
        what = re.sub(r"\s+", " ", what).strip(" ,、.。?？")
        if self.language != "ja":
            what = _ASIDE.sub("", what)
            return re.sub(r",? (?:then|please|okay|right)$", "", what)
        what = _EARLIER_JA.sub("", _FILLER_JA.sub("", what))
        if match := _ASKED_NOUN.search(what):
            return what[: match.start()]
        if match := _ASKED_VERB.search(what):
            return from_te_form(what[: match.end("te")])
        told = re.sub(r"(?:ことになりました|ことにします)$", "", what)
        return plain(re.sub(r"行います$", "行う", told))

    def _keep(self, points: list[Point], point: Point) -> None:
        """Without what says nothing, is about the meeting itself, or was said before."""
        text = point.text
        if self.language == "ja":
            empty = len(text) < CHARACTERS_MIN_JA and not _NUMBER_JA.search(text)
        else:
            empty = len(text.split()) < WORDS_MIN
        if empty or self._cues.find("talk", text):
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

    def _people(self) -> tuple[str, ...]:
        """Who is named as somebody present, and who is to do something."""
        told = [name for text in self._said for name in self._cues.names(text)]
        owners = [point.owner for point in self.actions]
        named = [name for name in owners if name and not name.endswith(("team", "department"))]
        return tuple(dict.fromkeys([*told, *(_untitled(name) for name in named)]))

    def _topic(self) -> Point | None:
        for one in self._statements:
            if match := self._cues.find("topic", one.text):
                what = match["what"].strip(" ,、")
                if len(_words(what)) >= WORDS_MIN and not _NO_TOPIC_JA.search(what):
                    return Point(text=what, utterance_ids=(one.utterance_id,))
        return None


def _joined(match: re.Match[str]) -> str:
    """``what``, with what stood before its doer: what it is done to."""
    before = match.groupdict().get("before") or ""
    before = re.sub(r"、?(?:これ|それ)は$", "", before)
    before = re.sub(r"(?<=[にでと])は$", "", before)
    return re.sub(r"は$", "を", before) + match["what"]


def _untitled(name: str) -> str:
    return re.sub(r"(?:さん|くん|君|部長|課長|係長|主任|社長|専務|常務|リーダー)$", "", name)


def _base_form(what: str) -> str:
    """Without the third person's s: "puts it up" is "put it up"."""
    return re.sub(r"^([a-z]+[^s\W])s\b", r"\1", what)


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
