"""What every delivery target promises, checked on all of them.

CRMs are servers on this machine that keep to their vendor's contract. Each request of a
delivery is made to fail in turn; whatever fails, the CRM holds one record of the call.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from crm_server import Body, CrmServer, Reply, Seen, serving
from dynamics_server import DynamicsServer
from hubspot_server import HubSpotServer
from kintone_server import KintoneServer
from one_summary import CALL_BACK, PAY, call_summary
from pydantic import TypeAdapter
from salesforce_server import SalesforceServer
from zendesk_server import ZendeskServer

from copilot.config import Config
from copilot.crm.http import REFUSED_S
from copilot.crm.sender import TRIES, Sender
from copilot.crm.targets import Target
from copilot.errors import DeliveryError
from copilot.target_backends import TARGETS, build_target
from copilot.target_config import Target as TargetConfig

KEY = "call-1:crm"

MAPPING = """
[fields]
"件名" = "title"
"対応内容" = "note"
"通話日時" = "started_at"
"お客様番号" = "customer_id"
"対応結果" = { path = "summary.fields.resolution", choices = { callback_promised = "折り返し" } }
"注文番号" = "summary.fields.entities[kind=order_number].value"
"区分" = { path = "summary.fields.disposition.code", many = true }

[tables."フォロー"]
path = "summary.fields.follow_ups"
columns = { "内容" = "what", "期日" = "due.date", "担当" = "owner" }
"""


class WebhookBody(Body):
    type: str
    call_id: str
    started_at: str
    duration_s: float
    direction: str
    agent_id: str
    team: str
    customer_id: str | None
    summary: dict[str, Any]


class WebhookServer(CrmServer):
    """Keeps a record for each ``Idempotency-Key``, as its receivers shall."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.rows: dict[str, dict[str, Any]] = {}

    def authorised(self, request: Seen) -> bool:
        return request.headers["webhook-signature"].startswith("v1,")

    def answer(self, request: Seen) -> Reply:
        WebhookBody.model_validate(request.json)
        row = self.rows.setdefault(request.headers["idempotency-key"], {})
        row |= request.json
        return Reply(201, {"id": len(self.rows)})

    @property
    def calls(self) -> list[dict[str, Any]]:
        return list(self.rows.values())

    def text_of(self, call: dict[str, Any]) -> str:
        return str(call["summary"]["text"])


class Files(CrmServer):
    """No server: a folder."""

    @property
    def calls(self) -> list[dict[str, Any]]:
        folder = self.secret_file.parent / "out"
        return [json.loads(path.read_text("utf-8")) for path in folder.iterdir()]

    def text_of(self, call: dict[str, Any]) -> str:
        return str(call["summary"]["text"])


Case = tuple[type[CrmServer], dict[str, Any]]
CASES: dict[str, Case] = {
    "file": (Files, {"kind": "file"}),
    "webhook": (WebhookServer, {"kind": "webhook"}),
    "salesforce task": (
        SalesforceServer,
        {
            "kind": "salesforce",
            "client_id": "app",
            "contact_field": "Number__c",
            "owners": {"a-1": "005" + "C" * 15},
        },
    ),
    "salesforce case": (
        SalesforceServer,
        {
            "kind": "salesforce",
            "client_id": "app",
            "record": "case",
            "contact_field": "Number__c",
        },
    ),
    "hubspot": (
        HubSpotServer,
        {"kind": "hubspot", "contact_property": "number", "owners": {"a-1": "55"}},
    ),
    "zendesk": (ZendeskServer, {"kind": "zendesk", "user": "bot@example.com"}),
    "zendesk talk": (
        ZendeskServer,
        {"kind": "zendesk", "user": "bot@example.com", "record": "talk_partner_ticket"},
    ),
    "dynamics": (
        DynamicsServer,
        {
            "kind": "dynamics",
            "client_id": "app",
            "contact_field": "number",
            "owners": {"a-1": "00000000-0000-0000-0000-0000000000aa"},
        },
    ),
    "kintone": (KintoneServer, {"kind": "kintone", "app": 7, "key_field": "呼番号"}),
}
CRMS = [name for name in CASES if name not in ("file", "webhook")]
WITH_TASKS = [name for name in CRMS if not name.startswith("zendesk")]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(Sender.__init__.__kwdefaults__, "pause_s", 0.0)


def target_of(name: str, server: CrmServer, folder: Path) -> Target:
    settings = {**CASES[name][1], "name": "crm"}
    kind = settings["kind"]
    if kind == "file":
        settings["folder"] = folder / "out"
    else:
        settings |= {"url": server.url, "secret_file": server.secret_file}
    if kind == "dynamics":
        settings["token_url"] = f"{server.url}/tenant/oauth2/v2.0/token"
    if kind == "kintone":
        settings["mapping"] = folder / "mapping.toml"
        settings["mapping"].write_text(MAPPING, encoding="utf-8")
    config = TypeAdapter(TargetConfig).validate_python(settings)
    return build_target(config, Config(time_zone="Asia/Tokyo"))


