"""Public texts that people have labelled, each with the question that is asked of it.

Read from ``../shared/data``, see its README for sources and licences; never copied. Heads learn
from GoEmotions' train file and from the even lines of the calm sets: neither is read here.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.alerts import auc
from sentiment.datasets import banking77, nlupp
from sentiment.reading import Reader, Reading

__all__ = ["TextSet", "displeasure", "emotional", "text_sets"]

DISPLEASED = frozenset({"anger", "annoyance", "disapproval", "disappointment", "disgust"})
CLEAR = 0.5
"""Probability of at least level 2 from which a calm line counts as a false alarm."""


def displeasure(reading: Reading) -> float:
    return reading.displeasure


def negative(reading: Reading) -> float:
    return -reading.valence


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSet:
    """Texts, and which of them the question is true of. ``truth`` is ``None`` for texts that
    are all calm: asked is how many of them would alarm."""

    name: str
    language: str
    bar: str
    texts: Sequence[str]
    truth: Sequence[bool] | None
    score: Callable[[Reading], float] = displeasure

    def measure(self, reader: Reader) -> str:
        """The area under the curve, or the share of false alarms."""
        readings = reader.read(self.texts)
        if self.truth is None:
            return f"{np.mean([one.levels[1] >= CLEAR for one in readings]):.2%}"
        return f"{auc([self.score(one) for one in readings], np.array(self.truth)):.3f}"

    def sample(self, most: int) -> TextSet:
        """At most so many of the texts, evenly taken."""
        step = max(1, len(self.texts) // most)
        return TextSet(
            name=self.name,
            language=self.language,
            bar=self.bar,
            texts=self.texts[::step][:most],
            truth=None if self.truth is None else self.truth[::step][:most],
            score=self.score,
        )


def text_sets(data: Path) -> list[TextSet]:
    emotions = list(emotional(data, "dev"))
    meld = list(_meld(data / "text_en/meld/dev_sent_emo.csv"))
    reviews = [
        line.split("\t")
        for line in (data / "text_ja/jrte/pn.dev.tsv").read_text(encoding="utf-8").splitlines()
    ]
    return [
        TextSet(
            name="GoEmotions dev: displeased or not, AUC",
            language="en",
            bar=">= .90",
            texts=[text for text, _ in emotions],
            truth=[displeased for _, displeased in emotions],
        ),
        TextSet(
            name="MELD dev: anger and disgust or not, AUC",
            language="en",
            bar="",
            texts=[text for text, _ in meld],
            truth=[angry for _, angry in meld],
        ),
        TextSet(
            name="JRTE: negative or not, AUC (by valence)",
            language="ja",
            bar=">= .95",
            texts=[review[2] for review in reviews],
            truth=[review[1] == "-1" for review in reviews],
            score=negative,
        ),
        TextSet(
            name="banking77: calm lines that alarm",
            language="en",
            bar="<= 1 %",
            texts=banking77(data)[1::2],
            truth=None,
        ),
        TextSet(
            name="NLU++: calm lines that alarm",
            language="en",
            bar="<= 1 %",
            texts=nlupp(data)[1::2],
            truth=None,
        ),
    ]


def emotional(data: Path, part: str) -> Iterator[tuple[str, bool]]:
    """Lines of a part of GoEmotions, and whether they are displeased."""
    folder = data / "text_en/goemotions"
    names = (folder / "labels.txt").read_text().split()
    displeased = {str(number) for number, name in enumerate(names) if name in DISPLEASED}
    for line in (folder / f"{part}.tsv").read_text(encoding="utf-8").splitlines():
        text, numbers, _ = line.split("\t")
        yield text, not displeased.isdisjoint(numbers.split(","))


def _meld(path: Path) -> Iterator[tuple[str, bool]]:
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield row["Utterance"], row["Emotion"] in ("anger", "disgust")
