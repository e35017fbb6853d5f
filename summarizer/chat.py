"""What a summary asks of a language model: one answer, as JSON, in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol, TypedDict

from copilot.events import Fallback

__all__ = ["ChatModel", "Message", "NoAnswerError", "Schema", "tokens_at_most"]

Schema = Mapping[str, Any]
"""A JSON Schema."""


class Message(TypedDict):
    role: Literal["system", "user", "assistant"]
    content: str


class NoAnswerError(Exception):
    """No answer, or none that can be used. The text never holds what was said."""

    def __init__(self, reason: Fallback, message: str) -> None:
        super().__init__(message)
        self.reason: Fallback = reason


class ChatModel(Protocol):
    """Blocking; serves ``at_once`` threads."""

    name: str
    """Of the model, as the summary names its author."""
    at_once: int
    """Answers that it can be asked for at a time."""
    window_tokens: int
    """What it reads and writes at a time, at most."""

    def tokens(self, text: str) -> int:
        """How long a text is to the model; never less than it truly is."""
        ...

    def complete(
        self, messages: Sequence[Message], schema: Schema, *, tokens: int, limit_s: float
    ) -> str:
        """The answer, of at most so many ``tokens``; JSON that fits ``schema`` where the model
        can be held to one, else what it wrote. After ``limit_s`` it is given up.

        Raises ``NoAnswerError``.
        """
        ...

    def close(self) -> None:
        """Nobody asks any more."""
        ...


def tokens_at_most(text: str) -> int:
    """A length that no common tokenizer exceeds: four letters of English make a token on
    average, one of Japanese makes up to one and a half."""
    ascii_count = sum(letter.isascii() for letter in text)
    return ascii_count // 3 + (len(text) - ascii_count) * 3 // 2 + 1
