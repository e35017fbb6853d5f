"""The language of one leg: given, or found from what is heard and looked at again.

A request whose language is left open is heard in the one its sound is likeliest in, which
is mostly right from a second and a half of speech on, and a toss below. So short utterances
are heard in the language the leg seems to be in, evidence counts by its seconds, and no
single utterance turns it: neither a noisy first "hello" nor a foreign name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.signals import Hypothesis

__all__ = ["JAPANESE", "LegLanguage"]

SURE_S = 3.0
"""Speech in one language, clear of any other, after which the leg is in it."""
EVIDENCE_S = 2.5
"""The most that one utterance counts: two settle or turn a leg, never one,"""
MEMORY_S = 5.0
"""and all of them: what was long ago holds no change back."""
SHORT_S = 1.5
"""Speech below which its sound does not tell the language."""
REVISIT_S = 30.0
"""Speech after which a settled language is looked at again, at no cost but the look,"""
DOUBT_S = 8.0
"""and after which it may be doubted again, which costs hearing an utterance twice."""
DOUBT_CONFIDENCE = 0.5
"""Words heard in the wrong language measured 0 to 0.8, in the right one 0.45 to 0.95."""
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
"""A sign that only Japanese is written with, of the languages that are looked for."""
_LATIN_WORDS = re.compile(r"[A-Za-z']+\W+[A-Za-z']+\W+[A-Za-z']+")


class LegLanguage:
    """Follows one leg. ``given`` is never doubted. Pure."""

    def __init__(self, given: str | None) -> None:
        self._given = given
        self._evidence_s: dict[str, float] = {}
        self._unseen_s = 0.0
        self._doubted = False
        self.others: Sequence[LegLanguage] = ()
        """The other legs of the call: most calls are held in one language."""

    @property
    def settled(self) -> str | None:
        """The language that the leg is in; ``None`` where that is open."""
        if self._given is not None:
            return self._given
        if (likeliest := self._likeliest) is None:
            return None
        clear_s = 2 * self._evidence_s[likeliest] - sum(self._evidence_s.values())
        return likeliest if clear_s >= SURE_S else None

    def expected(self, speech_s: float, *, final: bool) -> str | None:
        """The language to hear that much speech in; ``None``: find it."""
        if final and speech_s >= SHORT_S:
            looked_at = self._doubted or self._unseen_s >= REVISIT_S
            return None if looked_at and self._given is None else self.settled
        others = (other._likeliest for other in self.others)
        return self._given or self._likeliest or next(filter(None, others), None)

    def doubts(self, heard: Hypothesis, speech_s: float) -> bool:
        """Takes words heard in the settled language. Returns whether they should be heard
        again without it: they are unlikely, or written in another script."""
        if self._given is not None or speech_s < SHORT_S or self._unseen_s < DOUBT_S:
            return False
        foreign = (
            heard.language == "ja"
            and not JAPANESE.search(heard.text)
            and _LATIN_WORDS.search(heard.text) is not None
        )
        self._doubted = foreign or heard.confidence < DOUBT_CONFIDENCE
        return self._doubted

    def learn(self, heard: Hypothesis, speech_s: float, *, found: bool) -> None:
        """Takes a final. ``found``: its language was left open."""
        self._unseen_s += speech_s
        if not found or not heard.text or not heard.language:
            return
        self._unseen_s = 0.0
        self._doubted = False
        counted_s = min(speech_s, EVIDENCE_S)
        self._evidence_s = {
            language: max(0.0, evidence_s - counted_s)
            for language, evidence_s in self._evidence_s.items()
            if language != heard.language
        } | {
            heard.language: min(MEMORY_S, self._evidence_s.get(heard.language, 0.0) + counted_s)
        }

    @property
    def _likeliest(self) -> str | None:
        return max(self._evidence_s, key=self._evidence_s.__getitem__, default=None)
