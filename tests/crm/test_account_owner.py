"""Alerts for the account owner: real Valkey, real HTTP, each told once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from redis.asyncio import Redis
from werkzeug import Request, Response

from copilot.account_owner import AccountOwner
from copilot.crm.webhook import SignedPost, sign
from copilot.errors import StoreUnavailableError
from copilot.events import Alert, CallStarted, Evidence
from tests.store.conftest import running

SECRET = "correct horse"


class Receiver:
    """Answers as scripted, then 200; remembers what it took."""

    def __init__(self, server: HTTPServer) -> None:
        self.url = server.url_for("/owner")
        self.script: list[int] = []
        self.requests: list[Request] = []
        self.taken: list[dict[str, Any]] = []
        server.expect_request("/owner", method="POST").respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        self.requests.append(request)
        status = self.script.pop(0) if self.script else 200
        if status == 200:
            self.taken.append(json.loads(request.get_data()))
        return Response(status=status)


@pytest.fixture
def receiver(httpserver: HTTPServer) -> Receiver:
    return Receiver(httpserver)


@pytest.fixture
def make_owner(redis: Redis, journal: Any, receiver: Receiver) -> Callable[..., AccountOwner]:
    def make(**options: Any) -> AccountOwner:
        post = SignedPost(receiver.url, secret=SECRET)
        return AccountOwner(redis, journal, post, **({"backoff_s": lambda _: 0.0} | options))

    return make


async def drained(redis: Redis) -> None:
    """Returns once no alert waits: in the stream or for its time."""
    stream = "copilot:delivery:alerts/account_owner"
    async with asyncio.timeout(10):
        while True:
            # Both at once: an alert may move from one to the other.
            async with redis.pipeline(transaction=True) as both:
                if not any(await both.xlen(stream).zcard(f"{stream}:later").execute()):
                    return


def alert(name: str, audience: tuple[Any, ...] = ("supervisor", "account_owner")) -> Alert:
    return Alert(
        call_id="c1",
        at_s=12.0,
        alert_id=f"c1-{name}-1",
        kind="churn_risk",
        rule=name,
        severity="warning",
        speaker="customer",
        audience=audience,
        message="May leave.",
        evidence=(Evidence(utterance_id="u1", quote="I <cancel> 解約", start_s=10.0),),
    )


async def stored(journal: Any, *alerts: Alert) -> list[Any]:
    started = CallStarted(
        call_id="c1",
        at_s=0,
        started_at="2026-04-01T01:00:00Z",
        agent_id="a-1",
        customer_id="k-9",
    )
    return [await journal.append(event) for event in (started, *alerts)]


async def test_only_alerts_for_the_account_owner_are_told_and_signed(
    redis: Redis, journal: Any, receiver: Receiver, make_owner: Callable[..., AccountOwner]
) -> None:
    owner = make_owner()
    await owner.queue(await stored(journal, alert("mine"), alert("other", ("supervisor",))))
    async with running(owner):
        await drained(redis)
    (request,) = receiver.requests
    body, headers = request.get_data(), request.headers
    assert headers["idempotency-key"] == headers["webhook-id"] == "c1:c1-mine-1"
    expected = sign(SECRET, headers["webhook-id"], headers["webhook-timestamp"], body)
    assert headers["webhook-signature"] == expected
    (document,) = receiver.taken
    assert (document["type"], document["call_id"]) == ("call.alert", "c1")
    assert (document["agent_id"], document["customer_id"]) == ("a-1", "k-9")
    assert document["alert"]["evidence"][0]["quote"] == "I <cancel> 解約"


async def test_an_alert_that_is_archived_again_is_told_once(
    redis: Redis, journal: Any, receiver: Receiver, make_owner: Callable[..., AccountOwner]
) -> None:
    owner = make_owner()
    events = await stored(journal, alert("one"), alert("two"))
    await owner.queue(events)
    await owner.queue(events)
    async with running(owner):
        await drained(redis)
        await owner.queue(events)
        await drained(redis)
    assert [told["alert"]["rule"] for told in receiver.taken] == ["one", "two"]


async def test_it_is_told_again_until_it_is_taken(
    redis: Redis, journal: Any, receiver: Receiver, make_owner: Callable[..., AccountOwner]
) -> None:
    receiver.script = [503, 429, 500]
    owner = make_owner()
    await owner.queue(await stored(journal, alert("one")))
    async with running(owner):
        await drained(redis)
    assert len(receiver.requests) == 4
    assert len({request.headers["idempotency-key"] for request in receiver.requests}) == 1
    assert len(receiver.taken) == 1


@pytest.mark.parametrize(("script", "tries"), [([422], 1), ([500] * 9, 3)])
async def test_what_nobody_takes_is_a_dead_letter(
    redis: Redis,
    journal: Any,
    receiver: Receiver,
    make_owner: Callable[..., AccountOwner],
    script: list[int],
    tries: int,
) -> None:
    receiver.script = list(script)
    owner = make_owner(attempts=3)
    await owner.queue(await stored(journal, alert("one")))
    async with running(owner):
        await drained(redis)
    assert len(receiver.requests) == tries
    letters = await redis.hgetall("copilot:delivery:alerts/account_owner:dead")
    assert letters == {b"2:c1": f"answered {script[0]}".encode()}


async def test_of_an_erased_call_nothing_leaves(
    redis: Redis, journal: Any, receiver: Receiver, make_owner: Callable[..., AccountOwner]
) -> None:
    owner = make_owner()
    await owner.queue(await stored(journal, alert("one")))
    journal.events.clear()
    async with running(owner):
        await drained(redis)
    assert receiver.requests == []


async def test_a_store_that_is_away_is_told_to_who_archives(journal: Any) -> None:
    away = Redis.from_url("unix:///nowhere.sock")
    webhook = SignedPost("http://127.0.0.1", secret=SECRET)
    with pytest.raises(StoreUnavailableError):
        await AccountOwner(away, journal, webhook).queue([alert("one")])
    await webhook.close()
    await away.aclose()
