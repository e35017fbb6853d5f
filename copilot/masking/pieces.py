"""What came in pieces: digits, or half a mail address, that a later turn may go on with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from copilot.events import Span, Transcript
from copilot.masking.amounts import is_amount
from copilot.masking.digits import DigitRun, digit_runs
from copilot.masking.redaction import redact

__all__ = ["LONGEST_AROUND", "Piece", "is_free", "piece_of", "run_at_end", "run_at_start"]


@dataclass(slots=True, kw_only=True)
class Piece:
    """A final that ends in digits: perhaps part of a secret."""

    utterance_id: str
    run: DigitRun
    before: str
    text: str
    """The utterance as it was told, masked."""
    shown: Span | None
    """Where the digits, or the tag that hides them, stand in it; ``None`` where they are part
    of a longer tag."""
    kind: str | None
    """What hides them already."""


def is_free(start: int, end: int, spans: Sequence[Span]) -> bool:
    return all(end <= span.start or span.end <= start for span in spans)


def piece_of(transcript: Transcript, run: DigitRun, spans: Sequence[Span]) -> Piece:
    """What stands at ``run`` as part of something that may go on."""
    start = run.start + sum(
        len(span.kind) + 2 - (span.end - span.start) for span in spans if span.end <= run.start
    )
    over = next((one for one in spans if one.start < run.end and run.start < one.end), None)
    shown: Span | None = Span(start=start, end=start + run.end - run.start, kind="number")
    if over is not None:
        tag = Span(start=start, end=start + len(over.kind) + 2, kind="number")
        shown = tag if (over.start, over.end) == (run.start, run.end) else None
    return Piece(
        utterance_id=transcript.utterance_id,
        run=run,
        before=transcript.text[: run.start],
        text=redact(transcript.text, spans),
        shown=shown,
        kind=over.kind if over else None,
    )


LONGEST_AROUND = 20
"""Characters beside the digits of a piece: "and then", 続きまして、"""


def run_at_start(text: str) -> DigitRun | None:
    runs = digit_runs(text, least_kana=2)
    near = runs and runs[0].start <= LONGEST_AROUND and len(runs[0].digits) >= 2
    return runs[0] if near else None


def run_at_end(text: str) -> DigitRun | None:
    runs = digit_runs(text, least_kana=2)
    near = runs and len(text) - runs[-1].end <= LONGEST_AROUND and len(runs[-1].digits) >= 2
    return runs[-1] if near and not is_amount(text, runs[-1]) else None
