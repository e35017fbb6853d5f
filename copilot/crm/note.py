"""The note of a call as a CRM shows it: words in the call's language, and nothing else.

Pure. No links, no markup, no transcript. The note itself comes first, so that a CRM with
little room loses the least of it; a text that was cut says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from copilot.crm.summary import CallSummary
from copilot.crm.tasks import Task
from copilot.crm.words import ENGLISH, JAPANESE, Words, is_withdrawn
from copilot.errors import InputError
from copilot.events import FollowUp
from copilot.times import utc

__all__ = ["Note", "clipped", "linkless"]

_LINK = re.compile(r"\b[A-Za-z][A-Za-z0-9+.-]*://(?=\S)")


@dataclass(frozen=True)
class Note:
    """What is told of a call. ``zone`` is the centre's: days and hours are its own."""

    summary: CallSummary
    zone: ZoneInfo

    @property
    def words(self) -> Words:
        language = self.summary.summary.fields.language or self.summary.started.language
        if language == "auto":
            language = ""
        return JAPANESE if language.startswith("ja") else ENGLISH

    @cached_property
    def started(self) -> datetime:
        """In UTC. A start that is no time is taken as the time of the approval."""
        for moment in (self.summary.started.started_at, self.summary.summary.made_at):
            try:
                return datetime.fromisoformat(utc(moment)).replace(tzinfo=UTC)
            except InputError:
                continue
        return datetime.fromtimestamp(0, UTC)

    @property
    def ended(self) -> datetime:
        return self.started + timedelta(seconds=self.summary.duration_s)

    @property
    def day(self) -> date:
        """The day of the call where the centre is."""
        return self.started.astimezone(self.zone).date()

    @property
    def title(self) -> str:
        """What the call was about, in a line."""
        fields = self.summary.summary.fields
        return linkless(_line(fields.headline or fields.reason)) or self.words.call

    @property
    def disposition(self) -> str:
        """The surest code of the centre's own list, else the word of the resolution."""
        fields = self.summary.summary.fields
        if fields.disposition:
            return max(fields.disposition, key=lambda one: one.confidence).code
        return self.words.resolutions[fields.resolution] if fields.resolution else ""

    @property
    def text(self) -> str:
        """The whole note, paragraphs apart by an empty line."""
        return linkless("\n\n".join(part for part in self._parts() if part))

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Follow-ups that are not the customer's own."""
        follow_ups = self.summary.summary.fields.follow_ups
        return tuple(
            Task(
                numbers=numbers,
                subject=linkless(_line(one.what)),
                body=linkless(f"{self._line_of(one)}\n{self._facts()}"),
                due=_date(one),
            )
            for one, numbers in zip(follow_ups, self.summary.numbers.of_follow_ups, strict=True)
            if numbers
        )

    def withdrawn(self, subject: str) -> str:
        """Subject of a task that no follow-up stands for any more."""
        return subject if is_withdrawn(subject) else self.words.withdrawn + subject

    def _parts(self) -> Iterator[str]:
        words, summary = self.words, self.summary.summary
        fields = summary.fields
        yield summary.text.strip() or summary.brief.strip()
        said = []
        if fields.resolution:
            said.append(f"{words.resolution}: {words.resolutions[fields.resolution]}")
        if fields.disposition:
            codes = words.comma.join(one.code for one in fields.disposition)
            said.append(f"{words.disposition}: {codes}")
        yield "\n".join(said)
        yield _list(words.follow_ups, [self._line_of(one) for one in fields.follow_ups])
        yield _list(words.decisions, list(fields.decisions))
        yield _list(
            words.details,
            [f"{words.kinds.get(one.kind, one.kind)}: {one.value}" for one in fields.entities],
        )
        yield self._facts()

    def _line_of(self, follow_up: FollowUp) -> str:
        words = self.words
        due, when = follow_up.due, ""
        if due is not None:
            said = words.said.format(said=due.said) if due.said else ""
            when = words.by.format(date=due.date, said=said) if due.date else said
        line = f"{words.owners[follow_up.owner]}: {_line(follow_up.what)}"
        return f"{line} {when.strip()}".strip()

    def _facts(self) -> str:
        started, summary = self.summary.started, self.summary.summary
        minutes, seconds = divmod(round(self.summary.duration_s), 60)
        return self.words.facts.format(
            call_id=started.call_id,
            start=self.started.astimezone(self.zone).strftime("%Y-%m-%d %H:%M %Z"),
            direction=self.words.directions[started.direction],
            minutes=minutes,
            seconds=seconds,
            agent=started.agent_id,
            by=summary.by or "-",
            version=summary.version,
        )


def clipped(text: str, longest: int, *, bytes_: bool = False) -> str:
    """``text`` in at most ``longest`` characters, or bytes of UTF-8; what was cut ends in
    ``[…]``."""
    mark = " […]"
    if len(text.encode() if bytes_ else text) <= longest:
        return text
    if not bytes_:
        return text[: longest - len(mark)].rstrip() + mark
    kept = text.encode()[: longest - len(mark.encode())].decode(errors="ignore")
    return kept.rstrip() + mark


def linkless(text: str) -> str:
    """``text`` without what makes an address a link: nothing that was said in a call shall be
    one click away."""
    return _LINK.sub("", text)


def _line(text: str) -> str:
    return " ".join(text.split())


def _list(title: str, lines: list[str]) -> str:
    return "\n".join([f"{title}:", *(f"- {line}" for line in lines)]) if lines else ""


def _date(follow_up: FollowUp) -> date | None:
    try:
        return date.fromisoformat((follow_up.due and follow_up.due.date) or "")
    except ValueError:
        return None
