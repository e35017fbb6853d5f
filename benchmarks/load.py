"""Plays many calls at once into a real server, as telephony would, and keeps what came.

Each line plays one call after the other, 8 kHz mu-law of both legs in frames of 20 ms. The
first call of a line begins at a turn of its own, so that the lines are spread over the
calls from the start and the load is the same at every moment: who measures a window after
the warm-up measures the steady state. All is decided by the number of lines.

The player shares the machine with the server: it tells its own part of a core, and how
late its frames were, because late frames would count as latency of the server.
"""

from __future__ import annotations

import asyncio
import json
import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr
from pydantic import ValidationError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from audio.decode import MULAW
from audio.files import read_recording
from benchmarks.figures import Arrival
from benchmarks.server import ROOT, Server, Usage
from copilot.events import (
    Alert,
    CallEnded,
    Degraded,
    Event,
    Speaker,
    Summary,
    Transcript,
    decode,
)
from copilot.samples import Script, read_script, sample_calls
from copilot.score import Turn
from copilot.session import TRANSCRIPT_LATER

__all__ = ["Load", "Played", "Source", "carry", "mulaw", "sources"]

CALLS = ROOT.parent / "shared" / "data" / "calls"
RATE_HZ = 8000
LEGS: tuple[Speaker, Speaker] = ("customer", "agent")
CONNECT_APART_S = 0.21
"""Lines open one after the other: handshakes do not fall together."""
TAIL_S = 10.0
"""Calls go on for this long behind the window: the last turns in it need their finals."""
END_S = 60.0
"""For ``call_ended`` and the summary, from the last frame."""
RETRY_S = 1.0
"""Before the next call of a line whose call was refused or dropped."""
LEAD_S = 0.5
"""Silence before the turn at which the first call of a line begins."""
PING_TIMEOUT_S = 20.0
"""A server that answers no ping for so long has dropped the socket in all but name."""
PROGRESS_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A recording, ready to be played, and what is said in it."""

    id: str
    language: str
    sound: bytes
    """Mu-law, both legs interleaved: two bytes a sample."""
    turns: tuple[Turn, ...]

    @property
    def duration_s(self) -> float:
        return len(self.sound) / (RATE_HZ * len(LEGS))

    def start_near(self, share: float) -> float:
        """A moment of silence before a turn, near this share of the recording."""
        if share == 0:
            return 0.0
        moments_s = [
            turn.start_s - LEAD_S
            for turn in self.turns
            if not any(
                other.start_s < turn.start_s and other.end_s > turn.start_s - LEAD_S
                for other in self.turns
            )
        ]
        wanted_s = share * self.duration_s
        nearest_s = min(moments_s, key=lambda at_s: abs(at_s - wanted_s), default=0.0)
        return round(max(0.0, nearest_s) * 10) / 10  # a whole number of frames


@dataclass(slots=True, kw_only=True, eq=False)
class Played:
    """A call as its client saw it. Times are seconds since its first sample was spoken."""

    call_id: str
    source: Source
    zero_s: float = 0.0
    """The monotonic clock when the first sample was spoken."""
    from_s: float = 0.0
    """Where in the source the call began."""
    spoken_s: float = 0.0
    transcripts: list[Arrival] = field(default_factory=list)
    alerts: list[tuple[float, Alert]] = field(default_factory=list)
    degraded: list[tuple[float, Degraded]] = field(default_factory=list)
    ended: bool = False
    summarised: bool = False
    recorded: bool = False
    """Taken, but transcribed when it is over only."""
    refused: str = ""
    """Code of the server's refusal."""
    dropped: str = ""
    """How the socket was lost, if it was."""

    @property
    def over(self) -> bool:
        """Whether all came that was to come while the socket was open."""
        return self.summarised or (self.recorded and self.ended)

    @property
    def whole(self) -> bool:
        return self.from_s == 0.0 and self.spoken_s >= self.source.duration_s - 0.2

    @property
    def turns(self) -> dict[int, Turn]:
        """Turns that were spoken to their end, by their number in the script."""
        return {
            number: replace(
                turn, start_s=turn.start_s - self.from_s, end_s=turn.end_s - self.from_s
            )
            for number, turn in enumerate(self.source.turns)
            if turn.start_s >= self.from_s and turn.end_s - self.from_s <= self.spoken_s
        }

    @property
    def finals(self) -> list[Transcript]:
        finals = (event for _, event in self.transcripts if event.final)
        return sorted(finals, key=lambda final: final.start_s)

    def take(self, at_s: float, event: Event) -> None:
        match event:
            case Transcript():
                self.transcripts.append((at_s, replace(event, words=None)))
            case Alert():
                self.alerts.append((at_s, event))
            case Degraded():
                self.recorded = self.recorded or event.reason == TRANSCRIPT_LATER
                self.degraded.append((at_s, event))
            case CallEnded():
                self.ended = True
            case Summary() if self.ended:
                self.summarised = True
            case _:
                pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A measured window. ``from_s`` and ``to_s`` are of the monotonic clock."""

    lines: int
    from_s: float
    to_s: float
    before: Usage
    after: Usage
    rss_max_bytes: int
    player_cpu_s: float
    late_ms: Sequence[float]
    """How late each frame of the window left."""


def sources(folder: Path = CALLS) -> list[Source]:
    """The labelled calls in ``folder``, or the packaged samples where there are none."""
    folders = sorted(path.parent for path in folder.glob("*/call.json"))
    return [_source(script) for script in [*map(read_script, folders)] or sample_calls()]


def mulaw(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Samples in [-1, 1] as the nearest codes of G.711 mu-law."""
    codes = np.argsort(MULAW, kind="stable")
    levels = MULAW[codes]
    nearest = np.searchsorted((levels[1:] + levels[:-1]) / 2, samples)
    return codes[nearest].astype(np.uint8)


