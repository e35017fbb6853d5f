"""Words heard on lines where nobody speaks. There must be none.

    python -m benchmarks.silence [--minutes 30] [kind ...]

Every kind of line goes, as 8 kHz mu-law in pieces of 20 ms, through a transcriber with
partials and the packaged Whisper, as Japanese, as English and with the language to be found.
``voice`` is what voice activity took for speech, ``requests`` what the model had to hear,
``CPU`` is for all three languages together.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soxr

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "support"))

from audio.decode import AudioFormat, Decoder
from audio.files import read_recording
from audio.transcriber import Transcriber
from audio.vad import VoiceModel, load_vad
from audio.whisper import FasterWhisperRecogniser
from benchmarks.server import ROOT, machine
from copilot.models import whisper_folder
from copilot.ports import Recogniser
from copilot.signals import SAMPLE_RATE_HZ, RecognitionRequest
from lines import LINES, RATE_HZ, minutes, on_the_line

LANGUAGES = ("ja", "en", None)
PIECE_BYTES = RATE_HZ // 50
FORMAT = AudioFormat("mulaw", RATE_HZ, ("customer",))
HOLD_MUSIC = ROOT.parent / "shared" / "data" / "telephony_prompts_en" / "hold_music"
LEVELS_DB = (-34.0, -14.0)
SPEEDS = (0.94, 1.06)
"""A track is played louder and softer, faster and slower, so that no two minutes are one."""


@dataclass(kw_only=True)
class Row:
    minutes: int = 0
    utterances: int = 0
    voice_s: float = 0.0
    requests: int = 0
    invented: list[str] = field(default_factory=list)
    cpu_s: float = 0.0

    def add(self, other: Row) -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


class SharedEar:
    """A voice model that answers the same question once: the transcribers of all languages
    hear one line, piece by piece."""

    def __init__(self, model: VoiceModel) -> None:
        self._model = model
        self._asked: dict[str, np.ndarray[Any, Any]] = {}
        self._answer: Any = None

    def run(self, outputs: object, inputs: dict[str, np.ndarray[Any, Any]]) -> Any:
        if not self._asked or any(
            not np.array_equal(inputs[name], self._asked[name]) for name in inputs
        ):
            self._answer = self._model.run(outputs, inputs)
            self._asked = inputs
        return self._answer


def track(path: Path, count: int) -> Iterator[bytes]:
    """Minutes of a recorded piece of music."""
    samples = soxr.resample(read_recording(path).samples[0], SAMPLE_RATE_HZ, RATE_HZ)
    for number in range(count):
        random = np.random.default_rng([len(samples), number])
        speed = random.uniform(*SPEEDS)
        length = round(60 * RATE_HZ * speed)
        begin = random.integers(0, max(1, len(samples) - length))
        played = soxr.resample(samples[begin : begin + length], RATE_HZ * speed, RATE_HZ)
        yield on_the_line(played, random, random.uniform(*LEVELS_DB))


def kinds(count: int) -> dict[str, Callable[[], Iterator[bytes]]]:
    tracks = sorted(HOLD_MUSIC.glob("*.wav"))
    return {
        **{name: lambda name=name: minutes(name, count) for name in LINES},
        **{path.stem: lambda path=path: track(path, count) for path in tracks},
    }


def listen(pieces: Iterator[bytes], recogniser: Recogniser, vad: VoiceModel) -> Row:
    ear = SharedEar(vad)
    transcribers = {
        language: Transcriber("call", ("customer",), language, vad=ear)
        for language in LANGUAGES
    }
    decoder = Decoder(FORMAT)
    row = Row()
    began_s = time.process_time()

    def answer(language: str | None, requests: list[RecognitionRequest]) -> None:
        for request in requests:
            segment = request.segment
            if segment.closed and language == LANGUAGES[0]:
                row.utterances += 1
                row.voice_s += segment.end_s - segment.start_s
            row.requests += request.known is None
            heard = request.known or recogniser.recognise([request])[0]
            for told in transcribers[language].receive(request, heard):
                if told.text:
                    kind = "final" if told.final else "partial"
                    at = f"{told.start_s:.1f}-{told.end_s:.1f} s"
                    row.invented.append(f"{language or 'auto'} {at} {kind}: {told.text}")

    for piece in pieces:
        row.minutes += 1
        for begin in range(0, len(piece), PIECE_BYTES):
            for chunk in decoder.feed(piece[begin : begin + PIECE_BYTES]):
                for language, transcriber in transcribers.items():
                    answer(language, transcriber.feed(chunk))
    for language, transcriber in transcribers.items():
        answer(language, transcriber.finish())
    row.cpu_s = time.process_time() - began_s
    return row


def written(name: str, row: Row) -> str:
    cells = [
        name,
        row.minutes,
        row.utterances,
        f"{row.voice_s:.1f}",
        row.requests,
        len(row.invented),
        f"{row.cpu_s:.1f}",
    ]
    return "| " + " | ".join(map(str, cells)) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kinds", nargs="*", help="kinds of line; all without")
    parser.add_argument("--minutes", type=int, default=30, help="of each kind")
    parser.add_argument("--data-dir", type=Path, default=ROOT / "data", help="joined model")
    options = parser.parse_args()
    lines = kinds(options.minutes)
    if unknown := set(options.kinds) - set(lines):
        parser.error(f"no such kind: {', '.join(unknown)}; there are {', '.join(lines)}")

    recogniser = FasterWhisperRecogniser(whisper_folder(options.data_dir), threads=1)
    vad = load_vad()
    print(recogniser.name, json.dumps(machine()))
    print("| line | minutes | utterances | voice s | requests | texts | CPU s |")
    print("|---|---|---|---|---|---|---|")
    total = Row()
    for name in options.kinds or lines:
        row = listen(lines[name](), recogniser, vad)
        print(written(name, row), flush=True)
        for text in row.invented:
            print(f"    {text}", flush=True)
        total.add(row)
    print(written("**all**", total))
    sys.exit(bool(total.invented))


if __name__ == "__main__":
    main()
