"""A call's legs while they sound, and utterances against their caller's first ones."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from voices import buzz, hiss, telephoned

from audio.decode import AudioFormat, Decoder
from audio.files import read_recording
from copilot.events import CallStarted, Line, Speaker
from copilot.signals import SAMPLE_RATE_HZ, AudioChunk
from lines import RATE_HZ, minutes
from sentiment.voice import FEATURES, STEP_MAX, Baseline, Voice, VoiceMeter

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
CALM = {"pitch_hz": 120.0, "level_db": -26.0, "tilt": 2.0}
ANGRY = {"pitch_hz": 200.0, "level_db": -16.0, "tilt": 1.0}


def meter(*channels: Speaker) -> VoiceMeter:
    return VoiceMeter(
        CallStarted(
            call_id="c-1",
            at_s=0.0,
            started_at="2026-04-01T00:00:00+00:00",
            agent_id="mori",
            channels=channels or ("customer", "agent"),
        )
    )


def quiet(seconds: float) -> np.ndarray:
    """A line on which nobody speaks."""
    return hiss(seconds, -62.0)


def on_line(*parts: np.ndarray) -> np.ndarray:
    whole = np.concatenate(parts)
    return (whole + quiet(len(whole) / SAMPLE_RATE_HZ + 1)[: len(whole)]).astype(np.float32)


def heard(
    voices: VoiceMeter,
    customer: np.ndarray,
    agent: np.ndarray | None = None,
    *,
    chunk_s: float = 0.02,
    start_s: float = 0.0,
) -> list[Line]:
    """Both legs in step, the shorter filled with a quiet line."""
    agent = quiet(0.1) if agent is None else agent
    length = max(len(customer), len(agent))
    legs = {"customer": customer, "agent": agent}
    lines: list[Line] = []
    filled = {
        name: np.concatenate([leg, quiet(length / SAMPLE_RATE_HZ + 1)])[:length]
        for name, leg in legs.items()
    }
    size = round(chunk_s * SAMPLE_RATE_HZ)
    for begin in range(0, length, size):
        for name, leg in filled.items():
            lines += voices.listen(
                AudioChunk(
                    speaker=name,  # type: ignore[arg-type]
                    start_s=start_s + begin / SAMPLE_RATE_HZ,
                    samples=leg[begin : begin + size],
                )
            )
    return lines


def of(lines: list[Line], speaker: Speaker) -> list[Line]:
    return [line for line in lines if line.speaker == speaker]


# Lines ------------------------------------------------------------------------------------


def test_each_leg_tells_its_state_once_a_second() -> None:
    lines = heard(meter(), on_line(buzz(120.0, 2.0)), quiet(5.5))
    for speaker in ("customer", "agent"):
        assert [line.at_s for line in of(lines, speaker)] == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_how_samples_are_cut_changes_nothing() -> None:
    customer = on_line(buzz(120.0, 3.0), quiet(2.0), buzz(120.0, 3.0))
    agent = on_line(quiet(2.0), buzz(210.0, 2.0), quiet(4.0))
    told = [heard(meter(), customer, agent, chunk_s=cut) for cut in (0.02, 0.037, 0.5, 8.0)]
    assert told[0] == told[1] == told[2]
    key = [(line.at_s, line.silence_s) for line in told[0]]
    assert [(line.at_s, line.silence_s) for line in told[3]] == key


def test_silence_is_counted_from_the_last_speech_of_anybody() -> None:
    lines = heard(
        meter(), on_line(buzz(120.0, 3.0)), on_line(quiet(4.0), buzz(210.0, 2.0), quiet(25.0))
    )
    silence_s = {line.at_s: line.silence_s for line in of(lines, "customer")}
    assert silence_s[3.0] < 0.4
    assert silence_s[4.0] == pytest.approx(1.0, abs=0.3)
    assert silence_s[6.0] < 0.4
    assert silence_s[31.0] == pytest.approx(25.0, abs=0.4)
    assert all(line.silence_s == silence_s[line.at_s] for line in of(lines, "agent"))


@pytest.mark.parametrize("level_db", [-62.0, -45.0, -32.0])
def test_noise_of_a_line_is_silence(level_db: float) -> None:
    assert heard(meter(), hiss(25.0, level_db))[-1].silence_s >= 20.0


def test_clicks_do_not_end_a_silence() -> None:
    line = quiet(25.0)
    for second in range(1, 25):
        line[second * SAMPLE_RATE_HZ :][:400] += hiss(0.025, -15.0, seed=second)
    assert heard(meter(), line)[-1].silence_s >= 24.0


def test_an_echo_on_the_other_leg_is_nobody() -> None:
    agent = on_line(buzz(210.0, 6.0, level_db=-18.0))
    echo = np.concatenate([np.zeros(1600, np.float32), agent[:-1600]]) * np.float32(0.05)
    lines = heard(meter(), on_line(echo), agent)
    assert max(line.overtalk_s for line in lines) == 0.0


def test_speaking_over_the_customer_is_the_agents() -> None:
    customer = on_line(buzz(120.0, 6.0))
    agent = on_line(quiet(3.5), buzz(210.0, 5.0))
    lines = heard(meter(), customer, agent)
    overtalk_s = {line.at_s: line.overtalk_s for line in of(lines, "agent")}
    assert overtalk_s[3.0] == 0.0
    assert overtalk_s[5.0] == pytest.approx(1.5, abs=0.3)
    assert overtalk_s[6.0] == pytest.approx(2.5, abs=0.3)
    assert overtalk_s[8.0] == 0.0, "the customer has finished"
    assert not any(line.overtalk_s for line in of(lines, "customer"))


def test_speaking_over_that_ended_within_a_second_is_told() -> None:
    customer = on_line(buzz(120.0, 5.8))
    agent = on_line(quiet(4.1), buzz(210.0, 4.0))
    lines = heard(meter(), customer, agent)
    told_s = {line.at_s: line.overtalk_s for line in of(lines, "agent")}[6.0]
    assert told_s == pytest.approx(1.7, abs=0.3)


def test_taking_turns_is_not_speaking_over() -> None:
    customer = on_line(buzz(120.0, 3.0), quiet(3.2), buzz(120.0, 3.0))
    agent = on_line(quiet(3.2), buzz(210.0, 2.8))
    assert not any(line.overtalk_s for line in heard(meter(), customer, agent))


def test_loudness_is_told_against_the_first_speech() -> None:
    lines = heard(meter(), on_line(buzz(120.0, 24.0), buzz(120.0, 6.0, level_db=-14.0)))
    loudness_db = {line.at_s: line.loudness_db for line in of(lines, "customer")}
    assert loudness_db[24.0] == pytest.approx(0.0, abs=0.5)
    assert loudness_db[30.0] == pytest.approx(6.0, abs=0.7)
    assert {line.loudness_db for line in of(lines, "agent")} == {0.0}


@pytest.mark.parametrize("syllables_per_s", [3.0, 5.0])
def test_speed_is_told_in_syllables(syllables_per_s: float) -> None:
    lines = heard(meter(), on_line(buzz(120.0, 10.0, syllables_per_s=syllables_per_s)))
    # Valleys between syllables are no speech, so the rate within speech is a little higher.
    assert syllables_per_s <= of(lines, "customer")[-1].speech_rate <= 1.6 * syllables_per_s


def test_somebody_once_loud_is_heard_when_they_speak_softly() -> None:
    lines = heard(
        meter(),
        on_line(buzz(120.0, 4.0, level_db=-8.0), quiet(10.0), buzz(120.0, 4.0, level_db=-38.0)),
    )
    assert of(lines, "customer")[-1].silence_s < 1.0


@pytest.mark.parametrize("kind", ["strings", "band"])
def test_music_on_hold_is_told_and_is_silence(kind: str) -> None:
    decoder = Decoder(AudioFormat("mulaw", RATE_HZ, ("agent",)))
    (music,) = minutes(kind, 1, seconds=40.0, level_db=-20.0)
    chunks = decoder.feed(music) + decoder.flush()
    agent = np.concatenate([buzz(210.0, 4.0), *(chunk.samples for chunk in chunks)])
    lines = of(heard(meter(), quiet(1.0), on_line(agent)), "agent")
    assert lines[-1].hold
    assert lines[-1].silence_s >= 30.0
    assert not any(line.hold for line in lines[:4])


def test_what_nobody_listened_to_is_no_silence() -> None:
    voices = meter()
    before = heard(voices, on_line(buzz(120.0, 3.0)), quiet(10.0))
    after = heard(voices, quiet(5.0), start_s=60.05)
    assert before[-1].silence_s == pytest.approx(7.0, abs=0.3)
    assert [line.at_s for line in of(after, "agent")] == [61.0, 62.0, 63.0, 64.0, 65.0]
    assert after[-1].silence_s == pytest.approx(5.0, abs=0.1)
    assert voices.measure("customer", 0.0, 3.0) is None, "its samples are gone"


def test_one_leg_is_followed_alone() -> None:
    voices = meter("unknown")
    chunk = AudioChunk(speaker="unknown", start_s=0.0, samples=on_line(buzz(120.0, 3.0)))
    assert [line.at_s for line in voices.listen(chunk)] == [1.0, 2.0, 3.0]


# Utterances -------------------------------------------------------------------------------


def spoken(voices: VoiceMeter, *utterances: np.ndarray, start_s: float = 0.0) -> list[Voice]:
    """Each utterance over a telephone, measured when it was said."""
    found = []
    for samples in utterances:
        line = telephoned(on_line(samples, quiet(0.5)))
        heard(voices, line, start_s=start_s)
        voice = voices.measure("customer", start_s, start_s + len(samples) / SAMPLE_RATE_HZ)
        assert voice is not None
        found.append(voice)
        start_s += len(line) / SAMPLE_RATE_HZ
    return found


def test_a_voice_that_rises_is_angry_and_says_by_how_much() -> None:
    *first, angry = spoken(
        meter(), *[buzz(seconds=4.0, **CALM)] * 4, buzz(seconds=4.0, **ANGRY)
    )
    assert all(voice.anger < 0.3 for voice in first)
    assert angry.anger > 0.8
    moved = {signal.name: signal for signal in angry.signals}
    assert set(moved) == {feature.name for feature in FEATURES}
    pitch, loudness = moved["pitch_hz"], moved["loudness_db"]
    assert pitch.baseline == pytest.approx(120.0, rel=0.03)
    assert pitch.value == pytest.approx(200.0, rel=0.03)
    assert loudness.baseline is not None
    assert loudness.value >= loudness.baseline + 10.0
    assert angry.signals[0].name in ("pitch_hz", "brightness_db"), "what counts most is first"


@pytest.mark.parametrize("gain_db", [-12.0, 6.0])
def test_the_level_of_the_line_changes_no_reading(gain_db: float) -> None:
    gain = np.float32(10 ** (gain_db / 20))
    said = [buzz(seconds=3.0, **CALM)] * 4 + [buzz(seconds=3.0, **ANGRY)]
    usual = spoken(meter(), *said)
    other = spoken(meter(), *(samples * gain for samples in said))
    for one, another in zip(usual, other, strict=True):
        assert another.anger == pytest.approx(one.anger, abs=0.05)


def test_little_is_believed_of_a_caller_who_has_said_little() -> None:
    first, second, *_, last = spoken(meter(), *[buzz(seconds=3.0, **CALM)] * 6)
    assert first.signals[0].baseline is None
    assert second.signals[0].baseline is not None
    assert [first.reliable, second.reliable, last.reliable] == [False, False, True]


def test_a_later_rise_does_not_become_usual() -> None:
    calm, angry = buzz(seconds=4.0, **CALM), buzz(seconds=4.0, **ANGRY)
    readings = spoken(meter(), *[calm] * 3, *[angry] * 5)
    assert min(voice.anger for voice in readings[3:]) > 0.8


def test_a_bare_yes_is_no_baseline() -> None:
    voices = meter()
    spoken(voices, *[buzz(400.0, 0.6, syllables_per_s=2.0)] * 3)
    (voice,) = spoken(voices, buzz(seconds=3.0, **CALM), start_s=10.0)
    assert voice.signals[0].baseline is None


def test_no_single_feature_makes_a_voice_angry() -> None:
    assert all(feature.weight * STEP_MAX < 3.5 for feature in FEATURES)


def test_legs_have_baselines_of_their_own() -> None:
    voices = meter()
    customer, agent = buzz(seconds=4.0, **CALM), buzz(230.0, 4.0)
    heard(voices, on_line(customer, quiet(4.0)), on_line(quiet(4.0), agent))
    assert voices.measure("customer", 0.0, 4.0) is not None
    voice = voices.measure("agent", 4.0, 8.0)
    assert voice is not None
    assert voice.signals[0].baseline is None


def test_no_voice_is_no_reading() -> None:
    voices = meter()
    heard(voices, quiet(5.0))
    assert voices.measure("customer", 1.0, 3.0) is None
    assert voices.measure("customer", 60.0, 63.0) is None


def test_nothing_known_of_a_line_says_nothing_about_its_level() -> None:
    from sentiment.prosody import Prosody

    said = {
        "pitch_hz": 150.0,
        "brightness_db": -10.0,
        "emphasis_db": 6.0,
        "speech_rate": 6.0,
        "speech_s": 3.0,
    }
    for level_db in (-50.0, -5.0):
        assert Baseline().steps(Prosody(loudness_db=level_db, **said))["loudness_db"] == 0.0


# Real calls -------------------------------------------------------------------------------


@pytest.mark.skipif(not (SHARED / "calls").is_dir(), reason="needs ../shared/data/calls")
@pytest.mark.parametrize("name", ["dev-en-02/call.mulaw.wav", "dev-ja-03/call.loss3.wav"])
def test_turns_that_were_made_louder_are_heard_louder(name: str) -> None:
    path = SHARED / "calls" / name
    turns = json.loads((path.parent / "call.json").read_text())["turns"]
    recording = read_recording(path)
    voices = meter()
    waiting = [turn for turn in turns if turn["speaker"] == "customer"]
    rises: dict[int, list[float]] = {}
    for chunks in recording.chunks():
        for chunk in chunks:
            voices.listen(chunk)
        while waiting and waiting[0]["end_s"] + 1.0 < chunks[0].end_s:
            turn = waiting.pop(0)
            voice = voices.measure("customer", turn["start_s"], turn["end_s"])
            if voice is None or not voice.reliable:
                continue
            (signal,) = [one for one in voice.signals if one.name == "loudness_db"]
            assert signal.baseline is not None
            rises.setdefault(turn["frustration"], []).append(signal.value - signal.baseline)
    assert np.median(rises[3]) == pytest.approx(4.0, abs=1.0)
    calmer = [rise for level, those in rises.items() if level < 3 for rise in those]
    assert np.abs(np.median(calmer)) < 1.0


@pytest.mark.skipif(not (SHARED / "calls").is_dir(), reason="needs ../shared/data/calls")
def test_a_long_silence_of_a_real_call_is_counted_while_it_lasts() -> None:
    path = SHARED / "calls" / "dev-ja-02"
    turns = json.loads((path / "call.json").read_text())["turns"]
    (broken,) = [turn for turn in turns if turn["pause_before_s"] >= 20.0]
    voices = meter()
    lines = [
        line
        for chunks in read_recording(path / "call.wav").chunks()
        for chunk in chunks
        for line in voices.listen(chunk)
    ]
    long_s = [line.at_s for line in lines if line.silence_s >= 20.0]
    assert long_s
    begin_s = broken["start_s"] - broken["pause_before_s"]
    assert all(begin_s + 20.0 <= at_s <= broken["start_s"] + 0.5 for at_s in long_s)


@pytest.mark.skipif(not (SHARED / "calls").is_dir(), reason="needs ../shared/data/calls")
@pytest.mark.parametrize("path", sorted((SHARED / "calls").glob("*/call.wav")), ids=str)
def test_who_speaks_over_whom_in_real_calls(path: Path) -> None:
    turns = json.loads((path.parent / "call.json").read_text())["turns"]
    voices = meter()
    lines = [
        line
        for chunks in read_recording(path).chunks()
        for chunk in chunks
        for line in voices.listen(chunk)
    ]
    cut_in = [turn for turn in turns if turn["speaker"] == "agent" and turn["overlap_s"] >= 1.5]
    long_s = [line.at_s for line in of(lines, "agent") if line.overtalk_s >= 1.3]
    for turn in cut_in:
        assert any(turn["start_s"] < at_s < turn["start_s"] + 4 for at_s in long_s)
    if not cut_in:
        assert not long_s
