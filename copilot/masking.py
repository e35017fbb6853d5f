"""Masking of personal data, before anything is stored, shown or logged.

Pure. A secret is replaced by a tag of its kind, ``[card]``; kind and position stay, the
value is gone. Found are cards, My Number, bank accounts, birth dates, phones, mail,
addresses and identity numbers, in digits and as spoken, in Japanese and English. Names and
order, contract or booking numbers stay: those who serve the call need them.

``Masker`` remembers what was asked for: "four four one one" after "your card number?" is a
card, after "which order?" it is not. It also joins what came in pieces: once "1111 1111"
shows that "4111 1111" was half a card, the earlier final is mended by ``Redacted``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from copilot.events import Redacted, Span, Transcript, Word
from copilot.personal_data import (
    asks_for_work,
    find_secrets,
    is_question,
    joint_kind,
    kinds_named,
)
from copilot.spoken import DigitRun, digit_runs

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A final that ends in digits: perhaps part of a secret."""

    utterance_id: str
    run: DigitRun
    before: str
    shown: Span | None
    """Where the digits stand in the masked text; ``None`` where they are masked already."""


class Masker:
    """Masks one call, with the memory of what was asked for and what came in pieces."""

    REPLIES = 3
    """Turns for which a question for a secret stays open: numbers come in pieces."""
    PIECES = 5
    """A card is read in four, and one may be said again."""

    def __init__(self) -> None:
        self._asked: frozenset[str] = frozenset()
        self._replies_left = 0
        self._pieces: dict[str, list[_Piece]] = {}
        """By speaker, oldest first."""
        self._work_asked = False

    def feed(self, transcript: Transcript) -> Transcript:
        """The transcript without secrets, words included. Feed every revision in order."""
        return self.hear(transcript)[0]

    def hear(self, transcript: Transcript) -> tuple[Transcript, list[Redacted]]:
        """As ``feed``, with what earlier finals lose now that this one tells what they were
        part of. Their spans count characters of the text that ``feed`` gave back."""
        text = transcript.text
        spans = find_secrets(text, transcript.language, asked=self._asked)
        pieces = self._pieces.get(transcript.speaker, [])
        spans, mended = self._joined(transcript, spans, pieces)
        if not transcript.final:
            mended = []
            spans = _hold_back(text, spans, expected=bool(self._asked or pieces))
        else:
            self._collect(transcript, spans)
            self._remember(transcript, spans)
        redactions = [
            Redacted(
                call_id=transcript.call_id,
                at_s=transcript.at_s,
                utterance_id=piece.utterance_id,
                spans=(replace(piece.shown, kind=kind),),
            )
            for piece, kind in mended
            if piece.shown is not None
        ]
        if not spans:
            return transcript, redactions
        masked = replace(
            transcript,
            text=redact(text, spans),
            words=_mask_words(text, transcript.words, spans),
        )
        return masked, redactions

    def _joined(
        self, transcript: Transcript, spans: list[Span], pieces: Sequence[_Piece]
    ) -> tuple[list[Span], list[tuple[_Piece, str]]]:
        """``spans`` with the digits at the start, where they end a secret that began in
        ``pieces``, and those pieces with the kind."""
        run = _run_at_start(transcript.text)
        if run is None:
            return spans, []
        for first in range(len(pieces)):
            chain = pieces[first:]
            runs = [*(piece.run for piece in chain), run]
            kind = joint_kind(runs, chain[0].before, transcript.language, self._asked)
            if kind is None:
                continue
            if all(run.end <= span.start or span.end <= run.start for span in spans):
                spans = sorted(
                    [*spans, Span(start=run.start, end=run.end, kind=kind)],
                    key=lambda span: span.start,
                )
            return spans, [(piece, kind) for piece in chain]
        return spans, []

    def _collect(self, transcript: Transcript, spans: Sequence[Span]) -> None:
        """Remembers the digits at the end, or forgets what the speaker went on from."""
        text = transcript.text
        if transcript.speaker != "customer" and is_question(text):
            self._work_asked = asks_for_work(text)
        if self._work_asked:
            self._pieces.clear()
            return
        run = _run_at_end(text)
        if run is None:
            if len(text) > _LONGEST_AROUND:
                self._pieces.pop(transcript.speaker, None)
            return
        if _run_at_start(text) is None:
            self._pieces.pop(transcript.speaker, None)
        masked = any(run.start < span.end and span.start < run.end for span in spans)
        shift = sum(
            len(span.kind) + 2 - (span.end - span.start)
            for span in spans
            if span.end <= run.start
        )
        shown = Span(start=run.start + shift, end=run.end + shift, kind="number")
        piece = _Piece(
            utterance_id=transcript.utterance_id,
            run=run,
            before=text[: run.start],
            shown=None if masked else shown,
        )
        pieces = [*self._pieces.get(transcript.speaker, []), piece]
        self._pieces[transcript.speaker] = pieces[-self.PIECES :]

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


_LONGEST_AROUND = 12
"""Characters beside the digits of a piece: "and then", 続きまして、"""


def _run_at_start(text: str) -> DigitRun | None:
    runs = digit_runs(text, least_kana=2)
    near = runs and runs[0].start <= _LONGEST_AROUND and len(runs[0].digits) >= 2
    return runs[0] if near else None


def _run_at_end(text: str) -> DigitRun | None:
    runs = digit_runs(text, least_kana=2)
    near = runs and len(text) - runs[-1].end <= _LONGEST_AROUND and len(runs[-1].digits) >= 2
    return runs[-1] if near else None


def _hold_back(text: str, spans: list[Span], *, expected: bool) -> list[Span]:
    """Also hides digits at the end of a partial that may still grow into a secret."""
    for run in digit_runs(text):
        growing = not text[run.end :].strip(" .,。、-") and len(run.digits) >= (
            1 if expected else 5
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
