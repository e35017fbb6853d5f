"""The page of an evidence pack that people read: one HTML file without scripts, in the
language of the call, for screen and paper."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from importlib.resources import files
from zoneinfo import ZoneInfo

from copilot import evidence_words
from copilot.event_values import HarassmentType, Speaker
from copilot.events import Alert, AlertUpdated, Event, Note, Paused, Resumed, StepTaken
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
        self._zone = ZoneInfo(time_zone)
        self._language = "ja" if record.language[:2] == "ja" else "en"
        self._words = evidence_words.WORDS[self._language] | _page_words(self._language)

    def document(self, quotes: Sequence[Quote], log: Sequence[Event], made_at: str) -> str:
        title = self._t("title")
        parts = (
            f"<h1>{escape(title)}</h1>",
            self._facts(),
            self._section("quotes", self._quotes(quotes)),
            self._section("steps", self._steps()),
            self._section("timeline", self._timeline(log)),
            self._section("transcript", self._transcript(quotes)),
            self._section("about", self._about(made_at)),
        )
        return (
            f'<!doctype html>\n<html lang="{self._language}"><head><meta charset="utf-8">'
            f"<title>{escape(title)}</title><style>{evidence_words.STYLE}</style></head>"
            f"<body>{''.join(parts)}</body></html>\n"
        )

    def _facts(self) -> str:
        record = self._record
        started = record.started
        assert started is not None
        length_s = record.ended.duration_s if record.ended else record.at_s
        still = "" if record.ended else f" ({self._t('still_running')})"
        facts = (
            ("call", record.call_id),
            ("started", self._day_and_time(started.started_at)),
            ("length", _clock(length_s) + still),
            ("operator", started.agent_id),
            ("customer", started.customer_id or self._t("not_stated")),
        )
        rows = "".join(
            f"<dt>{escape(self._t(key))}</dt><dd>{escape(value)}</dd>" for key, value in facts
        )
        return f"<dl>{rows}</dl>"

    def _quotes(self, quotes: Sequence[Quote]) -> str:
        return self._table(
            ("type", "quote", "at", "clip", "time_of_day"),
            (
                (
                    escape(self._t(f"harassment.{one.harassment_type}")),
                    f"<q>{escape(one.quote)}</q>",
                    f'<a href="#{escape(one.utterance_id)}">{_clock(one.start_s)}</a>',
                    f"{one.clip_from_s:.1f}–{one.clip_until_s:.1f} s",
                    self._time(one.said_at),
                )
                for one in quotes
            ),
        )

    def _steps(self) -> str:
        return self._table(
            ("time_of_day", "step", "type", "by", "comment"),
            (
                (
                    self._time(event.made_at),
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
                rows.append((_clock(event.at_s), self._time(moment), escape(text)))
        return self._table(("at", "time_of_day", "what"), rows)

    def _told(self, event: Event) -> str | None:
        match event:
            case Alert():
                kind = self._t(f"kind.{event.kind}")
                named = event.harassment_type and self._t(f"harassment.{event.harassment_type}")
                return f"{kind}: {named}" if named else f"{kind}: {event.message}"
            case AlertUpdated():
                name = event.assignee or event.by
                return self._t(f"alert.state.{event.state}").replace("{name}", name)
            case StepTaken():
                return f"{self._step_label(event)}: {event.by}"
            case Note():
                return f"{self._t('note')} ({event.author}): {event.text}"
            case Paused() | Resumed():
                return self._t(event.type)
            case _:
                return None

    def _transcript(self, quotes: Sequence[Quote]) -> str:
        cited = {one.utterance_id for one in quotes}
        rows = "".join(
            f'<tr id="{escape(final.utterance_id)}"'
            f"{' class=cited' if final.utterance_id in cited else ''}>"
            f"<td>{_clock(final.start_s)}</td>"
            f"<td>{escape(self._t(f'speaker.{final.speaker}'))}</td>"
            f"<td>{escape(final.text)}</td></tr>"
            for final in self._record.finals
            if final.text
        )
        return f"<table><tbody>{rows}</tbody></table>" if rows else self._nothing()

    def _about(self, made_at: str) -> str:
        values = {
            "made_at": self._day_and_time(made_at),
            "version": self._policy.version,
            "sha256": self._policy.sha256,
            "zone": self._zone.key,
        }
        return "".join(
            f"<p>{escape(self._t(f'about.{key}').format_map(values))}</p>"
            for key in ("made", "masked", "audio", "policy", "readings", "check")
        )

    def _step_label(self, event: StepTaken) -> str:
        alert = self._record.alerts.get(event.alert_id)
        kind = alert.alert.harassment_type if alert else None
        step = self._policy.step(kind, event.step) if kind else None
        return words(step.label, self._language) if step else event.step

    def _type_of(self, alert_id: str) -> str:
        alert = self._record.alerts.get(alert_id)
        return self._t(f"harassment.{alert.alert.harassment_type}") if alert else ""

    def _section(self, key: str, content: str) -> str:
        return f"<section><h2>{escape(self._t(f'section.{key}'))}</h2>{content}</section>"

    def _table(self, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
        """``rows`` hold HTML."""
        body = "".join(
            f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows
        )
        if not body:
            return self._nothing()
        head = "".join(f"<th>{escape(self._t(f'head.{one}'))}</th>" for one in heads)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _nothing(self) -> str:
        return f"<p>{escape(self._t('nothing'))}</p>"

    def _t(self, key: str) -> str:
        otherwise = key.rpartition(".")[2].replace("_", " ")
        return self._words.get(key, otherwise)

    def _time(self, moment: str) -> str:
        return self._local(moment, "%H:%M:%S")

    def _day_and_time(self, moment: str) -> str:
        return self._local(moment, "%Y-%m-%d %H:%M:%S %Z")

    def _local(self, moment: str, form: str) -> str:
        """A stored time in the zone of the centre; a broken one as it is."""
        try:
            return datetime.fromisoformat(moment).astimezone(self._zone).strftime(form)
        except ValueError:
            return escape(moment)


@cache
def _page_words(language: str) -> dict[str, str]:
    """What the pages call alerts, types and speakers."""
    source = files("supervisor_ui") / "i18n" / f"{language}.json"
    found: dict[str, str] = json.loads(source.read_text(encoding="utf-8"))
    return found


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
