"""Calls written for these tests, and a summariser to read them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from copilot.events import CallEnded, CallStarted, Event, Speaker, Summary, Transcript
from summarizer.extractive import ExtractiveSummariser

Turns = list[tuple[Speaker, str]]


def events_of(turns: Turns, language: str) -> list[Event]:
    """Events of a call that began on Wednesday, 1 April 2026, at 10 in Tokyo."""
    speakers = tuple(dict.fromkeys(speaker for speaker, _ in turns)) or ("customer", "agent")
    events: list[Event] = [
        CallStarted(
            call_id="c",
            at_s=0.0,
            started_at="2026-04-01T01:00:00Z",
            agent_id="a",
            channels=speakers,
            language=language,
        )
    ]
    for number, (speaker, text) in enumerate(turns):
        events.append(
            Transcript(
                call_id="c",
                at_s=number * 5.0 + 4.0,
                utterance_id=f"u{number}",
                speaker=speaker,
                revision=1,
                start_s=number * 5.0,
                end_s=number * 5.0 + 4.0,
                text=text,
                language="" if language == "auto" else language,
                final=True,
            )
        )
    end_s = len(turns) * 5.0
    return [*events, CallEnded(call_id="c", at_s=end_s, duration_s=end_s, reason="stop")]


@pytest.fixture(scope="session")
def call() -> Callable[[Turns, str], list[Event]]:
    return events_of


@pytest.fixture(scope="session")
def summarise() -> Callable[[Turns, str], Summary]:
    summariser = ExtractiveSummariser(time_zone="Asia/Tokyo")
    return lambda turns, language: summariser.summarise(events_of(turns, language))
