"""Rows and columns of the frustration benchmark, with a reader that tells by one word."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.baselines import Scored, baselines
from benchmarks.calibration import error_of, judged
from benchmarks.frustration import call_groups, measured, table
from benchmarks.texts import TextSet, emotional, negative, text_sets
from scripted import ScriptedReader
from sentiment.reading import Reading

DATA = Path(__file__).parents[3] / "shared" / "data"


def text_set(texts: list[str], truth: list[bool] | None) -> TextSet:
    return TextSet(name="t", language="en", bar="", texts=texts, truth=truth, score=anger)


def anger(reading: Reading) -> float:
    return reading.anger


def test_a_set_with_labels_is_measured_by_its_order() -> None:
    texts = ["so angry", "angry", "fine", "good"]
    assert text_set(texts, [True, True, False, False]).measure(ScriptedReader()) == "1.000"
    assert text_set(texts, [True, False, True, False]).measure(ScriptedReader()) == "0.500"


def test_of_calm_texts_those_are_counted_that_would_alarm() -> None:
    assert text_set(["angry", "a", "b", "c"], None).measure(ScriptedReader()) == "25.00%"


def test_a_sample_keeps_texts_beside_their_labels() -> None:
    sample = text_set(["a", "b", "c", "d", "e"], [True, False, True, False, True]).sample(2)
    assert (sample.texts, sample.truth) == (["a", "c"], [True, True])
    assert text_set(["a"], None).sample(9).truth is None


def test_a_baseline_answers_all_with_its_one_score() -> None:
    calm, sure = Scored("word list", lambda texts: [0.2, 0.9][: len(texts)]).read(["a", "b"])
    assert (calm.levels, sure.levels) == ((0.2, 0.2, 0.0), (0.9, 0.9, pytest.approx(0.8)))
    assert negative(calm) < negative(sure)


def test_a_baseline_that_cannot_run_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("benchmarks.baselines.find_spec", lambda name: None)
    for language in ("en", "ja"):
        told = list(baselines(language, data=tmp_path, cache=tmp_path, japanese=None))
        assert all(isinstance(one, str) for one in told)
        assert any("word list" in str(one) for one in told)


def test_displeasure_is_five_of_the_emotions(tmp_path: Path) -> None:
    folder = tmp_path / "text_en" / "goemotions"
    folder.mkdir(parents=True)
    (folder / "labels.txt").write_text("joy\nanger\nsadness\ndisgust\n")
    (folder / "dev.tsv").write_text("a\t0\tx\nb\t0,1\tx\nc\t2\tx\nd\t3\tx\ne\t4\tx\n")
    assert [displeased for _, displeased in emotional(tmp_path, "dev")] == [
        False,
        True,
        False,
        True,
        False,
    ]


def dialogue() -> dict[str, Any]:
    """A call that turns angry at once."""
    said = [
        ("agent", "Hello."),
        ("customer", "Hello, a question."),
        ("customer", "I am angry!"),
    ]
    return {
        "id": "c",
        "lang": "en",
        "turns": [
            {
                "i": i,
                "speaker": speaker,
                "text": text,
                "frustration": None if speaker == "agent" else 3 * ("angry" in text),
                "start_s": 10.0 * i,
                "end_s": 10.0 * i + 3,
            }
            for i, (speaker, text) in enumerate(said)
        ],
        "alerts_expected": [
            {"kind": "frustration_spike", "turn": 2, "earliest_turn": 2, "by_turn": 2}
        ],
        "alerts_forbidden": ["harassment"],
        "alerts_tolerated": [],
    }


def test_calls_tell_alerts_in_time_false_ones_and_calibration() -> None:
    angry = text_set(["angry", "a"], [True, False])
    rows = dict(measured(ScriptedReader(), {"calls": [dialogue()]}, [angry]))
    assert rows["calls: alerts in time, the four kinds of words"] == "1/1"
    assert rows["calls: false alarms"] == "0"
    assert rows["all calls: 2 turns, clearly frustrated or not, AUC"] == "1.000"
    error = error_of(list(judged(dialogue(), ScriptedReader())))
    assert rows["all calls: calibration error"] == f"{error:.3f}"
    assert rows["t"] == "1.000"


def test_the_table_has_a_column_a_reader_and_a_row_a_measure() -> None:
    shown = table({"ours": {"a": "1", "b": "2"}, "other": {"b": "3"}}, {"b": ">= 2"})
    assert shown.splitlines()[0] == "| measure | bar | ours | other |"
    assert shown.splitlines()[2:] == ["| a |  | 1 |  |", "| b | >= 2 | 2 | 3 |"]


def test_the_second_blind_set_stays_closed_unless_asked_for(tmp_path: Path) -> None:
    groups = call_groups(tmp_path, second=False)
    assert list(groups) == ["labelled calls", "first blind set"]
    assert groups["labelled calls"] == []
    assert {call["lang"] for call in groups["first blind set"]} == {"ja", "en"}


@pytest.mark.skipif(not DATA.is_dir(), reason="the labelled data is not here: ../shared/data")
def test_public_sets_have_a_label_for_each_text() -> None:
    for one in text_sets(DATA):
        assert one.truth is None or len(one.truth) == len(one.texts)
        assert one.truth is None or 0 < sum(one.truth) < len(one.truth)
        assert json.dumps(one.texts[0])
