"""One call followed: every customer's final becomes a reading, and rules become alerts."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import takewhile
from statistics import fmean
from typing import assert_never

from copilot.events import Alert, CallStarted, Emotion, Evidence, Line, Signal, Transcript
from copilot.ports import TextEncoder
from copilot.signals import AudioChunk
from sentiment.conditions import (
    Intent,
    LongCall,
    Missing,
    Overlap,
    Rise,
    Said,
    Silence,
    Sustained,
)
from sentiment.heads import Heads, features_of
from sentiment.lexicon import cues_in
from sentiment.mood import Mood
from sentiment.reading import Reading
from sentiment.rules import Rule, Rules
from sentiment.turns import Timing, Turn, Turns, is_backchannel

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
        self._rules = rules
        self._turns = Turns()
        self._timing = Timing()
        self._mood = Mood()
        self._strains: Counter[str] = Counter()
        self._utterances: Counter[str] = Counter()
        self._said: set[str] = set()
        self._overlaps_s: list[float] = []
        self._fired: dict[str, list[float]] = {}
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
        self._utterances[transcript.speaker] += 1
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
        moment = _Moment(
            final=transcript,
            turn=turn,
            silence_s=silence_s,
            overlap_s=overlap_s,
            signals=readings[0].signals if readings else (),
        )
        self._remember(moment)
        alerts = [
            self._alert(rule, moment) for rule in self._rules if self._fires(rule, moment)
        ]
        return [*readings, *alerts]

    def finish(self, at_s: float) -> list[Alert]:
        """Alerts about phrases that were never said."""
        if self._last is None:
            return []
        moment = _Moment(final=self._last)
        return [
            self._alert(rule, moment, at_s=at_s)
            for rule in self._rules
            if self._never_said(rule, at_s)
        ]

    # Readings -------------------------------------------------------------------------

    def _read(self, final: Transcript) -> tuple[Turn, Emotion]:
        turn = self._turns.place(final)
        earlier = self._turns.all[:-1]
        texts = [final.text] if len(turn.utterances) == 1 else [final.text, turn.joined]
        texts += self._requests(final.text)
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

    def _requests(self, text: str) -> list[str]:
        """Clauses with the phrase of a request. In a long turn the rest of the words drowns
        them, so they are read alone too."""
        intents = [rule for rule in self._rules if isinstance(rule.condition, Intent)]
        clauses = [rule.phrases.clause_in(text) for rule in intents]
        return [clause for clause in clauses if clause]

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

    # Rules ----------------------------------------------------------------------------

    def _remember(self, moment: _Moment) -> None:
        """What later finals, or the end of the call, are judged by."""
        final = moment.final
        self._overlaps_s.append(moment.overlap_s)
        self._said.update(
            rule.id
            for rule in self._rules
            if isinstance(rule.condition, Missing)
            and final.speaker in rule.speakers
            and rule.phrases.said_in(final.text)
        )

    def _fires(self, rule: Rule, moment: _Moment) -> bool:
        final = moment.final
        if final.speaker not in rule.speakers:
            return False
        if not self._holds(rule, moment):
            return False
        times = self._fired.get(rule.id, [])
        rested = not times or _now_s(final) - times[-1] >= rule.cool_down_s
        return rested and len(times) < rule.cap_per_call

    def _holds(self, rule: Rule, moment: _Moment) -> bool:
        final, turn = moment.final, moment.turn
        match rule.condition:
            case Rise() as rise:
                return turn is not None and self._rises(rise, turn)
            case Sustained() as sustained:
                return turn is not None and self._lasts(sustained)
            case Intent() as intent:
                return turn is not None and _intends(intent, rule, turn)
            case Said():
                return rule.phrases.said_in(final.text)
            case Missing():
                return False  # The end of the call decides.
            case Silence(silence_at_least_s=limit_s):
                return moment.silence_s >= limit_s
            case Overlap(overlap_at_least_s=limit_s, times=times):
                cut = [overlap_s for overlap_s in self._overlaps_s if overlap_s >= limit_s]
                return moment.overlap_s >= limit_s and len(cut) >= times
            case LongCall(call_at_least_s=limit_s):
                return _now_s(final) >= limit_s
            case _:
                assert_never(rule.condition)

    def _rises(self, rise: Rise, turn: Turn) -> bool:
        if len(self._turns.all) < 2:
            return False
        before = self._turns.all[-2].frustration
        return (
            turn.frustration >= rise.frustration_at_least
            and before < rise.previous_below
            and turn.frustration - before >= rise.rise_at_least
        )

    def _lasts(self, sustained: Sustained) -> bool:
        unbroken = takewhile(
            lambda turn: turn.frustration >= sustained.frustration_at_least,
            reversed(self._turns.all),
        )
        complaints = [turn.words >= sustained.words_at_least for turn in unbroken]
        return sum(complaints) >= sustained.turns and complaints[0]

    def _never_said(self, rule: Rule, at_s: float) -> bool:
        match rule.condition:
            case Missing(call_at_least_s=limit_s, utterances_at_least=utterances):
                heard = sum(self._utterances[speaker] for speaker in rule.speakers)
                return rule.id not in self._said and at_s >= limit_s and heard >= utterances
            case _:
                return False

    def _alert(self, rule: Rule, moment: _Moment, *, at_s: float | None = None) -> Alert:
        final = moment.final
        now_s = _now_s(final) if at_s is None else at_s
        times = self._fired.setdefault(rule.id, [])
        times.append(now_s)
        language = self._language(final)
        quoted = moment.turn.utterances if moment.turn else [final]
        return Alert(
            call_id=final.call_id,
            at_s=now_s,
            alert_id=f"{final.call_id}-{rule.id}-{len(times)}",
            kind=rule.kind,
            rule=rule.id,
            severity=rule.severity,
            speaker=final.speaker,
            harassment_type=rule.harassment_type,
            message=rule.message.get(language, rule.message["en"]),
            evidence=tuple(
                Evidence(utterance_id=u.utterance_id, quote=u.text, start_s=u.start_s)
                for u in quoted
            ),
            signals=(*moment.signals, *_measured(rule, moment)),
            suggested_step=rule.suggested_step.get(language, rule.suggested_step.get("en")),
        )

    def _language(self, final: Transcript) -> str:
        for tag in (self._started.language, final.language):
            if tag not in ("", "auto"):
                return tag.split("-")[0].lower()
        return "ja" if _JAPANESE.search(final.text) else "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    """What is known when the rules are asked about one final."""

    final: Transcript
    turn: Turn | None = None
    silence_s: float = 0.0
    overlap_s: float = 0.0
    signals: tuple[Signal, ...] = ()


def _intends(intent: Intent, rule: Rule, turn: Turn) -> bool:
    score = turn.churn if rule.kind == "churn_risk" else turn.escalation
    if score >= intent.score_with_phrase_at_least and rule.phrases.said_in(turn.text):
        return True
    return score >= intent.score_at_least and not rule.phrases.excused(turn.text)


def _measured(rule: Rule, moment: _Moment) -> tuple[Signal, ...]:
    """The measurement of the rule's own condition, beside those of the reading."""
    match rule.condition, moment.turn:
        case Silence(silence_at_least_s=limit_s), _:
            return (
                Signal(name="silence_s", value=round(moment.silence_s, 2), baseline=limit_s),
            )
        case Overlap(overlap_at_least_s=limit_s), _:
            return (
                Signal(name="overlap_s", value=round(moment.overlap_s, 2), baseline=limit_s),
            )
        case Intent(), Turn() as turn:
            value = turn.churn if rule.kind == "churn_risk" else turn.escalation
            return (Signal(name=rule.kind, value=round(value, 3), baseline=0.0),)
        case _:
            return ()


def _now_s(final: Transcript) -> float:
    return max(final.at_s, final.end_s)
