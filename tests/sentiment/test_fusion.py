import pytest

from sentiment.fusion import (
    INITIAL,
    SHARES,
    STRAIN_MOST,
    TRANSITIONS,
    Belief,
    Course,
    gratitude_push,
    strain_pushes,
    voice_push,
)
from sentiment.reading import Reading

CALM = Reading(levels=(0.04, 0.01, 0.0))
UNEASY = Reading(levels=(0.8, 0.2, 0.02))
UPSET = Reading(levels=(0.97, 0.9, 0.1))
FURIOUS = Reading(levels=(0.99, 0.98, 0.95))
COLD = Reading(levels=(0.1, 0.05, 0.01))


def beliefs(*readings: Reading) -> list[Belief]:
    course, found = Course(), []
    for reading in readings:
        course.begin_turn()
        found.append(course.settle(reading))
    return found


def test_the_tables_are_probabilities() -> None:
    assert sum(INITIAL) == pytest.approx(1)
    assert sum(SHARES) == pytest.approx(1)
    assert [sum(row) for row in TRANSITIONS] == pytest.approx([1, 1, 1, 1])


def test_levels_sum_to_one_and_graded_frustration_follows_them() -> None:
    for belief in beliefs(CALM, UPSET, FURIOUS, COLD):
        assert sum(belief.levels) == pytest.approx(1)
        assert 0 <= belief.spike <= belief.probability <= 1
        assert 0 <= belief.sustained <= belief.probability
    assert Belief(levels=(0, 0, 0, 1)).frustration == 1
    assert Belief(levels=(0, 0, 1, 0)).frustration == pytest.approx(2 / 3)


def test_fury_after_calm_is_a_jump_and_after_anger_none() -> None:
    assert beliefs(CALM, CALM, FURIOUS)[-1].jump > 0.3
    assert beliefs(CALM, UPSET, UPSET, FURIOUS)[-1].jump < 0.1
    assert beliefs(FURIOUS)[-1].jump == 0


def test_a_jump_is_surer_once_the_next_turn_confirms_it() -> None:
    first, confirmed = beliefs(CALM, CALM, UPSET, FURIOUS)[-2:]
    assert confirmed.spike > first.spike >= first.jump > confirmed.jump
    assert beliefs(CALM, CALM, FURIOUS, CALM)[-1].spike < 0.3
    assert beliefs(CALM, CALM, FURIOUS, FURIOUS, FURIOUS)[-1].spike < 0.1


def test_three_upset_turns_are_a_lasting_mood_and_two_are_none() -> None:
    lasting = [belief.sustained for belief in beliefs(UNEASY, UPSET, UPSET, UPSET)]
    assert lasting[:2] == [0, pytest.approx(0, abs=0.3)]
    assert lasting[2] < 0.5 < lasting[3]
    assert (
        beliefs(UPSET, CALM, UPSET)[-1].sustained < beliefs(UPSET, UPSET, UPSET)[-1].sustained
    )


def test_a_number_given_coldly_does_not_end_anger_at_once() -> None:
    after = [belief.probability for belief in beliefs(FURIOUS, FURIOUS, FURIOUS, *[COLD] * 5)]
    assert after[3] > 0.3
    assert after[-1] < 0.1
    assert after[2:] == sorted(after[2:], reverse=True)


def test_the_same_words_weigh_more_after_complaints() -> None:
    assert (
        beliefs(UPSET, UPSET, UNEASY)[-1].probability
        > 2 * beliefs(CALM, UNEASY)[-1].probability
    )


def test_a_later_piece_replaces_what_the_first_told() -> None:
    course = Course()
    course.begin_turn()
    course.settle(CALM)
    course.begin_turn()
    course.settle(UNEASY)
    assert course.settle(FURIOUS) == beliefs(CALM, FURIOUS)[-1]


def test_asking_what_would_be_changes_nothing() -> None:
    course = Course()
    course.begin_turn()
    settled = course.settle(UPSET)
    assert course.would_be(CALM).probability < settled.probability
    course.begin_turn()
    assert course.settle(UPSET) == beliefs(UPSET, UPSET)[-1]


def test_strains_deepen_a_complaint_and_leave_calm_words_calm() -> None:
    told = {"repeated_contact": 2.0, "long_wait": 1.0, "waited_min": 40.0}
    assert strain_pushes(told, CALM).keys() == {"repeated_contact", "long_wait"}
    assert sum(strain_pushes(told, CALM).values()) < 0.05
    assert sum(strain_pushes(told, UPSET).values()) > 0.5
    assert strain_pushes({"long_wait": 0.0}, UPSET) == {}


def test_all_strains_together_stay_within_their_bound() -> None:
    told = dict.fromkeys(
        ["repeated_contact", "long_wait", "passed_around", "broken_promise", "unanswered"], 9.0
    )
    assert sum(strain_pushes(told, FURIOUS).values()) == pytest.approx(STRAIN_MOST)


@pytest.mark.parametrize(("before", "least", "most"), [(CALM, 0.0, 0.1), (FURIOUS, 0.9, 1.0)])
def test_the_voice_alone_turns_no_calm_customer_angry_and_no_angry_one_calm(
    before: Reading, least: float, most: float
) -> None:
    for anger in (0.0, 1.0):
        course = Course()
        for _ in range(3):
            course.begin_turn()
            belief = course.settle(before, [voice_push(anger)])
        assert least <= belief.probability <= most


def test_an_angry_voice_moves_a_doubtful_turn_and_a_calm_one_does_not() -> None:
    course = Course()
    course.begin_turn()
    words, calm, raised, angry = (
        course.would_be(UPSET, pushes).probability
        for pushes in ([], *([voice_push(anger)] for anger in (0.0, 0.5, 1.0)))
    )
    assert words == calm < raised < angry


def test_sincere_thanks_end_anger_at_once_and_doubtful_ones_do_not() -> None:
    def after(gratitude: float) -> float:
        course = Course()
        for _ in range(3):
            course.begin_turn()
            course.settle(UPSET)
        course.begin_turn()
        return course.settle(COLD, [gratitude_push(gratitude)]).probability

    assert after(0.95) < 0.1
    assert after(0.3) == after(0.0) > 0.3
