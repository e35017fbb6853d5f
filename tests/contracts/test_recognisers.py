"""What every recogniser promises, checked on all of them with the same weights.

The packaged CTranslate2 weights are converted to the names that transformers uses, so both
backends run the same Whisper on the same recordings.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

import pytest

from audio.files import Recording, read_recording
from copilot.errors import ModelMissingError
from copilot.models import whisper_folder
from copilot.ports import Recogniser
from copilot.score import word_error
from copilot.signals import SAMPLE_RATE_HZ, RecognitionRequest, SpeechSegment
from scripted import ScriptedRecogniser, silence

pytestmark = pytest.mark.model
SAMPLES = Path(str(files("copilot") / "samples"))


def faster_whisper(models_dir: Path) -> Recogniser:
    from audio.whisper import FasterWhisperRecogniser

    return FasterWhisperRecogniser(whisper_folder(models_dir), device="cpu")


def transformers(models_dir: Path) -> Recogniser:
    from audio.transformers_whisper import TransformersRecogniser
    from whisper_weights import convert

    folder = models_dir / "models" / "whisper-base-transformers"
    if not (folder / "model.safetensors").exists():
        convert(whisper_folder(models_dir), folder)
    return TransformersRecogniser.load(str(folder))


def scripted(models_dir: Path) -> Recogniser:
    def answer(request: RecognitionRequest) -> str:
        return "" if not request.segment.samples.any() else request.segment.utterance_id

    return ScriptedRecogniser(answer)


BACKENDS: dict[str, Callable[[Path], Recogniser]] = {
    "scripted": scripted,
    "faster-whisper": faster_whisper,
    "transformers": transformers,
}


@pytest.fixture(scope="module", params=BACKENDS)
def recogniser(request: pytest.FixtureRequest, models_dir: Path) -> Recogniser:
    return BACKENDS[request.param](models_dir)


@pytest.fixture(scope="module")
def calls() -> dict[str, tuple[Recording, dict]]:
    return {
        language: (
            read_recording(SAMPLES / language / "call.flac"),
            json.loads((SAMPLES / language / "call.json").read_text(encoding="utf-8")),
        )
        for language in ("en", "ja")
    }


def turns(call: tuple[Recording, dict], numbers: Sequence[int]) -> list[RecognitionRequest]:
    """Requests for these turns, each cut from its leg where the script says it sounds."""
    recording, script = call
    requests = []
    for number in numbers:
        turn = script["turns"][number]
        leg = recording.samples[recording.speakers.index(turn["speaker"])]
        start, end = turn["start_s"] - 0.1, turn["end_s"] + 0.1
        samples = leg[int(start * SAMPLE_RATE_HZ) : int(end * SAMPLE_RATE_HZ)]
        requests.append(request(turn["text"], samples, script["lang"], start))
    return requests


def request(
    utterance_id: str, samples: object, language: str | None, start_s: float = 0.0
) -> RecognitionRequest:
    return RecognitionRequest(
        call_id="c",
        segment=SpeechSegment(
            utterance_id=utterance_id,
            speaker="customer",
            start_s=start_s,
            end_s=start_s + len(samples) / SAMPLE_RATE_HZ,  # type: ignore[arg-type]
            samples=samples,  # type: ignore[arg-type]
            closed=True,
        ),
        final=True,
        language=language,
    )


def test_it_follows_the_protocol(recogniser: Recogniser) -> None:
    assert isinstance(recogniser, Recogniser)
    assert recogniser.name
    assert recogniser.recognise([]) == []


def test_one_hypothesis_per_request_in_order(
    recogniser: Recogniser, calls: dict[str, tuple[Recording, dict]]
) -> None:
    """Languages mixed in one batch: the answers stand where the requests stood."""
    requests = [*turns(calls["en"], [1]), *turns(calls["ja"], [2]), *turns(calls["en"], [12])]
    heard = recogniser.recognise(requests)
    assert [one.language for one in heard] == ["en", "ja", "en"]
    for asked, got in zip(requests, heard, strict=True):
        assert word_error(asked.segment.utterance_id, got.text, got.language) < 0.3
        assert 0.0 <= got.confidence <= 1.0


@pytest.mark.parametrize("language", ["en", "ja"])
def test_it_finds_the_language(
    recogniser: Recogniser, calls: dict[str, tuple[Recording, dict]], language: str
) -> None:
    if isinstance(recogniser, ScriptedRecogniser):
        pytest.skip("a script has no ears")
    (spoken,) = turns(calls[language], [5])
    (heard,) = recogniser.recognise(
        [request(spoken.segment.utterance_id, spoken.segment.samples, None)]
    )
    assert heard.language == language
    assert word_error(spoken.segment.utterance_id, heard.text, language) < 0.3


def test_a_folder_without_a_model_is_named(models_dir: Path, tmp_path: Path) -> None:
    from audio.transformers_whisper import TransformersRecogniser

    with pytest.raises(ModelMissingError, match=tmp_path.name):
        TransformersRecogniser.load(str(tmp_path))
    with pytest.raises(ModelMissingError, match=tmp_path.name):
        whisper_folder(models_dir, str(tmp_path))


def test_silence_has_no_words(recogniser: Recogniser) -> None:
    (heard,) = recogniser.recognise([request("", silence(2.0), "en")])
    assert heard.text == ""
