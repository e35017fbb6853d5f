"""Evidence of what a person wrote."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from copilot.events import Due, FollowUp, Sentence, Summary, SummaryFields, Transcript
from summarizer.citing import cite


def said(number: int, text: str, language: str = "en") -> Transcript:
    return Transcript(
        call_id="c",
        at_s=float(number),
        utterance_id=f"u{number}",
        speaker="customer",
        revision=1,
        start_s=float(number),
        end_s=number + 0.5,
        text=text,
        language=language,
        final=True,
    )


FINALS = [
    said(1, "The kettle from order 4417 leaks at the bottom."),
    said(2, "I would like my money back, please."),
    said(3, "I will refund the full price by Friday."),
]
JAPANESE = [
    said(1, "先週届いた炊飯器の蓋が閉まらないんです。", "ja"),
    said(2, "注文番号は4417です。", "ja"),
    said(3, "金曜日までに返金いたします。", "ja"),
]


def note(*sentences: Sentence, text: str = "", unsupported: tuple[str, ...] = ()) -> Summary:
    """The version before."""
    return Summary(
        call_id="c",
        at_s=9.0,
        version=1,
        state="draft",
        text=text or " ".join(one.text for one in sentences),
        sentences=sentences,
        unsupported=unsupported,
        generator="extractive",
        made_at="2026-04-01T00:00:00Z",
    )


def cited(text: str, before: Summary, finals: Sequence[Transcript] = FINALS):
    """Evidence of an edit of the text alone."""
    return cite(replace(before, state="edited", text=text), before, finals)


KETTLE = Sentence(text="The kettle of order 4417 leaks.", utterance_ids=("u1",))


def test_sentences_that_stayed_keep_their_evidence() -> None:
    sentences, unsupported = cited(f"Reason: {KETTLE.text}\n", note(KETTLE))
    assert sentences == (KETTLE,)
    assert unsupported == ()


def test_a_sentence_that_went_is_cited_no_more() -> None:
    assert cited("", note(KETTLE)) == ((), ())


def test_what_stood_before_is_judged_as_it_was() -> None:
    """Nobody said either; the generator had told of one of them."""
    text = "Our shop in Leeds knows. It was told by mail."
    before = note(text=text, unsupported=("It was told by mail.", "Gone since."))
    assert cited(text, before) == ((), ("It was told by mail.",))


def test_a_reworded_sentence_keeps_its_evidence() -> None:
    sentences, unsupported = cited("The kettle of order 4417 leaks badly.", note(KETTLE))
    assert [one.utterance_ids for one in sentences] == [("u1",)]
    assert unsupported == ()


@pytest.mark.parametrize(
    ("text", "utterance_ids"),
    [
        ("Customer wants the money back.", ("u2",)),
        ("Refund of the full price by Friday.", ("u3",)),
        ("Kettle of order 4417 leaks; full refund by Friday.", ("u1", "u3")),
    ],
)
def test_a_new_sentence_is_found_in_what_was_said(text, utterance_ids) -> None:
    ((sentence,), unsupported) = cited(text, note())
    assert (sentence.text, sentence.utterance_ids) == (text, utterance_ids)
    assert unsupported == ()


@pytest.mark.parametrize(
    "text",
    [
        "Kettle of order 4471 leaks at the bottom.",
        "Refund of the full price by Monday.",
        "The shop in Leeds was told by mail.",
    ],
)
def test_what_nobody_said_is_its_writers_own_word(text) -> None:
    assert cited(text, note(KETTLE)) == ((), (text,))


@pytest.mark.parametrize(
    ("text", "utterance_ids"),
    [
        ("炊飯器の蓋が閉まらない。", ("u1",)),
        ("注文番号4417の炊飯器、蓋が閉まらない。", ("u1", "u2")),
        ("金曜日までに返金。", ("u3",)),
        ("注文番号は4471。", ()),
        ("社内で調査を依頼した。", ()),
    ],
)
def test_japanese_too(text, utterance_ids) -> None:
    sentences, unsupported = cited(f"用件：{text}", note(), JAPANESE)
    assert [one.utterance_ids for one in sentences] == (
        [utterance_ids] if utterance_ids else []
    )
    assert unsupported == (() if utterance_ids else (text,))


def test_marks_labels_and_nothing_state_nothing() -> None:
    assert cited("Reason: \n\n。 … !\n", note()) == ((), ())


def test_every_sentence_of_a_long_text_finds_its_own() -> None:
    finals = [said(number, f"The parcel {number} is late again.") for number in range(300)]
    text = " ".join(f"Parcel {number} is late again." for number in range(150))
    sentences, unsupported = cited(text, note(), finals)
    assert [one.utterance_ids for one in sentences] == [(f"u{n}",) for n in range(150)]
    assert unsupported == ()


@pytest.mark.parametrize("piece", ["x@", "Aa. ", "漢あ。", "一", "parcel is late. ", "アー"])
def test_a_hostile_edit_is_looked_up_in_time(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    finals = [said(number, f"The parcel {number} is late. {text[:50]}") for number in range(99)]
    began_s = time.process_time()
    cited(text, note(KETTLE), finals)
    assert time.process_time() - began_s < 1.0


def test_fields_are_looked_up_like_the_text() -> None:
    before = replace(
        note(KETTLE), fields=SummaryFields(reason=KETTLE.text, situation="Told by mail.")
    )
    fields = SummaryFields(
        reason=KETTLE.text,
        situation="Told by mail.",
        actions_taken=("Voucher was sent.",),
        follow_ups=(FollowUp(owner="agent", what="refund full price", due=Due(said="Friday")),),
    )
    sentences, unsupported = cite(replace(before, text="", fields=fields), before, FINALS)
    assert sentences[0] == KETTLE
    assert sentences[1:] == (Sentence(text="refund full price", utterance_ids=("u3",)),)
    assert unsupported == ("Voucher was sent.",)
