"""Labelled utterances for training: the public *train ok* sets and our own corpus.

Public sets are read from ``../shared/data`` (see its README for source and licence) and
are never copied here. The scripted calls are measured on and never read by this module.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from copilot.errors import ConfigError
from sentiment.reading import HARASSMENT, LEVELS

__all__ = ["CORPUS", "LANGUAGES", "Example", "corpus", "goemotions", "public"]

CORPUS = Path(__file__).parent / "corpus"
LANGUAGES = ("en", "ja")
EMOTIONS = 28
"""Of GoEmotions: the encoder learns to tell them apart, no head is shipped for them."""

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
_DISPLEASED = frozenset({"anger", "annoyance", "disappointment", "disapproval", "disgust"})
_NEGATIVE = _DISPLEASED | frozenset(
    {"embarrassment", "fear", "grief", "nervousness", "remorse", "sadness"}
)
EVERYDAY = ("review", "chat")
"""Registers that teach feeling, not service: an industry says nothing of them."""
_BANKING, _NLUPP, _ASDC = 1200, 700, 1600
"""Lines of the calm service sets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One utterance with what is known about it."""

    text: str
    language: str
    source: str
    answers: Mapping[str, bool] = field(default_factory=dict)
    """By unit; a unit that is not there is not known."""
    level: int | None = None
    act: str | None = None
    emotions: tuple[int, ...] | None = None
    """Numbers of GoEmotions."""
    group: str = ""
    """Examples of a group are held out together: an industry, or the line itself."""


def corpus(language: str) -> list[Example]:
    """Our own utterances, ``corpus/<language>.jsonl``; see ``heads/CARD.md`` for the keys."""
    lines = (CORPUS / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
    return [_own(json.loads(line), language, number) for number, line in enumerate(lines)]


def _own(row: Mapping[str, Any], language: str, number: int) -> Example:
    level = row["level"]
    customer = level is not None and row.get("speaker") != "agent"
    industry = row.get("industry")
    everyday = row.get("register") in EVERYDAY
    return Example(
        text=row["text"],
        language=language,
        source="corpus",
        answers=_answers(row, level) if customer else {},
        level=level if customer else None,
        act=row["act"],
        group=f"{language} {number}" if everyday or not industry else industry,
    )


def _answers(row: Mapping[str, Any], level: int) -> dict[str, bool]:
    grateful = bool(row.get("gratitude"))
    positive = bool(row.get("positive")) or grateful
    negative = bool(row.get("negative")) or (level >= 1 and not positive)
    told = {f"level_{one}": level >= one for one in range(1, LEVELS + 1)}
    told |= {f"harassment_{kind}": row.get("harassment") == kind for kind in HARASSMENT}
    told |= {name: bool(row.get(name)) for name in ("churn", "escalation")}
    told |= {"gratitude": grateful, "positive": positive, "negative": negative}
    # Slight dissatisfaction with a service may or may not be displeasure.
    if row.get("register") in EVERYDAY:
        told["displeasure"] = negative
    elif level != 1:
        told["displeasure"] = level >= 2
    return told


def public(data: Path) -> list[Example]:
    """The *train ok* sets under ``data``, halved where a benchmark measures the rest.

    Raises ``ConfigError`` when the folder is absent.
    """
    if not data.is_dir():
        raise ConfigError(f"training data not found: {data}")
    chooser = random.Random(2025)
    return [
        *goemotions(data / "text_en/goemotions/train.tsv", data),
        *emorynlp(data / "text_en/emorynlp/emotion-detection-dev.json"),
        *_calm(chooser.sample(banking77(data)[0::2], _BANKING), "en", "banking77"),
        *_calm(chooser.sample(nlupp(data)[0::2], _NLUPP), "en", "nlupp"),
        *_calm(chooser.sample(asdc(data), _ASDC), "ja", "asdc"),
    ]


def goemotions(path: Path, data: Path) -> Iterator[Example]:
    names = [*(data / "text_en/goemotions/labels.txt").read_text().split(), "neutral"]
    for line in path.read_text(encoding="utf-8").splitlines():
        text, numbers, _ = line.split("\t")
        emotions = tuple(int(number) for number in numbers.split(","))
        feelings = {names[number] for number in emotions}
        yield Example(
            text=text,
            language="en",
            source="goemotions",
            answers={
                **_feelings(feelings),
                "gratitude": bool(feelings & {"gratitude", "relief"}),
            },
            emotions=emotions,
        )


def emorynlp(path: Path) -> Iterator[Example]:
    translation = {"Mad": "anger", "Joyful": "joy", "Peaceful": "relief", "Powerful": "pride"}
    for episode in json.loads(path.read_text())["episodes"]:
        for scene in episode["scenes"]:
            for line in scene["utterances"]:
                emotion = line["emotion"]
                yield Example(
                    text=line["transcript"],
                    language="en",
                    source="emorynlp",
                    answers=_feelings({translation.get(emotion, emotion.lower())}),
                )


def _feelings(feelings: set[str]) -> dict[str, bool]:
    """Chat is no support call: its displeasure says nothing of levels, its calm does."""
    displeased = bool(feelings & _DISPLEASED)
    positive, negative = bool(feelings & _POSITIVE), bool(feelings & _NEGATIVE)
    told = {"displeasure": displeased}
    if not displeased:
        told["level_3"] = False
    if not (positive and negative):
        told |= {"positive": positive, "negative": negative}
    return told


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


def _calm(texts: Iterable[str], language: str, source: str) -> list[Example]:
    """Requests to a service. Some of NLU++ ask a bot for a person, or are a little curt."""
    told = {"level_2": False, "level_3": False, "churn": False}
    if source != "nlupp":
        told["level_1"] = False
    return [
        Example(text=text, language=language, source=source, answers=told) for text in texts
    ]
