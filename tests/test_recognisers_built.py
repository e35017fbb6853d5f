"""What the composition root makes of the recogniser's settings, on a machine without a GPU
or with one."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest

from audio import devices
from audio.devices import Hardware
from copilot.backends import build_recognisers
from copilot.config import Config
from copilot.errors import ConfigError


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "seen_by_ctranslate2", Hardware)
    monkeypatch.setattr(devices, "seen_by_torch", Hardware)


def placed(caplog: pytest.LogCaptureFixture) -> logging.LogRecord:
    (record,) = [one for one in caplog.records if one.name == "copilot.backends"]
    return record


@pytest.mark.model
def test_the_choice_of_a_device_is_one_line_of_the_log(
    no_gpu: None, models_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    first, second = build_recognisers(Config(data_dir=models_dir, threads=2))
    assert first is second
    assert re.fullmatch(r"whisper-base \(int8\w*, cpu\)", first.name)
    record = placed(caplog)
    assert record.levelno == logging.INFO
    assert (record.setting, record.devices, record.reason) == ("auto", "cpu", "no GPU is seen")  # type: ignore[attr-defined]


@pytest.mark.model
def test_a_gpu_that_cannot_be_used_is_a_warning_with_the_cure(
    monkeypatch: pytest.MonkeyPatch, models_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    seen = Hardware(cuda=1, missing=("libcublas.so.12",))
    monkeypatch.setattr(devices, "seen_by_ctranslate2", lambda: seen)
    (whisper,) = build_recognisers(Config(data_dir=models_dir, threads=1))
    assert whisper.name.endswith(", cpu)")
    record = placed(caplog)
    assert record.levelno == logging.WARNING
    assert "libcublas.so.12 cannot be loaded" in record.reason  # type: ignore[attr-defined]
    assert "pip install nvidia-cublas-cu12" in record.cure  # type: ignore[attr-defined]


@pytest.mark.parametrize("recogniser", ["faster-whisper", "transformers"])
@pytest.mark.parametrize("device", ["cuda", "cuda:0,cuda:1", "mps"])
def test_a_device_that_is_not_there_is_a_fault_before_any_model_is_read(
    no_gpu: None, tmp_path: Path, recogniser: str, device: str
) -> None:
    config = Config(data_dir=tmp_path, recogniser=recogniser, device=device)
    with pytest.raises(ConfigError, match=f"^device: {device}: .*set device = cpu"):
        build_recognisers(config)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.model
def test_transformers_reads_a_folder(no_gpu: None, models_dir: Path) -> None:
    from whisper_weights import converted

    config = Config(recogniser="transformers", model=str(converted(models_dir)), threads=3)
    built = build_recognisers(config)
    assert [one.name for one in built] == [
        "whisper-base-transformers (transformers, float32, cpu)"
    ] * 3


def test_transformers_without_its_extra_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copilot.backends.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"pip install 'contact-center-copilot\[transformers"):
        build_recognisers(Config(recogniser="transformers"))


def test_an_endpoint_has_a_thread_for_each_upload() -> None:
    config = Config(recogniser="endpoint", endpoint_url="https://host/v1", model="whisper-1")
    built = build_recognisers(config)
    assert len(built) == 8
    assert {one.name for one in built} == {"whisper-1 (endpoint, host)"}


def test_an_endpoint_needs_an_address() -> None:
    with pytest.raises(ConfigError, match="endpoint_url: recogniser = endpoint needs it"):
        build_recognisers(Config(recogniser="endpoint"))
