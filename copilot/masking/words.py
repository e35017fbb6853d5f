"""Lists of words as one reads them."""

from __future__ import annotations

__all__ = ["words"]


def words(*texts: str) -> frozenset[str]:
    """The words of ``texts``, each once."""
    return frozenset(word for text in texts for word in text.split())
