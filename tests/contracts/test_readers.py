"""What every reader of moods promises, checked on all of them.

The classifier is a small one that has learnt a dozen sentences; second opinions come from a
real server on this machine. Both stand on our own heads.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, fields
from functools import cache
from pathlib import Path

import pytest
from chat_server import KEY, MODEL, chat_server, graded
from tiny_classifier import LESSONS, tiny_classifier

from copilot.backends import build_reader
from copilot.config import Config
from copilot.errors import ReaderError
from scripted import ScriptedReader
from sentiment.chat import ChatEndpoint
from sentiment.classifier import ClassifierReader
from sentiment.opinion import OpinionReader
from sentiment.reading import ACTS, HARASSMENT, LEVELS, Reader, Reading

LABELS = {
    "anger": {"frustration": 1.0, "valence": -1.0},
    "annoyance": {"frustration": 0.5, "valence": -0.5},
    "joy": {"valence": 1.0, "gratitude": 1.0},
}
ANGRY = ["this is a disgrace, i am furious", "ふざけるな 最低だ"]
CALM = ["what time do you open", "住所を変えたい"]
TALK = [
    *ANGRY,
    *CALM,
    *(text for lesson in LESSONS.values() for text in lesson),
    "I have called three times now, and each time I was told that somebody would ring me "
    "back on the same day; nobody did, and the line has been dead for a week.",
    "先週から三回お電話していますが、折り返しのご連絡が一度もなく、大変困っております。",
    "OK",
    "はい",
]
STRANGE = {
    "empty": "",
    "blank": " \t\n　",
    "tag": "[card]",
    "tags": "[name] [phone]",
    "emoji": "😡🤬👍🏽👨‍👩‍👧",
    "marks": "?!…。。。",
    "long": "I want my money back. " * 228,
    "long Japanese": "もういい加減にしてください。" * 357,
    "one long word": "a" * 5000,
    "control": "a\x00b\x1b[31m\u202e",
    "control tokens": "[CLS] </s> <pad> query: passage: <unk> [SEP]",
    "other scripts": "Привет, как дела? שלום مرحبا",
    "half wide": "ﾌｻﾞｹﾙﾅ",
}
SOON_S = 30.0
NEAR = 0.05
"""Rounding to 8 bits depends on what stands beside a text in its batch."""


First = Callable[[], Reader]
"""Our heads, built once: classifier and opinions stand on them."""


@contextmanager
def scripted(folder: Path, first: First) -> Iterator[Reader]:
    yield ScriptedReader()


@contextmanager
def heads(folder: Path, first: First) -> Iterator[Reader]:
    yield first()


@contextmanager
def transformers(folder: Path, first: First) -> Iterator[Reader]:
    yield build_reader(Config(reader="transformers", reader_device="cpu"))


@contextmanager
def classifier(folder: Path, first: First) -> Iterator[Reader]:
    model = str(tiny_classifier(folder))
    yield ClassifierReader.load(model, labels=LABELS, beside=first())


@contextmanager
def opinion(folder: Path, first: First) -> Iterator[Reader]:
    """The server holds exclamation marks for anger."""
    with chat_server() as server:
        server.answer = lambda texts: graded([3 if "!" in text else 1 for text in texts])
        endpoint = ChatEndpoint(server.url, model=MODEL, key=KEY, limit_s=SOON_S)
        yield OpinionReader(first(), endpoint, limit_s=SOON_S, hide=str)
        assert server.broken == []


BACKENDS = {
    "scripted": scripted,
    "heads": heads,
    "transformers": transformers,
    "classifier": classifier,
    "opinion": opinion,
}


@pytest.fixture(scope="module")
def readers(
    models_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Reader]]:
    """Backends by name, each built once."""
    folder = tmp_path_factory.mktemp("mood")
    first = cache(lambda: build_reader(Config(data_dir=models_dir)))
    with ExitStack() as stack:
        yield cache(lambda name: stack.enter_context(BACKENDS[name](folder, first)))


@pytest.fixture(params=BACKENDS)
def reader(request: pytest.FixtureRequest, readers: Callable[[str], Reader]) -> Reader:
    return readers(request.param)


def test_it_follows_the_protocol(reader: Reader) -> None:
    assert isinstance(reader, Reader)
    assert reader.name
    assert reader.read([]) == []


def test_one_reading_a_text_in_order(reader: Reader) -> None:
    """Languages and lengths mixed: the answers stand where the texts stood, and are those
    that each text has alone."""
    together = reader.read(TALK)
    assert len(together) == len(TALK)
    for text, reading in zip(TALK, together, strict=True):
        assert near(reading, reader.read([text])[0]), text


@pytest.mark.parametrize("name", [name for name in BACKENDS if name != "scripted"])
def test_both_languages_are_read(name: str, readers: Callable[[str], Reader]) -> None:
    angry, calm = readers(name).read(ANGRY), readers(name).read(CALM)
    for one, other in zip(angry, calm, strict=True):
        assert one.frustration > other.frustration + 0.3
        assert one.levels[1] > 0.5 > other.levels[1]


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE.keys())
def test_the_strangest_texts_are_answered(reader: Reader, text: str) -> None:
    first, strange, last = reader.read([CALM[0], text, ANGRY[0]])
    check(strange)
    assert near(strange, reader.read([text])[0])
    assert near(first, reader.read([CALM[0]])[0])
    assert near(last, reader.read([ANGRY[0]])[0])


def test_readings_are_in_range(reader: Reader) -> None:
    for reading in reader.read(TALK):
        check(reading)


def test_tags_of_masked_words_say_nothing(reader: Reader) -> None:
    bare, tagged = reader.read(["my number is", "my number is [card] "])
    assert near(bare, tagged)
    empty, tags = reader.read(["", "[name] [card]"])
    assert near(empty, tags)


def test_the_same_answer_twice(reader: Reader) -> None:
    assert reader.read(TALK) == reader.read(TALK)


def test_what_is_given_stays_as_it_was(reader: Reader) -> None:
    texts = list(TALK)
    reader.read(texts)
    assert texts == TALK
    assert reader.read(tuple(TALK[:2])) == reader.read(TALK[:2])


def test_it_serves_several_threads(reader: Reader) -> None:
    alone = [reader.read([text]) for text in TALK]
    with ThreadPoolExecutor(4) as threads:
        for _ in range(3):
            assert list(threads.map(lambda text: reader.read([text]), TALK)) == alone


def test_torch_reads_what_the_heads_read(readers: Callable[[str], Reader]) -> None:
    pairs = zip(readers("transformers").read(TALK), readers("heads").read(TALK), strict=True)
    assert all(near(one, other, within=0.1) for one, other in pairs)


class Failing:
    """A first reader whose model fails."""

    name = "failing"

    def read(self, texts: Sequence[str]) -> list[Reading]:
        raise ReaderError("the model failed")


def test_a_failure_of_the_first_reader_is_not_hidden_by_opinions() -> None:
    endpoint = ChatEndpoint("http://127.0.0.1:1/v1", model=MODEL, limit_s=1.0)
    reader = OpinionReader(Failing(), endpoint, limit_s=1.0, hide=str)
    with pytest.raises(ReaderError, match="the model failed"):
        reader.read(["what?"])


def check(reading: Reading) -> None:
    """Everything a reading promises, whatever was read."""
    assert len(reading.levels) == LEVELS
    assert list(reading.levels) == sorted(reading.levels, reverse=True)
    shares = [getattr(reading, name) for name in ("displeasure", "churn", "escalation")]
    shares += [*reading.levels, reading.gratitude, *reading.harassment.values()]
    assert all(0.0 <= share <= 1.0 for share in shares)
    assert -1.0 <= reading.valence <= 1.0
    assert 0.0 <= reading.frustration <= 1.0
    assert set(reading.harassment) <= set(HARASSMENT)
    assert reading.act in ACTS
    json.dumps(asdict(reading))  # plain numbers, whatever the backend counts in


def near(one: Reading, other: Reading, within: float = NEAR) -> bool:
    def numbers(reading: Reading) -> list[float]:
        plain = [
            value
            for field in fields(reading)
            if isinstance(value := getattr(reading, field.name), float)
        ]
        return [*reading.levels, *plain, *reading.harassment.values()]

    gaps = zip(numbers(one), numbers(other), strict=True)
    return all(abs(mine - theirs) <= within for mine, theirs in gaps)
