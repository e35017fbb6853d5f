"""What the composition root makes of the settings of readers, without or with a GPU."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from chat_server import KEY, MODEL, chat_server
from tiny_classifier import tiny_classifier

from audio import devices
from audio.devices import Hardware
from copilot.backends import READERS, build_reader, build_understanding
from copilot.config import Config
from copilot.errors import ConfigError
from sentiment.opinion import AT_ONCE
from sentiment.reading import Reading

LABELS = {"anger": {"frustration": 1.0}}


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "seen_by_torch", Hardware)


@pytest.fixture
def config(models_dir: Path) -> Callable[..., Config]:
    def made(**settings: object) -> Config:
        return Config(data_dir=models_dir, **settings)  # type: ignore[arg-type]

    return made


def test_a_classifier_reads_beside_the_heads(
    no_gpu: None,
    config: Callable[..., Config],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "copilot.backends")
    folder = tiny_classifier(tmp_path / "mood")
    reader = build_reader(
        config(reader="classifier", reader_model=str(folder), reader_labels=LABELS)
    )
    assert reader.name.startswith("mood (transformers, cpu) beside ")
    (angry,) = reader.read(["i am furious"])
    assert angry.anger > 0.5
    assert angry.harassment.keys() == build_reader(config()).read(["ok"])[0].harassment.keys()
    (record,) = caplog.records
    assert (record.setting, record.device, record.reason) == ("auto", "cpu", "no GPU is seen")  # type: ignore[attr-defined]


def test_the_transformers_reader_tells_its_device(
    no_gpu: None, config: Callable[..., Config]
) -> None:
    assert "(transformers, cpu)" in build_reader(config(reader="transformers")).name


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"reader": "classifier"}, "reader_model: reader = classifier needs"),
        ({"reader": "transformers", "reader_device": "cuda"}, "reader_device: cuda: no NVIDIA"),
        ({"reader": "transformers", "reader_device": "mps"}, "reader_device: mps: no Apple"),
        ({"opinion_url": "http://127.0.0.1:1/v1"}, "opinion_model: "),
    ],
)
def test_what_cannot_be_is_a_fault(
    no_gpu: None, config: Callable[..., Config], settings: dict[str, str], fault: str
) -> None:
    with pytest.raises(ConfigError, match=f"^{fault}"):
        build_reader(config(**settings))


def test_without_the_extra_torch_is_no_reader(
    monkeypatch: pytest.MonkeyPatch, config: Callable[..., Config]
) -> None:
    monkeypatch.setattr("copilot.backends.find_spec", lambda name: None)
    with pytest.raises(
        ConfigError, match=r"^reader: .*pip install 'contact-center-copilot\[tr"
    ):
        build_reader(config(reader="transformers"))


class Doubting:
    name = "doubting"

    def read(self, texts: Sequence[str]) -> list[Reading]:
        return [Reading(levels=(0.6, 0.5, 0.1)) for _ in texts]


def test_threads_that_wait_for_opinions_take_nobody_s_place(
    monkeypatch: pytest.MonkeyPatch, config: Callable[..., Config]
) -> None:
    """And what a server is asked is masked once more, as two turns that are joined may show
    what neither did."""
    monkeypatch.setitem(READERS, "heads", lambda config: Doubting())
    with chat_server() as server:
        understanding = build_understanding(
            config(opinion_url=server.url, opinion_model=MODEL, opinion_key=KEY)
        )
        assert understanding.waits == AT_ONCE
        assert understanding.reader.name == f"doubting, second opinion of {MODEL} (127.0.0.1)"
        (reading,) = understanding.reader.read(
            ["My card: 4111 1111 1111 1111, ada@example.org"]
        )
        assert reading.levels[1] > 0.5
        assert (server.asked, server.broken) == ([["My card: [card], [email]"]], [])


def test_who_asks_nobody_needs_one_thread(config: Callable[..., Config]) -> None:
    assert build_understanding(config()).waits == 0
