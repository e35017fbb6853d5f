"""What a person wrote, looked up in what was said: the evidence of every sentence."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence, Set as AbstractSet

from copilot.events import Sentence, Summary, Transcript
from summarizer.grounding import ungrounded

__all__ = ["cite"]

_MOST_CITED = 3
_ENOUGH = 0.5
"""Share of a sentence's words, above which the utterances that hold them are its evidence."""
_FEWEST_WORDS = 2
"""A label, or what is left of a line beside known sentences, states nothing."""
_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
_LABEL = re.compile(r"^[^\s:：]{1,20}[:：]\s*")
_WORD = re.compile(r"[^\W_\d]{3,}|\d+(?:[.,:]\d+)*")
_CJK = re.compile(r"[一-龥々ァ-ヶーぁ-ん]{2,}")
_KANA_ONLY = re.compile(r"[ぁ-ん]+")
_COMMON = re.compile(
    "the|and|was|were|are|has|had|have|that|this|with|for|from|not|but|they|them|their|his"
    "|her|she|you|your|our|its|will|would|could|should|been|being|about|into|over|than|then"
    "|customer|agent|operator|caller|says|said|asks|asked|told"
)


def cite(
    edited: Summary, before: Summary, finals: Sequence[Transcript]
) -> tuple[tuple[Sentence, ...], tuple[str, ...]]:
    """Sentences of an edit with the utterances they rest on, and those that rest on none:
    of its brief, its text and the fields that tell something.

    What stood in the version ``before`` and still stands keeps what was said of it. A new
    sentence is cited where most of its words, and every number, date and name, occur in at
    most three ``finals``; else it is its writer's own word.
    """
    text, stood = _told(edited), _told(before)
    kept = [one for one in dict.fromkeys(before.sentences) if one.text and one.text in text]
    unsupported = [one for one in before.unsupported if one in text]
    said = _Said(finals)
    earlier = [(one, _words(one.text)) for one in before.sentences]
    found: list[Sentence] = []
    for sentence in _sentences(text):
        if sentence in stood or len(_words(_without(sentence, kept))) < _FEWEST_WORDS:
            continue
        utterance_ids = _evidence(sentence, earlier, said)
        if utterance_ids:
            found.append(Sentence(text=sentence, utterance_ids=utterance_ids))
        else:
            unsupported.append(sentence)
    return (*kept, *found), tuple(unsupported)


def _told(summary: Summary) -> str:
    """Everything in it that states something, a line each."""
    fields = summary.fields
    lines = [summary.brief, summary.text, fields.reason, fields.situation]
    lines += [*fields.actions_taken, *fields.promises, *fields.decisions]
    lines += [one.what for one in fields.follow_ups]
    return "\n".join(lines)


def _sentences(text: str) -> list[str]:
    parts = (_LABEL.sub("", part.strip()) for part in _END.split(text))
    return list(dict.fromkeys(part for part in parts if part))


def _without(sentence: str, kept: Sequence[Sentence]) -> str:
    """A note's sentence may hold several of ours, and ours may be cut by its marks."""
    for one in sorted(kept, key=lambda one: -len(one.text)):
        if sentence in one.text:
            return ""
        sentence = sentence.replace(one.text, " ")
    return sentence


class _Said:
    """What was said, and where each word of it stands."""

    def __init__(self, finals: Sequence[Transcript]) -> None:
        self.texts = {final.utterance_id: final.text for final in finals}
        self._holding: dict[str, list[str]] = defaultdict(list)
        for utterance_id, text in self.texts.items():
            for word in _words(text):
                self._holding[word].append(utterance_id)

    def richest(self, words: AbstractSet[str]) -> tuple[str, set[str]] | None:
        """The utterance with most of ``words``, the first of equals, and those it holds."""
        held = Counter(one for word in words for one in self._holding.get(word, ()))
        if not held:
            return None
        most = max(held.values())
        best = next(one for one in self.texts if held[one] == most)
        return best, {word for word in words if best in self._holding.get(word, ())}


def _evidence(
    sentence: str, before: Sequence[tuple[Sentence, set[str]]], said: _Said
) -> tuple[str, ...]:
    wanted = _words(sentence)
    if (reworded := _nearest(wanted, before)) is not None:
        texts = [said.texts[one] for one in reworded.utterance_ids if one in said.texts]
        if texts and not ungrounded(sentence, texts):
            return reworded.utterance_ids
    chosen: list[str] = []
    left = set(wanted)
    while len(chosen) < _MOST_CITED and (richest := said.richest(left)):
        chosen.append(richest[0])
        left -= richest[1]
    covered = 1 - len(left) / max(1, len(wanted))
    if covered <= _ENOUGH or ungrounded(sentence, [said.texts[one] for one in chosen]):
        return ()
    return tuple(one for one in said.texts if one in chosen)


def _nearest(wanted: set[str], before: Sequence[tuple[Sentence, set[str]]]) -> Sentence | None:
    """The earlier sentence that somebody has only reworded."""

    def share(one: tuple[Sentence, set[str]]) -> float:
        return len(wanted & one[1]) / max(1, len(wanted | one[1]))

    best = max(before, key=share, default=None)
    return best[0] if best is not None and share(best) > _ENOUGH else None


def _words(text: str) -> set[str]:
    """Words of a text that tell: of Japanese, pairs of characters that are not all kana."""
    folded = unicodedata.normalize("NFKC", text).lower()
    words = {word for word in _WORD.findall(folded) if not _CJK.search(word)}
    words = {word for word in words if not _COMMON.fullmatch(word)}
    for run in _CJK.findall(folded):
        pairs = {run[at : at + 2] for at in range(len(run) - 1)}
        words |= {pair for pair in pairs if not _KANA_ONLY.fullmatch(pair)}
    return words
