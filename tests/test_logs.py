"""The log holds facts, not speech."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import logging

import pytest

from copilot.logs import FactsFormatter

CANARY = "purple elephants 4111 1111 1111 1111"


@pytest.fixture
def log() -> io.StringIO:
    """What our formatter writes of a log record."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(FactsFormatter())
    logger = logging.getLogger("copilot.test")
    logger.addHandler(handler)
    yield written
    logger.removeHandler(handler)


def test_an_exception_leaves_its_text_behind(log: io.StringIO) -> None:
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("copilot.test").exception("a call failed", extra={"call_id": "c-1"})
    line = json.loads(log.getvalue())
    assert "purple" not in log.getvalue()
    assert line["message"] == "a call failed"
    assert line["call_id"] == "c-1"
    assert line["error"] == "ValueError"
    assert line["at"][0].split()[-1] == "test_an_exception_leaves_its_text_behind"


async def test_a_task_nobody_waited_for_leaves_its_text_behind(log: io.StringIO) -> None:
    async def failing() -> None:
        raise ValueError(CANARY)

    asyncio_log = logging.getLogger("asyncio")
    (handler,) = logging.getLogger("copilot.test").handlers
    asyncio_log.addHandler(handler)
    try:
        task = asyncio.ensure_future(failing())
        await asyncio.wait([task])
        del task
        gc.collect()
    finally:
        asyncio_log.removeHandler(handler)
    assert "purple" not in log.getvalue()
    line = json.loads(log.getvalue())
    assert line["message"] == "Task exception was never retrieved"
    assert line["error"] == "ValueError"
