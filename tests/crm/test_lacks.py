"""What a CRM lacks is told by name, before anything is delivered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from crm_server import CrmServer, serving
from dynamics_server import DynamicsServer
from hubspot_server import HubSpotServer
from kintone_server import KintoneServer
from salesforce_server import SalesforceServer
from zendesk_server import ZendeskServer

from copilot.config import load_config
from copilot.doctor_targets import target_checks

APP = {"client_id": "app"}
Fault = tuple[type[CrmServer], dict[str, Any], Callable[[Any], Any], str]
FAULTS: dict[str, Fault] = {
    "a field that is not unique": (
        SalesforceServer,
        {"kind": "salesforce", **APP},
        lambda server: server.fields["Task"][0].update(unique=False),
        "Task has no field Copilot_Key__c that is a unique external id and may be written",
    ),
    "a field that cases do not have": (
        SalesforceServer,
        {"kind": "salesforce", "record": "case", **APP},
        lambda server: server.fields["Case"].clear(),
        "Case has no field Copilot_Key__c",
    ),
    "a field of contacts": (
        SalesforceServer,
        {"kind": "salesforce", "contact_field": "Nummer__c", **APP},
        lambda server: None,
        "Contact has no field Nummer__c that may be read",
    ),
    "a property that is not there": (
        HubSpotServer,
        {"kind": "hubspot"},
        lambda server: server.properties.pop(("tasks", "copilot_key")),
        "tasks have no property copilot_key",
    ),
    "a property that is not unique": (
        HubSpotServer,
        {"kind": "hubspot", "contact_property": "number"},
        lambda server: server.properties.update({("calls", "copilot_key"): False}),
        "the property copilot_key of calls does not require unique values",
    ),
    "a user who is no agent": (
        ZendeskServer,
        {"kind": "zendesk", "user": "bot@example.com"},
        lambda server: setattr(server, "role", "end-user"),
        "the user is no agent but end-user",
    ),
    "another spelling": (
        DynamicsServer,
        {"kind": "dynamics", **APP},
        lambda server: setattr(
            server,
            "regarding",
            {
                "phonecall": "regardingobjectid_contact",
                "task": "regardingobjectid_contact_task",
            },
        ),
        "a phonecall regards a contact as regardingobjectid_contact, "
        "not regardingobjectid_contact_phonecall",
    ),
    "a column that contacts do not have": (
        DynamicsServer,
        {"kind": "dynamics", "contact_field": "nummer", **APP},
        lambda server: None,
        "answered 400: 0x80060888",
    ),
    "a field with duplicates": (
        KintoneServer,
        {"kind": "kintone", "app": 7, "key_field": "呼番号"},
        lambda server: server.form["呼番号"].update(unique=False),
        "呼番号 is no text field without duplicates",
    ),
    "fields that the app does not have": (
        KintoneServer,
        {"kind": "kintone", "app": 7, "key_field": "呼番号"},
        lambda server: (server.form.pop("件名"), server.form.pop("フォロー")),
        "the app has no field 件名; the app has no table フォロー with 内容",
    ),
}
MAPPING = """
[fields]
"件名" = "title"
[tables."フォロー"]
path = "summary.fields.follow_ups"
columns = { "内容" = "what" }
"""


@pytest.mark.parametrize("name", FAULTS)
def test_it_is_told_with_its_cure(name: str, tmp_path: Path) -> None:
    kind, settings, break_it, fault = FAULTS[name]
    with serving(kind(tmp_path / "secret")) as server:
        settings = {**settings, "url": server.url, "secret_file": server.secret_file}
        if settings["kind"] == "dynamics":
            settings["token_url"] = f"{server.url}/token"
        if settings["kind"] == "kintone":
            settings["mapping"] = tmp_path / "mapping.toml"
            settings["mapping"].write_text(MAPPING, encoding="utf-8")
        config = load_config(targets=[settings])
        (check,) = target_checks(config)
        if "contacts" not in name:
            assert check.ok, check.detail
        break_it(server)
        (check,) = target_checks(config)
        assert not check.ok
        assert fault in check.detail
        assert "docs/crm.md" in check.cure
        assert server.broken == []


def test_nobody_there_and_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    config = load_config(
        targets=[
            {"kind": "hubspot", "url": "http://127.0.0.1:9", "secret": "x"},
            {"kind": "file", "folder": tmp_path / "taken" / "out"},
            {"kind": "file", "name": "here", "folder": tmp_path / "new" / "out"},
            {
                "kind": "kintone",
                "url": "https://x.cybozu.com",
                "app": 1,
                "key_field": "k",
                "mapping": tmp_path / "missing.toml",
                "secret": "x",
            },
        ]
    )
    hubspot, taken, here, kintone = target_checks(config)
    assert (hubspot.name, hubspot.ok) == ("target hubspot", False)
    assert hubspot.detail == "cannot connect: ConnectError"
    assert (taken.ok, taken.detail) == (False, f"{tmp_path / 'taken'} cannot be written")
    assert (here.ok, here.detail) == (True, "file, ready")
    assert not (tmp_path / "new").exists(), "nothing is made"
    assert "missing.toml: cannot be read" in kintone.detail
