"""What tells invented words from heard ones. Pure text and numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from audio.vad import QUIET_RMS, WINDOW_SAMPLES
from copilot.signals import Samples

__all__ = [
    "audible",
    "dictated",
    "echoing",
    "looping",
    "token_limit",
    "unspoken",
    "without_echo",
    "without_phantoms",
]

TOKENS_PER_S = 9
"""Fast speech in either language stays below; a decoder that loops does not."""
TOKENS_SPARE = 8
"""For punctuation and names in very short utterances."""

UNSPOKEN = -1.1
UNSPOKEN_SHARE = 0.6
"""Words are invented whose mean log-probability lies below a line that rises with the
probability of no speech. Of 863 decodings of speech in windows from 8 s all lay 0.11 and
more above it; of 772 of coughs, buzz, voice-like music and hold music that voice
activity had let through, 759 lay below it."""

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
    "JR東日本E233系",
    "JR東日本E233系電車",
    "music playing",
    "beep",
    "ピッ",
    "ピー",
    "ブー",
)
"""Closing words of the films Whisper learnt from, and its names for sounds; it says them
where it hears nothing. Nobody says them on the telephone, once or again and again."""

DIGITS_MIN = 5
DIGITS_MAX = 19
"""Of the longest card number; accounts and telephone numbers are shorter."""
_NUMBER_AT_END = re.compile(r"\d[\d\s,.、。-]*$")
_DIGITS_AGAIN = re.compile(r"(\d{2,3}?)\1{4,}$")
_SENTENCE = re.compile(r"[^.!?。！？\n]+[.!?。！？\s]*")
_CLAUSE = re.compile(r"[^.,!?。、！？\n]+")
_DESCRIPTION = re.compile(r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]|【[^【】]*】|\*[^*]*\*|[♪♫]+")
"""What subtitles say about sounds: nobody speaks in brackets."""
_MOAN = re.compile(r"([ぁ-ゖァ-ヺ])[っッー]*(?:\1[っッー]*){3,}")
"""One sound four times and more, as hums, bells and breath are written: no word."""

ECHO_LETTERS_MIN = 6
ECHO_SIGNS_MIN = 3
"""Of Japanese, where a sign holds more."""


def token_limit(duration_s: float) -> int:
    """Tokens beyond which the words cannot have been spoken in this time."""
    return TOKENS_SPARE + round(TOKENS_PER_S * duration_s)


def unspoken(log_probability: float, no_speech: float) -> bool:
    """Whether nobody said the words: by the mean log-probability of their tokens and the
    probability, 0 to 1, that the window holds no speech."""
    return log_probability < UNSPOKEN + UNSPOKEN_SHARE * no_speech


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


def echoing(text: str) -> bool:
    """Whether the text ends with what stood at its own beginning, or at that of one of its
    clauses: "Hold on. Hold on.", "Anything else today? Anything else". In windows below
    8 s the decoder starts anew where it should end. People say things twice too, so this is
    a reason to listen again in a longer window, not to drop the words of a final.

    Measured in windows from 4 s: 71 of 475 utterances echoed, 43 of them much longer than
    what the full window heard; in windows from 10 s 5 of 420, in the full one 1 of 322.
    """
    return _echo_signs(text) > 0


def without_echo(text: str) -> str:
    """The text up to where it starts anew."""
    surplus = _echo_signs(text)
    while surplus > 0:
        surplus -= len(_bare(text[-1]))
        text = text[:-1]
    return text.rstrip()


def _echo_signs(text: str) -> int:
    """Letters and digits at the end that are said again; 0 without an echo."""
    clauses = [_bare(clause) for clause in _CLAUSE.findall(text)]
    signs = "".join(clauses)
    begin = 0
    for clause in clauses:
        for size in range((len(signs) - begin) // 2, 0, -1):
            tail = signs[-size:]
            if size < (ECHO_LETTERS_MIN if tail.isascii() else ECHO_SIGNS_MIN):
                break
            if signs.startswith(tail, begin):
                return size
        begin += len(clause)
    return 0


def dictated(text: str) -> bool:
    """Whether the text ends in a number read out digit by digit or in groups, which may
    well repeat ("4111 1111 1111 1111"). Longer runs than any card's or account's are no
    number, nor are two or three unlike digits five times ("1, 2, 1, 2 ...")."""
    found = _NUMBER_AT_END.search(unicodedata.normalize("NFKC", text))
    digits = "".join(filter(str.isdecimal, found[0])) if found else ""
    again = _DIGITS_AGAIN.search(digits)
    return DIGITS_MIN <= len(digits) <= DIGITS_MAX and (
        again is None or len(set(again[1])) == 1
    )


def audible(samples: Samples) -> bool:
    """Whether any 32 ms of the samples are loud enough to hold speech."""
    count = len(samples) // WINDOW_SAMPLES
    windows = samples[: count * WINDOW_SAMPLES].reshape(count, WINDOW_SAMPLES)
    levels = np.sqrt(np.mean(np.square(windows), axis=1))  # (count,)
    return bool(levels.max(initial=0.0) >= QUIET_RMS)


def without_phantoms(text: str) -> str:
    """The text without sentences that nobody on the telephone has said."""
    spoken = _DESCRIPTION.sub("", text)
    kept = [part for part in _SENTENCE.findall(spoken) if not _PHANTOM.fullmatch(_bare(part))]
    return "".join(kept).strip()


def _bare(sentence: str) -> str:
    folded = unicodedata.normalize("NFKC", sentence).casefold()
    return re.sub(r"[^\w]+", "", folded)


# Again and again too; and what has no letter at all.
_PHANTOM = re.compile(
    "|".join([*(f"(?:{_bare(one)})+" for one in PHANTOMS), _MOAN.pattern, ""])
)
