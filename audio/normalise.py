"""Inverse text normalisation: figures as one writes them, from words as one says them."""

from __future__ import annotations

from audio.normalise_english import settled_english, written_english
from audio.normalise_japanese import settled_japanese, written_japanese

__all__ = ["settled_chars", "written_figures"]

_LANGUAGES = {
    "en": (written_english, settled_english),
    "ja": (written_japanese, settled_japanese),
}


def written_figures(text: str, language: str) -> str:
    """``text`` with numbers, dates, times, money and codes in figures, where the words
    leave no doubt; languages other than ``ja`` and ``en`` stay as they are.

    What this returns it would not change again.
    """
    if language not in _LANGUAGES:
        return text
    writer, _ = _LANGUAGES[language]
    # New figures may show that those beside them are part of the same number.
    while (written := writer(text)) != text:
        text = written
    return text


def settled_chars(text: str, language: str) -> int:
    """Characters at the beginning of a growing text whose figures stay whatever follows:
    those before the number it ends in. "three" may become "three hundred"."""
    if language not in _LANGUAGES:
        return len(text)
    _, settled = _LANGUAGES[language]
    return settled(text)
