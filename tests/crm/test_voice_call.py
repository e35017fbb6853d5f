"""Live signals to Salesforce Voice: real HTTP, a signature that is checked, no words."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
from crm_server import Body, Broken, CrmServer, Reply, Seen, serving
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from pydantic import Field

from copilot.config import load_config
from copilot.crm.sender import Sender
from copilot.crm.voice_call import (
    WAITING,
    YOUNG_S,
    SignedTokens,
    VoiceCallSignals,
    signal_of,
)
from copilot.errors import ConfigError
from copilot.events import Alert, CallStarted, Emotion, Event, Evidence
from copilot.target_backends import build_signals
from tests.store.conftest import running

ORG = "00D000000000001"
KEY = RSAKey.generate_key(2048, auto_kid=False)
PEM = KEY.as_pem(private=True).decode()
STARTED = CallStarted(
    call_id="c/1", at_s=0, seq=1, started_at="2026-04-01T01:00:00Z", agent_id="a-1"
)
START_MS = 1775005200000


class Signal(Body):
    type: Literal["IntelligenceSignal__Category", "IntelligenceSignal__Sentiment"]
    value: str
    startTime: int = Field(ge=1_700_000_000_000)
    participant: Literal["AGENT", "CUSTOMER"] | None = None


class Signals(Body):
    service: Literal["CopilotService"]
    persist: Literal[False]
    events: list[Signal] = Field(min_length=1)


class Console(CrmServer):
    """Takes signals signed for it; answers 202."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.signals: list[Signal] = []

    def authorised(self, request: Seen) -> bool:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        try:
            claims = jwt.decode(token, KEY, algorithms=["RS256"]).claims
        except (JoseError, ValueError):
            return False
        assert claims["exp"] - claims["iat"] == 300
        return (claims["iss"], claims["sub"], claims["aud"]) == (
            ORG,
            "Centre",
            "https://scrt.salesforce.com",
        )

    def answer(self, request: Seen) -> Reply:
        path = "/telephony/v1/voiceCalls/c/1/realtimeConversationEvents"
        if (request.method, request.path) != ("POST", path):
            raise Broken("no such resource")
        if request.headers["telephony-provider-name"] != "Acme":
            raise Broken("no such provider")
        self.signals += Signals.model_validate(request.json).events
        return Reply(202)


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    with serving(server := Console(tmp_path / "secret")):
        yield server
    assert server.broken == []


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def signals(console: Console, journal: Any, clock: Clock) -> VoiceCallSignals:
    tokens = SignedTokens(PEM, organisation=ORG, call_center="Centre")
    return VoiceCallSignals(
        journal,
        Sender(console.url, tokens),
        service="CopilotService",
        provider="Acme",
        now_s=clock,
        pause_s=0.0,
    )


def alert(kind: Any = "frustration_spike", seq: int = 2) -> Alert:
    return Alert(
        call_id="c/1",
        at_s=12.5,
        seq=seq,
        alert_id=f"a{seq}",
        kind=kind,
        rule="r",
        severity="warning",
        speaker="customer",
        message="Customer is furious.",
        evidence=(Evidence(utterance_id="u1", quote="ふざけるな", start_s=10.0),),
    )


def emotion(seq: int = 3, **given: Any) -> Emotion:
    known: dict[str, Any] = {"speaker": "customer", "frustration": 2 / 3}
    return Emotion(call_id="c/1", at_s=13.0, seq=seq, utterance_id="u1", **(known | given))


async def test_an_alert_and_a_mood_reach_the_console_without_words(
    console: Console, signals: VoiceCallSignals
) -> None:
    await signals.queue([STARTED, alert(), emotion()])
    async with running(signals):
        await asyncio.to_thread(console.wait, 2)
    angry, mood = console.signals
    assert (angry.type, angry.value) == ("IntelligenceSignal__Category", "CustomerAngry")
    assert angry.startTime == START_MS + 12_500
    assert (mood.value, mood.participant) == ("-666.67", "CUSTOMER")
    sent = b"".join(request.content for request in console.requests)
    assert b"furious" not in sent and "ふざけるな" not in json.dumps(sent.decode())


