"""The webhook against a real HTTP server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from copilot.crm.summary import CallSummary
from copilot.crm.webhook import SignedPost, WebhookTarget, sign
from copilot.errors import DeliveryError

SECRET = "correct horse"


@pytest.fixture
async def webhook(httpserver: HTTPServer) -> AsyncIterator[WebhookTarget]:
    url = httpserver.url_for("/hook")
    target = WebhookTarget(
        "webhook", SignedPost(url, secret=SECRET, headers={"x-tenant": "north"})
    )
    yield target
    await target.close()


async def test_posts_a_signed_note(
    httpserver: HTTPServer, webhook: WebhookTarget, summary: CallSummary
) -> None:
    def receive(request: Request) -> Response:
        headers, body = request.headers, request.get_data()
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        digest = hmac.digest(SECRET.encode(), signed, hashlib.sha256)
        assert headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
        assert headers["webhook-id"] == "call-1:webhook:1"
        assert headers["idempotency-key"] == "call-1:webhook"
        assert headers["x-tenant"] == "north"
        assert headers["content-type"] == "application/json"
        document = json.loads(body)
        assert document["type"] == "call.summary"
        assert document["call_id"] == "call-1"
        assert document["summary"]["fields"]["headline"] == "Invoice"
        return Response(json.dumps({"id": 4711}), status=201)

    httpserver.expect_ordered_request("/hook", method="POST").respond_with_handler(receive)
    assert await webhook.deliver(summary, key="call-1:webhook") == "4711"
    httpserver.check_assertions()


async def test_every_version_has_the_same_key(
    httpserver: HTTPServer, webhook: WebhookTarget, summary: CallSummary
) -> None:
    httpserver.expect_request("/hook").respond_with_data("ok")
    assert await webhook.deliver(summary, key="call-1:webhook") == "call-1:webhook"
    second = replace(summary, summary=replace(summary.summary, version=2))
    await webhook.deliver(second, key="call-1:webhook")
    requests = [request for request, _ in httpserver.log]
    assert {request.headers["idempotency-key"] for request in requests} == {"call-1:webhook"}
    assert [request.headers["webhook-id"] for request in requests] == [
        "call-1:webhook:1",
        "call-1:webhook:2",
    ]


@pytest.mark.parametrize(
    ("value", "expected_s"),
    [("7", 7.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("soon", None)]
    + [("²", None), ("Mon, 01 Jan 2024 00:00:00 +99999999999999999999", None)],
)
async def test_retry_after(
    httpserver: HTTPServer,
    webhook: WebhookTarget,
    summary: CallSummary,
    value: str,
    expected_s: float | None,
) -> None:
    httpserver.expect_request("/hook").respond_with_data(
        "", status=429, headers={"retry-after": value}
    )
    with pytest.raises(DeliveryError) as caught:
        await webhook.deliver(summary, key="k")
    assert caught.value.retry_after_s == expected_s


async def test_odd_call_ids_fit_a_header(
    httpserver: HTTPServer, webhook: WebhookTarget, summary: CallSummary
) -> None:
    httpserver.expect_request("/hook").respond_with_data("ok")
    await webhook.deliver(summary, key="通話\r\n1:webhook")
    request, _ = httpserver.log[0]
    assert len(request.headers["idempotency-key"]) == 64


def test_signature_of_the_standard() -> None:
    """Example of the Standard Webhooks 1.0 specification's reference libraries."""
    signature = sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        b'{"test": 2432232314}',
    )
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
