"""A call as statements: cleaned sentences with who said them and what they do.

Fillers, false starts and self-corrections go ("412, no wait, 421" is 421), so that nothing
behind this module has to know how people stumble when they speak.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from copilot.events import Event, Redacted, Speaker, Transcript
from summarizer.changes import without_left_behind
from summarizer.lexicon import Lexicon
from summarizer.repairs import values_in, values_of_kind, without_repairs
from summarizer.spoken import joined_codes, sentences, with_apostrophes

__all__ = ["Statement", "is_japanese", "read_statements", "said_finals"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence of one utterance."""

    index: int
    """Position in the call."""
    utterance_id: str
    role: Speaker
    """``customer`` or ``agent``; guessed where the recording does not tell."""
    text: str
    """Cleaned words, no final punctuation."""
    start_s: float
    acts: frozenset[str]
    asks: bool
    """Whether it was a question."""
    likely: Mapping[str, float] = field(default_factory=dict, compare=False)
    """Probabilities of a learned reader's answers; empty where none has read it."""

    def does(self, *acts: str) -> bool:
        return not self.acts.isdisjoint(acts)


_GREETING_LENGTH = 12
_ONE_SPEAKER = {"en": 240, "ja": 90}
"""Characters of an utterance up to which one person says all of it."""
_STUTTER = re.compile(
    r"\b(?!(?:\w|\d+|zero|oh|one|two|three|four|five|six|seven|eight"
    r"|nine)\b)(\w+(?:'\w+)?)[,.]? \1\b"
    r"|\b([Ii]) \2\b",
    re.IGNORECASE,
)
_KANA = re.compile(r"[ぁ-んァ-ヶ]")


def is_japanese(text: str) -> bool:
    return bool(_KANA.search(text))


def said_finals(events: Iterable[Event]) -> list[Transcript]:
    """Final transcripts with words, in the order people spoke, later masks applied."""
    events = list(events)
    mended = {one.utterance_id: one for one in events if isinstance(one, Redacted)}
    finals: dict[str, Transcript] = {}
    for event in events:
        if isinstance(event, Transcript) and event.final and event.text.strip():
            finals[event.utterance_id] = _mended(event, mended.get(event.utterance_id))
    return sorted(finals.values(), key=lambda final: final.start_s)


def read_statements(finals: Sequence[Transcript], lexicon: Lexicon) -> list[Statement]:
    """Statements of the call in order. Values that a speaker took back are gone from the
    sentence that took them back and from all others of the call."""
    found: list[Statement] = []
    taken_back: set[str] = set()
    role: Speaker = "agent"
    asked = False
    for final in finals:
        language = lexicon.language
        said, old = without_repairs(
            _unfilled(
                joined_codes(with_apostrophes(lexicon.spelled(final.text)), language), lexicon
            ),
            language,
        )
        taken_back |= old
        together = len(said) <= _ONE_SPEAKER[language]
        if together:
            # People take turns: who says so little is one of them, and mostly the other one.
            other: Speaker = "customer" if role == "agent" else "agent"
            role = _role(
                final.speaker, said, lexicon, before=other if found else role, answering=False
            )
        for sentence in _without_taken_back(_join_repairs(sentences(said, language), lexicon)):
            if not together:
                role = _role(final.speaker, sentence, lexicon, before=role, answering=asked)
            asked = bool(re.search(r"[?？]\s*$", sentence))
            if not re.search(r"[.?!。？！]", final.text):
                # No marks at all: the recogniser gives none, the words have to tell.
                asked = not lexicon.acts(sentence).isdisjoint({"offer", "question"})
            if found and found[-1].role == role and _starts_repair(sentence, lexicon):
                # "412" - pause - "no wait, 421": the pause parted the two.
                comma = "、" if language == "ja" else ", "
                both = f"{found[-1].text}{comma}{sentence}"
                whole, old = without_repairs(both, language)
                if old or (language != "ja" and whole != both):
                    taken_back |= old
                    sentence = whole
                    found.pop()
            text = _clean_edges(_clean_fillers(sentence, lexicon), lexicon)
            if text:
                acts = lexicon.acts(text)
                if sentence.strip(" .,。、") != text:
                    acts |= lexicon.acts(sentence)
                found.append(
                    Statement(
                        index=len(found),
                        utterance_id=final.utterance_id,
                        role=role,
                        text=text,
                        start_s=final.start_s,
                        acts=acts,
                        asks=asked or "question" in acts,
                    )
                )
    # A single digit may well stand for something else in another sentence.
    taken_back = {number for number in taken_back if len(number) > 1}
    stands = {number for one in found for number in values_in(one.text)} - taken_back
    kept: list[Statement] = []
    for one in found:
        for value in sorted((values_in(one.text) & taken_back) - stands):
            when = rf" (?:on|for|by|until|from) (?:the )?{re.escape(value)}\b"
            one = replace(one, text=re.sub(when, "", one.text))
        if values_in(one.text) & taken_back <= stands:
            kept.append(one)
    texts = without_left_behind([(one.role, one.text) for one in kept], lexicon.language)
    kept = [
        _said_now(one, text, lexicon) for one, text in zip(kept, texts, strict=True) if text
    ]
    return [replace(one, index=index) for index, one in enumerate(kept)]


