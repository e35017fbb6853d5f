"""From the words and voices of one call to readings, alerts and the summary.

Pure and blocking: the live session runs it in a worker thread, but for ``listen`` and
``observe``, which are quick; ``replay`` calls it as it is. Masking comes first, so nothing
behind this door ever sees a secret.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeVar

from copilot.events import (
    Alert,
    CallEnded,
    CallStarted,
    Emotion,
    Event,
    Line,
    Redacted,
    Summary,
    Transcript,
)
from copilot.masking import Masker
from copilot.ports import Analyser, Summariser
from copilot.record import mended, requoted
from copilot.signals import AudioChunk

_Told = TypeVar("_Told", bound=Event)


class Conversation:
    """What is known of one call so far."""

    def __init__(
        self,
        started: CallStarted,
        *,
        analyser: Analyser,
        summariser: Summariser,
        masker: Masker | None = None,
    ) -> None:
        """``masker`` hides less than everything where the centre's policy lets it."""
        self._masker = masker or Masker()
        self._analyser = analyser
        self._summariser = summariser
        self._history: list[Event] = [started]
        self._mended: dict[str, Redacted] = {}
        """By utterance; what an earlier reading remembers of it must not be quoted."""

    @property
    def history(self) -> list[Event]:
        """What is known so far, masked: for a look between two other calls."""
        return list(self._history)

    def listen(self, chunk: AudioChunk) -> list[Line]:
        """How the legs sound now, at most once a second. For the thread that has the samples,
        at any time."""
        return self._analyser.listen(chunk)

    def observe(self, line: Line) -> list[Alert]:
        """Alerts that follow from how a leg sounds, in their order among those of words."""
        found = list(map(self._as_mended, self._analyser.observe(line)))
        self._history += found
        return found

    def hear(self, transcript: Transcript) -> tuple[Transcript, list[Redacted]]:
        """The transcript as it may leave the process, masked; and masks for earlier finals,
        where this one shows that they held the beginning of a secret."""
        masked, redacted = self._masker.hear(transcript)
        if masked.final:
            if redacted:
                self._mended |= {one.utterance_id: one for one in redacted}
                self._history = [self._as_mended(event) for event in self._history]
            self._history += [masked, *redacted]
        return masked, redacted

    def understand(self, final: Transcript) -> list[Emotion | Alert]:
        """Readings and alerts that follow from a masked final."""
        found = list(map(self._as_mended, self._analyser.feed(final)))
        self._history += found
        return found

    def close(self, at_s: float) -> list[Alert]:
        """Alerts about what never happened in the call."""
        found = list(map(self._as_mended, self._analyser.finish(at_s)))
        self._history += found
        return found

    def summarise(self, ended: CallEnded) -> Summary:
        """The draft for the CRM."""
        return self._summariser.summarise([*self._history, ended])

    def _as_mended(self, event: _Told) -> _Told:
        """The event without what a later turn showed to be part of a secret."""
        told: Any = event
        if isinstance(event, Transcript) and event.utterance_id in self._mended:
            told = mended(event, self._mended[event.utterance_id])
        if isinstance(event, Alert):
            for utterance_id, one in self._mended.items():
                told = requoted(told, utterance_id, one.text)
        as_told: _Told = told
        return as_told


class Unfollowed:
    """The ``Analyser`` where nobody's mood is followed."""

    def listen(self, chunk: AudioChunk) -> list[Line]:
        return []

    def observe(self, line: Line) -> list[Alert]:
        return []

    def feed(self, transcript: Transcript) -> list[Emotion | Alert]:
        return []

    def finish(self, at_s: float) -> list[Alert]:
        return []


def no_summary(call_id: str, at_s: float) -> Summary:
    """Says that the models could not make one."""
    return Summary(
        call_id=call_id,
        at_s=at_s,
        version=1,
        state="unavailable",
        why_none="model_unavailable",
        generator="none",
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