@contextmanager
def crm(name: str, folder: Path) -> Iterator[CrmServer]:
    folder.mkdir(exist_ok=True)
    with serving(CASES[name][0](folder / "secret")) as server:
        yield server
        assert server.broken == [], "the contract was broken"


async def delivered(name: str, server: CrmServer, folder: Path, *summaries: Any) -> list[str]:
    target = target_of(name, server, folder)
    try:
        return [await target.deliver(one, KEY) for one in summaries]
    finally:
        await target.close()


def test_every_kind_of_target_is_checked() -> None:
    kinds = {settings["kind"] for _, settings in CASES.values()}
    assert kinds == {kind.model_fields["kind"].annotation.__args__[0] for kind in TARGETS}


@pytest.mark.parametrize("name", CASES)
async def test_the_same_key_is_the_same_record(name: str, tmp_path: Path) -> None:
    with crm(name, tmp_path) as server:
        first, again = await delivered(name, server, tmp_path, call_summary(), call_summary())
        assert first == again != ""
        assert len(server.calls) == 1
        assert "請求額の誤りについて問い合わせ。" in server.text_of(server.calls[0])


@pytest.mark.parametrize("name", CASES)
async def test_another_process_finds_the_record_and_updates_it(
    name: str, tmp_path: Path
) -> None:
    with crm(name, tmp_path) as server:
        await delivered(name, server, tmp_path, call_summary())
        better = call_summary(version=5, text="正しくは二重請求。")
        await delivered(name, server, tmp_path, better)
        assert len(server.calls) == 1
        assert "正しくは二重請求。" in server.text_of(server.calls[0])


@pytest.mark.parametrize("name", CASES)
async def test_another_call_is_another_record(name: str, tmp_path: Path) -> None:
    with crm(name, tmp_path) as server:
        target = target_of(name, server, tmp_path)
        other = call_summary(started={"call_id": "call-2"})
        ids = [
            await target.deliver(call_summary(), KEY),
            await target.deliver(other, "call-2:crm"),
        ]
        await target.close()
        assert len(set(ids)) == len(server.calls) == 2


@pytest.mark.parametrize("name", [name for name in CASES if name != "file"])
@pytest.mark.parametrize("fault", ["429", "503", "lost"])
async def test_whichever_request_fails_the_record_is_there_once(
    name: str, fault: str, tmp_path: Path
) -> None:
    with crm(name, tmp_path / "clean") as server:
        await delivered(name, server, tmp_path / "clean", call_summary())
        requests, tasks = len(server.requests), len(server.tasks) if name in WITH_TASKS else 0
    for number in range(requests):
        folder = tmp_path / str(number)
        with crm(name, folder) as server:
            server.faults = dict.fromkeys(range(number, number + TRIES), fault)
            with pytest.raises(DeliveryError) as caught:
                await delivered(name, server, folder, call_summary())
            assert caught.value.retryable, str(caught.value)
            assert caught.value.retry_after_s == (None if fault == "lost" else 7.0)
            server.faults.clear()
            await delivered(name, server, folder, call_summary())
            assert len(server.calls) == 1
            if name in WITH_TASKS:
                assert len(server.tasks) == tasks


@pytest.mark.parametrize("name", [name for name in CASES if name != "file"])
async def test_a_delivery_that_is_cancelled_once_it_was_stored(
    name: str, tmp_path: Path
) -> None:
    with crm(name, tmp_path / "clean") as server:
        await delivered(name, server, tmp_path / "clean", call_summary())
        requests = len(server.requests)
    for number in range(requests):
        folder = tmp_path / str(number)
        with crm(name, folder) as server:
            server.faults[number] = "hang"
            delivery = asyncio.create_task(delivered(name, server, folder, call_summary()))
            assert await asyncio.to_thread(server.hanging.wait, 10)
            delivery.cancel()
            await asyncio.gather(delivery, return_exceptions=True)
            await delivered(name, server, folder, call_summary())
            assert len(server.calls) == 1


@pytest.mark.parametrize("name", WITH_TASKS)
async def test_follow_ups_go_along_with_the_summary(name: str, tmp_path: Path) -> None:
    with crm(name, tmp_path) as server:
        await delivered(name, server, tmp_path, call_summary())
        # kintone's table has the customer's own, too.
        before = len(server.tasks)
        assert before == (3 if name == "kintone" else 2)
        await delivered(name, server, tmp_path, call_summary(CALL_BACK, PAY, version=4))
        assert len(server.tasks) == before - 1
        await delivered(name, server, tmp_path, call_summary(version=5))
        assert len(server.tasks) == before, "what was withdrawn comes back"
        assert len(server.calls) == 1


