"""Cues: wording that tells of a mood, per language, as data in ``lexicon/*.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sentiment.encoder import plain

_FOLDER = Path(__file__).parent / "lexicon"
CUES = (
    "fury",
    "disbelief",
    "discontent",
    "blame",
    "repeated_contact",
    "long_wait",
    "relief",
    "sarcasm",
    "denial",
)
"""Order of the columns of ``cue_matrix``."""


def cues_in(text: str) -> frozenset[str]:
    """Names of the cues whose wording occurs in the text, of whatever language."""
    folded = plain(text).lower()
    return frozenset(cue for cue, pattern in _patterns().items() if pattern.search(folded))


def cue_matrix(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """(n, len(CUES)) float32, 1 where a cue occurs."""
    found = [cues_in(text) for text in texts]
    return np.array([[cue in present for cue in CUES] for present in found], dtype=np.float32)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    entries: dict[str, list[str]] = {cue: [] for cue in CUES}
    for path in sorted(_FOLDER.glob("*.toml")):
        for cue, expressions in tomllib.loads(path.read_text(encoding="utf-8")).items():
            entries[cue] += expressions
    return {cue: re.compile("|".join(expressions)) for cue, expressions in entries.items()}
