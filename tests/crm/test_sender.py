"""Requests on their way: credentials, faults, and what they mean for another try."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from crm_server import CrmServer, Reply, Seen, serving

from copilot.crm.credentials import ClientCredentials, Credentials, FixedCredentials
from copilot.crm.http import REFUSED_S
from copilot.crm.request import Answer, Plan, Request, error_code, record_key
from copilot.crm.sender import Sender
from copilot.errors import DeliveryError

GET = Request(method="GET", path="/thing", query={"q": "a b&c='日本'"})


class Things(CrmServer):
    """Takes any request of who has a token; answers as scripted."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.script: list[Reply] = []

    def authorised(self, request: Seen) -> bool:
        return self.bearer(request)

    def answer(self, request: Seen) -> Reply:
        return self.script.pop(0) if self.script else Reply(200, {"id": 1})


@pytest.fixture
def things(tmp_path: Path) -> Iterator[Things]:
    with serving(server := Things(tmp_path / "secret")):
        yield server


def credentials(things: Things) -> ClientCredentials:
    return ClientCredentials(
        f"{things.url}/token", "app", lambda: things.secret_file.read_text().strip()
    )


@asynccontextmanager
async def opened(
    things: Things, shown: Credentials | None = None, **options: Any
) -> AsyncIterator[Sender]:
    """A sender; without credentials, everybody is let in."""
    if shown is None:
        things.authorised = lambda request: True  # type: ignore[method-assign]
    sender = Sender(things.url, shown, **options)
    yield sender
    await sender.close()


@pytest.fixture
async def sender(things: Things) -> AsyncIterator[Sender]:
    async with opened(things, credentials(things)) as sender:
        yield sender


async def test_a_token_serves_until_it_is_refused_and_is_renewed_once(
    things: Things, sender: Sender
) -> None:
    await sender.send(GET)
    await sender.send(GET)
    assert things.tokens_given == 1
    things.tokens.clear()
    await sender.send(GET)
    assert things.tokens_given == 2
    assert things.requests[-1].query == {"q": "a b&c='日本'"}


async def test_a_token_is_renewed_before_it_runs_out(things: Things, sender: Sender) -> None:
    things.token_life = {"expires_in": 30}  # less than the minute that is kept in hand
    await sender.send(GET)
    await sender.send(GET)
    assert things.tokens_given == 2


async def test_one_renewal_is_enough(things: Things, sender: Sender) -> None:
    things.faults = {1: "401", 3: "401"}
    with pytest.raises(DeliveryError, match="answered 401"):
        await sender.send(GET)
    assert len(things.requests) == 4


@pytest.mark.parametrize(
    ("status", "wait_s"), [(400, REFUSED_S), (403, REFUSED_S), (429, 7.0), (503, 7.0)]
)
async def test_a_token_that_is_not_given(things: Things, status: int, wait_s: float) -> None:
    things.faults = {0: str(status)}
    async with opened(things, credentials(things), tries=3) as sender:
        with pytest.raises(DeliveryError, match=f"token: answered {status}") as caught:
            await sender.send(GET)
    assert (caught.value.retryable, caught.value.retry_after_s) == (True, wait_s)
    assert len(things.requests) == 1


async def test_a_token_in_another_form_is_tried_again(things: Things) -> None:
    things.authorised = lambda request: True  # type: ignore[method-assign]
    elsewhere = ClientCredentials(f"{things.url}/thing", "app", lambda: "x")
    async with opened(things, elsewhere) as sender:
        with pytest.raises(DeliveryError, match="has no access_token") as caught:
            await sender.send(GET)
    assert caught.value.retryable


async def test_a_fixed_secret_that_did_not_change_waits_for_another_one(
    things: Things,
) -> None:
    fixed = FixedCredentials(lambda: {"authorization": "Bearer old"})
    async with opened(things, fixed, tries=3) as sender:
        with pytest.raises(DeliveryError) as caught:
            await sender.send(GET)
    assert (caught.value.retryable, caught.value.retry_after_s) == (True, REFUSED_S)
    assert len(things.requests) == 1


@pytest.mark.parametrize("kind", ["fixed", "token"])
async def test_requests_under_way_share_a_secret_that_is_exchanged(
    things: Things, kind: str
) -> None:
    """Each was refused with the old one, whoever of them takes up the new one first."""
    shown: Credentials = credentials(things)
    if kind == "fixed":
        things.tokens.add(things.secret)
        shown = FixedCredentials(
            lambda: {"authorization": f"Bearer {things.secret_file.read_text().strip()}"}
        )
    async with httpx.AsyncClient() as client:
        old = await shown.headers(client)
        things.exchange_secret()
        assert shown.renew(old)
        new = await shown.headers(client)
        assert shown.renew(old), "the request behind may show the new one as well"
        assert await shown.headers(client) == new != old


