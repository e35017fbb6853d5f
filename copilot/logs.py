"""Log lines carry facts, not speech: a fixed sentence and structured values, as JSON."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class FactsFormatter(logging.Formatter):
    """One JSON object a line. Of an exception it tells the type and the places, never the
    text: that may quote what a caller said."""

    def format(self, record: logging.LogRecord) -> str:
        facts: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname.lower(),
            "logger": record.name,
            # Of a library's report of several lines, the later ones quote values.
            "message": record.getMessage().partition("\n")[0],
        }
        facts |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info and record.exc_info[0] is not None:
            facts["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            facts["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(facts, ensure_ascii=False, default=str)


def configure(level: str) -> None:
    """Sends the house's log and that of its libraries to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(FactsFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("copilot", "audio", "sentiment", "summarizer"):
        logging.getLogger(name).setLevel(level.upper())
