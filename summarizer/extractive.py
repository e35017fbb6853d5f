"""The extractive summariser: rules and what a trained reader adds, the same note every time."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from copilot.errors import ReaderError
from copilot.events import (
    Alert,
    AlertUpdated,
    CallStarted,
    CustomerMood,
    Emotion,
    Event,
    MoodPoint,
    Sentence,
    Summary,
    SummaryFields,
    Transcript,
)
from summarizer.blank import blank_summary
from summarizer.commitments import find_commitments
from summarizer.ending import read_ending
from summarizer.entities import find_entities
from summarizer.grounding import ungrounded
from summarizer.lexicon import load_lexicon
from summarizer.note import Note, write_note
from summarizer.outcome import find_resolution, help_offers
from summarizer.reader import StatementReader
from summarizer.spoken import joined_codes, spoken_codes
from summarizer.statements import Statement, is_japanese, read_statements, said_finals

__all__ = ["ExtractiveSummariser"]

log = logging.getLogger(__name__)

_FEWEST_WORDS = 4
_FEWEST_CHARACTERS_JA = 10
"""Below this much speech there is nothing to summarise."""
_OPTIONAL = [
    "headline",
    "reason",
    "situation",
    "actions_taken",
    "resolution",
    "follow_ups",
    "promises",
    "entities",
    "disposition",
    "customer_mood",
]


class ExtractiveSummariser:
    """Implements ``copilot.ports.Summariser``.

    ``time_zone`` (IANA) is the centre's: what "tomorrow" means. ``reader`` adds what
    statements do in words that no rule knows; without it the rules are alone.
    """

    name = "extractive"

    def __init__(
        self, *, time_zone: str = "UTC", reader: StatementReader | None = None
    ) -> None:
        self._zone = ZoneInfo(time_zone)
        self._reader = reader

    def summarise(self, events: Sequence[Event]) -> Summary:
        """Version 1 as a draft, or ``unavailable`` with ``why_none``."""
        started = next(event for event in events if isinstance(event, CallStarted))
        finals = said_finals(events)
        blank = blank_summary(events, generator=self.name)
        if started.consent is False:
            return replace(
                blank, why_none="not_permitted", fields=_with_not_stated(SummaryFields())
            )
        language = _language(started, finals)
        common = SummaryFields(
            language=language,
            alerts=_alerts(events),
            customer_mood=_mood(events, finals),
        )
        if not finals:
            return replace(blank, why_none="no_speech", fields=_with_not_stated(common))
        if _too_short(finals, language):
            return replace(blank, why_none="too_short", fields=_with_not_stated(common))
        lexicon = load_lexicon(language)
        statements = read_statements(finals, lexicon)
        if not statements:
            return replace(blank, why_none="too_short", fields=_with_not_stated(common))
        statements = self._read(statements)
        today = self._date(started)
        commitments = find_commitments(statements, lexicon, today)
        resolution = find_resolution(statements, commitments)
        if any(one.likely for one in statements):
            resolution = read_ending(statements, commitments, resolution)
        codes = {
            code: said
            for final in finals
            for code, said in spoken_codes(final.text, lexicon.language).items()
        }
        entities = find_entities(statements, lexicon, today, codes)
        note = write_note(
            statements,
            commitments,
            resolution,
            lexicon,
            entities=entities,
            alerted=_alerted(events),
        )
        unsupported = _drop_ungrounded(note, finals)
        fields = replace(
            common,
            headline=_headline(note),
            reason=note.joined(note.reason),
            situation=note.joined(note.account),
            actions_taken=tuple(one.text for one in note.actions),
            resolution=resolution[0],
            follow_ups=tuple(one.follow_up for one in commitments),
            promises=tuple(
                one.note for one in commitments if one.follow_up.owner != "customer"
            ),
            entities=tuple(one.entity for one in entities),
            help_offers=help_offers(statements),
        )
        return replace(
            blank,
            state="draft",
            brief=note.brief,
            text=note.text,
            fields=_with_not_stated(fields),
            sentences=note.cited,
            unsupported=unsupported,
        )

    def _read(self, statements: list[Statement]) -> list[Statement]:
        """With what the learned reader makes of them; a note without it beats none."""
        if self._reader is None:
            return statements
        try:
            return self._reader.read(statements)
        except ReaderError as error:
            log.warning("statements are read by rules alone", extra={"reason": str(error)})
            return statements

    def _date(self, started: CallStarted) -> date:
        return datetime.fromisoformat(started.started_at).astimezone(self._zone).date()


def _language(started: CallStarted, finals: Sequence[Transcript]) -> str:
    if started.language != "auto":
        return started.language.split("-")[0]
    told = [final.language for final in finals if final.language]
    if told:
        return max(set(told), key=told.count)
    return "ja" if any(is_japanese(final.text) for final in finals) else "en"


def _too_short(finals: Sequence[Transcript], language: str) -> bool:
    text = " ".join(final.text for final in finals)
    if language == "ja":
        return len(re.sub(r"\W", "", text)) < _FEWEST_CHARACTERS_JA
    return len(text.split()) < _FEWEST_WORDS


def _drop_ungrounded(note: Note, finals: Sequence[Transcript]) -> tuple[str, ...]:
    """Takes sentences out of the note that say more than the utterances they cite."""
    said = {
        final.utterance_id: f"{final.text} {joined_codes(final.text, note.language)}"
        for final in finals
    }
    dropped: list[str] = []

    def stands(one: Sentence) -> bool:
        missing = ungrounded(one.text, [said[utterance] for utterance in one.utterance_ids])
        if missing:
            dropped.append(one.text)
        return not missing

    for name, section in note.sections.items():
        if name != "outcome":
            section[:] = [one for one in section if stands(one)]
    note.further[:] = [pair for pair in note.further if stands(pair[1])]
    if note.opening and not stands(note.opening):
        note.opening = None
    return tuple(dropped)


def _headline(note: Note) -> str:
    first = (note.reason or note.situation or note.actions)[:1]
    if not first:
        return ""
    text = first[0].text.rstrip(".。")
    if note.language == "ja":
        return text[:40]
    text = re.sub(
        r"^(?:Customer )?(?:(?:says )?it's about |calls (?:about|regarding) |is (?=chasing)"
        r"|says |asks to |(?:just |would |really )*(?:needs|wants"
        r"|likes?) (?:to )?)?",
        "",
        text,
    )
    words = text.split()
    short = " ".join(words[:12]) + ("..." if len(words) > 12 else "")
    return short[:1].upper() + short[1:]


def _alerts(events: Sequence[Event]) -> tuple[str, ...]:
    false_alarms = {
        event.alert_id
        for event in events
        if isinstance(event, AlertUpdated) and event.state == "false_alarm"
    }
    return tuple(
        event.kind
        for event in events
        if isinstance(event, Alert) and event.alert_id not in false_alarms
    )


def _alerted(events: Sequence[Event]) -> set[str]:
    return {
        evidence.utterance_id
        for event in events
        if isinstance(event, Alert)
        for evidence in event.evidence
    }


def _mood(events: Sequence[Event], finals: Sequence[Transcript]) -> CustomerMood | None:
    spoken_s = {final.utterance_id: final.start_s for final in finals}
    points = [
        MoodPoint(
            frustration=event.frustration,
            at_s=spoken_s.get(event.utterance_id, event.at_s),
        )
        for event in events
        if isinstance(event, Emotion) and event.speaker != "agent"
    ]
    if not points:
        return None
    low = max(points, key=lambda point: point.frustration)
    return CustomerMood(start=points[0], low=low, end=points[-1])


def _with_not_stated(fields: SummaryFields) -> SummaryFields:
    """Names every field that stayed empty because nobody spoke about it."""
    return replace(
        fields, not_stated=tuple(name for name in _OPTIONAL if not getattr(fields, name))
    )
