"""Weights of the voice encoder, out of the package that carries them.

Resemblyzer's wheel holds a checkpoint of torch's first format: pickles, then the raw numbers
of every tensor ("torch/serialization.py", ``_legacy_save``). It is read here without torch, and
with an unpickler that knows nothing but tensors.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from copilot.errors import ModelMissingError

__all__ = ["LAYERS", "read_voice_weights"]

Floats = npt.NDArray[np.float32]

LAYERS = 3
CURE = "pip install --no-deps Resemblyzer==0.1.4"
"""Without what it asks for: nothing of it runs here."""
_MAGIC = 0x1950A86A20F9469CFC6C
_TYPES: Mapping[str, type[np.generic]] = {"FloatStorage": np.float32, "LongStorage": np.int64}


@dataclass(frozen=True, slots=True)
class _Tensor:
    """Where a tensor lies: its storage, first element, shape and steps."""

    storage: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def read_voice_weights() -> dict[str, Floats]:
    """``input_N`` (in, 1024), ``hidden_N`` (256, 1024), ``bias_N`` of each LSTM layer,
    ``linear`` (256, 256) and ``linear_bias``. Raises ``ModelMissingError``."""
    spec = find_spec("resemblyzer")
    if spec is None or not spec.submodule_search_locations:
        raise ModelMissingError(f"the voice encoder is not installed: {CURE}")
    path = Path(spec.submodule_search_locations[0]) / "pretrained.pt"
    try:
        with path.open("rb") as file:
            trained = _checkpoint(file)["model_state"]
        weights = {"linear": trained["linear.weight"].T, "linear_bias": trained["linear.bias"]}
        for layer in range(LAYERS):
            weights[f"input_{layer}"] = trained[f"lstm.weight_ih_l{layer}"].T
            weights[f"hidden_{layer}"] = trained[f"lstm.weight_hh_l{layer}"].T
            weights[f"bias_{layer}"] = (
                trained[f"lstm.bias_ih_l{layer}"] + trained[f"lstm.bias_hh_l{layer}"]
            )
    except (OSError, LookupError, ValueError, TypeError, EOFError, pickle.PickleError) as error:
        raise ModelMissingError(
            f"{path} is of an unknown form; {CURE} --force-reinstall"
        ) from error
    return {name: np.ascontiguousarray(value, np.float32) for name, value in weights.items()}


def _checkpoint(file: IO[bytes]) -> dict[str, Any]:
    if _Tensors(file).load() != _MAGIC:
        raise ValueError("no checkpoint of torch")
    _Tensors(file).load()  # version
    _Tensors(file).load()  # byte order: little-endian everywhere that it was ever written
    tensors = _Tensors(file)
    found = tensors.load()
    storages = {}
    for key in _Tensors(file).load():
        count = int(np.frombuffer(file.read(8), "<i8")[0])
        kind = np.dtype(_TYPES[tensors.types[key]])
        storages[key] = np.frombuffer(file.read(count * kind.itemsize), kind)

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: filled(one) for name, one in value.items()}
        if not isinstance(value, _Tensor):
            return value
        flat = storages[value.storage][value.offset :]
        steps = [step * flat.itemsize for step in value.strides]
        return np.lib.stride_tricks.as_strided(flat, value.shape, steps)

    loaded: dict[str, Any] = filled(found)
    return loaded


class _Tensors(pickle.Unpickler):
    """Reads tensors as the places where their numbers lie."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)
        self.types: dict[str, str] = {}
        """Type of every storage."""

    def find_class(self, module: str, name: str) -> Any:
        match module, name:
            case "collections", "OrderedDict":
                return OrderedDict
            case "torch._utils", "_rebuild_tensor_v2":
                return lambda storage, offset, shape, strides, *rest: _Tensor(
                    storage, offset, shape, strides
                )
            case "torch", _ if name in _TYPES:
                return name
        raise pickle.UnpicklingError(f"a checkpoint holds no {module}.{name}")

    def persistent_load(self, pid: Any) -> str:
        _, kind, key, *_ = pid
        self.types[key] = kind
        return str(key)
