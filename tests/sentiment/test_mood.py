import pytest

from sentiment.mood import Mood


def test_trend_names_the_direction_of_the_mood() -> None:
    mood, trends = Mood(), []
    for value in (0.1, 0.1, 0.8, 0.9, 0.2, 0.1, 0.0):
        mood.add(value, value, 0.0, new_turn=True)
        trends.append(mood.trend)
    assert trends[:2] == ["steady", "steady"]
    assert trends[3] == "declining"
    assert trends[-1] == "improving"


def test_the_mood_of_a_call_without_words_is_steady() -> None:
    assert Mood().trend == "steady"
    assert not Mood().recovered


def test_a_later_piece_replaces_the_turns_first_reading() -> None:
    pieces, whole = Mood(), Mood()
    pieces.add(0.1, 0.1, 0.0, new_turn=True)
    pieces.add(0.3, 0.3, 0.0, new_turn=True)
    pieces.add(0.9, 0.9, 0.0, new_turn=False)
    whole.add(0.1, 0.1, 0.0, new_turn=True)
    whole.add(0.9, 0.9, 0.0, new_turn=True)
    assert pieces.trend == whole.trend


@pytest.mark.parametrize(
    ("turns", "recovered"),
    [
        ([(0.1, 0), (0.2, 0), (0.05, 0.9)], [False, False, False]),
        ([(0.9, 0), (0.2, 0), (0.15, 0), (0.05, 0)], [False, False, False, True]),
        ([(0.9, 0), (0.2, 0.9), (0.3, 0), (0.2, 0)], [False, True, True, True]),
        ([(0.9, 0), (0.2, 0.4), (0.5, 0.9)], [False, False, False]),
        ([(0.9, 0), (0.05, 0), (0.7, 0), (0.2, 0)], [False, True, False, False]),
        ([(0.5, 0), (0.05, 0.9)], [False, False]),
    ],
    ids=[
        "never frustrated",
        "cold answers take several turns",
        "thanks count at once and last",
        "neither doubtful thanks nor thanks in anger",
        "frustrated again",
        "only doubtful before",
    ],
)
def test_recovery_follows_clear_frustration_and_stays(
    turns: list[tuple[float, float]], recovered: list[bool]
) -> None:
    mood, found = Mood(), []
    for probability, gratitude in turns:
        mood.add(probability, probability, gratitude, new_turn=True)
        found.append(mood.recovered)
    assert found == recovered


def test_a_later_piece_takes_a_recovery_back() -> None:
    mood = Mood()
    mood.add(0.9, 0.9, 0.0, new_turn=True)
    mood.add(0.1, 0.1, 0.9, new_turn=True)
    assert mood.recovered
    mood.add(0.9, 0.9, 0.0, new_turn=False)
    assert not mood.recovered
