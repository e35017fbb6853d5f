"""A real language model on this machine, held to a schema token by token."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from small_model import small_model, small_model_file
from transformers import T5Config, T5ForConditionalGeneration

from copilot.errors import ConfigError
from summarizer.answer import Answer, answer_schema
from summarizer.chat import Message, NoAnswerError, Schema
from summarizer.local_model import LocalModel
from summarizer.prompt import Line, messages_for

pytestmark = pytest.mark.model

CITY: Schema = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "maxLength": 12},
        "people": {"type": "integer", "minimum": 1, "maximum": 9},
        "old": {"type": "boolean"},
    },
    "required": ["city", "people", "old"],
    "additionalProperties": False,
}
ASKED: list[Message] = [{"role": "user", "content": "Tell me a story about a town."}]
LINES = [
    Line(numbers=(1,), label="customer", text="My parcel TP-5530 did not arrive."),
    Line(numbers=(2,), label="agent", text="I will send a new one on Tuesday."),
]
SOON_S = 120.0


def check(text: str) -> None:
    value = json.loads(text)
    assert value.keys() == {"city", "people", "old"}
    assert len(value["city"]) <= 12 and 1 <= value["people"] <= 9
    assert value["old"] in (True, False)


def test_it_answers_in_the_form_asked_for_and_alike() -> None:
    """Without the form it tells a story, as it is asked to."""
    answers = [small_model().complete(ASKED, CITY, tokens=60, limit_s=SOON_S) for _ in range(2)]
    check(answers[0])
    assert answers[0] == answers[1]


def test_a_note_comes_in_the_form_of_a_note() -> None:
    messages = messages_for(LINES, "en")
    text = small_model().complete(messages, answer_schema(), tokens=400, limit_s=SOON_S)
    answer = Answer.model_validate_json(text)
    assert list(answer.told())
    assert json.loads(text).keys() == {"reason", "situation", "actions", "next"}


def test_an_answer_ends_with_its_tokens_or_its_time() -> None:
    cut = small_model().complete(ASKED, CITY, tokens=3, limit_s=SOON_S)
    with pytest.raises(ValueError):
        json.loads(cut)
    with pytest.raises(NoAnswerError) as late:
        small_model().complete(ASKED, CITY, tokens=60, limit_s=0.001)
    assert late.value.reason == "timeout"


def test_it_counts_tokens_and_knows_its_window() -> None:
    model = small_model()
    assert model.tokens("one two three") == 3
    assert model.window_tokens == 4096
    wide = LocalModel(model._model, model._tokenizer, name="x", window_tokens=10**6)
    assert wide.window_tokens == 10**6  # told; `load` knows what the weights can read


def test_a_sequence_to_sequence_model_is_held_to_the_form_as_well() -> None:
    """One of random weights: what it says is noise, in the form asked for."""
    torch.manual_seed(0)
    tokenizer = small_model()._tokenizer
    config = T5Config(
        vocab_size=len(tokenizer),
        d_model=32,
        d_kv=8,
        d_ff=32,
        num_layers=1,
        num_heads=2,
        decoder_start_token_id=tokenizer.eos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.eos_token_id,
    )
    model = T5ForConditionalGeneration(config).eval()
    noise = LocalModel(model, tokenizer, name="noise", window_tokens=2048)
    check(noise.complete(ASKED, CITY, tokens=200, limit_s=SOON_S))


@pytest.mark.parametrize("name", ["no/such/model.gguf", "/no/such/folder"])
def test_a_model_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(ConfigError, match=f"summary_model: {name}"):
        LocalModel.load(name, window_tokens=4096)


def test_a_folder_of_transformers_is_loaded_too(tmp_path: Path) -> None:
    model = small_model()
    torch.manual_seed(0)
    config = T5Config(
        vocab_size=len(model._tokenizer),
        d_model=16,
        d_kv=8,
        d_ff=16,
        num_layers=1,
        num_heads=1,
        decoder_start_token_id=0,
        n_positions=512,
    )
    T5ForConditionalGeneration(config).save_pretrained(tmp_path / "tiny")
    model._tokenizer.save_pretrained(tmp_path / "tiny")
    loaded = LocalModel.load(str(tmp_path / "tiny"), window_tokens=4096)
    assert loaded.name == "tiny"
    assert small_model_file().exists()
