"""Settings of targets: faults are told by name, secrets stay secret."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from copilot.config import Config, load_config
from copilot.crm.kintone_file import load_field_map
from copilot.errors import ConfigError, DeliveryError
from copilot.target_backends import TARGETS, build_target
from copilot.target_config import HubSpotTarget, KintoneTarget

WHOLE: dict[str, dict[str, Any]] = {
    "salesforce": {"url": "https://x.my.salesforce.com", "client_id": "c", "secret": "s3cr3t"},
    "hubspot": {"secret": "s3cr3t"},
    "zendesk": {"url": "https://x.zendesk.com/", "user": "bot@x.example", "secret": "s3cr3t"},
    "dynamics": {
        "url": "https://x.crm7.dynamics.com",
        "token_url": "https://login.example/t/oauth2/v2.0/token",
        "client_id": "c",
        "secret": "s3cr3t",
    },
    "kintone": {
        "url": "https://x.cybozu.com",
        "app": 7,
        "key_field": "呼番号",
        "mapping": "mapping.toml",
        "secret": "s3cr3t",
    },
}


def told(kind: str, **settings: Any) -> str:
    values = {"kind": kind, **WHOLE[kind], **settings}
    with pytest.raises(ConfigError) as caught:
        load_config(targets=[{k: v for k, v in values.items() if v is not None}])
    return str(caught.value)


@pytest.mark.parametrize("kind", WHOLE)
def test_whole_settings_are_taken_and_hide_their_secret(kind: str) -> None:
    config = load_config(targets=[{"kind": kind, **WHOLE[kind]}])
    assert config.targets[0].name == kind
    assert "s3cr3t" not in repr(config)


@pytest.mark.parametrize("kind", WHOLE)
def test_every_setting_that_is_missing_is_told(kind: str) -> None:
    needed = [name for name in WHOLE[kind] if name != "secret"]
    text = told(kind, secret=None, **dict.fromkeys(needed, None))
    for name in [*needed, "secret_file"]:
        assert f"targets.0.{kind}.{name}: " in text
    assert "give secret or secret_file" in text


@pytest.mark.parametrize("kind", [kind for kind in WHOLE if "url" in WHOLE[kind]])
@pytest.mark.parametrize("url", ["http://crm.example", "crm.example", "https://", "ftp://x"])
def test_secrets_travel_encrypted(kind: str, url: str) -> None:
    assert f"targets.0.{kind}.url: is no https address" in told(kind, url=url)


@pytest.mark.parametrize(
    ("kind", "setting"),
    [
        ("salesforce", "key_field"),
        ("salesforce", "contact_field"),
        ("hubspot", "key_property"),
        ("dynamics", "contact_field"),
        ("dynamics", "regarding"),
    ],
)
def test_names_inside_queries_are_names(kind: str, setting: str) -> None:
    assert f"targets.0.{kind}.{setting}" in told(kind, **{setting: "Id = '' OR Name"})


@pytest.mark.parametrize("name", ["", "a/b", "x\n", "x" * 129])
def test_a_name_fits_keys_and_paths(name: str) -> None:
    assert "targets.0.hubspot.name" in told("hubspot", name=name)


def test_a_secret_stands_in_one_place(tmp_path: Path) -> None:
    assert "give secret or secret_file" in told("hubspot", secret_file="x")
    (tmp_path / "token").write_text("\ufeff pat-1\n", encoding="utf-8")
    target = HubSpotTarget(kind="hubspot", secret_file=tmp_path / "token")
    assert target.read_secret() == "pat-1"
    (tmp_path / "token").unlink()
    with pytest.raises(DeliveryError):
        target.read_secret()


def test_a_webhooks_secret_that_cannot_sign_is_told() -> None:
    webhook = {"kind": "webhook", "url": "https://x.example", "secret": "whsec_no base64"}
    with pytest.raises(ConfigError, match=r"targets\.0\.webhook\.secret: begins with whsec_"):
        load_config(targets=[webhook])


@pytest.mark.parametrize("url", ["https://", "http:///path", "x.example", "ftp://x.example"])
def test_a_webhook_needs_an_address(url: str) -> None:
    with pytest.raises(ConfigError, match=r"webhook\.url: is no http or https address"):
        load_config(targets=[{"kind": "webhook", "url": url, "secret": "s"}])


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, "cannot be read"),
        ("\n", "is empty"),
        ("whsec_", "is empty"),
        ("whsec_no base64", "is no base64"),
    ],
)
def test_a_webhooks_secret_file_is_needed_at_the_start(
    tmp_path: Path, content: str | None, fault: str
) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_text(content)
    webhook = {"kind": "webhook", "url": "https://x.example", "secret_file": file}
    config = load_config(targets=[webhook])
    with pytest.raises(ConfigError, match=f"secret_file: .*secret .*{fault}"):
        build_target(config.targets[0], config)


def test_a_mapping_keeps_off_our_key(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('[fields]\n"呼番号" = "call_id"\n', encoding="utf-8")
    target = KintoneTarget(**{"kind": "kintone", **WHOLE["kintone"], "mapping": mapping})
    with pytest.raises(ConfigError, match="呼番号 holds our key"):
        build_target(target, Config())


def examples() -> list[str]:
    """The TOML of docs/crm.md, with something in place of what stands for something."""
    page = (Path(__file__).parents[2] / "docs" / "crm.md").read_text(encoding="utf-8")
    return re.findall(r"```toml\n(.+?)```", page, re.DOTALL)


@pytest.mark.parametrize("example", examples(), ids=lambda text: text.splitlines()[0][:30])
def test_the_examples_of_the_page_are_taken(tmp_path: Path, example: str) -> None:
    path = tmp_path / "copilot.toml"
    path.write_text(example, encoding="utf-8")
    if "[fields]" in example:
        assert load_field_map(path).fields
    else:
        config = load_config(path)
        assert config.targets or config.voice_call_signals


def test_every_kind_of_target_has_an_example() -> None:
    shown = set(re.findall(r'^kind = "(\w+)"$', "".join(examples()), re.MULTILINE))
    assert shown == {kind.model_fields["kind"].annotation.__args__[0] for kind in TARGETS}
