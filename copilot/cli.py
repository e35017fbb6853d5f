"""The command ``copilot``. Each command is a thin shell: options in, one call, output."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.markup import escape
from rich.table import Table

from copilot import __version__, logs
from copilot.command_options import (
    AsJson,
    ConfigFile,
    DataDir,
    Hotwords,
    Language,
    Save,
    Since,
    StartedAt,
    Token,
    Until,
    hotwords_in,
)
from copilot.config import Config
from copilot.errors import InputError
from copilot.process_command import process
from copilot.rule_commands import rules
from copilot.terminal import configured, err, out, readable_errors, run

Role = Literal["operator", "supervisor", "integrator", "admin"]

app = typer.Typer(
    name="copilot",
    help="A real-time copilot for contact centres, on the centre's own machines.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(rules, name="rules")


def main() -> None:
    """Entry point. Exit status: 0 done, 1 some inputs failed, 2 wrong use or configuration."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        out.print(__version__)
        raise typer.Exit


@app.command(epilog="Example: copilot serve --port 8765 --data-dir /var/lib/copilot")
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Start the server: sockets, REST and both pages on one port."""
    settings = configured(config, host=host, port=port, data_dir=data_dir)
    from copilot.serving import serve_until_stopped

    run(lambda: serve_until_stopped(settings, say=lambda line: err.print(line, soft_wrap=True)))


@app.command(epilog="Example: copilot demo --once")
def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Play the samples once, print a table, end.")
    ] = False,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Start a server, print sign-in links to both pages and play two sample calls."""
    settings = configured(config, host=host, port=port, data_dir=data_dir)
    from copilot.serving import serve_demo

    raise typer.Exit(run(lambda: serve_demo(settings, once=once, console=out)))


@app.command(epilog="Example: copilot call call.wav --url ws://127.0.0.1:8765 --language ja")
def call(
    file: Annotated[
        Path,
        typer.Argument(help="Recording; stereo: left customer.", exists=True, dir_okay=False),
    ],
    url: Annotated[str, typer.Option(help="Address of the server.")] = "ws://127.0.0.1:8765",
    token: Token = "",
    language: Language = "auto",
    agent_id: Annotated[str, typer.Option(help="Who takes the call.")] = "demo",
    call_id: Annotated[str | None, typer.Option(help="Default: the server gives one.")] = None,
    hotwords: Hotwords = "",
    as_json: AsJson = False,
) -> None:
    """Play a recording into a running server in real time; print events as they come."""
    logs.configure("warning")
    from audio.files import read_recording
    from copilot.client import play
    from copilot.printing import Printer

    async def follow() -> None:
        printer = Printer(out, as_json=as_json)
        async for _, event in play(
            read_recording(file),
            url,
            token=token,
            language=language,
            agent_id=agent_id,
            call_id=call_id,
            hotwords=hotwords_in(hotwords),
        ):
            printer.show(event)

    run(follow)


app.command(epilog="Example: copilot process recordings/ --language ja --out results/")(process)


@app.command(
    epilog="Example: copilot replay turns.jsonl --json, or copilot replay --rules new.toml"
)
def replay(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help='JSON lines: {"speaker","text","start_s","end_s"}.',
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option(help="Compare these rules, on files or stored calls.", exists=True),
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="With these; default: those in force.", exists=True)
    ] = None,
    calls: Annotated[
        list[str] | None, typer.Option("--call", help="A stored call; again for more.")
    ] = None,
    since: Since = None,
    until: Until = None,
    language: Language = "auto",
    started_at: StartedAt = None,
    as_json: AsJson = False,
    save: Save = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Send text turns through sentiment, alerts and summary, without audio; or with --rules
    show what other rules would change in files, or in stored calls: all, unless named."""
    settings = configured(config, data_dir=data_dir)
    if rules is None:
        if against or calls or since or until or not files or len(files) > 1:
            raise typer.BadParameter("name one file of turns, or rules to compare: --rules")
        from copilot.replay import replay_turns

        run(
            lambda: replay_turns(
                settings,
                files[0],
                language=language,
                started_at=started_at,
                as_json=as_json,
                save=save,
                out=out,
            )
        )
        return
    if save or started_at:
        raise typer.BadParameter("a comparison of rules stores nothing")
    from copilot.replay_rules import replay_rules

    run(
        lambda: replay_rules(
            settings,
            files or [],
            rules=rules,
            against=against,
            call_ids=calls or [],
            since=since,
            until=until,
            language=language,
            as_json=as_json,
            out=out,
            err=err,
        )
    )


@app.command(epilog="Example: copilot export --format csv --since 2026-04-01 -o calls.csv")
def export(
    call_ids: Annotated[list[str] | None, typer.Argument(help="Calls; none: all.")] = None,
    format: Annotated[
        Literal["json", "csv", "vtt", "html"],
        typer.Option(help="vtt (captions) and html (a page to print) take one call."),
    ] = "json",
    since: Since = None,
    until: Until = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file.")] = None,
    bom: Annotated[
        bool | None,
        typer.Option(
            help="A mark before CSV that makes Excel read UTF-8; default: in a file.",
            show_default=False,
        ),
    ] = None,
    analytics: Annotated[
        bool, typer.Option("--analytics", help="Without names, codes and customer ids.")
    ] = False,
    edits: Annotated[
        bool, typer.Option("--edits", help="What people changed in drafts, as JSON lines.")
    ] = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Write stored calls as JSON, CSV, WebVTT or a page to print."""
    settings = configured(config, data_dir=data_dir)
    from copilot.stored import export_call, export_calls, write_edits

    if edits:
        if call_ids or format != "json":
            raise typer.BadParameter("--edits names no call and has one format")
        run(lambda: write_edits(settings, output, since=since, until=until))
    elif format == "vtt" or format == "html":
        if call_ids is None or len(call_ids) != 1:
            raise typer.BadParameter(f"{format} holds one call: name exactly one call_id")
        run(
            lambda: export_call(
                settings, call_ids[0], output, format=format, analytics=analytics
            )
        )
    else:
        if call_ids and (since or until):
            raise typer.BadParameter("name calls, or days")
        run(
            lambda: export_calls(
                settings,
                call_ids or [],
                output,
                format=format,
                since=since,
                until=until,
                # The mark has no place on a terminal or in a pipe.
                bom=output is not None if bom is None else bom,
                analytics=analytics,
                err=err,
            )
        )


