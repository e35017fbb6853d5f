"""Salesforce Voice: signals about a call that goes on, to the console of who handles it.

``POST /telephony/v1/voiceCalls/<call id>/realtimeConversationEvents``, 202. An alert becomes a
category (``CustomerAngry``), a reading of the customer a sentiment from -1000 to 1000. No
words of the call leave with them. Source: Salesforce Voice Developer Guide, "Send a Real-Time
Conversation Event" and "Telephony Integration REST API Authorization" (a JWT, RS256, issued
by the org's id for the contact centre's API name).

A signal is for now: it is sent once more while it is young, then it is dropped, and none
waits in a store.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote

import httpx

from copilot.crm.request import Request
from copilot.crm.sender import Sender
from copilot.errors import (
    ConfigError,
    DeliveryError,
    InputError,
    NotFoundError,
    StoreUnavailableError,
)
from copilot.events import Alert, CallStarted, Emotion, Event
from copilot.record import CallRecord
from copilot.times import utc

__all__ = ["SignedTokens", "VoiceCallSignals", "signal_of", "signals_request"]

log = logging.getLogger(__name__)

WAITING = 1000
"""Signals that wait to be sent; beyond that the oldest is dropped and logged."""
YOUNG_S = 20.0
"""A signal older than this helps nobody in the call."""
PAUSE_S = 1.0
_CALLS = 10_000
_TOKEN_S = 300
_AUDIENCE = "https://scrt.salesforce.com"
_CATEGORIES = {
    "frustration_spike": "CustomerAngry",
    "sustained_frustration": "CustomerAngry",
    "escalation_request": "EscalationRequest",
    "churn_risk": "ChurnRisk",
    "harassment": "Harassment",
    "help_sign": "HelpRequest",
}
"""Alerts by which an administrator may set rules. What concerns an operator's own wording is
told to that operator alone."""


class Journal(Protocol):
    """The record, as far as it is read here."""

    async def record(self, call_id: str) -> CallRecord: ...


class SignedTokens:
    """Credentials: a JWT signed with the contact centre's private key, good for minutes.

    Raises ``ConfigError`` where the key cannot be read or ``joserfc`` is not installed.
    """

    def __init__(self, private_key: str, *, organisation: str, call_center: str) -> None:
        try:
            from joserfc import jwt
            from joserfc.errors import JoseError
            from joserfc.jwk import RSAKey
        except ImportError:
            raise ConfigError(
                "voice_call_signals: need what is not installed; "
                "pip install 'contact-center-copilot[salesforce-voice]'"
            ) from None
        try:
            key = RSAKey.import_key(private_key)
        except (JoseError, ValueError):
            raise ConfigError("voice_call_signals: private_key_file is no RSA key") from None
        claims = {"iss": organisation, "sub": call_center, "aud": _AUDIENCE}

        def token(now_s: int) -> str:
            times = {"iat": now_s, "exp": now_s + _TOKEN_S, "jti": str(uuid.uuid4())}
            return jwt.encode({"alg": "RS256", "typ": "JWT"}, claims | times, key)

        self._sign: Callable[[int], str] = token
        self._token = ""
        self._until_s = 0.0

    async def headers(self, client: httpx.AsyncClient) -> Mapping[str, str]:
        now_s = time.time()
        if now_s >= self._until_s:
            self._token = self._sign(int(now_s))
            self._until_s = now_s + _TOKEN_S / 2
        return {"authorization": f"Bearer {self._token}"}

    def renew(self, refused: Mapping[str, str]) -> bool:
        self._until_s = 0.0
        return True


class VoiceCallSignals:
    """``queue`` takes archived events, ``run`` sends the signals among them."""

    def __init__(
        self,
        journal: Journal,
        sender: Sender,
        *,
        service: str,
        provider: str,
        now_s: Callable[[], float] = time.monotonic,
        pause_s: float = PAUSE_S,
    ) -> None:
        self._journal = journal
        self._sender = sender
        self._service = service
        self._provider = provider
        self._now_s = now_s
        self._pause_s = pause_s
        self._waiting: asyncio.Queue[tuple[float, Event]] = asyncio.Queue(WAITING)
        self._starts_ms: OrderedDict[str, float] = OrderedDict()
        self._sent: OrderedDict[str, int] = OrderedDict()
        """Latest ``seq`` taken by call: events may be archived twice."""

    async def queue(self, events: Sequence[Event]) -> None:
        """Takes what makes a signal. Never waits."""
        for event in events:
            if isinstance(event, CallStarted):
                _remember(self._starts_ms, event.call_id, _start_ms(event))
            elif signal_of(event, 0.0) and event.seq > self._sent.get(event.call_id, 0):
                _remember(self._sent, event.call_id, event.seq)
                if self._waiting.full():
                    self._waiting.get_nowait()
                    log.warning("a live signal was dropped", extra={"reason": "too many"})
                self._waiting.put_nowait((self._now_s(), event))

    async def run(self) -> None:
        """Sends until cancelled, then closes the connection."""
        try:
            while True:
                since_s, event = await self._waiting.get()
                await self._send(since_s, event)
        finally:
            await self._sender.close()

    async def _send(self, since_s: float, event: Event) -> None:
        reason = "too old"
        while self._now_s() - since_s <= YOUNG_S:
            try:
                signal = signal_of(event, await self._start(event.call_id))
                assert signal is not None
                await self._sender.send(
                    signals_request(
                        event.call_id, [signal], service=self._service, provider=self._provider
                    )
                )
                return
            except NotFoundError:  # erased meanwhile: nothing may leave
                return
            except StoreUnavailableError as error:
                reason, pause_s = str(error), self._pause_s
            except DeliveryError as error:
                reason, pause_s = str(error), max(self._pause_s, error.retry_after_s or 0.0)
                if not error.retryable:
                    break
            await asyncio.sleep(min(pause_s, YOUNG_S))
        facts = {"call_id": event.call_id, "reason": reason}
        log.warning("a live signal was dropped", extra=facts)

    async def _start(self, call_id: str) -> float:
        """When the call began, in milliseconds since 1970."""
        if call_id not in self._starts_ms:
            started = (await self._journal.record(call_id)).started
            if started is None:
                raise NotFoundError("a call without a beginning")
            _remember(self._starts_ms, call_id, _start_ms(started))
        return self._starts_ms[call_id]


def signal_of(event: Event, start_ms: float) -> dict[str, Any] | None:
    """What an event of a call that began at ``start_ms`` tells, if anything."""
    at_ms = round(start_ms + event.at_s * 1000)
    match event:
        case Alert() if event.kind in _CATEGORIES:
            return {
                "type": "IntelligenceSignal__Category",
                "value": _CATEGORIES[event.kind],
                "startTime": at_ms,
            }
        case Emotion() if event.speaker == "customer":
            # Calm is 0, not the best that can be: only what was felt counts.
            felt = -event.frustration if event.frustration else max(0.0, event.valence)
            return {
                "type": "IntelligenceSignal__Sentiment",
                "value": f"{felt * 1000:.2f}",
                "startTime": at_ms,
                "participant": "CUSTOMER",
            }
        case _:
            return None


def signals_request(
    call_id: str, signals: Sequence[Mapping[str, Any]], *, service: str, provider: str
) -> Request:
    """Signals in the order of their time, not kept by Salesforce beyond the call."""
    return Request.of(
        "POST",
        f"/telephony/v1/voiceCalls/{quote(call_id, safe='')}/realtimeConversationEvents",
        {"service": service, "persist": False, "events": list(signals)},
        headers={"telephony-provider-name": provider},
    )


def _start_ms(started: CallStarted) -> float:
    try:
        return datetime.fromisoformat(utc(started.started_at)).timestamp() * 1000
    except InputError:
        return time.time() * 1000


def _remember(known: OrderedDict[str, Any], call_id: str, value: Any) -> None:
    known[call_id] = value
    known.move_to_end(call_id)
    if len(known) > _CALLS:
        known.popitem(last=False)
