"""A language model of Hugging Face's on this machine, causal or sequence to sequence.

Needs the extra ``transformers``. The answer is held to its schema token by token: llguidance
(MIT; also behind vLLM and llama.cpp) tells which tokens may come next. It reads a schema in
milliseconds and needs no table of the vocabulary made beforehand.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from llguidance import LLMatcher
from llguidance.hf import from_tokenizer
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    LogitsProcessor,
    LogitsProcessorList,
    MaxTimeCriteria,
    StoppingCriteriaList,
)

from copilot.errors import ConfigError
from summarizer.chat import Message, NoAnswerError, Schema

__all__ = ["LocalModel"]


class LocalModel:
    """Implements ``summarizer.chat.ChatModel``; one answer at a time."""

    at_once = 1

    def __init__(self, model: Any, tokenizer: Any, *, name: str, window_tokens: int) -> None:
        """``model`` and ``tokenizer`` are transformers'. See ``load``."""
        self._model = model
        self._tokenizer = tokenizer
        self._grammar = from_tokenizer(tokenizer)
        self._turn = threading.Lock()
        self.window_tokens = window_tokens
        self.name = name

    @classmethod
    def load(cls, name: str, *, device: str = "cpu", window_tokens: int) -> LocalModel:
        """A model by its name or folder, or a ``.gguf`` file (which needs the packages ``gguf``
        and ``accelerate``); on a GPU in the precision of its weights.

        ``window_tokens`` is what it may be given at a time; less where it can read less. Raises
        ``ConfigError``.
        """
        path = Path(name)
        place: dict[str, Any] = (
            {"pretrained_model_name_or_path": path.parent, "gguf_file": path.name}
            if path.suffix == ".gguf"
            else {"pretrained_model_name_or_path": name}
        )
        on_cpu = device == "cpu"
        if path.suffix == ".gguf" and not path.exists():
            raise ConfigError(f"summary_model: {name}: there is no such file")
        try:
            config = AutoConfig.from_pretrained(**place)
            kind = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM
            tokenizer = AutoTokenizer.from_pretrained(**place)
            model = kind.from_pretrained(**place, dtype=torch.float32 if on_cpu else "auto")
            model = model.eval().to(device)
        except (OSError, ValueError, RuntimeError, AssertionError, ImportError) as error:
            line = str(error).partition("\n")[0]
            raise ConfigError(f"summary_model: {name} cannot be used: {line}") from None
        reads = getattr(config, "max_position_embeddings", None) or window_tokens
        return cls(
            model,
            tokenizer,
            name=path.stem if path.exists() else name,
            window_tokens=min(window_tokens, reads),
        )

    def tokens(self, text: str) -> int:
        return len(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def complete(
        self, messages: Sequence[Message], schema: Schema, *, tokens: int, limit_s: float
    ) -> str:
        """See ``ChatModel``. Who waits longer than ``limit_s`` for others gets none."""
        until_s = time.monotonic() + limit_s
        if not self._turn.acquire(timeout=limit_s):
            raise NoAnswerError("timeout", "the model is busy")
        try:
            return self._generated(messages, schema, tokens, until_s)
        except RuntimeError as error:  # of torch: memory, mostly
            reason = f"the model failed: {type(error).__name__}"
            raise NoAnswerError("unreachable", reason) from None
        finally:
            self._turn.release()

    def close(self) -> None:
        """Nothing is open."""

    @torch.inference_mode()
    def _generated(
        self, messages: Sequence[Message], schema: Schema, tokens: int, until_s: float
    ) -> str:
        asked = self._prompt(messages).to(self._model.device)
        form = _Form(self._grammar, schema)
        left_s = max(until_s - time.monotonic(), 0.001)
        output = self._model.generate(
            **asked,
            max_new_tokens=tokens,
            do_sample=False,
            num_beams=1,
            temperature=None,
            top_p=None,
            top_k=None,
            pad_token_id=self._tokenizer.pad_token_id or self._tokenizer.eos_token_id,
            logits_processor=LogitsProcessorList([form]),
            stopping_criteria=StoppingCriteriaList([MaxTimeCriteria(left_s)]),
        )
        own = output[0][form.began :].tolist()
        if time.monotonic() >= until_s and own[-1] != self._tokenizer.eos_token_id:
            raise NoAnswerError("timeout", "the model is too slow")
        text: str = self._tokenizer.decode(own, skip_special_tokens=True)
        return text

    def _prompt(self, messages: Sequence[Message]) -> Any:
        """Token ids as the model wants them: by its chat template, or all in one text."""
        if self._tokenizer.chat_template:
            return self._tokenizer.apply_chat_template(
                list(messages),
                add_generation_prompt=True,
                return_tensors="pt",
                return_dict=True,
            )
        text = "\n\n".join(one["content"] for one in messages)
        return self._tokenizer(text, return_tensors="pt")


_SPACES: Any = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
"""As the prompt's example writes JSON. Free to choose, a weak model writes blanks for ever."""


class _Form(LogitsProcessor):
    """Lets through only tokens that keep the answer on its way to fitting the schema."""

    def __init__(self, grammar: Any, schema: Schema) -> None:
        rules = LLMatcher.grammar_from_json_schema(json.dumps(dict(schema)), defaults=_SPACES)
        self._matcher = LLMatcher(grammar, rules)
        self.began = -1
        """Tokens before the answer: of the prompt, or one that a decoder starts with."""
        self._read = 0

    def __call__(self, ids: torch.LongTensor, scores: torch.FloatTensor) -> torch.Tensor:
        """``ids`` (1, tokens), ``scores`` (1, vocabulary)."""
        row = ids[0].tolist()
        if self.began < 0:
            self.began = self._read = len(row)
        self._matcher.consume_tokens(row[self._read :])
        self._read = len(row)
        allowed = np.frombuffer(self._matcher.compute_bitmask(), dtype=np.uint8)
        bits = torch.from_numpy(np.unpackbits(allowed, bitorder="little").astype(bool))
        closed = torch.ones(scores.shape[-1], dtype=torch.bool)
        width = min(len(bits), len(closed))
        closed[:width] = ~bits[:width]
        return scores.masked_fill(closed.to(scores.device), float("-inf"))
