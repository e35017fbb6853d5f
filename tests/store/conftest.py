"""Real stores: one Valkey for the session, emptied before each test; a new SQLite file and
spool folder for each test; PostgreSQL where its server is installed."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from copilot import tables
from copilot.archive import Archive
from copilot.events import CallEnded, CallStarted, Emotion, Event, Transcript


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of our own on a private socket, without TCP."""
    if shutil.which("initdb") is None or shutil.which("postgres") is None:
        pytest.skip("PostgreSQL's initdb and postgres are not installed")
    pytest.importorskip("asyncpg", reason="asyncpg, of the extra postgres, is not installed")
    # It refuses to run as root; Debian's package brings an account for it.
    if os.getuid() == 0 and "postgres" not in {account.pw_name for account in pwd.getpwall()}:
        pytest.skip("root has no account 'postgres' to run PostgreSQL under")
    account = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
    folder = tempfile.mkdtemp(prefix="copilot-postgres-")
    if account:
        shutil.chown(folder, "postgres", "postgres")
    subprocess.run(
        ["initdb", "-D", f"{folder}/data", "-U", "postgres", "-A", "trust", "-N"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        **account,
    )
    server = subprocess.Popen(
        ["postgres", "-D", f"{folder}/data", "-k", folder, "-c", "listen_addresses="],
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        **account,
    )
    assert server.stderr is not None
    while "ready to accept connections" not in server.stderr.readline():
        assert server.poll() is None
    yield f"postgresql://postgres@/postgres?host={folder}"
    server.terminate()
    server.communicate()
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/archive.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def either_archive(database_url: str) -> AsyncIterator[Archive]:
    """An empty archive, in SQLite and in PostgreSQL."""
    archive = await Archive.open(database_url)
    await empty(archive)
    yield archive
    await archive.close()


async def empty(archive: Archive) -> None:
    async with archive.transaction() as connection:
        for table in tables.metadata.sorted_tables:
            await connection.execute(delete(table))


@asynccontextmanager
async def running(*parts: Any) -> AsyncIterator[None]:
    """Runs parts that have a ``run`` for as long as the context lasts."""
    tasks = [asyncio.ensure_future(part.run()) for part in parts]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(holds: Callable[[], object], *, within_s: float = 20.0) -> None:
    """Waits for a condition that other tasks bring about."""
    async with asyncio.timeout(within_s):
        while True:
            answer = holds()
            if asyncio.iscoroutine(answer):
                answer = await answer
            if answer:
                return
            await asyncio.sleep(0.01)


# Events as tests need them ------------------------------------------------------------


def started(call_id: str = "call-1", **more: object) -> CallStarted:
    facts = {"at_s": 0.0, "started_at": "2026-04-01T00:30:00Z", "agent_id": "sato"}
    return CallStarted(call_id=call_id, **(facts | more))  # type: ignore[arg-type]


def said(
    number: int, text: str = "hello", call_id: str = "call-1", **more: object
) -> Transcript:
    facts = {
        "speaker": "customer",
        "revision": 1,
        "start_s": number - 0.5,
        "end_s": float(number),
        "language": "en",
        "final": True,
    }
    return Transcript(
        call_id=call_id,
        at_s=float(number),
        utterance_id=f"customer-{number}",
        text=text,
        **(facts | more),  # type: ignore[arg-type]
    )


def partial(
    number: int, text: str = "hel", call_id: str = "call-1", **more: object
) -> Transcript:
    return said(number, text, call_id, **({"final": False, "revision": 0} | more))


def felt(number: int, frustration: float, call_id: str = "call-1", **more: object) -> Emotion:
    return Emotion(
        call_id=call_id,
        at_s=float(number),
        utterance_id=f"customer-{number}",
        frustration=frustration,
        **({"speaker": "customer"} | more),  # type: ignore[arg-type]
    )


def ended(at_s: float = 10.0, call_id: str = "call-1") -> CallEnded:
    return CallEnded(call_id=call_id, at_s=at_s, duration_s=at_s, reason="stop")


def seqs(events: list[Event]) -> list[int]:
    return [event.seq for event in events]
