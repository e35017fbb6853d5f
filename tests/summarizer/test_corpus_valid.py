"""The labelled lines in summarizer/corpus are well formed and share no line with a measuring set."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from summarizer.reader import CUSTOMER, OPERATOR

TESTS = Path(__file__).resolve().parents[1]
FOLDER = TESTS.parent / "summarizer" / "corpus"
FILES = sorted(FOLDER.glob("statements_*.jsonl"))
CALLS = sorted(FOLDER.glob("calls_*.jsonl"))
OUTCOMES = {"resolved", "escalated", "callback_promised", "unresolved"}
LABELS = {"agent": set(OPERATOR), "customer": set(CUSTOMER)}
FIELDS = {"role", "before", "text", "labels", "split"}

per_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
per_calls = pytest.mark.parametrize("path", CALLS, ids=lambda path: path.stem)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def fold(text: str) -> str:
    """The words alone: neither case nor punctuation keeps two lines apart."""
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text).lower()).strip()


def documents() -> Iterator[Any]:
    for path in sorted(TESTS.rglob("*.json")):
        yield json.loads(path.read_text("utf-8"))
    for path in sorted(TESTS.rglob("*.jsonl")):
        yield [
            json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()
        ]


def strings(value: Any) -> Iterator[str]:
    """Every string in a document, so that a set with turns of another shape is covered too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


@per_file
def test_every_line_has_its_fields_and_known_labels(path: Path) -> None:
    for line in lines(path):
        assert set(line) == FIELDS, line
        assert line["role"] in LABELS, line
        assert line["split"] in ("train", "held"), line
        assert line["text"].strip(), line
        assert isinstance(line["before"], str), line
        assert len(line["labels"]) == len(set(line["labels"])), line
        assert set(line["labels"]) <= LABELS[line["role"]], line


@per_file
def test_no_line_is_there_twice(path: Path) -> None:
    seen = Counter(
        (line["role"], fold(line["before"]), fold(line["text"])) for line in lines(path)
    )
    assert [key for key, times in seen.items() if times > 1] == []


@per_file
def test_about_a_fifth_is_held_out(path: Path) -> None:
    split = Counter(line["split"] for line in lines(path))
    assert 0.15 <= split["held"] / split.total() <= 0.25


@per_file
def test_no_line_comes_from_a_measuring_set(path: Path) -> None:
    measured = {fold(text) for document in documents() for text in strings(document)}
    assert len(measured) > 1000
    assert [line["text"] for line in lines(path) if fold(line["text"]) in measured] == []


@per_calls
def test_calls_end_each_way_as_often(path: Path) -> None:
    told = Counter(call["outcome"] for call in lines(path))
    assert set(told) == OUTCOMES and len(set(told.values())) == 1
    for call in lines(path):
        assert {speaker for speaker, _ in call["turns"]} == {"agent", "customer"}
        assert all(text.strip() for _, text in call["turns"])
        for task in call["follow_ups"]:
            assert task["owner"] in ("agent", "other", "customer")


@per_calls
def test_no_call_is_made_of_a_measuring_set(path: Path) -> None:
    measured = {fold(text) for document in documents() for text in strings(document)}
    for call in lines(path):
        known = [text for _, text in call["turns"] if fold(text) in measured]
        # Greetings and thanks are everybody's.
        assert len(known) <= len(call["turns"]) // 3, known
