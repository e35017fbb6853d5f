"""Word error of streaming finals beside the same model over the whole file.

    python -m benchmarks.wer              # finals against the whole file, by language
    python -m benchmarks.wer --lengths    # the same by length of the utterance
    python -m benchmarks.wer --loss       # on 8 kHz mu-law with lost packets
    python -m benchmarks.wer --windows    # encoder window x beams, with the CPU of each
    python -m benchmarks.wer --turns      # every turn that finals got worse

All references of ../shared/data. Errors are pooled: all edits over all units (English
words, Japanese characters). The interval is of the difference, by paired bootstrap over
recordings. ``--quick`` takes every eighth prompt and one call of each language.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from audio.guards import token_limit
from audio.transcriber import Transcriber
from audio.vad import VoiceModel, load_vad
from audio.whisper import FasterWhisperRecogniser
from benchmarks.references import (
    DATA,
    Case,
    cases,
    edits_by_unit,
    holders,
    on_the_telephone,
)
from copilot.events import Speaker, Transcript
from copilot.models import whisper_folder
from copilot.ports import Recogniser
from copilot.score import units
from copilot.signals import SAMPLE_RATE_HZ, Hypothesis, RecognitionRequest

LENGTHS_S = (1.0, 2.0, 4.0, 8.0, math.inf)
LOSSES = (0.0, 0.01, 0.03, 0.05)
WINDOWS = (400, 500, 600, 800, 1000, 1500, 3000)
BEAMS = (1, 5)
WHOLE_FILE_BEAMS = 5
FRAME_SAMPLES = 160
RESAMPLES = 10_000
TAIL_SAMPLES = round(0.3 * SAMPLE_RATE_HZ)
"""Silence that must fit a window after the speech, or the utterance takes a longer one."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Leg:
    """One leg of a recording: what was said, and the finals in order of time."""

    case: Case
    speaker: Speaker
    finals: Sequence[Transcript]
    asked: Sequence[RecognitionRequest]
    """What the recogniser was given for each final."""

    @property
    def reference(self) -> list[str]:
        return units(self.case.references[self.speaker], self.case.language)

    @property
    def streamed(self) -> list[str]:
        return self.units_of([final.text for final in self.finals])

    def units_of(self, texts: Iterable[str]) -> list[str]:
        return units(" ".join(texts), self.case.language)

    def lengths(self) -> npt.NDArray[np.intp]:
        """Class of length of the utterance that holds each unit of the reference."""
        parts = [units(final.text, self.case.language) for final in self.finals]
        if not any(parts):
            return np.zeros(max(1, len(self.reference)), np.intp)
        classes = [_length_class(final.end_s - final.start_s) for final in self.finals]
        held = np.array(classes)[holders(self.reference, parts)]
        return held if len(held) else np.zeros(1, np.intp)


def _length_class(seconds: float) -> int:
    return next(index for index, limit in enumerate(LENGTHS_S) if seconds < limit)


# Hearing ------------------------------------------------------------------------------


def stream(case: Case, recogniser: Recogniser, vad: VoiceModel) -> list[Leg]:
    """The finals of a call whose recogniser always answers at once."""
    transcriber = Transcriber(
        case.name, case.recording.speakers, case.language, vad=vad, partials=False
    )
    asked: dict[str, RecognitionRequest] = {}
    finals: dict[str, Transcript] = {}

    def answer(requests: Sequence[RecognitionRequest]) -> None:
        for request in requests:
            heard: Hypothesis | None = request.known
            if heard is None:
                [heard] = recogniser.recognise([request])
                asked[request.segment.utterance_id] = request
            for event in transcriber.receive(request, heard):
                if event.final:
                    finals[event.utterance_id] = event

    for chunks in case.recording.chunks():
        for chunk in chunks:
            answer(transcriber.feed(chunk))
    answer(transcriber.finish())
    legs = []
    for speaker in case.recording.speakers:
        own = sorted(
            (final for final in finals.values() if final.speaker == speaker),
            key=lambda final: final.start_s,
        )
        legs.append(
            Leg(
                case=case,
                speaker=speaker,
                finals=own,
                asked=[asked[final.utterance_id] for final in own],
            )
        )
    return legs


