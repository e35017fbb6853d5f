import json
from pathlib import Path

import pytest

from audio.files import read_recording
from copilot.backends import build_topic_encoder
from copilot.disposition_file import load_dispositions
from copilot.samples import DISPOSITIONS, Script, sample_calls
from summarizer.dispositions import Dispositions

SAMPLES = sample_calls()
each_sample = pytest.mark.parametrize("script", SAMPLES, ids=[script.id for script in SAMPLES])


def test_there_is_a_japanese_and_an_english_one_of_at_most_1_5_mb() -> None:
    assert [script.language for script in SAMPLES] == ["ja", "en"]
    assert sum(script.audio.stat().st_size for script in SAMPLES) < 1.5e6


@each_sample
def test_the_recording_has_both_legs_and_the_length_of_the_script(script: Script) -> None:
    recording = read_recording(script.audio)
    assert recording.speakers == ("customer", "agent")
    call = json.loads(script.audio.with_name("call.json").read_text(encoding="utf-8"))
    assert recording.duration_s == pytest.approx(call["audio"]["duration_s"], abs=0.05)


@each_sample
def test_whoever_has_the_turn_is_the_louder_leg(script: Script) -> None:
    recording = read_recording(script.audio)
    for turn in script.turns:
        said = recording.samples[:, int(turn.start_s * 16000) : int(turn.end_s * 16000)]
        power = (said**2).mean(axis=1)
        leg = recording.speakers.index(turn.speaker)
        assert power[leg] > 100 * power[1 - leg], turn.text


@each_sample
def test_the_spike_stands_where_the_labels_say(script: Script) -> None:
    levels = [turn.frustration for turn in script.turns if turn.speaker == "customer"]
    assert None not in levels
    rises = [later - before for before, later in zip(levels, levels[1:], strict=False)]
    assert sum(rise >= 2 for rise in rises) == 1
    assert levels[0] == levels[-1] == 0
    assert script.alerts_expected == {"frustration_spike"}


@each_sample
def test_labels_follow_the_schema_of_the_shared_calls(script: Script) -> None:
    shared = Path(__file__).parents[3] / "shared" / "data" / "calls"
    if not shared.is_dir():
        pytest.skip("no ../shared/data: the labelled calls are not part of the repository")
    example = json.loads((shared / "dev-en-02" / "call.json").read_text(encoding="utf-8"))
    call = json.loads(script.audio.with_name("call.json").read_text(encoding="utf-8"))
    assert set(example) - set(call) <= {"split", "variants"}
    assert set(call["summary"]) == set(example["summary"])
    assert set(call["turns"][0]) == set(example["turns"][0])
    kinds = [
        *(alert["kind"] for alert in call["alerts_expected"]),
        *call["alerts_forbidden"],
        *call["alerts_tolerated"],
    ]
    assert len(kinds) == len(set(kinds)) == 9


@each_sample
def test_what_the_summary_must_hold_was_said(script: Script) -> None:
    call = json.loads(script.audio.with_name("call.json").read_text(encoding="utf-8"))
    spoken = " ".join(turn["text"] for turn in call["turns"]).lower()
    for variants in [*call["summary"]["reason"], *call["summary"]["must_include"]]:
        assert any(variant in spoken for variant in variants), variants
    for never in call["summary"]["must_not_include"]:
        assert never not in spoken


def test_the_calls_find_their_codes_in_the_sample_list(models_dir: Path) -> None:
    codes = load_dispositions(DISPOSITIONS)
    dispositions = Dispositions(codes.examples, build_topic_encoder(models_dir / "models"))
    wanted = {"ja": "late_delivery", "en": "lost_baggage"}
    for script in sample_calls():
        said = [turn.text for turn in script.turns if turn.speaker == "customer"]
        assert dispositions.of(said[:3])[0].code == wanted[script.language]
