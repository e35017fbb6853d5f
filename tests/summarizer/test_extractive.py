"""What a good operator would write after these calls."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from copilot.events import (
    Alert,
    AlertUpdated,
    Due,
    Emotion,
    Evidence,
    Redacted,
    Span,
    Speaker,
    Summary,
    Transcript,
)
from summarizer.extractive import ExtractiveSummariser
from summarizer.grounding import ungrounded

C: Speaker = "customer"
A: Speaker = "agent"
Summarise = Callable[[list[tuple[Speaker, str]], str], Summary]

LOST_BAG: list[tuple[Speaker, str]] = [
    (A, "Thanks for calling Brightline Airways, this is Tom. How can I help you?"),
    (
        C,
        "Hi Tom. My suitcase didn't arrive in Lisbon. I was on flight BA2310, no wait, BA2301.",
    ),
    (A, "I'm sorry about that. Can I take your name and baggage reference, please?"),
    (C, "It's Laura Finch, and the reference is LISBA44871."),
    (A, "Thank you, Laura. One moment while I check that for you."),
    (A, "I can see the bag is still in London. It missed the connection."),
    (C, "Um, so I have a wedding on Saturday and, uh, my dress is in there."),
    (A, "Our courier will bring it to your hotel by 2 p.m. tomorrow."),
    (C, "Can I claim for the clothes I have to buy?"),
    (A, "Yes, up to 120 euros. Please send us the receipts by email within seven days."),
    (C, "Okay, thank you, that's helpful."),
    (A, "Is there anything else? Goodbye."),
]
UNHAPPY: list[tuple[Speaker, str]] = [
    (A, "Good afternoon, Peak Broadband, you're through to Nina."),
    (C, "Your engineer never turned up. I took a day off work for this."),
    (A, "I see the visit was booked for the 12th between eight and one."),
    (C, "Yes, and nobody called. This is the second time."),
    (C, "I'm thinking of cancelling my contract and going to another provider."),
    (A, "I can't bring the visit forward, I'm afraid."),
    (C, "Forget it, this is useless."),
    (A, "Okay. Goodbye."),
]
CLAIM: list[tuple[Speaker, str]] = [
    (A, "お電話ありがとうございます。あおぞら保険の田村でございます。"),
    (C, "すみません、先日車をぶつけてしまって、修理代の請求方法を知りたいのですが。"),
    (A, "証券番号をお伺いできますでしょうか。"),
    (C, "えっと、K77120です。"),
    (A, "ありがとうございます。佐野様でいらっしゃいますね。"),
    (C, "はい。駐車場で柱にこすりました。見積もりは7万、あ、いや、8万5千円でした。"),
    (A, "免責金額が5万円となっておりますので、お支払いは3万5千円になります。"),
    (A, "請求書類を本日中に発送いたします。修理の写真を同封してご返送ください。"),
    (C, "わかりました。ありがとうございました。"),
    (A, "失礼いたします。"),
]
BREAKDOWN: list[tuple[Speaker, str]] = [
    (A, "ひまわり家電サポート、担当の小川です。"),
    (C, "昨日届いた洗濯機なんだけど、脱水でエラーが出て止まるんだよね。"),
    (A, "排水ホースが折れていないかご確認いただけますか。"),
    (C, "あ、折れてた。直したら動いた。"),
    (A, "念のため、明日の午前中に確認のお電話をいたします。"),
    (C, "助かりました、ありがとう。"),
]
CALL_BACK: list[tuple[Speaker, str]] = [
    (A, "Harlow Water, good morning."),
    (C, "Hello, I don't understand the standing charge on my last invoice."),
    (A, "I don't have that information here. I'll call you back by Friday with an answer."),
    (C, "Okay, please do."),
]
MANAGER: list[tuple[Speaker, str]] = [
    (A, "みなと不動産です。"),
    (C, "三か月前から雨漏りを直してもらえないんです。責任者と話をさせてください。"),
    (A, "申し訳ございません。店長の原から、金曜日の17時までにお電話いたします。"),
    (C, "わかりました。"),
]


def test_a_lost_bag(summarise: Summarise) -> None:
    summary = summarise(LOST_BAG, "en")
    fields = summary.fields
    assert summary.state == "draft" and summary.version == 1
    assert "uitcase didn't arrive in Lisbon" in fields.reason
    assert fields.resolution == "resolved"
    assert "BA2301" in summary.text and "BA2310" not in str(summary)
    owners = {(one.owner, one.due.date if one.due else None) for one in fields.follow_ups}
    assert {("other", "2026-04-02"), ("customer", "2026-04-08")} <= owners
    assert any(
        one.due == Due(said="by 2 p.m. tomorrow", date="2026-04-02")
        for one in fields.follow_ups
    )
    assert {("money", "120 euros"), ("person", "Laura Finch")} <= {
        (one.kind, one.value) for one in fields.entities
    }
    assert " um" not in summary.text and "My " not in summary.text
    assert summary.brief.endswith("by 2 p.m. tomorrow.")
    left = summary.brief
    for sentence in summary.sentences:
        left = left.replace(sentence.text, "")
    assert left.strip() == "", "every sentence of the brief cites its words"


def test_an_unhappy_end(summarise: Summarise) -> None:
    summary = summarise(UNHAPPY, "en")
    assert summary.fields.resolution == "unresolved"
    assert "cancelling their contract" in summary.text
    assert "second time" in summary.text
    assert {"actions_taken", "promises"} & set(summary.fields.not_stated)


@pytest.mark.parametrize(
    "turns",
    [
        [(C, "My meter shows 5512, no wait, 5521. Please correct the bill.")],
        [(C, "My meter shows 5512. No wait, 5521. Please correct the bill.")],
        [(C, "My meter shows 5512."), (C, "No wait, 5521."), (C, "Please correct the bill.")],
        [(C, "It's 5521, not 5512, on my meter. Please correct the bill.")],
    ],
)
def test_what_was_taken_back_is_gone(summarise: Summarise, turns: Any) -> None:
    summary = summarise([(A, "Hello, how can I help?"), *turns, (A, "I'll do that.")], "en")
    assert "5521" in summary.text
    assert "5512" not in str(summary)


def test_a_claim_in_japanese(summarise: Summarise) -> None:
    summary = summarise(CLAIM, "ja")
    fields = summary.fields
    assert "修理代の請求方法を知りたい" in fields.reason
    assert fields.resolution == "resolved"
    assert "8万5千円" in summary.text and "7万" not in str(summary)
    assert [(one.owner, one.due and one.due.date) for one in fields.follow_ups] == [
        ("agent", "2026-04-01"),
        ("customer", None),
    ]
    assert "ます" not in summary.text and "ございます" not in summary.text
    assert len(summary.text) <= 400


@pytest.mark.parametrize(
    ("turns", "language", "resolution"),
    [
        (BREAKDOWN, "ja", "resolved"),
        (CALL_BACK, "en", "callback_promised"),
        (MANAGER, "ja", "escalated"),
    ],
)
def test_resolution(summarise: Summarise, turns: Any, language: str, resolution: str) -> None:
    assert summarise(turns, language).fields.resolution == resolution


def test_somebody_else_calls_back(summarise: Summarise) -> None:
    (task,) = summarise(MANAGER, "ja").fields.follow_ups
    assert (task.owner, task.what) == ("other", "店長の原から電話")
    assert task.due == Due(said="金曜日の17時まで", date="2026-04-03")


def test_one_channel_for_both(summarise: Summarise) -> None:
    unknown: Speaker = "unknown"
    turns = [
        "Hello, I would like to order a garden table. Can you help me?",
        "Certainly, would you like the round table or the square table?",
        "The round one please.",
        "And would you like standard or next day delivery?",
        "Next day please.",
        "Perfect, your order is placed. Is there anything else?",
        "No thank you, bye.",
    ]
    summary = summarise([(unknown, text) for text in turns], "auto")
    for word in ("garden table", "round", "next day"):
        assert word in summary.text.lower()
    assert summary.fields.language == "en"
    assert summary.fields.resolution == "resolved"


@pytest.mark.parametrize(
    ("turns", "why"),
    [([], "no_speech"), ([(C, " ")], "no_speech"), ([(C, "Hello?")], "too_short")],
)
def test_reasons_for_no_summary(summarise: Summarise, turns: Any, why: str) -> None:
    summary = summarise(turns, "en")
    assert (summary.state, summary.why_none, summary.text) == ("unavailable", why, "")
    assert "reason" in summary.fields.not_stated


def test_without_consent_nothing_is_written(call: Any) -> None:
    started, *rest = call(LOST_BAG, "en")
    events = [replace(started, consent=False), *rest]
    summary = ExtractiveSummariser().summarise(events)
    assert (summary.state, summary.why_none) == ("unavailable", "not_permitted")
    assert not summary.text and not summary.fields.entities and not summary.sentences


@pytest.mark.parametrize(
    ("turns", "language", "told", "words"),
    [
        (
            [
                (A, "Fern Bank, how can I help?"),
                (C, "My card was declined again at the supermarket."),
                (C, "You are a useless idiot, shut up."),
                (A, "I've unblocked the card."),
            ],
            "en",
            "Customer used abusive language.",
            ("idiot", "shut up"),
        ),
        (
            [
                (A, "お電話ありがとうございます。みなも銀行です。"),
                (C, "カードがまた使えなかったんです。"),
                (C, "お前みたいな馬鹿は黙れ。"),
                (A, "カードの停止を解除いたしました。"),
            ],
            "ja",
            "顧客から暴言あり。",
            ("馬鹿", "黙れ"),
        ),
    ],
)
def test_abuse_is_noted_without_its_words(
    summarise: Summarise, turns: Any, language: str, told: str, words: tuple[str, ...]
) -> None:
    summary = summarise(turns, language)
    cited = {one.text: one.utterance_ids for one in summary.sentences}
    assert cited[told] == ("u2",)
    assert not [word for word in words if word in str(summary)]


def test_a_secret_is_listed_without_its_value(summarise: Summarise) -> None:
    turns: list[tuple[Speaker, str]] = [
        (A, "Fern Bank. Can I have your number, please?"),
        (C, "It's [phone], and my card was declined."),
    ]
    entities = summarise(turns, "en").fields.entities
    assert ("phone", "[phone]", None) in {(e.kind, e.value, e.normalised) for e in entities}


def test_a_call_that_goes_on(call: Any) -> None:
    events = call(LOST_BAG[:6], "en")[:-1]
    summary = ExtractiveSummariser().summarise(events)
    assert summary.state == "draft" and "Lisbon" in summary.text


def test_mood_alerts_and_redactions(call: Any) -> None:
    events = call(UNHAPPY, "en")
    about: dict[str, Any] = {"call_id": "c", "at_s": 40.0}
    for utterance, frustration in (("u1", 0.4), ("u4", 0.9), ("u6", 0.7)):
        events.append(
            Emotion(**about, utterance_id=utterance, speaker=C, frustration=frustration)
        )
    for number, kind in enumerate(("churn_risk", "long_silence")):
        events.append(
            Alert(
                **about,
                alert_id=f"a{number}",
                kind=kind,  # type: ignore[arg-type]
                rule="r",
                severity="warning",
                speaker=C,
                message="m",
                evidence=(Evidence(utterance_id="u4", quote="q", start_s=20.0),),
            )
        )
    events.append(
        AlertUpdated(
            **about, alert_id="a1", state="false_alarm", by="s", made_at="2026-04-01T01:01:00Z"
        )
    )
    events.append(
        Redacted(
            **about,
            utterance_id="u2",
            spans=(Span(start=33, end=37, kind="date"),),
            text="I see the visit was booked for the [date] between eight and one.",
        )
    )
    summary = ExtractiveSummariser().summarise(events)
    mood = summary.fields.customer_mood
    assert mood is not None
    assert (mood.start.at_s, mood.low.at_s, mood.end.at_s) == (5.0, 20.0, 30.0)
    assert summary.fields.alerts == ("churn_risk",)
    assert "12th" not in str(summary)


@pytest.mark.parametrize(
    ("sentence", "language", "limit"),
    [
        ("i want to return the lamp and it broke and i called and nobody came ", "en", 170),
        (
            "ランプを返品したいのですが届いたときに割れていて電話をかけても誰も出なくて",
            "ja",
            410,
        ),
    ],
)
def test_speech_without_marks_stays_within_the_note(
    summarise: Summarise, sentence: str, language: str, limit: int
) -> None:
    turns: list[tuple[Speaker, str]] = [(C, sentence * 30), (A, sentence * 30)] * 3
    text = summarise(turns, language).text
    assert (len(text) if language == "ja" else len(text.split())) <= limit


def test_fifteen_minutes_stay_a_short_note(summarise: Summarise) -> None:
    long_call = (LOST_BAG + UNHAPPY) * 10
    summary = summarise(long_call, "en")
    assert len(summary.text.split()) <= 160


_WORDS = st.sampled_from(
    [
        "I",
        "we",
        "you",
        "my",
        "your",
        "order",
        "4471",
        "the",
        "invoice",
        "$12.50",
        "Friday",
        "by",
        "tomorrow",
        "will",
        "refund",
        "please",
        "is",
        "broken",
        "can",
        "send",
        "Chromecast",
        "Ms",
        "Rivera",
        "not",
        "third",
        "time",
        "no,",
        "wait",
        "five",
        "and",
        "call",
        "back",
        "it",
        "?",
        "注文",
        "は",
        "届きません。",
        "明日",
        "3時",
        "まで",
        "に",
        "お電話",
        "いたします。",
        "A1234",
        "様",
        "です。",
        "ください。",
    ]
)
_TURNS = st.lists(
    st.tuples(st.sampled_from([C, A, "unknown"]), st.lists(_WORDS, max_size=14).map(" ".join)),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(turns=_TURNS, language=st.sampled_from(["en", "ja", "auto"]))
def test_nothing_is_invented(
    call: Any, turns: list[tuple[Speaker, str]], language: str
) -> None:
    events = call(turns, language)
    summary = ExtractiveSummariser().summarise(events)
    said = {one.utterance_id: one.text for one in events if isinstance(one, Transcript)}
    for sentence in summary.sentences:
        assert sentence.utterance_ids
        assert not ungrounded(sentence.text, [said[one] for one in sentence.utterance_ids])
    whole = unicodedata.normalize("NFKC", " ".join(said.values()))
    for entity in summary.fields.entities:
        assert unicodedata.normalize("NFKC", entity.value).removesuffix("様") in whole
    if summary.state == "unavailable":
        assert summary.why_none
