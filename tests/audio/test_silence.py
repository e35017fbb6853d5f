"""Lines on which nobody speaks, through voice activity and the real Whisper: no words.

Thirty minutes of each kind: ``python -m benchmarks.silence``.
"""

from __future__ import annotations

import numpy as np
import pytest

from audio.decode import AudioFormat, Decoder
from audio.segment import ONSET
from audio.transcriber import Transcriber
from audio.vad import VoiceActivity
from audio.whisper import FasterWhisperRecogniser
from copilot.models import whisper_folder
from lines import LINES, RATE_HZ, minutes

SECONDS = 15.0
FOOLING = {"choir", "cough", "gsm buzz", "hum 60 Hz", "strings"}
"""Kinds that voice activity takes for speech now and then."""


@pytest.fixture(scope="module")
def whisper(models_dir):
    return FasterWhisperRecogniser(whisper_folder(models_dir), device="cpu", threads=1)


@pytest.fixture(scope="module")
def lines():
    """A piece of every kind of line, by name."""
    return {name: next(minutes(name, 1, SECONDS)) for name in LINES}


@pytest.fixture(scope="module")
def buzz():
    """A mobile phone beside the microphone, in the rhythm of speech."""
    return b"".join([*minutes("gsm buzz", 6, 30.0)][4:])


def chunks(line):
    decoder = Decoder(AudioFormat("mulaw", RATE_HZ, ("customer",)))
    for begin in range(0, len(line), RATE_HZ // 10):
        yield from decoder.feed(line[begin : begin + RATE_HZ // 10])


@pytest.fixture(scope="module")
def words(whisper, vad):
    """What is told of a line, and how often the model was asked."""

    def transcribe(line, language):
        transcriber = Transcriber("call", ("customer",), language, vad=vad)
        told, asked = [], []

        def answer(requests):
            for request in requests:
                heard = request.known or whisper.recognise([request])[0]
                asked.append(request)
                told.extend(transcriber.receive(request, heard))

        for chunk in chunks(line):
            answer(transcriber.feed(chunk))
        answer(transcriber.finish())
        return [(one.start_s, one.text) for one in told], len(asked)

    return transcribe


def test_lines_are_the_same_every_time_and_all_different():
    first = [next(minutes(name, 1, 3.0)) for name in LINES]
    assert first == [next(minutes(name, 1, 3.0)) for name in LINES]
    assert len(set(first)) == len(LINES)
    one, other = minutes("choir", 2, 3.0)
    assert one != other


def test_lines_are_loud_enough_to_be_heard(lines):
    """One that nobody could hear would prove nothing."""
    for name, line in lines.items():
        loudest = max(np.abs(chunk.samples).max() for chunk in chunks(line))
        assert loudest > 10 ** (-55 / 20), name


@pytest.mark.parametrize("name", sorted(set(LINES) - FOOLING))
def test_voice_activity_is_low(vad, lines, name):
    activity = VoiceActivity(vad)
    heard = [one for chunk in chunks(lines[name]) for one in activity.feed(chunk.samples)]
    assert np.mean(np.array(heard) > ONSET) < 0.02


@pytest.mark.model
@pytest.mark.parametrize("language", ["ja", "en", None])
def test_nobody_speaks(words, lines, language):
    """All kinds in one call."""
    told, _ = words(b"".join(lines.values()), language)
    assert told == []


@pytest.mark.model
@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_is_taken_for_a_voice_has_no_words(words, buzz, language):
    told, asked = words(buzz, language)
    assert asked > 5
    assert told == []
