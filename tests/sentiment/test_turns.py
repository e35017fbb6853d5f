import pytest

from copilot.events import Line
from sentiment.reading import Reading
from sentiment.turns import Timing, Turn, Turns, is_backchannel


def line(at_s: float, silence_s: float) -> Line:
    return Line(
        call_id="c1",
        at_s=at_s,
        speaker="customer",
        loudness_db=0.0,
        speech_rate=0.0,
        silence_s=silence_s,
        overtalk_s=0.0,
    )


@pytest.mark.parametrize(
    "text",
    [
        "うん、頼むよ",
        "はい、お願いします。",
        "Yes, please.",
        "Uh huh.",
        "right, right",
        "Okay.",
        "Yeah, I see.",
        "はい、はい。",
        "ええ",
        "なるほど、そうですか",
        "うんうんうん",
    ],
)
def test_listening_sounds_are_backchannels(text: str) -> None:
    assert is_backchannel(text)


@pytest.mark.parametrize(
    "text",
    [
        "は?",
        "はあ?",
        "What?",
        "No!",
        "はい、解約で",
        "上の方、お願いします",
        "okay, cancel it",
        "そうですか?",
        "Right?",
    ],
)
def test_questions_and_words_are_none(text: str) -> None:
    assert not is_backchannel(text)


def test_a_long_row_of_fillers_is_read_at_once() -> None:
    assert not is_backchannel("うん" * 2000 + "解約")


def test_pieces_without_the_operator_between_are_one_turn(say) -> None:
    turns = Turns()
    turns.place(say("customer", "Declined?"))
    turns.place(say("customer", "Who declined it?"))
    assert [turn.text for turn in turns.all] == ["Declined? Who declined it?"]


def test_the_operator_and_a_pause_end_a_turn(say) -> None:
    turns = Turns()
    turns.place(say("customer", "one", start_s=0, end_s=2))
    turns.agent_spoke()
    turns.place(say("customer", "two", start_s=4, end_s=6))
    turns.place(say("customer", "three", start_s=30, end_s=32))
    assert [turn.text for turn in turns.all] == ["one", "two", "three"]


def test_silence_counts_from_the_end_of_whoever_spoke_last(say) -> None:
    timing = Timing()
    timing.add(say("customer", "a long explanation", start_s=0, end_s=10))
    timing.add(say("agent", "I see", start_s=4, end_s=5))
    assert timing.silence_before_s(say("agent", "hello", start_s=31.5, end_s=33)) == 21.5


@pytest.mark.parametrize("agent_first", [True, False])
def test_talking_over_is_found_in_either_order_of_finals(say, agent_first: bool) -> None:
    finals = [
        say("customer", "I sent it twice and both times", start_s=10, end_s=16),
        say("agent", "Look, we have no time for that", start_s=14, end_s=18),
    ]
    timing = Timing()
    overlaps = [timing.add(final) for final in (finals[::-1] if agent_first else finals)]
    assert overlaps == [0.0, 2.0]


def test_an_i_see_into_the_customers_words_is_no_talking_over(say) -> None:
    timing = Timing()
    timing.add(say("customer", "I sent it twice and both times", start_s=10, end_s=16))
    assert timing.add(say("agent", "はい、はい", start_s=12, end_s=13)) == 0.0


def test_a_silence_that_was_told_live_is_not_told_again_when_it_ends(say) -> None:
    timing = Timing()
    timing.add(say("agent", "hold on", start_s=0, end_s=2))
    assert timing.silence_now_s(line(22.5, 20.4)) == 20.4
    timing.silence_told(22.5)
    assert timing.silence_now_s(line(70.5, 68.4)) == 0
    assert timing.silence_before_s(say("agent", "thanks", start_s=80, end_s=82)) == 0


def test_the_next_silence_is_told_again(say) -> None:
    timing = Timing()
    timing.add(say("agent", "hold on", start_s=0, end_s=2))
    timing.silence_told(22.5)
    timing.add(say("agent", "one more moment", start_s=30, end_s=32))
    assert timing.silence_now_s(line(55, 22.8)) == 22.8
    assert timing.silence_before_s(say("agent", "thanks", start_s=56, end_s=58)) == 24


def test_pieces_read_together_count_more_than_a_piece_and_requests_are_kept() -> None:
    turn = Turn(speaker="customer")
    angry = Reading(levels=(0.9, 0.8, 0.2), churn=0.1, harassment={"threat": 0.3})
    whole = Reading(levels=(0.5, 0.3, 0.0), escalation=0.2, act="question")
    request = Reading(levels=(0.1, 0.0, 0.0), escalation=0.9, harassment={"abuse": 0.2})
    turn.grow(angry, angry, [])
    grown = turn.grow(Reading(levels=(0.1, 0.1, 0.0)), whole, [request])
    assert grown is turn.reading
    assert grown.levels == pytest.approx((0.85 * 0.9, 0.85 * 0.8, 0.85 * 0.2))
    assert (grown.churn, grown.escalation, grown.act) == (0.1, 0.9, "question")
    assert grown.harassment == {"threat": 0.3, "abuse": 0.2}
