"""The form in which a secret is hidden, everywhere the same: a tag of its kind."""

from __future__ import annotations

import re
from collections.abc import Iterable

from copilot.events import Span

__all__ = ["TAG", "redact"]

TAG = re.compile(r"\[[a-z_]+\]")


def redact(text: str, spans: Iterable[Span]) -> str:
    """``text`` with each span replaced by the tag of its kind. Spans that overlap become one
    tag, that of the first."""
    parts: list[str] = []
    done = 0
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.start >= done:
            parts += [text[done : span.start], f"[{span.kind}]"]
        done = max(done, span.end)
    return "".join([*parts, text[done:]])
