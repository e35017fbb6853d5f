"""Commands on the archive of a data folder, with or without a running server."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Literal, TextIO

from copilot.archive import Archive
from copilot.auth import Role, Tokens
from copilot.config import Config, prepare_data_dir
from copilot.errors import InputError, NotFoundError
from copilot.evidence import pack_of
from copilot.evidence_check import Opened, changed_since, opened
from copilot.export import to_csv, to_json, to_vtt
from copilot.learning_data import edit_line, edits
from copilot.policy_file import load_policy
from copilot.record import CallRecord
from copilot.times import utc_now

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
    *,
    format: Literal["json", "csv", "vtt"],
    since: str | None,
    until: str | None,
    bom: bool,
) -> str:
    """Stored calls as one document, oldest first. Raises ``NotFoundError``, ``InputError``."""
    if format == "vtt" and len(call_ids) != 1:
        raise InputError("WebVTT holds one call: name exactly one call_id")
    async with _archive(config) as archive:
        wanted = call_ids or [one async for one in _calls(archive, since, until)]
        records = [await record_of_call(archive, call_id) for call_id in wanted]
    match format:
        case "json":
            return "[\n" + ",\n".join(to_json(record).rstrip() for record in records) + "\n]\n"
        case "csv":
            return to_csv(records, bom=bom)
        case "vtt":
            return to_vtt(records[0])


async def write_edits(
    config: Config, output: Path | None, *, since: str | None, until: str | None
) -> None:
    """What people changed in drafts, a line each, into a file or on stdout; noted in the
    audit log. Raises ``InputError``."""
    async with _archive(config) as archive:
        await archive.audit(SHELL, "export_edits")
        with _writing(output) as file:
            found = edits(archive, config.masking_policy, since=since, until=until)
            async for edit in found:
                file.write(edit_line(edit))


async def pack_evidence(config: Config, call_id: str) -> bytes:
    """The evidence pack of a stored call, noted in the audit log. Raises ``NotFoundError``."""
    policy = load_policy(config.policy_file)
    async with _archive(config) as archive:
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
    if not config.database_url and not (config.data_dir / "copilot.db").exists():
        return pack, [], ""
    async with _archive(config) as archive:
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


async def _calls(archive: Archive, since: str | None, until: str | None) -> AsyncIterator[str]:
    found: list[str] = []
    cursor = None
    while True:
        page = await archive.calls(since=since, until=until, limit=500, cursor=cursor)
        found += [entry.call_id for entry in page.entries]
        cursor = page.cursor
        if cursor is None:
            break
    for call_id in reversed(found):
        yield call_id


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
        yield sys.stdout
        return
    try:
        with output.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        raise InputError(f"{output}: {error.strerror}") from None


@asynccontextmanager
async def _archive(config: Config) -> AsyncIterator[Archive]:
    prepare_data_dir(config)
    archive = await Archive.open(config.database)
    try:
        yield archive
    finally:
        await archive.close()
