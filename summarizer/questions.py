"""Questions of a call that nobody has answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from copilot.events import Event, Speaker
from summarizer.lexicon import load_lexicon
from summarizer.statements import Statement, read_statements, said_finals

__all__ = ["OpenQuestion", "open_questions"]

_MOST = 5
_NO_ANSWER = ("hold", "backchannel", "greeting", "closing")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    speaker: Speaker
    """Who asked."""
    text: str
    utterance_id: str
    start_s: float


def open_questions(events: Sequence[Event], language: str) -> tuple[OpenQuestion, ...]:
    """The latest of them, in the order of the call.

    A question is open until the other side says something that is neither a question in
    return, nor a filler, nor "one moment please". A question on top of an open one is as
    open as that.
    """
    waiting: list[Statement] = []
    for one in read_statements(said_finals(events), load_lexicon(language)):
        if one.asks and not one.does("hold", "backchannel"):
            # "How may I help you?" is no question, "hello, where is my parcel?" is one.
            if one.role == "customer" or not one.does("greeting", "closing"):
                waiting.append(one)
        elif not one.does(*_NO_ANSWER):
            waiting = [asked for asked in waiting if asked.role == one.role]
    return tuple(
        OpenQuestion(
            speaker=one.role,
            text=one.text,
            utterance_id=one.utterance_id,
            start_s=one.start_s,
        )
        for one in waiting[-_MOST:]
    )
