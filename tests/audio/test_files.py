from __future__ import annotations

import wave
from pathlib import Path

import av
import numpy as np
import pytest

from audio.files import read_recording
from copilot.errors import AudioFormatError


def write_wav(path: Path, samples: np.ndarray, rate_hz: int = 8_000) -> Path:
    """(n, legs) floats in [-1, 1]."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes((samples * 32_767).astype("<i2").tobytes())
    return path


def tones(*frequencies_hz: float, rate_hz: int = 8_000) -> np.ndarray:
    at_s = np.arange(rate_hz) / rate_hz
    return np.stack([0.5 * np.sin(2 * np.pi * hz * at_s) for hz in frequencies_hz], axis=1)


def test_stereo_is_customer_left_and_agent_right(tmp_path):
    recording = read_recording(write_wav(tmp_path / "a.wav", tones(300, 600)))
    assert recording.speakers == ("customer", "agent")
    assert recording.duration_s == pytest.approx(1.0, abs=0.001)
    crossings = [np.count_nonzero(np.diff(np.sign(leg[100:-100]))) for leg in recording.samples]
    assert crossings == pytest.approx([600, 1_200], rel=0.05)


def test_one_channel_is_an_unknown_speaker(tmp_path):
    recording = read_recording(write_wav(tmp_path / "a.wav", tones(300)))
    assert recording.speakers == ("unknown",)
    assert recording.samples.shape[0] == 1


def test_a_line_written_twice_is_one_line(tmp_path):
    recording = read_recording(write_wav(tmp_path / "a.wav", tones(300, 300)))
    assert recording.speakers == ("unknown",)


@pytest.mark.parametrize(
    ("suffix", "codec", "rate_hz"),
    [
        ("wav", "pcm_mulaw", 8_000),
        ("wav", "pcm_alaw", 8_000),
        ("flac", "flac", 44_100),
        ("mp3", "mp3", 44_100),
        ("m4a", "aac", 48_000),
        ("ogg", "libopus", 48_000),
    ],
)
def test_formats_people_keep_calls_in(tmp_path, suffix, codec, rate_hz):
    path = tmp_path / f"call.{suffix}"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate_hz, layout="stereo")
        samples = (tones(300, 600, rate_hz=rate_hz) * 32_767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), "s16", "stereo")
        frame.sample_rate = rate_hz
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    recording = read_recording(path)
    assert recording.speakers == ("customer", "agent")
    assert recording.duration_s == pytest.approx(1.0, abs=0.1)
    assert np.abs(recording.samples).max() == pytest.approx(0.5, abs=0.15)


def test_chunks_keep_the_legs_in_step_and_lose_nothing(tmp_path):
    recording = read_recording(write_wav(tmp_path / "a.wav", tones(300, 600)))
    chunks = list(recording.chunks(0.3))
    assert len(chunks) == 4
    assert all(customer.start_s == agent.start_s for customer, agent in chunks)
    joined = np.concatenate([agent.samples for _, agent in chunks])
    np.testing.assert_array_equal(joined, recording.samples[1])


def test_a_file_that_was_cut_off_gives_what_it_holds(tmp_path):
    whole = write_wav(tmp_path / "whole.wav", tones(300)).read_bytes()
    cut = tmp_path / "cut.wav"
    cut.write_bytes(whole[: len(whole) // 2 + 1])
    assert read_recording(cut).duration_s == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("text.wav", b"Dear diary, this is no sound.\n" * 20, "not an audio file"),
        ("empty.wav", b"", "not an audio file"),
        ("head.wav", b"RIFF\x24\x00\x00\x00WAVEfmt ", "text|not an audio file|no audio"),
    ],
)
def test_what_is_no_recording_is_named(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(AudioFormatError, match=f"{name}.*({message})"):
        read_recording(path)


def test_a_recording_without_samples(tmp_path):
    path = write_wav(tmp_path / "none.wav", np.zeros((0, 1)))
    with pytest.raises(AudioFormatError, match="none.wav"):
        read_recording(path)


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(AudioFormatError, match="no such file"):
        read_recording(tmp_path / "gone.wav")
    with pytest.raises(AudioFormatError, match="folder"):
        read_recording(tmp_path)


def test_three_channels_are_refused(tmp_path):
    path = write_wav(tmp_path / "three.wav", tones(200, 300, 400))
    with pytest.raises(AudioFormatError, match="3 channels"):
        read_recording(path)
