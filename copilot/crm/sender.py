"""Runs a mapping's requests against its CRM."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

import httpx

from copilot.crm.credentials import Credentials
from copilot.crm.http import TIMEOUT_S, answered, failure
from copilot.crm.request import Answer, Plan, Request, Steps
from copilot.crm.summary import CallSummary
from copilot.errors import DeliveryError

__all__ = ["TRIES", "CrmMapping", "CrmTarget", "Sender"]

TRIES = 3
"""Of each request within a delivery: a delivery is several, so that one in which none fails
may be rare where the delivery itself is tried a dozen times."""
PAUSE_S = 0.3
QUICK_S = 5.0
"""A failure that took longer is left to the next delivery."""


_Found = TypeVar("_Found")


class CrmMapping(Protocol):
    """How one CRM's requests follow from a summary. Pure."""

    def plan(self, summary: CallSummary, key: str) -> Plan:
        """Requests that create the record of ``key``, or update it where it exists."""
        ...

    def lacks(self) -> Steps[list[str]]:
        """What the CRM lacks for its records to be made, a sentence each. Changes nothing."""
        ...

    def transient(self, answer: Answer) -> bool:
        """Whether an answer that looks final says "not now" in this CRM's own way."""
        ...


class Sender:
    """The connection to one CRM."""

    def __init__(
        self,
        url: str,
        credentials: Credentials | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        transient: Callable[[Answer], bool] = lambda _: False,
        tries: int = 1,
        pause_s: float = PAUSE_S,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """``tries``: how often a request is sent before its failure is the delivery's."""
        self._url = url
        self._credentials = credentials
        self._transient = transient
        self._tries = tries
        self._pause_s = pause_s
        self._client = httpx.AsyncClient(headers=dict(headers or {}), timeout=timeout_s)

    async def close(self) -> None:
        await self._client.aclose()

    async def run(self, steps: Steps[_Found]) -> _Found:
        """Sends what the steps ask for; what they return. Raises ``DeliveryError``."""
        try:
            request = next(steps)
            while True:
                request = steps.send(await self.send(request))
        except StopIteration as done:
            found: _Found = done.value
            return found
        finally:
            steps.close()

    async def send(self, request: Request) -> Answer:
        """The answer, where its status is 2xx or one that the request names. Credentials that
        are refused are renewed once. Raises ``DeliveryError``."""
        began_s = time.monotonic()
        for number in range(1, self._tries):
            try:
                return await self._send(request)
            except DeliveryError as error:
                late = time.monotonic() - began_s > QUICK_S
                waits = (error.retry_after_s or 0.0) > self._pause_s
                if late or waits or not (error.retryable and request.repeatable):
                    raise
            await asyncio.sleep(self._pause_s * number * random.uniform(0.5, 1.0))
        return await self._send(request)

    async def _send(self, request: Request) -> Answer:
        credentials = self._credentials
        if credentials is None:
            answer = await self._try(request, {})
        else:
            shown = await credentials.headers(self._client)
            answer = await self._try(request, shown)
            if answer.status == 401 and credentials.renew(shown):
                answer = await self._try(request, await credentials.headers(self._client))
        if answer.ok or answer.status in request.also:
            return answer
        raise failure(answer, transient=self._transient(answer))

    async def _try(self, request: Request, shown: Mapping[str, str]) -> Answer:
        """``shown``: headers that tell who we are."""
        built = self._client.build_request(
            request.method,
            self._url + request.path,
            params=request.query or None,
            headers={**request.headers, **shown},
            content=request.content,
        )
        return await answered(self._client, built)


class CrmTarget:
    """A target made of a mapping and a connection."""

    def __init__(self, name: str, mapping: CrmMapping, sender: Sender) -> None:
        self.name = name
        self._mapping = mapping
        self._sender = sender

    async def deliver(self, summary: CallSummary, key: str) -> str:
        return await self._sender.run(self._mapping.plan(summary, key))

    async def lacks(self) -> list[str]:
        try:
            return await self._sender.run(self._mapping.lacks())
        except DeliveryError as error:
            return [str(error)]

    async def close(self) -> None:
        await self._sender.close()
