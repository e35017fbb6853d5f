"""Where a recogniser runs: what was asked for, what this machine has, and why.

``chosen`` is pure; the functions that look at the machine import the library whose view
of it counts.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from copilot.errors import ConfigError, RecogniserError
from copilot.ports import Recogniser
from copilot.signals import SAMPLE_RATE_HZ, RecognitionRequest, SpeechSegment

__all__ = [
    "Choice",
    "Hardware",
    "chosen",
    "devices_in",
    "proved",
    "seen_by_ctranslate2",
    "seen_by_torch",
]

CUDA_LIBRARIES = ("libcublas.so.12", "libcudnn.so.9")
"""What CTranslate2 and its kernels load, the first of them when a GPU is first used: in the
middle of a call, if nobody looked before."""
LIBRARIES_CURE = (
    "pip install nvidia-cublas-cu12 nvidia-cudnn-cu12 (or put the folders of these "
    "libraries into LD_LIBRARY_PATH), or set device = cpu"
)
_DEVICES = re.compile(r"auto|cpu|mps|cuda|cuda:\d+(,cuda:\d+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """Accelerators as the library of a recogniser sees them."""

    cuda: int = 0
    """NVIDIA GPUs."""
    missing: tuple[str, ...] = ()
    """CUDA libraries without which they cannot be used."""
    mps: bool = False
    """An Apple GPU."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    devices: tuple[str, ...]
    """``cpu``, ``mps``, ``cuda:0`` ...: a recogniser on each."""
    reason: str
    """Why these, in words for the log."""
    cure: str = ""
    """What would make a better one usable; empty when nothing is amiss."""


def devices_in(text: str) -> tuple[str, ...]:
    """``cuda:0, cuda:1`` in parts, each once. Raises ``ValueError`` on anything but ``auto``,
    ``cpu``, ``mps``, ``cuda`` and numbered ``cuda`` devices."""
    joined = re.sub(r"\s*,\s*", ",", text.strip())
    if not _DEVICES.fullmatch(joined):
        raise ValueError("is no device; for instance auto, cpu, cuda, cuda:1 or cuda:0,cuda:1")
    return tuple(dict.fromkeys(joined.split(",")))


def chosen(asked: str, hardware: Hardware, *, setting: str = "device") -> Choice:
    """The devices for what is ``asked`` of ``setting``. Raises ``ConfigError`` with the cure
    when it names what this machine does not have."""
    devices = devices_in(asked)
    if devices == ("auto",):
        return _best(hardware)
    if devices == ("cpu",):
        return Choice(devices=devices, reason="asked for")
    if devices == ("mps",):
        if not hardware.mps:
            raise ConfigError(
                f"{setting}: mps: no Apple GPU is seen here; set {setting} = cpu, or use a "
                "transformers backend on a Mac with one"
            )
        return Choice(devices=devices, reason="asked for")
    if not hardware.cuda:
        raise ConfigError(
            f"{setting}: {asked}: no NVIDIA GPU is seen; install its driver (nvidia-smi must "
            f"list it), or set {setting} = cpu"
        )
    if hardware.missing:
        raise ConfigError(
            f"{setting}: {asked}: {' and '.join(hardware.missing)} cannot be loaded; "
            f"{LIBRARIES_CURE}"
        )
    numbered = tuple("cuda:0" if device == "cuda" else device for device in devices)
    beyond = [one for one in numbered if int(one.removeprefix("cuda:")) >= hardware.cuda]
    if beyond:
        raise ConfigError(
            f"{setting}: {', '.join(beyond)}: {_gpus(hardware)}, numbered from cuda:0"
        )
    return Choice(devices=numbered, reason="asked for")


def _best(hardware: Hardware) -> Choice:
    if hardware.cuda and hardware.missing:
        missing = " and ".join(hardware.missing)
        return Choice(
            devices=("cpu",),
            reason=f"{_gpus(hardware)}, but {missing} cannot be loaded",
            cure=LIBRARIES_CURE,
        )
    if hardware.cuda:
        return Choice(devices=("cuda:0",), reason=_gpus(hardware))
    if hardware.mps:
        return Choice(devices=("mps",), reason="an Apple GPU is seen")
    return Choice(devices=("cpu",), reason="no GPU is seen")


def _gpus(hardware: Hardware) -> str:
    return "1 GPU is seen" if hardware.cuda == 1 else f"{hardware.cuda} GPUs are seen"


# This machine -------------------------------------------------------------------------


def seen_by_ctranslate2() -> Hardware:
    from ctranslate2 import get_cuda_device_count

    count = get_cuda_device_count()
    return Hardware(cuda=count, missing=missing_of(CUDA_LIBRARIES) if count else ())


def seen_by_torch() -> Hardware:
    """torch brings its CUDA libraries along."""
    import torch

    return Hardware(cuda=torch.cuda.device_count(), mps=torch.backends.mps.is_available())


def proved(recogniser: Recogniser, device: str) -> Recogniser:
    """The recogniser, after a first batch on an accelerator: its faults, and the seconds
    that it takes to warm up, belong to the start and not to somebody's call. Raises
    ``ConfigError``."""
    if device == "cpu":
        return recogniser
    noise = np.random.default_rng(1).normal(0, 0.1, SAMPLE_RATE_HZ).astype(np.float32)
    segment = SpeechSegment(
        utterance_id="", speaker="unknown", start_s=0.0, end_s=1.0, samples=noise, closed=True
    )
    request = RecognitionRequest(call_id="", segment=segment, final=True, language="en")
    try:
        recogniser.recognise([request])
    except RecogniserError as error:
        cure = f"; {LIBRARIES_CURE}" if device.startswith("cuda") else "; set device = cpu"
        raise ConfigError(f"device: {device}: {error}{cure}") from None
    return recogniser


def missing_of(libraries: Sequence[str]) -> tuple[str, ...]:
    """Those that cannot be loaded. The others stay loaded, for all that ask for them by
    name later: so the packages of NVIDIA are found without LD_LIBRARY_PATH."""
    return tuple(name for name in libraries if not _loaded(name))


def _loaded(name: str) -> bool:
    for candidate in (name, *_packaged(name)):
        with suppress(OSError):
            ctypes.CDLL(candidate, mode=ctypes.RTLD_GLOBAL)
            return True
    return False


def _packaged(name: str) -> list[str]:
    """Where the packages ``nvidia-*`` keep their libraries: ``nvidia/<part>/lib``."""
    spec = find_spec("nvidia")
    folders = spec.submodule_search_locations or () if spec else ()
    return [str(path) for folder in folders for path in Path(folder).glob(f"*/lib/{name}")]
