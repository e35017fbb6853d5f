"""The loop that follows the file, on real time and a real file, stopped as soon as it saw."""

import asyncio
import contextlib
import logging
import os
from pathlib import Path

from copilot.rule_reload import follow_rules
from sentiment.rule_book import RuleBook

GOOD = """
[[rule]]
id = "long"
kind = "long_call"
speaker = ["agent"]
when.call_s.at_least = 60
severity = "info"
message.en = "Canary."
"""


class Told(logging.Handler):
    """The first record that is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.first: asyncio.Future[logging.LogRecord] = asyncio.Future()

    def emit(self, record: logging.LogRecord) -> None:
        if not self.first.done():
            self.first.set_result(record)


async def followed(book: RuleBook) -> logging.LogRecord:
    """What the loop logs first."""
    log, told = logging.getLogger("copilot.rule_reload"), Told()
    log.addHandler(told)
    log.setLevel(logging.INFO)
    following = asyncio.create_task(follow_rules(book, look_s=0.001))
    try:
        async with asyncio.timeout(10):
            return await told.first
    finally:
        following.cancel()
        log.removeHandler(told)
        log.setLevel(logging.NOTSET)
        with contextlib.suppress(asyncio.CancelledError):
            await following


async def test_a_good_edit_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(GOOD)
    book = RuleBook(path)
    path.write_text(GOOD.replace("60", "90"))
    os.utime(path, (1, 1))
    assert (await followed(book)).levelname == "INFO"
    assert book.rules[0].when.at_least == 90  # type: ignore[union-attr]


async def test_a_bad_edit_is_told_by_its_places_only(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(GOOD)
    book = RuleBook(path)
    path.write_text(GOOD.replace('"info"', '"canary"'))
    os.utime(path, (1, 1))
    told = await followed(book)
    assert told.levelname == "ERROR"
    assert vars(told)["places"] == f"{path}:7"
    assert "canary" not in str(vars(told))
