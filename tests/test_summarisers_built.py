"""What the composition root makes of the settings of summarisers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from note_server import KEY, MODEL, note, note_server

from copilot.backends import build_summariser, build_understanding
from copilot.config import Config
from copilot.disposition_file import load_dispositions
from copilot.errors import ConfigError
from copilot.events import CallEnded, CallStarted, Transcript
from summarizer.llm import PLACES


@pytest.fixture
def config(models_dir: Path) -> Callable[..., Config]:
    def made(**settings: object) -> Config:
        return Config(data_dir=models_dir, **settings)  # type: ignore[arg-type]

    return made


def test_a_server_writes_the_summary_of_masked_words(config: Callable[..., Config]) -> None:
    """What a call was stored with before a rule knew it is masked before it leaves."""
    spoken = "My boiler is broken, my card is 4111 1111 1111 1111."
    events = [
        CallStarted(
            call_id="c",
            at_s=0.0,
            started_at="2026-04-01T01:00:00Z",
            agent_id="a",
            language="en",
        ),
        Transcript(
            call_id="c",
            at_s=4.0,
            utterance_id="u0",
            speaker="customer",
            revision=1,
            start_s=0.0,
            end_s=4.0,
            text=spoken,
            final=True,
        ),
        CallEnded(call_id="c", at_s=4.0, duration_s=4.0, reason="stop"),
    ]
    with note_server() as server:
        server.answer = lambda messages: note(reason=[("Customer's boiler is broken.", [1])])
        settings = config(
            summariser="endpoint", summary_url=server.url, summary_model=MODEL, summary_key=KEY
        )
        summary = build_summariser(settings, load_dispositions(None)).summarise(events)
        assert (summary.generator, summary.fallback) == (MODEL, None)
        assert "boiler" in summary.fields.reason
        asked = server.asked[0][-1]["content"]
        assert "4111" not in asked and "[card]" in asked
        assert server.broken == []


def test_threads_are_there_for_those_who_wait(config: Callable[..., Config]) -> None:
    """Moods are read on the same threads: a slow model holds up no other call."""
    asking = config(
        summariser="endpoint", summary_url="http://127.0.0.1:1/v1", summary_model=MODEL
    )
    understanding = build_understanding(asking)
    assert understanding.waits == PLACES
    assert understanding.running_summariser.name == "extractive"
    assert build_understanding(config()).waits == 0


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"summariser": "endpoint"}, "summary_url: summariser = endpoint needs it"),
        (
            {"summariser": "endpoint", "summary_url": "http://127.0.0.1:1/v1"},
            "summary_model: summariser = endpoint needs it",
        ),
        ({"summariser": "transformers"}, "summary_model: summariser = transformers needs it"),
        (
            {"summariser": "transformers", "summary_model": "no/such.gguf"},
            "summary_model: no/such.gguf: there is no such file",
        ),
    ],
)
def test_what_is_missing_is_named(
    config: Callable[..., Config], settings: dict[str, str], fault: str
) -> None:
    with pytest.raises(ConfigError, match=fault):
        build_summariser(config(**settings), load_dispositions(None))


def test_without_the_extra_its_name_is_told(
    config: Callable[..., Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "llguidance", None)
    with pytest.raises(ConfigError, match=r"contact-center-copilot\[transformers\]"):
        build_summariser(
            config(summariser="transformers", summary_model="any"), load_dispositions(None)
        )
