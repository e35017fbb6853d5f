import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import numpy as np
import pytest
from websockets.asyncio.server import ServerConnection, serve

from audio.files import Recording
from benchmarks.whisper_live import Refused, hear

HALF_SECOND = Recording(samples=np.zeros((1, 8_000), np.float32), speakers=("customer",))


def segment(start: str, end: str, text: str, completed: bool) -> dict:
    return {"start": start, "end": end, "text": text, "completed": completed}


@asynccontextmanager
async def whisper_live(*messages: dict) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Says the messages when all is heard, as WhisperLive words them."""
    got: list[bytes] = []

    async def talk(line: ServerConnection) -> None:
        assert json.loads(await line.recv())["language"] == "en"
        await line.send(json.dumps(messages[0]))
        async for message in line:
            got.append(message if isinstance(message, bytes) else message.encode())
            if message == b"END_OF_AUDIO":
                break
        for message in messages[1:]:
            await line.send(json.dumps(message))

    async with serve(talk, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}", got


READY = {"uid": "leg", "message": "SERVER_READY"}


def told(*segments: dict) -> dict:
    return {"uid": "leg", "segments": segments}


async def test_a_completed_segment_is_a_final_and_comes_once() -> None:
    open_one = segment("0.000", "0.400", " My bag", completed=False)
    final = segment("0.000", "0.500", " My bag is lost.", completed=True)
    later = segment("0.500", "0.900", " It was", completed=False)
    said: Sequence[dict] = (told(open_one), told(final, later), told(final))
    async with whisper_live(READY, *said) as (url, got):
        heard = [one async for one in hear(HALF_SECOND, url, language="en", uid="leg")]
    assert [(event.text, event.final, event.end_s) for _, event in heard] == [
        ("My bag", False, 0.4),
        ("My bag is lost.", True, 0.5),
        ("It was", False, 0.9),
    ]
    assert all(at_s >= HALF_SECOND.duration_s for at_s, _ in heard)
    assert b"".join(got[:-1]) == HALF_SECOND.samples.tobytes()


async def test_a_server_that_is_full_refuses() -> None:
    full = {"uid": "leg", "status": "WAIT", "message": 2.0}
    async with whisper_live(full) as (url, _):
        with pytest.raises(Refused, match="WAIT"):
            [one async for one in hear(HALF_SECOND, url, language="en", uid="leg")]
