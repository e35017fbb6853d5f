"""Digits in running text, written or spoken, in Japanese and English.

``ゼロキュウゼロの、ゼロゼロゼロゼロ``, ``四一一一``, ``oh nine oh, double four`` and
``4111 1111`` are all runs of digits. Recognisers write the same number in any of these
ways, and now and then a word that sounds like a digit: ``for three``, ``246蜂、1357``. So
whoever looks for numbers looks for runs, and a word that may be a digit is one between
digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from copilot.masking.digit_words import (
    AFTER,
    ALIKE_ENGLISH,
    ALIKE_JAPANESE,
    ENGLISH,
    HIRAGANA,
    JA_PLACES,
    KANJI,
    KATAKANA,
    ONES,
    ONES_JA,
    PLURALS,
    TENS,
    TIMES,
    TO_HIRAGANA,
    VAGUE,
)

__all__ = ["GAP", "DigitRun", "digit_runs"]


@dataclass(frozen=True, slots=True)
class DigitRun:
    """Digits said in one breath: ``text[start:end]`` reads ``"".join(groups)``."""

    start: int
    end: int
    groups: tuple[str, ...]
    """Digits between separators: ``090-1234-5678`` has three groups."""
    bounds: tuple[tuple[int, int], ...] = ()
    """Where each group stands in the text."""
    led: bool = False
    """Whether its first group is a word that may as well be none: "to four four one"."""

    @property
    def lead_end(self) -> int:
        """Where what surely is the number begins."""
        return self.bounds[0][1] if self.led else self.start

    @property
    def digits(self) -> str:
        return "".join(self.groups)

    def part(self, first: int, last: int) -> DigitRun:
        """Groups ``first`` to before ``last``, as a run of their own."""
        bounds = self.bounds[first:last]
        led = self.led and first == 0
        return DigitRun(bounds[0][0], bounds[-1][1], self.groups[first:last], bounds, led)


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    digits: str
    sort: str
    """``figure``, ``word``, ``kana`` or ``kanji``; ``vague`` kana may be a particle, an
    ``alike`` word only sounds like a digit."""


def _any(words: object) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))  # type: ignore[call-overload]


_ONE_JA = (
    r"いっ|いち|に[いー]?|さん|よん|し(?!ゃ)|ごー?|ろく|ろっ|なな|しち|はち|はっ|きゅう"
    r"|イッ|イチ|ニ[イー]?|サン|ヨン|シ(?!ャ)|ゴー?|ロク|ロッ|ナナ|シチ|ハチ|ハッ|キュウ"
    r"|[一二三四五六七八九]"
)
_PLACED = (
    rf"(?:{_ONE_JA})?(?:千|百|十|せん|ぜん|ひゃく|びゃく|ぴゃく|じゅう(?!ょ)|セン"
    rf"|ゼン|ヒャク|ビャク|ピャク|ジュウ)"
)
_PLACES = re.compile(
    rf"(?P<one>{_ONE_JA})?(?P<place>[千百十]|[せぜセゼ][んン]"
    rf"|[ひびぴヒビピ][ゃャ][くク]|[じジ][ゅュ][うウ])?"
)
_TENS_PATTERN = "|".join([*TENS, "fourty"])
_ENGLISH_DIGIT = (
    rf"(?:(?:{_TENS_PATTERN})[ -](?:{'|'.join(ONES[1:])})|{_any(ENGLISH)})(?![A-Za-z])"
)
_KANA_DIGIT = rf"に(?=いち)|ニ(?=イチ)|{_any([*KATAKANA, *HIRAGANA])}"
_OFTEN = rf"(?:(?:{'|'.join(TIMES)})[ -]+)"
_MANY = rf"(?:{'|'.join(PLURALS)})"
_TOKEN = re.compile(
    rf"(?P<counted>(?:{_KANA_DIGIT}|[0〇○零一二三四五六七八九\d])が?[2-5二三四五]つ)"
    r"|(?P<price>[$€£¥￥]\s?\d[\d,]*(?:\.\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?=\s?(?:円|ドル"
    r"|dollars|pounds|yen|euros))|\d+(?:\.\d+)?(?=\s?(?:円|ドル|％|%)))"
    rf"|(?<![A-Za-z'’])(?P<many>(?:\d|{'|'.join(ONES)})[ -]+{_MANY})(?![A-Za-z])"
    rf"|(?<![A-Za-z'’])(?P<word>{_OFTEN}?{_ENGLISH_DIGIT})"
    rf"|(?<![A-Za-z'’])(?P<doubled>{_OFTEN}\d(?!\d))"
    rf"|(?<![A-Za-z'’])(?P<alike_word>{_OFTEN}?(?:{_any(ALIKE_ENGLISH)}))(?![A-Za-z'’])"
    rf"|(?P<after>(?<=[ -])(?:{'|'.join(AFTER)}))(?![A-Za-z])"
    rf"|(?P<katakana>(?<![ァ-ヶ])(?<![ァ-ヶ]ー)(?:ニ(?=イチ)|{_any(KATAKANA)}"
    rf"|[ァ-ヶー](?=[ァ-ヶー])|[ァ-ヶー])+)|(?P<placed>(?:{_PLACED}){{1,4}}(?:{_ONE_JA})?)"
    r"|(?P<figure>\d+)"
    rf"|(?P<hiragana>に(?=いち)|{_any(HIRAGANA)})|(?P<kanji>[{''.join(KANJI)}])"
    rf"|(?P<alike>{_any(ALIKE_JAPANESE)})",
    re.IGNORECASE,
)
_KATAKANA_DIGITS = re.compile(rf"(?:ニ(?=イチ)|{_any(KATAKANA)})+")
_KATAKANA_DIGIT = re.compile(rf"ニ(?=イチ)|{_any(KATAKANA)}")

_FILLER = (
    r"(?:(?<=hundred )and|(?<=thousand )and|um+|uh+|er+m?|then|and then|dash|hyphen|space"
    r"|えーっと|えーと|えっと|ええと|えー|あの[ー、]?|hang on|wait|それから|そのあと"
    r"|その次[がはも]?|次[がはも]|最後[がは]?|最初[がは]|ですね|続けて|no(?=,)|ごめんなさい"
    r"|すみません|失礼|いや|no sorry|sorry|no,? wait|i mean|その|うーん|あ(?=[、,\s])|で(?=、)"
    r"|ハイフン|はいふん|から、|次が|続いて)"
)
GAP = re.compile(
    rf"(?:[\s,、，.．・()（）/\-‐‑–—−ー―－〜~の…]|(?<![A-Za-z]){_FILLER}(?![A-Za-z])){{0,8}}",
    re.IGNORECASE,
)
"""What may stand between the digits of one number."""


_READINGS = 8  # texts whose digits are known: one turn is looked at from many sides


def digit_runs(text: str, *, least_kana: int = 4, answer: bool = False) -> list[DigitRun]:
    """Runs of digits in ``text``, in order, not overlapping.

    Kana that may be plain words (に, し, ご) only count between other digits: a run never
    consists of fewer than ``least_kana`` of them. ``answer``: the text answers a question for
    digits, so what stands alone in it and sounds like digits is nothing else: "six won for".
    """
    return list(_runs(text, least_kana, answer))


@lru_cache(maxsize=_READINGS)
def _runs(text: str, least_kana: int, answer: bool) -> tuple[DigitRun, ...]:
    runs: list[DigitRun] = []
    tokens: list[_Token] = []
    for token in [*_without_particles(text, list(_said_tokens(text))), None]:
        if tokens and (token is None or not _follows(text, tokens[-1].end, token.start)):
            said = tokens[-1].end - tokens[0].start
            before = text[max(0, tokens[0].start - 1) : tokens[0].start]
            alone = answer and len(text) - said <= _BARELY and not "ぁ" <= before <= "ん"
            runs += _run(text, tokens, 2 if alone else least_kana, alone=alone)
            tokens = []
        if token is not None:
            tokens.append(token)
    return tuple(runs)


def _without_particles(text: str, tokens: list[_Token]) -> list[_Token]:
    """Without kana that stand alone between figures: 7788990に5万円."""
    kept: list[_Token] = []
    for place, token in enumerate(tokens):
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        beside = [
            one
            for one in (kept[-1] if kept else None, after)
            if one is not None
            and one.sort in ("kana", "vague", "kanji", "alike")
            and min(abs(one.end - token.start), abs(token.end - one.start)) <= 2
        ]
        if token.sort == "vague" and _is_particle(kept[-1] if kept else None, token, text):
            continue
        if token.sort != "vague" or beside:
            kept.append(token)
    return kept


def _is_particle(before: _Token | None, token: _Token, text: str) -> bool:
    """Whether に is one, after a number in figures: 口座8877665に七万円."""
    return (
        text[token.start : token.end] == "に"
        and before is not None
        and before.sort == "figure"
        and before.end == token.start
        and len(before.digits) >= _WHOLE
    )


_WHOLE = 5
"""Figures in a row that need no more digits: a recogniser that wrote so many goes on so."""


def _follows(text: str, end: int, start: int) -> bool:
    gap = GAP.match(text, end, start)
    if gap is None or gap.end() != start:
        return False
    # A sentence ends before a word that begins with a capital.
    return not ("." in gap[0] and text[start : start + 1].isupper())


@lru_cache(maxsize=_READINGS)
def _said_tokens(text: str) -> tuple[_Token, ...]:
    return tuple(_tokens(text))


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        said = match[0]
        match match.lastgroup:
            case "counted":
                times = _value(said[-2])
                yield _Token(
                    start,
                    end,
                    _value(said.rstrip("つ")[:-1].rstrip("が")) * int(times),
                    "kanji",
                )
            case "price":
                continue
            case "doubled":
                yield _Token(
                    start, end, said[-1] * TIMES[said.split()[0].split("-")[0].lower()], "word"
                )
            case "placed":
                yield _Token(
                    start,
                    end,
                    _placed(said),
                    "kana" if re.match("[ぁ-んァ-ヶ]", said) else "kanji",
                )
            case "many":
                count, one = re.split("[ -]+", said.lower())
                digits = PLURALS[one] * int(ENGLISH.get(count, count))
                yield _Token(start, end, digits or "0", "word")
            case "figure":
                yield _Token(start, end, unicodedata.normalize("NFKC", said), "figure")
            case "word":
                yield _Token(start, end, _english(said), "word")
            case "after":
                yield _Token(start, end, AFTER[said.lower()], "after")
            case "alike_word":
                *often, one = re.split("[ -]+", said.lower())
                digits = ALIKE_ENGLISH[one] * (TIMES[often[0]] if often else 1)
                yield _Token(start, end, digits, "alike")
            case "alike":
                yield _Token(start, end, ALIKE_JAPANESE[said], "alike")
            case "katakana":
                if _KATAKANA_DIGITS.fullmatch(said):
                    for one in _KATAKANA_DIGIT.finditer(text, start, end):
                        yield _Token(*one.span(), KATAKANA[one[0]], _kana(one[0]))
            case "hiragana":
                yield _Token(start, end, HIRAGANA[said], _kana(said))
            case _:
                yield _Token(start, end, KANJI[said], "kanji")


def _kana(reading: str) -> str:
    return "vague" if reading in VAGUE else "kana"


def _value(token: str) -> str:
    if token in KANJI:
        return KANJI[token]
    return KATAKANA.get(token) or HIRAGANA.get(token) or unicodedata.normalize("NFKC", token)


def _placed(said: str) -> str:
    """``千二百三十四`` and ``せんにひゃくさんじゅうよん`` are 1234."""
    total = 0
    for match in _PLACES.finditer(said):
        if not match[0]:
            continue
        one = int(_one(match["one"])) if match["one"] else 1
        total += one * (JA_PLACES[_hiragana(match["place"])[0]] if match["place"] else 1)
    return str(total)


def _one(reading: str) -> str:
    if reading in KANJI:
        return KANJI[reading]
    return next(
        digit for start, digit in ONES_JA.items() if _hiragana(reading).startswith(start)
    )


def _hiragana(reading: str) -> str:
    return reading.translate(TO_HIRAGANA)


def _english(said: str) -> str:
    words = re.split(r"[ -]+", said.lower())
    times = TIMES.get(words[0], 1)
    if times > 1:
        words = words[1:]
    if len(words) == 2:
        return str(int(ENGLISH[words[0]]) + int(ENGLISH[words[1]])) * times
    return ENGLISH[words[0]] * times


def _run(
    text: str, tokens: list[_Token], least_kana: int, *, alone: bool = False
) -> list[DigitRun]:
    """The run that tokens make together; none where they are words rather than digits.
    ``alone``: the tokens are all that was said."""
    sure = sum(token.sort not in ("alike", "vague") for token in tokens)
    if alone and (sure or len(tokens) >= _PIECE):
        tokens = [
            replace(one, sort="word" if one.sort == "alike" else one.sort) for one in tokens
        ]
    while tokens and (
        tokens[0].sort == "after"
        or (
            tokens[0].sort == "alike"
            and not (len(tokens) > 6 and tokens[1].sort in ("word", "after", "alike"))
        )
    ):
        tokens = tokens[1:]
    while tokens and tokens[-1].sort == "alike" and not _ends(text, tokens):
        tokens = tokens[:-1]
    # に before 4412 and after 1234 is a particle.
    while (
        len(tokens) > 1
        and tokens[0].sort == "vague"
        and not _is_kana(tokens[1])
        and not (len(tokens) > _LONG and tokens[1].sort == "alike")
    ):
        tokens = tokens[1:]
    while len(tokens) > 1 and tokens[-1].sort == "vague" and not _is_kana(tokens[-2]):
        tokens = tokens[:-1]
    if not tokens:
        return []
    sure = sum(token.sort not in ("alike", "vague") for token in tokens)
    alike = sum(token.sort == "alike" for token in tokens)
    # What is as long as a card, with so many true digits in it, is nothing else.
    if alike > (2 * sure if sure > 3 and len(tokens) > _LONG else max(1, sure)):
        return []
    if all(_is_kana(token) for token in tokens) and (
        sum(len(token.digits) for token in tokens) < least_kana or (least_kana > 2 and sure < 2)
    ):
        return []
    # Whether a word before the digits is one, their number has to tell.
    lead = tokens[0].start if tokens[0].sort == "alike" else -1
    groups: list[str] = []
    bounds: list[tuple[int, int]] = []
    before: _Token | None = None
    for token in tokens:
        gap = text[before.end : token.start] if before else None
        if token.sort == "after" and groups:
            # "one hundred" ends in two noughts, "two thousand" in three.
            groups[-1] += token.digits
            bounds[-1] = (bounds[-1][0], token.end)
        elif (
            before is not None
            and before.start != lead
            and _same_group(before, token, gap or "")
        ):
            groups[-1] += token.digits
            bounds[-1] = (bounds[-1][0], token.end)
        else:
            groups.append(token.digits)
            bounds.append((token.start, token.end))
        before = token
    return [DigitRun(tokens[0].start, tokens[-1].end, tuple(groups), tuple(bounds), lead >= 0)]


def _same_group(before: _Token, token: _Token, gap: str) -> bool:
    if not gap:
        return True
    spoken = "figure" not in (before.sort, token.sort)
    return gap == " " and spoken


_PIECE = 3  # words alike digits that make a piece of a number where one was asked for
_BARELY = 8
"""Characters beside digits that are the whole of an answer: "it's", です。"""
_LONG = 9
"""Tokens of a run that no sentence makes by chance."""


def _ends(text: str, tokens: list[_Token]) -> bool:
    """Whether a word like a digit is the last one of a number that was spoken."""
    last = tokens[-1].end
    return len(tokens) > 6 and not re.match(
        r"\s*(?!です|が|で|に|は|と)\w", text[last : last + 4]
    )


def _is_kana(token: _Token) -> bool:
    return token.sort in ("kana", "vague")
