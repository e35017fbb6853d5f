"""``copilot demo``: plays the sample calls into a running server, watches them as a
supervisor's page does, and measures what a person would have seen.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from secrets import token_hex

import numpy as np
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from audio.files import read_recording
from copilot.client import live, play
from copilot.errors import CopilotError
from copilot.events import Alert, AlertKind, Event, Summary, Transcript, lasts
from copilot.samples import Script, sample_calls
from copilot.score import final_latencies, units, word_error

__all__ = ["Arrival", "Measured", "measure", "play_samples", "run_demo", "table"]

PAUSE_S = 15.0
"""Between two rounds: long enough to read a summary."""
PATIENCE_S = 30.0
"""How long after its last word a call may take to end before the demo gives it up."""
VIEWER_PATIENCE_S = 5.0
"""How much later than the caller the viewer may see the summary."""
ERROR_AT_MOST = 0.4
"""Above this a transcript is no longer about the same call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An event and when it came, in wall-clock seconds since the first sample was spoken."""

    at_s: float
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one call showed."""

    script: Script
    words: int
    """Words heard (Japanese: characters)."""
    error: float
    """WER (Japanese: CER) against the script."""
    latencies_s: tuple[float, ...]
    """True end of each turn to the final with its last word; turns never heard are left out."""
    alerts: tuple[AlertKind, ...]
    """In the order in which the viewer saw them."""
    alert_after_s: float | None
    """End of the words of the first alert to its arrival at the viewer."""
    summary_after_s: float | None
    """End of the recording to the arrival of the draft summary."""
    failure: str = ""

    @property
    def faults(self) -> list[str]:
        """Why this call did not show what it should; empty: it did."""
        if self.failure:
            return [self.failure]
        missing = sorted(self.script.alerts_expected - set(self.alerts))
        faults = [f"no {kind} alert" for kind in missing]
        if self.error > ERROR_AT_MOST:
            faults.insert(0, "the words are not those of the script")
        if self.summary_after_s is None:
            faults.append("no summary")
        return faults


def measure(
    script: Script,
    duration_s: float,
    caller: Sequence[Arrival],
    viewer: Sequence[Arrival],
    failure: str = "",
) -> Measured:
    """Figures of one call from what came back on its own socket and at the viewer's."""
    finals = [
        (arrival.at_s, arrival.event)
        for arrival in caller
        if isinstance(arrival.event, Transcript) and arrival.event.final
    ]
    spoken = " ".join(turn.text for turn in script.turns)
    by_time = sorted((final for _, final in finals), key=lambda final: final.start_s)
    heard = " ".join(final.text for final in by_time)
    latencies_s = final_latencies(script.turns, finals)
    alerts = [(seen.at_s, seen.event) for seen in viewer if isinstance(seen.event, Alert)]
    return Measured(
        script=script,
        words=len(units(heard, script.language)),
        error=word_error(spoken, heard, script.language),
        latencies_s=tuple(latency for latency in latencies_s if latency is not None),
        alerts=tuple(alert.kind for _, alert in alerts),
        alert_after_s=next(
            (at_s - _words_end_s(alert, by_time) for at_s, alert in alerts), None
        ),
        summary_after_s=next(
            (
                arrival.at_s - duration_s
                for arrival in caller
                if isinstance(arrival.event, Summary) and arrival.event.state == "draft"
            ),
            None,
        ),
        failure=failure,
    )


def _words_end_s(alert: Alert, finals: Iterable[Transcript]) -> float:
    """When the last of the words that an alert cites had been spoken."""
    cited = {evidence.utterance_id for evidence in alert.evidence}
    ends_s = [final.end_s for final in finals if final.utterance_id in cited]
    return max(ends_s, default=alert.at_s)


def table(measured: Sequence[Measured]) -> Table:
    """One column a call: what was heard, and how soon."""
    figures = Table("what the demo saw", box=box.SIMPLE)
    for call in measured:
        figures.add_column(call.script.id, justify="right")
    rows: dict[str, Callable[[Measured], str]] = {
        "words (Japanese: characters)": lambda call: str(call.words),
        "error against the script": _error,
        "turns heard": lambda call: f"{len(call.latencies_s)} of {len(call.script.turns)}",
        "final after the end of speech, p50": lambda call: _percentile(call.latencies_s, 50),
        "final after the end of speech, p95": lambda call: _percentile(call.latencies_s, 95),
        "alerts, in order": lambda call: "\n".join(call.alerts) or "-",
        "first alert after its words": lambda call: _seconds(call.alert_after_s),
        "summary after the end of the call": lambda call: _seconds(call.summary_after_s),
        "result": _result,
    }
    for name, figure in rows.items():
        figures.add_row(name, *map(figure, measured))
    return figures


def _error(call: Measured) -> str:
    return f"{'CER' if call.script.language == 'ja' else 'WER'} {call.error:.1%}"


def _result(call: Measured) -> str:
    if call.faults:
        return "[bold red]" + escape("\n".join(call.faults)) + "[/]"
    return "[bold green]ok[/]"


