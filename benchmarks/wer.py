"""Word error of streaming finals beside the same model over the whole file.

    python -m benchmarks.wer              # by set and language, by length of the utterance
    python -m benchmarks.wer --turns      # and every turn that finals got worse
    python -m benchmarks.wer --loss       # on 8 kHz mu-law with lost packets
    python -m benchmarks.wer --windows    # encoder window x beams, with the CPU of each

All references of ../shared/data, the silver ones apart. Errors are pooled: all edits over
all units (English words, Japanese characters). The interval is of the difference, by paired
bootstrap over recordings. ``--quick`` takes one call of each language and every eighth
prompt; names of recordings choose further.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from audio.vad import load_vad
from audio.whisper import FasterWhisperRecogniser
from benchmarks.heard import Leg, length_name, stream, whole_file
from benchmarks.references import DATA, Case, cases, edits_by_unit, on_the_telephone
from benchmarks.server import ROOT, machine
from benchmarks.windows import by_window
from copilot.models import whisper_folder

LOSSES = (0.0, 0.01, 0.03, 0.05)
RESAMPLES = 10_000
Heard = tuple[Leg, list[str]]
"""A leg, and what the whole file gave for it."""
Row = npt.NDArray[np.intp]
"""Edits of the finals, edits of the whole file, units of the reference."""


def by_set(heard: Sequence[Heard]) -> None:
    """Each set and each language, with the interval of the difference."""
    pooled: dict[str, dict[str, Row]] = defaultdict(lambda: defaultdict(_nothing))
    for leg, whole in heard:
        if not leg.reference:
            continue
        row = _nothing()
        row[0] = edits_by_unit(leg.reference, leg.streamed).sum()
        row[1] = edits_by_unit(leg.reference, whole).sum()
        row[2] = len(leg.reference)
        case = leg.case
        name = f"{case.language} {case.group}{' (silver)' if case.silver else ''}"
        pooled[name][case.name] += row
        if not case.silver:
            pooled[f"**{case.language}, all but silver**"][case.name] += row
    print("\n| set | recordings | units | finals % | whole file % | difference | 95 % |")
    print("|---|---|---|---|---|---|---|")
    for name in sorted(pooled):
        rows = np.array(list(pooled[name].values()))  # (recordings, 3)
        streamed, whole, units = rows.sum(axis=0)
        low, high = _interval(rows)
        print(
            f"| {name} | {len(rows)} | {units} | {100 * streamed / units:.2f} "
            f"| {100 * whole / units:.2f} | {100 * (streamed - whole) / units:+.2f} "
            f"| {low:+.2f} to {high:+.2f} |"
        )

    for leg, whole in heard:
        if not leg.reference:
            print(
                f"\n{leg.case.name}, where nobody speaks: {len(leg.streamed)} words in finals, "
                f"{len(whole)} from the whole file"
            )


def _nothing() -> Row:
    return np.zeros(3, np.intp)


def _interval(rows: Row) -> tuple[float, float]:
    """95 % of the differences when as many recordings are drawn again and again."""
    chance = np.random.default_rng(0)
    drawn = chance.integers(len(rows), size=(RESAMPLES, len(rows)))
    again = rows[drawn].sum(axis=1)  # (RESAMPLES, 3)
    low, high = np.quantile(100 * (again[:, 0] - again[:, 1]) / again[:, 2], [0.025, 0.975])
    return float(low), float(high)


def by_length(heard: Sequence[Heard]) -> None:
    """By the length of the utterance that holds a word."""
    pooled: dict[tuple[str, int], Row] = defaultdict(_nothing)
    for leg, whole in heard:
        if leg.case.silver or not leg.reference:
            continue
        streamed = edits_by_unit(leg.reference, leg.streamed)
        offline = edits_by_unit(leg.reference, whole)
        lengths = leg.lengths()
        for length in set(lengths.tolist()):
            held = lengths == length
            row = np.array([streamed[held].sum(), offline[held].sum(), held.sum()])
            pooled[leg.case.language, length] += row
    print("\n| language | utterance | units | finals % | whole file % |")
    print("|---|---|---|---|---|")
    for (language, length), (streamed, offline, units) in sorted(pooled.items()):
        print(
            f"| {language} | {length_name(length)} | {units} "
            f"| {100 * streamed / units:.1f} | {100 * offline / units:.1f} |"
        )


def by_turn(heard: Sequence[Heard]) -> None:
    """Stretches of a reference where the finals have more edits than the whole file."""
    for leg, whole in heard:
        if not leg.reference or not leg.finals:
            continue
        worse = edits_by_unit(leg.reference, leg.streamed) - edits_by_unit(leg.reference, whole)
        held_by = leg.final_of()
        for index, final in enumerate(leg.finals):
            held = held_by == index
            if worse[held].sum() > 0:
                said = " ".join(np.array(leg.reference)[held])
                print(
                    f"\n{leg.case.name} {leg.speaker} {final.start_s:.1f} to "
                    f"{final.end_s:.1f} s, {worse[held].sum()} more\n  said  {said}\n"
                    f"  final {final.text}"
                )


def chosen(names: Sequence[str], *, quick: bool) -> list[Case]:
    found = [case for case in cases() if not names or case.name in names]
    if not quick:
        return found
    prompts = [case for case in found if case.group == "telephony_prompts_en"]
    others = [case for case in found if case.group != "telephony_prompts_en"]
    some = [case for case in others if not case.turns or case.name.endswith("-02")]
    return some + prompts[::8]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", help="recordings; all without")
    parser.add_argument("--quick", action="store_true", help="a part of the recordings")
    parser.add_argument("--loss", action="store_true", help="with lost packets")
    parser.add_argument("--windows", action="store_true", help="encoder windows and beams")
    parser.add_argument("--turns", action="store_true", help="every turn that got worse")
    parser.add_argument("--model", default="base")
    options = parser.parse_args()
    if not DATA.is_dir():
        parser.error(f"no labelled recordings at {DATA}")

    from faster_whisper import WhisperModel

    folder = whisper_folder(ROOT / "data", options.model)
    recogniser = FasterWhisperRecogniser(folder, threads=1)
    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1)
    vad = load_vad()
    print(recogniser.name, json.dumps(machine()))

    def heard(found: Sequence[Case]) -> list[Heard]:
        waiting: list[tuple[Leg, Future[list[str]]]] = []
        with ThreadPoolExecutor(1) as other_core:
            for number, case in enumerate(found, start=1):
                for leg in stream(case, recogniser, vad):
                    waiting.append((leg, other_core.submit(whole_file, leg, model)))
                if sys.stderr.isatty():
                    print(f"\r{number} of {len(found)}", end="", file=sys.stderr)
            return [(leg, whole.result()) for leg, whole in waiting]

    found = chosen(options.names, quick=options.quick)
    if options.windows:
        by_window([leg for case in found for leg in stream(case, recogniser, vad)], model)
    elif options.loss:
        for loss in LOSSES:
            print(f"\n8 kHz mu-law, {100 * loss:g} % of packets lost")
            by_set(heard([on_the_telephone(case, loss) for case in found]))
    else:
        pairs = heard(found)
        by_set(pairs)
        by_length(pairs)
        if options.turns:
            by_turn(pairs)


if __name__ == "__main__":
    main()
