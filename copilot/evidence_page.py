"""The page of an evidence pack that people read: one HTML file without scripts, in the
language of the call, for screen and paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from copilot import evidence_words
from copilot.event_values import HarassmentType, Speaker
from copilot.events import Alert, AlertUpdated, Event, Note, Paused, Resumed, StepTaken
from copilot.paper import Paper, clock
from copilot.policy import Policy, words
from copilot.record import CallRecord
from copilot.times import later

__all__ = ["Quote", "page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words that a harassment alert cites. Seconds are media time of the call."""

    alert_id: str
    harassment_type: HarassmentType | None
    utterance_id: str
    speaker: Speaker
    quote: str
    start_s: float
    end_s: float
    clip_from_s: float
    """Where to begin to listen, in the centre's own recording."""
    clip_until_s: float
    said_at: str
    """Time of day, UTC."""


def page(
    record: CallRecord,
    quotes: Sequence[Quote],
    log: Sequence[Event],
    policy: Policy,
    *,
    made_at: str,
    time_zone: str,
) -> str:
    """``record`` started; ``log``: its events, in order."""
    return _Page(record, policy, time_zone).document(quotes, log, made_at)


class _Page:
    def __init__(self, record: CallRecord, policy: Policy, time_zone: str) -> None:
        self._record = record
        self._policy = policy
        self._paper = Paper(record.language, evidence_words.WORDS, time_zone)

    def document(self, quotes: Sequence[Quote], log: Sequence[Event], made_at: str) -> str:
        paper, title = self._paper, self._paper.word("title")
        parts = (
            f"<h1>{escape(title)}</h1>",
            paper.facts_of(self._record),
            paper.section("quotes", self._quotes(quotes)),
            paper.section("steps", self._steps()),
            paper.section("timeline", self._timeline(log)),
            paper.section("transcript", self._transcript(quotes)),
            paper.section("about", self._about(made_at)),
        )
        return paper.document(title, evidence_words.STYLE, parts)

    def _quotes(self, quotes: Sequence[Quote]) -> str:
        return self._paper.table(
            ("type", "quote", "at", "clip", "time_of_day"),
            (
                (
                    escape(self._paper.word(f"harassment.{one.harassment_type}")),
                    f"<q>{escape(one.quote)}</q>",
                    f'<a href="#{escape(one.utterance_id)}">{clock(one.start_s)}</a>',
                    f"{one.clip_from_s:.1f}–{one.clip_until_s:.1f} s",
                    self._paper.time(one.said_at),
                )
                for one in quotes
            ),
        )

    def _steps(self) -> str:
        return self._paper.table(
            ("time_of_day", "step", "type", "by", "comment"),
            (
                (
                    self._paper.time(event.made_at),
                    escape(self._step_label(event)),
                    escape(self._type_of(event.alert_id)),
                    escape(event.by),
                    escape(event.comment),
                )
                for event in self._record.steps
            ),
        )

    def _timeline(self, log: Iterable[Event]) -> str:
        started = self._record.started
        assert started is not None
        rows = []
        for event in log:
            if (text := self._told(event)) is not None:
                moment = getattr(event, "made_at", None) or later(
                    started.started_at, event.at_s
                )
                rows.append((clock(event.at_s), self._paper.time(moment), escape(text)))
        return self._paper.table(("at", "time_of_day", "what"), rows)

    def _told(self, event: Event) -> str | None:
        match event:
            case Alert():
                kind = self._paper.word(f"kind.{event.kind}")
                named = event.harassment_type and self._paper.word(
                    f"harassment.{event.harassment_type}"
                )
                return f"{kind}: {named}" if named else f"{kind}: {event.message}"
            case AlertUpdated():
                name = event.assignee or event.by
                return self._paper.word(f"alert.state.{event.state}").replace("{name}", name)
            case StepTaken():
                return f"{self._step_label(event)}: {event.by}"
            case Note():
                return f"{self._paper.word('note')} ({event.author}): {event.text}"
            case Paused() | Resumed():
                return self._paper.word(event.type)
            case _:
                return None

    def _transcript(self, quotes: Sequence[Quote]) -> str:
        cited = {one.utterance_id for one in quotes}
        rows = "".join(
            f'<tr id="{escape(final.utterance_id)}"'
            f"{' class=cited' if final.utterance_id in cited else ''}>"
            f"<td>{clock(final.start_s)}</td>"
            f"<td>{escape(self._paper.word(f'speaker.{final.speaker}'))}</td>"
            f"<td>{escape(final.text)}</td></tr>"
            for final in self._record.finals
            if final.text
        )
        return f"<table><tbody>{rows}</tbody></table>" if rows else self._paper.nothing()

    def _about(self, made_at: str) -> str:
        values = {
            "made_at": self._paper.day_and_time(made_at),
            "version": self._policy.version,
            "sha256": self._policy.sha256,
            "zone": self._paper.zone.key,
        }
        return "".join(
            f"<p>{escape(self._paper.word(f'about.{key}').format_map(values))}</p>"
            for key in ("made", "masked", "audio", "policy", "readings", "check")
        )

    def _step_label(self, event: StepTaken) -> str:
        alert = self._record.alerts.get(event.alert_id)
        kind = alert.alert.harassment_type if alert else None
        step = self._policy.step(kind, event.step) if kind else None
        return words(step.label, self._paper.language) if step else event.step

    def _type_of(self, alert_id: str) -> str:
        alert = self._record.alerts.get(alert_id)
        return self._paper.word(f"harassment.{alert.alert.harassment_type}") if alert else ""
