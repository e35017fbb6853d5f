"""Who does what until when, in the many ways in which people promise and ask."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from copilot.events import FollowUp, Speaker, Summary

C: Speaker = "customer"
A: Speaker = "agent"
Summarise = Callable[[list[tuple[Speaker, str]], str], Summary]


def tasks(
    summarise: Summarise, turns: list[tuple[Speaker, str]], language: str
) -> tuple[FollowUp, ...]:
    opening: dict[str, list[tuple[Speaker, str]]] = {
        "en": [(A, "Elm Support, how can I help?"), (C, "My heater makes a loud noise.")],
        "ja": [
            (A, "お電話ありがとうございます。くすの木住設です。"),
            (C, "給湯器から変な音がするんです。"),
        ],
    }
    return summarise([*opening[language], *turns], language).fields.follow_ups


@pytest.mark.parametrize(
    ("said", "owner", "what", "due"),
    [
        ("I'll ring you back by noon tomorrow.", "agent", "ring", "2026-04-02"),
        ("We'll have someone call you on Monday.", "other", "call", "2026-04-06"),
        ("Our technician will visit on Friday.", "other", "visit", "2026-04-03"),
        ("I'll get Mr Okafor to email you today.", "other", "email", "2026-04-01"),
        (
            "The refund should reach you within five working days.",
            "agent",
            "refund",
            "2026-04-08",
        ),
        (
            "You'll get a letter from our claims team next week.",
            "other",
            "letter",
            "2026-04-10",
        ),
        ("I'm sending out a new part tomorrow.", "agent", "new part", "2026-04-02"),
        ("It will be replaced free of charge by May 3rd.", "agent", "replaced", "2026-05-03"),
        ("Please send us a photo by Thursday.", "customer", "photo", "2026-04-02"),
        ("If you could post the form by April 10th.", "customer", "form", "2026-04-10"),
        ("You'll need to keep the receipt.", "customer", "receipt", None),
        ("By the end of the day I'll have a quote for you.", "agent", "quote", "2026-04-01"),
        ("Please hold the line.", None, "", None),
        ("I can't promise they'll pay.", None, "", None),
    ],
)
def test_english(
    summarise: Summarise, said: str, owner: str | None, what: str, due: str | None
) -> None:
    found = tasks(summarise, [(A, said), (C, "Okay, thank you.")], "en")
    if owner is None:
        assert not found
        return
    (task,) = found
    assert (task.owner, task.due.date if task.due else None) == (owner, due)
    assert what in task.what.lower()


@pytest.mark.parametrize(
    ("said", "owner", "what", "due"),
    [
        ("明日の午前中に折り返しお電話いたします。", "agent", "電話", "2026-04-02"),
        (
            "担当の三好から、金曜日までにご連絡差し上げます。",
            "other",
            "三好から連絡",
            "2026-04-03",
        ),
        ("修理業者が来週の火曜日に伺います。", "other", "伺う", "2026-04-07"),
        ("交換部品は4月10日にお届けする予定でございます。", "agent", "交換部品", "2026-04-10"),
        ("差額は5営業日以内にご返金させていただきます。", "agent", "返金", "2026-04-08"),
        ("確認のうえ、本日18時までにメールでお送りします。", "agent", "メール", "2026-04-01"),
        ("来月10日にお伺いすることになっております。", "agent", "伺う", "2026-05-10"),
        ("保証書のコピーを来週中にご返送ください。", "customer", "返送", "2026-04-10"),
        ("写真を今日中に送っていただけますでしょうか。", "customer", "送る", "2026-04-01"),
        ("領収書を保管しておいていただく必要がございます。", "customer", "領収書", None),
        ("少々お待ちください。", None, "", None),
        ("ご迷惑をおかけして申し訳ございません。", None, "", None),
    ],
)
def test_japanese(
    summarise: Summarise, said: str, owner: str | None, what: str, due: str | None
) -> None:
    found = tasks(summarise, [(A, said), (C, "わかりました。")], "ja")
    if owner is None:
        assert not found
        return
    (task,) = found
    assert (task.owner, task.due.date if task.due else None) == (owner, due)
    assert what in task.what


@pytest.mark.parametrize(
    ("speaker", "said", "due"),
    [
        (A, "先月も弁を取り替えてますね。", None),
        (A, "係の岡は今日から休みを取ってます。", None),
        (A, "本体は今日のうちに私が車で運んでまいります。", "2026-04-01"),
        (A, "部品は五日でお届けします。", "2026-04-06"),
        (C, "市の窓口に来週行ってきます。", "2026-04-10"),
        (C, "消費生活センターに明日相談します。", "2026-04-02"),
    ],
)
def test_what_goes_on_is_no_task_and_what_is_said_for_a_day_is_one(
    summarise: Summarise, speaker: Speaker, said: str, due: str | None
) -> None:
    found = tasks(summarise, [(speaker, said), (A, "はい。")], "ja")
    assert [one.due.date for one in found if one.due] == ([due] if due else [])
    assert bool(found) == bool(due)


def test_the_customer_takes_what_was_asked(summarise: Summarise) -> None:
    turns = [(A, "Please send us a photo of the label."), (C, "I'll do that tonight.")]
    (task,) = tasks(summarise, turns, "en")
    assert (task.owner, task.what) == ("customer", "Send us a photo of the label")
    assert task.due is not None and task.due.said == "tonight"


def test_two_things_with_a_deadline_each(summarise: Summarise) -> None:
    said = "I'll have the boiler checked today, and a new pump there by Friday."
    found = tasks(summarise, [(A, said)], "en")
    assert [one.due.date for one in found if one.due] == ["2026-04-01", "2026-04-03"]


def test_when_is_said_after_what(summarise: Summarise) -> None:
    turns = [(A, "I'll post you a new valve."), (A, "It should be with you by Tuesday.")]
    (task,) = tasks(summarise, turns, "en")
    assert "valve" in task.what and task.due is not None and task.due.date == "2026-04-07"


def test_a_promise_said_again_is_one(summarise: Summarise) -> None:
    turns = [
        (A, "店長の小栗から明日の15時までにお電話いたします。"),
        (C, "明日の3時ですね。"),
        (A, "はい、店長の小栗から明日の15時までにお電話いたします。"),
    ]
    (task,) = tasks(summarise, turns, "ja")
    assert (task.owner, task.due and task.due.date) == ("other", "2026-04-02")


def test_a_threat_is_no_task(summarise: Summarise) -> None:
    turns = [(C, "I'll post this all over the internet and I'll report you.")]
    assert not tasks(summarise, turns, "en")


def test_when_is_asked_by_the_customer(summarise: Summarise) -> None:
    turns = [(A, "I'll send you a spare filter."), (C, "By when?"), (A, "On Friday.")]
    (task,) = tasks(summarise, turns, "en")
    assert (task.owner, task.due and task.due.date) == ("agent", "2026-04-03")
    turns = [
        (A, "替えのフィルターをお送りします。"),
        (C, "いつ届きますか。"),
        (A, "今日の便で、金曜日には届きます。"),
    ]
    (task,) = tasks(summarise, turns, "ja")
    assert "フィルター" in task.what
    assert task.due and task.due.date == "2026-04-03"


def test_the_time_asked_for_instead_stands(summarise: Summarise) -> None:
    turns = [
        (A, "担当の三好から、金曜日の午前中にお電話いたします。"),
        (C, "金曜日は夕方の5時以降にしてもらえますか。"),
        (A, "では、金曜日の17時以降に。"),
    ]
    (task,) = tasks(summarise, turns, "ja")
    assert task.due and "17時" in task.due.said


@pytest.mark.parametrize(
    ("turns", "what"),
    [
        ([(C, "Do I send the old pump back?"), (A, "Yes, please.")], "send the old pump back"),
        ([(C, "The keys, do I leave them with the porter?"), (A, "Yes.")], "the keys"),
        ([(C, "Do I need papers?"), (A, "Yes, the blue form."), (C, "I'll bring it.")], "form"),
    ],
)
def test_what_the_customer_agreed_to(
    summarise: Summarise, turns: list[tuple[Speaker, str]], what: str
) -> None:
    (task,) = tasks(summarise, turns, "en")
    assert task.owner == "customer"
    assert what in task.what.lower()


def test_a_promise_without_will(summarise: Summarise) -> None:
    said = "As soon as your form is here, I reopen the claim, so that's tomorrow."
    (task,) = tasks(summarise, [(A, said), (C, "Thanks.")], "en")
    assert task.what.startswith("Reopen the claim")
    assert task.due and task.due.date == "2026-04-02"


def test_what_i_let_you_know_is_told(summarise: Summarise) -> None:
    turns = [(A, "I'll ask them and let you know."), (C, "When?"), (A, "About half past four.")]
    (task,) = tasks(summarise, turns, "en")
    assert task.what == "Ask them and let customer know"
    assert task.due and task.due.said == "About half past four"


def test_the_day_named_before_belongs_to_the_time(summarise: Summarise) -> None:
    said = "Next one is Monday. Priya will be with you between seven and eight."
    (task,) = tasks(summarise, [(A, said), (C, "Great.")], "en")
    assert task.due and task.due.said == "Monday between seven and eight"
    assert task.due.date == "2026-04-06"


def test_what_is_given_is_named(summarise: Summarise) -> None:
    turns = [
        (C, "合鍵が一本要るんですが。"),
        (A, "かしこまりました。月末までに、ポストに入れておきます。"),
    ]
    (task,) = tasks(summarise, turns, "ja")
    assert "合鍵" in task.what
    turns = [(A, "担当の三好から正式なお見積りを。"), (C, "わかりました。")]
    (task,) = tasks(summarise, turns, "ja")
    assert (task.owner, task.what) == ("other", "担当の三好から正式な見積り")


def test_an_arrival_belongs_to_what_was_arranged(summarise: Summarise) -> None:
    turns = [
        (A, "替えの部品を無料で手配いたします。"),
        (C, "助かります。"),
        (A, "お荷物は金曜日に届きます。"),
    ]
    (task,) = tasks(summarise, turns, "ja")
    assert "部品" in task.what
    assert task.due and task.due.date == "2026-04-03"


@pytest.mark.parametrize(
    "said", ["すぐに対応いたします。", "ただいま確認いたします。", "必ずお送りします。"]
)
def test_an_empty_promise_is_no_task(summarise: Summarise, said: str) -> None:
    assert not tasks(summarise, [(A, said), (C, "はい。")], "ja")


def test_whose_day_is_no_deadline(summarise: Summarise) -> None:
    (task,) = tasks(summarise, [(A, "今日の点検料を返金いたします。"), (C, "はい。")], "ja")
    assert (task.what, task.due) == ("今日の点検料を返金", None)


def test_the_day_that_the_operator_names_stands(summarise: Summarise) -> None:
    turns = [
        (C, "書類は、次の打ち合わせまでに出せばいいんですよね？"),
        (A, "はい、4月10日までにお願いいたします。"),
    ]
    (task,) = tasks(summarise, turns, "ja")
    assert (task.owner, task.due and task.due.date) == ("customer", "2026-04-10")


def test_what_only_adds_a_time_is_the_same_task(summarise: Summarise) -> None:
    turns: list[tuple[Speaker, str]] = [
        (A, "I'll post you a new dial, I'll do that myself before Friday."),
        (C, "Okay."),
    ]
    (task,) = tasks(summarise, turns, "en")
    assert ("dial" in task.what, task.due and task.due.date) == (True, "2026-04-03")


def test_words_without_apostrophes_promise_too(summarise: Summarise) -> None:
    turns: list[tuple[Speaker, str]] = [
        (A, "thats fine ill post you the form tomorrow"),
        (C, "okay thanks"),
    ]
    (task,) = tasks(summarise, turns, "en")
    assert (task.owner, task.due and task.due.date) == ("agent", "2026-04-02")


def test_who_comes_was_named_two_turns_before(summarise: Summarise) -> None:
    turns: list[tuple[Speaker, str]] = [
        (A, "I've a fitter in your area on Monday, would that suit?"),
        (C, "Monday's no good. I'm away. Could it be Thursday?"),
        (A, "Thursday it is, then, at ten. He'll fit a new valve."),
        (C, "Lovely."),
    ]
    found = [one for one in tasks(summarise, turns, "en") if "valve" in one.what]
    assert [one.owner for one in found] == ["other"]
