"""A server that says what a test tells it to, over a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import numpy as np
import pytest
from websockets.asyncio.server import ServerConnection, serve

from audio.files import Recording
from copilot.signals import SAMPLE_RATE_HZ

Behaviour = Callable[[ServerConnection], Awaitable[None]]
Served = Callable[[Behaviour], AbstractAsyncContextManager[str]]


@pytest.fixture
def served() -> Served:
    @asynccontextmanager
    async def serving(behaviour: Behaviour) -> AsyncIterator[str]:
        async with serve(behaviour, "127.0.0.1", 0) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            yield f"ws://127.0.0.1:{port}"

    return serving


@pytest.fixture
def recording() -> Recording:
    """0.21 s of two legs: left a ramp, right silence. The last frame is half full."""
    samples = np.zeros((2, int(0.21 * SAMPLE_RATE_HZ)), np.float32)
    samples[0] = np.linspace(-1.0, 1.0, samples.shape[1])
    return Recording(samples=samples, speakers=("customer", "agent"))