async def carry(
    server: Server,
    token: str,
    calls: Sequence[Source],
    *,
    name: str,
    lines: int,
    warm_up_s: float,
    seconds: float,
    keep: Callable[[Played], None],
    frame_ms: int = 20,
    speed: float = 1.0,
) -> Load:
    """Keeps ``lines`` calls running for the warm-up and the window, and lets them end.

    ``name`` tells the calls of one load from those of another on the same server. ``keep``
    takes every call when it is over. Prints a line of progress now and then.
    Raises ``SystemExit`` when the server is gone.
    """
    player = _Player(server, token, calls, keep, name=name, frame_ms=frame_ms, speed=speed)
    begin_s = time.monotonic()
    player.from_s = begin_s + warm_up_s
    player.to_s = player.from_s + seconds
    player.stop_s = player.to_s + TAIL_S
    async with asyncio.TaskGroup() as group:
        for line in range(lines):
            group.create_task(player.line(line, lines), name=f"line {line}")
        await _until(player.from_s)
        before, cpu_s = server.usage(), time.process_time()
        rss_max_bytes, told_s = before.rss_bytes, time.monotonic()
        while (now_s := time.monotonic()) < player.to_s:
            rss_max_bytes = max(rss_max_bytes, server.usage().rss_bytes)
            if now_s - told_s >= PROGRESS_S:
                told_s = now_s
                rest_s = player.stop_s - now_s
                print(f"  {lines} calls: {rest_s:.0f} s to go", flush=True)
            await _until(min(player.to_s, now_s + 1.0))
        after, cpu_s = server.usage(), time.process_time() - cpu_s
    return Load(
        lines=lines,
        from_s=player.from_s,
        to_s=player.to_s,
        before=before,
        after=after,
        rss_max_bytes=max(rss_max_bytes, after.rss_bytes),
        player_cpu_s=cpu_s,
        late_ms=player.late_ms,
    )


