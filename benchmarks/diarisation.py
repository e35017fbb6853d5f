"""Who speaks on one channel: voices told apart, and whether the confidence is honest.

    python -m benchmarks.diarisation            voices and confidence
    python -m benchmarks.diarisation --words    words by speaker, through ``copilot process``

Over ../shared/data: the scripted calls mixed to one channel, pyannote's telephone call and
its RTTM, Google's phone sale by its turns, calls put together from turns of two real voices
each, and each voice alone. The project's own samples stand beside them.

``right`` is the share of speech of one person that goes to the voice which is theirs, after
the better of the two ways to name the voices; where people speak at once nobody judges.
``named`` is the share whose confidence is enough to name somebody. With ``--words`` each
scripted call is processed with its two channels and mixed to one: word error (characters in
Japanese) of what each speaker is said to have said.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import tempfile
import time
import wave
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soxr

from audio.diarisation import SURE, Turn, voice_turns
from audio.files import read_recording
from audio.vad import WINDOW_S, VoiceActivity, VoiceModel, load_vad
from audio.voiceprint import load_voice_encoder
from copilot import events
from copilot.score import word_error
from copilot.signals import SAMPLE_RATE_HZ, Samples

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data"
STEP_S = 0.01
SPEECH = 0.5
PAUSE_WINDOWS = 8
TELEPHONE_HZ = 8000
LEVEL = 0.1
REAL_VOICES = {
    "lca": "call_audio_en/lca/demo_agent.wav",
    "ibm-us": "call_audio_en/watson/Us_English_Narrowband_Sample_2.wav",
    "ibm-gb": "call_audio_en/watson/en-GB_Narrowband_sample1.wav",
    "lecture": "call_audio_en/misc/silero_test.wav",
    "jfk": "call_audio_en/misc/fw_jfk.flac",
    "ja-bank": "speech_ja/watson/sample-Ja_JP-narrow3.wav",
}
CALL_S = 90.0

Said = list[tuple[float, float, str]]
"""Begin, end and speaker of each turn."""


@dataclass(frozen=True)
class Case:
    name: str
    kind: str
    samples: Samples
    said: Said


def cases(vad: VoiceModel) -> Iterator[Case]:
    for folder in (ROOT / "copilot" / "samples", DATA / "calls"):
        for script in sorted(folder.glob("*/call.json")):
            sound = next(script.parent.glob("call.flac"), script.parent / "call.wav")
            labels = json.loads(script.read_text(encoding="utf-8"))
            said = [(one["start_s"], one["end_s"], one["speaker"]) for one in labels["turns"]]
            legs = read_recording(sound).samples
            kind = "samples" if folder.name == "samples" else "scripted calls"
            yield Case(script.parent.name, kind, legs.mean(axis=0), said)
            for leg, speaker in zip(legs, ("customer", "agent"), strict=True):
                alone = [one for one in said if one[2] == speaker]
                yield Case(f"{script.parent.name} {speaker}", "one voice", leg, alone)
    misc = DATA / "call_audio_en" / "misc"
    rows = [line.split() for line in (misc / "pyannote_sample.rttm").read_text().splitlines()]
    said = [(float(row[3]), float(row[3]) + float(row[4]), row[7]) for row in rows]
    mono = read_recording(misc / "pyannote_sample.wav").samples[0]
    yield Case("pyannote_sample", "real call", mono, said)
    voices = {name: _stretches(_telephoned(path), vad) for name, path in REAL_VOICES.items()}
    random = np.random.default_rng(5)
    for first, second in itertools.combinations(voices, 2):
        name = f"{first} + {second}"
        yield Case(name, "two real voices", *_conversation(voices, first, second, random))
    for name, stretches in voices.items():
        samples = np.concatenate(stretches)
        yield Case(name, "one voice", samples, [(0.0, len(samples) / SAMPLE_RATE_HZ, name)])


def _telephoned(path: str) -> Samples:
    narrow = soxr.resample(read_recording(DATA / path).samples[0], SAMPLE_RATE_HZ, TELEPHONE_HZ)
    return soxr.resample(narrow, TELEPHONE_HZ, SAMPLE_RATE_HZ).astype(np.float32)


def _stretches(samples: Samples, vad: VoiceModel) -> list[Samples]:
    """Speech without a pause, all of one level."""
    activity = np.array(VoiceActivity(vad).feed(samples))
    speech = np.flatnonzero(activity >= SPEECH)
    parts = np.split(speech, np.flatnonzero(np.diff(speech) > PAUSE_WINDOWS) + 1)
    scale = WINDOW_S * SAMPLE_RATE_HZ
    cut = [samples[int(part[0] * scale) : int((part[-1] + 1) * scale)] for part in parts]
    return [one * (LEVEL / np.sqrt(np.mean(np.square(one)))) for one in cut if len(one) > 5000]


def _conversation(
    voices: dict[str, list[Samples]], first: str, second: str, random: np.random.Generator
) -> tuple[Samples, Said]:
    """Turns of 0.4 to 8 s in alternation, a quarter of a second apart."""
    left = {
        name: [voices[name][at] for at in random.permutation(len(voices[name]))]
        for name in (first, second)
    }
    sound: list[npt.NDArray[np.float64]] = []
    said: Said = []
    at_s = 0.0
    for name in itertools.cycle((first, second)):
        if at_s > CALL_S or not left[name]:
            break
        wanted_s = min(8.0, random.lognormal(0.6, 0.8))
        pause_s = max(0.0, random.normal(0.25, 0.3))
        sound.append(random.normal(0, LEVEL / 60, round(pause_s * SAMPLE_RATE_HZ)))
        begin_s = at_s = at_s + len(sound[-1]) / SAMPLE_RATE_HZ
        while at_s - begin_s < wanted_s and left[name]:
            rest = max(0.4, wanted_s - (at_s - begin_s))
            sound.append(left[name].pop()[: round(rest * SAMPLE_RATE_HZ)])
            at_s += len(sound[-1]) / SAMPLE_RATE_HZ
        said.append((begin_s, at_s, name))
    return np.concatenate(sound).astype(np.float32), said


@dataclass(frozen=True)
class Judged:
    right: npt.NDArray[np.bool_]
    confidence: npt.NDArray[np.float64]
    """Both of every 10 ms in which one person speaks and a voice is told."""


def judged(turns: list[Turn], said: Said, duration_s: float) -> Judged:
    names = sorted({speaker for _, _, speaker in said})
    count = int(duration_s / STEP_S)
    true, speakers = np.full(count, -1), np.zeros(count, int)
    for begin_s, end_s, speaker in said:
        within = slice(int(begin_s / STEP_S), int(end_s / STEP_S))
        true[within] = names.index(speaker)
        speakers[within] += 1
    voice, confidence = np.full(count, -1), np.zeros(count)
    for turn in turns:
        within = slice(int(turn.start_s / STEP_S), int(turn.end_s / STEP_S))
        voice[within], confidence[within] = turn.voice, turn.confidence
    at = (speakers == 1) & (voice >= 0)
    same = (voice == true)[at]
    return Judged(same if same.mean() >= 0.5 else ~same, confidence[at])


def words() -> None:
    errors: dict[str, list[float]] = {"two channels": [], "one channel": []}
    with tempfile.TemporaryDirectory() as folder:
        for script in sorted((DATA / "calls").glob("*/call.json")):
            labels = json.loads(script.read_text(encoding="utf-8"))
            legs = read_recording(script.parent / "call.wav").samples
            for kind, samples in (
                ("two channels", legs),
                ("one channel", legs.mean(axis=0, keepdims=True)),
            ):
                path = Path(folder) / f"{script.parent.name}.wav"
                with wave.open(str(path), "wb") as out:
                    out.setparams((len(samples), 2, SAMPLE_RATE_HZ, 0, "NONE", ""))
                    out.writeframes((samples.T * 32767).astype("<i2").tobytes())
                error, named = _words_of(path, labels)
                errors[kind].append(error)
                print(f"{script.parent.name} on {kind}: word error {error:.3f}, {named}")
    for kind, found in errors.items():
        print(f"{kind}: word error by speaker {np.mean(found):.3f}")


def _words_of(path: Path, labels: dict[str, Any]) -> tuple[float, str]:
    command = [sys.executable, "-c", "from copilot.cli import main; main()", "process"]
    done = subprocess.run(
        [*command, str(path), "--language", labels["lang"], "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    finals = [
        event
        for event in map(events.decode, done.stdout.splitlines())
        if isinstance(event, events.Transcript)
    ]
    wrong = total = 0.0
    for speaker in ("customer", "agent"):
        space = "" if labels["lang"] == "ja" else " "
        said = space.join(one["text"] for one in labels["turns"] if one["speaker"] == speaker)
        heard = space.join(one.text for one in finals if one.speaker == speaker)
        length = len(said) if labels["lang"] == "ja" else len(said.split())
        wrong += word_error(said, heard, labels["lang"]) * length
        total += length
    counts = Counter(one.speaker for one in finals)
    return wrong / total, ", ".join(f"{speaker} {count}" for speaker, count in counts.items())


def main() -> None:
    vad, encoder = load_vad(), load_voice_encoder()
    found: dict[str, list[Judged]] = {}
    invented = alone = 0
    spent_s = heard_s = 0.0
    for case in cases(vad):
        duration_s = len(case.samples) / SAMPLE_RATE_HZ
        began_s = time.process_time()
        turns = voice_turns(case.samples, vad, encoder)
        spent_s += time.process_time() - began_s
        heard_s += duration_s
        if case.kind == "one voice":
            alone += 1
            invented += bool(turns)
            if turns:
                print(f"{case.name}: two voices where one speaks", flush=True)
            continue
        if not turns:
            print(f"{case.name}: one voice where two speak", flush=True)
            continue
        one = judged(turns, case.said, duration_s)
        found.setdefault(case.kind, []).append(one)
        named = one.confidence >= SURE
        print(
            f"{case.name}: right {one.right.mean():.3f},"
            f" confidence {one.confidence.mean():.3f}, named {named.mean():.2f}"
            f" of it {one.right[named].mean():.3f} right,"
            f" {len(turns)} stretches",
            flush=True,
        )
    for kind, all_of_kind in found.items():
        right = np.mean([one.right.mean() for one in all_of_kind])
        confidence = np.mean([one.confidence.mean() for one in all_of_kind])
        print(f"{kind}: {len(all_of_kind)}, right {right:.3f}, confidence {confidence:.3f}")
    print(f"two voices where one speaks: {invented} of {alone}")
    everything = [one for some in found.values() for one in some]
    right = np.concatenate([one.right for one in everything])
    confidence = np.concatenate([one.confidence for one in everything])
    edges = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.001)
    error = 0.0
    for low, high in itertools.pairwise(edges):
        within = (confidence >= low) & (confidence < high)
        if within.any():
            print(
                f"confidence {low:.2f} to {min(high, 1.0):.2f}:"
                f" {within.mean():.3f} of the time, mean {confidence[within].mean():.3f},"
                f" right {right[within].mean():.3f}"
            )
            error += within.mean() * abs(confidence[within].mean() - right[within].mean())
    print(f"calibration error {error:.3f}")
    print(f"{spent_s:.1f} s of one core for {heard_s:.0f} s of sound")


if __name__ == "__main__":
    words() if "--words" in sys.argv else main()