@app.command(epilog="Example: copilot evidence pbx-4711 -o evidence.zip")
def evidence(
    call_id: Annotated[str | None, typer.Argument(help="A stored call.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where the pack goes, a zip.")
    ] = None,
    check: Annotated[
        Path | None, typer.Option(help="A pack: has anything changed since it was made?")
    ] = None,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Write the evidence pack of a call for the consultation desk, or check one."""
    if check is not None and call_id is None and output is None:
        _check_evidence(configured(config, data_dir=data_dir), check)
        return
    if call_id is None or output is None or check is not None:
        raise typer.BadParameter("name a call and a file (-o), or a pack to --check")
    settings = configured(config, data_dir=data_dir)
    from copilot.stored import pack_evidence

    content = run(lambda: pack_evidence(settings, call_id))
    with readable_errors():
        try:
            output.write_bytes(content)
        except OSError as error:
            raise InputError(f"{output}: {error.strerror}") from None


def _check_evidence(settings: Config, path: Path) -> None:
    """Exit status 1 where anything differs."""
    from copilot.stored import check_evidence

    with readable_errors():
        try:
            content = path.read_bytes()
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}") from None
    pack, changed, made_by = run(lambda: check_evidence(settings, content))
    for line in (*pack.faults, *changed):
        out.print(f"[red]differs[/] {escape(line)}", soft_wrap=True)
    if not pack.faults:
        counts = f"{pack.files} files and {len(pack.events)} events"
        out.print(f"[green]ok[/]      {counts} are as they were packed", soft_wrap=True)
    told = f"made by {escape(made_by)}" if made_by else "is not known here"
    out.print(f"audit log: this pack of call {escape(pack.call_id)} {told}", soft_wrap=True)
    raise typer.Exit(1 if pack.faults or changed else 0)


@app.command(epilog="Example: copilot models --fetch base")
def models(
    fetch: Annotated[str | None, typer.Option(help="Prepare this model now.")] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Show which models are installed, where, and their hash; fetch one."""
    settings = configured(config, data_dir=data_dir)
    from copilot.models import installed_models, whisper_folder

    with readable_errors():
        if fetch:
            whisper_folder(settings.data_dir, fetch)
        found = installed_models(settings.data_dir)
    if as_json:
        from copilot.printing import json_line

        for model in found:
            json_line(model)
        return
    table = Table("model", "state", "size", "sha256", "where", box=None)
    for model in found:
        size = f"{model.bytes / 1e6:.0f} MB" if model.bytes else "-"
        table.add_row(model.name, model.status, size, model.sha256[:16], str(model.path or "-"))
    out.print(table)


@app.command(epilog="Example: copilot token --role supervisor --name mori --link")
def token(
    role: Annotated[Role, typer.Option(help="Role.")] = "operator",
    name: Annotated[str, typer.Option(help="Who holds it; for operators their agent_id.")] = "",
    hours: Annotated[
        float, typer.Option(min=0.01, max=87_600, help="Validity in hours; ten years at most.")
    ] = 12.0,
    link: Annotated[
        bool, typer.Option("--link", help="A one-use sign-in link instead of a token.")
    ] = False,
    revoke: Annotated[str | None, typer.Option(help="End this token instead.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of the server, for the link.")] = None,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Issue a token, or a one-use sign-in link, for a role."""
    settings = configured(config, data_dir=data_dir, port=port)
    from copilot.stored import PAGES, issue_token, revoke_token

    if link and role not in PAGES:
        raise typer.BadParameter(f"an {role} works by token, not on a page; leave out --link")

    if revoke:
        run(lambda: revoke_token(settings, revoke))
        return
    issued = run(lambda: issue_token(settings, role, name or role, hours=hours, link=link))
    out.print(issued, soft_wrap=True, markup=False)


@app.command(epilog="Example: copilot doctor")
def doctor(
    as_json: AsJson = False, data_dir: DataDir = None, config: ConfigFile = None
) -> None:
    """Say what is missing on this machine, one line each, with the cure."""
    settings = configured(config, data_dir=data_dir)
    from copilot.doctor import checks

    found = checks(settings)
    if as_json:
        from copilot.printing import json_line

        for check in found:
            json_line(check)
    else:
        for check in found:
            mark = "[green]ok[/]  " if check.ok else "[red]fix[/] "
            cure = "" if check.ok else f"\n      → {check.cure}"
            out.print(f"{mark} {check.name}: {check.detail}{cure}", soft_wrap=True)
    raise typer.Exit(0 if all(check.ok for check in found) else 1)
