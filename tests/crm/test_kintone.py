"""kintone: fields filled by a mapping file, and faults in it told by name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from crm_server import play
from kintone_server import KintoneServer
from one_summary import CALL_BACK, PAY, SEND_FORM, call_summary

from copilot.crm.kintone import Kintone
from copilot.crm.kintone_file import FieldMap, load_field_map
from copilot.crm.request import Answer
from copilot.errors import ConfigError
from copilot.events import Due

KEY = "call-1:kintone"
TABLE = """
[tables."フォロー"]
path = "summary.fields.follow_ups"
columns = { "内容" = "what", "期日" = "due.date", "担当" = { path = "owner", choices = { agent = "当社", customer = "お客様", other = "その他" } } }
"""


@pytest.fixture
def server(tmp_path: Path) -> KintoneServer:
    return KintoneServer(tmp_path / "secret")


def field_map(folder: Path, text: str) -> FieldMap:
    path = folder / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return load_field_map(path)


def filled_by(folder: Path, text: str) -> Kintone:
    zone = ZoneInfo("Asia/Tokyo")
    return Kintone(app=7, key_field="呼番号", fields=field_map(folder, text), zone=zone)


def record(server: KintoneServer, folder: Path, text: str, **said: object) -> dict[str, object]:
    play(filled_by(folder, text).plan(call_summary(**said), KEY), server)  # type: ignore[arg-type]
    return server.rows[KEY]


def test_fields_hold_what_the_mapping_says(server: KintoneServer, tmp_path: Path) -> None:
    told = record(
        server,
        tmp_path,
        '[fields]\n"件名" = "title"\n"通話日時" = "started_at"\n"お客様番号" = "customer_id"\n'
        '"対応結果" = { path = "summary.fields.resolution", choices = { callback_promised = "折り返し" } }\n'
        '"注文番号" = "summary.fields.entities[kind=order_number].value"\n'
        '"区分" = { path = "summary.fields.disposition.code", many = true }\n',
    )
    assert told == {
        "$id": "1",
        "$revision": "1",
        "件名": "請求額の誤り <1>",
        "通話日時": "2026-03-31T23:30:00Z",
        "お客様番号": "k-9",
        "対応結果": "折り返し",
        "注文番号": "A-123",
        "区分": ["other", "billing"],
    }


def test_a_table_has_a_row_for_each_follow_up(server: KintoneServer, tmp_path: Path) -> None:
    text = '[fields]\n"件名" = "title"\n' + TABLE
    told = record(server, tmp_path, text)
    rows = [[cell["value"] for cell in row["value"].values()] for row in told["フォロー"]]  # type: ignore[attr-defined]
    assert rows == [
        ["お客様へ折り返す", "2026-04-02", "当社"],
        ["申込書を送る", "", "その他"],
        ["請求書を確認する", "", "お客様"],
    ]


def test_a_later_version_takes_values_back(server: KintoneServer, tmp_path: Path) -> None:
    text = '[fields]\n"注文番号" = "summary.fields.entities.value"\n'
    assert record(server, tmp_path, text)["注文番号"] == "A-123\n山田様"
    assert record(server, tmp_path, text, entities=(), version=4)["注文番号"] == ""


def test_a_field_with_less_room(server: KintoneServer, tmp_path: Path) -> None:
    text = '[fields]\n"件名" = { path = "title", characters = 20 }\n'
    told = record(server, tmp_path, text, headline="長" * 30)["件名"]
    assert told == "長" * 16 + " […]"


def test_figures_are_written_plainly(server: KintoneServer, tmp_path: Path) -> None:
    text = '[fields]\n"件名" = "duration_s"\n"対応内容" = "summary.version"\n'
    told = record(server, tmp_path, text)
    assert (told["件名"], told["対応内容"]) == ("125.4", "3")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "fields: Field required"),
        ('[fields]\n"件名" = "headline"\n', "headline: there is no headline, but agent_id,"),
        ('[fields]\n"件名" = "summary.fields.due"\n', "summary.fields.due: there is no due"),
        ('[fields]\n"件名" = "summary.spent_s"\n', "summary.spent_s: there is no spent_s"),
        ('[fields]\n"件名" = "summary fields"\n', "is no path; for instance"),
        (
            '[fields]\n"件名" = "summary.fields.entities[sort=x].value"\n',
            "entities has no sort",
        ),
        ('[fields]\n"件名" = { path = "title", mny = true }\n', "mny: Extra inputs"),
        (
            '[fields]\n"件名" = "title"\n' + TABLE.replace("due.date", "due.day"),
            "due.day: there is no day, but date, said",
        ),
        ("[fields\n", "is no valid TOML"),
    ],
)
def test_faults_of_a_mapping_are_told(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(ConfigError) as caught:
        field_map(tmp_path, text)
    assert fault in str(caught.value)
    assert "mapping.toml" in str(caught.value)


def test_a_mapping_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_field_map(tmp_path / "missing.toml")


def test_an_app_that_is_locked_is_tried_again(tmp_path: Path) -> None:
    mapping = filled_by(tmp_path, '[fields]\n"件名" = "title"\n')
    assert mapping.transient(Answer(status=400, document={"code": "GAIA_DA02"}))
    assert not mapping.transient(Answer(status=400, document={"code": "CB_VA01"}))


@pytest.fixture
def mapping(tmp_path: Path) -> Kintone:
    return filled_by(tmp_path, '[fields]\n"件名" = "title"\n' + TABLE)


def marks(server: KintoneServer) -> dict[str, str]:
    """What people wrote beside each follow-up."""
    return {
        row["value"]["内容"]["value"]: row["value"].get("完了", {}).get("value", "")
        for row in server.rows[KEY]["フォロー"]
    }


def test_a_row_stays_the_row_it_was(server: KintoneServer, mapping: Kintone) -> None:
    play(mapping.plan(call_summary(CALL_BACK, SEND_FORM), KEY), server)
    server.rows[KEY]["フォロー"][0]["value"]["完了"] = {"value": "済"}
    later = replace(CALL_BACK, due=None)
    play(mapping.plan(call_summary(SEND_FORM, later, PAY, version=4), KEY), server)
    assert marks(server) == {
        "申込書を送る": "",
        "お客様へ折り返す": "済",
        "請求書を確認する": "",
    }
    play(mapping.plan(call_summary(SEND_FORM, version=5), KEY), server)
    assert marks(server) == {"申込書を送る": ""}


def test_what_was_done_never_becomes_another(server: KintoneServer, mapping: Kintone) -> None:
    play(mapping.plan(call_summary(SEND_FORM, CALL_BACK), KEY), server)
    server.rows[KEY]["フォロー"][0]["value"]["完了"] = {"value": "済"}
    play(mapping.plan(call_summary(CALL_BACK, version=4), KEY), server)
    assert marks(server) == {"お客様へ折り返す": ""}
    server.rows[KEY]["フォロー"][0]["value"]["完了"] = {"value": "済"}
    other = replace(CALL_BACK, what="お客様へ来週折り返す")
    play(mapping.plan(call_summary(other, version=5), KEY), server)
    assert marks(server) == {"お客様へ来週折り返す": ""}


def test_who_does_it_is_no_identity(server: KintoneServer, tmp_path: Path) -> None:
    text = '[fields]\n"件名" = "title"\n' + TABLE.replace('"what"', '"due.said"')
    blind = filled_by(tmp_path, text)
    play(blind.plan(call_summary(CALL_BACK), KEY), server)
    server.rows[KEY]["フォロー"][0]["value"]["完了"] = {"value": "済"}
    other = replace(CALL_BACK, due=Due(said="今週中", date="2026-04-09"))
    play(blind.plan(call_summary(other, version=4), KEY), server)
    assert marks(server) == {"今週中": ""}


def test_the_same_words_twice_are_two_rows(server: KintoneServer, mapping: Kintone) -> None:
    tomorrow = replace(CALL_BACK, due=Due(said="", date="2026-04-09"))
    play(mapping.plan(call_summary(CALL_BACK, tomorrow), KEY), server)
    server.rows[KEY]["フォロー"][0]["value"]["完了"] = {"value": "済"}
    play(mapping.plan(call_summary(tomorrow, version=4), KEY), server)
    assert marks(server) == {"お客様へ折り返す": ""}


@pytest.mark.parametrize("lost", range(2))
def test_whichever_answer_is_lost_rows_are_there_once(
    server: KintoneServer, mapping: Kintone, lost: int
) -> None:
    play(mapping.plan(call_summary(), KEY), server)
    server.rows[KEY]["フォロー"][0]["value"]["完了"] = {"value": "済"}
    later = call_summary(CALL_BACK, PAY, version=4)
    with pytest.raises(ConnectionError):
        play(mapping.plan(later, KEY), server, lost=lost)
    play(mapping.plan(later, KEY), server)
    assert marks(server) == {"お客様へ折り返す": "済", "請求書を確認する": ""}


def test_a_record_that_somebody_changes_meanwhile_is_read_again(
    server: KintoneServer, mapping: Kintone
) -> None:
    play(mapping.plan(call_summary(), KEY), server)
    plan = mapping.plan(call_summary(version=4), KEY)
    next(plan)
    shown = {code: {"value": value} for code, value in server.rows[KEY].items()}
    change = plan.send(Answer(status=200, document={"records": [shown]}))
    assert json.loads(change.content or b"")["records"][0]["revision"] == "1"
    assert 409 not in change.also
