"""Summaries, and alerts, to any HTTP endpoint, signed.

Signature and header names follow Standard Webhooks 1.0 (``webhook-id``,
``webhook-timestamp``, ``webhook-signature: v1,<base64 HMAC-SHA256>`` over
``id.timestamp.body``), so receivers verify with a library they can get for any language.
``Idempotency-Key`` names the record: the same for every try and every version of a call.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

from copilot.crm.http import TIMEOUT_S
from copilot.crm.request import Answer, Request
from copilot.crm.sender import Sender
from copilot.crm.summary import CallSummary

__all__ = ["SignedPost", "WebhookTarget", "sign", "signed"]

_LONGEST_ID = 200


class SignedPost:
    """Posts documents to one URL. Any 2xx takes them; an ``id`` in the answer is kept."""

    def __init__(
        self,
        url: str,
        *,
        secret: str,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._secret = secret
        self._sender = Sender(url, headers=headers, timeout_s=timeout_s)

    async def close(self) -> None:
        await self._sender.close()

    async def post(self, document: Mapping[str, Any], *, key: str, message_id: str) -> str:
        """The id that the receiver answers, else ``key``. Raises ``DeliveryError``."""
        request = signed(
            self._secret, document, key=key, message_id=message_id, timestamp=int(time.time())
        )
        return _external_id(await self._sender.send(request)) or key


class WebhookTarget:
    """Posts the note of a call."""

    def __init__(self, name: str, webhook: SignedPost) -> None:
        self.name = name
        self._webhook = webhook

    async def close(self) -> None:
        await self._webhook.close()

    async def lacks(self) -> list[str]:
        """Nothing is known of a receiver before it is sent something."""
        return []

    async def deliver(self, summary: CallSummary, key: str) -> str:
        """The id that the receiver answers, else ``key``."""
        document = {"type": "call.summary", **summary.document()}
        message_id = f"{key}:{summary.summary.version}"
        return await self._webhook.post(document, key=key, message_id=message_id)


def signed(
    secret: str, document: Mapping[str, Any], *, key: str, message_id: str, timestamp: int
) -> Request:
    """The request, signed at ``timestamp`` (seconds since 1970)."""
    content = json.dumps(document, ensure_ascii=False).encode()
    headers = {
        "content-type": "application/json",
        "idempotency-key": _header(key),
        "webhook-id": _header(message_id),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(secret, _header(message_id), str(timestamp), content),
    }
    return Request(method="POST", path="", headers=headers, content=content)


def sign(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """Value of ``webhook-signature``. A secret ``whsec_...`` is base64, any other text is
    taken as its UTF-8 bytes."""
    encoded = secret.removeprefix("whsec_")
    key = base64.b64decode(encoded) if encoded != secret else secret.encode()
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def _header(value: str) -> str:
    """``value`` where a header can carry it as it is, else a digest of it."""
    if value.isascii() and value.isprintable() and len(value) <= _LONGEST_ID:
        return value
    return hashlib.sha256(value.encode()).hexdigest()


def _external_id(answer: Answer) -> str | None:
    given = answer.document.get("id") if isinstance(answer.document, dict) else None
    return str(given)[:_LONGEST_ID] if isinstance(given, str | int) and given != "" else None
