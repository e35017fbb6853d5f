"""From the words of one call to readings, alerts and the summary.

Pure and blocking: the live session runs it in a worker thread, ``process`` and ``replay``
call it as it is. Masking comes first, so nothing behind this door ever sees a secret.
"""

from __future__ import annotations

from copilot.events import (
    Alert,
    CallEnded,
    CallStarted,
    Emotion,
    Event,
    Redacted,
    Summary,
    Transcript,
)
from copilot.masking import Masker
from copilot.ports import Analyser, Summariser


class Conversation:
    """What is known of one call so far."""

    def __init__(
        self, started: CallStarted, *, analyser: Analyser, summariser: Summariser
    ) -> None:
        self._masker = Masker()
        self._analyser = analyser
        self._summariser = summariser
        self._history: list[Event] = [started]

    def hear(self, transcript: Transcript) -> tuple[Transcript, list[Redacted]]:
        """The transcript as it may leave the process, masked; and masks for earlier finals,
        where this one shows that they held the beginning of a secret."""
        masked, redacted = self._masker.hear(transcript)
        if masked.final:
            self._history += [masked, *redacted]
        return masked, redacted

    def understand(self, final: Transcript) -> list[Emotion | Alert]:
        """Readings and alerts that follow from a masked final."""
        found = self._analyser.feed(final)
        self._history += found
        return found

    def close(self, at_s: float) -> list[Alert]:
        """Alerts about what never happened in the call."""
        found = self._analyser.finish(at_s)
        self._history += found
        return found

    def summarise(self, ended: CallEnded) -> Summary:
        """The draft for the CRM."""
        return self._summariser.summarise([*self._history, ended])
