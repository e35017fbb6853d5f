"""The real Whisper on real recordings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from audio.files import Recording, read_recording
from audio.transcriber import Transcriber
from audio.whisper import FasterWhisperRecogniser
from copilot.errors import ModelMissingError
from copilot.models import whisper_folder
from copilot.ports import Recogniser
from copilot.score import word_error
from copilot.signals import SAMPLE_RATE_HZ

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def whisper(models_dir):
    return FasterWhisperRecogniser(whisper_folder(models_dir), device="cpu", threads=2)


@pytest.fixture
def transcribe(whisper, vad):
    """A recording through the whole of ``audio``; every request is answered at once."""

    def run(recording, language, *, partials=False):
        transcriber = Transcriber(
            "call", recording.speakers, language, vad=vad, partials=partials
        )
        told = []

        def answer(requests):
            for request in requests:
                heard = request.known or whisper.recognise([request])[0]
                told.extend(transcriber.receive(request, heard))

        for chunks in recording.chunks():
            for chunk in chunks:
                answer(transcriber.feed(chunk))
        answer(transcriber.finish())
        return told

    return run


def text(told):
    finals = sorted((one for one in told if one.final), key=lambda one: one.start_s)
    return " ".join(final.text for final in finals)


def mono(samples):
    return Recording(samples=samples[None, :].astype(np.float32), speakers=("unknown",))


def test_it_is_a_recogniser(whisper):
    assert isinstance(whisper, Recogniser)
    assert "int8" in whisper.name


def test_a_phone_sale_is_understood(transcribe, shared_data):
    recording = read_recording(shared_data / "call_audio_en/misc/gcp_commercial_mono.wav")
    told = transcribe(recording, "en", partials=True)
    heard = text(told)
    reference = (
        "hi i'd like to buy a chromecast and i was wondering whether you could help me with "
        "that certainly which color would you like we have blue black and red uh let's go "
        "with the black one would you like the new chromecast ultra model or the regular "
        "chromecast regular chromecast is fine thank you okay sure would you like to ship it "
        "regular or express express please terrific it's on the way thank you thank you very "
        "much bye"
    )
    assert word_error(reference, heard, "en") <= 0.22
    assert {one.speaker for one in told} == {"unknown"}
    by_utterance = {}
    for one in told:
        by_utterance.setdefault(one.utterance_id, []).append(one)
    for revisions in by_utterance.values():
        assert [one.revision for one in revisions] == list(range(1, len(revisions) + 1))
        assert [one.final for one in revisions].count(True) == 1
        assert revisions[-1].final


@pytest.mark.parametrize("language", ["ja", "en", None])
def test_nobody_speaks_in_hold_music(transcribe, shared_data, language):
    for track in sorted((shared_data / "telephony_prompts_en/hold_music").glob("*.wav")):
        assert transcribe(read_recording(track), language, partials=True) == []


@pytest.mark.parametrize("language", ["ja", "en", None])
def test_nobody_speaks_on_a_quiet_line(transcribe, language):
    noise = np.random.default_rng(3).normal(0, 10 ** (-50 / 20), 20 * SAMPLE_RATE_HZ)
    assert transcribe(mono(noise), language, partials=True) == []
    assert transcribe(mono(np.zeros(20 * SAMPLE_RATE_HZ)), language, partials=True) == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_voice_activity_lets_through_by_mistake_has_no_words(
    whisper, make_request, language
):
    noise = np.random.default_rng(3).normal(0, 0.01, 2 * SAMPLE_RATE_HZ).astype(np.float32)
    for samples in (noise, np.zeros(2 * SAMPLE_RATE_HZ, np.float32)):
        for final in (False, True):
            request = make_request(samples=samples, final=final, language=language)
            assert whisper.recognise([request])[0].text == ""


def test_japanese_is_found_without_being_told(transcribe, shared_data):
    recording = read_recording(shared_data / "calls/dev-ja-01/call.wav")
    start = Recording(
        samples=recording.samples[:, : 24 * SAMPLE_RATE_HZ], speakers=recording.speakers
    )
    told = transcribe(start, None)
    assert {one.language for one in told} == {"ja"}
    assert "お電話ありがとうございます" in text(told)


def test_a_batch_hears_what_each_would_hear_alone(whisper, make_request, shared_data):
    """Other windows, languages and prompts beside it change nothing."""
    requests = []
    for name, language in (("dev-en-01", "en"), ("dev-ja-01", "ja")):
        recording = read_recording(shared_data / f"calls/{name}/call.wav")
        for begin_s, end_s in ((4, 8), (9, 12), (12, 24)):
            leg = recording.samples[1]
            samples = leg[begin_s * SAMPLE_RATE_HZ : end_s * SAMPLE_RATE_HZ]
            for final in (True, False):
                requests.append(
                    make_request(
                        samples=samples, final=final, language=language, end_s=end_s - begin_s
                    )
                )
    requests[0] = replace(requests[0], prompt="Kestrel, Bluebird")
    requests[2] = replace(requests[2], language=None)
    together = whisper.recognise(requests)
    alone = [whisper.recognise([request])[0] for request in requests]
    assert [one.text for one in together] == [one.text for one in alone]
    assert sum(bool(one.text) for one in together) >= 8


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ModelMissingError, match=str(tmp_path)):
        FasterWhisperRecogniser(tmp_path)
