"""How digits are said and written, and what recognisers write for them."""

from __future__ import annotations

from copilot.masking.words import words

__all__ = [
    "AFTER",
    "ALIKE_ENGLISH",
    "ALIKE_JAPANESE",
    "ENGLISH",
    "HIRAGANA",
    "JA_PLACES",
    "KANJI",
    "KATAKANA",
    "LETTER_NAMES",
    "ONES",
    "ONES_JA",
    "PLURALS",
    "TENS",
    "TIMES",
    "TO_HIRAGANA",
    "VAGUE",
]


ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]

TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"]

TEENS += ["seventeen", "eighteen", "nineteen"]

TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

ENGLISH = (
    {word: str(value) for value, word in enumerate(ONES)}
    | {word: str(value + 10) for value, word in enumerate(TEENS)}
    | {word: str(value * 10 + 20) for value, word in enumerate(TENS)}
    | {"oh": "0", "o": "0", "nought": "0", "naught": "0", "fourty": "40", "niner": "9"}
)

ALIKE_ENGLISH = {
    "to": "2", "too": "2", "tu": "2", "for": "4", "fore": "4", "far": "4", "foe": "4",
    "ate": "8", "aid": "8", "hate": "8", "won": "1", "wan": "1", "tree": "3", "free": "3",
    "fife": "5", "hive": "5", "fi": "5", "sicks": "6", "sex": "6", "nein": "9", "mine": "9",
    "know": "0", "owe": "0", "ow": "0", "sero": "0", "hero": "0", "heaven": "7", "line": "9",
}  # fmt: skip

JA_PLACES = (
    dict.fromkeys("千せぜ", 1000) | dict.fromkeys("百ひびぴ", 100) | {"十": 10, "じ": 10}
)
"""By how the place begins: 千, せん, ぜん."""

TIMES = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}

PLURALS = {"zeros": "0", "zeroes": "0", "ohs": "0", "sixes": "6"} | {
    f"{word}s": str(value) for value, word in enumerate(ONES) if value and value != 6
}

AFTER = {"hundred": "00", "thousand": "000"}

# Long readings first: ニイ is one digit, not ニ and a separator; but ニイチ is two.
JAPANESE_READINGS = {
    "0": "ゼーロ ゼロ レー レイ マール マル ◯",
    "1": "イーチ イチー イチ",
    "2": "ニイ ニー ニ フタ",
    "3": "サーン サン",
    "4": "ヨーン ヨン シー シ",
    "5": "ゴオ ゴウ ゴー ゴ",
    "6": "ローク ロク",
    "7": "ナーナ ナナ シチ",
    "8": "ハーチ ハチ",
    "9": "キュウ キュー クー ク",
}

KATAKANA = {
    reading: digit
    for digit, readings in JAPANESE_READINGS.items()
    for reading in readings.split()
}

TO_HIRAGANA = {code: code - ord("ァ") + ord("ぁ") for code in range(ord("ァ"), ord("ン") + 1)}

HIRAGANA = {reading.translate(TO_HIRAGANA): digit for reading, digit in KATAKANA.items()}

KANJI = dict(zip("〇○零一二三四五六七八九", "000123456789", strict=True))

VAGUE = frozenset(
    ["に", "ニ", "し", "シ", "ご", "ゴ", "く", "ク", "さん", "サン", "しー", "シー"]
)
"""Also a particle, a prefix or a title."""

ALIKE_JAPANESE = {
    "位置": "1", "市": "4", "死": "4", "詩": "4", "氏": "4", "予": "4", "世": "4", "夜": "4",
    "後": "5", "語": "5", "碁": "5", "区": "9", "苦": "9", "級": "9",
    "句": "9", "急": "9", "球": "9",
    "蜂": "8", "鉢": "8", "参": "3", "産": "3", "山": "3", "荷": "2", "煮": "2", "弐": "2",
    "壱": "1", "録": "6", "禄": "6", "奈々": "7", "菜々": "7", "例": "0", "礼": "0", "霊": "0",
    "令": "0", "丸": "0", "咲": "3",
    "オー": "0", "おー": "0", "ナな": "7", "位地": "1", "市地": "7",
}  # fmt: skip

ONES_JA = {
    "い": "1", "に": "2", "さ": "3", "よ": "4", "しち": "7", "し": "4", "ご": "5", "ろ": "6",
    "な": "7", "は": "8", "き": "9",
}  # fmt: skip

LETTER_NAMES = words(
    "ay aye elle bee cee dee eff gee aitch jay kay el ell em en pee cue ar ess tee vee ex "
    "zee zed eye"
)
"""Of the Latin letters, but those that are also words: see, you, are, oh."""
