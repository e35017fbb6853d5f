"""The voice encoder's weights: as torch reads them, and nothing else from a checkpoint."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from audio import voice_weights
from audio.voice_weights import read_voice_weights
from copilot.errors import ModelMissingError


class _Spec:
    def __init__(self, folder: Path) -> None:
        self.submodule_search_locations = [str(folder)]


def test_they_are_what_torch_reads() -> None:
    torch = pytest.importorskip("torch")
    spec = voice_weights.find_spec("resemblyzer")
    assert spec is not None and spec.submodule_search_locations
    path = Path(spec.submodule_search_locations[0]) / "pretrained.pt"
    theirs = torch.load(path, map_location="cpu", weights_only=True)["model_state"]
    ours = read_voice_weights()
    assert np.array_equal(ours["linear"], theirs["linear.weight"].numpy().T)
    assert np.array_equal(ours["hidden_2"], theirs["lstm.weight_hh_l2"].numpy().T)
    assert ours["input_0"].shape == (40, 1024)


def test_a_missing_package_names_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice_weights, "find_spec", lambda name: None)
    with pytest.raises(ModelMissingError, match="pip install --no-deps Resemblyzer"):
        read_voice_weights()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no pickle",
        pickle.dumps(1),
        pickle.dumps(voice_weights._MAGIC, 2) + b"cos\nsystem\n.",
    ],
)
def test_anything_else_is_refused(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pretrained.pt").write_bytes(content)
    monkeypatch.setattr(voice_weights, "find_spec", lambda name: _Spec(tmp_path))
    with pytest.raises(ModelMissingError, match="unknown form"):
        read_voice_weights()


def test_a_checkpoint_runs_no_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = b"".join(pickle.dumps(one, 2) for one in (voice_weights._MAGIC, 1001, {}))
    (tmp_path / "pretrained.pt").write_bytes(head + b"cos\nsystem\n(S'exit 1'\ntR.")
    monkeypatch.setattr(voice_weights, "find_spec", lambda name: _Spec(tmp_path))
    with pytest.raises(ModelMissingError):
        read_voice_weights()