def whole_file(leg: Leg, model: Any) -> list[str]:
    """The same model over the whole leg, as faster-whisper does it by default."""
    from ctranslate2 import set_random_seed

    set_random_seed(0)  # its fallback draws tokens
    index = leg.case.recording.speakers.index(leg.speaker)
    segments, _ = model.transcribe(
        leg.case.recording.samples[index],
        language=leg.case.language,
        beam_size=WHOLE_FILE_BEAMS,
    )
    return leg.units_of(segment.text for segment in segments)


class Window:
    """The bare model on one utterance, in a window of any length: no guard, no fallback."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._tokenizers: dict[str, Any] = {}

    def hear(self, request: RecognitionRequest, frames: int) -> list[tuple[str, float]]:
        """(text, CPU seconds) with each number of beams."""
        start_s = time.process_time()
        encoded = self._encode(request, frames)
        encoding_s = time.process_time() - start_s
        heard = []
        for beams in BEAMS:
            start_s = time.process_time()
            text = self._decode(encoded, request, beams)
            heard.append((text, encoding_s + time.process_time() - start_s))
        return heard

    def _encode(self, request: RecognitionRequest, frames: int) -> Any:
        window = np.zeros(frames * FRAME_SAMPLES, np.float32)
        kept = request.segment.samples[: len(window)]
        window[: len(kept)] = kept
        features = self._model.feature_extractor(window, padding=0)[:, :frames]
        return self._model.encode(features.astype(np.float32, copy=False))

    def _decode(self, encoded: Any, request: RecognitionRequest, beams: int) -> str:
        tokenizer = self._tokenizer(request.language or "en")
        prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        limit = token_limit(request.segment.end_s - request.segment.start_s)
        [result] = self._model.model.generate(
            encoded,
            [prompt],
            beam_size=beams,
            max_length=len(prompt) + limit,
            suppress_blank=True,
            suppress_tokens=[-1],
        )
        return tokenizer.decode(result.sequences_ids[0])

    def _tokenizer(self, language: str) -> Any:
        if language not in self._tokenizers:
            from faster_whisper.tokenizer import Tokenizer

            self._tokenizers[language] = Tokenizer(
                self._model.hf_tokenizer, True, task="transcribe", language=language
            )
        return self._tokenizers[language]


# Tables -------------------------------------------------------------------------------


@dataclass(kw_only=True)
class Pool:
    """Edits and units of each recording, to be drawn again."""

    name: str
    rows: list[tuple[int, int, int]]
    """(edits of the finals, edits of the whole file, units)."""

    def line(self) -> str:
        table = np.array(self.rows, float)  # (recordings, 3)
        streamed, whole, count = table.sum(axis=0)
        chance = np.random.default_rng(0)
        drawn = chance.integers(len(table), size=(RESAMPLES, len(table)))
        again = table[drawn].sum(axis=1)  # (RESAMPLES, 3)
        again = again[again[:, 2] > 0]
        low, high = np.quantile(100 * (again[:, 0] - again[:, 1]) / again[:, 2], [0.025, 0.975])
        return (
            f"| {self.name} | {len(table)} | {count:.0f} | {100 * streamed / count:.2f} "
            f"| {100 * whole / count:.2f} | {100 * (streamed - whole) / count:+.2f} "
            f"| {low:+.2f} to {high:+.2f} |"
        )


def by_language(heard: Sequence[tuple[Leg, list[str]]]) -> None:
    pooled: dict[str, dict[str, npt.NDArray[np.intp]]] = defaultdict(dict)
    for leg, whole in heard:
        row = np.array(
            [
                edits_by_unit(leg.reference, leg.streamed).sum(),
                edits_by_unit(leg.reference, whole).sum(),
                len(leg.reference),
            ]
        )
        case = leg.case
        grade = "silver, " if case.silver else ""
        for name in [f"{case.language} {grade}{case.group}"] + [
            f"**{case.language}, all but silver**" for _ in range(not case.silver)
        ]:
            pooled[name][case.name] = pooled[name].get(case.name, 0) + row
    print("\n| set | recordings | units | finals % | whole file % | difference | 95 % |")
    print("|---|---|---|---|---|---|---|")
    for name in sorted(pooled):
        print(Pool(name=name, rows=[tuple(row) for row in pooled[name].values()]).line())


def by_length(heard: Sequence[tuple[Leg, list[str]]]) -> None:
    pooled: dict[tuple[str, int], npt.NDArray[np.intp]] = {}
    for leg, whole in heard:
        if leg.case.silver or not leg.reference:
            continue
        streamed = edits_by_unit(leg.reference, leg.streamed)
        offline = edits_by_unit(leg.reference, whole)
        lengths = leg.lengths()
        for index in set(lengths.tolist()):
            held = lengths == index
            row = np.array([streamed[held].sum(), offline[held].sum(), held.sum()])
            key = (leg.case.language, index)
            pooled[key] = pooled.get(key, 0) + row
    print("\n| language | utterance | units | finals % | whole file % |")
    print("|---|---|---|---|---|")
    for (language, index), (streamed, offline, count) in sorted(pooled.items()):
        print(
            f"| {language} | {_length_name(index)} | {count} "
            f"| {100 * streamed / count:.1f} | {100 * offline / count:.1f} |"
        )


def _length_name(index: int) -> str:
    if index == len(LENGTHS_S) - 1:
        return f"over {LENGTHS_S[-2]:g} s"
    first = LENGTHS_S[index - 1] if index else 0
    return f"{first:g} to {LENGTHS_S[index]:g} s"


def fitting(frames: int, samples: int) -> int:
    """The window, or the first longer one that holds the speech and a little silence."""
    needed = (samples + TAIL_SAMPLES) / FRAME_SAMPLES
    return next((one for one in WINDOWS if one >= max(frames, needed)), WINDOWS[-1])


def by_window(legs: Sequence[Leg], model: Any) -> None:
    """Error and CPU of each window and beam, by language and length of the utterance."""
    window = Window(model)
    edits: dict[tuple[str, int, int, int], int] = defaultdict(int)
    counts: dict[tuple[str, int], int] = defaultdict(int)
    requests: dict[tuple[str, int], int] = defaultdict(int)
    cpu_s: dict[tuple[str, int, int, int], list[float]] = defaultdict(list)
    legs = [leg for leg in legs if leg.reference and leg.finals and not leg.case.silver]
    for number, leg in enumerate(legs):
        language = leg.case.language
        lengths = leg.lengths()
        classes = [_length_class(final.end_s - final.start_s) for final in leg.finals]
        texts: dict[tuple[int, int], list[str]] = defaultdict(list)
        for request, index in zip(leg.asked, classes, strict=True):
            requests[language, index] += 1
            tried: dict[int, list[tuple[str, float]]] = {}
            for frames in WINDOWS:
                taken = fitting(frames, len(request.segment.samples))
                if taken not in tried:
                    tried[taken] = window.hear(request, taken)
                for beams, (text, took_s) in zip(BEAMS, tried[taken], strict=True):
                    texts[frames, beams].append(text)
                    cpu_s[language, index, frames, beams].append(took_s)
        for (frames, beams), parts in texts.items():
            charged = edits_by_unit(leg.reference, leg.units_of(parts))
            for index in range(len(LENGTHS_S)):
                edits[language, index, frames, beams] += int(charged[lengths == index].sum())
        for index in range(len(LENGTHS_S)):
            counts[language, index] += int((lengths == index).sum())
        progress(number + 1, len(legs))
    print("\nError % and (CPU seconds of a request), by window in frames of 10 ms:")
    print(f"| language | utterance | n | units | beams | {' | '.join(map(str, WINDOWS))} |")
    print("|---" * (5 + len(WINDOWS)) + "|")
    for language, index in sorted(requests):
        count = max(1, counts[language, index])
        for beams in BEAMS:
            cells = [
                f"{100 * edits[language, index, frames, beams] / count:.1f} "
                f"({np.mean(cpu_s[language, index, frames, beams]):.2f})"
                for frames in WINDOWS
            ]
            print(
                f"| {language} | {_length_name(index)} | {requests[language, index]} "
                f"| {count} | {beams} | {' | '.join(cells)} |",
            )


def turns(heard: Sequence[tuple[Leg, list[str]]]) -> None:
    """Stretches of a reference where the finals have more edits than the whole file."""
    for leg, whole in heard:
        worse = edits_by_unit(leg.reference, leg.streamed) - edits_by_unit(leg.reference, whole)
        parts = [units(final.text, leg.case.language) for final in leg.finals]
        if not leg.reference or not any(parts):
            continue
        held = holders(leg.reference, parts)
        for index in range(len(parts)):
            if worse[held == index].sum() <= 0:
                continue
            final = leg.finals[index]
            said = " ".join(np.array(leg.reference)[held == index])
            print(
                f"{leg.case.name} {leg.speaker} {final.start_s:.1f}-{final.end_s:.1f} s "
                f"+{worse[held == index].sum()}\n   said  {said}\n   final {final.text}"
            )
        print(f"   {leg.case.name} whole file: {' '.join(whole)}")


def progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {total}", end="" if done < total else "\n", file=sys.stderr)


def processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":")[1].strip()
    return platform.processor() or platform.machine()


def chosen(quick: bool, names: Sequence[str]) -> list[Case]:
    found = [case for case in cases() if not names or case.name in names]
    if not quick:
        return found
    prompts = [case for case in found if case.group == "telephony_prompts_en"]
    others = [case for case in found if case.group != "telephony_prompts_en"]
    return [case for case in others if not case.turns or case.name.endswith("-02")] + prompts[
        ::8
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="recordings; all without")
    parser.add_argument("--quick", action="store_true", help="a part of the recordings")
    parser.add_argument("--lengths", action="store_true")
    parser.add_argument("--loss", action="store_true")
    parser.add_argument("--windows", action="store_true")
    parser.add_argument("--turns", action="store_true")
    parser.add_argument("--data-dir", type=Path, default=Path("data"), help="joined model")
    parser.add_argument("--model", default="base")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    if not DATA.is_dir():
        parser.error(f"no labelled recordings at {DATA}")

    from faster_whisper import WhisperModel

    folder = whisper_folder(options.data_dir, options.model)
    recogniser = FasterWhisperRecogniser(folder, threads=options.threads)
    model = WhisperModel(
        str(folder), device="cpu", compute_type="int8", cpu_threads=options.threads
    )
    vad = load_vad()
    print(f"{recogniser.name}; {processor()}, {os.cpu_count()} cores")

    def heard(found: Sequence[Case]) -> list[tuple[Leg, list[str]]]:
        result = []
        for number, case in enumerate(found):
            result += [(leg, whole_file(leg, model)) for leg in stream(case, recogniser, vad)]
            progress(number + 1, len(found))
        return result

    found = chosen(options.quick, options.names)
    if options.windows:
        by_window([leg for case in found for leg in stream(case, recogniser, vad)], model)
    elif options.loss:
        for loss in LOSSES:
            print(f"\n8 kHz mu-law, {100 * loss:g} % of packets lost")
            by_language(heard([on_the_telephone(case, loss) for case in found]))
    else:
        both = heard(found)
        by_language(both)
        if options.lengths:
            by_length(both)
        if options.turns:
            turns(both)


if __name__ == "__main__":
    main()
