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
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from copilot.crm.summary import CallSummary
from copilot.errors import DeliveryError

__all__ = ["SignedPost", "WebhookTarget", "sign"]

TIMEOUT_S = 10.0
_LATER = frozenset({408, 409, 423, 425, 429})
"""Answers below 500 that say "not now" rather than "not this"."""
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
        self._url = url
        self._secret = secret
        self._client = httpx.AsyncClient(headers=dict(headers or {}), timeout=timeout_s)

    async def close(self) -> None:
        await self._client.aclose()

    async def post(self, document: Mapping[str, Any], *, key: str, message_id: str) -> str:
        """The id that the receiver answers, else ``key``. Raises ``DeliveryError``."""
        body = json.dumps(document, ensure_ascii=False).encode()
        timestamp = str(int(time.time()))
        headers = {
            "content-type": "application/json",
            "idempotency-key": _header(key),
            "webhook-id": _header(message_id),
            "webhook-timestamp": timestamp,
            "webhook-signature": sign(self._secret, _header(message_id), timestamp, body),
        }
        try:
            response = await self._client.post(self._url, content=body, headers=headers)
        except httpx.TimeoutException as error:
            raise DeliveryError("no answer in time", retryable=True) from error
        except httpx.TransportError as error:
            reason = f"cannot connect: {type(error).__name__}"
            raise DeliveryError(reason, retryable=True) from error
        if response.is_success:
            return _external_id(response) or key
        status = response.status_code
        raise DeliveryError(
            f"answered {status}",
            retryable=status >= 500 or status in _LATER,
            retry_after_s=_retry_after_s(response.headers.get("retry-after")),
        )


class WebhookTarget:
    """Posts the note of a call."""

    def __init__(
        self,
        name: str,
        url: str,
        *,
        secret: str,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self.name = name
        self._webhook = SignedPost(url, secret=secret, headers=headers, timeout_s=timeout_s)

    async def close(self) -> None:
        await self._webhook.close()

    async def deliver(self, summary: CallSummary, key: str) -> str:
        """The id that the receiver answers, else ``key``."""
        document = {"type": "call.summary", **summary.document()}
        message_id = f"{key}:{summary.summary.version}"
        return await self._webhook.post(document, key=key, message_id=message_id)


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


def _external_id(response: httpx.Response) -> str | None:
    try:
        answer: Any = response.json()
    except ValueError:
        return None
    given = answer.get("id") if isinstance(answer, dict) else None
    return str(given)[:_LONGEST_ID] if isinstance(given, str | int) and given != "" else None


def _retry_after_s(value: str | None) -> float | None:
    """Seconds from ``Retry-After``, which holds seconds or a date (RFC 9110, 10.2.3)."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - datetime.now(UTC)).total_seconds())