class _Player:
    def __init__(
        self,
        server: Server,
        token: str,
        calls: Sequence[Source],
        keep: Callable[[Played], None],
        *,
        name: str,
        frame_ms: int,
        speed: float,
    ) -> None:
        self._name = name
        self._address = server.url.replace("http", "ws", 1) + "/ws/call"
        self._token = token
        self._calls = calls
        self._keep = keep
        self._frame_s = frame_ms / 1000
        self._frame_bytes = RATE_HZ * frame_ms // 1000 * len(LEGS)
        self._speed = speed
        # Faster than people speak, a ping waits behind audio that the server reads in time.
        self._ping_timeout_s = PING_TIMEOUT_S if speed == 1 else None
        self.late_ms = array("f")
        self.from_s = self.to_s = self.stop_s = 0.0

    async def line(self, line: int, lines: int) -> None:
        """One call after the other. The next one begins when the sound of the last has
        ended: its summary does not keep the line."""
        await asyncio.sleep(line * CONNECT_APART_S)
        async with asyncio.TaskGroup() as group:
            for turn in count():
                source = self._calls[(line + turn) % len(self._calls)]
                call = Played(
                    call_id=f"{source.id}-{self._name}-{line}-{turn}",
                    source=source,
                    from_s=source.start_near(line / lines) if turn == 0 else 0.0,
                )
                spoken = asyncio.Event()
                group.create_task(self._play(call, spoken), name=call.call_id)
                await spoken.wait()
                if time.monotonic() >= self.stop_s:
                    return
                if call.refused or call.dropped:
                    await asyncio.sleep(RETRY_S)

    async def _play(self, call: Played, spoken: asyncio.Event) -> None:
        try:
            async with connect(
                self._address, compression=None, proxy=None, ping_timeout=self._ping_timeout_s
            ) as socket:
                await socket.send(self._start(call))
                call.zero_s = time.monotonic()
                listening = asyncio.create_task(self._listen(socket, call))
                try:
                    await self._speak(socket, call, listening)
                    if self._speed == 1:  # else what was sent is far from heard
                        spoken.set()
                    await asyncio.wait({listening}, timeout=END_S)
                finally:
                    listening.cancel()
                    await asyncio.wait({listening})
        except (OSError, InvalidHandshake) as error:
            call.dropped = type(error).__name__
        finally:
            spoken.set()
            self._keep(call)

    def _start(self, call: Played) -> str:
        return json.dumps(
            {
                "type": "start",
                "token": self._token,
                "call_id": call.call_id,
                "language": call.source.language,
                "agent_id": "load",
                "direction": "inbound",
                "format": {"encoding": "mulaw", "rate": RATE_HZ, "channels": LEGS},
            }
        )

    async def _speak(
        self, socket: ClientConnection, call: Played, listening: asyncio.Task[None]
    ) -> None:
        sound = memoryview(call.source.sound)
        begin = round(call.from_s * RATE_HZ) * len(LEGS)
        try:
            for number, at in enumerate(range(begin, len(sound), self._frame_bytes), start=1):
                # A frame leaves when its last sample has been spoken.
                due_s = call.zero_s + number * self._frame_s / self._speed
                await asyncio.sleep(max(0.0, due_s - time.monotonic()))
                now_s = time.monotonic()
                if now_s >= self.stop_s or listening.done():
                    break
                if self.from_s <= now_s < self.to_s:
                    self.late_ms.append((now_s - due_s) * 1000)
                await socket.send(sound[at : at + self._frame_bytes])
                call.spoken_s = number * self._frame_s
            await socket.send('{"type": "stop"}')
        except ConnectionClosed:
            pass  # who listens tells why

    async def _listen(self, socket: ClientConnection, call: Played) -> None:
        try:
            async for message in socket:
                at_s = time.monotonic() - call.zero_s
                try:
                    call.take(at_s, decode(message))
                except ValidationError:
                    call.refused = str(json.loads(message).get("code", "unknown"))
        except ConnectionClosed:
            pass
        if not call.over and not call.refused:
            call.dropped = f"closed with {socket.close_code}"


def _source(script: Script) -> Source:
    legs = read_recording(script.audio).samples  # (2, n) float32, 16 kHz
    narrow = soxr.resample(legs.T, 16_000, RATE_HZ)
    return Source(
        id=script.id,
        language=script.language,
        sound=mulaw(np.asarray(narrow, np.float32)).tobytes(),
        turns=script.turns,
    )


async def _until(at_s: float) -> None:
    await asyncio.sleep(max(0.0, at_s - time.monotonic()))
