"""Labelled utterances for training: the public *train ok* sets and our own corpus.

Public sets are read from ``../shared/data`` (see its README for source and licence) and
are never copied here. The scripted calls are measured on and never read by this module.
Levels: 0 calm, 1 slightly dissatisfied, 2 clearly frustrated, 3 angry.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copilot.errors import ConfigError

CORPUS = Path(__file__).parent / "corpus"
LANGUAGES = ("en", "ja")

_POSITIVE = frozenset(
    [
        "admiration",
        "amusement",
        "approval",
        "caring",
        "excitement",
        "gratitude",
        "joy",
        "love",
        "optimism",
        "pride",
        "relief",
    ]
)
_NEGATIVE = frozenset(
    [
        "anger",
        "annoyance",
        "disappointment",
        "disapproval",
        "disgust",
        "embarrassment",
        "fear",
        "grief",
        "nervousness",
        "remorse",
        "sadness",
    ]
)
_FRUSTRATED = frozenset({"anger", "annoyance", "disappointment", "disapproval", "disgust"})
_CHATTER = 9000
"""GoEmotions lines used: more move no measured figure, and cost encoding time."""
_SERVICE = 700
"""Lines of each calm service set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One utterance with what is known about it. ``None``: this set does not tell."""

    text: str
    language: str
    source: str
    at_least: tuple[bool | None, bool | None, bool | None] = (None, None, None)
    """Whether frustration reaches level 1, 2, 3."""
    valence: int | None = None
    """1 positive feeling, -1 negative, 0 neither."""
    churn: bool | None = None
    escalation: bool | None = None
    industry: str | None = None
    """Whose customer speaks. ``None``: of no industry, or of any."""
    weight: float = 1.0


def levels(level: int) -> tuple[bool, bool, bool]:
    return (level >= 1, level >= 2, level >= 3)


def corpus(language: str) -> list[Example]:
    """Our own utterances, ``corpus/<language>.jsonl``: ``text``, ``level`` (null for the
    agent's) and the flags ``churn``, ``escalation``, ``positive``, ``negative`` where they
    hold, ``industry`` where it shows."""
    lines = (CORPUS / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
    return [_own(json.loads(line), language) for line in lines]


def _own(row: dict[str, Any], language: str) -> Example:
    level: int | None = row["level"]
    positive = bool(row.get("positive", False))
    negative = bool(row.get("negative", False)) or bool(level)
    return Example(
        text=row["text"],
        language=language,
        source="corpus",
        at_least=(None, None, None) if level is None else levels(level),
        valence=None if level is None else 1 if positive else -1 if negative else 0,
        churn=bool(row.get("churn", False)),
        escalation=bool(row.get("escalation", False)),
        industry=row.get("industry"),
    )


def public(data: Path) -> list[Example]:
    """The *train ok* sets under ``data``, halved where a benchmark measures the rest.

    Raises ``ConfigError`` when the folder is absent.
    """
    if not data.is_dir():
        raise ConfigError(f"training data not found: {data}")
    chooser = random.Random(20_25)
    chatter = list(goemotions(data / "text_en/goemotions/train.tsv", data))
    return [
        *chooser.sample(chatter, _CHATTER),
        *emorynlp(data / "text_en/emorynlp/emotion-detection-dev.json"),
        *_calm(chooser.sample(banking77(data)[0::2], _SERVICE), "en", "banking77"),
        *_calm(chooser.sample(nlupp(data)[0::2], _SERVICE), "en", "nlupp"),
        *_calm(chooser.sample(asdc(data), 2 * _SERVICE), "ja", "asdc"),
    ]


def goemotions(path: Path, data: Path) -> Iterator[Example]:
    names = (data / "text_en/goemotions/labels.txt").read_text().split()
    for line in path.read_text(encoding="utf-8").splitlines():
        text, numbers, _ = line.split("\t")
        yield _emotional(text, {names[int(n)] for n in numbers.split(",")}, "goemotions")


def emorynlp(path: Path) -> Iterator[Example]:
    translation = {"Mad": "anger", "Joyful": "joy", "Peaceful": "relief", "Powerful": "pride"}
    for episode in json.loads(path.read_text())["episodes"]:
        for scene in episode["scenes"]:
            for line in scene["utterances"]:
                emotion = line["emotion"]
                feeling = translation.get(emotion, emotion.lower())
                yield _emotional(line["transcript"], {feeling}, "emorynlp")


def banking77(data: Path) -> list[str]:
    with (data / "text_en/banking77/train.csv").open(encoding="utf-8") as file:
        return [row["text"].replace("\n", " ") for row in csv.DictReader(file)]


def nlupp(data: Path) -> list[str]:
    folds = sorted((data / "text_en/nlupp").glob("*/fold*.json"))
    return [row["text"] for fold in folds for row in json.loads(fold.read_text())]


def asdc(data: Path) -> list[str]:
    calls = sorted((data / "text_ja/asdc/json").glob("*.json"))
    turns = (turn for path in calls for turn in json.loads(path.read_text())["utterances"])
    return [str(turn["text"]) for turn in turns]


def _emotional(text: str, feelings: set[str], source: str) -> Example:
    frustrated = bool(feelings & _FRUSTRATED)
    angry: bool | None = "anger" in feelings
    if frustrated and not angry:
        angry = None
    negative = bool(feelings & _NEGATIVE)
    positive = bool(feelings & _POSITIVE)
    return Example(
        text=text,
        language="en",
        source=source,
        # Chat is not a support call: anger here tells of level 2 at least, never of 3.
        at_least=(frustrated, angry, None if frustrated else False),
        valence=None if positive and negative else positive - negative,
    )


def _calm(texts: list[str], language: str, source: str) -> list[Example]:
    return [
        Example(text=text, language=language, source=source, at_least=levels(0), churn=False)
        for text in texts
    ]
