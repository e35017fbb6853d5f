"""From the words and voices of one call to readings, alerts and the summary.

Pure and blocking: the live session runs it in a worker thread, but for ``listen`` and
``observe``, which are quick; ``replay`` calls it as it is. Masking comes first, so nothing
behind this door ever sees a secret.
"""

from __future__ import annotations

from datetime import UTC, datetime

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
from copilot.signals import AudioChunk


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
        found = self._analyser.observe(line)
        self._history += found
        return found

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
