"""Events on a terminal: JSON lines for machines, short lines for people."""

from __future__ import annotations

import dataclasses
import json
import sys
from typing import Any, assert_never

from rich.console import Console
from rich.markup import escape

from copilot import events as e

_SPEAKERS = {"customer": "cyan", "agent": "green", "unknown": "white"}
_SEVERITIES = {"info": "blue", "warning": "yellow", "critical": "red"}


class Printer:
    """Shows the events of calls as they come."""

    def __init__(self, console: Console, *, as_json: bool) -> None:
        self._console = console
        self._as_json = as_json

    def show(self, event: e.Event) -> None:
        if self._as_json:
            sys.stdout.write(e.encode(event) + "\n")
            sys.stdout.flush()
        elif line := _line(event):
            self._console.print(f"[dim]{_clock(event.at_s)}[/] {line}", soft_wrap=True)


def json_line(value: Any) -> None:
    """A dataclass as one line of JSON on stdout."""
    sys.stdout.write(
        json.dumps(dataclasses.asdict(value), ensure_ascii=False, default=str) + "\n"
    )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes):02d}:{rest:04.1f}"


def _line(event: e.Event) -> str:
    match event:
        case e.CallStarted():
            return f"[bold]call {escape(event.call_id)}[/] agent {escape(event.agent_id)}"
        case e.Transcript(final=True):
            style = _SPEAKERS[event.speaker]
            return f"[{style}]{event.speaker:>8}[/] {escape(event.text)}"
        case e.Transcript() | e.Line() | e.Emotion():
            return ""
        case e.Redacted():
            return f"masked again: {escape(event.utterance_id)}"
        case e.Paused() | e.Resumed():
            return event.type
        case e.SpeakersSwapped() | e.ParticipantChanged():
            return f"{event.type} {escape(event.reason)}"
        case e.Alert():
            style = _SEVERITIES[event.severity]
            return f"[{style}]▲ {event.kind}[/] {escape(event.message)}{_quote(event)}"
        case e.AlertUpdated():
            return f"alert {event.state} by {escape(event.by)}"
        case e.StepTaken():
            return f"step {escape(event.step)} taken by {escape(event.by)}"
        case e.Suggestion():
            return f"[magenta]→ {event.kind}[/] {escape(event.title)}"
        case e.Note():
            return f"note from {escape(event.author)}"
        case e.Degraded():
            state = "recovered" if event.recovered else "degraded"
            return f"[yellow]{state}: {event.stage}[/] {escape(event.reason)}"
        case e.CallEnded():
            return f"[bold]ended[/] after {event.duration_s:.1f} s ({escape(event.reason)})"
        case e.Summary(state="running"):
            return f"[bold]so far[/] {escape(event.brief)}" if event.brief else ""
        case e.Summary(state="unavailable"):
            return f"[bold]no summary[/]: {event.why_none}"
        case e.Summary():
            return f"[bold]summary {event.version} ({event.state})[/]\n{escape(event.text)}"
        case e.Delivery():
            return f"delivery to {escape(event.target)}: {event.state}"
        case _:
            assert_never(event)


def _quote(alert: e.Alert) -> str:
    return "".join(f' [italic]"{escape(part.quote)}"[/]' for part in alert.evidence[:1])
