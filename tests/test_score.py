import jiwer
import pytest

from copilot.events import Transcript
from copilot.score import Turn, final_latencies, units, word_error


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("421", "four two one"),
        ("421", "four hundred and twenty-one"),
        ("1,200", "one thousand two hundred"),
        ("2,005", "two thousand and five"),
        ("$40", "forty dollars"),
        ("50% off", "fifty percent off"),
        ("the 2nd", "the second"),
        ("the 22nd", "the twenty-second"),
        ("at 3:30 p.m.", "at three thirty PM"),
        ("It’s fine.", "its fine"),
        ("Um, so, yes", "so yes"),
        ("ＦＵＬＬ　ＷＩＤＴＨ", "full width"),
    ],
)
def test_english_spellings_of_the_same_words_are_equal(written: str, spoken: str) -> None:
    assert word_error(written, spoken, "en") == 0
    assert word_error(spoken, written, "en") == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("三千円です。", "3,000円です"),
        ("２千五百円", "2500 円"),
        ("1万2千円", "一万二千円"),
        ("十二月二十一日", "12月21日"),
        ("番号は〇九〇", "番号は090"),
        ("お待ち下さい", "お待ちください"),
        ("確認致します", "確認いたします"),
        ("えーと、はい", "はい"),
    ],
)
def test_japanese_spellings_of_the_same_words_are_equal(one: str, other: str) -> None:
    assert word_error(one, other, "ja") == 0
    assert word_error(other, one, "ja") == 0


def test_a_digit_is_a_unit_so_that_a_wrong_digit_costs_as_much_as_a_wrong_word() -> None:
    assert units("job 421", "en") == ["job", "4", "2", "1"]
    assert word_error("job 421", "job 412", "en") == pytest.approx(2 / 4)


def test_numbers_that_only_stand_side_by_side_are_not_added() -> None:
    assert units("twenty ten five", "en") == list("20105")
    assert units("two and three", "en") == ["2", "and", "3"]


def test_agrees_with_jiwer_where_no_tolerance_applies() -> None:
    reference = "the suitcase was left behind in the transfer hall"
    heard = "the suit case left behind in a transfer hall today"
    assert word_error(reference, heard, "en") == jiwer.wer(reference, heard)
    reference, heard = "修理の予約をお願いします", "修理予約をお願いしますね"
    assert word_error(reference, heard, "ja") == jiwer.cer(reference, heard)


def test_an_empty_reference_counts_any_word_as_an_error() -> None:
    assert word_error("", "", "en") == 0
    assert word_error("...", "thank you", "en") == 1


def final(text: str, start_s: float, end_s: float, speaker: str = "customer") -> Transcript:
    return Transcript(
        call_id="c",
        at_s=end_s,
        utterance_id=f"{speaker}-{start_s}",
        speaker=speaker,  # type: ignore[arg-type]
        revision=0,
        start_s=start_s,
        end_s=end_s,
        text=text,
        final=True,
    )


def turn(text: str, start_s: float, end_s: float) -> Turn:
    return Turn(speaker="customer", text=text, start_s=start_s, end_s=end_s)


def test_latency_counts_from_the_true_end_to_the_final_with_the_last_word() -> None:
    turns = [turn("My bag is lost. It was black.", 1.0, 4.0)]
    arrivals = [
        (2.9, final("My bag is lost.", 1.0, 2.0)),
        (4.7, final("It was black.", 2.6, 4.1)),
    ]
    assert final_latencies(turns, arrivals) == [pytest.approx(0.7)]


def test_a_final_that_swallows_two_turns_is_late_for_the_first() -> None:
    turns = [turn("Yes.", 1.0, 1.5), turn("I need it today.", 2.0, 3.5)]
    arrivals = [(4.0, final("Yes, I need it today.", 1.0, 3.5))]
    assert final_latencies(turns, arrivals) == [pytest.approx(2.5), pytest.approx(0.5)]


def test_each_turn_ends_at_its_own_end_also_where_its_speaker_goes_on_at_once() -> None:
    turns = [turn("サイズ交換ですね。", 15.3, 18.2), turn("お名前をお願いします。", 18.5, 23.3)]
    together = [(24.1, final("サイズ交換ですね、お名前をお願いします", 15.4, 23.3))]
    assert final_latencies(turns, together) == [pytest.approx(5.9), pytest.approx(0.8)]
    apart = [
        (18.9, final("サイズ交換ですね", 15.4, 18.2)),
        (24.1, final("お名前をお願いします", 18.5, 23.3)),
    ]
    assert final_latencies(turns, apart) == [pytest.approx(0.7), pytest.approx(0.8)]


def test_the_other_side_does_not_go_on_with_a_turn() -> None:
    answer = Turn(speaker="agent", text="One moment.", start_s=2.2, end_s=4.0)
    turns = [turn("It was black.", 1.0, 2.0), answer]
    arrivals = [(4.5, final("It was black. One moment.", 1.0, 4.0, "unknown"))]
    assert final_latencies(turns, arrivals) == [pytest.approx(2.5), pytest.approx(0.5)]


def test_a_misheard_last_word_still_finds_its_final() -> None:
    turns = [turn("Please send it to Gate Harbour", 1.0, 3.0)]
    arrivals = [
        (2.0, final("Please send it", 1.0, 1.9)),
        (3.6, final("to get arbor", 2.0, 3.0)),
    ]
    assert final_latencies(turns, arrivals) == [pytest.approx(0.6)]


def test_a_repeated_word_is_sought_in_its_own_turn() -> None:
    turns = [turn("はい。", 1.0, 1.4), turn("はい。", 9.0, 9.4)]
    arrivals = [(9.9, final("はい", 9.0, 9.4))]
    assert final_latencies(turns, arrivals) == [None, pytest.approx(0.5)]


def test_a_turn_whose_end_nobody_heard_has_no_latency() -> None:
    turns = [turn("I have waited three days and nobody called me back", 0.0, 5.0)]
    arrivals = [(3.0, final("I have waited three days", 0.0, 2.2))]
    assert final_latencies(turns, arrivals) == [None]


def test_other_speakers_and_partials_are_left_out() -> None:
    turns = [turn("Thank you.", 1.0, 2.0)]
    partial = Transcript(
        call_id="c", at_s=1.9, utterance_id="u", speaker="customer", revision=0,
        start_s=1.0, end_s=1.8, text="Thank you",
    )  # fmt: skip
    arrivals = [(1.9, partial), (2.2, final("Thank you", 1.0, 2.0, "agent"))]
    assert final_latencies(turns, arrivals) == [None]


def test_on_a_mono_recording_the_final_of_the_unknown_speaker_counts() -> None:
    turns = [turn("Thank you.", 1.0, 2.0)]
    arrivals = [(2.5, final("Thank you", 1.0, 2.0, "unknown"))]
    assert final_latencies(turns, arrivals) == [pytest.approx(0.5)]