@pytest.mark.parametrize(
    ("event", "value"),
    [
        (emotion(frustration=1.0), "-1000.00"),
        (emotion(frustration=0.0), "0.00"),
        (emotion(frustration=0.0, valence=0.5), "500.00"),
        (emotion(frustration=0.0, valence=-0.5), "0.00"),
        (emotion(speaker="agent"), None),
        (alert("escalation_request"), "EscalationRequest"),
        (alert("sustained_frustration"), "CustomerAngry"),
        (alert("agent_ng_word"), None),
        (alert("long_silence"), None),
        (STARTED, None),
    ],
)
def test_what_makes_a_signal(event: Event, value: str | None) -> None:
    signal = signal_of(event, START_MS)
    assert (signal["value"] if signal else None) == value


async def test_events_that_are_archived_twice_are_told_once(
    console: Console, signals: VoiceCallSignals
) -> None:
    events = [STARTED, alert(), emotion()]
    await signals.queue(events)
    await signals.queue([*events, emotion(seq=4, frustration=0.0)])
    async with running(signals):
        await asyncio.to_thread(console.wait, 3)
    assert len(console.signals) == 3


async def test_a_call_that_began_elsewhere_is_looked_up(
    console: Console, signals: VoiceCallSignals, journal: Any
) -> None:
    await journal.append(STARTED)
    await signals.queue([alert()])
    async with running(signals):
        await asyncio.to_thread(console.wait, 1)
    assert console.signals[0].startTime == START_MS + 12_500


async def test_an_erased_call_tells_nothing(
    console: Console, signals: VoiceCallSignals, journal: Any
) -> None:
    await journal.append(replace(STARTED, call_id="other"))
    await signals.queue([replace(alert(), call_id="gone")])
    await signals.queue([STARTED, alert()])
    async with running(signals):
        await asyncio.to_thread(console.wait, 1)
    assert len(console.requests) == 1


async def test_a_young_signal_is_sent_again_and_an_old_one_dropped(
    console: Console, signals: VoiceCallSignals, clock: Clock
) -> None:
    await signals.queue([STARTED, alert()])
    clock.now_s = YOUNG_S + 1
    await signals.queue([emotion()])
    console.faults = {0: "lost"}
    async with running(signals):
        await asyncio.to_thread(console.wait, 2)
    types = {one.type for one in console.signals}
    assert types == {"IntelligenceSignal__Sentiment"}, "the old one was not even tried"


async def test_what_is_refused_is_dropped(console: Console, signals: VoiceCallSignals) -> None:
    console.faults = {0: "404"}
    await signals.queue([STARTED, alert(), emotion()])
    async with running(signals):
        await asyncio.to_thread(console.wait, 2)
    assert [one.type for one in console.signals] == ["IntelligenceSignal__Sentiment"]


async def test_too_many_lose_the_oldest(console: Console, signals: VoiceCallSignals) -> None:
    await signals.queue([STARTED, alert(seq=2)])
    await signals.queue([emotion(seq=seq) for seq in range(3, WAITING + 3)])
    async with running(signals):
        await asyncio.to_thread(console.wait, 1)
    assert console.signals[0].type == "IntelligenceSignal__Sentiment"


def settings(tmp_path: Path, key: str | None = PEM) -> Any:
    path = tmp_path / "key.pem"
    if key is not None:
        path.write_text(key)
    config = load_config(
        voice_call_signals={
            "url": "https://x.my.salesforce-scrt.com",
            "organisation": ORG,
            "call_center": "Centre",
            "provider": "Acme",
            "service": "CopilotService",
            "private_key_file": path,
        }
    )
    return config.voice_call_signals


async def test_it_is_built_from_settings(tmp_path: Path, journal: Any) -> None:
    async with running(build_signals(settings(tmp_path), journal)):
        pass


@pytest.mark.parametrize(
    ("key", "fault"), [(None, "cannot be read"), ("no key", "is no RSA key")]
)
def test_a_key_that_cannot_sign_is_told(
    tmp_path: Path, journal: Any, key: str | None, fault: str
) -> None:
    with pytest.raises(ConfigError, match=f"voice_call_signals: .*{fault}"):
        build_signals(settings(tmp_path, key), journal)


def test_what_is_not_installed_is_told_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "joserfc", None)
    with pytest.raises(ConfigError, match=r"pip install .*salesforce-voice"):
        SignedTokens(PEM, organisation=ORG, call_center="Centre")
