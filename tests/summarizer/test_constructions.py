"""Who will do what, however it is said: offers that are taken, polite requests, bookings."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from copilot.events import FollowUp, Speaker, Summary
from summarizer import constructions_english, constructions_japanese

C: Speaker = "customer"
A: Speaker = "agent"
Turns = list[tuple[Speaker, str]]
Summarise = Callable[[Turns, str], Summary]


def tasks(summarise: Summarise, turns: Turns) -> tuple[FollowUp, ...]:
    japanese = not turns[0][1].isascii()
    opening: Turns = [(A, "Elm Support, how can I help?"), (C, "It's about my account.")]
    if japanese:
        opening = [(A, "お電話ありがとうございます。くすの木です。"), (C, "契約の件です。")]
    language = "ja" if japanese else "en"
    return summarise([*opening, *turns], language).fields.follow_ups


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Would you mind popping it in the post", "could you pop it in the post"),
        ("We'd be grateful if you could sign it", "could you sign it"),
        ("I'll be ringing you on Friday", "I'll ring you on Friday"),
        ("We intend to refund it", "We'll refund it"),
        ("You're getting a letter by Monday", "you'll get a letter by Monday"),
        ("If you let me have the reading", "If you send me the reading"),
        ("If you could scan the form", "could you scan the form"),
        ("He's to write within a week", "He will write within a week"),
        ("I'll send it", "I'll send it"),
        ("If you could scan it, we'd refund you", "If you could scan it, we'd refund you"),
    ],
)
def test_english_constructions(said: str, plain: str) -> None:
    assert constructions_english.plainly(said) == plain


@pytest.mark.parametrize(
    ("said", "to_come"),
    [
        ("I'm phoning you on Thursday", "I will phone you on Thursday"),
        ("Our fitter comes at two", "Our fitter will come at two"),
        (
            "It's logged and their man attends at six",
            "It's logged and their man will attend at six",
        ),
        ("I'm looking at it now", "I'm looking at it now"),
        ("Here are the new boarding passes", "Here are the new boarding passes"),
    ],
)
def test_what_is_arranged_is_said_in_the_present(said: str, to_come: str) -> None:
    assert constructions_english.to_come(said) == to_come


def test_an_answer_stands_for_what_was_asked() -> None:
    answered = constructions_english.answered
    assert answered("He will, tonight", "Will he ring me") == "He will ring you, tonight"
    assert answered("He will be late", "Will he ring me") is None


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("用紙をお送りいただけますと助かります", "用紙をお送りください"),
        ("明日業者が伺う段取りです", "明日業者が伺う予定です"),
        ("用紙をお送りします", "用紙をお送りします"),
    ],
)
def test_japanese_constructions(said: str, plain: str) -> None:
    assert constructions_japanese.plainly(said) == plain


@pytest.mark.parametrize(
    ("offer", "reply", "owner", "what"),
    [
        ("Would it help if I emailed you the plan?", "That'd be great.", "agent", "plan"),
        ("Shall I have a vet ring you tonight?", "Yes please.", "other", "vet"),
        ("Would you like me to post a brochure?", "Go on then.", "agent", "brochure"),
        ("カタログをお送りしましょうか。", "お願いします。", "agent", "カタログ"),
        ("新しい鉢をお届けできますが、いかがでしょう。", "それで。", "agent", "鉢"),
    ],
)
def test_an_offer_that_is_taken_is_a_task(
    summarise: Summarise, offer: str, reply: str, owner: str, what: str
) -> None:
    (task,) = tasks(summarise, [(A, offer), (C, reply)])
    assert task.owner == owner
    assert what in task.what


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("Shall I have a vet ring you tonight?", "No, don't bother."),
        ("The surveyor can come on Tuesday at ten.", "No, I can't do Tuesday."),
        ("The dog can come too.", "Lovely."),
        ("Can I call you Maria?", "Yes, of course."),
        ("カタログをお送りしましょうか。", "いえ、結構です。"),
        ("お名前をお伺いしてもよろしいでしょうか。", "はい、田中です。"),
    ],
)
def test_what_is_declined_or_no_offer_is_no_task(
    summarise: Summarise, said: str, reply: str
) -> None:
    assert not tasks(summarise, [(A, said), (C, reply)])


def test_when_it_arrives_belongs_to_the_offer(summarise: Summarise) -> None:
    turns = [
        (A, "Shall I pay the forty pounds to your card?"),
        (C, "Yes please."),
        (A, "That'll arrive within two working days."),
    ]
    (task,) = tasks(summarise, turns)
    assert "forty pounds" in task.what
    assert task.due and task.due.date == "2026-04-03"


@pytest.mark.parametrize(
    ("said", "what", "due"),
    [
        ("The surveyor can come on Tuesday at ten.", "Surveyor to come", "2026-04-07"),
        ("I've put you down for Thursday at half four.", "Booking made", "2026-04-02"),
        ("The fitter's free. Thursday at two, booked.", "Visit booked", "2026-04-02"),
        (
            "Marsh Roofing have said yes. They'll be with you by Thursday.",
            "Marsh Roofing to be with customer",
            "2026-04-02",
        ),
        ("四月七日の十時でお取りしました。", "予約の対応", "2026-04-07"),
    ],
)
def test_what_is_fixed_for_a_time(summarise: Summarise, said: str, what: str, due: str) -> None:
    turns: Turns = [(A, said), (C, "はい。" if not said.isascii() else "Great.")]
    (task,) = tasks(summarise, turns)
    assert task.what == what
    assert task.due and task.due.date == due


@pytest.mark.parametrize(
    ("turns", "what", "due"),
    [
        (
            [(C, "Will you want the deed, or will a photo do?"), (A, "A photo is fine.")],
            "Provide a photo",
            None,
        ),
        (
            [(A, "必要なのは車庫証明です。"), (C, "明日持っていきます。")],
            "車庫証明を持っていく",
            "2026-04-02",
        ),
        (
            [(A, "リモコンは点検しますので、届きましたらお送りください。"), (C, "はい。")],
            "届いたらリモコンを送る",
            None,
        ),
    ],
)
def test_what_the_customer_hands_in_is_named(
    summarise: Summarise, turns: Turns, what: str, due: str | None
) -> None:
    task = next(one for one in tasks(summarise, turns) if one.owner == "customer")
    assert (task.what, task.due and task.due.date) == (what, due)


@pytest.mark.parametrize(
    ("turns", "owner", "what"),
    [
        (
            [
                (C, "I need a quote for the hedge."),
                (A, "I can have that with you by Friday."),
                (C, "Super."),
            ],
            "agent",
            "quote",
        ),
        (
            [(A, "Rajiv in accounts has the note, he'll send it by Friday."), (C, "OK.")],
            "other",
            "Rajiv",
        ),
        (
            [(A, "金曜までには見積書をお出しできます。"), (C, "わかりました。")],
            "agent",
            "見積書を出す",
        ),
    ],
)
def test_what_can_be_had_by_a_day(
    summarise: Summarise, turns: Turns, owner: str, what: str
) -> None:
    (task,) = tasks(summarise, turns)
    assert (task.owner, task.due and task.due.date) == (owner, "2026-04-03")
    assert what in task.what


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("申込書を出しとくわ", "申込書を出しておきます"),
        ("鍵ば預けとくけん", "鍵を預けておきます"),
        ("明日の朝に持っていくよ", "明日の朝に持っていきます"),
        ("箱を開けんどってください", "箱を開けないでください"),
        ("見積書を送ってちょうだい", "見積書を送ってください"),
        ("夕方に電話する形で進めます", "夕方に電話する予定です"),
    ],
)
def test_everyday_and_regional_japanese(said: str, plain: str) -> None:
    assert constructions_japanese.plainly(said) == plain


@pytest.mark.parametrize(
    ("turns", "owner", "what", "due"),
    [
        (  # the thing was named before
            [(A, "印鑑証明はお持ちですか。"), (C, "家にあるので、明日送っておきます。")],
            "customer",
            "印鑑証明",
            "明日",
        ),
        (  # ready then, sent then
            [(C, "名簿は金曜にはまとまりますので、メールでお送りします。")],
            "customer",
            "送",
            "金曜",
        ),
        (  # somebody is made to do it
            [(A, "あさっての午前に職人を行かせます。")],
            "other",
            "行かせ",
            "あさっての午前",
        ),
        (  # the answer is the time alone
            [(A, "部品を発送いたします。"), (C, "いつですか。"), (A, "木曜には。")],
            "agent",
            "発送",
            "木曜",
        ),
    ],
)
def test_japanese_tasks(
    summarise: Summarise, turns: Turns, owner: str, what: str, due: str
) -> None:
    found = [one for one in tasks(summarise, turns) if what in one.what]
    assert [one.owner for one in found] == [owner]
    assert found[0].due is not None
    assert found[0].due.said.startswith(due)
