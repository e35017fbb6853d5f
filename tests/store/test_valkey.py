"""The packaged server: started, stopped, survived, adopted, reaped."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from copilot.errors import ConfigError, StoreUnavailableError
from copilot.valkey import EmbeddedValkey

STARTED_THEN_KILLED = """
import os, signal, sys
from pathlib import Path
import redis
from copilot.valkey import EmbeddedValkey
valkey = EmbeddedValkey.start(Path(sys.argv[1]))
with redis.Redis.from_url(valkey.url) as client:
    client.set("kept", "yes")
print(valkey.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def start_and_kill(data_dir: Path) -> int:
    """Pid of a server whose parent was killed."""
    parent = subprocess.run(
        [sys.executable, "-c", STARTED_THEN_KILLED, str(data_dir)],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert parent.returncode == -signal.SIGKILL
    return int(parent.stdout)


def kept(valkey: EmbeddedValkey) -> bytes | None:
    with redis.Redis.from_url(valkey.url) as client:
        return client.get("kept")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A child of a killed parent may stay a zombie where nobody reaps: that is dead too.
    stat_file = Path(f"/proc/{pid}/stat")
    return not stat_file.exists() or stat_file.read_text().split(") ")[1][0] != "Z"


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    assert not any(tmp_path.rglob("*.sock")), "a test left its server running"


def test_data_survives_a_stop(data_dir: Path) -> None:
    first = EmbeddedValkey.start(data_dir)
    with redis.Redis.from_url(first.url) as client:
        client.set("kept", "yes")
    pid = first.pid
    first.stop()
    first.stop()
    assert not alive(pid)
    second = EmbeddedValkey.start(data_dir)
    assert kept(second) == b"yes"
    second.stop()


def test_survivor_of_a_killed_parent_is_adopted(data_dir: Path) -> None:
    survivor = start_and_kill(data_dir)
    assert alive(survivor)
    valkey = EmbeddedValkey.start(data_dir)
    assert valkey.pid == survivor
    assert kept(valkey) == b"yes"
    valkey.stop()
    assert not alive(survivor)


def test_survivor_that_hangs_is_reaped(data_dir: Path) -> None:
    survivor = start_and_kill(data_dir)
    os.kill(survivor, signal.SIGSTOP)
    valkey = EmbeddedValkey.start(data_dir)
    assert valkey.pid != survivor
    assert not alive(survivor)
    assert kept(valkey) == b"yes"
    valkey.stop()


def test_survivor_whose_socket_was_removed_is_reaped(data_dir: Path) -> None:
    survivor = start_and_kill(data_dir)
    (data_dir / "valkey" / "valkey.sock").unlink()
    valkey = EmbeddedValkey.start(data_dir)
    assert not alive(survivor)
    assert kept(valkey) == b"yes"
    valkey.stop()


def test_server_killed_with_its_parent_leaves_its_data(data_dir: Path) -> None:
    os.kill(start_and_kill(data_dir), signal.SIGKILL)
    valkey = EmbeddedValkey.start(data_dir)
    assert kept(valkey) == b"yes"
    valkey.stop()


def test_second_copilot_on_the_folder_is_refused(data_dir: Path) -> None:
    valkey = EmbeddedValkey.start(data_dir)
    with pytest.raises(ConfigError, match="in use by another copilot"):
        EmbeddedValkey.start(data_dir)
    valkey.stop()


def test_only_this_account_reaches_the_server(data_dir: Path) -> None:
    valkey = EmbeddedValkey.start(data_dir)
    folder = data_dir / "valkey"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "valkey.sock").stat().st_mode) == 0o700
    with redis.Redis.from_url(valkey.url) as client:
        assert client.config_get("port") == {"port": "0"}
    valkey.stop()


def test_long_path_falls_back_to_a_private_folder(data_dir: Path) -> None:
    deep = data_dir / ("d" * 120)
    survivor = start_and_kill(deep)
    valkey = EmbeddedValkey.start(deep)
    socket_path = Path(valkey.url.removeprefix("unix://"))
    assert socket_path.parent.parent == Path(tempfile.gettempdir())
    assert stat.S_IMODE(socket_path.parent.stat().st_mode) == 0o700
    assert valkey.pid == survivor
    assert kept(valkey) == b"yes"
    valkey.stop()
    assert not socket_path.parent.exists()


def test_damaged_append_only_file_is_told(data_dir: Path) -> None:
    valkey = EmbeddedValkey.start(data_dir)
    valkey.stop()
    manifest = next((data_dir / "valkey" / "appendonlydir").glob("*.manifest"))
    manifest.write_text("nonsense\n")
    with pytest.raises(StoreUnavailableError, match="Valkey does not come up: .*valkey.log"):
        EmbeddedValkey.start(data_dir)
    # The folder is free again for whoever mends it.
    for path in (data_dir / "valkey" / "appendonlydir").iterdir():
        path.unlink()
    EmbeddedValkey.start(data_dir).stop()
