"""One call on paper: the note and what it rests on, fields, alerts, deliveries, transcript.

One HTML file without scripts, in the language of the call. Printed, it is A4; a browser's
"Save as PDF" makes the PDF.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from copilot.call_words import STYLE, WORDS
from copilot.confidential import Section, confidential_sections
from copilot.events import Delivery, Evidence, Summary, SummaryFields, Transcript
from copilot.paper import Paper, clock
from copilot.record import AlertRecord, CallRecord

__all__ = ["call_page"]


def call_page(record: CallRecord, *, made_at: str, time_zone: str) -> str:
    """``record`` started; ``made_at``: UTC, ISO 8601."""
    return _Page(record, Paper(record.language, WORDS, time_zone)).document(made_at)


class _Page:
    def __init__(self, record: CallRecord, paper: Paper) -> None:
        self._record = record
        self._paper = paper
        self._word = paper.word
        self._at_s = {final.utterance_id: final.start_s for final in record.finals}

    def document(self, made_at: str) -> str:
        record, paper = self._record, self._paper
        assert record.started is not None
        day = paper.day_and_time(record.started.started_at)[:16]
        title = self._word("title").format(day=day)
        about = self._word("made").format(
            made_at=paper.day_and_time(made_at), zone=paper.zone.key
        )
        summary = record.summary
        parts = [
            f"<h1>{escape(title)}</h1>",
            paper.facts_of(record),
            paper.section("note", self._note(summary)),
        ]
        if summary is not None and summary.state != "unavailable":
            parts += [
                paper.section("fields", self._fields(summary.fields)),
                paper.section("evidence", self._evidence(summary)),
            ]
        parts += [
            paper.section("alerts", self._alerts(record.alerts.values())),
            paper.section("deliveries", self._deliveries(record.deliveries.values())),
            paper.section("transcript", self._transcript(summary)),
            f'<p class="about">{escape(about)}</p>',
        ]
        return paper.document(title, STYLE, parts)

    def _note(self, summary: Summary | None) -> str:
        if summary is None:
            return f"<p>{escape(self._word('none'))}</p>"
        state = self._word("version").format(
            version=summary.version, state=self._word(f"summary.state.{summary.state}")
        )
        if summary.by:
            state += f" ({self._word('by').format(name=summary.by)})"
        parts = [f'<p class="state">{escape(state)}</p>']
        if summary.why_none:
            parts.append(f"<p>{escape(self._word(f'why.{summary.why_none}'))}</p>")
        if summary.brief:
            parts.append(f'<p class="brief">{escape(summary.brief)}</p>')
        parts += [f"<p>{escape(line)}</p>" for line in summary.text.splitlines() if line]
        return "".join(parts)

    def _fields(self, fields: SummaryFields) -> str:
        rows = "".join(
            f"<dt>{escape(self._word(f'field.{name}'))}</dt><dd>{_listed(lines)}</dd>"
            for name, lines in self._lines(fields)
            if lines
        )
        missing = [self._word(f"field.{name}") for name in fields.not_stated]
        if missing:
            said = escape(", ".join(missing))
            rows += f"<dt>{escape(self._word('not_stated'))}</dt><dd>{said}</dd>"
        return f"<dl>{rows}</dl>" if rows else self._paper.nothing()

    def _lines(self, fields: SummaryFields) -> Iterator[tuple[str, list[str]]]:
        """Fields by name, in the order in which a CRM asks for them, with their lines."""
        yield "headline", [fields.headline] if fields.headline else []
        yield "reason", [fields.reason] if fields.reason else []
        yield "situation", [fields.situation] if fields.situation else []
        yield "actions_taken", list(fields.actions_taken)
        resolution = fields.resolution
        yield "resolution", [self._word(f"resolution.{resolution}")] if resolution else []
        follow_ups = []
        for one in fields.follow_ups:
            due = f" ({one.due.date or one.due.said})" if one.due else ""
            follow_ups.append(f"{self._word(f'owner.{one.owner}')}: {one.what}{due}")
        yield "follow_ups", follow_ups
        yield "promises", list(fields.promises)
        yield "decisions", list(fields.decisions)
        yield (
            "entities",
            [f"{self._word(f'entity.{one.kind}')}: {one.value}" for one in fields.entities],
        )
        codes = [f"{one.code} ({one.confidence:.0%})" for one in fields.disposition]
        yield "disposition", codes
        mood = fields.customer_mood
        points = (mood.start, mood.low, mood.end) if mood else ()
        moods = [f"{self._mood(one.frustration)} ({clock(one.at_s)})" for one in points]
        yield "customer_mood", [" → ".join(moods)] if moods else []
        offers = fields.help_offers
        if offers.made:
            made = self._word("offers").format(made=offers.made, accepted=offers.accepted)
            yield "help_offers", [made]

    def _mood(self, frustration: float) -> str:
        """The word of the live pages for a grade of frustration."""
        grades = ("calm", "uneasy", "frustrated", "upset")
        return self._word(f"mood.{grades[round(frustration * 3)]}")

    def _evidence(self, summary: Summary) -> str:
        rows = [
            (escape(one.text), ", ".join(self._link(name) for name in one.utterance_ids))
            for one in summary.sentences
        ]
        rows += [
            (
                escape(text),
                f'<span class="unsupported">{escape(self._word("unsupported"))}</span>',
            )
            for text in summary.unsupported
        ]
        return self._paper.table(("sentence", "at"), rows)

    def _link(self, utterance_id: str) -> str:
        at_s = self._at_s.get(utterance_id)
        if at_s is None:
            return escape(utterance_id)
        return f'<a href="#{escape(utterance_id)}">{clock(at_s)}</a>'

    def _alerts(self, alerts: Iterable[AlertRecord]) -> str:
        return self._paper.table(
            ("at", "alert", "words", "state"),
            (
                (
                    f'<span class="at">{clock(one.alert.at_s)}</span>',
                    f"{escape(self._word(f'kind.{one.alert.kind}'))}<br>"
                    f"<small>{escape(self._word(f'severity.{one.alert.severity}'))}</small>",
                    "<br>".join(map(self._quote, one.alert.evidence))
                    or escape(one.alert.message),
                    f'<span class="state">{escape(self._word(one.state))}</span>',
                )
                for one in alerts
            ),
        )

    def _quote(self, evidence: Evidence) -> str:
        return f"{escape(evidence.quote)} {self._link(evidence.utterance_id)}"

    def _deliveries(self, deliveries: Iterable[Delivery]) -> str:
        return self._paper.table(
            ("target", "version", "state", "tries", "record", "time_of_day"),
            (
                (
                    escape(one.target),
                    str(one.summary_version),
                    self._delivery_state(one),
                    str(one.attempt),
                    escape(one.external_id or ""),
                    self._moment(one.made_at),
                )
                for one in deliveries
            ),
        )

    def _moment(self, made_at: str) -> str:
        """Day and time on a line each: the column is narrow."""
        day, _, time = self._paper.day_and_time(made_at).partition(" ")
        return f'<span class="at">{day}</span><br><span class="at">{time}</span>'

    def _delivery_state(self, delivery: Delivery) -> str:
        # The live pages tell the attempt in the sentence; here it has a column.
        word = WORDS[self._paper.language].get(f"delivery.{delivery.state}")
        lines = [word or self._word(f"delivery.{delivery.state}")]
        if delivery.error:
            lines.append(delivery.error)
        if delivery.next_try_at:
            time = self._paper.time(delivery.next_try_at)
            lines.append(self._word("next_try").format(time=time))
        first, *rest = map(escape, lines)
        return first + "".join(f"<br><small>{one}</small>" for one in rest)

    def _transcript(self, summary: Summary | None) -> str:
        cited = {
            name for one in (summary.sentences if summary else ()) for name in one.utterance_ids
        }
        turns: list[Transcript | Section] = [
            *(final for final in self._record.finals if final.text),
            *confidential_sections(self._record),
        ]
        turns.sort(key=lambda one: one.start_s)
        rows = "".join(
            self._confidential(one)
            if isinstance(one, Section)
            else self._turn(one, one.utterance_id in cited)
            for one in turns
        )
        return f"<table><tbody>{rows}</tbody></table>" if rows else self._paper.nothing()

    def _turn(self, final: Transcript, cited: bool) -> str:
        return (
            f'<tr id="{escape(final.utterance_id)}"{" class=cited" if cited else ""}>'
            f'<td class="at">{clock(final.start_s)}</td>'
            f'<td class="who">{escape(self._word(f"speaker.{final.speaker}"))}</td>'
            f"<td>{escape(final.text)}</td></tr>"
        )

    def _confidential(self, section: Section) -> str:
        end = self._word("until_end") if section.end_s is None else clock(section.end_s)
        return (
            f'<tr class="confidential"><td class="at">{clock(section.start_s)} – {escape(end)}'
            f'</td><td colspan="2">{escape(self._word("confidential"))}</td></tr>'
        )


def _listed(lines: list[str]) -> str:
    """One line as it is, several as a list."""
    if len(lines) == 1:
        return escape(lines[0])
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