@pytest.mark.parametrize(
    ("status", "later"),
    [(302, False), (400, False), (403, False), (404, False), (422, False)]
    + [(408, True), (409, True), (423, True), (425, True), (429, True), (477, True)]
    + [(500, True), (502, True), (520, True)],
)
async def test_answers_that_are_worth_another_try(
    things: Things, sender: Sender, status: int, later: bool
) -> None:
    things.script = [Reply(status, {"code": "CB_XX01", "message": "山田様 4111"})]
    with pytest.raises(DeliveryError) as caught:
        await sender.send(GET)
    assert caught.value.retryable is later
    assert str(caught.value) == f"answered {status}: CB_XX01", "its message may quote the note"


@pytest.mark.parametrize("fault", ["503", "lost"])
async def test_one_of_three_tries_is_enough(things: Things, fault: str) -> None:
    things.retry_after = "0"
    things.faults = {0: fault, 1: fault}
    async with opened(things, tries=3) as sender:
        assert (await sender.send(GET)).status == 200


@pytest.mark.parametrize(
    ("fault", "request_", "tries"),
    [
        ("503", GET, 3),
        ("404", GET, 1),
        ("lost", replace(GET, repeatable=False), 1),
    ],
)
async def test_tries_end(things: Things, fault: str, request_: Request, tries: int) -> None:
    things.retry_after = "0"
    things.faults = dict.fromkeys(range(9), fault)
    async with opened(things, tries=3) as sender:
        with pytest.raises(DeliveryError):
            await sender.send(request_)
    assert len(things.requests) == tries


async def test_a_crm_that_asks_for_patience_is_left_alone(things: Things) -> None:
    things.faults = {0: "429"}
    async with opened(things, tries=3) as sender:
        with pytest.raises(DeliveryError) as caught:
            await sender.send(GET)
    assert (len(things.requests), caught.value.retry_after_s) == (1, 7.0)


async def test_a_plan_goes_on_with_statuses_that_it_names(
    things: Things, sender: Sender
) -> None:
    def plan() -> Plan:
        first = yield Request(method="GET", path="/thing", also=frozenset({404}))
        second = yield GET
        return f"{first.status} {second.at('id')}"

    things.script = [Reply(404)]
    assert await sender.run(plan()) == "404 1"


async def test_a_plan_is_closed_where_it_is_cut_off(things: Things, sender: Sender) -> None:
    closed = []

    def plan() -> Plan:
        try:
            yield GET
        finally:
            closed.append(True)
        return ""

    things.script = [Reply(400)]
    with pytest.raises(DeliveryError):
        await sender.run(plan())
    assert closed


async def test_no_answer_in_time(things: Things) -> None:
    things.faults = {0: "hang"}
    async with opened(things, timeout_s=0.5) as sender:
        with pytest.raises(DeliveryError, match="no answer in time") as caught:
            await sender.send(GET)
    assert caught.value.retryable
    assert await asyncio.to_thread(things.hanging.wait, 10), "it was done all the same"


async def test_nobody_there() -> None:
    sender = Sender("http://127.0.0.1:9")
    with pytest.raises(DeliveryError, match="cannot connect: ConnectError") as caught:
        await sender.send(GET)
    await sender.close()
    assert caught.value.retryable


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ([{"errorCode": "MALFORMED_QUERY", "message": "x"}], "MALFORMED_QUERY"),
        ({"error": {"code": "0x80040217", "message": "x"}}, "0x80040217"),
        ({"category": "VALIDATION_ERROR", "message": "x"}, "VALIDATION_ERROR"),
        ({"code": "CB_VA01", "id": "x", "message": "x"}, "CB_VA01"),
        ({"error": "RecordInvalid", "description": "x"}, "RecordInvalid"),
        ({"error": "the customer is 山田様"}, ""),
        ({"code": "call 090-1234-5678 back"}, ""),
        ([], ""),
        (None, ""),
        ("<html>", ""),
    ],
)
def test_only_a_code_is_told_of_an_error(document: Any, code: str) -> None:
    assert error_code(document) == code


def test_keys_that_every_crm_can_hold() -> None:
    assert record_key("call-1:crm") == "call-1:crm"
    assert record_key("call-1:crm", 3) == "call-1:crm-3"
    for odd in ("Call-1:crm", "通話:crm", "a/b", "a.b", "", "x" * 57):
        assert len(record_key(odd)) == 40
    assert record_key("A:crm") != record_key("a:crm"), "some CRMs compare without case"
    assert all(len(record_key("x" * 56, number)) <= 60 for number in (None, 1, 20))


@pytest.mark.parametrize("document", [None, [], {"a": 1}, {"a": {}}, "text"])
def test_an_answer_in_another_form(document: Any) -> None:
    with pytest.raises(DeliveryError) as caught:
        Answer(status=200, document=document).at("a", "id")
    assert caught.value.retryable
    with pytest.raises(DeliveryError):
        Answer(status=200, document=document).rows("a")
