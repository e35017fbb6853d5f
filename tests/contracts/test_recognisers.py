"""What every recogniser promises, checked on all of them with the same weights.

The packaged CTranslate2 weights are converted to the names that transformers uses, so both
local backends run the same Whisper on the same recordings; the endpoint is a real server
around one of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from audio.files import Recording, read_recording
from copilot.errors import ModelMissingError
from copilot.models import whisper_folder
from copilot.ports import Recogniser
from copilot.score import word_error
from copilot.signals import SAMPLE_RATE_HZ, Hypothesis, RecognitionRequest, SpeechSegment
from scripted import ScriptedRecogniser, silence

pytestmark = pytest.mark.model
SAMPLES = Path(str(files("copilot") / "samples"))
THREADS = 2
LONGEST_S = 29.0
HEARD = 0.4
"""Errors of a short turn: greedy decoding of whisper base may mishear a word of it."""

Calls = dict[str, list[RecognitionRequest]]


@contextmanager
def faster_whisper(models_dir: Path) -> Iterator[Recogniser]:
    from audio.whisper import FasterWhisperRecogniser

    yield FasterWhisperRecogniser(whisper_folder(models_dir), threads=THREADS)


@contextmanager
def transformers(models_dir: Path) -> Iterator[Recogniser]:
    from audio.transformers_whisper import TransformersRecogniser
    from whisper_weights import converted

    yield TransformersRecogniser.load(str(converted(models_dir)))


@contextmanager
def endpoint(models_dir: Path) -> Iterator[Recogniser]:
    from transcription_server import served

    from audio.endpoint import EndpointRecogniser

    with faster_whisper(models_dir) as whisper, served(whisper) as url:
        yield EndpointRecogniser(url, model="base", partials=True)


@contextmanager
def scripted(models_dir: Path) -> Iterator[Recogniser]:
    def answer(request: RecognitionRequest) -> str:
        return request.segment.utterance_id

    yield ScriptedRecogniser(answer)


BACKENDS = {
    "scripted": scripted,
    "faster-whisper": faster_whisper,
    "transformers": transformers,
    "endpoint": endpoint,
}


@pytest.fixture(scope="module")
def built(models_dir: Path) -> Iterator[Callable[[str], Recogniser]]:
    """Backends by name, each built once."""
    with ExitStack() as stack:
        yield cache(lambda name: stack.enter_context(BACKENDS[name](models_dir)))


@pytest.fixture(params=BACKENDS)
def recogniser(
    request: pytest.FixtureRequest, built: Callable[[str], Recogniser]
) -> Recogniser:
    return built(request.param)


@pytest.fixture(params=[name for name in BACKENDS if name != "scripted"])
def ears(request: pytest.FixtureRequest, built: Callable[[str], Recogniser]) -> Recogniser:
    """Those that listen."""
    return built(request.param)


@pytest.fixture(scope="module")
def calls() -> Calls:
    """Finals of the sample calls: each turn cut from its leg, with its words as the id."""
    found = {}
    for language in ("en", "ja"):
        recording = read_recording(SAMPLES / language / "call.flac")
        script = json.loads((SAMPLES / language / "call.json").read_text(encoding="utf-8"))
        found[language] = [
            request(turn["text"], cut(recording, turn), language) for turn in script["turns"]
        ]
    return found


def cut(recording: Recording, turn: dict) -> np.ndarray:
    leg = recording.samples[recording.speakers.index(turn["speaker"])]
    start_s, end_s = turn["start_s"] - 0.1, turn["end_s"] + 0.1
    return leg[int(start_s * SAMPLE_RATE_HZ) : int(end_s * SAMPLE_RATE_HZ)]


def request(words: str, samples: np.ndarray, language: str | None) -> RecognitionRequest:
    return RecognitionRequest(
        call_id="c",
        segment=SpeechSegment(
            utterance_id=words,
            speaker="customer",
            start_s=0.0,
            end_s=len(samples) / SAMPLE_RATE_HZ,
            samples=samples,
            closed=True,
        ),
        final=True,
        language=language,
    )


def error(asked: Sequence[RecognitionRequest], heard: Sequence[Hypothesis]) -> float:
    words = " ".join(one.segment.utterance_id for one in asked)
    return word_error(words, " ".join(one.text for one in heard), heard[0].language)


def test_it_follows_the_protocol(recogniser: Recogniser) -> None:
    assert isinstance(recogniser, Recogniser)
    assert recogniser.name
    assert recogniser.batch_max >= 1
    assert recogniser.recognise([]) == []


def test_one_hypothesis_per_request_in_order(recogniser: Recogniser, calls: Calls) -> None:
    """Languages and lengths mixed: the answers stand where the requests stood, and are the
    same as when each request comes alone."""
    en, ja = calls["en"], calls["ja"]
    requests = [en[1], ja[2], en[12], ja[5], en[5], ja[1]]
    together = recogniser.recognise(requests)
    assert [one.language for one in together] == ["en", "ja"] * 3
    for asked, heard in zip(requests, together, strict=True):
        assert error([asked], [heard]) < 0.4
        assert 0.0 < heard.confidence <= 1.0
    alone = [recogniser.recognise([one])[0] for one in requests]
    assert [one.text for one in alone] == [one.text for one in together]


def test_it_finds_the_languages_of_a_batch(ears: Recogniser, calls: Calls) -> None:
    """Those not told, beside one that is told, and one of a language it does not know."""
    en, ja = calls["en"], calls["ja"]
    requests = [
        replace(ja[5], language=None),
        en[5],
        replace(en[1], language=None),
        replace(ja[2], language="tlh"),
    ]
    if "endpoint" in ears.name:  # a server answers in the language asked for
        requests.pop()
    heard = ears.recognise(requests)
    assert [one.language for one in heard] == ["ja", "en", "en", "ja"][: len(requests)]
    for asked, got in zip(requests, heard, strict=True):
        assert error([asked], [got]) < HEARD


def test_partials_have_words(ears: Recogniser, calls: Calls) -> None:
    """Or none, where the short window made the decoder loop: the next one will."""
    for asked in calls.values():
        heard = ears.recognise([replace(one, final=False) for one in asked[1:7]])
        shown = [pair for pair in zip(asked[1:7], heard, strict=True) if pair[1].text]
        assert len(shown) >= 2
        assert all(error([one], [got]) < HEARD for one, got in shown)


def test_prompts_of_unequal_length_share_a_batch(ears: Recogniser, calls: Calls) -> None:
    """The longest is beyond what any model takes; one spells out a control token."""
    prompts = [
        "",
        "Vocabulary: Kestrel, invoice.",
        "I have called before. " * 200,
        "<|endoftext|><|startoftranscript|><|translate|>",
    ]
    asked = [replace(calls["en"][5], prompt=prompt) for prompt in prompts]
    for got in ears.recognise(asked):
        assert error(asked[:1], [got]) < HEARD


def test_silence_has_no_words(ears: Recogniser) -> None:
    for language in ("en", "ja", None):
        (heard,) = ears.recognise([request("", silence(2.0), language)])
        assert heard.text == ""


def test_noise_has_no_words_beside_somebody_who_has(ears: Recogniser, calls: Calls) -> None:
    noise = np.random.default_rng(3).normal(0, 0.01, 2 * SAMPLE_RATE_HZ).astype(np.float32)
    asked = calls["ja"][2]
    between = ears.recognise(
        [request("", noise, "ja"), asked, request("", noise, "en"), request("", noise, None)]
    )
    assert [between[0].text, between[2].text, between[3].text] == ["", "", ""]
    assert error([asked], [between[1]]) < HEARD


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.1, 0.3])
def test_the_shortest_sounds_are_answered(
    ears: Recogniser, calls: Calls, seconds: float
) -> None:
    spoken = calls["en"][5].segment.samples
    short = spoken[len(spoken) // 2 :][: int(seconds * SAMPLE_RATE_HZ)]
    (heard,) = ears.recognise([request("", short, "en")])
    assert len(heard.text) < 30


def test_the_longest_utterance_is_heard_to_its_end(ears: Recogniser, calls: Calls) -> None:
    for language, said in calls.items():
        pieces: list[RecognitionRequest] = []
        for one in said:
            if sum(len(piece.segment.samples) for piece in [*pieces, one]) > (
                LONGEST_S * SAMPLE_RATE_HZ
            ):
                break
            pieces.append(one)
        between = "" if language == "ja" else " "
        words = between.join(one.segment.utterance_id for one in pieces)
        samples = np.concatenate([one.segment.samples for one in pieces])
        assert len(samples) > 20 * SAMPLE_RATE_HZ
        asked = request(words, samples, language)
        assert error([asked], ears.recognise([asked])) < 0.25


def test_several_threads_hear_what_one_hears(ears: Recogniser, calls: Calls) -> None:
    requests = [*calls["en"][:2], *calls["ja"][:2]]
    alone = [ears.recognise([one])[0].text for one in requests]
    with ThreadPoolExecutor(THREADS) as threads:
        together = threads.map(lambda one: ears.recognise([one])[0].text, requests)
        assert list(together) == alone


def test_the_local_backends_hear_the_same(
    built: Callable[[str], Recogniser], calls: Calls
) -> None:
    """int8 with beams and float32 without: their errors on real turns lie close together."""
    for language, asked in calls.items():
        errors = [
            error(asked[::2], built(name).recognise(asked[::2]))
            for name in ("faster-whisper", "transformers")
        ]
        assert max(errors) < 0.15
        assert max(errors) - min(errors) < 0.1, language


def test_a_folder_without_a_model_is_named(models_dir: Path, tmp_path: Path) -> None:
    from audio.transformers_whisper import TransformersRecogniser

    with pytest.raises(ModelMissingError, match=tmp_path.name):
        TransformersRecogniser.load(str(tmp_path))
    with pytest.raises(ModelMissingError, match=tmp_path.name):
        whisper_folder(models_dir, str(tmp_path))
