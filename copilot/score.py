"""How well a call was heard: error against a script, and how soon the words were there.

Pure. Words are compared as a listener would, not letter by letter. Before counting, both
sides pass through the same steps:

1. Unicode NFKC, lower case.
2. Numbers become digits, and each digit counts as one unit: "421", "four two one" and
   "four hundred twenty-one" are equal, as are 「三千円」「3千円」「3,000円」. Also "$40" and
   "forty dollars", "50%" and "fifty percent", "2nd" and "second".
3. Hesitations are dropped ("um", 「えーと」): Whisper was trained to leave them out.
4. Punctuation is dropped; apostrophes join ("it's" = "its"), other marks separate.
5. Japanese courtesy words that are written both ways become kana (「下さい」「致します」).

English is then split into words (WER), Japanese into characters without spaces (CER).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from copilot.events import Speaker, Transcript

__all__ = ["Turn", "final_latencies", "units", "word_error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one side said, and when, according to the script of a recording."""

    speaker: Speaker
    text: str
    start_s: float
    end_s: float
    """True end of speech."""
    frustration: int | None = None
    """0 calm to 3 furious; ``None``: nobody's business (the agent's turns)."""
    act: str = "other"


def word_error(reference: str, text: str, language: str) -> float:
    """Word error rate, for Japanese character error rate: edits per unit of the reference.

    1.0 for any text against an empty reference, 0.0 for silence against silence.
    """
    expected = units(reference, language)
    heard = units(text, language)
    if not expected:
        return 1.0 if heard else 0.0
    return Levenshtein.distance(expected, heard) / len(expected)


