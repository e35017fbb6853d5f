"""WhisperLive and this product: the same recordings, weights and machine, one after the other.

    python -m benchmarks.peers [--budget-minutes 20] [--seconds 60] [--steps 1 2 4]

Each system hears more and more mono legs at once, until its lag is too long. Each step has a
server of its own, in its default settings (WhisperLive with one model for all its clients, as
it does for a model from a folder), with base int8, warmed up before it is measured.

lag       its metric: at each message with new words, the audio sent so far less the end of
          the newest words. It counts partials, and forgets a leg that is told nothing.
held      95 % of the lags within 3 s, and nobody refused
final     from the true end of a turn to the final with its last word; of WhisperLive, to the
          segment it calls completed
age       at each 100 ms of speech, of the newest audio that is shown
without   turns that no final ever held the end of
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Protocol

import numpy as np

from audio.files import Recording
from benchmarks.figures import Spread, partial_ages_s
from benchmarks.references import DATA, Case, cases
from benchmarks.server import Server, machine, running_server
from benchmarks.whisper_live import PeerServer, Refused, hear, install, peer_server
from copilot.client import play
from copilot.config import Config
from copilot.errors import CopilotError
from copilot.events import Transcript
from copilot.score import Turn, final_latencies
from copilot.signals import SAMPLE_RATE_HZ
from copilot.stored import issue_token

LAG_P95_S = 3.0
FIRST = "gcp_commercial_mono"
"""A telephone sale with both sides on one channel, heard by the first leg."""
LATER_S = 20.0
"""A leg that is heard again begins this much later in the recording."""
APART_S = 0.37
"""Legs begin one after the other."""
WARM_UP_S = 5.0
END_S = 10.0


@dataclass(frozen=True, kw_only=True)
class Leg:
    """What is said on one mono line. ``turns`` is empty where no times are known."""

    language: str
    recording: Recording
    turns: tuple[Turn, ...]


@dataclass(kw_only=True)
class Told:
    """What one leg was told, and when: seconds since its first sample was spoken."""

    arrivals: list[tuple[float, Transcript]] = field(default_factory=list)
    refused: str = ""

    def lags_s(self) -> list[float]:
        """By WhisperLive's metric; what came in one message counts once."""
        lags_s, shown = [], ""
        for at_s, message in groupby(self.arrivals, key=lambda arrival: arrival[0]):
            newest = max((event for _, event in message), key=lambda event: event.end_s)
            if newest.text != shown:
                lags_s.append(max(0.0, at_s - newest.end_s))
            shown = newest.text
        return lags_s


class System(Protocol):
    """A server that hears one leg after another."""

    async def hear(self, leg: Leg, number: int) -> Told: ...

    def cpu_s(self) -> float: ...


