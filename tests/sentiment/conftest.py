"""The real encoder and heads, loaded once, and short ways to say a call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from copilot.events import CallStarted, Transcript
from sentiment.analyser import CallAnalyser
from sentiment.encoder import E5Encoder, encoder_folder
from sentiment.heads import load_reader
from sentiment.reading import Reader
from sentiment.rules import load_rules

Say = Callable[..., Transcript]


@pytest.fixture(scope="session")
def encoder(models_dir: Path) -> E5Encoder:
    return E5Encoder(encoder_folder(models_dir / "models"))


@pytest.fixture(scope="session")
def reader(encoder: E5Encoder) -> Reader:
    return load_reader(encoder)


@pytest.fixture
def analyser(reader: Reader) -> Callable[[str], CallAnalyser]:
    def make(language: str = "auto") -> CallAnalyser:
        started = CallStarted(
            call_id="c1",
            at_s=0,
            started_at="2026-01-05T09:00:00Z",
            agent_id="a1",
            language=language,
        )
        return CallAnalyser(started, reader=reader, rules=load_rules())

    return make


@pytest.fixture
def say() -> Say:
    """Finals one after the other: four seconds each, half a second between them."""
    clock = {"now_s": 0.0, "count": 0}

    def one(
        speaker: str, text: str, *, start_s: float | None = None, end_s: float | None = None
    ) -> Transcript:
        start = clock["now_s"] if start_s is None else start_s
        end = start + 4.0 if end_s is None else end_s
        clock["now_s"] = max(clock["now_s"], end) + 0.5
        clock["count"] += 1
        return Transcript(
            call_id="c1",
            at_s=end,
            utterance_id=f"u{clock['count']:.0f}",
            speaker=speaker,  # type: ignore[arg-type]
            revision=1,
            start_s=start,
            end_s=end,
            text=text,
            final=True,
        )

    return one
