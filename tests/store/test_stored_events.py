"""Events that only a newer version knows stop no reader, and are not lost."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from sqlalchemy import insert

from copilot import tables
from copilot.archive import Archive
from copilot.bus import Bus
from copilot.events import encode
from copilot.journal import Journal
from copilot.stored_events import PASSED_OVER, known, known_events
from tests.store.conftest import ended, running, said, started, until

CANARY = "the canary sings"


def newer(seq: int, call_id: str = "call-1") -> str:
    """An event as a later version may store it."""
    return f'{{"seq":{seq},"type":"hologram","call_id":"{call_id}","text":"{CANARY}"}}'


def test_an_unknown_kind_is_counted_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    PASSED_OVER.clear()
    with caplog.at_level(logging.WARNING):
        events = known_events([encode(said(1)), newer(2), newer(3), encode(ended())])
    assert [event.type for event in events] == ["transcript", "call_ended"]
    assert PASSED_OVER == {"hologram": 2}
    (told,) = caplog.records
    assert told.type == "hologram"
    assert CANARY not in caplog.text


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"5", b'{"type": 5}', b'{"type": "%s"}' % CANARY.encode(), b"\xff"],
)
def test_nothing_of_an_unreadable_one_is_told(body: bytes, caplog) -> None:
    PASSED_OVER.clear()
    assert known(body) is None
    assert PASSED_OVER == {"unreadable": 1}
    assert CANARY not in caplog.text


async def test_the_archive_reads_around_it(archive: Archive) -> None:
    await archive.store([started(seq=1), said(1, seq=2)])
    row = {"call_id": "call-1", "seq": 3, "type": "hologram", "at_s": 2.0, "body": newer(3)}
    async with archive.transaction() as connection:
        await connection.execute(insert(tables.events).values(row))
    assert [event.seq for event in await archive.events("call-1")] == [1, 2]
    await archive.store([replace(ended(), seq=4)])
    assert [event.seq for event in await archive.events("call-1")] == [1, 2, 4]
    assert (await archive.calls()).entries[0].state == "ended"


async def test_a_queue_full_of_them_holds_up_nobody(
    bus: Bus, journal: Journal, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More of them than a batch holds, taken by a process that died."""
    monkeypatch.setattr("copilot.journal._BATCH", 3)
    await bus.open_queue()
    for seq in range(1, 8):
        await bus.redis.xadd("copilot:call:newer", {"e": newer(seq, "newer")}, id=f"{seq}-0")
        await bus.redis.xadd("copilot:queue", {"c": "newer", "s": str(seq)})
    await journal.append(started())
    while (await bus.take(100, 0.01)).entries:
        pass
    async with running(journal):
        await until(lambda: archive.last_seq("call-1"))
    assert await bus.redis.xlen("copilot:call:newer") == 7
