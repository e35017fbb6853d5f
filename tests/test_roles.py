"""Which voice is the operator's: by words, in both languages, or not at all."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from copilot.roles import DECIDED, agent_voice

SAMPLES = Path(str(files("copilot") / "samples"))


@pytest.mark.parametrize("agent", [0, 1])
@pytest.mark.parametrize(
    "said",
    [
        ("Good morning, thank you for calling Fenwick Tools.", "Hi, I need a new charger."),
        ("Calls are recorded. Can I take your postcode?", "Sure, it's BN2."),
        (
            "お電話ありがとうございます、青葉電機でございます。",
            "すみません、音が出ないんですけど。",
        ),
        ("恐れ入りますが、お名前をお願いできますでしょうか。", "田村です。"),
    ],
)
def test_the_operators_words_tell(agent: int, said: tuple[str, str]) -> None:
    voice, confidence = agent_voice([(agent, said[0]), (1 - agent, said[1])])
    assert voice == agent
    assert confidence > 0.7


def test_a_customers_words_tell_too() -> None:
    assert agent_voice([(0, "My order never came and I want my money."), (1, "Right.")])[0] == 1


@pytest.mark.parametrize("said", [[], [(0, "Yes."), (1, "はい。")]])
def test_where_no_word_tells_nothing_is_sure(said: list[tuple[int, str]]) -> None:
    assert agent_voice(said)[1] == 0.5


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_whole_call_decides(language: str) -> None:
    script = json.loads((SAMPLES / language / "call.json").read_text(encoding="utf-8"))
    said = [(int(one["speaker"] == "agent"), one["text"]) for one in script["turns"]]
    voice, confidence = agent_voice(said)
    assert (voice, confidence >= DECIDED) == (1, True)


def test_two_who_both_talk_like_operators_are_not_told_apart() -> None:
    said = [
        (0, "Thank you for calling. How can I help you? Let me check that for you."),
        (1, "May I have your name? I'll transfer you. Is there anything else?"),
    ]
    assert agent_voice(said)[1] == 0.5
