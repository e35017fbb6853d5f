"""``copilot replay --rules``: two rule sets on files of turns or on stored calls."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from copilot.backends import build_understanding
from copilot.comparison import (
    CallComparison,
    Difference,
    Firing,
    RuleFigures,
    Totals,
    compare,
)
from copilot.config import Config
from copilot.errors import InputError
from copilot.events import CallEnded
from copilot.ledger import call_from_file, instant
from copilot.masking import Masker
from copilot.record import CallRecord
from copilot.replay import finals_of, read_turns
from copilot.stored import ended_calls, record_of_call, stored_calls
from sentiment.rules import load_rules

_STYLES = {"new": "green", "gone": "red", "moved": "yellow", "altered": "cyan", "same": "dim"}


async def replay_rules(
    config: Config,
    files: Sequence[Path],
    *,
    rules: Path,
    against: Path | None,
    call_ids: Sequence[str],
    since: str | None,
    until: str | None,
    language: str,
    as_json: bool,
    out: Console,
    err: Console,
) -> None:
    """Compares ``rules`` with ``against``, or with the rules in force, on files, or without
    any on stored calls that have ended: those named, or all of a time.

    Holds one call at a time. Raises ``ConfigError`` with every fault of the rules,
    ``InputError`` and ``NotFoundError``.
    """
    if files and (call_ids or since or until):
        raise InputError("name files or stored calls, not both")
    after = load_rules(rules)
    understanding = build_understanding(config)
    before = load_rules(against) if against else understanding.rules.rules
    totals = Totals()
    calls = (
        _from_files(config, files, language)
        if files
        else _stored(config, call_ids, since, until)
    )
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("", total=None)
        async for count, record in calls:
            progress.update(task, total=count, description=record.call_id)
            one = compare(record, understanding.reader, before=before, after=after)
            totals.add(one)
            if as_json:
                _write_json(one)
            else:
                _show(one, out)
            progress.advance(task)
    if not totals.calls:
        raise InputError("no stored call that has ended fits")
    if as_json:
        _write_json_totals(totals)
    else:
        _show_totals(totals, out)


async def _from_files(
    config: Config, files: Sequence[Path], language: str
) -> AsyncIterator[tuple[int, CallRecord]]:
    for file in files:
        yield len(files), _record_of_file(config, file, language=language)


def _record_of_file(config: Config, file: Path, *, language: str) -> CallRecord:
    """The call that a file of text turns holds, masked. Raises ``InputError`` with every bad
    line's number."""
    turns = read_turns(file)
    started = call_from_file(
        file,
        language=language,
        began=instant(None, config.time_zone),
        speakers=tuple(dict.fromkeys(turn.speaker for turn in turns)),
    )
    record = CallRecord.of([started])
    masker = Masker()
    at_s = 0.0
    for final in finals_of(started, turns):
        at_s = final.at_s
        masked, redacted = masker.hear(final)
        record.apply(replace(masked, seq=record.seq + 1))
        for redaction in redacted:
            record.apply(replace(redaction, seq=record.seq + 1))
    record.apply(CallEnded(call_id=started.call_id, at_s=at_s, duration_s=at_s, reason="stop"))
    return record


async def _stored(
    config: Config, call_ids: Sequence[str], since: str | None, until: str | None
) -> AsyncIterator[tuple[int, CallRecord]]:
    """How many calls there are, with each of them."""
    async with stored_calls(config) as archive:
        if call_ids:
            for call_id in call_ids:
                yield len(call_ids), await record_of_call(archive, call_id)
            return
        count = 0
        async for _ in ended_calls(archive, since, until):
            count += 1
        async for call_id in ended_calls(archive, since, until):
            yield count, await record_of_call(archive, call_id)


# What is told -------------------------------------------------------------------------


def _write_json(one: CallComparison) -> None:
    sys.stdout.write(json.dumps({"type": "call"} | asdict(one), ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _write_json_totals(totals: Totals) -> None:
    document = {
        "type": "totals",
        "calls": totals.calls,
        "judged": totals.judged,
        "rules": [asdict(rule) for rule in totals.rules],
        "together": asdict(totals.together),
    }
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")


def _show(one: CallComparison, out: Console) -> None:
    """What would change; of what stays, only how much."""
    kept = sum(alert.change == "same" for alert in one.alerts)
    out.print(f"[bold]{escape(one.call_id)}[/]  {kept} alerts stay the same", soft_wrap=True)
    for alert in one.alerts:
        if alert.change != "same":
            out.print(f"  {_line(alert)}", soft_wrap=True)


def _line(alert: Difference) -> str:
    before, after = alert.before, alert.after
    firing = after or before
    if firing is None:
        return ""
    if before and after and alert.change == "moved":
        when = f"{_clock(before)} → {_clock(after)}"
    else:
        when = _clock(firing)
    told = f" [bold]({firing.verdict.replace('_', ' ')})[/]" if firing.verdict else ""
    style = _STYLES[alert.change]
    return (
        f"[{style}]{alert.change:7}[/] {when} {escape(firing.rule)} {firing.severity}"
        f' [italic]"{escape(firing.quote)}"[/]{told}'
    )


def _clock(firing: Firing) -> str:
    minutes, rest = divmod(firing.at_s, 60)
    return f"{int(minutes):02d}:{rest:04.1f}"


def _show_totals(totals: Totals, out: Console) -> None:
    table = Table(
        "rule", "before", "after", "new", "gone", "moved", "altered", "precision", box=None
    )
    for column in table.columns[1:]:
        column.justify = "right"
    for rule in (*totals.rules, totals.together):
        changes = (rule.new, rule.gone, rule.moved, rule.altered)
        table.add_row(
            escape(rule.rule) or f"all, {totals.calls} calls",
            str(rule.before),
            str(rule.after),
            *(str(count) if count else "" for count in changes),
            f"{_before(rule)} → {_after(rule)}",
        )
    out.print(table)
    if not totals.judged:
        return
    together = totals.together
    out.print(
        f"People ended {totals.judged} alerts of these calls. Of them the old rules raise "
        f"{together.right_before + together.false_before} again, the new ones "
        f"{together.right_after + together.false_after}: precision is of those.",
        soft_wrap=True,
    )


def _before(rule: RuleFigures) -> str:
    return _share(rule.precision_before, rule.right_before, rule.false_before)


def _after(rule: RuleFigures) -> str:
    return _share(rule.precision_after, rule.right_after, rule.false_after)


def _share(precision: float | None, right: int, false: int) -> str:
    return "–" if precision is None else f"{precision:.0%} ({right}/{right + false})"