def _percentile(values_s: Sequence[float], share: int) -> str:
    return _seconds(float(np.percentile(values_s, share)) if values_s else None)


def _seconds(value_s: float | None) -> str:
    return "-" if value_s is None else f"{value_s:.2f} s"


# Playing ------------------------------------------------------------------------------


async def run_demo(
    url: str,
    *,
    call_token: str,
    viewer_token: str,
    pages: Mapping[str, str],
    once: bool,
    console: Console,
) -> int:
    """Prints the sign-in links of ``pages`` (name to link) and plays the sample calls.

    ``once``: one round, then the exit status, 0 only if each call gave its words, its alert
    and its summary. Otherwise round after round until cancelled.
    """
    console.print("\n[bold]Open both pages[/] (each link signs in one browser, once):")
    for name, link in pages.items():
        console.print(f"  {name}: {escape(link)}", soft_wrap=True)
    while True:
        console.print("\nPlaying a Japanese and an English call at once, in real time.\n")
        measured = await play_samples(
            sample_calls(),
            url,
            call_token=call_token,
            viewer_token=viewer_token,
            console=console,
        )
        if not measured:
            return 1 if once else 0
        console.print(table(measured))
        if once:
            return 1 if any(call.faults for call in measured) else 0
        console.print(f"Again in {PAUSE_S:.0f} s; Ctrl-C ends the demo.")
        await asyncio.sleep(PAUSE_S)


async def play_samples(
    scripts: Sequence[Script],
    url: str,
    *,
    call_token: str,
    viewer_token: str,
    console: Console,
) -> list[Measured]:
    """One round: all calls at once, watched by one viewer.

    A call that fails is measured as far as it came; nothing is measured when the server
    stops meanwhile. A viewer that is refused ends the round with its ``ProtocolError`` or
    ``InputError`` in an exception group.
    """
    viewer = _Viewer(console)
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(viewer.watch(url, viewer_token), name="viewer")
        playing = [
            group.create_task(_play(script, url, call_token, viewer), name=script.id)
            for script in scripts
        ]
        measured = [await call for call in playing]
        stopped = watching.done()
        watching.cancel()
    return [] if stopped else measured


class _Viewer:
    """A supervisor's page without the page: remembers when it saw what."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._scripts: dict[str, Script] = {}
        self._seen: defaultdict[str, list[tuple[float, Event]]] = defaultdict(list)
        self._summarised: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def watch(self, url: str, token: str) -> None:
        async with aclosing(live(url, token)) as events:
            async for event in events:
                script = self._scripts.get(event.call_id)
                if script is None:
                    continue  # somebody else's call
                self._seen[event.call_id].append((time.monotonic(), event))
                self._show(script, event)
                if isinstance(event, Summary) and lasts(event):
                    self._summarised[event.call_id].set()

    def expect(self, call_id: str, script: Script) -> None:
        """From now on this call is remembered, its words and alerts are printed."""
        self._scripts[call_id] = script

    async def seen(self, call_id: str, zero_s: float) -> list[Arrival]:
        """What came of a call that has ended, once its summary is there or is overdue."""
        try:
            async with asyncio.timeout(VIEWER_PATIENCE_S):
                await self._summarised[call_id].wait()
        except TimeoutError:
            pass
        return [Arrival(at_s=at_s - zero_s, event=event) for at_s, event in self._seen[call_id]]

    def _show(self, script: Script, event: Event) -> None:
        match event:
            case Transcript(final=True) if event.text:
                who = f"{event.start_s:5.1f} s  {script.language}  {event.speaker:8}"
                self._console.print(f"{who}  {escape(event.text)}", soft_wrap=True)
            case Alert():
                what = f"{event.at_s:5.1f} s  {script.language}  {event.kind}"
                self._console.print(
                    f"[bold red]{what}  {escape(event.message)}[/]", soft_wrap=True
                )
            case Summary() if lasts(event):
                self._console.print(
                    f"[bold green]summary  {script.language}[/]  {escape(event.brief)}",
                    soft_wrap=True,
                )


async def _play(script: Script, url: str, token: str, viewer: _Viewer) -> Measured:
    recording = read_recording(script.audio)
    call_id = f"{script.id}-{token_hex(4)}"
    viewer.expect(call_id, script)
    caller: list[Arrival] = []
    zero_s = time.monotonic()
    failure = ""
    try:
        async with (
            asyncio.timeout(recording.duration_s + PATIENCE_S),
            aclosing(
                play(recording, url, token=token, language=script.language, call_id=call_id)
            ) as events,
        ):
            async for at_s, event in events:
                if not caller:
                    zero_s = time.monotonic() - at_s
                caller.append(Arrival(at_s=at_s, event=event))
    except CopilotError as error:
        failure = str(error)
    except TimeoutError:
        failure = f"the call had not ended {PATIENCE_S:.0f} s after its last word"
    seen = await viewer.seen(call_id, zero_s) if caller else []
    return measure(script, recording.duration_s, caller, seen, failure)
