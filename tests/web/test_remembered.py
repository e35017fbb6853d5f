"""What is made of a call is made once for as long as nothing new is stored of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from copilot.events import CallStarted, Event
from copilot.web.remembered import KEPT_CALLS, Remembered


def events(seq: int, call_id: str = "c1") -> list[Event]:
    at = "2026-04-01T00:00:00Z"
    return [CallStarted(call_id=call_id, seq=seq, at_s=0.0, started_at=at, agent_id="mori")]


class Maker:
    """Counts what it makes, and waits until it may."""

    def __init__(self) -> None:
        self.made: list[tuple[str, int]] = []
        self.threads: set[int] = set()
        self.may = threading.Event()
        self.may.set()
        self.fails = False

    def __call__(self, of: Sequence[Event]) -> int:
        self.may.wait(10)
        self.made.append((of[-1].call_id, of[-1].seq))
        self.threads.add(threading.get_ident())
        if self.fails:
            raise ValueError("no")
        return of[-1].seq


async def test_it_is_made_again_when_something_new_is_stored() -> None:
    maker = Maker()
    remembered = Remembered(maker)
    assert [await remembered.of(events(seq)) for seq in (1, 1, 2, 2)] == [1, 1, 2, 2]
    assert maker.made == [("c1", 1), ("c1", 2)]
    assert threading.get_ident() not in maker.threads


async def test_those_who_ask_at_once_wait_for_the_same_one() -> None:
    maker = Maker()
    maker.may.clear()
    remembered = Remembered(maker)
    asking = [asyncio.create_task(remembered.of(events(1))) for _ in range(5)]
    await asyncio.sleep(0)
    asking[0].cancel()
    maker.may.set()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert isinstance(answers[0], asyncio.CancelledError)
    assert answers[1:] == [1] * 4
    assert maker.made == [("c1", 1)]


async def test_a_fault_is_not_kept() -> None:
    maker = Maker()
    maker.fails = True
    remembered = Remembered(maker)
    with pytest.raises(ValueError, match="no"):
        await remembered.of(events(1))
    maker.fails = False
    assert await remembered.of(events(1)) == 1


async def test_only_the_latest_calls_are_kept() -> None:
    maker = Maker()
    remembered = Remembered(maker)
    for number in range(KEPT_CALLS):
        await remembered.of(events(1, f"c{number}"))
    await remembered.of(events(1, "c0"))
    await remembered.of(events(1, "one more"))
    maker.made.clear()
    await remembered.of(events(1, "c0"))
    await remembered.of(events(1, "c1"))
    assert maker.made == [("c1", 1)]
