"""Real speech in two languages, and speech without a pause, through the whole of ``audio``."""

from __future__ import annotations

import json

import numpy as np
import pytest

from audio.files import read_recording
from audio.transcriber import Transcriber
from audio.vad import VoiceActivity
from audio.whisper import FasterWhisperRecogniser
from copilot.models import whisper_folder
from copilot.score import word_error
from copilot.signals import SAMPLE_RATE_HZ, AudioChunk

GAP = np.zeros(SAMPLE_RATE_HZ, np.float32)


@pytest.fixture(scope="module")
def whisper(models_dir):
    return FasterWhisperRecogniser(whisper_folder(models_dir), threads=2)


@pytest.fixture(scope="module")
def turns(shared_data):
    """What one side of a labelled call says: (samples, text) of each turn."""

    def of(call, speaker):
        folder = shared_data / "calls" / call
        recording = read_recording(folder / "call.wav")
        leg = recording.samples[recording.speakers.index(speaker)]
        return [
            (
                leg[
                    round(turn["start_s"] * SAMPLE_RATE_HZ) : round(
                        turn["end_s"] * SAMPLE_RATE_HZ
                    )
                ],
                turn["text"],
            )
            for turn in json.loads((folder / "call.json").read_text())["turns"]
            if turn["speaker"] == speaker
        ]

    return of


@pytest.fixture
def finals(whisper, vad):
    """The finals of a call whose language is to be found; answers come at once."""

    def of(legs, language=None):
        transcriber = Transcriber("call", tuple(legs), language, vad=vad, partials=False)
        told = []

        def answer(requests):
            for request in requests:
                heard = request.known or whisper.recognise([request])[0]
                told.extend(transcriber.receive(request, heard))

        length = max(map(len, legs.values()))
        step = SAMPLE_RATE_HZ // 10
        for begin in range(0, length, step):
            for speaker, leg in legs.items():
                piece = leg[begin : begin + step]
                if len(piece):
                    chunk = AudioChunk(
                        speaker=speaker, start_s=begin / SAMPLE_RATE_HZ, samples=piece
                    )
                    answer(transcriber.feed(chunk))
        answer(transcriber.finish())
        return sorted((one for one in told if one.final), key=lambda one: one.start_s)

    return of


def test_each_side_speaks_its_own_language(finals, turns):
    customer, agent = [], []
    for (asked, _), (said, _) in zip(
        turns("dev-en-01", "agent")[1:6], turns("dev-ja-01", "customer")[:5], strict=True
    ):
        agent += [asked, GAP, np.zeros_like(said), GAP]
        customer += [np.zeros_like(asked), GAP, said, GAP]
    told = finals({"customer": np.concatenate(customer), "agent": np.concatenate(agent)})
    assert {one.language for one in told if one.speaker == "agent"} == {"en"}
    assert {one.language for one in told if one.speaker == "customer"} == {"ja"}


def test_a_side_that_changes_its_language_is_followed(finals, turns):
    english = turns("dev-en-01", "agent")[:4]
    japanese = turns("dev-ja-01", "agent")[:6]
    said = [piece for samples, _ in (*english, *japanese) for piece in (samples, GAP)]
    told = finals({"customer": np.concatenate(said)})
    languages = [one.language for one in told]
    assert languages[: len(english)] == ["en"] * len(english)
    assert languages[-3:] == ["ja"] * 3


@pytest.mark.parametrize(
    ("call", "language", "error_max"), [("dev-en-01", "en", 0.12), ("dev-ja-01", "ja", 0.2)]
)
def test_speech_without_a_pause_keeps_its_words(finals, turns, vad, call, language, error_max):
    """Half a minute in which nobody draws breath: it is split, and no word is lost there."""
    said, texts = [], []
    for samples, text in turns(call, "agent")[:8]:
        activity = VoiceActivity(vad).feed(samples)
        voiced = np.convolve(np.array(activity) >= 0.3, np.ones(5), mode="same") > 0
        windows = samples[: len(activity) * 512].reshape(-1, 512)
        said.append(windows[voiced].ravel())
        texts.append(text)
    told = finals({"agent": np.concatenate(said)}, language)
    assert len(told) >= 2
    heard = " ".join(one.text for one in told)
    assert word_error(" ".join(texts), heard, language) < error_max
