from __future__ import annotations

import shutil
import sys
from importlib import invalidate_caches

import pytest

from audio.devices import (
    Hardware,
    chosen,
    devices_in,
    missing_of,
    proved,
    seen_by_ctranslate2,
    seen_by_torch,
)
from copilot.errors import ConfigError, RecogniserError
from scripted import ScriptedRecogniser

NONE = Hardware()
TWO = Hardware(cuda=2)
BARE = Hardware(cuda=1, missing=("libcublas.so.12", "libcudnn.so.9"))
APPLE = Hardware(mps=True)


@pytest.mark.parametrize(
    ("text", "devices"),
    [
        ("auto", ("auto",)),
        ("cpu", ("cpu",)),
        ("cuda", ("cuda",)),
        ("cuda:1", ("cuda:1",)),
        (" cuda:0 , cuda:1,cuda:0", ("cuda:0", "cuda:1")),
    ],
)
def test_the_setting_names_devices(text, devices):
    assert devices_in(text) == devices


@pytest.mark.parametrize(
    "text", ["", "gpu", "cuda:", "cuda:x", "cpu,cuda:0", "auto,cpu", "cuda:0,"]
)
def test_anything_else_is_no_device(text):
    with pytest.raises(ValueError, match="is no device; for instance auto"):
        devices_in(text)


@pytest.mark.parametrize(
    ("asked", "hardware", "devices", "reason"),
    [
        ("auto", NONE, ("cpu",), "no GPU is seen"),
        ("auto", TWO, ("cuda:0",), "2 GPUs are seen"),
        ("auto", APPLE, ("mps",), "an Apple GPU is seen"),
        ("cpu", TWO, ("cpu",), "asked for"),
        ("cuda", TWO, ("cuda:0",), "asked for"),
        ("cuda:1", TWO, ("cuda:1",), "asked for"),
        ("cuda:0,cuda:1", TWO, ("cuda:0", "cuda:1"), "asked for"),
        ("mps", APPLE, ("mps",), "asked for"),
    ],
)
def test_what_is_there_is_used(asked, hardware, devices, reason):
    choice = chosen(asked, hardware)
    assert (choice.devices, choice.reason, choice.cure) == (devices, reason, "")


def test_a_gpu_without_its_libraries_is_left_alone_with_reason_and_cure():
    choice = chosen("auto", BARE)
    assert choice.devices == ("cpu",)
    assert choice.reason == (
        "1 GPU is seen, but libcublas.so.12 and libcudnn.so.9 cannot be loaded"
    )
    assert "pip install nvidia-cublas-cu12 nvidia-cudnn-cu12" in choice.cure


@pytest.mark.parametrize(
    ("asked", "hardware", "told"),
    [
        ("cuda", NONE, ("no NVIDIA GPU is seen", "device = cpu")),
        ("cuda:0,cuda:1", NONE, ("no NVIDIA GPU is seen", "nvidia-smi")),
        (
            "cuda",
            BARE,
            ("libcublas.so.12", "pip install nvidia-cublas-cu12", "LD_LIBRARY_PATH"),
        ),
        ("cuda:2", TWO, ("cuda:2", "2 GPUs are seen", "cuda:0")),
        ("mps", TWO, ("no Apple GPU", "device = cpu")),
    ],
)
def test_what_is_not_there_is_one_line_with_the_cure(asked, hardware, told):
    with pytest.raises(ConfigError) as caught:
        chosen(asked, hardware)
    (line,) = caught.value.faults
    assert line.startswith("device: ")
    assert "\n" not in line
    assert all(part in line for part in told)


def test_this_machine_can_be_looked_at():
    for hardware in (seen_by_ctranslate2(), seen_by_torch()):
        assert chosen("auto", hardware).devices


def test_missing_libraries_are_named():
    assert missing_of(("libnowhere.so.1",)) == ("libnowhere.so.1",)


@pytest.mark.skipif(sys.platform != "linux", reason="where NVIDIA's packages have .so files")
def test_libraries_are_found_in_the_packages_that_bring_them(tmp_path, monkeypatch):
    """Any library, under a name that no system has, stands for one of NVIDIA's."""
    import _ctypes

    folder = tmp_path / "nvidia" / "cublas" / "lib"
    folder.mkdir(parents=True)
    shutil.copyfile(_ctypes.__file__, folder / "libcublas-stand-in.so.12")
    assert missing_of(("libcublas-stand-in.so.12",)) == ("libcublas-stand-in.so.12",)
    monkeypatch.syspath_prepend(tmp_path)
    invalidate_caches()
    assert missing_of(("libcublas-stand-in.so.12",)) == ()


def test_an_accelerator_is_tried_before_anybody_calls():
    gpu = ScriptedRecogniser()
    assert proved(gpu, "cuda:0") is gpu
    assert [request.final for request in gpu.heard] == [True]
    cpu = ScriptedRecogniser()
    assert proved(cpu, "cpu") is cpu
    assert cpu.heard == []


def test_an_accelerator_that_fails_is_one_line_with_the_cure():
    def broken(request):
        raise RecogniserError("Library libcublas.so.12 is not found or cannot be loaded")

    with pytest.raises(ConfigError) as caught:
        proved(ScriptedRecogniser(broken), "cuda:1")
    (line,) = caught.value.faults
    assert line.startswith("device: cuda:1: Library libcublas.so.12 is not found")
    assert "pip install nvidia-cublas-cu12" in line
    with pytest.raises(ConfigError, match="set device = cpu"):
        proved(ScriptedRecogniser(broken), "mps")
