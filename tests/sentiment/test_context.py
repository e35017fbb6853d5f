import pytest

from sentiment.context import Context, Strain, is_question, likeness, strains_in


def names(text: str) -> set[str]:
    return {strain.name for strain in strains_in(text)}


@pytest.mark.parametrize(
    ("text", "strain", "amount"),
    [
        ("It's the third time I'm asking for this.", "repeated_contact", 3.0),
        ("That was my 4th call about it.", "repeated_contact", 4.0),
        ("I've written to you five times by now.", "repeated_contact", 5.0),
        ("Do I really have to explain it all over again?", "repeated_contact", None),
        ("これで三度目のお電話になります。", "repeated_contact", 3.0),
        ("もう2回電話しています。", "repeated_contact", 2.0),
        ("先週もお伝えしましたよね。", "repeated_contact", None),
        ("I was on hold for fifty-five minutes.", "long_wait", 55.0),
        ("We have had no heating for two days.", "long_wait", 2880.0),
        ("Half an hour in the queue, and nobody picked up.", "long_wait", 30.0),
        ("つながるまで一時間半も待ちました。", "long_wait", 90.0),
        ("二十五分も待たされました。", "long_wait", 25.0),
        ("I was sent from one department to the next.", "passed_around", None),
        ("窓口をたらい回しにされました。", "passed_around", None),
        ("You told me a technician would come on Monday.", "broken_promise", None),
        ("Nobody ever called me back.", "broken_promise", None),
        ("昨日までに届くと伺っていたはずですが。", "broken_promise", None),
        ("折り返しのお電話が一度もありません。", "broken_promise", None),
    ],
)
def test_strains_are_heard_with_their_amounts(
    text: str, strain: str, amount: float | None
) -> None:
    assert Strain(name=strain, amount=amount) in strains_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "I can wait ten minutes, no problem.",
        "This is the first time I'm calling you.",
        "We love it, that's the third visit this year.",
        "What am I supposed to enter here?",
        "It takes two days to arrive, right?",
        "I'd like to book for three people.",
        "初めてお電話します。",
        "三名で予約をお願いします。",
        "お電話いただければ大丈夫です。",
        "ご連絡はなくて結構です。",
    ],
)
def test_calm_words_that_look_alike_are_no_strain(text: str) -> None:
    assert strains_in(text) == []


def test_each_telling_counts_once_and_the_longest_amount_stays() -> None:
    context = Context()
    context.customer_said("I waited twenty minutes, then I waited two hours!")
    context.customer_said("It's the third time I'm calling.")
    context.customer_said("Yes, the second time was on Monday.")
    measures = context.measures
    assert measures["long_wait"] == 1
    assert measures["waited_min"] == 20.0
    assert measures["repeated_contact"] == 2
    assert measures["contacts"] == 3.0


def test_amounts_that_nobody_told_are_absent() -> None:
    assert "waited_min" not in Context().measures
    assert Context().measures["long_wait"] == 0


@pytest.mark.parametrize(
    ("question", "courtesy", "answer"),
    [
        (
            "When will the parts arrive?",
            "I'm very sorry about that. I understand your frustration.",
            "They arrive on Friday.",
        ),
        ("いつ届くんですか。", "大変申し訳ございません。", "明日の午前中にお届けします。"),
    ],
)
def test_courtesy_alone_leaves_a_question_open(
    question: str, courtesy: str, answer: str
) -> None:
    context = Context()
    context.customer_said(question)
    context.agent_said(courtesy)
    context.customer_said("...")
    assert context.measures["unanswered"] == 1
    context.agent_said(answer)
    context.customer_said("...")
    assert context.measures["unanswered"] == 0


def test_a_question_asked_again_was_not_taken_up() -> None:
    context = Context()
    for _ in range(3):
        context.customer_said("Can you tell me who signed for the delivery?")
        context.agent_said("The delivery went out on Tuesday morning.")
    assert context.measures["unanswered"] == 2


def test_a_promise_to_look_takes_a_question_up() -> None:
    context = Context()
    context.customer_said("Which day is it?")
    context.agent_said("Let me check that for you.")
    context.customer_said("Sure.")
    assert context.measures["unanswered"] == 0


@pytest.mark.parametrize(
    ("first", "second", "repeats"),
    [
        (
            "Our terms allow a refund within thirty days only.",
            "As I said, our terms allow a refund within thirty days.",
            1,
        ),
        ("規約により返金はいたしかねます。", "規約により、返金はいたしかねます。", 1),
        ("I'm so sorry about that.", "I'm so sorry about that.", 0),
        ("申し訳ございません。", "申し訳ございません。", 0),
        ("Your parcel left Leeds on Monday.", "Your refund was booked on Tuesday.", 0),
    ],
)
def test_the_operators_repeats_are_counted_but_not_courtesy(
    first: str, second: str, repeats: int
) -> None:
    context = Context()
    context.agent_said(first)
    context.customer_said("But why?")
    context.agent_said(second)
    assert context.measures["agent_repeats"] == repeats


def test_questions_are_known_by_form_or_by_what_the_reader_heard() -> None:
    assert is_question("Why was I charged twice")
    assert is_question("いつになるんですか。")
    assert is_question("tell me the date", act="question")
    assert not is_question("I was charged twice.")


def test_likeness_is_one_for_the_same_words_and_zero_for_none() -> None:
    assert likeness("Please hold the line!", "please hold the line") == 1
    assert likeness("", "") == 0
    assert likeness("abc", "xyz") == 0
