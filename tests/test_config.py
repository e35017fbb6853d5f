"""Settings: one frozen value; every fault in one go, each as a readable line."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from copilot.config import load_config
from copilot.errors import ConfigError
from copilot.target_config import FileTarget, WebhookTarget


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def faults(**options: object) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load_config(**options)  # type: ignore[arg-type]
    return caught.value.faults


def test_defaults_need_no_file() -> None:
    config = load_config()
    assert config.port == 8765
    assert config.database == "sqlite+aiosqlite:///data/copilot.db"
    with pytest.raises(ValidationError):
        config.port = 1  # type: ignore[misc]


def test_command_line_beats_environment_beats_file(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (elsewhere / "copilot.toml").write_text('port = 1\nhost = "file"\nmodel = "file"\n')
    monkeypatch.setenv("COPILOT_PORT", "2")
    monkeypatch.setenv("COPILOT_HOST", "variable")
    config = load_config(port=3)
    assert (config.port, config.host, config.model) == (3, "variable", "file")


def test_every_fault_is_told_at_once(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (elsewhere / "copilot.toml").write_text('colour = "red"\ntime_zone = "Mars/Base"\n')
    monkeypatch.setenv("COPILOT_PORT", "99999")
    told = faults()
    assert len(told) == 3
    assert any("port (COPILOT_PORT)" in line for line in told)
    assert any("time_zone" in line and "Asia/Tokyo" in line for line in told)
    assert any("colour: is no setting" in line for line in told)


def test_a_file_that_cannot_be_read_is_named(elsewhere: Path) -> None:
    assert "missing.toml" in faults(file=elsewhere / "missing.toml")[0]
    (elsewhere / "broken.toml").write_text("port = = 1")
    assert "broken.toml: is no valid TOML" in faults(file=elsewhere / "broken.toml")[0]


def test_targets(elsewhere: Path) -> None:
    (elsewhere / "copilot.toml").write_text(
        '[[targets]]\nkind = "webhook"\nurl = "https://crm.example/hook"\nsecret = "s3"\n'
        '[[targets]]\nkind = "file"\nfolder = "out"\n'
    )
    config = load_config()
    assert [type(target) for target in config.targets] == [WebhookTarget, FileTarget]
    assert "s3" not in repr(config), "secrets stay out of logs"
    (elsewhere / "copilot.toml").write_text('[[targets]]\nkind = "webhook"\nurl = "ftp://x"\n')
    told = faults()
    assert len(told) == 2
    assert all(line.startswith("targets.0.webhook") for line in told)


def test_without_targets_summaries_go_to_files() -> None:
    (target,) = load_config(data_dir=Path("d")).delivery_targets
    assert isinstance(target, FileTarget)
    assert target.folder == Path("d/summaries")


@pytest.mark.parametrize("device", ["auto", "cpu", "cuda", "cuda:1", "cuda:0,cuda:1", "mps"])
def test_devices(device: str) -> None:
    assert load_config(device=device).device == device


def test_what_is_no_device_is_a_fault() -> None:
    assert faults(device="gpu")[0].startswith("device: is no device; for instance auto, cpu")


def test_an_endpoint_has_a_web_address_and_a_secret_key() -> None:
    config = load_config(endpoint_url="https://host/v1", endpoint_key="s3")
    assert "s3" not in repr(config)
    assert faults(endpoint_url="host/v1")[0].startswith("endpoint_url: ")


def test_labels_of_a_classifier(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"anger": {"frustration": 1.0}, "negative": {"valence": -1.0}}
    (elsewhere / "copilot.toml").write_text(
        "[reader_labels]\nanger = { frustration = 1 }\nnegative = { valence = -1 }\n"
    )
    assert load_config().reader_labels == told
    (elsewhere / "copilot.toml").unlink()
    monkeypatch.setenv("COPILOT_READER_LABELS", '{"anger": {"frustration": "much"}}')
    assert faults()[0].startswith("reader_labels.anger.frustration (COPILOT_")


def test_a_reader_runs_on_one_device() -> None:
    assert load_config(reader_device="cuda:1").reader_device == "cuda:1"
    assert faults(reader_device="cuda:0,cuda:1")[0].startswith(
        "reader_device: takes one device"
    )


def test_an_opinion_is_not_waited_for_long() -> None:
    assert faults(opinion_timeout_s=60)[0].startswith("opinion_timeout_s: ")
    assert "s3" not in repr(load_config(opinion_key="s3"))
