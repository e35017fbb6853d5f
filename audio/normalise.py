"""Inverse text normalisation: figures as one writes them, from words as one says them."""

from __future__ import annotations

from audio.normalise_english import written_english
from audio.normalise_japanese import written_japanese

__all__ = ["written_figures"]

_WRITERS = {"en": written_english, "ja": written_japanese}


def written_figures(text: str, language: str, *, growing: bool = False) -> str:
    """``text`` with numbers, dates, times, money and codes in figures, where the words
    leave no doubt; languages other than ``ja`` and ``en`` stay as they are.

    What this returns it would not change again. ``growing``: more words may follow, so a
    number at the very end is left as heard: "three" may become "three hundred".
    """
    writer = _WRITERS.get(language)
    if writer is None:
        return text
    # New figures may show that those beside them are part of the same number.
    while (written := writer(text, growing=growing)) != text:
        text = written
    return text