@pytest.mark.parametrize("name", CRMS)
async def test_a_secret_that_is_exchanged_is_taken_up(name: str, tmp_path: Path) -> None:
    with crm(name, tmp_path) as server:
        target = target_of(name, server, tmp_path)
        await target.deliver(call_summary(), KEY)
        server.exchange_secret()
        await target.deliver(call_summary(version=4), KEY)
        await target.close()
        assert len(server.calls) == 1


@pytest.mark.parametrize("name", CRMS)
async def test_a_delivery_waits_for_whoever_mends_the_secret(name: str, tmp_path: Path) -> None:
    with crm(name, tmp_path) as server:
        right = server.secret_file.read_text()
        target = target_of(name, server, tmp_path)
        server.secret_file.write_text("wrong")
        with pytest.raises(DeliveryError, match="answered 40") as caught:
            await target.deliver(call_summary(), KEY)
        assert (caught.value.retryable, caught.value.retry_after_s) == (True, REFUSED_S)
        assert len(server.requests) == 1
        server.secret_file.unlink()
        with pytest.raises(DeliveryError, match="secret_file") as caught:
            await target.deliver(call_summary(), KEY)
        assert caught.value.retryable
        server.secret_file.write_text(right)
        await target.deliver(call_summary(), KEY)
        await target.close()
        assert len(server.calls) == 1


@pytest.mark.parametrize("name", CASES)
async def test_nobody_gets_what_the_policy_masks(name: str, tmp_path: Path) -> None:
    card, phone = "4111 1111 1111 1111", "090-1234-5678"
    said = call_summary(
        text=f"カード {card} で支払い。",
        headline=f"電話 {phone}",
        reason=f"電話 {phone}",
    )
    with crm(name, tmp_path) as server:
        await delivered(name, server, tmp_path, said)
        sent = b"".join(one.content for one in server.requests).decode()
        told = json.dumps(server.calls, ensure_ascii=False)
        for secret in (card, phone):
            assert secret not in sent + told
            assert secret.replace(" ", "").replace("-", "") not in sent + told
        assert "[card]" in told


@pytest.mark.parametrize("name", CRMS)
async def test_odd_keys_and_long_texts_fit(name: str, tmp_path: Path) -> None:
    long = call_summary(
        text="長" * 70_000, headline="題" * 400, started={"call_id": "通話/1?#"}
    )
    with crm(name, tmp_path) as server:
        target = target_of(name, server, tmp_path)
        await target.deliver(long, "通話/1?#:crm")
        for key in ("CALL:crm", "call:crm", "c" * 300):
            await target.deliver(call_summary(), key)
            await target.deliver(call_summary(), key)
        await target.close()
        assert len(server.calls) == 4
        assert "[…]" in server.text_of(server.calls[0])


@pytest.mark.parametrize("name", CRMS)
async def test_a_customer_is_no_part_of_a_query(name: str, tmp_path: Path) -> None:
    customers = ("O'Brien", "x' OR Id != '", "a\\'b", 'q"&$top=9', "", "%")
    for number, customer in enumerate(customers):
        folder = tmp_path / str(number)
        with crm(name, folder) as server:
            said = call_summary(started={"customer_id": customer or None})
            await delivered(name, server, folder, said)
            assert len(server.calls) == 1


@pytest.mark.parametrize("name", CRMS)
async def test_an_answer_of_a_stranger_is_tried_again(name: str, tmp_path: Path) -> None:
    """A proxy's page with status 200 is no CRM's answer."""

    class Stranger(CASES[name][0]):  # type: ignore[misc]
        def serve(self, request: Seen) -> tuple[Reply, str]:
            return Reply(200, "<html>"), ""

    with serving(Stranger(tmp_path / "secret")) as server:
        with pytest.raises(DeliveryError) as caught:
            await delivered(name, server, tmp_path, call_summary())
        assert caught.value.retryable


@pytest.mark.parametrize("name", CASES)
async def test_a_crm_that_is_set_up_lacks_nothing_and_is_left_as_it_was(
    name: str, tmp_path: Path
) -> None:
    with crm(name, tmp_path) as server:
        target = target_of(name, server, tmp_path)
        assert await target.lacks() == []
        await target.close()
        assert all(one.method == "GET" or "token" in one.path for one in server.requests)


@pytest.mark.parametrize("name", CRMS)
async def test_a_secret_that_is_refused_is_found_beforehand(name: str, tmp_path: Path) -> None:
    with crm(name, tmp_path) as server:
        server.secret_file.write_text("wrong")
        target = target_of(name, server, tmp_path)
        (fault,) = await target.lacks()
        await target.close()
        assert "answered 40" in fault