def units(text: str, language: str) -> list[str]:
    """The words (Japanese: characters) that are compared; a digit is a unit of its own."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _japanese(folded) if language.startswith("ja") else _english(folded)


# Latency ------------------------------------------------------------------------------

SLACK_S = 0.5
"""How far the start and end of a final may lie outside a turn whose words it holds."""


def final_latencies(
    turns: Sequence[Turn], arrivals: Sequence[tuple[float, Transcript]]
) -> list[float | None]:
    """Seconds from the true end of each turn to the arrival of its last word in a final.

    ``arrivals`` are wall-clock seconds since the first sample was spoken, with the events
    that came; partials are skipped. One value per turn; ``None`` where no final holds the
    end of the turn. A final holds it when the turn's last recognised word, right or wrong,
    is aligned to one of its words.

    Scripts write as turns what one speaker says in one breath. Where one final holds such
    turns, the first of them is as late as the second one is long.
    """
    finals = sorted(
        (arrival for arrival in arrivals if arrival[1].final),
        key=lambda arrival: arrival[1].start_s,
    )
    return [_latency_s(turn, finals) for turn in turns]


def _latency_s(turn: Turn, finals: Sequence[tuple[float, Transcript]]) -> float | None:
    # Time narrows the choice, so that a repeated "yes" is not sought in another turn.
    near = [
        (arrived_s, final)
        for arrived_s, final in finals
        if final.speaker in (turn.speaker, "unknown")
        and final.start_s < turn.end_s + SLACK_S
        and final.end_s > turn.start_s - SLACK_S
    ]
    language = "ja" if KANA.search(turn.text) else "en"
    expected = units(turn.text, language)
    heard: list[str] = []
    holder: list[int] = []
    for index, (_, final) in enumerate(near):
        words = units(final.text, language)
        heard += words
        holder += [index] * len(words)
    last = _last_aligned(expected, heard)
    if last is None:
        return None
    arrived_s, final = near[holder[last]]
    if final.end_s < turn.end_s - 2 * SLACK_S:
        return None  # the end of the turn was not heard at all
    return arrived_s - turn.end_s


def _last_aligned(expected: Sequence[str], heard: Sequence[str]) -> int | None:
    """Position in ``heard`` of the last unit that is matched to, or stands for, one of
    ``expected``, which may begin and end anywhere within ``heard`` (Sellers, 1980)."""
    if not expected or not heard:
        return None
    costs = [[0] * (len(heard) + 1)]
    for row, unit in enumerate(expected, start=1):
        above = costs[-1]
        current = [row]
        for column, other in enumerate(heard, start=1):
            current.append(
                min(
                    above[column - 1] + (unit != other),
                    above[column] + 1,
                    current[-1] + 1,
                )
            )
        costs.append(current)
    row = len(expected)
    # The last of the cheapest ends: of equal guesses, the one nearer the end of the turn.
    column = min(range(len(heard), -1, -1), key=costs[row].__getitem__)
    while row > 0 and column > 0:
        here = costs[row][column]
        if here == costs[row - 1][column - 1] + (expected[row - 1] != heard[column - 1]):
            return column - 1
        if here == costs[row - 1][column] + 1:
            row -= 1
        else:
            column -= 1
    return None


# English ------------------------------------------------------------------------------

ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
    "eighteen", "nineteen",
]  # fmt: skip
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9,
    "twelfth": 12, "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
NUMBERS = (
    {word: value for value, word in enumerate(ONES)}
    | {word: 20 + 10 * step for step, word in enumerate(TENS)}
    | {f"{word}th": value for value, word in enumerate(ONES)}
    | ORDINALS
)
HESITATIONS = frozenset({"um", "uh", "uhm", "umm", "er", "erm", "hmm", "hm", "mm", "mhm"})
SYMBOLS = {"%": " percent ", "&": " and ", "@": " at ", "+": " plus "}


def _english(text: str) -> list[str]:
    text = re.sub(r"[$€£](\d[\d,.]*\d|\d)", r"\1 dollars", text)
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    text = re.sub(r"\b([ap])\.?\s?m\b\.?", r"\1m", text)
    text = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text)
    text = re.sub(r"['’]", "", text)
    for symbol, word in SYMBOLS.items():
        text = text.replace(symbol, word)
    words = re.findall(r"\d+|[^\W\d_]+", text)
    words = [word for word in words if word not in HESITATIONS]
    return [unit for word in _with_digits(words) for unit in _spelt(word)]


def _with_digits(words: Sequence[str]) -> list[str]:
    """Number words as digits: "twenty", "one" to "21", "four", "two" to "4", "2"."""
    out: list[str] = []
    position = 0
    while position < len(words):
        value = NUMBERS.get(words[position])
        if value is None:
            out.append(words[position])
            position += 1
            continue
        value, position = _number(words, position)
        out.append(str(value))
    return out


def _number(words: Sequence[str], position: int) -> tuple[int, int]:
    """Value of the number that begins at ``position``, and the position after it."""
    thousands = 0
    group = NUMBERS[words[position]]
    position += 1
    while position < len(words):
        word = words[position]
        value = NUMBERS.get(word, 0)
        if value and _extends(group, value, thousands):
            group += value
        elif word == "hundred" and 0 < group < 100:
            group *= 100
        elif word == "thousand" and group and not thousands:
            thousands, group = group * 1000, 0
        elif word == "and" and _joins(words, position, thousands + group):
            pass
        else:
            break
        position += 1
    return thousands + group, position


def _extends(group: int, value: int, thousands: int) -> bool:
    """Whether a number word goes on with the number: "twenty-one", not "two one"."""
    if group == 0:
        return thousands > 0
    if group % 100 == 0:
        return value < 100
    return value < 10 and group % 100 >= 20 and group % 10 == 0


def _joins(words: Sequence[str], position: int, value: int) -> bool:
    """Whether "and" stands inside a number: "four hundred and twenty"."""
    after = words[position + 1] if position + 1 < len(words) else ""
    return value > 0 and value % 100 == 0 and after in NUMBERS


def _spelt(word: str) -> list[str]:
    return list(word) if word.isdecimal() else [word]


# Japanese -----------------------------------------------------------------------------

KANA = re.compile(r"[\u3040-\u30ff]")
KANJI_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0}
KANJI_SCALES = {"十": 10, "百": 100, "千": 1000}
NUMERAL = re.compile(r"[\d〇零一二三四五六七八九十百千万]+")
FILLER = re.compile(r"え[ーえ]+っ?と?|えっと|あの[ーう]+|う[ーう]*ん[ーと]*(?=[、。…])|そのー")
SPELLINGS = {
    "下さ": "くださ", "致し": "いたし", "致す": "いたす", "頂": "いただ", "御座い": "ござい",
    "有難う": "ありがとう", "有り難う": "ありがとう", "お客さま": "お客様", "宜し": "よろし",
    "出来": "でき", "分か": "わか", "判り": "わかり", "只今": "ただいま", "既に": "すでに",
    "ゼロ": "0", "無い": "ない", "無く": "なく", "良い": "いい", "よい": "いい",
}  # fmt: skip


def _japanese(text: str) -> list[str]:
    text = FILLER.sub("", text)
    text = re.sub(r"(?<=\d)[,、](?=\d{3})", "", text)
    text = NUMERAL.sub(lambda match: _kanji_number(match[0]), text)
    for written, spoken in SPELLINGS.items():
        text = text.replace(written, spoken)
    return [character for character in text if character.isalnum() or character == "ー"]


def _kanji_number(numeral: str) -> str:
    """Digits of a numeral in kanji, Arabic digits or both: 「2千五百」 to "2500".

    A run without 十百千万 is read digit by digit: 「〇九〇」 to "090".
    """
    digits = "".join(str(KANJI_DIGITS.get(character, character)) for character in numeral)
    if digits.isdecimal():
        return digits
    total = section = 0
    pending = ""
    for character in digits:
        if character in KANJI_SCALES:
            section += int(pending or "1") * KANJI_SCALES[character]
            pending = ""
        elif character == "万":
            total += (section + int(pending or "0") or 1) * 10_000
            section, pending = 0, ""
        else:
            pending += character
    return str(total + section + int(pending or "0"))