def _said_now(one: Statement, text: str, lexicon: Lexicon) -> Statement:
    """``one`` in the words that hold after all; what was agreed to is no question."""
    if text == one.text:
        return one
    acts = lexicon.acts(text)
    return replace(one, text=text, acts=acts, asks=one.asks and "question" in acts)


def _mended(final: Transcript, redacted: Redacted | None) -> Transcript:
    if redacted is None:
        return final
    text = final.text
    for span in sorted(redacted.spans, key=lambda one: one.start, reverse=True):
        text = f"{text[: span.start]}[{span.kind}]{text[span.end :]}"
    return replace(final, text=redacted.text or text, words=None)


def _starts_repair(sentence: str, lexicon: Lexicon) -> bool:
    return bool(re.match(rf"(?:{lexicon.repairs.pattern})[,、. ]", sentence, re.IGNORECASE))


def _join_repairs(sentences: Sequence[str], lexicon: Lexicon) -> list[str]:
    """A self-correction belongs to the sentence that it corrects, whatever marks the
    recogniser set between them."""
    comma = "、" if lexicon.language == "ja" else ", "
    joined: list[str] = []
    for sentence in sentences:
        if (
            joined
            and (values_of_kind(sentence) or re.search(r"\d", sentence))
            and _starts_repair(sentence, lexicon)
        ):
            joined[-1] = joined[-1].rstrip(" .。,、") + comma + sentence
        else:
            joined.append(sentence)
    return joined


_IS_NOT_MEANT = re.compile(
    r"(?:(?:oh|no|wait|sorry|actually)\b[,.! —–-]*)+(?:the|that|those|my|our)"
    r" (?P<thing>[a-z]{3,}) (?:was|were|is|are|isn't|wasn't|aren't|weren't)\b",
    re.IGNORECASE,
)
""" "The pads and the belt. No, the pads were last year. The belt and a bearing." """


def _without_taken_back(said: Sequence[str]) -> list[str]:
    """Without what the next sentence says is not meant, where a later one says it anew."""
    kept: list[str] = []
    for place, sentence in enumerate(said):
        match = _IS_NOT_MEANT.match(sentence)
        if kept and match and (thing := match["thing"].lower()) in kept[-1].lower():
            words = set(re.findall(r"[a-z]{4,}", kept[-1].lower())) - {thing}
            anew = set(re.findall(r"[a-z]{4,}", " ".join(said[place + 1 :]).lower()))
            if words & anew:
                kept.pop()
                continue
        kept.append(sentence)
    return kept


def _role(
    speaker: Speaker, sentence: str, lexicon: Lexicon, *, before: Speaker, answering: bool
) -> Speaker:
    """Who says ``sentence`` where one channel carries both: cues of either side, else the
    one who was asked, else whoever spoke before."""
    if speaker != "unknown":
        return speaker
    folded = sentence.lower().strip(" .,!?。！？")
    agent = len(lexicon.roles["agent"].findall(folded))
    customer = len(lexicon.roles["customer"].findall(folded))
    if agent != customer:
        return "agent" if agent > customer else "customer"
    if answering:
        return "customer" if before == "agent" else "agent"
    return before


def _clean_fillers(sentence: str, lexicon: Lexicon) -> str:
    # Near the start a pause parts the greeting from the matter: "Hi Ann, um, my bill".
    def pause(match: re.Match[str]) -> str:
        greeting = (
            lexicon.language != "ja"
            and match.start() < _GREETING_LENGTH
            and re.match(r"(?:hi|hello|hey|good)\b", sentence, re.IGNORECASE)
        )
        return "," if greeting else ""

    text = re.sub(r"\s+", " ", lexicon.fillers.sub(pause, sentence))
    text = re.sub(r"\s+([,.?!])", r"\1", re.sub(r",(?:\s*,)+", ",", text))
    if lexicon.language != "ja":
        while (shorter := _STUTTER.sub(r"\1\2", text)) != text:
            text = shorter
    return re.sub(r"\s+", " ", text).strip(" ,、")


def _unfilled(text: str, lexicon: Lexicon) -> str:
    """Without the fillers that part a value from its correction."""
    return lexicon.fillers.sub("", text) if lexicon.language == "ja" else text


def _clean_edges(text: str, lexicon: Lexicon) -> str:
    """Without discourse markers at the start, politeness at the end and final marks."""
    text = text.strip(" ,、.。!！?？…")
    while (shorter := lexicon.openers.sub("", text)) != text and len(shorter) > 1:
        text = shorter
    while (shorter := lexicon.tails.sub("", text)) != text and len(shorter) > 1:
        text = shorter
    return text.strip(" ,、.。!！?？…-")
