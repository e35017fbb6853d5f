"""One call followed: every customer's final becomes a reading, and rules become alerts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

from copilot.events import Alert, CallStarted, Emotion, Evidence, Line, Signal, Transcript
from copilot.ports import TextEncoder
from copilot.signals import AudioChunk
from sentiment.heads import Heads, features_of
from sentiment.lexicon import cues_in
from sentiment.moment import Moment
from sentiment.mood import Mood
from sentiment.reading import Reading
from sentiment.rules import Rules
from sentiment.turns import Timing, Turn, Turns, is_backchannel
from sentiment.watch import Watch

_STRAINS = ("repeated_contact", "long_wait")
_JAPANESE = re.compile(r"[぀-ヿ一-鿿]")
_PIECE_COUNTS = 0.85
_RELIEVED = 0.5
"""Valence from which words are relief."""


class CallAnalyser:
    """Implements ``copilot.ports.Analyser``. Blocking: one encoding per final, more for a turn
    in pieces or with a request in it."""

    def __init__(
        self, started: CallStarted, *, encoder: TextEncoder, heads: Heads, rules: Rules
    ) -> None:
        self._started = started
        self._encoder = encoder
        self._heads = heads
        self._watch = Watch(rules, started)
        self._turns = Turns()
        self._timing = Timing()
        self._mood = Mood()
        self._strains: Counter[str] = Counter()
        self._last: Transcript | None = None

    def listen(self, chunk: AudioChunk) -> list[Line]:
        return []

    def observe(self, line: Line) -> list[Alert]:
        return []

    def feed(self, transcript: Transcript) -> list[Emotion | Alert]:
        """The reading of a customer's final, then the alerts that follow from any final.

        Partials and empty finals tell nothing yet.
        """
        if not transcript.final or not transcript.text.strip():
            return []
        self._last = transcript
        silence_s = self._timing.silence_before_s(transcript)
        overlap_s = self._timing.add(transcript)
        readings: list[Emotion] = []
        turn: Turn | None = None
        if transcript.speaker == "agent":
            self._turns.agent_spoke()
        elif is_backchannel(transcript.text):
            readings = [self._unchanged(transcript)]
        else:
            turn, reading = self._read(transcript)
            readings = [reading]
        moment = self._moment(transcript, turn, silence_s, overlap_s)
        return [*readings, *self._watch.feed(replace(moment, signals=_signals_of(readings)))]

    def finish(self, at_s: float) -> list[Alert]:
        """Alerts about phrases that were never said."""
        if self._last is None:
            return []
        last = self._last
        moment = Moment(
            at_s=at_s,
            language=self._language(last),
            measures={"call_s": at_s},
            evidence=_quotes([last]),
            speaker=last.speaker,
            ended=True,
        )
        return self._watch.feed(moment)

    def _moment(
        self, final: Transcript, turn: Turn | None, silence_s: float, overlap_s: float
    ) -> Moment:
        now_s = _now_s(final)
        measures = {"call_s": now_s, "silence_s": silence_s, "overlap_s": overlap_s}
        if turn is not None:
            measures |= {
                "frustration": turn.frustration,
                "words": turn.words,
                "churn": turn.churn,
                "escalation": turn.escalation,
            }
            if len(self._turns.all) > 1:
                before = self._turns.all[-2].frustration
                measures |= {"previous": before, "rise": turn.frustration - before}
        return Moment(
            at_s=now_s,
            language=self._language(final),
            final=final,
            turn=len(self._turns.all) - 1 if turn else None,
            text=turn.text if turn else final.text,
            measures=measures,
            evidence=_quotes(turn.utterances if turn else [final]),
            speaker=final.speaker,
        )

    # Readings -------------------------------------------------------------------------

    def _read(self, final: Transcript) -> tuple[Turn, Emotion]:
        turn = self._turns.place(final)
        earlier = self._turns.all[:-1]
        texts = [final.text] if len(turn.utterances) == 1 else [final.text, turn.joined]
        texts += self._watch.clauses(final.text, final.speaker)
        read = self._heads.read(features_of(texts, self._encoder))
        self._grow(turn, read)
        turn.frustration = self._mood.fuse(
            turn.words,
            earlier[-1].frustration if earlier else 0.0,
            strains=len(self._strains),
            relief=read[0].valence >= _RELIEVED,
        )
        cues = cues_in(final.text)
        self._strains.update(cue for cue in _STRAINS if cue in cues)
        trend = self._mood.add(turn.frustration, new_turn=len(turn.utterances) == 1)
        return turn, Emotion(
            call_id=final.call_id,
            at_s=_now_s(final),
            utterance_id=final.utterance_id,
            speaker=final.speaker,
            frustration=round(turn.frustration, 3),
            valence=round(read[0].valence, 3),
            arousal=round(read[0].anger, 3),
            trend=trend,
            signals=self._signals(turn, earlier),
        )

    @staticmethod
    def _grow(turn: Turn, read: list[Reading]) -> None:
        """A cut piece may mislead: what the pieces say together counts more. Requests are
        heard in whatever says them plainly."""
        piece, whole = read[0], read[min(len(turn.utterances), 2) - 1]
        pieces = max(turn.words, piece.frustration)
        turn.words = max(whole.frustration, _PIECE_COUNTS * pieces)
        turn.churn = max(turn.churn, *(reading.churn for reading in read))
        turn.escalation = max(turn.escalation, *(reading.escalation for reading in read))

    def _unchanged(self, final: Transcript) -> Emotion:
        last = self._turns.all[-1] if self._turns.all else None
        return Emotion(
            call_id=final.call_id,
            at_s=_now_s(final),
            utterance_id=final.utterance_id,
            speaker=final.speaker,
            frustration=round(last.frustration, 3) if last else 0.0,
            trend=self._mood.trend,
        )

    def _signals(self, turn: Turn, earlier: list[Turn]) -> tuple[Signal, ...]:
        """What the reading rests on, against what is usual for this caller."""
        signals = [
            Signal(
                name="frustration",
                value=round(turn.frustration, 3),
                baseline=round(fmean(t.frustration for t in earlier), 3) if earlier else None,
            ),
            Signal(
                name="words",
                value=round(turn.words, 3),
                baseline=round(fmean(t.words for t in earlier), 3) if earlier else None,
            ),
        ]
        if earlier:
            before = earlier[-1].frustration
            signals.append(
                Signal(
                    name="rise_over_previous_turn",
                    value=round(turn.frustration - before, 3),
                    baseline=0.0,
                )
            )
        signals += [
            Signal(name=name, value=float(self._strains[name]), baseline=0.0)
            for name in _STRAINS
            if self._strains[name]
        ]
        return tuple(signals)

    def _language(self, final: Transcript) -> str:
        for tag in (self._started.language, final.language):
            if tag not in ("", "auto"):
                return tag.split("-")[0].lower()
        return "ja" if _JAPANESE.search(final.text) else "en"


def _quotes(finals: Sequence[Transcript]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(utterance_id=final.utterance_id, quote=final.text, start_s=final.start_s)
        for final in finals
    )


def _signals_of(readings: Sequence[Emotion]) -> tuple[Signal, ...]:
    return readings[0].signals if readings else ()


def _now_s(final: Transcript) -> float:
    return max(final.at_s, final.end_s)
