"""Word error of streaming finals beside the same model over the whole file.

    python benchmarks/wer.py             # as fast as the machine can
    python benchmarks/wer.py --live      # in real time: also latency, split turns and CPU

Errors are pooled per language: all edits over all units of the reference (English words,
Japanese characters). Legs are scored apart, so that overlapping turns have one order.
Latency runs from the true end of a turn to the final with its last word.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz.distance import Levenshtein

sys.path.insert(0, str(Path(__file__).parent.parent))

from audio.files import Recording, read_recording
from audio.transcriber import Transcriber
from audio.vad import VoiceModel, load_vad
from audio.whisper import BEAMS_FINAL, FasterWhisperRecogniser
from copilot.events import Speaker, Transcript
from copilot.models import whisper_folder
from copilot.recognition import RecognitionWorker
from copilot.score import Turn, final_latencies, units
from copilot.signals import Hypothesis, RecognitionRequest

ROOT = Path(__file__).parent.parent
MONO = ("gcp_commercial_mono", "pyannote_sample")


@dataclass(frozen=True, kw_only=True)
class Case:
    name: str
    language: str
    recording: Recording
    references: dict[Speaker, str]
    turns: list[Turn] = field(default_factory=list)


@dataclass(kw_only=True)
class Score:
    streamed_edits: int = 0
    whole_edits: int = 0
    reference_units: int = 0
    latencies_s: list[float] = field(default_factory=list)
    turns: int = 0
    split_turns: int = 0
    cpu_s: float = 0.0
    audio_s: float = 0.0

    def add(self, other: Score) -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


def cases(data: Path, names: Sequence[str]) -> Iterator[Case]:
    manifest = json.loads((data / "call_audio_en" / "manifest.json").read_text())
    for entry in manifest:
        if entry["id"] in MONO and (not names or entry["id"] in names):
            recording = read_recording(data / entry["file"])
            yield Case(
                name=entry["id"],
                language="en",
                recording=recording,
                references={"unknown": entry["ref"]},
            )
    for folder in sorted((data / "calls").iterdir()):
        if not folder.is_dir() or (names and folder.name not in names):
            continue
        call = json.loads((folder / "call.json").read_text())
        turns = [
            Turn(
                speaker=turn["speaker"],
                text=turn["text"],
                start_s=turn["start_s"],
                end_s=turn["end_s"],
            )
            for turn in call["turns"]
        ]
        recording = read_recording(folder / "call.wav")
        yield Case(
            name=folder.name,
            language=folder.name.split("-")[1],
            recording=recording,
            references={
                speaker: " ".join(turn.text for turn in turns if turn.speaker == speaker)
                for speaker in recording.speakers
            },
            turns=turns,
        )


async def stream(
    case: Case, worker: RecognitionWorker, vad: VoiceModel, *, live: bool
) -> list[tuple[float, Transcript]]:
    """Every transcript with the seconds since the first sample at which it came."""
    transcriber = Transcriber(
        case.name, case.recording.speakers, case.language, vad=vad, partials=live
    )
    told: list[tuple[float, Transcript]] = []
    answered = asyncio.Event()
    start_s = time.monotonic()

    def receive(request: RecognitionRequest, heard: Hypothesis | None) -> None:
        now_s = time.monotonic() - start_s
        told.extend((now_s, event) for event in transcriber.receive(request, heard))
        answered.set()

    async def settle() -> None:
        while transcriber.pending:
            answered.clear()
            await answered.wait()

    for chunks in case.recording.chunks(0.02 if live else 0.1):
        if live:
            await asyncio.sleep(start_s + chunks[0].end_s - time.monotonic())
        for chunk in chunks:
            for request in transcriber.feed(chunk):
                worker.submit(request, receive)
        if not live:
            await settle()
    for request in transcriber.finish():
        worker.submit(request, receive)
    await settle()
    return told


def whole_file(case: Case, model: Any) -> dict[Speaker, str]:
    """The same model over each whole leg, as faster-whisper does it by default."""
    return {
        speaker: " ".join(
            segment.text
            for segment in model.transcribe(leg, language=case.language, beam_size=BEAMS_FINAL)[
                0
            ]
        )
        for speaker, leg in zip(case.recording.speakers, case.recording.samples, strict=True)
    }


def edits(references: dict[Speaker, str], heard: dict[Speaker, str], language: str) -> int:
    return sum(
        Levenshtein.distance(units(reference, language), units(heard[speaker], language))
        for speaker, reference in references.items()
    )


def texts(finals: Iterable[Transcript], speakers: Sequence[Speaker]) -> dict[Speaker, str]:
    ordered = sorted(finals, key=lambda final: final.start_s)
    return {
        speaker: " ".join(final.text for final in ordered if final.speaker == speaker)
        for speaker in speakers
    }


def split_turns(turns: Sequence[Turn], finals: Sequence[Transcript]) -> int:
    """Turns whose words came in more than one final."""

    def holds(final: Transcript, turn: Turn) -> bool:
        overlap_s = min(final.end_s, turn.end_s) - max(final.start_s, turn.start_s)
        return final.speaker == turn.speaker and overlap_s > 0.1

    return sum(sum(holds(final, turn) for final in finals) > 1 for turn in turns)


async def score(
    case: Case, worker: RecognitionWorker, vad: VoiceModel, model: Any, *, live: bool
) -> Score:
    cpu_s = time.process_time()
    told = await stream(case, worker, vad, live=live)
    cpu_s = time.process_time() - cpu_s
    finals = [event for _, event in told if event.final]
    heard = texts(finals, case.recording.speakers)
    latencies = final_latencies(case.turns, told) if live and case.turns else []
    whole = await asyncio.to_thread(whole_file, case, model)
    return Score(
        streamed_edits=edits(case.references, heard, case.language),
        whole_edits=edits(case.references, whole, case.language),
        reference_units=sum(
            len(units(text, case.language)) for text in case.references.values()
        ),
        latencies_s=[latency for latency in latencies if latency is not None],
        turns=len(case.turns),
        split_turns=split_turns(case.turns, finals),
        cpu_s=cpu_s,
        audio_s=case.recording.duration_s,
    )


def row(name: str, one: Score) -> str:
    def share(part: int) -> str:
        return f"{100 * part / one.reference_units:5.1f}"

    cells = [name, share(one.streamed_edits), share(one.whole_edits)]
    cells.append(f"{one.split_turns}/{one.turns}" if one.turns else "-")
    if one.latencies_s:
        cells += [f"{np.quantile(one.latencies_s, at):.2f}" for at in (0.5, 0.95)]
    else:
        cells += ["-", "-"]
    cells.append(f"{one.cpu_s / one.audio_s:.2f}")
    return "| " + " | ".join(cells) + " |"


def processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":")[1].strip()
    return platform.processor() or platform.machine()


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="recordings; all without")
    parser.add_argument("--live", action="store_true", help="play in real time")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--data-dir", type=Path, default=ROOT / "data", help="joined model")
    parser.add_argument("--model", default="base")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    if not options.data.is_dir():
        parser.error(f"no labelled recordings at {options.data}")

    from faster_whisper import WhisperModel

    folder = whisper_folder(options.data_dir, options.model)
    recogniser = FasterWhisperRecogniser(folder, threads=options.threads)
    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=2)
    print(
        f"{recogniser.name}, {options.threads} threads; {processor()}, {os.cpu_count()} cores"
    )
    print("| recording | streamed % | whole file % | split turns | p50 s | p95 s | CPU/s |")
    print("|---|---|---|---|---|---|---|")
    pooled: dict[str, Score] = {}
    async with RecognitionWorker(recogniser) as worker:
        vad = load_vad()
        for case in cases(options.data, options.names):
            one = await score(case, worker, vad, model, live=options.live)
            print(row(case.name, one), flush=True)
            group = f"all calls {case.language}" if case.turns else "all mono en"
            pooled.setdefault(group, Score()).add(one)
    for group, one in pooled.items():
        print(row(f"**{group}**", one))


if __name__ == "__main__":
    asyncio.run(main())