def lines(count: int, seconds: float) -> list[Leg]:
    """``count`` mono legs of equal length: the telephone sale, then legs of the calls."""
    found = list(cases(prompts=False))
    known = [leg for case in found if case.name == FIRST for leg in _legs(case)]
    known += [leg for case in found if case.turns for leg in _legs(case)]
    return [
        _cut(known[number % len(known)], number // len(known) * LATER_S, seconds)
        for number in range(count)
    ]


def _legs(case: Case) -> Iterator[Leg]:
    for index, speaker in enumerate(case.recording.speakers):
        yield Leg(
            language=case.language,
            recording=Recording(
                samples=case.recording.samples[index : index + 1], speakers=(speaker,)
            ),
            turns=tuple(turn for turn in case.turns if turn.speaker == speaker),
        )


def _cut(leg: Leg, from_s: float, seconds: float) -> Leg:
    samples = np.zeros((1, round(seconds * SAMPLE_RATE_HZ)), np.float32)
    kept = leg.recording.samples[:, round(from_s * SAMPLE_RATE_HZ) :][:, : samples.shape[1]]
    samples[:, : kept.shape[1]] = kept
    turns = (
        replace(turn, start_s=turn.start_s - from_s, end_s=turn.end_s - from_s)
        for turn in leg.turns
    )
    return Leg(
        language=leg.language,
        recording=replace(leg.recording, samples=samples),
        # The last seconds are for the finals, which nobody could give in time otherwise.
        turns=tuple(turn for turn in turns if turn.start_s >= 0 and turn.end_s <= seconds - 3),
    )


# Systems ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Copilot:
    server: Server
    token: str

    def cpu_s(self) -> float:
        usage = self.server.usage()
        return usage.loop_cpu_s + usage.worker_cpu_s + usage.store_cpu_s

    async def hear(self, leg: Leg, number: int) -> Told:
        told = Told()
        events = play(
            leg.recording,
            self.server.url,
            token=self.token,
            language=leg.language,
            call_id=f"leg-{number}",
        )
        try:
            async with aclosing(events):
                async for at_s, event in events:
                    if isinstance(event, Transcript) and event.text:
                        told.arrivals.append((at_s, event))
        except CopilotError as error:
            told.refused = str(error)
        return told


@contextmanager
def copilot(legs: int) -> Iterator[Copilot]:
    # Both are told how many will come: neither turns one away.
    with running_server({"max_calls": str(legs + 1)}) as server:
        config = Config(data_dir=server.data_dir)
        token = asyncio.run(issue_token(config, "integrator", "bench", hours=2, link=False))
        yield Copilot(server, token)


@dataclass(frozen=True)
class WhisperLive:
    server: PeerServer

    def cpu_s(self) -> float:
        return self.server.cpu_s()

    async def hear(self, leg: Leg, number: int) -> Told:
        told = Told()
        transcripts = hear(
            leg.recording, self.server.url, language=leg.language, uid=f"leg-{number}"
        )
        try:
            async with aclosing(transcripts):
                async for arrival in transcripts:
                    told.arrivals.append(arrival)
        except Refused as error:
            told.refused = str(error)
        return told


@contextmanager
def whisper_live(legs: int, *, batch: bool) -> Iterator[WhisperLive]:
    with peer_server(legs, batch=batch) as server:
        yield WhisperLive(server)


# Steps --------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Step:
    legs: int
    cpu_per_s: float
    """CPU-seconds per second of one leg."""
    lag_s: Spread
    final_s: Spread
    age_s: Spread
    turns: int
    without: int
    untold: int
    """Legs that were never told a word."""
    refused: int

    @property
    def held(self) -> bool:
        return self.lag_s.count > 0 and self.lag_s.p95 <= LAG_P95_S and not self.refused


async def measure(system: System, legs: Sequence[Leg]) -> Step:
    await system.hear(_cut(legs[0], 0.0, WARM_UP_S), -1)
    seconds = legs[0].recording.duration_s
    before_s = system.cpu_s()

    async def later(number: int, leg: Leg) -> Told:
        await asyncio.sleep(number * APART_S)
        return await system.hear(leg, number)

    told = await asyncio.gather(*(later(number, leg) for number, leg in enumerate(legs)))
    used_s = system.cpu_s() - before_s
    finals: list[float | None] = []
    ages_s: list[float] = []
    for leg, one in zip(legs, told, strict=True):
        finals += final_latencies(leg.turns, one.arrivals)
        ages_s += partial_ages_s(leg.turns, one.arrivals, from_s=0.0, to_s=seconds)
    return Step(
        legs=len(legs),
        cpu_per_s=used_s / (len(legs) * seconds),
        lag_s=Spread.of([lag for one in told for lag in one.lags_s()]),
        final_s=Spread.of([final for final in finals if final is not None]),
        age_s=Spread.of(ages_s),
        turns=len(finals),
        without=finals.count(None),
        untold=sum(not one.arrivals for one in told),
        refused=sum(bool(one.refused) for one in told),
    )


SYSTEMS = {
    "WhisperLive": lambda legs: whisper_live(legs, batch=False),
    "WhisperLive, batches": lambda legs: whisper_live(legs, batch=True),
    "copilot": copilot,
}
STEPS = {
    "WhisperLive": (1, 2, 3, 4, 6, 8),
    "WhisperLive, batches": (1, 2, 3, 4, 6, 8),
    "copilot": (1, 10, 20, 24, 28, 32, 40),
}
"""Legs at once."""
HEAD = (
    "| system | legs | CPU-s per s of a leg | lag p50 s | lag p95 s | held | final p50 s "
    "| final p95 s | age p95 s | without | untold legs | refused |\n" + "|---" * 12 + "|"
)


def row(name: str, step: Step) -> str:
    timed = step.final_s.count > 0
    cells = [
        name,
        str(step.legs),
        f"{step.cpu_per_s:.2f}",
        f"{step.lag_s.p50:.2f}",
        f"{step.lag_s.p95:.2f}",
        "yes" if step.held else "NO",
        f"{step.final_s.p50:.2f}" if timed else "-",
        f"{step.final_s.p95:.2f}" if timed else "-",
        f"{step.age_s.p95:.2f}" if step.age_s.count else "-",
        f"{step.without}/{step.turns}" if step.turns else "-",
        str(step.untold),
        str(step.refused),
    ]
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--budget-minutes", type=float, default=20.0)
    parser.add_argument("--seconds", type=float, default=60.0, help="length of a leg")
    parser.add_argument("--steps", type=int, nargs="*", help="legs at once, of every system")
    parser.add_argument("--systems", nargs="*", choices=SYSTEMS, default=list(SYSTEMS))
    options = parser.parse_args()
    if not DATA.is_dir():
        parser.error(f"no labelled recordings at {DATA}")
    install()
    print(json.dumps(machine()))
    print(HEAD, flush=True)
    held = dict.fromkeys(options.systems, 0)
    end_s = time.monotonic() + options.budget_minutes * 60
    for left, name in zip(range(len(held), 0, -1), options.systems, strict=True):
        # What a system leaves of its share, the next ones have.
        until_s = time.monotonic() + (end_s - time.monotonic()) / left
        for count in options.steps or STEPS[name]:
            needed_s = options.seconds + WARM_UP_S + END_S + count * APART_S
            if time.monotonic() + needed_s > until_s:
                print(f"{name}: no time left for {count} legs", file=sys.stderr)
                break
            with SYSTEMS[name](count) as system:
                step = asyncio.run(measure(system, lines(count, options.seconds)))
            print(row(name, step), flush=True)
            if not step.held:
                break
            held[name] = count
    print(f"\nmost legs held at lag p95 <= {LAG_P95_S:g} s: {held}")


if __name__ == "__main__":
    main()
