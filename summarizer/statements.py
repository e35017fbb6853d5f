"""A call as statements: cleaned sentences with who said them and what they do.

Fillers, false starts and self-corrections go ("412, no wait, 421" is 421), so that nothing
behind this module has to know how people stumble when they speak.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from copilot.events import Event, Redacted, Speaker, Transcript
from summarizer.lexicon import Lexicon

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

    def does(self, *acts: str) -> bool:
        return not self.acts.isdisjoint(acts)


_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ENGLISH_END = re.compile(r"(?<=[.?!])(?<!\b[Mm]r\.)(?<!\b[DdMmSs][rst]\.)(?<![ap]\.m\.)\s+")
_JAPANESE_END = re.compile(
    r"(?<=[。！？!?])\s*|(?<=[ぁ-ん一-龥ァ-ヶー])[ 　]+(?=[ぁ-ん一-龥ァ-ヶー])"
)
# A recogniser may leave out the full stop; the polite ending still tells.
_JAPANESE_SOFT_END = re.compile(
    r"(?<=です|ます)(?=[一-龥ァ-ヶはいえおそ])|(?<=ました|ません)(?=[一-龥ァ-ヶは])"
)
# A pause after a particle ends nothing.
_JAPANESE_PAUSE = re.compile(r"(?<=[にをがので])[ 　]+(?=[ぁ-ん一-龥ァ-ヶー])")
_LONG_SENTENCE = 24
_GREETING_LENGTH = 12
_STUTTER = re.compile(r"\b(\w+(?:'\w+)?)[,.]? \1\b", re.IGNORECASE)
_KANA = re.compile(r"[ぁ-んァ-ヶ]")


def is_japanese(text: str) -> bool:
    return bool(_KANA.search(text))


def said_finals(events: Iterable[Event]) -> list[Transcript]:
    """Final transcripts with words, in the order people spoke, later masks applied."""
    events = list(events)
    masks: dict[str, list[tuple[int, int, str]]] = {}
    for event in events:
        if isinstance(event, Redacted):
            masks.setdefault(event.utterance_id, []).extend(
                (span.start, span.end, span.kind) for span in event.spans
            )
    finals: dict[str, Transcript] = {}
    for event in events:
        if isinstance(event, Transcript) and event.final and event.text.strip():
            finals[event.utterance_id] = _masked(event, masks.get(event.utterance_id, []))
    return sorted(finals.values(), key=lambda final: final.start_s)


def read_statements(finals: Sequence[Transcript], lexicon: Lexicon) -> list[Statement]:
    """Statements of the call in order. Values that a speaker took back are gone from the
    sentence that took them back and from all others of the call."""
    found: list[Statement] = []
    taken_back: set[str] = set()
    role: Speaker = "agent"
    asked = False
    for final in finals:
        for sentence in _join_repairs(_split(final.text, lexicon.language), lexicon):
            role = _role(final.speaker, sentence, lexicon, before=role, answering=asked)
            asked = bool(re.search(r"[?？]\s*$", sentence))
            if not re.search(r"[.?!。？！]", final.text):
                # No marks at all: the recogniser gives none, the words have to tell.
                asked = not lexicon.acts(sentence).isdisjoint({"offer", "question"})
            if found and found[-1].role == role and _starts_repair(sentence, lexicon):
                # "412" - pause - "no wait, 421": the pause parted the two.
                new = set(_NUMBER.findall(sentence))
                taken_back |= set(_NUMBER.findall(found[-1].text)) - new if new else set()
            text, old = _without_repairs(_clean_fillers(sentence, lexicon), lexicon)
            taken_back |= old
            text = _clean_edges(text, lexicon)
            if text:
                acts = lexicon.acts(text) | lexicon.acts(sentence)
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
    stands = {number for one in found for number in _NUMBER.findall(one.text)} - taken_back
    return [
        one
        for one in found
        if not (numbers := set(_NUMBER.findall(one.text)) & taken_back) or numbers <= stands
    ]


def _masked(final: Transcript, masks: list[tuple[int, int, str]]) -> Transcript:
    if not masks:
        return final
    text = final.text
    for start, end, kind in sorted(masks, reverse=True):
        text = f"{text[:start]}[{kind}]{text[end:]}"
    return replace(final, text=text, words=None)


def _split(text: str, language: str) -> list[str]:
    if language != "ja":
        return [part for part in _ENGLISH_END.split(text.strip()) if part.strip()]
    sentences = []
    for part in _JAPANESE_END.split(_JAPANESE_PAUSE.sub("", text.strip())):
        pieces = _JAPANESE_SOFT_END.split(part) if len(part) > _LONG_SENTENCE else [part]
        sentences += [piece for piece in pieces if piece and piece.strip()]
    return sentences


def _starts_repair(sentence: str, lexicon: Lexicon) -> bool:
    return bool(re.match(rf"(?:{lexicon.repairs.pattern})[,、. ]", sentence, re.IGNORECASE))


def _join_repairs(sentences: Sequence[str], lexicon: Lexicon) -> list[str]:
    """A self-correction belongs to the sentence that it corrects, whatever marks the
    recogniser set between them."""
    comma = "、" if lexicon.language == "ja" else ", "
    joined: list[str] = []
    for sentence in sentences:
        if joined and _NUMBER.search(sentence) and _starts_repair(sentence, lexicon):
            joined[-1] = joined[-1].rstrip(" .。,、") + comma + sentence
        else:
            joined.append(sentence)
    return joined


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
        greeting = match.start() < _GREETING_LENGTH and lexicon.language != "ja"
        return "," if greeting else ""

    text = re.sub(r"\s+", " ", lexicon.fillers.sub(pause, sentence))
    text = re.sub(r"\s+([,.?!])", r"\1", re.sub(r",(?:\s*,)+", ",", text))
    if lexicon.language != "ja":
        while (shorter := _STUTTER.sub(r"\1", text)) != text:
            text = shorter
    return re.sub(r"\s+", " ", text).strip(" ,、")


def _clean_edges(text: str, lexicon: Lexicon) -> str:
    """Without discourse markers at the start, politeness at the end and final marks."""
    text = text.strip(" ,、.。!！?？…")
    while (shorter := lexicon.openers.sub("", text)) != text and len(shorter) > 1:
        text = shorter
    while (shorter := lexicon.tails.sub("", text)) != text and len(shorter) > 1:
        text = shorter
    return text.strip(" ,、.。!！?？…-")


def _without_repairs(text: str, lexicon: Lexicon) -> tuple[str, set[str]]:
    """The sentence as its speaker left it, and the numbers taken back in it."""
    if lexicon.language == "ja":
        return _japanese_repairs(text, lexicon)
    taken_back: set[str] = set()
    while match := re.search(
        rf"(?P<before>.*?\S)[,.]?\s+(?:{lexicon.repairs.pattern})[,.]?\s+"
        r"(?:(?:it's|that's|it is|that is|it was) )?(?P<after>\S.*)",
        text,
        re.IGNORECASE,
    ):
        words, after = match["before"].split(), match["after"]
        first = after.split()[0].strip(",.").lower()
        recent = range(max(0, len(words) - 5), len(words))
        same_word = [i for i in recent if words[i].strip(",.").lower() == first]
        same_kind = [i for i in recent if _kind(words[i]) == _kind(first)]
        cut = (same_word or same_kind or [len(words) - 1])[-1]
        taken_back |= set(_NUMBER.findall(" ".join(words[cut:])))
        text = " ".join([*words[:cut], after])
    if match := re.search(r",? not (?:the )?(\w*\d[\w.,]*)", text):
        taken_back |= set(_NUMBER.findall(match[1]))
        text = text[: match.start()] + text[match.end() :]
    return text, taken_back - set(_NUMBER.findall(text))


def _japanese_repairs(text: str, lexicon: Lexicon) -> tuple[str, set[str]]:
    taken_back: set[str] = set()
    value = r"[\d０-９A-Za-z.,:：〇一二三四五六七八九十百千]+[^、。\d]{0,5}|[ァ-ヶー一-龥]{1,8}"
    pattern = re.compile(
        rf"(?P<old>{value})(?:、(?:あ、)?|(?=じゃな|ではな))(?:{lexicon.repairs.pattern})(?:、|です、)?(?=\S)"
    )
    while match := pattern.search(text):
        taken_back |= set(_NUMBER.findall(match["old"]))
        text = text[: match.start()] + text[match.end() :]
    return text, taken_back - set(_NUMBER.findall(text))


def _kind(word: str) -> str:
    if re.search(r"\d", word):
        return "number"
    if re.fullmatch(
        r"(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|\w+teen|\w+ty)[,.]?",
        word,
        re.I,
    ):
        return "number"
    if re.fullmatch(r"(?:mon|tues|wednes|thurs|fri|satur|sun)day[,.]?", word, re.I):
        return "weekday"
    return "word"
