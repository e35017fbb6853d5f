"""Commands on the archive of a data folder, with or without a running server."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Literal, TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from copilot.archive import Archive
from copilot.auth import Role, Tokens
from copilot.call_page import call_page
from copilot.call_stream import CallStream, ListFormat, masked_for
from copilot.config import Config, prepare_data_dir
from copilot.errors import InputError, NotFoundError
from copilot.evidence import pack_of
from copilot.evidence_check import Opened, changed_since, opened
from copilot.export import has_started, to_vtt
from copilot.learning_data import edit_line, edits
from copilot.policy_file import load_policy
from copilot.record import CallRecord
from copilot.times import utc_now
from copilot.whole_file import whole_file

_COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
    TimeRemainingColumn(),
)
SHELL = "command line"
"""Stands in the audit log for whoever may read the data folder itself."""
PAGES: dict[Role, str] = {
    "operator": "operator",
    "supervisor": "supervisor",
    "admin": "supervisor",
}
"""The page that a role signs in to. An integrator has none."""


def sign_in_link(base_url: str, role: Role, code: str) -> str:
    """The code stands in the fragment, which no server or proxy ever logs."""
    return f"{base_url}/{PAGES[role]}#code={code}"


async def export_calls(
    config: Config,
    call_ids: list[str],
    output: Path | None,
    *,
    format: ListFormat,
    since: str | None,
    until: str | None,
    bom: bool,
    analytics: bool,
    err: Console,
) -> None:
    """Stored calls as one document into a file, which is there when it is whole, or on
    stdout. A bar on ``err`` shows how far it is. Raises ``NotFoundError``, ``InputError``."""
    async with stored_calls(config) as archive:
        calls = CallStream(
            archive,
            config.masking_policy,
            since=since,
            until=until,
            call_ids=call_ids,
            analytics=analytics,
        )
        await archive.audit(SHELL, "export", detail=format)
        with Progress(*_COLUMNS, console=err, disable=not err.is_terminal) as progress:
            task = progress.add_task("calls", total=await calls.count())
            with _writing(output) as file:
                async for piece in calls.document(format, bom=bom):
                    file.write(piece.text)
                    progress.advance(task, piece.calls)


async def export_call(
    config: Config,
    call_id: str,
    output: Path | None,
    *,
    format: Literal["vtt", "html"],
    analytics: bool,
) -> None:
    """One stored call as captions or as a page to print. Raises ``NotFoundError``,
    ``InputError``."""
    async with stored_calls(config) as archive:
        record = await record_of_call(archive, call_id)
        if not has_started(record):
            raise NotFoundError(f"no call {call_id}")
        await archive.audit(SHELL, "export", call_id=call_id, detail=format)
    record = masked_for(record, config.masking_policy, analytics=analytics)
    with _writing(output) as file:
        if format == "vtt":
            file.write(to_vtt(record))
        else:
            file.write(call_page(record, made_at=utc_now(), time_zone=config.time_zone))


async def write_edits(
    config: Config, output: Path | None, *, since: str | None, until: str | None
) -> None:
    """What people changed in drafts, a line each, into a file or on stdout; noted in the
    audit log. Raises ``InputError``."""
    async with stored_calls(config) as archive:
        await archive.audit(SHELL, "export_edits")
        with _writing(output) as file:
            found = edits(archive, config.masking_policy, since=since, until=until)
            async for edit in found:
                file.write(edit_line(edit))


async def pack_evidence(config: Config, call_id: str) -> bytes:
    """The evidence pack of a stored call, noted in the audit log. Raises ``NotFoundError``."""
    policy = load_policy(config.policy_file)
    async with stored_calls(config) as archive:
        events = await archive.events(call_id)
        if not events:
            raise NotFoundError(f"no call {call_id}")
        pack = pack_of(
            events, policy, made_by=SHELL, made_at=utc_now(), time_zone=config.time_zone
        )
        await archive.audit(SHELL, "evidence", call_id=call_id, detail=pack.manifest_sha256)
        return pack.content


async def check_evidence(config: Config, content: bytes) -> tuple[Opened, list[str], str]:
    """A pack, how the record differs from it now, and who made it as the audit log says.

    The last two are empty where this machine has no record of the call. Raises
    ``InputError`` where it is no pack.
    """
    pack = opened(content)
    if not _has_database(config):
        return pack, [], ""
    async with stored_calls(config) as archive:
        stored = await archive.events(pack.call_id)
        made_by = await _made_by(archive, pack)
    return pack, changed_since(pack, stored) if stored else [], made_by


async def _made_by(archive: Archive, pack: Opened) -> str:
    cursor = None
    while True:
        page = await archive.audited(call_id=pack.call_id, limit=500, cursor=cursor)
        for entry in page.entries:
            if (entry.what, entry.detail) == ("evidence", pack.manifest_sha256):
                return f"{entry.who}, {entry.made_at}"
        cursor = page.cursor
        if cursor is None:
            return ""


async def issue_token(
    config: Config, role: Role, name: str, *, hours: float, link: bool
) -> str:
    """A token, or with ``link`` a one-use link to the role's page."""
    async with _archive(config) as archive:
        tokens = Tokens(archive)
        if link:
            base_url = f"http://localhost:{config.port}"
            return sign_in_link(base_url, role, await tokens.issue_code(role, name))
        return await tokens.issue(role, name, hours * 3600)


async def revoke_token(config: Config, token: str) -> None:
    """Ends a token. Raises ``NotFoundError`` when there is none to end."""
    async with _archive(config) as archive:
        if not await Tokens(archive).revoke(token):
            raise NotFoundError("no such token, or it had ended")


async def ended_calls(
    archive: Archive, since: str | None, until: str | None
) -> AsyncIterator[str]:
    """Ids of stored calls that are over, newest first, a page in memory at a time."""
    cursor = None
    while True:
        page = await archive.calls(
            state="ended", since=since, until=until, limit=500, cursor=cursor
        )
        for entry in page.entries:
            yield entry.call_id
        cursor = page.cursor
        if cursor is None:
            return


async def record_of_call(archive: Archive, call_id: str) -> CallRecord:
    """Raises ``NotFoundError``."""
    events = await archive.events(call_id)
    if not events:
        raise NotFoundError(f"no call {call_id}")
    return CallRecord.of(events)


@contextmanager
def _writing(output: Path | None) -> Iterator[TextIO]:
    """Raises ``InputError`` for a file that cannot be written."""
    if output is None:
        try:
            yield sys.stdout
            sys.stdout.flush()
        except BrokenPipeError:
            raise  # who read it has read enough
        except OSError as error:
            raise InputError(f"standard output: {error.strerror}") from None
        return
    with whole_file(output) as file:
        yield file


@asynccontextmanager
async def stored_calls(config: Config) -> AsyncIterator[Archive]:
    """The archive, to read calls from. Raises ``NotFoundError`` where there is none, and says
    where one looked for what is not in it."""
    try:
        if not _has_database(config):
            raise NotFoundError("no calls are stored")
        async with _archive(config) as archive:
            yield archive
    except NotFoundError as error:
        if config.database_url:
            raise
        where = f"looked in {config.data_dir}; --data-dir names another folder"
        raise NotFoundError(f"{error}; {where}") from None


@asynccontextmanager
async def _archive(config: Config) -> AsyncIterator[Archive]:
    """The archive, made where there is none."""
    prepare_data_dir(config)
    archive = await Archive.open(config.database)
    try:
        yield archive
    finally:
        await archive.close()


def _has_database(config: Config) -> bool:
    return bool(config.database_url) or (config.data_dir / "copilot.db").exists()
