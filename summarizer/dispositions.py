"""Disposition codes of the centre's own list, learned from the examples that it supplies.

One ridge regression from sentence vectors to codes (Hastie et al., *The Elements of Statistical
Learning*, 4.2): with a handful of examples for each code it needs no tuning, and what it makes
of every example when that one is left out follows in closed form. These left-out readings say
how sure it may be: they set the temperature of the probabilities, and how unlike the examples a
call may sound before none of the codes fits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from copilot.events import Disposition, Event, Summary
from copilot.ports import Summariser, TextEncoder
from summarizer.statements import said_finals

__all__ = ["CodedSummariser", "Dispositions"]

Floats = npt.NDArray[np.float64]

_RIDGE = 0.03
"""Weight of the penalty: flat between .01 and .1 for 3 to 10 examples a code."""
_TEMPERATURES = np.geomspace(1.0, 40.0, 40)
_SHOWN = 0.15
"""Least probability of a code that is worth a person's look."""
_MOST = 3
_OPENING = 3
"""Customer utterances of the reason that are read beside the note."""


class Dispositions:
    """Reads which codes a call deserves. Blocking; serves several threads at once."""

    def __init__(self, examples: Mapping[str, Sequence[str]], encoder: TextEncoder) -> None:
        """``examples``: at least two codes, with at least two utterances or notes each."""
        self._codes = list(examples)
        self._encoder = encoder
        texts = [text for code in self._codes for text in examples[code]]
        labels = np.repeat(
            np.arange(len(self._codes)), [len(examples[code]) for code in self._codes]
        )
        vectors = encoder.encode(texts).astype(np.float64)  # (n, width)
        self._mean = vectors.mean(axis=0)
        rows = self._rows(vectors)
        wanted = np.eye(len(self._codes))[labels]  # (n, codes)
        alike = rows @ rows.T
        solved = np.linalg.inv(alike + _RIDGE * np.eye(len(rows)))
        self._weights = rows.T @ solved @ wanted  # (width + 1, codes)
        hat = alike @ solved
        own = np.diag(hat)[:, None]
        left_out = (hat @ wanted - own * wanted) / (1.0 - own)
        self._temperature = _best_temperature(left_out, labels)
        best = left_out.max(axis=1)
        self._usual, self._spread = float(np.median(best)), max(float(best.std()), 1e-3)

    def of(self, texts: Sequence[str]) -> tuple[Disposition, ...]:
        """The likeliest codes for what ``texts`` tell together, at most three, surest first;
        none where the call sounds like no example. Raises ``ReaderError``."""
        if not texts:
            return ()
        scores = self._rows(self._encoder.encode(texts).astype(np.float64)) @ self._weights
        known = _logistic(1.7 * ((scores.max(axis=1) - self._usual) / self._spread + 1.0))
        shares = _softmax(scores * self._temperature) * known[:, None]
        confidence = shares.mean(axis=0)
        order = np.argsort(-confidence)[:_MOST]
        return tuple(
            Disposition(code=self._codes[code], confidence=round(float(confidence[code]), 3))
            for code in order
            if confidence[code] >= _SHOWN
        )

    def _rows(self, vectors: Floats) -> Floats:
        """Centred, with a constant column for the intercept."""
        rows: Floats = np.hstack([vectors - self._mean, np.ones((len(vectors), 1))])
        return rows


class CodedSummariser:
    """A summariser whose summaries carry disposition codes."""

    def __init__(self, inner: Summariser, dispositions: Dispositions) -> None:
        self._inner = inner
        self._dispositions = dispositions
        self.name = inner.name

    def summarise(self, events: Sequence[Event]) -> Summary:
        summary = self._inner.summarise(events)
        if summary.state == "unavailable":
            return summary
        found = self._dispositions.of(_telling(summary, events))
        not_stated = tuple(
            name for name in summary.fields.not_stated if name != "disposition" or not found
        )
        return replace(
            summary, fields=replace(summary.fields, disposition=found, not_stated=not_stated)
        )


def _telling(summary: Summary, events: Sequence[Event]) -> list[str]:
    """What says why the customer called: the note's reason, and the words behind it."""
    reason = summary.fields.reason or summary.brief
    cited = {
        utterance
        for sentence in summary.sentences
        if sentence.text in reason
        for utterance in sentence.utterance_ids
    }
    said = [
        final.text
        for final in said_finals(events)
        if final.utterance_id in cited and final.speaker != "agent"
    ]
    return [text for text in (reason, *said[:_OPENING]) if text]


def _best_temperature(left_out: Floats, labels: npt.NDArray[np.intp]) -> float:
    """The one under which the left-out examples are likeliest."""
    rows = np.arange(len(labels))
    likelihood = [
        np.log(_softmax(left_out * temperature)[rows, labels] + 1e-9).mean()
        for temperature in _TEMPERATURES
    ]
    return float(_TEMPERATURES[int(np.argmax(likelihood))])


def _softmax(scores: Floats) -> Floats:
    grown = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = grown / grown.sum(axis=1, keepdims=True)
    return shares


def _logistic(value: Floats) -> Floats:
    grown: Floats = 1.0 / (1.0 + np.exp(-value))
    return grown
