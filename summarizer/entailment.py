"""Whether a sentence follows from what was said, as far as an encoder and its words can tell.

A logistic reading of how near the sentence lies to the nearest of the texts that it cites, to
all of them together, and how many of its words they hold. It tells whether both speak of the
same thing; what is said of it (numbers, names, denials) is for ``facts`` and ``polarity``.
Weights: ``entailment.toml``, fitted by ``benchmarks/grounding.py``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from copilot.ports import TextEncoder
from summarizer.quantities import digits_of_words

__all__ = ["Entailment", "features"]

Floats = npt.NDArray[np.float64]

_PIECES = re.compile(r"(?<=[.?!])\s+|(?<=[。？！])\s*|\n+")
_ROLES = re.compile(
    r"\b(?:the )?(?:customer|caller|agent|operator)(?:'s)?\b|お客様|オペレーター|【\w+】",
    re.IGNORECASE,
)
"""Who acts in a note is no part of what was said."""
_WORD = re.compile(r"[a-z]{3,}|\d+")
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龥]")
_KANA_ONLY = re.compile(r"[ぁ-ん]+")
_STEM = 5
"""Letters of an English word that are compared: "deliver" is in "delivery"."""
_COMMON_WORDS = """
the and was were are has had have that this with for from not but they them their his her she
you your our its will would could should been being about into over than then says said asks
asked told did does
"""
_COMMON = frozenset(_COMMON_WORDS.split())


class Entailment:
    """Blocking; serves several threads at once."""

    def __init__(self, encoder: TextEncoder) -> None:
        self._encoder = encoder
        self._weights, self._threshold = _fitted()

    def follow(self, pairs: Sequence[tuple[str, Sequence[str]]]) -> list[bool]:
        """For each sentence whether it follows from the texts beside it.

        Raises ``ReaderError`` when the encoder fails.
        """
        return [score >= self._threshold for score in self.scores(pairs)]

    def scores(self, pairs: Sequence[tuple[str, Sequence[str]]]) -> list[float]:
        """The probabilities behind ``follow``."""
        if not pairs:
            return []
        rows = features(self._encoder, pairs)  # (n, features)
        sums = np.hstack([rows, np.ones((len(rows), 1))]) @ self._weights
        return [float(one) for one in 1.0 / (1.0 + np.exp(-sums))]


def features(encoder: TextEncoder, pairs: Sequence[tuple[str, Sequence[str]]]) -> Floats:
    """(n, 4): cosine with the nearest sentence cited, cosine with all, share of words held,
    whether it is Japanese."""
    pieces = [[piece for text in cited for piece in _split(text)] for _, cited in pairs]
    wanted = [_plain(sentence) for sentence, _ in pairs]
    whole = [" ".join(cited) for _, cited in pairs]
    texts = list(dict.fromkeys([*wanted, *whole, *(one for part in pieces for one in part)]))
    at = {text: row for row, text in enumerate(texts)}
    vectors = encoder.encode(texts)
    rows = np.zeros((len(pairs), 4))
    for row, (sentence, part) in enumerate(zip(wanted, pieces, strict=True)):
        own = vectors[at[sentence]]
        nearest = max(float(own @ vectors[at[one]]) for one in part)
        words = _words(sentence)
        held = len(words & _words(whole[row])) / len(words) if words else 0.0
        japanese = float(bool(_JAPANESE.search(sentence)))
        rows[row] = nearest, float(own @ vectors[at[whole[row]]]), held, japanese
    return rows


def _split(text: str) -> list[str]:
    """The sentences of a text, and the text."""
    pieces = [piece for piece in _PIECES.split(text) if piece.strip()]
    return [text] if len(pieces) < 2 else [*pieces, text]


def _plain(sentence: str) -> str:
    return " ".join(_ROLES.sub(" ", sentence).split()) or sentence


def _words(text: str) -> set[str]:
    """Words that tell something: of Japanese, pairs of characters that are not all kana."""
    plain = digits_of_words(text).lower()
    if not _JAPANESE.search(plain):
        return {word[:_STEM] for word in _WORD.findall(plain) if word not in _COMMON}
    runs = re.findall(r"[ぁ-んァ-ヶー一-龥々a-z0-9]+", plain)
    pairs = {run[at : at + 2] for run in runs for at in range(len(run) - 1)}
    return {pair for pair in pairs if not _KANA_ONLY.fullmatch(pair)}


@cache
def _fitted() -> tuple[Floats, float]:
    data = tomllib.loads(
        files("summarizer").joinpath("entailment.toml").read_text(encoding="utf-8")
    )
    return np.array(data["weights"], dtype=np.float64), float(data["threshold"])
