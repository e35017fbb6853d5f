"""Calls written down event by event, told to a running server as if they happened."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from playwright.async_api import Page

from audio.stabiliser import Stabiliser
from copilot.events import (
    Alert,
    AlertUpdated,
    CallEnded,
    CallStarted,
    Degraded,
    Emotion,
    Event,
    Evidence,
    Line,
    Note,
    Signal,
    Speaker,
    Summary,
    Transcript,
)
from copilot.journal import Journal
from copilot.web.services import Services

CLAIM_S = 600.0
"""Longer than any test."""

Mood = tuple[float, Literal["declining", "slightly_declining", "steady", "improving"]]


class Scene:
    """One call. Every method appends what a session would have appended."""

    def __init__(self, journal: Journal, call_id: str, *, language: str, agent_id: str) -> None:
        self.call_id = call_id
        self.events: list[Event] = []
        self._journal = journal
        self._language = language
        self._agent_id = agent_id
        self._at_s = 0.0
        self._utterances = 0
        self._revision = 0

    async def begin(self, *, customer_id: str | None = None, ago_s: float = 0.0) -> None:
        # Unclaimed, it would look like the call of a node that died.
        await self._journal.bus.claim(self.call_id, "scene", CLAIM_S)
        started = datetime.now(UTC) - timedelta(seconds=ago_s)
        await self._append(
            CallStarted,
            started_at=started.isoformat(timespec="milliseconds"),
            agent_id=self._agent_id,
            customer_id=customer_id,
            language=self._language,
        )

    async def say(
        self,
        speaker: Speaker,
        text: str,
        mood: Mood | None = None,
        *,
        at_s: float | None = None,
        **reading: Any,
    ) -> str:
        """A final, and the reading of it. Returns its ``utterance_id``."""
        start_s = self._at_s + 1.0 if at_s is None else at_s
        utterance_id = await self._hear(speaker, text, start_s, final=True)
        self._utterances += 1
        self._revision = 0
        if mood is not None:
            await self._append(
                Emotion,
                utterance_id=utterance_id,
                speaker=speaker,
                frustration=mood[0],
                trend=mood[1],
                **reading,
            )
        return utterance_id

    async def mumble(self, speaker: Speaker, *texts: str) -> None:
        """Partials of an utterance that has no final yet."""
        start_s = self._at_s + 1.0
        stabiliser = Stabiliser()
        for text in texts:
            shown, stable_chars = stabiliser.hear(text)
            await self._hear(speaker, shown, start_s, final=False, stable_chars=stable_chars)

    async def alert(self, kind: str, severity: str, utterance_id: str, **members: Any) -> str:
        quoted = next(
            event
            for event in self.events
            if isinstance(event, Transcript)
            and event.final
            and event.utterance_id == utterance_id
        )
        alert_id = f"{kind}-{utterance_id}"
        await self._append(
            Alert,
            **{
                "alert_id": alert_id,
                "kind": kind,
                "rule": kind,
                "severity": severity,
                "audience": ("supervisor", "operator"),
                "speaker": "customer",
                "message": kind,
                "evidence": (
                    Evidence(
                        utterance_id=utterance_id, quote=quoted.text, start_s=quoted.start_s
                    ),
                ),
                "signals": (Signal(name="frustration", value=0.82, baseline=0.16),),
            }
            | members,
        )
        return alert_id

    async def line(self, speaker: Speaker, **members: Any) -> None:
        """How a leg sounds now."""
        await self._append(
            Line,
            **{
                "speaker": speaker,
                "loudness_db": 0.0,
                "speech_rate": 5.0,
                "silence_s": 0.0,
                "overtalk_s": 0.0,
            }
            | members,
        )

    async def update(self, alert_id: str, state: str, **members: Any) -> None:
        """What somebody did about an alert."""
        made_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        await self._append(
            AlertUpdated,
            **{"alert_id": alert_id, "state": state, "by": "tanaka", "made_at": made_at}
            | members,
        )

    async def note(self, author: str, text: str) -> None:
        made_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        await self._append(Note, author=author, to=self._agent_id, text=text, made_at=made_at)

    async def degrade(self, *, lag_s: float, recovered: bool = False) -> None:
        await self._append(
            Degraded, stage="recogniser", reason="behind", lag_s=lag_s, recovered=recovered
        )

    async def end(self, summarise: Callable[[list[Event]], Summary] | None = None) -> None:
        await self._append(CallEnded, duration_s=self._at_s, reason="stop")
        if summarise is not None:
            self.events.append(await self._journal.append(summarise(self.events)))

    async def _hear(
        self,
        speaker: Speaker,
        text: str,
        start_s: float,
        *,
        final: bool,
        stable_chars: int | None = None,
    ) -> str:
        self._at_s = max(self._at_s, start_s + len(text) * 0.1)
        self._revision += 1
        utterance_id = f"u{self._utterances}"
        await self._append(
            Transcript,
            utterance_id=utterance_id,
            speaker=speaker,
            revision=self._revision,
            start_s=start_s,
            end_s=self._at_s,
            text=text,
            stable_chars=len(text) if stable_chars is None else stable_chars,
            final=final,
            language=self._language,
        )
        return utterance_id

    async def _append(self, event_class: type[Any], /, **members: Any) -> None:
        event = event_class(call_id=self.call_id, at_s=self._at_s, **members)
        self.events.append(await self._journal.append(event))


OpenPage = Callable[..., Awaitable[Page]]
"""Opens a path of the server in a browser, signed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The server under test."""

    url: str
    services: Services

    def scene(self, call_id: str, *, language: str = "en", agent_id: str = "suzuki") -> Scene:
        return Scene(self.services.journal, call_id, language=language, agent_id=agent_id)


async def helpful_call(scene: Scene, house: House) -> None:
    """A whole call with something to write down."""
    await scene.begin(customer_id="C-1")
    await scene.say("agent", "Thank you for calling. This call is recorded.")
    await scene.say(
        "customer", "My parcel with order number 4471 has not arrived.", (0.08, "steady")
    )
    await scene.say("agent", "I am sorry. I will send a replacement parcel today.")
    await scene.say("customer", "Great, thank you, that solves it.", (0.08, "steady"))
    await scene.end(house.services.summariser.summarise)
