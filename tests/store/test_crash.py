"""A machine's worst moment: copilot and Valkey killed at once, in the middle of calls."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from copilot.archive import Archive
from copilot.bus import Bus
from copilot.events import Transcript
from copilot.journal import Journal
from copilot.valkey import EmbeddedValkey
from tests.store.conftest import running, until

APPEND_UNTIL_KILLED = """
import asyncio, sys
from pathlib import Path
from copilot.archive import Archive
from copilot.bus import Bus
from copilot.events import CallStarted, Transcript
from copilot.journal import Journal
from copilot.valkey import EmbeddedValkey

async def call(journal, call_id):
    await journal.append(
        CallStarted(call_id=call_id, at_s=0.0, started_at="2026-04-01T00:30:00Z", agent_id="a")
    )
    number = 0
    while True:
        number += 1
        stored = await journal.append(
            Transcript(
                call_id=call_id, at_s=float(number), utterance_id=str(number), speaker="agent",
                revision=1, start_s=0.0, end_s=1.0, text="hello", final=True,
            )
        )
        print(call_id, number, stored.seq, flush=True)

async def main(folder):
    valkey = EmbeddedValkey.start(folder)
    print(valkey.pid, flush=True)
    archive = await Archive.open(f"sqlite:///{folder}/archive.db")
    journal = Journal(await Bus.connect(valkey.url), archive, spool_dir=folder / "spool")
    async with asyncio.TaskGroup() as group:
        group.create_task(journal.run())
        for number in range(4):
            group.create_task(call(journal, f"call-{number}"))

asyncio.run(main(Path(sys.argv[1])))
"""


def append_until_killed(folder: Path, *, server_too: bool) -> tuple[int, list[list[str]]]:
    """Pid of the server, and (call, number, seq) of every event whose append returned."""
    child = subprocess.Popen(
        [sys.executable, "-c", APPEND_UNTIL_KILLED, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    server = int(child.stdout.readline())
    answered = [child.stdout.readline().split() for _ in range(300)]
    child.kill()
    if server_too:
        os.kill(server, signal.SIGKILL)
    answered += [line.split() for line in child.stdout.read().splitlines()]
    child.wait()
    child.stdout.close()
    # A last line may be cut short.
    return server, [line for line in answered if len(line) == 3]


@pytest.mark.parametrize("server_too", [False, True])
async def test_every_event_that_was_answered_is_in_the_record(
    tmp_path: Path, server_too: bool
) -> None:
    server, answered = append_until_killed(tmp_path, server_too=server_too)
    valkey = EmbeddedValkey.start(tmp_path)
    assert (valkey.pid == server) is not server_too
    archive = await Archive.open(f"sqlite:///{tmp_path}/archive.db")
    bus = await Bus.connect(valkey.url)
    journal = Journal(bus, archive, spool_dir=tmp_path / "spool")

    async def archivist_is_done() -> bool:
        return bool(await bus.redis.xlen("copilot:queue") == 0)

    async with running(journal):
        await until(archivist_is_done)
        assert sorted([one async for one in journal.live_calls()]) == [
            f"call-{number}" for number in range(4)
        ]
    stored = {
        (event.call_id, event.utterance_id, str(event.seq))
        for number in range(4)
        for event in await archive.events(f"call-{number}")
        if isinstance(event, Transcript)
    }
    assert len(answered) >= 300
    assert {tuple(line) for line in answered if line[2] != "0"} <= stored
    journal.close()
    await bus.close()
    await archive.close()
    valkey.stop()
