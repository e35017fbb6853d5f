import pytest

from sentiment.mood import Mood


def followed(probabilities: list[float]) -> list[bool]:
    mood, recovered = Mood(), []
    for probability in probabilities:
        mood.add(probability, probability, new_turn=True)
        recovered.append(mood.recovered)
    return recovered


def test_trend_names_the_direction_of_the_mood() -> None:
    mood, trends = Mood(), []
    for value in (0.1, 0.1, 0.8, 0.9, 0.2, 0.1, 0.0):
        mood.add(value, value, new_turn=True)
        trends.append(mood.trend)
    assert trends[:2] == ["steady", "steady"]
    assert trends[3] == "declining"
    assert trends[-1] == "improving"


def test_the_mood_of_a_call_without_words_is_steady() -> None:
    assert Mood().trend == "steady"
    assert not Mood().recovered


def test_a_later_piece_replaces_the_turns_first_reading() -> None:
    pieces, whole = Mood(), Mood()
    pieces.add(0.1, 0.1, new_turn=True)
    pieces.add(0.3, 0.3, new_turn=True)
    pieces.add(0.9, 0.9, new_turn=False)
    whole.add(0.1, 0.1, new_turn=True)
    whole.add(0.9, 0.9, new_turn=True)
    assert pieces.trend == whole.trend


@pytest.mark.parametrize(
    ("probabilities", "recovered"),
    [
        ([0.1, 0.2, 0.1], [False, False, False]),
        ([0.1, 0.9, 0.4, 0.1], [False, False, False, True]),
        ([0.9, 0.1, 0.3, 0.1], [False, True, True, True]),
        ([0.9, 0.1, 0.7, 0.4], [False, True, False, False]),
        ([0.5, 0.1], [False, False]),
    ],
    ids=["never frustrated", "calmed down", "stays", "frustrated again", "only doubtful"],
)
def test_recovery_follows_clear_frustration_and_stays(
    probabilities: list[float], recovered: list[bool]
) -> None:
    assert followed(probabilities) == recovered


def test_a_later_piece_takes_a_recovery_back() -> None:
    mood = Mood()
    mood.add(0.9, 0.9, new_turn=True)
    mood.add(0.1, 0.1, new_turn=True)
    assert mood.recovered
    mood.add(0.9, 0.9, new_turn=False)
    assert not mood.recovered
