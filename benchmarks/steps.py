"""One step of a load: so many calls at once, and what came of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from benchmarks.figures import (
    Spread,
    different_finals,
    edits,
    held,
    partial_ages_s,
    split_turns,
)
from benchmarks.load import Load, Played, Source, carry
from benchmarks.server import Server, machine, running_server
from copilot.config import Config
from copilot.events import Speaker, Transcript, decode, encode
from copilot.score import final_latencies
from copilot.stored import issue_token

__all__ = [
    "Alone",
    "Bench",
    "Step",
    "bench",
    "machine_line",
    "rate",
    "seconds",
    "step",
    "table",
]

WARM_UP_S = 20.0
BETWEEN_CALLS_S = 0.5
"""Spent by a line between two calls, at most."""
CUT_S = 0.5
"""A turn that ends this near to where its call was cut off is not expected."""
MIB = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Figures of one measured window; whole calls of the step where words are compared."""

    at_once: int
    seconds: float
    calls: int
    """Started in the step, its warm-up included."""
    turns: int
    """That ended within the window."""
    missed: int
    """Of those, without a final that holds their end."""
    split: int
    final_s: Spread
    age_s: Spread
    alert_s: Spread
    """From the end of the last words that an alert cites to the alert, at the call's socket."""
    lost: tuple[str, ...]
    """Recording and number of every turn that the lone run heard and this one did not."""
    unfinished: int
    dropped: int
    refused: int
    recorded: int
    """To be transcribed when they are over: in no other figure."""
    reasons: tuple[str, ...]
    """Of what was dropped and refused, each with its count."""
    partials_per_final: float
    compared: int
    """Finals of whole calls."""
    different: int
    """Of those, without an equal in the lone run."""
    different_units: int
    """Edits between the texts of whole calls and those of the lone run."""
    compared_units: int
    errors: dict[str, tuple[int, int]]
    """Edits and units of the reference by language, over whole calls."""
    degraded: tuple[str, ...]
    """What the calls were told, each with its count, in the order of the first."""
    loop_cores: float
    worker_cores: float
    store_cores: float
    rss_bytes: int
    store_rss_bytes: int
    player_cores: float
    late_ms: Spread
    """How late the player's frames were."""

    @property
    def held(self) -> bool:
        return held(
            lost=len(self.lost),
            unfinished=self.unfinished,
            dropped=self.dropped,
            refused=self.refused + self.recorded,
            final_p95_s=self.final_s.p95,
            partial_age_p95_s=self.age_s.p95,
        )

    @property
    def cpu_per_call_s(self) -> float:
        """CPU-seconds of the server with its store per second of one call."""
        return self.server_cores / self.at_once

    @property
    def server_cores(self) -> float:
        """Cores that the server and its store kept busy."""
        return self.loop_cores + self.worker_cores + self.store_cores

    def as_json(self) -> dict[str, Any]:
        figures: dict[str, Any] = TypeAdapter(Step).dump_python(self, mode="json")
        return figures | {"held": self.held, "cpu_per_call_s": self.cpu_per_call_s}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Step:
        return TypeAdapter(Step).validate_python(value)


