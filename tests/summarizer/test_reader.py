"""What statements do in words that no rule knows: a learned reader over sentence vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from copilot.backends import build_statement_reader
from copilot.errors import ModelMissingError, ReaderError
from copilot.events import CallStarted, Event, Speaker, Transcript
from summarizer.extractive import ExtractiveSummariser
from summarizer.reader import (
    CUSTOMER,
    OPERATOR,
    StatementHeads,
    StatementReader,
    load_statement_heads,
)
from summarizer.statements import Statement

Turns = list[tuple[Speaker, str]]


class Letters:
    """An encoder whose first number says whether a text holds an x."""

    name = "letters"
    dimensions = 2

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.encoded += texts
        return np.array([[float("x" in text), 1.0] for text in texts], dtype=np.float32)


class Broken(Letters):
    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        raise ReaderError("the encoder failed")


def heads() -> StatementHeads:
    """An x hands over; an x after an x is accepted."""
    operator = np.zeros((len(OPERATOR), 5), dtype=np.float32)
    operator[:, -1] = -9.0
    operator[OPERATOR.index("handover"), 0] = 18.0
    customer = np.zeros((len(CUSTOMER), 5), dtype=np.float32)
    customer[:, -1] = -9.0
    customer[CUSTOMER.index("accepts"), [0, 2]] = 8.0
    return StatementHeads(operator=operator, customer=customer)


def said(*turns: tuple[Speaker, str]) -> list[Statement]:
    return [
        Statement(
            index=place,
            utterance_id=f"u{place}",
            role=role,
            text=text,
            start_s=float(place),
            acts=frozenset(),
            asks=text.endswith("?"),
        )
        for place, (role, text) in enumerate(turns)
    ]


def test_a_sure_reading_is_an_act_and_a_doubtful_one_is_none() -> None:
    one, other = StatementReader(Letters(), heads()).read(
        said(("agent", "it goes to box thirteen"), ("agent", "it goes to the thirteenth"))
    )
    assert one.likely["handover"] > 0.99 and one.does("handover")
    assert other.likely["handover"] < 0.01 and not other.does("handover")


def test_a_reply_is_read_with_what_it_answers() -> None:
    statements = said(
        ("agent", "we could box it up for you"),
        ("customer", "box it"),
        ("agent", "we could leave it as it is"),
        ("customer", "box it"),
    )
    read = StatementReader(Letters(), heads()).read(statements)
    assert [one.does("accept") for one in read] == [False, True, False, False]


def test_short_words_questions_and_greetings_are_not_read() -> None:
    encoder = Letters()
    statements = said(("agent", "x"), ("agent", "which box was it in, then?"))
    read = StatementReader(encoder, heads()).read(statements)
    assert [one.likely for one in read] == [{}, {}]
    assert encoder.encoded == []


def test_what_a_call_that_goes_on_has_said_is_encoded_once() -> None:
    encoder = Letters()
    reader = StatementReader(encoder, heads())
    turns: Turns = [("agent", f"sentence number {number}") for number in range(9)]
    reader.read(said(*turns[:8]))
    reader.read(said(*turns))
    assert sorted(encoder.encoded) == sorted({"", *(text for _, text in turns)})


def test_it_remembers_the_last_words_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("summarizer.reader._KEPT", 3)
    encoder = Letters()
    reader = StatementReader(encoder, heads())
    reader.read(said(*[("agent", f"sentence number {number}") for number in range(5)]))
    reader.read(said(("agent", "sentence number 4")))
    assert len(encoder.encoded) == len(set(encoder.encoded))
    reader.read(said(("agent", "sentence number 0")))
    assert encoder.encoded.count("sentence number 0") == 2


def test_a_call_without_words_worth_reading_is_left_alone() -> None:
    statements = said(("agent", "yes"), ("agent", "bye"))
    assert StatementReader(Letters(), heads()).read(statements) == statements
    assert StatementReader(Letters(), heads()).read([]) == []


def test_written_confirmation_is_no_news() -> None:
    rows = heads()
    rows.operator[OPERATOR.index("comes_back"), 0] = 18.0
    news, confirmation = said(
        ("agent", "an xxl answer for you"), ("agent", "an xxl letter to you")
    )
    confirmation = replace(confirmation, acts=frozenset(["confirming"]))
    read = StatementReader(Letters(), rows).read([news, confirmation])
    assert [one.does("news") for one in read] == [True, False]


def test_a_broken_encoder_leaves_the_rules_alone() -> None:
    events: list[Event] = [
        CallStarted(call_id="c", at_s=0.0, started_at="2026-04-01T01:00:00Z", agent_id="a")
    ]
    for place, text in enumerate(["Hello, my kettle leaks.", "I'll send a new one today."]):
        events.append(
            Transcript(
                call_id="c",
                at_s=place + 0.9,
                utterance_id=f"u{place}",
                speaker="agent" if place else "customer",
                revision=1,
                start_s=float(place),
                end_s=place + 0.9,
                text=text,
                final=True,
            )
        )
    broken = StatementReader(Broken(), heads())
    told, alone = ExtractiveSummariser(reader=broken), ExtractiveSummariser()
    assert told.summarise(events).fields == alone.summarise(events).fields


def test_heads_for_other_questions_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "statements.npz"
    with pytest.raises(ModelMissingError, match="is missing"):
        load_statement_heads(path)
    heads().save(path)
    assert np.array_equal(load_statement_heads(path).customer, heads().customer)
    np.savez(path, operator=heads().operator, questions=np.array(["other"]))
    with pytest.raises(ModelMissingError, match="is outdated"):
        load_statement_heads(path)


@pytest.fixture(scope="module")
def reader(models_dir: Path) -> StatementReader:
    return build_statement_reader(models_dir / "models")


PLAIN: list[tuple[Speaker, str, str, str]] = [
    ("agent", "", "This one now sits with our claims specialists, they own it from here on", "handover"),
    ("agent", "", "本件は本社の審査グループに移しまして、以後はそちらが担当いたします", "handover"),
    ("agent", "", "I'll dig into that tonight and give you a shout in the morning", "comes_back"),
    ("agent", "", "調べがつきましたら、夕方に私からご一報申し上げます", "comes_back"),
    ("agent", "Can you waive it?", "There's no way I can make that fee disappear", "refusal"),
    ("agent", "無料にできませんか", "あいにく無料にすることはいたしかねます", "refusal"),
    ("agent", "", "Pop the old meter in a bag and leave it with the porter by Friday", "customer_task"),
    ("agent", "", "古い機械は金曜までに管理人さんにお預けください", "customer_task"),
    ("customer", "It's all fixed now.", "Brilliant, you've really saved my day", "satisfied"),
    ("customer", "直りました", "いやあ助かりました、本当にありがとう", "satisfied"),
    ("customer", "That's the final answer.", "Well that's hopeless, you've done nothing for me", "unsatisfied"),
    ("customer", "規定でございます", "話になりませんね、全然納得できませんよ", "unsatisfied"),
]  # fmt: skip


@pytest.mark.parametrize(("role", "before", "text", "does"), PLAIN)
def test_what_is_said_plainly_is_read(
    reader: StatementReader, role: Speaker, before: str, text: str, does: str
) -> None:
    other: Speaker = "customer" if role == "agent" else "agent"
    turns: Turns = [(other, before)] if before else []
    *_, read = reader.read(said(*turns, (role, text)))
    assert read.likely[does] > 0.6


def test_a_call_in_unknown_words_is_told_with_the_reader(
    reader: StatementReader, call: Callable[[Turns, str], list[Event]]
) -> None:
    turns: Turns = [
        ("agent", "Harbour Boilers, Nia here."),
        ("customer", "My boiler has died and your plumber says the tank is to blame."),
        (
            "agent",
            "The whole file has gone across to the loss adjusters, it's in their lap now.",
        ),
        ("customer", "Fine."),
    ]
    told = ExtractiveSummariser(reader=reader).summarise(call(turns, "en"))
    assert told.fields.resolution == "escalated"
    assert ExtractiveSummariser().summarise(call(turns, "en")).fields.resolution != "escalated"
