"""Somebody else's classification model as a reader: real models, made on the spot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from tiny_classifier import LESSONS, tiny_classifier
from transformers import DistilBertForSequenceClassification, PreTrainedTokenizerFast

from copilot.errors import ConfigError, ModelMissingError, ReaderError
from sentiment.classifier import ClassifierReader
from sentiment.reading import Reading

LABELS = {
    "anger": {"frustration": 1.0, "valence": -1.0},
    "annoyance": {"frustration": 0.5, "valence": -0.5},
    "joy": {"valence": 1.0, "gratitude": 1.0},
}
BESIDE = Reading(levels=(0.5, 0.4, 0.3), churn=0.6, harassment={"abuse": 0.2}, act="question")


class Beside:
    name = "beside"

    def read(self, texts: Sequence[str]) -> list[Reading]:
        return [BESIDE for _ in texts]


@pytest.fixture(scope="module", params=[False, True], ids=["single-label", "multi-label"])
def reader(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> ClassifierReader:
    folder = tiny_classifier(tmp_path_factory.mktemp("mood"), multi_label=request.param)
    return ClassifierReader.load(str(folder), labels=LABELS, beside=Beside())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_classifier(tmp_path_factory.mktemp("mood"))


def test_labels_say_what_the_map_says(reader: ClassifierReader) -> None:
    for label, texts in LESSONS.items():
        for reading in reader.read(texts):
            assert (reading.levels[0] > 0.5) == (label in ("annoyance", "anger"))
            assert (reading.anger > 0.5) == (label == "anger")
            assert (reading.gratitude > 0.5) == (label == "joy")
            assert (reading.valence > 0.3) == (label == "joy")


def test_what_no_label_says_comes_from_the_reader_beside(reader: ClassifierReader) -> None:
    (reading,) = reader.read(["i am furious"])
    assert (reading.churn, reading.harassment, reading.act) == (0.6, {"abuse": 0.2}, "question")


def test_a_text_without_words_is_left_to_the_reader_beside(reader: ClassifierReader) -> None:
    assert reader.read(["", " [card] "]) == [BESIDE, BESIDE]


def test_of_a_long_text_the_end_is_read(reader: ClassifierReader) -> None:
    calm, angry = "what time do you open " * 30, "this is a disgrace " * 30
    first, last = reader.read([angry + calm, calm + angry])
    assert first.anger < 0.2 < 0.5 < last.anger


def test_the_name_tells_model_device_and_who_is_beside(folder: Path) -> None:
    reader = ClassifierReader.load(str(folder), labels=LABELS, beside=Beside())
    assert reader.name == f"{folder.name} (transformers, cpu) beside beside"


def test_faults_of_the_map_are_told_at_once_with_the_model_s_labels(folder: Path) -> None:
    labels = {"angry": {"frustration": 1.0}, "joy": {"happiness": 1.0}, "anger": {"churn": 9.0}}
    with pytest.raises(ConfigError) as caught:
        ClassifierReader.load(str(folder), labels=labels, beside=Beside())
    starts = [fault.partition(":")[0] for fault in caught.value.faults]
    assert starts == [
        "reader_labels.joy.happiness",
        "reader_labels.anger.churn",
        "reader_labels.angry",
        f"labels of {folder.name}",
    ]
    assert caught.value.faults[-1].endswith(": joy, neutral, annoyance, anger")


def test_a_model_without_a_map_is_a_fault_that_names_its_labels(folder: Path) -> None:
    with pytest.raises(ConfigError, match="needs it") as caught:
        ClassifierReader.load(str(folder), labels={}, beside=Beside())
    assert "annoyance" in caught.value.faults[-1]


def test_a_model_of_amounts_is_none_of_labels(folder: Path, tmp_path: Path) -> None:
    model = DistilBertForSequenceClassification.from_pretrained(folder)
    model.config.problem_type = "regression"
    with pytest.raises(ConfigError, match="amounts"):
        ClassifierReader(model, None, labels=LABELS, beside=Beside(), name="stars")


def test_a_model_that_fails_says_so(folder: Path) -> None:
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    tokenizer.add_tokens(["unheard"])  # of which the model has no vector
    model = DistilBertForSequenceClassification.from_pretrained(folder)
    reader = ClassifierReader(model, tokenizer, labels=LABELS, beside=Beside(), name="mood")
    with pytest.raises(ReaderError, match="^the classifier failed: "):
        reader.read(["an unheard word"])


def test_a_model_that_is_not_there_names_the_cure(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="^reader_model: .*give a folder"):
        ClassifierReader.load(str(tmp_path), labels=LABELS, beside=Beside())


def test_a_device_that_is_not_there_is_a_fault(folder: Path) -> None:
    with pytest.raises(ConfigError, match="^reader_device: cuda:7 cannot hold"):
        ClassifierReader.load(str(folder), labels=LABELS, beside=Beside(), device="cuda:7")