@dataclass(frozen=True, slots=True)
class Alone:
    """What each recording gave when it was the only call."""

    heard: dict[str, set[int]]
    """Turns whose end was heard, by recording."""
    finals: dict[str, list[Transcript]]

    @classmethod
    def of(cls, calls: Iterable[Played]) -> Alone:
        whole = {call.source.id: call for call in calls if call.whole}
        return cls(
            heard={name: _heard(call) for name, call in whole.items()},
            finals={name: call.finals for name, call in whole.items()},
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "heard": {name: sorted(turns) for name, turns in self.heard.items()},
            "finals": {name: [*map(encode, finals)] for name, finals in self.finals.items()},
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Alone:
        finals = {
            name: [event for text in texts if isinstance(event := decode(text), Transcript)]
            for name, texts in value["finals"].items()
        }
        return cls({name: set(turns) for name, turns in value["heard"].items()}, finals)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A server, a token for its sockets, and what is played."""

    server: Server
    token: str
    sources: Sequence[Source]
    frame_ms: int

    async def warm_up(self) -> None:
        """The first words of a server cost more: models are touched for the first time."""
        await self._carry("warm-up", 1, warm_up_s=0.0, seconds=1.0)

    async def alone(self) -> tuple[Step, Alone, list[Played]]:
        """Every recording once, whole, one after the other."""
        await self.warm_up()
        seconds = sum(source.duration_s + BETWEEN_CALLS_S for source in self.sources)
        load, calls = await self._carry("alone", 1, warm_up_s=0.0, seconds=seconds)
        alone = Alone.of(calls)
        return step(load, calls, alone), alone, calls

    async def at_once(self, lines: int, seconds: float, alone: Alone | None = None) -> Step:
        """So many calls all the time. Without ``alone`` nothing is compared."""
        load, calls = await self._carry(f"{lines}", lines, warm_up_s=WARM_UP_S, seconds=seconds)
        return step(load, calls, alone or Alone({}, {}))

    async def _carry(
        self, name: str, lines: int, *, warm_up_s: float, seconds: float
    ) -> tuple[Load, list[Played]]:
        calls: list[Played] = []
        load = await carry(
            self.server,
            self.token,
            self.sources,
            name=name,
            lines=lines,
            warm_up_s=warm_up_s,
            seconds=seconds,
            keep=calls.append,
            frame_ms=self.frame_ms,
        )
        return load, calls


@asynccontextmanager
async def bench(
    sources: Sequence[Source], *, frame_ms: int = 20, settings: Mapping[str, str] | None = None
) -> AsyncIterator[Bench]:
    """A server of its own, ready to be called; gone afterwards."""
    with running_server(settings) as server:
        token = await issue_token(
            Config(data_dir=server.data_dir), "integrator", "load", hours=24, link=False
        )
        yield Bench(server=server, token=token, sources=sources, frame_ms=frame_ms)


def step(load: Load, calls: Sequence[Played], alone: Alone) -> Step:
    """Figures of a step. ``alone`` is what the lone run heard."""
    final_s: list[float] = []
    age_s: list[float] = []
    turns = missed = split = 0
    recorded = [call for call in calls if call.recorded and call.over]
    calls = [call for call in calls if call not in recorded]
    for call in calls:
        from_s, to_s = load.from_s - call.zero_s, load.to_s - call.zero_s
        ended = [turn for turn in call.turns.values() if from_s <= turn.end_s < to_s]
        found_s = final_latencies(ended, call.transcripts)
        final_s += [one for one in found_s if one is not None]
        missed += found_s.count(None)
        turns += len(ended)
        split += split_turns(ended, call.finals)
        age_s += partial_ages_s(call.turns.values(), call.transcripts, from_s=from_s, to_s=to_s)
    finals = sum(len(call.finals) for call in calls)
    whole = [call for call in calls if call.whole and call.source.id in alone.finals]
    texts = [
        edits(_texts(alone.finals[call.source.id]), _texts(call.finals), call.source.language)
        for call in whole
    ]
    before, after, seconds = load.before, load.after, load.to_s - load.from_s
    return Step(
        at_once=load.lines,
        seconds=round(seconds, 1),
        calls=len(calls) + len(recorded),
        turns=turns,
        missed=missed,
        split=split,
        final_s=Spread.of(final_s),
        age_s=Spread.of(age_s),
        alert_s=Spread.of([delay_s for call in calls for delay_s in _alert_delays_s(call)]),
        lost=tuple(name for call in calls for name in _lost(call, alone)),
        unfinished=sum(not (call.summarised or call.refused or call.dropped) for call in calls),
        dropped=sum(bool(call.dropped) for call in calls),
        refused=sum(bool(call.refused) for call in calls),
        recorded=len(recorded),
        reasons=_counted(call.dropped or call.refused for call in calls),
        partials_per_final=sum(len(call.transcripts) for call in calls) / max(1, finals) - 1,
        compared=sum(len(call.finals) for call in whole),
        different=sum(
            different_finals(alone.finals[call.source.id], call.finals) for call in whole
        ),
        different_units=sum(edited for edited, _ in texts),
        compared_units=sum(said for _, said in texts),
        errors=_errors(whole),
        degraded=_degraded([*calls, *recorded]),
        loop_cores=(after.loop_cpu_s - before.loop_cpu_s) / seconds,
        worker_cores=(after.worker_cpu_s - before.worker_cpu_s) / seconds,
        store_cores=(after.store_cpu_s - before.store_cpu_s) / seconds,
        rss_bytes=load.rss_max_bytes,
        store_rss_bytes=after.store_rss_bytes,
        player_cores=load.player_cpu_s / seconds,
        late_ms=Spread.of(load.late_ms),
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown."""
    lines = [head, ["-" * len(cell) for cell in head], *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def rate(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"


def seconds(spread: Spread, *names: str) -> list[str]:
    """Quantiles of a spread as cells: ``p50``, ``p95``, ``max``."""
    return [f"{getattr(spread, name):.2f}" if spread.count else "-" for name in names]


def machine_line(server: Server) -> str:
    """What the figures below were taken on."""
    facts = machine()
    return (
        f"{server.recogniser()}; {facts['cores']} cores, {facts['processor']}; "
        f"Python {facts['python']}, commit {facts['commit']}, {facts['measured']}, "
        f"load before {facts['load_before']:.1f}"
    )


def _heard(call: Played) -> set[int]:
    found_s = final_latencies(list(call.turns.values()), call.transcripts)
    return {number for number, one in zip(call.turns, found_s, strict=True) if one is not None}


def _lost(call: Played, alone: Alone) -> list[str]:
    heard = _heard(call)
    return [
        f"{call.source.id} turn {number}"
        for number, turn in call.turns.items()
        if number in alone.heard.get(call.source.id, ())
        and number not in heard
        and (call.whole or turn.end_s + CUT_S <= call.spoken_s)
    ]


def _texts(finals: Iterable[Transcript]) -> dict[Speaker, str]:
    texts: defaultdict[Speaker, str] = defaultdict(str)
    for final in finals:
        texts[final.speaker] += " " + final.text
    return dict(texts)


def _errors(calls: Iterable[Played]) -> dict[str, tuple[int, int]]:
    errors: dict[str, tuple[int, int]] = {}
    for call in calls:
        said: defaultdict[Speaker, str] = defaultdict(str)
        for turn in call.turns.values():
            said[turn.speaker] += " " + turn.text
        edited, expected = edits(said, _texts(call.finals), call.source.language)
        before = errors.get(call.source.language, (0, 0))
        errors[call.source.language] = (before[0] + edited, before[1] + expected)
    return errors


ABOUT_TIME = ("missing_phrase", "long_silence", "talk_over", "long_call")
"""Kinds of alerts that no words of their own make due."""


def _alert_delays_s(call: Played) -> list[float]:
    ended_s = {event.utterance_id: event.end_s for _, event in call.transcripts if event.final}
    delays_s = []
    for at_s, alert in call.alerts:
        cited = [part.utterance_id for part in alert.evidence if part.utterance_id in ended_s]
        if cited and alert.kind not in ABOUT_TIME:
            delays_s.append(at_s - max(ended_s[utterance_id] for utterance_id in cited))
    return delays_s


def _degraded(calls: Iterable[Played]) -> tuple[str, ...]:
    told = sorted(
        (call.zero_s + at_s, f"{event.stage}: {event.reason}")
        for call in calls
        for at_s, event in call.degraded
    )
    return _counted(what for _, what in told)


def _counted(texts: Iterable[str]) -> tuple[str, ...]:
    """In the order of the first of each; what is empty does not count."""
    counts = Counter(text for text in texts if text)
    return tuple(f"{text} ({times})" for text, times in counts.items())
