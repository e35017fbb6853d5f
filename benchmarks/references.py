"""The labelled recordings of ../shared/data, and where a text departs from their words."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr
from rapidfuzz.distance import Levenshtein

from audio.decode import MULAW
from audio.files import Recording, read_recording
from benchmarks.load import mulaw
from benchmarks.server import ROOT
from copilot.events import Speaker
from copilot.score import Turn
from copilot.signals import SAMPLE_RATE_HZ, Samples

__all__ = ["DATA", "Case", "cases", "edits_by_unit", "holders", "on_the_telephone"]

DATA = ROOT.parent / "shared" / "data"
LINE_HZ = 8_000
PACKET_SAMPLES = LINE_HZ // 50
"""20 ms, as every telephone on the internet sends them."""
FADE_PACKETS = 3
"""A lost packet is filled with the last one that came, softer each time, then silence."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One recording and what is said in it."""

    name: str
    group: str
    language: str
    recording: Recording
    references: dict[Speaker, str]
    """Per leg: overlapping turns have no common order."""
    turns: tuple[Turn, ...] = ()
    silver: bool = False
    """Drafted by a recogniser and corrected by reading: no hard limit applies."""


def cases(*, prompts: bool = True) -> Iterator[Case]:
    """Every recording with a reference, in a fixed order; the many ``prompts`` come last."""
    for folder in sorted(path.parent for path in (DATA / "calls").glob("*/call.json")):
        yield _call(folder)
    for group in ("call_audio_en", "speech_ja"):
        for entry in _manifest(group):
            texts = entry.get("channel_refs") or [entry.get("ref")]
            if texts[0] is None:
                continue
            recording = read_recording(DATA / entry["file"])
            yield Case(
                name=entry["id"],
                group=group,
                language=entry["lang"] or "en",
                recording=recording,
                references=dict(zip(recording.speakers, texts, strict=True)),
                silver=entry["ref_level"] == "silver",
            )
    for entry in _manifest("telephony_prompts_en") if prompts else ():
        if entry["non_speech"]:
            continue
        yield Case(
            name=entry["id"],
            group="telephony_prompts_en",
            language="en",
            recording=read_recording(DATA / entry["file"]),
            references={"unknown": entry["text"]},
        )


def _manifest(group: str) -> list[dict]:
    return json.loads((DATA / group / "manifest.json").read_text(encoding="utf-8"))


def _call(folder: Path) -> Case:
    call = json.loads((folder / "call.json").read_text(encoding="utf-8"))
    turns = tuple(
        Turn(
            speaker=turn["speaker"],
            text=turn["text"],
            start_s=turn["start_s"],
            end_s=turn["end_s"],
        )
        for turn in call["turns"]
    )
    recording = read_recording(folder / "call.wav")
    return Case(
        name=folder.name,
        group="calls",
        language=call["lang"],
        recording=recording,
        references={
            speaker: " ".join(turn.text for turn in turns if turn.speaker == speaker)
            for speaker in recording.speakers
        },
        turns=turns,
    )


# The line -----------------------------------------------------------------------------


def on_the_telephone(case: Case, loss: float) -> Case:
    """The recording as 8 kHz mu-law of which a share of packets never arrived.

    The same packets are lost in every run, and those lost at 1 % are also lost at 3 %.
    """
    chance = np.random.default_rng(zlib.crc32(case.name.encode()))
    legs = [_received(leg, loss, chance) for leg in case.recording.samples]
    recording = Recording(samples=np.stack(legs), speakers=case.recording.speakers)
    return replace(case, recording=recording)


def _received(leg: Samples, loss: float, chance: np.random.Generator) -> Samples:
    line = MULAW[mulaw(soxr.resample(leg, SAMPLE_RATE_HZ, LINE_HZ))]
    packets = [line[at : at + PACKET_SAMPLES] for at in range(0, len(line), PACKET_SAMPLES)]
    last, missing = np.zeros(PACKET_SAMPLES, np.float32), 0
    for index, lost in enumerate(chance.random(len(packets)) < loss):
        if not lost:
            last, missing = packets[index], 0
            continue
        levels = np.linspace(missing, missing + 1, PACKET_SAMPLES) / FADE_PACKETS
        filled = np.resize(last, PACKET_SAMPLES) * np.clip(1 - levels, 0, 1)
        packets[index] = filled.astype(np.float32)[: len(packets[index])]
        missing += 1
    heard: Samples = soxr.resample(np.concatenate(packets), LINE_HZ, SAMPLE_RATE_HZ)
    return np.resize(heard, len(leg)) if len(heard) < len(leg) else heard[: len(leg)]


# Departures ---------------------------------------------------------------------------


def edits_by_unit(reference: Sequence[str], heard: Sequence[str]) -> npt.NDArray[np.intp]:
    """Edits charged to each unit of the reference; a unit too many to the one before it.

    (max(1, n),) integers: where nothing was said, all that was heard is charged to nobody.
    """
    charged = np.zeros(max(1, len(reference)), np.intp)
    for edit in Levenshtein.editops(reference, heard):
        charged[max(0, edit.src_pos - (edit.tag == "insert"))] += 1
    return charged


def holders(reference: Sequence[str], parts: Sequence[Sequence[str]]) -> npt.NDArray[np.intp]:
    """Which of the parts, in order of time, holds each unit of the reference: (n,) indices.

    A unit that none holds counts to the part of the unit before it, the first to the first.
    """
    heard = [unit for part in parts for unit in part]
    part_of = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    found = np.full(len(reference), -1, np.intp)
    for block in Levenshtein.opcodes(reference, heard):
        if block.tag in ("equal", "replace"):
            found[block.src_start : block.src_end] = part_of[block.dest_start : block.dest_end]
    return np.maximum.accumulate(np.maximum(found, 0)) if len(found) else found
