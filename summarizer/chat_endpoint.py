"""A language model behind OpenAI's chat endpoint: vLLM, llama.cpp, Ollama, transformers serve.

One answer is one ``POST {url}/chat/completions``. It is constrained to a JSON schema where the
server knows how; what it does know is found out once.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

import httpx

from copilot.events import Fallback
from summarizer.chat import Message, NoAnswerError, Schema, tokens_at_most

__all__ = ["ChatEndpoint"]


AT_ONCE = 4
"""Servers batch: more answers at a time are hardly slower."""
ANSWER_BYTES = 262_144
NOT_SO = frozenset({400, 415, 422, 501})
"""Answers of a server that does not know the format asked for, among other reasons."""
BUSY = frozenset({408, 425, 429})
FORMATS = ("json_schema", "json_object", "")
"""From the one that constrains most; the last asks in words only, with no parameter that a
server might not know."""


class ChatEndpoint:
    """Implements ``summarizer.chat.ChatModel``."""

    at_once = AT_ONCE

    def __init__(self, url: str, *, model: str, window_tokens: int, key: str = "") -> None:
        """``url`` ends before ``/chat/completions``, usually in ``/v1``."""
        self._url = url.rstrip("/") + "/chat/completions"
        self._model = model
        self._format = FORMATS[0]
        headers = {"accept-encoding": "identity"}
        if key:
            headers["authorization"] = f"Bearer {key}"
        self._client = httpx.Client(headers=headers)
        self._host = httpx.URL(url).host
        self.window_tokens = window_tokens
        self.name = model

    def tokens(self, text: str) -> int:
        return tokens_at_most(text)

    def complete(
        self, messages: Sequence[Message], schema: Schema, *, tokens: int, limit_s: float
    ) -> str:
        """See ``ChatModel``."""
        until_s = time.monotonic() + limit_s
        question = {"model": self._model, "messages": list(messages)}
        try:
            for wanted in FORMATS[FORMATS.index(self._format) :]:
                limits = _limits(wanted, schema, tokens) if wanted else {}
                status, body = self._posted(question | limits, until_s)
                if status in NOT_SO and wanted:
                    continue
                if status != httpx.codes.OK:
                    raise NoAnswerError(_reason(status), f"{self._host} answered {status}")
                self._format = wanted
                return _content(body)
        except httpx.TimeoutException:
            raise NoAnswerError("timeout", f"{self._host} answers too slowly") from None
        except httpx.HTTPError as error:
            raise NoAnswerError(
                "unreachable", f"{self._host} did not answer: {type(error).__name__}"
            ) from None
        raise AssertionError("the last format is always judged")

    def close(self) -> None:
        self._client.close()

    def _posted(self, question: dict[str, Any], until_s: float) -> tuple[int, bytes]:
        left_s = max(until_s - time.monotonic(), 0.001)
        with self._client.stream("POST", self._url, json=question, timeout=left_s) as response:
            body = b""
            for piece in response.iter_raw():
                body += piece
                if len(body) > ANSWER_BYTES:
                    raise NoAnswerError("bad_json", f"{self._host} answered too much")
                if time.monotonic() > until_s:
                    raise NoAnswerError("timeout", f"{self._host} answers too slowly")
            return response.status_code, body


def _limits(wanted: str, schema: Schema, tokens: int) -> dict[str, Any]:
    form: dict[str, Any] = {"type": wanted}
    if wanted == "json_schema":
        form["json_schema"] = {"name": "note", "strict": True, "schema": dict(schema)}
    return {"temperature": 0, "max_tokens": tokens, "response_format": form}


def _reason(status: int) -> Fallback:
    """Whether somebody may mend it by asking otherwise, or only the server itself can."""
    return "unreachable" if status in BUSY or status >= 500 else "refused"


def _content(body: bytes) -> str:
    try:
        choice = json.loads(body)["choices"][0]
        message, finish = choice["message"], choice.get("finish_reason")
        content, refusal = message.get("content"), message.get("refusal")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise NoAnswerError("bad_json", "the server does not speak OpenAI's dialect") from None
    if refusal or finish == "content_filter":
        raise NoAnswerError("refused", "the model declined")
    if finish == "length" or not isinstance(content, str):
        raise NoAnswerError("bad_json", "the answer is cut off")
    return content
