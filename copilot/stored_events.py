"""Reading events that somebody stored: another process, perhaps of a newer version.

``copilot.events.decode`` is strict, for what clients send. What is stored already must not
stop its readers for one event of a kind that only a newer version knows: that one is passed
over, counted, and told once in the log. It stays where it is.
"""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from collections.abc import Iterable

from pydantic import ValidationError

from copilot.events import Event, decode

__all__ = ["PASSED_OVER", "known", "known_events"]

log = logging.getLogger(__name__)

PASSED_OVER: Counter[str] = Counter()
"""Events that this process could not read, by type."""
_TYPE = re.compile(r"[a-z_]{1,40}")


def known(body: str | bytes) -> Event | None:
    """The event; ``None`` for one that this version cannot read."""
    try:
        return decode(body)
    except ValidationError:
        kind = _kind(body)
        if not PASSED_OVER[kind]:
            log.warning("events of an unknown kind are passed over", extra={"type": kind})
        PASSED_OVER[kind] += 1
        return None


def known_events(bodies: Iterable[str | bytes]) -> list[Event]:
    """The events that this version can read, in order."""
    return [event for body in bodies if (event := known(body)) is not None]


def _kind(body: str | bytes) -> str:
    """The name of the type alone: what else is in there may be speech."""
    try:
        kind = json.loads(body)["type"]
    except (ValueError, TypeError, KeyError):
        return "unreadable"
    named = isinstance(kind, str) and _TYPE.fullmatch(kind)
    return kind if named else "unreadable"
