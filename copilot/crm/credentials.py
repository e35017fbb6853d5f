"""How requests show who sends them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Protocol

import httpx

from copilot.crm.http import REFUSED_S, answered, failure
from copilot.errors import DeliveryError

__all__ = ["ClientCredentials", "Credentials", "FixedCredentials"]

_EARLY_S = 60.0
"""A token is renewed before it runs out, for clocks and requests under way."""


class Credentials(Protocol):
    """Headers of requests, renewed where they can be."""

    async def headers(self, client: httpx.AsyncClient) -> Mapping[str, str]:
        """Raises ``DeliveryError`` where none can be had now."""
        ...

    def renew(self, refused: Mapping[str, str]) -> bool:
        """These headers were refused (401), perhaps long after others had taken their place:
        several requests are under way at once. Whether the next ones may be others."""
        ...


class FixedCredentials:
    """Headers from a secret that somebody else looks after.

    ``read`` gives the headers; it is asked again where they are refused, so that a secret
    that was exchanged in its file is taken up without a restart. Raises ``DeliveryError``.
    """

    def __init__(self, read: Callable[[], Mapping[str, str]]) -> None:
        self._read = read
        self._headers: Mapping[str, str] | None = None

    async def headers(self, client: httpx.AsyncClient) -> Mapping[str, str]:
        if self._headers is None:
            self._headers = self._read()
        return self._headers

    def renew(self, refused: Mapping[str, str]) -> bool:
        if self._headers == refused:
            self._headers = self._read()
        return self._headers != refused


class ClientCredentials:
    """A bearer token by OAuth 2.0's client credentials (RFC 6749, 4.4), kept until it runs
    out or is refused. Salesforce does not tell how long its tokens live."""

    def __init__(
        self, url: str, client_id: str, secret: Callable[[], str], *, scope: str = ""
    ) -> None:
        self._url = url
        self._client_id = client_id
        self._secret = secret
        self._scope = scope
        self._token = ""
        self._until_s = float("inf")

    async def headers(self, client: httpx.AsyncClient) -> Mapping[str, str]:
        if not self._token or time.monotonic() >= self._until_s:
            await self._fetch(client)
        return self._bearer

    def renew(self, refused: Mapping[str, str]) -> bool:
        if refused == self._bearer:
            self._token = ""
        return True

    @property
    def _bearer(self) -> Mapping[str, str]:
        return {"authorization": f"Bearer {self._token}"}

    async def _fetch(self, client: httpx.AsyncClient) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_secret": self._secret(),
        }
        if self._scope:
            form["scope"] = self._scope
        answer = await answered(client, client.build_request("POST", self._url, data=form))
        if not answer.ok:
            refused = failure(answer)
            wait_s = refused.retry_after_s if refused.retryable else REFUSED_S
            reason = f"no access token: {refused}"
            raise DeliveryError(reason, retryable=True, retry_after_s=wait_s)
        self._token = str(answer.at("access_token"))
        lives_s = answer.document.get("expires_in")
        self._until_s = (
            time.monotonic() + max(0.0, float(lives_s) - _EARLY_S)
            if isinstance(lives_s, int | float | str) and str(lives_s).isdigit()
            else float("inf")
        )
