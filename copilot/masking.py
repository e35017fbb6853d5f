"""Masking of personal data, before anything is stored, shown or logged.

Pure. A secret is replaced by a tag of its kind, ``[card]``; kind and position stay, the
value is gone. Found are cards, My Number, bank accounts, birth dates, phones, mail,
addresses and identity numbers, in digits and as spoken, in Japanese and English. Names and
order, contract or booking numbers stay: those who serve the call need them.

``Masker`` remembers what was asked for: "four four one one" after "your card number?" is a
card, after "which order?" it is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from copilot.events import Span, Transcript, Word
from copilot.personal_data import find_secrets, is_question, kinds_named
from copilot.spoken import digit_runs

__all__ = ["Masker", "mask", "redact"]


def mask(text: str, language: str) -> tuple[str, tuple[Span, ...]]:
    """``text`` with every secret replaced by a tag, and where the secrets stood.

    Spans count characters of the ``text`` given; ``redact(text, spans)`` is the masked
    text. ``language`` is ``ja``, ``en`` ... or empty: the letters tell.
    """
    spans = tuple(find_secrets(text, language, asked=frozenset()))
    return redact(text, spans), spans


def redact(text: str, spans: Iterable[Span]) -> str:
    """``text`` with each span replaced by the tag of its kind."""
    for span in sorted(spans, key=lambda span: span.start, reverse=True):
        text = f"{text[: span.start]}[{span.kind}]{text[span.end :]}"
    return text


class Masker:
    """Masks one call, with the memory of what was asked for."""

    REPLIES = 3
    """Turns for which a question for a secret stays open: numbers come in pieces."""

    def __init__(self) -> None:
        self._asked: frozenset[str] = frozenset()
        self._replies_left = 0

    def feed(self, transcript: Transcript) -> Transcript:
        """The transcript without secrets, words included. Feed every revision in order."""
        spans = find_secrets(transcript.text, transcript.language, asked=self._asked)
        if not transcript.final:
            spans = _hold_back(transcript.text, spans, asked=self._asked)
        else:
            self._remember(transcript, spans)
        if not spans:
            return transcript
        return replace(
            transcript,
            text=redact(transcript.text, spans),
            words=_mask_words(transcript.text, transcript.words, spans),
        )

    def _remember(self, transcript: Transcript, spans: Sequence[Span]) -> None:
        text = transcript.text
        asked = kinds_named(text)
        if transcript.speaker != "customer" and asked and is_question(text):
            self._asked, self._replies_left = asked, self.REPLIES
            return
        if transcript.speaker == "agent" and is_question(text):
            self._asked = frozenset()
            return
        self._replies_left -= 1
        if self._replies_left <= 0:
            self._asked = frozenset()


def _hold_back(text: str, spans: list[Span], *, asked: frozenset[str]) -> list[Span]:
    """Also hides digits at the end of a partial that may still grow into a secret."""
    for run in digit_runs(text):
        growing = not text[run.end :].strip(" .,。、-") and len(run.digits) >= (
            1 if asked else 5
        )
        if growing and all(run.start >= span.end or run.end <= span.start for span in spans):
            spans = [*spans, Span(start=run.start, end=len(text), kind="number")]
    return spans


def _mask_words(
    text: str, words: tuple[Word, ...] | None, spans: Sequence[Span]
) -> tuple[Word, ...] | None:
    """Words with those inside a span replaced by one tag; ``None`` where the words do not
    follow the text, because then no word is known to be clean."""
    if words is None:
        return None
    masked: list[Word] = []
    told: set[Span] = set()
    position = 0
    for word in words:
        start = text.find(word.text.strip(), position)
        if start < 0:
            return None
        end = position = start + len(word.text.strip())
        span = next((span for span in spans if start < span.end and span.start < end), None)
        if span is None:
            masked.append(word)
        elif span in told:
            masked[-1] = replace(masked[-1], end_s=word.end_s)
        else:
            told.add(span)
            masked.append(replace(word, text=f"[{span.kind}]"))
    return tuple(masked)
