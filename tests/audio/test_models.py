from __future__ import annotations

import hashlib
import threading

import pytest

from copilot import models
from copilot.errors import ModelMissingError
from copilot.models import PACKAGED_SHA256, installed_models, whisper_folder


def test_the_packaged_model_is_joined_and_checked(tmp_path):
    seen = []
    folder = whisper_folder(tmp_path, progress=lambda done, total: seen.append((done, total)))
    assert folder == tmp_path / "models" / "whisper-base"
    assert hashlib.sha256((folder / "model.bin").read_bytes()).hexdigest() == PACKAGED_SHA256
    assert {"config.json", "tokenizer.json", "vocabulary.json"} <= {
        file.name for file in folder.iterdir()
    }
    assert seen[-1][0] == seen[-1][1] == (folder / "model.bin").stat().st_size
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_a_joined_model_is_not_joined_again(models_dir):
    seen = []
    whisper_folder(models_dir, progress=lambda done, total: seen.append(done))
    assert seen == []


def test_a_cut_off_model_is_joined_anew(tmp_path):
    folder = whisper_folder(tmp_path)
    (folder / "model.bin").write_bytes(b"short")
    (model,) = installed_models(tmp_path)
    assert model.status == "damaged"
    whisper_folder(tmp_path)
    (model,) = installed_models(tmp_path)
    assert (model.name, model.status, model.sha256) == ("base", "ready", PACKAGED_SHA256)


def test_two_at_once_join_it_once(tmp_path):
    joins = []
    threads = [
        threading.Thread(
            target=whisper_folder,
            args=(tmp_path,),
            kwargs={"progress": lambda done, total: joins.append(done == total)},
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert joins.count(True) == 1
    assert installed_models(tmp_path)[0].status == "ready"


def test_damaged_parts_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr(models, "PACKAGED_SHA256", "0" * 64)
    with pytest.raises(ModelMissingError, match="damaged; reinstall"):
        whisper_folder(tmp_path)
    assert not (tmp_path / "models" / "whisper-base").exists()


def test_a_missing_package_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(models, "PARTS", (("no_such_package_1", "model.bin.part1"),))
    with pytest.raises(ModelMissingError, match="pip install no-such-package-1"):
        whisper_folder(tmp_path)
    assert installed_models(tmp_path)[0].status == "missing"


def test_before_the_first_start_the_model_waits_in_its_packages(tmp_path):
    (model,) = installed_models(tmp_path)
    assert (model.status, model.bytes, model.sha256) == ("not joined", 0, "")


def test_a_folder_is_taken_as_it_is(tmp_path, models_dir):
    folder = models_dir / "models" / "whisper-base"
    assert whisper_folder(tmp_path, str(folder)) == folder


def test_a_folder_without_a_model(tmp_path):
    with pytest.raises(ModelMissingError, match="holds no model.bin"):
        whisper_folder(tmp_path, str(tmp_path))


def test_an_unknown_name(tmp_path):
    with pytest.raises(ModelMissingError, match="no Whisper model is called 'enormous'"):
        whisper_folder(tmp_path, "enormous")


def test_a_name_that_cannot_be_fetched_names_the_cure(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelMissingError, match="copy its folder here"):
        whisper_folder(tmp_path, "small")
