"""The real server as its own process, and what it takes of the machine (Linux)."""

from __future__ import annotations

import ctypes
import json
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copilot.models import whisper_folder

__all__ = ["ROOT", "Server", "Usage", "machine", "running_server"]

ROOT = Path(__file__).parent.parent
PROC = Path("/proc")
LOG = "server.log"
LOOKS = 3
START_S = 300.0
STOP_S = 40.0
"""Longer than the server gives its calls to end."""
CLOCK_HZ = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
ESTABLISHED = "01"
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Counted since the start (CPU), or now."""

    loop_cpu_s: float
    """The event loop's thread."""
    worker_cpu_s: float
    """All other threads of the server: recogniser, readings, archive."""
    store_cpu_s: float
    """The embedded Valkey."""
    rss_bytes: int
    store_rss_bytes: int
    threads: int
    files: int
    """Open file descriptors, sockets among them."""
    clients: int
    """Connections to the server's port."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    url: str
    pid: int
    data_dir: Path

    def usage(self) -> Usage:
        """Raises ``SystemExit`` with the end of the server's log when it is gone."""
        for _ in range(LOOKS):
            with suppress(OSError, ValueError):  # a thread ended while it was looked at
                return self._usage()
        raise SystemExit(f"the server is gone:\n{_end_of(self.data_dir / LOG)}")

    def _usage(self) -> Usage:
        threads = {int(path.name): _cpu_s(path) for path in self._folder("task").iterdir()}
        return Usage(
            loop_cpu_s=threads[self.pid],
            # What ended threads took is known of the process only.
            worker_cpu_s=_cpu_s(PROC / str(self.pid)) - threads[self.pid],
            store_cpu_s=_cpu_s(PROC / str(self.store_pid)),
            rss_bytes=_rss_bytes(self.pid),
            store_rss_bytes=_rss_bytes(self.store_pid),
            threads=len(threads),
            files=len(os.listdir(self._folder("fd"))),
            clients=self._clients(),
        )

    @property
    def store_pid(self) -> int:
        return int((self.data_dir / "valkey" / "server.pid").read_text())

    def gauges(self) -> dict[str, float]:
        """Unlabelled figures of ``/metrics`` by name."""
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        pairs = (line.split() for line in lines if re.match(r"\w+ ", line))
        return {name: float(value) for name, value in pairs}

    def recogniser(self) -> str:
        with urllib.request.urlopen(f"{self.url}/readyz", timeout=10) as answer:
            return str(json.load(answer)["recogniser"])

    def _clients(self) -> int:
        port = f":{int(self.url.rpartition(':')[2]):04X}"
        rows = (line.split() for line in (PROC / "net" / "tcp").read_text().splitlines()[1:])
        return sum(row[1].endswith(port) and row[3] == ESTABLISHED for row in rows)

    def _folder(self, name: str) -> Path:
        return PROC / str(self.pid) / name


@contextmanager
def running_server(settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Starts a server on a free port with a data folder of its own, and ends it with its
    store whatever happens. ``settings`` are ``COPILOT_*`` variables without the prefix.

    Raises ``SystemExit`` with the end of its log when it does not come up.
    """
    models = whisper_folder(ROOT / "data").parent
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    variables = {f"COPILOT_{key.upper()}": value for key, value in (settings or {}).items()}
    with tempfile.TemporaryDirectory(prefix="copilot-load-") as temporary:
        data_dir = Path(temporary)
        (data_dir / "models").symlink_to(models.resolve())
        log_path = data_dir / LOG
        with log_path.open("wb") as log_file:  # a pipe that nobody reads would stop it
            process = subprocess.Popen(
                [sys.executable, "-c", "from copilot.cli import main; main()", "serve"]
                + ["--port", "0", "--data-dir", str(data_dir)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log_file,
                stderr=subprocess.STDOUT,
                env=os.environ | variables,
                preexec_fn=_end_with_parent,
                # Whoever kills the benchmark's group leaves the server the time to end.
                start_new_session=True,
            )
        try:
            yield Server(url=_ready(process, log_path), pid=process.pid, data_dir=data_dir)
        finally:
            _end(process, data_dir)


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    info = (PROC / "cpuinfo").read_text() if (PROC / "cpuinfo").is_file() else ""
    model = re.search(r"model name\s*: (.+)", info)
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # no repository: an installed copy
        text=True,
        check=False,
    )
    return {
        "processor": model[1] if model else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "commit": commit.stdout.strip(),
        "measured": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "load_before": os.getloadavg()[0],
    }


def _ready(process: subprocess.Popen[bytes], log_path: Path) -> str:
    until_s = time.monotonic() + START_S
    while time.monotonic() < until_s and process.poll() is None:
        if ready := re.search(r"ready: (http://[^/\s]+)", log_path.read_text()):
            return ready[1]
        time.sleep(0.1)
    raise SystemExit(f"the server did not start:\n{_end_of(log_path)}")


def _end_of(log_path: Path) -> str:
    return log_path.read_text(errors="replace")[-2000:]


def _end(process: subprocess.Popen[bytes], data_dir: Path) -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        print("the server did not end within its time and was killed", file=sys.stderr)
        process.kill()
        process.wait()
        with suppress(OSError, ValueError):
            os.kill(int((data_dir / "valkey" / "server.pid").read_text()), signal.SIGKILL)


def _end_with_parent() -> None:
    """The kernel ends the server should even a SIGKILL end the benchmark."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _cpu_s(folder: Path) -> float:
    # The name in brackets may hold spaces; what is counted stands behind it.
    fields = (folder / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_HZ


def _rss_bytes(pid: int) -> int:
    return int((PROC / str(pid) / "statm").read_text().split()[1]) * PAGE_BYTES
