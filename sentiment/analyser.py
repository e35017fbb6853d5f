"""One call followed: every customer's final becomes a reading, and rules become alerts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from statistics import fmean

from copilot.events import Alert, CallStarted, Emotion, Evidence, Line, Signal, Transcript
from copilot.signals import AudioChunk
from sentiment.context import AMOUNTS, JAPANESE, Context
from sentiment.fusion import Belief, Course, gratitude_push, strain_pushes, voice_push
from sentiment.moment import Moment
from sentiment.mood import Mood
from sentiment.reading import Reader
from sentiment.rules import Rules
from sentiment.turns import Timing, Turn, Turns, is_backchannel
from sentiment.voice import VoiceMeter
from sentiment.watch import Watch

_COMPLAINT = 0.4
"""Frustration in words from which a turn counts as a complaint."""
_STILL_UPSET = 0.3
"""Probability below which the mood has been better, and a row of complaints ends."""
_MOVED = 0.01
"""Least change of the probability that is worth naming."""


class CallAnalyser:
    """Implements ``copilot.ports.Analyser``. One reading of one to four short texts per
    customer's final; raises what its reader raises."""

    def __init__(self, started: CallStarted, *, reader: Reader, rules: Rules) -> None:
        self._started = started
        self._reader = reader
        self._watch = Watch(rules, started)
        self._voice = VoiceMeter(started)
        self._turns = Turns()
        self._timing = Timing()
        self._context = Context()
        self._course = Course()
        self._mood = Mood()
        self._last: Transcript | None = None
        self._jump_told_at: int | None = None
        """Number of the turn whose jump became an alert."""

    def listen(self, chunk: AudioChunk) -> list[Line]:
        return self._voice.listen(chunk)

    def observe(self, line: Line) -> list[Alert]:
        """Alerts about a silence that goes on. Before the first words there is no
        conversation to fall silent. Talking over waits for words: sound alone does not
        tell it from "I see"."""
        silence_s = self._timing.silence_now_s(line)
        if self._last is None:
            return []
        alerts = self._watch.feed(
            Moment(
                at_s=line.at_s,
                language=self._language(self._last),
                measures={"call_s": line.at_s, "silence_s": silence_s},
                evidence=(_evidence(self._last),),
                speaker=line.speaker,
            )
        )
        self._note_silence(alerts, line.at_s)
        return alerts

    def feed(self, transcript: Transcript) -> list[Emotion | Alert]:
        """The reading of a customer's final, then the alerts that follow from any final.

        Partials and empty finals tell nothing yet.
        """
        if not transcript.final or not transcript.text.strip():
            return []
        self._last = transcript
        measures = {
            "call_s": _now_s(transcript),
            "silence_s": self._timing.silence_before_s(transcript),
            "overlap_s": self._timing.add(transcript),
        }
        if transcript.speaker == "agent":
            self._turns.agent_spoke()
            self._context.agent_said(transcript.text)
            return [*self._alerts(transcript, measures)]
        if is_backchannel(transcript.text):
            return [self._unchanged(transcript), *self._alerts(transcript, measures)]
        turn, emotion = self._read(transcript)
        measures |= self._measures(turn)
        return [emotion, *self._alerts(transcript, measures, turn, emotion.signals)]

    def finish(self, at_s: float) -> list[Alert]:
        """Alerts about phrases that were never said."""
        if self._last is None:
            return []
        return self._watch.feed(
            Moment(
                at_s=at_s,
                language=self._language(self._last),
                measures={"call_s": at_s},
                evidence=(_evidence(self._last),),
                ended=True,
            )
        )

    # Readings -------------------------------------------------------------------------

    def _read(self, final: Transcript) -> tuple[Turn, Emotion]:
        turn = self._turns.place(final)
        new_turn = len(turn.utterances) == 1
        texts = [final.text] if new_turn else [final.text, turn.joined]
        spoken = len(texts)
        texts += self._watch.clauses(final.text, final.speaker)
        read = self._reader.read(texts)
        reading = turn.grow(read[0], read[spoken - 1], read[spoken:])
        self._context.customer_said(final.text, act=reading.act)
        if new_turn:
            self._course.begin_turn()
        self._hear(turn, final)
        turn.pushes = {
            **strain_pushes(self._context.measures, reading),
            "gratitude": gratitude_push(reading.gratitude),
            **({"voice": voice_push(turn.voice.anger)} if turn.voice else {}),
        }
        turn.belief = self._course.settle(reading, turn.pushes.values())
        self._mood.add(
            turn.frustration, turn.belief.probability, reading.gratitude, new_turn=new_turn
        )
        moved = [name for name in turn.pushes if abs(self._moved_by(name, turn)) >= _MOVED]
        return turn, Emotion(
            call_id=final.call_id,
            at_s=_now_s(final),
            utterance_id=final.utterance_id,
            speaker=final.speaker,
            frustration=round(turn.frustration, 3),
            probability=round(turn.belief.probability, 3),
            valence=round(read[0].valence, 3),
            arousal=round(max(read[0].anger, turn.voice.anger if turn.voice else 0.0), 3),
            trend=self._mood.trend,
            recovered=self._mood.recovered,
            act=reading.act,
            signals=self._signals(turn, moved),
            source="both" if "voice" in moved else "text",
        )

    def _hear(self, turn: Turn, final: Transcript) -> None:
        """The angriest piece is how a turn sounds. A voice that is not known yet, or too
        short to be judged, does not count."""
        if final.speaker not in self._started.channels:
            return
        voice = self._voice.measure(final.speaker, final.start_s, final.end_s)
        if voice and voice.reliable and (not turn.voice or voice.anger > turn.voice.anger):
            turn.voice = voice

    def _unchanged(self, final: Transcript) -> Emotion:
        last = self._turns.all[-1].belief if self._turns.all else Belief(levels=(1, 0, 0, 0))
        return Emotion(
            call_id=final.call_id,
            at_s=_now_s(final),
            utterance_id=final.utterance_id,
            speaker=final.speaker,
            frustration=round(last.frustration, 3),
            probability=round(last.probability, 3),
            trend=self._mood.trend,
            recovered=self._mood.recovered,
            act="backchannel",
        )

    def _signals(self, turn: Turn, moved: Sequence[str]) -> tuple[Signal, ...]:
        """What the reading rests on, against what is usual for this caller; ``moved`` are
        the pushes that changed it."""
        earlier = self._turns.all[:-1]
        signals = [
            _signal("frustration", turn.frustration, [t.frustration for t in earlier]),
            _signal(
                "probability",
                turn.belief.probability,
                [t.belief.probability for t in earlier],
            ),
            _signal("words", turn.words, [t.words for t in earlier]),
        ]
        if earlier:
            rise = turn.frustration - earlier[-1].frustration
            signals.append(_signal("rise", rise, [0.0]))
        known = {**self._context.measures, "gratitude": turn.reading.gratitude}
        for name in moved:
            if name == "voice" and turn.voice:
                signals += [_signal("voice", turn.voice.anger, [0.0]), *turn.voice.signals]
                continue
            told = [one for one in (name, AMOUNTS.get(name)) if one in known]
            signals += [_signal(one, known[one], [0.0]) for one in told]
        return tuple(signals)

    def _moved_by(self, name: str, turn: Turn) -> float:
        """By how much the probability is higher for one of the turn's pushes."""
        others = [push for other, push in turn.pushes.items() if other != name]
        without = self._course.would_be(turn.reading, others)
        return turn.belief.probability - without.probability

    # Rules ----------------------------------------------------------------------------

    def _alerts(
        self,
        final: Transcript,
        measures: dict[str, float],
        turn: Turn | None = None,
        signals: tuple[Signal, ...] = (),
    ) -> list[Alert]:
        alerts = self._watch.feed(
            Moment(
                at_s=_now_s(final),
                language=self._language(final),
                final=final,
                turn=len(self._turns.all) - 1 if turn else None,
                text=turn.text if turn else final.text,
                measures=self._context.measures | measures,
                signals=signals,
                evidence=tuple(map(_evidence, turn.utterances if turn else [final])),
                trend=self._mood.trend,
                speaker=final.speaker,
            )
        )
        self._note_silence(alerts, final.start_s)
        if turn and any(alert.kind == "frustration_spike" for alert in alerts):
            self._jump_told_at = len(self._turns.all) - 1
        return alerts

    def _note_silence(self, alerts: list[Alert], at_s: float) -> None:
        if any(alert.kind == "long_silence" for alert in alerts):
            self._timing.silence_told(at_s)

    def _measures(self, turn: Turn) -> dict[str, float]:
        reading, belief = turn.reading, turn.belief
        measures = {
            "frustration": belief.frustration,
            "probability": belief.probability,
            "spike": belief.jump
            if self._jump_told_at == len(self._turns.all) - 2
            else belief.spike,
            "sustained": belief.sustained,
            "words": turn.words,
            "valence": reading.valence,
            "gratitude": reading.gratitude,
            "churn": reading.churn,
            "escalation": reading.escalation,
            "complaints_in_row": float(self._complaints_in_row()),
        }
        if turn.voice:
            measures["voice"] = turn.voice.anger
        measures |= {f"harassment_{name}": p for name, p in reading.harassment.items()}
        if len(self._turns.all) > 1:
            previous = self._turns.all[-2].frustration
            measures |= {"previous": previous, "rise": belief.frustration - previous}
        return measures

    def _complaints_in_row(self) -> int:
        """Turns with words of complaint since the mood last was better. A number given
        coldly between two complaints does not count, and does not break the row."""
        unbroken = takewhile(
            lambda turn: turn.belief.probability >= _STILL_UPSET, reversed(self._turns.all)
        )
        complaints = [turn.words >= _COMPLAINT for turn in unbroken]
        return sum(complaints) if complaints and complaints[0] else 0

    def _language(self, final: Transcript) -> str:
        for tag in (self._started.language, final.language):
            if tag not in ("", "auto"):
                return tag.split("-")[0].lower()
        return "ja" if JAPANESE.search(final.text) else "en"


def _signal(name: str, value: float, usual: list[float]) -> Signal:
    return Signal(
        name=name,
        value=round(value, 3),
        baseline=round(fmean(usual), 3) if usual else None,
    )


def _evidence(final: Transcript) -> Evidence:
    return Evidence(utterance_id=final.utterance_id, quote=final.text, start_s=final.start_s)


def _now_s(final: Transcript) -> float:
    return max(final.at_s, final.end_s)
