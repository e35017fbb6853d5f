"""Turns and timing of a call, from its finals as they come.

A recogniser may cut one turn of a customer into pieces. Pieces with no operator's words
between them, seconds apart, are one turn: rules count turns, never pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from copilot.event_values import HarassmentType
from copilot.events import Line, Speaker, Transcript
from sentiment.encoder import plain
from sentiment.fusion import NOTHING, Belief
from sentiment.reading import LEVELS, Reading
from sentiment.voice import Voice

TURN_PAUSE_S = 5.0
"""A longer pause starts a new turn although nobody else spoke."""
JOINED_CHARACTERS = 160
"""Of a long turn, its end is read once more as a whole; bounds the time of a reading."""
PIECE_COUNTS = 0.85
"""Weight of a piece of a turn against the turn as a whole."""

_FILLED = re.compile(
    # Atomic and possessive: a long row of fillers must not be tried in every split.
    r"(?>\b(?:u+h+|u+m+|m+|h+m+|huh|yes|yeah|yep|yup|right|okay|ok|sure|i see|got it|oh|ah"
    r"|alright|all right|go ahead|please|no|nope|well|so|fine)\b"
    r"|はい|ええと?|えっと|えー|うー*ん|うん|ああ|あー|あっ|あ|へえ|ほう|んー|ん"
    r"|(?:よろしく)?(?:お願い|おねがい|頼み|頼む|たのみ|たのむ)(?:いた|致)?(?:します|ます|ね|よ|わ)*"
    r"|なるほど|そうですか|そうですね|そうです|そうか|そうね|そう|そっか|わかりました|ねえ?"
    r"|[\s,.、。ー-])++"
)


@dataclass(slots=True, kw_only=True)
class Turn:
    """A customer's turn so far, and what was read from it."""

    speaker: Speaker
    utterances: list[Transcript] = field(default_factory=list)
    end_s: float = 0.0
    reading: Reading = Reading(levels=(0.0,) * LEVELS)
    """What its words alone tell."""
    pushes: dict[str, float] = field(default_factory=dict)
    """What beside the words moved its belief, see ``sentiment.fusion``."""
    voice: Voice | None = None
    """How it sounds against this caller's usual voice, where that can be told."""
    belief: Belief = NOTHING
    """Its level within the call."""

    @property
    def text(self) -> str:
        return " ".join(utterance.text for utterance in self.utterances)

    @property
    def words(self) -> float:
        """Frustration in its words alone."""
        return self.reading.frustration

    @property
    def frustration(self) -> float:
        """Frustration within the call."""
        return self.belief.frustration

    @property
    def joined(self) -> str:
        """What the pieces say together: the end of the turn."""
        return self.text[-JOINED_CHARACTERS:]

    def grow(self, piece: Reading, whole: Reading, requests: Sequence[Reading]) -> Reading:
        """Takes in one more piece: what was read from it, from the turn so far, and from
        clauses of it that may hold a request.

        A cut piece may mislead: what the pieces say together counts more. Requests are
        heard in whatever says them plainly.
        """
        told = [self.reading, piece, whole, *requests]
        pieces = [max(pair) for pair in zip(piece.levels, self.reading.levels, strict=True)]
        self.reading = replace(
            whole,
            levels=tuple(
                max(both, PIECE_COUNTS * part)
                for both, part in zip(whole.levels, pieces, strict=True)
            ),
            churn=max(reading.churn for reading in told),
            escalation=max(reading.escalation for reading in told),
            harassment=_most(reading.harassment for reading in told),
        )
        return self.reading


def is_backchannel(text: str) -> bool:
    """Whether the text only says "I am listening". A question or cry never does."""
    return bool(_FILLED.fullmatch(plain(text).lower()))


def _most(read: Iterable[Mapping[HarassmentType, float]]) -> dict[HarassmentType, float]:
    """The greatest probability of each type."""
    most: dict[HarassmentType, float] = {}
    for types in read:
        for name, probability in types.items():
            most[name] = max(probability, most.get(name, 0.0))
    return most


class Turns:
    """Groups customers' finals into turns."""

    def __init__(self) -> None:
        self.all: list[Turn] = []
        """Turns that count: backchannels are left out."""
        self._interrupted = True

    def agent_spoke(self) -> None:
        self._interrupted = True

    def place(self, final: Transcript) -> Turn:
        """The turn that this final of a customer starts or goes on with."""
        last = self.all[-1] if self.all else None
        goes_on = (
            last is not None
            and not self._interrupted
            and last.speaker == final.speaker
            and final.start_s - last.end_s <= TURN_PAUSE_S
        )
        turn = last if goes_on and last is not None else Turn(speaker=final.speaker)
        if turn is not last:
            self.all.append(turn)
        turn.utterances.append(final)
        turn.end_s = max(turn.end_s, final.end_s)
        self._interrupted = False
        return turn


class Timing:
    """Silence and talking over, from the times of finals of both legs and from lines."""

    def __init__(self) -> None:
        self._heard_until_s = 0.0
        self._last: dict[Speaker, Transcript] = {}
        self._silent_s: dict[Speaker, float] = {}
        self._told_s: float | None = None

    def silence_told(self, at_s: float) -> None:
        """The silence that was heard up to here has become an alert: it is news no more."""
        self._told_s = at_s

    def silence_now_s(self, line: Line) -> float:
        """Seconds since anybody spoke, by the newest lines of all legs; 0 when told."""
        self._silent_s[line.speaker] = line.silence_s
        return self._untold(line.at_s, min(self._silent_s.values()))

    def silence_before_s(self, final: Transcript) -> float:
        """Seconds without speech before this final, 0 when told; read it before ``add``."""
        return self._untold(final.start_s, max(0.0, final.start_s - self._heard_until_s))

    def _untold(self, until_s: float, silence_s: float) -> float:
        told = self._told_s is not None and until_s - silence_s < self._told_s <= until_s
        return 0.0 if told else silence_s

    def add(self, final: Transcript) -> float:
        """Seconds by which the operator cut into the customer's words, judged when the
        later of the two finals comes; 0 where he did not, or only said "I see"."""
        self._heard_until_s = max(self._heard_until_s, final.end_s)
        self._last[final.speaker] = final
        customer, agent = self._last.get("customer"), self._last.get("agent")
        if customer is None or agent is None or is_backchannel(agent.text):
            return 0.0
        if not customer.start_s < agent.start_s < customer.end_s:
            return 0.0
        return min(customer.end_s, agent.end_s) - agent.start_s
