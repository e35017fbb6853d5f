"""What the pages made for paper share: words of a language, times of a zone, tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from html import escape
from importlib.resources import files
from zoneinfo import ZoneInfo

from copilot.record import CallRecord

__all__ = ["Paper", "clock", "clock_of"]


_RULES = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""What a browser may do with the page, wherever it was saved: show it, and nothing else."""


class Paper:
    """HTML without scripts, in the language of the call, for screen and paper."""

    def __init__(
        self, language: str, words: Mapping[str, dict[str, str]], time_zone: str
    ) -> None:
        """``words``: by language, what this page says beside the words of the live pages, or
        otherwise."""
        self.language = "ja" if language[:2] == "ja" else "en"
        self._words = _page_words(self.language) | words[self.language]
        self.zone = ZoneInfo(time_zone)

    def document(self, title: str, style: str, parts: Iterable[str]) -> str:
        return (
            f'<!doctype html>\n<html lang="{self.language}"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{_RULES}">'
            '<meta name="viewport" content="width=device-width">'
            f"<title>{escape(title)}</title><style>{style}</style></head>"
            f"<body>{''.join(parts)}</body></html>\n"
        )

    def word(self, key: str) -> str:
        """What the page calls ``key``; the key's last part where it has no word for it."""
        return self._words.get(key, key.rpartition(".")[2].replace("_", " "))

    def section(self, key: str, content: str) -> str:
        return f"<section><h2>{escape(self.word(f'section.{key}'))}</h2>{content}</section>"

    def facts(self, facts: Iterable[tuple[str, str]]) -> str:
        """Names of words, and text."""
        rows = "".join(
            f"<dt>{escape(self.word(key))}</dt><dd>{escape(value)}</dd>" for key, value in facts
        )
        return f"<dl>{rows}</dl>"

    def facts_of(self, record: CallRecord) -> str:
        """Which call it was."""
        started = record.started
        assert started is not None
        still = "" if record.ended else f" ({self.word('still_running')})"
        facts = (
            ("call", record.call_id),
            ("started", self.day_and_time(started.started_at)),
            ("length", clock_of(record) + still),
            ("operator", started.agent_id),
            ("customer", started.customer_id or self.word("not_stated")),
        )
        return self.facts(facts)

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
        """``rows`` hold HTML."""
        body = "".join(
            f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows
        )
        if not body:
            return self.nothing()
        head = "".join(f"<th>{escape(self.word(f'head.{one}'))}</th>" for one in heads)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def nothing(self) -> str:
        return f"<p>{escape(self.word('nothing'))}</p>"

    def time(self, moment: str) -> str:
        """Escaped, as all that follows."""
        return self._local(moment, "%H:%M:%S")

    def day_and_time(self, moment: str) -> str:
        return self._local(moment, "%Y-%m-%d %H:%M:%S %Z")

    def _local(self, moment: str, form: str) -> str:
        """A stored time in the zone of the centre; a broken one as it is."""
        try:
            return datetime.fromisoformat(moment).astimezone(self.zone).strftime(form)
        except ValueError:
            return escape(moment)


def clock(seconds: float) -> str:
    """Media time as people read it."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def clock_of(record: CallRecord) -> str:
    """The length of the call, so far."""
    return clock(record.ended.duration_s if record.ended else record.at_s)


@cache
def _page_words(language: str) -> dict[str, str]:
    """What the live pages call alerts, types and speakers."""
    source = files("supervisor_ui") / "i18n" / f"{language}.json"
    found: dict[str, str] = json.loads(source.read_text(encoding="utf-8"))
    return found
