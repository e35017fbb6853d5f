"""One HTTP exchange, and what its outcome means for another try."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from copilot.crm.request import Answer, error_code
from copilot.errors import DeliveryError

__all__ = ["REFUSED_S", "TIMEOUT_S", "answered", "failure"]

TIMEOUT_S = 10.0
"""For one request. A delivery is a handful of them, and has half a minute."""
REFUSED_S = 300.0
"""Before a secret that was refused is shown again: no record is at fault, and somebody may
exchange it, but too many tries lock an account."""
_LATER = frozenset({401, 408, 409, 423, 425, 429, 477})
"""Answers below 500 that say "not now" rather than "not this". 401 is "not you"; 477 is
HubSpot's, of an account on the move."""


async def answered(client: httpx.AsyncClient, request: httpx.Request) -> Answer:
    """The answer, whatever its status. Raises ``DeliveryError``, retryable, where none came:
    what was sent may have been stored all the same."""
    try:
        response = await client.send(request)
    except httpx.TimeoutException as error:
        raise DeliveryError("no answer in time", retryable=True) from error
    except httpx.HTTPError as error:
        reason = f"cannot connect: {type(error).__name__}"
        raise DeliveryError(reason, retryable=True) from error
    return Answer(
        status=response.status_code,
        document=_document(response),
        headers={name.lower(): value for name, value in response.headers.items()},
    )


def failure(answer: Answer, *, transient: bool = False) -> DeliveryError:
    """What an answer that is no success means. ``transient``: it says "not now" in a way of
    its own."""
    code = error_code(answer.document)
    wait_s = _retry_after_s(answer.headers.get("retry-after"))
    if wait_s is None and answer.status == 401:
        wait_s = REFUSED_S
    return DeliveryError(
        f"answered {answer.status}" + (f": {code}" if code else ""),
        retryable=transient or answer.status >= 500 or answer.status in _LATER,
        retry_after_s=wait_s,
    )


def _document(response: httpx.Response) -> Any:
    try:
        return response.json() if response.content else None
    except ValueError:
        return None


def _retry_after_s(value: str | None) -> float | None:
    """Seconds from ``Retry-After``, which holds seconds or a date (RFC 9110, 10.2.3)."""
    if value is None:
        return None
    try:
        if value.isdigit():
            return float(value)
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - datetime.now(UTC)).total_seconds())
