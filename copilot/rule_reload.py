"""Follows the rules file while the server runs: an edit serves the calls that start after."""

from __future__ import annotations

import asyncio
import logging

from sentiment.rule_book import RuleBook

__all__ = ["follow_rules"]

log = logging.getLogger(__name__)

LOOK_S = 2.0
"""Between two looks at the file; a look asks for its time and size only."""


async def follow_rules(book: RuleBook, *, look_s: float = LOOK_S) -> None:
    """Runs until cancelled, which is safe anywhere."""
    while True:
        await asyncio.sleep(look_s)
        if not await asyncio.to_thread(book.refresh):
            continue
        if book.faults:
            # Places only: what stands there may be the words of a customer.
            places = [f"{fault.file}:{fault.line}" for fault in book.faults]
            facts = {"faults": len(places), "places": ", ".join(places[:20])}
            log.error("rules file has faults, the rules before stay in force", extra=facts)
        else:
            log.info("rules read again", extra={"rules": len(book.rules)})
