from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from audio.decode import AudioFormat, Decoder
from copilot.errors import AudioFormatError
from copilot.signals import SAMPLE_RATE_HZ

STEREO = ("customer", "agent")


def test_pcm_legs_are_told_apart_and_scaled_to_one():
    decoder = Decoder(AudioFormat("pcm_s16le", 16_000, STEREO))
    frames = np.array([[16_384, -32_768], [0, 8_192]], "<i2")
    customer, agent = decoder.feed(frames.tobytes())
    assert (customer.speaker, agent.speaker) == STEREO
    assert customer.samples.tolist() == [0.5, 0.0]
    assert agent.samples.tolist() == [-1.0, 0.25]


def test_positions_count_samples_not_messages():
    decoder = Decoder(AudioFormat("pcm_s16le", 16_000, ("unknown",)))
    decoder.feed(bytes(2 * 1_600))
    decoder.feed(b"")
    (chunk,) = decoder.feed(bytes(2 * 160))
    assert chunk.start_s == pytest.approx(0.1)
    assert chunk.end_s == pytest.approx(0.11)


@pytest.mark.parametrize(
    ("encoding", "code", "value"),
    [
        # ITU-T G.711: silence, full scale of both signs, smallest steps.
        ("mulaw", 0xFF, 0.0),
        ("mulaw", 0x80, 32_124 / 32_768),
        ("mulaw", 0x00, -32_124 / 32_768),
        ("alaw", 0xD5, 8 / 32_768),
        ("alaw", 0x55, -8 / 32_768),
        ("alaw", 0xAA, 32_256 / 32_768),
    ],
)
def test_g711_codes(encoding, code, value):
    decoder = Decoder(AudioFormat(encoding, 16_000, ("unknown",)))
    (chunk,) = decoder.feed(bytes([code]))
    assert chunk.samples.tolist() == pytest.approx([value])


@given(sizes=st.lists(st.integers(0, 700), min_size=1, max_size=8))
def test_pieces_of_any_size_give_the_same_samples(sizes):
    tone = np.sin(np.arange(sum(sizes)) / 5) * 8_000
    data = np.stack([tone, -tone], axis=1).astype("<i2").tobytes()

    def decoded(lengths):
        decoder, at, legs = Decoder(AudioFormat("pcm_s16le", 8_000, STEREO)), 0, []
        for length in lengths:
            legs += decoder.feed(data[at : at + 4 * length])
            at += 4 * length
        legs += decoder.flush()
        return [
            np.concatenate(
                [np.zeros(0)] + [leg.samples for leg in legs if leg.speaker == speaker]
            )
            for speaker in STEREO
        ]

    whole, cut = decoded([sum(sizes)]), decoded(sizes)
    assert len(cut[0]) == pytest.approx(2 * sum(sizes), abs=1)
    np.testing.assert_allclose(cut, whole, atol=1e-5)


@pytest.mark.parametrize("rate_hz", [8_000, 48_000])
def test_resampling_keeps_a_tone_and_its_place(rate_hz):
    at_s = np.arange(rate_hz) / rate_hz
    data = (np.sin(2 * np.pi * 440 * at_s) * 16_000).astype("<i2").tobytes()
    decoder = Decoder(AudioFormat("pcm_s16le", rate_hz, ("unknown",)))
    chunks = decoder.feed(data) + decoder.flush()
    samples = np.concatenate([chunk.samples for chunk in chunks])
    expected = np.sin(2 * np.pi * 440 * np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ) * 0.488
    np.testing.assert_allclose(samples[800:-800], expected[800 : len(samples) - 800], atol=0.01)


def test_an_odd_frame_is_refused_and_takes_nothing():
    decoder = Decoder(AudioFormat("pcm_s16le", 16_000, STEREO))
    with pytest.raises(AudioFormatError, match="3 bytes .* frames of 4 bytes"):
        decoder.feed(b"abc")
    (chunk, _) = decoder.feed(bytes(4))
    assert chunk.start_s == 0.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("opus", 8_000, STEREO), "encoding 'opus' .* pcm_s16le, mulaw, alaw"),
        (("alaw", 44_100, STEREO), "rate 44100 .* 8000, 16000, 48000"),
        (("alaw", 8_000, ()), "0 channels"),
        (("alaw", 8_000, ("customer", "agent", "unknown")), "3 channels"),
        (("alaw", 8_000, ("caller",)), "channel 'caller' .* customer, agent, unknown"),
        (("alaw", 8_000, ("agent", "agent")), "both channels are 'agent'"),
    ],
)
def test_a_format_that_cannot_be_read_says_what_can(arguments, message):
    with pytest.raises(AudioFormatError, match=message):
        AudioFormat(*arguments)


def test_frame_bytes_and_legs():
    assert AudioFormat("mulaw", 8_000, STEREO).frame_bytes == 2
    assert AudioFormat("pcm_s16le", 8_000, STEREO).frame_bytes == 4
    assert AudioFormat("mulaw", 8_000, STEREO).legs_distinct
    assert not AudioFormat("mulaw", 8_000, ("unknown",)).legs_distinct
