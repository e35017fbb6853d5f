from sentiment.mood import Mood


def level(frustration: float) -> int:
    return round(3 * frustration)


def test_anger_outlasts_neutral_turns_and_fades() -> None:
    frustration, levels = 0.95, []
    for _ in range(6):
        frustration = Mood.fuse(0.03, frustration, strains=0, relief=False)
        levels.append(level(frustration))
    assert levels[0] == 2
    assert levels[-1] <= 1
    assert levels == sorted(levels, reverse=True)


def test_thanks_end_anger_at_once() -> None:
    assert level(Mood.fuse(0.02, 0.9, strains=0, relief=True)) <= 1


def test_strain_deepens_a_complaint_and_leaves_calm_words_calm() -> None:
    assert Mood.fuse(0.5, 0.0, strains=2, relief=False) > 0.6
    assert Mood.fuse(0.05, 0.0, strains=2, relief=False) < 0.06


def test_a_complaint_after_a_complaint_weighs_more() -> None:
    first = Mood.fuse(0.45, 0.0, strains=0, relief=False)
    assert Mood.fuse(0.45, first, strains=0, relief=False) > first


def test_trend_names_the_direction_of_the_mood() -> None:
    mood = Mood()
    trends = [mood.add(value, new_turn=True) for value in (0.1, 0.1, 0.8, 0.9, 0.2, 0.1, 0.0)]
    assert trends[:2] == ["steady", "steady"]
    assert trends[3] == "declining"
    assert trends[-1] == "improving"


def test_a_later_piece_replaces_the_turns_first_reading() -> None:
    pieces, whole = Mood(), Mood()
    pieces.add(0.1, new_turn=True)
    pieces.add(0.3, new_turn=True)
    pieces.add(0.9, new_turn=False)
    whole.add(0.1, new_turn=True)
    assert pieces.trend == whole.add(0.9, new_turn=True)
