"""Training on a handful of lines: what is learnt is what is saved and run."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from sentiment.calibration import calibration_error  # noqa: E402
from sentiment.datasets import Example  # noqa: E402
from sentiment.e5 import read_e5  # noqa: E402
from sentiment.encoder import E5Encoder, encoder_folder  # noqa: E402
from sentiment.heads import UNITS, Heads  # noqa: E402
from sentiment.reading import ACTS  # noqa: E402
from sentiment.train import calibrated, held_out  # noqa: E402
from sentiment.tuning import Recipe, Tuner  # noqa: E402

ANGRY = ["I am furious with you", "this is a disgrace", "最低です、許せません"]
CALM = ["good morning", "what time do you open", "住所を変えたいのですが"]


def example(text: str, *, level: int) -> Example:
    answers = {f"level_{one}": level >= one for one in (1, 2, 3)}
    return Example(
        text=text, language="en", source="corpus", answers=answers, level=level, act="other"
    )


@pytest.fixture(scope="module")
def own() -> list[Example]:
    return [
        *(example(text, level=3) for text in ANGRY),
        *(example(text, level=0) for text in CALM),
    ]


def test_what_was_learnt_is_what_runs(own, tmp_path: Path) -> None:
    published = read_e5(None)
    tuner = Tuner(published)
    losses: list[float] = []
    recipe = Recipe(epochs=3, learning_rate=2e-3, own_copies=6, chat=0)
    tuner.learn(own, [], recipe, lambda done, total, loss: losses.append(loss))
    assert losses[-1] < losses[0]
    adapter = tmp_path / "encoder.npz"
    tuner.save(adapter)
    weights, bias = tuner.head
    vectors = E5Encoder(encoder_folder(tmp_path, adapter)).encode(ANGRY + CALM)
    assert vectors == pytest.approx(tuner.vectors(ANGRY + CALM), abs=0.02)
    readings = Heads(weights=weights, bias=bias).read(vectors)
    angry, calm = readings[: len(ANGRY)], readings[len(ANGRY) :]
    assert min(one.frustration for one in angry) > max(one.frustration for one in calm)


def test_the_same_data_teaches_the_same(own) -> None:
    def learnt() -> np.ndarray:
        tuner = Tuner(read_e5(None))
        recipe = Recipe(epochs=1, learning_rate=1e-3, own_copies=1, chat=0)
        tuner.learn(own, [], recipe, lambda done, total, loss: None)
        return tuner.head[0]

    assert np.array_equal(learnt(), learnt())


def test_probabilities_are_those_of_the_held_out_lines() -> None:
    # The layer says 9 to 1 where 3 of 4 are true.
    heads = Heads(
        weights=np.ones((len(UNITS) + len(ACTS), 1), dtype=np.float32),
        bias=np.zeros(len(UNITS) + len(ACTS), dtype=np.float32),
    )
    held = [example("x", level=3 if number % 4 else 0) for number in range(200)]
    held += [example("x", level=0 if number % 4 else 3) for number in range(200)]
    logit = float(np.log(9))
    vectors = np.array([[logit]] * 200 + [[-logit]] * 200, dtype=np.float32)
    told = calibrated(heads, held, vectors)
    shares = 1 / (1 + np.exp(-(vectors @ told.weights.T + told.bias)))
    assert shares[0, 0] == pytest.approx(0.75, abs=0.01)
    assert shares[-1, 0] == pytest.approx(0.25, abs=0.01)
    # What no line tells of stays as it was.
    assert told.weights[UNITS.index("churn"), 0] == 1.0


def test_calibration_error_is_the_mean_gap() -> None:
    probability = np.array([0.95, 0.95, 0.05, 0.05])
    assert calibration_error(probability, np.array([1, 1, 0, 0], dtype=bool)) == pytest.approx(
        0.05
    )
    assert calibration_error(probability, np.array([0, 0, 1, 1], dtype=bool)) == pytest.approx(
        0.95
    )


def test_a_group_is_held_out_together() -> None:
    bank = [
        Example(text=text, language="en", source="corpus", group="banking") for text in "ab"
    ]
    assert held_out(bank[0]) == held_out(bank[1])
    groups = [Example(text="", language="en", source="", group=str(one)) for one in range(700)]
    assert 70 <= sum(map(held_out, groups)) <= 130
