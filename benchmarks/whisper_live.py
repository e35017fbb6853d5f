"""WhisperLive from PyPI as its own process, and a client that hears with it.

It is installed into ``build/``, without the parts of it that no faster-whisper server loads
(TensorRT, OpenVINO, microphone, diarisation). Nothing else is fetched: it is given the model's
folder and runs with its voice filter, whose model comes with faster-whisper.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from audio.files import Recording
from benchmarks.server import ROOT
from copilot.events import Speaker, Transcript
from copilot.models import whisper_folder
from copilot.signals import SAMPLE_RATE_HZ

__all__ = ["PeerServer", "Refused", "hear", "install", "peer_server"]

START_S = 120.0
END_S = 10.0
"""Waited for the socket to close when all is said."""
FRAME_SAMPLES = 4096
"""What its own client sends at a time."""
PEER = "whisper-live==0.10.0"
NEEDED = (
    "faster-whisper==1.2.0",
    "requests",
    "fastapi",
    "uvicorn",
    "python-multipart",
    "websockets",
)
HOME = ROOT / "build" / "whisper-live"
SERVE = """
import os, sys, threading
from whisper_live.server import TranscriptionServer

port, model, legs, batch = sys.argv[1:]
# Its standard input ends with the benchmark, however that ends.
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
TranscriptionServer().run(
    "127.0.0.1", int(port), backend="faster_whisper", faster_whisper_custom_model_path=model,
    single_model=True, max_clients=int(legs) + 1, batch_enabled=bool(batch),
)
"""


class Refused(Exception):
    """The server did not take the leg."""


@dataclass(frozen=True)
class PeerServer:
    url: str
    pid: int

    def cpu_s(self) -> float:
        """CPU-seconds since the start, all threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def install() -> None:
    """Once; later calls find it."""
    python = HOME / "bin" / "python"
    check = [python, "-c", "import whisper_live.server"]
    if python.exists():
        found = subprocess.run(check, capture_output=True, check=False)
        if found.returncode == 0:
            return
    print(f"installing {PEER} into {HOME}", flush=True)
    subprocess.run([sys.executable, "-m", "venv", HOME], check=True)
    # Named with our version, torch comes as the CPU build where one is offered.
    torch = f"torch=={version('torch').split('+')[0]}"
    pip = [python, "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, *NEEDED, torch], check=True)
    subprocess.run([*pip, "--no-deps", PEER], check=True)


@contextmanager
def peer_server(legs: int, *, batch: bool) -> Iterator[PeerServer]:
    """A server that takes ``legs`` clients, one after the other or in batches.

    Raises ``SystemExit`` with the end of its log when it does not come up.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    model = whisper_folder(ROOT / "data").resolve()
    # With the threads that its decoder takes by itself: all cores here.
    environment = {key: value for key, value in os.environ.items() if key != "OMP_NUM_THREADS"}
    log_path = HOME / "server.log"
    with log_path.open("wb") as log_file:
        process = subprocess.Popen(
            [HOME / "bin" / "python", "-c", SERVE, str(port), str(model), str(legs)]
            + ["batch" if batch else ""],
            stdin=subprocess.PIPE,
            stdout=log_file,
            stderr=subprocess.STDOUT,
            env=environment | {"HF_HUB_OFFLINE": "1"},
        )
    try:
        _await_port(process, port, log_path)
        yield PeerServer(f"ws://127.0.0.1:{port}", process.pid)
    finally:
        process.kill()
        process.communicate()


def _await_port(process: subprocess.Popen[bytes], port: int, log_path: Path) -> None:
    until_s = time.monotonic() + START_S
    while time.monotonic() < until_s and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit(f"WhisperLive did not start:\n{log_path.read_text()[-2000:]}")


async def hear(
    recording: Recording, url: str, *, language: str, uid: str
) -> AsyncGenerator[tuple[float, Transcript]]:
    """Plays the first leg of a recording, and yields what comes back as our own player does:
    each transcript with the seconds since the first sample was spoken.

    A completed segment is a final. Raises ``Refused``.
    """
    hello = {"uid": uid, "language": language, "task": "transcribe", "model": "base"}
    try:
        async with connect(url, compression=None, proxy=None, max_size=None) as line:
            await line.send(json.dumps(hello | {"use_vad": True}))
            await _ready(line)
            zero_s = time.monotonic()
            speech = asyncio.create_task(_speak(line, recording, zero_s))
            try:
                until_s = zero_s + recording.duration_s + END_S
                async for told in _told(line, recording.speakers[0], zero_s, until_s):
                    yield told
            finally:
                speech.cancel()
                await asyncio.wait([speech])
    except (OSError, ConnectionClosed) as error:
        raise Refused(type(error).__name__) from None


async def _ready(line: ClientConnection) -> None:
    async for message in line:
        content = json.loads(message)
        if content.get("message") == "SERVER_READY":
            return
        if content.get("status"):
            raise Refused(str(content["status"]))
    raise Refused("closed")


async def _speak(line: ClientConnection, recording: Recording, zero_s: float) -> None:
    samples = recording.samples[0]
    for begin in range(0, len(samples), FRAME_SAMPLES):
        frame = samples[begin : begin + FRAME_SAMPLES]
        due_s = zero_s + (begin + len(frame)) / SAMPLE_RATE_HZ
        await asyncio.sleep(max(0.0, due_s - time.monotonic()))
        await line.send(frame.tobytes())
    await line.send(b"END_OF_AUDIO")


async def _told(
    line: ClientConnection, speaker: Speaker, zero_s: float, until_s: float
) -> AsyncIterator[tuple[float, Transcript]]:
    """Each completed segment once, and the open one each time: it is sent with the others."""
    completed: set[tuple[str, str]] = set()
    while True:
        try:
            async with asyncio.timeout(until_s - time.monotonic()):
                message = await line.recv()
        except (TimeoutError, ConnectionClosed):
            return
        at_s = time.monotonic() - zero_s
        for segment in json.loads(message).get("segments", []):
            key = segment["start"], segment["text"]
            if key in completed:
                continue
            if segment["completed"]:
                completed.add(key)
            yield at_s, _transcript(segment, speaker, at_s)


def _transcript(segment: dict, speaker: Speaker, at_s: float) -> Transcript:
    return Transcript(
        call_id="",
        at_s=at_s,
        utterance_id=segment["start"],
        speaker=speaker,
        revision=0,
        start_s=max(0.0, float(segment["start"])),
        end_s=max(0.0, float(segment["end"])),
        text=segment["text"].strip(),
        final=segment["completed"],
    )
