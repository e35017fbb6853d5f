"""How soon words and alerts are there, on calls played in real time into a real server.

    python -m benchmarks.latency [--calls FOLDER] [--at-once 1]

A server runs as its own process; the calls are played in groups of ``--at-once``. Final: from
the reference turn's true end to the final that holds its last word. Alert: from its final to
the alert, both at a viewer on /ws/live. Split: a turn ended by more than one final.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from audio.files import read_recording
from copilot.client import live, play
from copilot.config import Config
from copilot.events import Alert, Event, Summary, Transcript
from copilot.models import whisper_folder
from copilot.samples import Script, read_script, sample_calls
from copilot.score import final_latencies, word_error
from copilot.stored import issue_token

SHARED_CALLS = Path(__file__).parent.parent.parent / "shared" / "data" / "calls"
TOUCH_S = 0.3
"""A final belongs to a turn that it overlaps by more than this."""


@dataclass
class Viewed:
    """What a supervisor's page saw of one call, and when."""

    finals: dict[str, float] = field(default_factory=dict)
    alerts: list[tuple[float, Alert]] = field(default_factory=list)

    def delays_s(self) -> list[float]:
        """From the last final that an alert cites to the alert."""
        delays_s = []
        for seen_s, alert in self.alerts:
            cited = [
                self.finals[part.utterance_id]
                for part in alert.evidence
                if part.utterance_id in self.finals
            ]
            if cited:
                delays_s.append(seen_s - max(cited))
        return delays_s


async def watch(url: str, token: str, viewed: dict[str, Viewed]) -> None:
    async with aclosing(live(url, token)) as events:
        async for event in events:
            match event:
                case Transcript(final=True):
                    viewed[event.call_id].finals[event.utterance_id] = time.monotonic()
                case Alert():
                    viewed[event.call_id].alerts.append((time.monotonic(), event))


async def run(script: Script, url: str, token: str, number: int) -> tuple[str, list]:
    call_id = f"{script.id}-{number}"
    arrivals: list[tuple[float, Event]] = []
    async with aclosing(
        play(
            read_recording(script.audio),
            url,
            token=token,
            language=script.language,
            call_id=call_id,
        )
    ) as events:
        async for arrival in events:
            arrivals.append(arrival)
    return call_id, arrivals


def splits(script: Script, finals: list[Transcript]) -> int:
    """Turns that more than one final holds a part of."""
    return sum(
        sum(
            final.speaker == turn.speaker
            and min(final.end_s, turn.end_s) - max(final.start_s, turn.start_s) > TOUCH_S
            for final in finals
        )
        > 1
        for turn in script.turns
    )


@contextmanager
def server(folder: Path) -> Iterator[str]:
    (folder / "models").symlink_to((Path("data") / "models").resolve())
    process = subprocess.Popen(
        [sys.executable, "-c", "from copilot.cli import main; main()", "serve"]
        + ["--port", "0", "--data-dir", str(folder)],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if ready := re.match(r"ready: (http://[^/]+)/", line):
                yield ready[1]
                return
        raise SystemExit("the server did not start")
    finally:
        process.terminate()
        process.wait()


async def measure(scripts: list[Script], at_once: int) -> None:
    whisper_folder(Path("data"))
    viewed: dict[str, Viewed] = defaultdict(Viewed)
    latencies_s: list[float] = []
    rows = []
    with tempfile.TemporaryDirectory() as temporary, server(Path(temporary)) as url:
        config = Config(data_dir=Path(temporary))
        call_token = await issue_token(config, "integrator", "bench", hours=1, link=False)
        viewer_token = await issue_token(config, "supervisor", "bench", hours=1, link=False)
        watching = asyncio.create_task(watch(url, viewer_token, viewed))
        for start in range(0, len(scripts), at_once):
            group = scripts[start : start + at_once]
            played = await asyncio.gather(
                *(run(script, url, call_token, start + n) for n, script in enumerate(group))
            )
            for script, (call_id, arrivals) in zip(group, played, strict=True):
                finals = [
                    (at_s, event)
                    for at_s, event in arrivals
                    if isinstance(event, Transcript) and event.final
                ]
                found = final_latencies(script.turns, finals)
                heard_s = [one for one in found if one is not None]
                latencies_s += heard_s
                words = [event for _, event in finals]
                text = " ".join(one.text for one in sorted(words, key=lambda one: one.start_s))
                said = " ".join(turn.text for turn in script.turns)
                ended = any(isinstance(event, Summary) for _, event in arrivals)
                rows.append(
                    (call_id, heard_s, len(found) - len(heard_s), splits(script, words))
                )
                print(
                    f"{call_id:<14} turns {len(found):3}  missed {rows[-1][2]}  "
                    f"split {rows[-1][3]:2}  {quantiles(heard_s)}  "
                    f"error {word_error(said, text, script.language):6.1%}  "
                    f"summary {'yes' if ended else 'NO'}",
                    flush=True,
                )
        watching.cancel()
    turns = sum(len(script.turns) for script in scripts)
    print(f"\nfinals   {quantiles(latencies_s)}")
    print(f"alerts   {quantiles([one for call in viewed.values() for one in call.delays_s()])}")
    print(f"turns    {turns}, split {sum(row[3] for row in rows) / turns:.1%}")
    print(f"machine  {os.cpu_count()} cores, {platform.processor() or platform.machine()}")


def quantiles(values_s: list[float]) -> str:
    if not values_s:
        return "none"
    p50, p95 = np.percentile(values_s, [50, 95])
    return f"n {len(values_s):3}  p50 {p50:.2f} s  p95 {p95:.2f} s  max {max(values_s):.2f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--calls", type=Path, default=SHARED_CALLS)
    parser.add_argument("--at-once", type=int, default=1)
    options = parser.parse_args()
    folders = sorted(path.parent for path in options.calls.glob("*/call.json"))
    scripts = [read_script(folder) for folder in folders] or sample_calls()
    asyncio.run(measure(scripts, options.at_once))


if __name__ == "__main__":
    main()
