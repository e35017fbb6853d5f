"""Japanese words that are none, as the words they were.

A small Whisper knows how a word sounds and not always how it is written: it puts other kanji
of the same sound together (測立 for 速達), which nobody finds again. Where what stands there
is no word, and one word of service calls has its sound, that word is written.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from audio.homophone_words import SIGNS, WORDS

__all__ = ["real_words", "settled_words"]

SURE_SOUND = 7
"""Kana of a sound so long that no other words have it by chance: it may stand within a longer
compound, and with kana among its kanji. Words in kanji that are shorter stand alone."""
_KANJI = re.compile(r"[一-龠々]")
_KANA = re.compile(r"[ぁ-ん]")
_BEGIN = re.compile(r"[一-龠]|(?<![\d.,第])5(?=[一-龠]|$)")
"""Where a word may begin: 5 sounds like the polite ご."""
_COMPOUND = re.compile(r"[一-龠々5]*$")


def _table(text: str) -> Iterator[list[str]]:
    return (entry.split(" ") for entry in text.strip().replace("\n", "|").split("|"))


def _sounds() -> Mapping[str, Sequence[str]]:
    """By sign, with the sound before another consonant (発: はつ, はっ)."""
    sounds: defaultdict[str, list[str]] = defaultdict(list)
    for sound, signs in _table(SIGNS):
        for sign in signs:
            sounds[sign].append(sound)
            if len(sound) > 1 and sound[-1] in "つちくき":
                sounds[sign].append(sound[:-1] + "っ")
    return sounds


_SOUNDS = _sounds()
_WORDS = {sound: words for sound, *words in _table(WORDS)}
_KNOWN = frozenset(word for words in _WORDS.values() for word in words)
_BEGUN = frozenset(sound[:size] for sound in _WORDS for size in range(len(sound) + 1))
_LONGEST = max(map(len, _WORDS))


def real_words(text: str, known: Collection[str] = ()) -> str:
    """The text with the words that were meant; whatever is part of a ``known`` one stays.
    What this returns it would not change again."""
    written: list[str] = []
    done = 0
    for match in _BEGIN.finditer(text):
        start = match.start()
        if start < done:
            continue
        end, word = max(_meant(text, start, known), default=(start, ""))
        if word:
            written += [text[done:start], word]
            done = end
    return "".join([*written, text[done:]])


def settled_words(text: str) -> int:
    """Characters at the beginning of a growing text whose words stay whatever follows."""
    for match in _BEGIN.finditer(text, max(0, len(text) - _LONGEST)):
        if any(end == len(text) for end, _ in _heard(text, match.start(), "")):
            return len(_COMPOUND.sub("", text[: match.start()]))
    return len(text)


def _meant(text: str, start: int, known: Collection[str]) -> Iterator[tuple[int, str]]:
    """Ends of what begins at ``start`` and is no word, and the word of its sound."""
    within = _KANJI.match(text[max(0, start - 1) : start])
    for end, sound in _heard(text, start, ""):
        if sound not in _WORDS:
            continue
        said, word = text[start:end], _WORDS[sound][0]
        compound = within or _KANJI.match(text, end) or _KANA.search(said)
        if compound and not _KANA.search(word) and len(sound) < SURE_SOUND:
            continue
        if _KANA.match(word[-1]) and not _KANA.match(said[-1]):
            continue  # 多く利用: not お送り用
        if said not in _KNOWN and not any(said in one for one in known):
            yield end, word


def _heard(text: str, at: int, sound: str) -> Iterator[tuple[int, str]]:
    """Where the sound of a word, or its beginning, ends that goes on at ``at``."""
    yield at, sound
    sign = text[at : at + 1]
    for more in [sign] if _KANA.match(sign) else _SOUNDS.get(sign, ()):
        if sound + more in _BEGUN:
            yield from _heard(text, at + 1, sound + more)
