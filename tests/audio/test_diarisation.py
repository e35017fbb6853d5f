"""Two voices on one channel: told apart, found where they change, and never invented."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from audio.diarisation import SURE, Turn, confidence_within, parted, voice_turns
from audio.files import Recording, read_recording
from audio.vad import VoiceModel
from audio.voiceprint import VoiceEncoder, load_voice_encoder, voice_frames
from copilot.signals import SAMPLE_RATE_HZ, Samples

SAMPLES = Path(str(files("copilot") / "samples"))
STEP_S = 0.01


@pytest.fixture(scope="module")
def encoder() -> VoiceEncoder:
    return load_voice_encoder()


def spoken(language: str) -> tuple[Samples, list[tuple[float, float, str]]]:
    """The sample call on one channel, and its script."""
    recording = read_recording(SAMPLES / language / "call.flac")
    script = json.loads((SAMPLES / language / "call.json").read_text(encoding="utf-8"))
    said = [(one["start_s"], one["end_s"], one["speaker"]) for one in script["turns"]]
    return recording.samples.mean(axis=0), said


def share_right(turns: list[Turn], said: list[tuple[float, float, str]]) -> float:
    """Of the time in which one person speaks, whichever voice is called 0."""
    times_s = np.arange(0.0, said[-1][1], STEP_S)

    def at(spans: list[tuple[float, float, int]]) -> np.ndarray:
        who = np.full(len(times_s), -1)
        for start_s, end_s, one in spans:
            within = (times_s >= start_s) & (times_s < end_s)
            who[within] = np.where(who[within] == -1, one, -2)
        return who

    heard = at([(turn.start_s, turn.end_s, turn.voice) for turn in turns])
    true = at([(start, end, int(speaker == "agent")) for start, end, speaker in said])
    judged = (heard >= 0) & (true >= 0)
    assert judged.mean() > 0.4
    right = float((heard == true)[judged].mean())
    return max(right, 1.0 - right)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_turns_of_a_call_on_one_channel(
    language: str, vad: VoiceModel, encoder: VoiceEncoder
) -> None:
    mono, said = spoken(language)
    turns = voice_turns(mono, vad, encoder)
    assert share_right(turns, said) > 0.97
    assert turns[0].voice == 0
    assert all(one.end_s <= after.start_s for one, after in zip(turns, turns[1:], strict=False))


def test_loudness_and_offset_change_nothing(vad: VoiceModel, encoder: VoiceEncoder) -> None:
    windows = np.stack([voice_frames(spoken("en")[0], encoder)[200:300]])
    assert np.allclose(encoder.encode(windows), encoder.encode(windows * 100.0), atol=1e-5)
    assert np.isclose(np.linalg.norm(encoder.encode(windows)[0]), 1.0)


def test_one_voice_is_not_two(vad: VoiceModel, encoder: VoiceEncoder) -> None:
    for leg in read_recording(SAMPLES / "en" / "call.flac").samples:
        assert voice_turns(leg, vad, encoder) == []


@pytest.mark.parametrize("seconds", [0.0, 0.02, 3.0])
def test_silence_has_no_turns(seconds: float, vad: VoiceModel, encoder: VoiceEncoder) -> None:
    silence = np.zeros(round(seconds * SAMPLE_RATE_HZ), np.float32)
    assert voice_turns(silence, vad, encoder) == []


def test_a_change_without_a_pause(vad: VoiceModel, encoder: VoiceEncoder) -> None:
    """One goes on where the other stops: within one stretch of speech, two turns."""
    legs = read_recording(SAMPLES / "en" / "call.flac").samples
    script = json.loads((SAMPLES / "en" / "call.json").read_text(encoding="utf-8"))
    joined: list[Samples] = []
    said: list[tuple[float, float, str]] = []
    at_s = 0.0
    for turn in script["turns"]:
        leg = legs[0 if turn["speaker"] == "customer" else 1]
        cut = leg[
            round(turn["start_s"] * SAMPLE_RATE_HZ) : round(turn["end_s"] * SAMPLE_RATE_HZ)
        ]
        joined.append(cut)
        length_s = len(cut) / SAMPLE_RATE_HZ
        said.append((at_s, at_s + length_s, turn["speaker"]))
        at_s += length_s
    turns = voice_turns(np.concatenate(joined), vad, encoder)
    assert share_right(turns, said) > 0.95


def test_confidence_is_that_of_the_turns_heard() -> None:
    turns = [
        Turn(start_s=0.0, end_s=2.0, voice=0, confidence=1.0),
        Turn(start_s=2.0, end_s=3.0, voice=1, confidence=0.7),
    ]
    assert confidence_within(turns, 1.0, 3.0) == pytest.approx(0.85)
    assert confidence_within(turns, 5.0, 6.0) == 0.5


def test_legs_hold_their_speaker_and_silence(vad: VoiceModel) -> None:
    mono = np.full(4 * SAMPLE_RATE_HZ, 0.1, np.float32)
    turns = [
        Turn(start_s=0.5, end_s=1.5, voice=0, confidence=0.95),
        Turn(start_s=1.5, end_s=2.5, voice=1, confidence=0.95),
        Turn(start_s=3.0, end_s=3.5, voice=0, confidence=SURE - 0.01),
    ]
    legs = parted(
        Recording(samples=mono[None], speakers=("unknown",)), turns, {0: "agent", 1: "customer"}
    )
    assert legs.speakers == ("customer", "agent", "unknown")
    heard = legs.samples != 0.0
    middle = [round(at_s * SAMPLE_RATE_HZ) for at_s in (1.0, 2.0, 3.25)]
    assert [list(heard[:, at]) for at in middle] == [
        [False, True, False],
        [True, False, False],
        [False, False, True],
    ]
    assert heard.sum(axis=0).max() == 1
    assert legs.samples.shape == (3, len(mono))


def test_a_real_telephone_call(
    shared_data: Path, vad: VoiceModel, encoder: VoiceEncoder
) -> None:
    """Two women on one line, with overlap: pyannote's sample and its reference."""
    folder = shared_data / "call_audio_en" / "misc"
    reference = (folder / "pyannote_sample.rttm").read_text(encoding="utf-8")
    rows = [line.split() for line in reference.splitlines()]
    said = [
        (float(row[3]), float(row[3]) + float(row[4]), "agent" if row[7][-1] == "0" else "")
        for row in rows
    ]
    mono = read_recording(folder / "pyannote_sample.wav").samples[0]
    assert share_right(voice_turns(mono, vad, encoder), said) > 0.85
