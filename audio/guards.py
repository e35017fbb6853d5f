"""What tells invented words from heard ones. Pure text and numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from audio.vad import QUIET_RMS, WINDOW_SAMPLES
from copilot.signals import Samples

__all__ = ["audible", "dictated", "looping", "token_limit", "without_phantoms"]

TOKENS_PER_S = 9
"""Fast speech in either language stays below; a decoder that loops does not."""
TOKENS_SPARE = 8
"""For punctuation and names in very short utterances."""

PHANTOMS = (
    "ご視聴ありがとうございました",
    "ご視聴いただきありがとうございます",
    "ご清聴ありがとうございました",
    "最後までご視聴ありがとうございました",
    "最後までご視聴いただきありがとうございます",
    "チャンネル登録お願いします",
    "チャンネル登録をお願いいたします",
    "チャンネル登録よろしくお願いします",
    "高評価とチャンネル登録よろしくお願いします",
    "字幕視聴ありがとうございました",
    "字幕作成者",
    "次の動画でお会いしましょう",
    "thanks for watching",
    "thank you for watching",
    "thank you so much for watching",
    "please subscribe",
    "please subscribe to my channel",
    "like and subscribe",
    "dont forget to subscribe",
    "subtitles by the amaraorg community",
    "subtitles by amaraorg",
    "transcription by castingwords",
    "see you in the next video",
    "ill see you in the next video",
)
"""Closing words of the films Whisper learnt from; it says them where it hears nothing.
Nobody says them on the telephone."""

DIGITS_MIN = 5
DIGITS_MAX = 24
_NUMBER_AT_END = re.compile(r"\d[\d\s,.、。-]*$")
_SENTENCE = re.compile(r"[^.!?。！？\n]+[.!?。！？\s]*")


def token_limit(duration_s: float) -> int:
    """Tokens beyond which the words cannot have been spoken in this time."""
    return TOKENS_SPARE + round(TOKENS_PER_S * duration_s)


def looping(tokens: Sequence[int]) -> bool:
    """Whether the decoder got caught in a loop: the same one to twelve tokens again and
    again at the end. Three times is a loop from four tokens on, which people hardly say
    thrice; shorter ones ("no, no, no") need five."""
    for size in range(1, min(12, len(tokens) // 3) + 1):
        times = 3 if size >= 4 else 5
        tail = tokens[-size:]
        if len(tokens) >= size * times and all(
            tokens[len(tokens) - size * (turn + 1) : len(tokens) - size * turn] == tail
            for turn in range(times)
        ):
            return True
    return False


def dictated(text: str) -> bool:
    """Whether the text ends in a number read out digit by digit or in groups, which may
    well repeat ("4111 1111 1111 1111"). Longer runs than any card's or account's are no
    number."""
    digits = _NUMBER_AT_END.search(unicodedata.normalize("NFKC", text))
    count = sum(map(str.isdecimal, digits[0])) if digits else 0
    return DIGITS_MIN <= count <= DIGITS_MAX


def audible(samples: Samples) -> bool:
    """Whether any 32 ms of the samples are loud enough to hold speech."""
    count = len(samples) // WINDOW_SAMPLES
    windows = samples[: count * WINDOW_SAMPLES].reshape(count, WINDOW_SAMPLES)
    levels = np.sqrt(np.mean(np.square(windows), axis=1))  # (count,)
    return bool(levels.max(initial=0.0) >= QUIET_RMS)


def without_phantoms(text: str) -> str:
    """The text without sentences that nobody on the telephone has said."""
    kept = [part for part in _SENTENCE.findall(text) if _bare(part) not in _BARE_PHANTOMS]
    return "".join(kept).strip()


def _bare(sentence: str) -> str:
    folded = unicodedata.normalize("NFKC", sentence).casefold()
    return re.sub(r"[^\w]+", "", folded)


_BARE_PHANTOMS = frozenset(_bare(phantom) for phantom in PHANTOMS)
