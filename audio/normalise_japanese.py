"""Japanese figures: 三千円 to 3,000円, ゼロサンの to 03の, エービーいちにさん to AB123.

Amounts take commas (12,800円) and keep a round 万 (3万円), as price lists and forms of
Japanese centres do. A kanji numeral becomes figures only before a counter that says that
it counts: 一緒, 一応, 十分, 三井 and 六本木 are words. In doubt the words stay.
"""

from __future__ import annotations

import re

__all__ = ["settled_japanese", "written_japanese"]

# Numerals in kanji, before a counter ----------------------------------------------------

DIGITS = "〇零一二三四五六七八九"
VALUES = {digit: max(0, value - 1) for value, digit in enumerate(DIGITS)}
SCALES = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10**4, "億": 10**8, "兆": 10**12}

_WORDS_AFTER = {
    "円": "高安滑満周形卓熟盤建陣柱筒",
    "年": "金齢収賀配輩寄中",
    "月": "曜額例謝給賦雨晴闇",
    "日": "本曜程時常市町系坊酔千中",
    "時": "計刻点期給代差短々折効的",
    "分": "割野別岐析解裂担配類布の目",
    "秒": "読",
    "回": "線答復収転路避",
    "件": "名",
    "個": "人別性室展体",
    "名": "前称義刺古物簿誉字",
    "人": "気生間事口形格称",
    "枚": "挙岩",
    "台": "所風帳車湾頭詞紙本",
    "本": "木松柳槍人日社店件来当体部格文名籍州町",
    "階": "堂層級段",
    "号": "泣令外",
    "番": "号組犬手頭茶外付町",
    "度": "数合",
    "点": "滴灯検線字在火呼",
    "位": "置牌相",
    "社": "会員長内外食宅交団名屋用風歴債",
    "割": "合当安高愛りれるっ増",
    "倍": "率音",
    "桁": "",
    "泊": "",
    "歳": "",
    "代": "金理表替",
    "着": "信払席手陸用替物目服地荷順",
    "箱": "根",
    "冊": "子",
    "袋": "",
    "キロ": "",
    "ギガ": "",
    "メガ": "",
    "テラ": "",
    "メートル": "",
    "センチ": "",
    "ミリ": "",
    "グラム": "",
    "リットル": "",
    "ワット": "",
    "アンペア": "",
    "インチ": "",
    "ページ": "",
    "ドル": "",
    "ユーロ": "",
    "パーセント": "",
}
"""Counters, and what makes another word of each: 円高, 年金, 日本, 十分の."""
_COUNTERS = [
    *("週間", "日間", "年間", "時間", "分間", "秒間", "営業日", "丁目", "番地", "番線"),
    *("番目", "号室", "店舗", "世帯", "文字", "か月", "ヶ月", "カ月", "ヵ月", "ケ月", "箇月"),
    *("か所", "ヶ所", "カ所", "箇所"),
]
_COUNTER = "|".join(
    [
        *_COUNTERS,
        *(
            rf"{counter}(?![{after}])" if after else counter
            for counter, after in sorted(_WORDS_AFTER.items(), key=lambda item: -len(item[0]))
        ),
    ]
)
_PLAIN = frozenset([*"年月日時分秒号番歳階", "号室", "番地", "番線", "番目", "丁目"])
"""Counters whose numbers take no commas: they name, they do not count."""
_WORDS_WITH_ONE = frozenset("番度点本着代倍人時位")
"""一番 and 一時 are words more often than figures."""
_LARGEST = {"月": 12, "日": 400, "時": 30, "分": 600, "歳": 130}
"""千日 and 千歳 are places."""
_MAY_STAND_BEFORE = "年月日時分円約計全各後前上下和成治満番号度間様方件目泊朝夜夕昼週当現税"
"""Kanji after which a numeral begins; after others it belongs to their word: 同一回線."""
_APPROXIMATE = "数何幾第毎翌両"
_NUMBER = rf"[{DIGITS}十百千万億兆\d]*[{DIGITS}十百千万億兆](?:[{DIGITS}十百千万億兆\d]*)"
_COUNTED = re.compile(
    rf"(?P<number>{_NUMBER})(?:点(?P<fraction>[{DIGITS}]{{1,3}}))?(?P<counter>{_COUNTER})"
)

# Dictated digits ------------------------------------------------------------------------

_READINGS = {
    "0": "ゼロ ぜろ レイ れい マル まる",
    "1": "イチ いち",
    "2": "ニイ ニー にい にー ニ に",
    "3": "サン さん",
    "4": "ヨン よん シー シ し",
    "5": "ゴオ ゴー ごお ごー ゴ ご",
    "6": "ロク ろく",
    "7": "ナナ なな シチ しち",
    "8": "ハチ はち",
    "9": "キュウ きゅう キュー きゅー ク く",
}
_DIGIT_OF = {reading: digit for digit, all_ in _READINGS.items() for reading in all_.split()}
_WEAK = frozenset(
    [
        "レイ",
        "れい",
        "マル",
        "まる",
        "ニ",
        "に",
        "さん",
        "シー",
        "シ",
        "し",
        "ゴ",
        "ご",
        "ク",
        "く",
    ]
)
"""Readings that are words or parts of words: they count only among others."""
_KATAKANA = "ァ-ヶー"
_TOKEN = re.compile(
    "|".join([*sorted(_DIGIT_OF, key=len, reverse=True), rf"[{DIGITS}]", r"\d+"])
)
_BETWEEN = re.compile(r"[、,]?の?、?\s?|[‐−–-]")
_COUNTED_AFTER = re.compile(rf"[十百千万億兆つ%％]|{_COUNTER}")
_AFTER_DIGITS = re.compile(r"です|でし|[、。の番]|$")
"""What follows a digit; otherwise a final に is a particle."""

_MORE_OF_A_WORD = re.compile(r"(?![にはがもをとでのねよかっ])[ぁ-ん]")

_LETTERS = {
    "エー": "A", "ビー": "B", "シー": "C", "ディー": "D", "イー": "E", "エフ": "F", "ジー": "G",
    "エイチ": "H", "エッチ": "H", "アイ": "I", "ジェー": "J", "ジェイ": "J", "ケー": "K",
    "ケイ": "K", "エル": "L", "エム": "M", "エヌ": "N", "オー": "O", "ピー": "P", "キュー": "Q",
    "アール": "R", "エス": "S", "ティー": "T", "ユー": "U", "ブイ": "V", "ダブリュー": "W",
    "エックス": "X", "ワイ": "Y", "ゼット": "Z",
}  # fmt: skip
_LETTER = "|".join(sorted(_LETTERS, key=len, reverse=True))
_SPELT = re.compile(
    rf"(?<![{_KATAKANA}])(?P<letters>(?:(?:{_LETTER}){{1,4}}|(?<![A-Za-z])[A-Z]{{1,3}}))"
    rf"(?P<between>の?、?)(?P<digits>\d{{2,}})(?![\d,.]|{_COUNTER}|[つ%万千])"
)

_OPEN = (
    f"{DIGITS}十百千万億兆0123456789０１２３４５６７８９ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "いちさんよろくなはきゅう点、,.の- ー%％"
    + "".join(map(chr, range(ord("ァ"), ord("ヶ") + 1)))
    + "".join(_COUNTERS)
    + "".join(counter for counter in _WORDS_AFTER if not re.match("[ァ-ヶ]", counter))
)
"""What numbers are made of, with what may follow them. Katakana may be digits or letters."""
_WIDE = str.maketrans(
    {chr(code + 0xFEE0): chr(code) for code in map(ord, "0123456789")} | {"％": "%"}
)
_YEN = re.compile(r"(?<![\d.,万億])(\d{4,})(?=円|[~〜～]\d{4,}円)")
_PERCENT = re.compile(r"(?<=\d)\s?パーセント")


def written_japanese(text: str) -> str:
    """``text`` with figures."""
    text = _SPELT.sub(_code, _dictated(text.translate(_WIDE)))
    text = _COUNTED.sub(lambda match: _counted(match, text), text)
    text = _YEN.sub(lambda match: f"{int(match[1]):,}", text)
    return _PERCENT.sub("%", text)


def settled_japanese(text: str) -> int:
    """Characters before the number that the text ends in, if it does: what follows may
    still change it."""
    return len(text.rstrip(_OPEN))


def _counted(match: re.Match[str], text: str) -> str:
    number, counter = match["number"], match["counter"]
    value = _value(number)
    before, after = text[: match.start()], text[match.end() :]
    if value is None or _is_word(number, value, counter, before, after):
        return match[0]
    if match["fraction"]:
        decimals = "".join(str(VALUES[digit]) for digit in match["fraction"])
        return f"{value}.{decimals}{counter}"
    return f"{_figures(value, plain=counter in _PLAIN)}{counter}"


def _is_word(number: str, value: int, counter: str, before: str, after: str) -> bool:
    """Whether the characters of a number and its counter are not a number here."""
    last = before[-1:]
    if last in _APPROXIMATE and last or before.endswith(("分の", "の一", ".", ",")):
        return True
    if re.match("[一-龥々]", last) and last not in _MAY_STAND_BEFORE:
        return True
    if number[0] in LARGE:
        return True
    if len(number) == 1 and number in VALUES and before.endswith("、"):
        said = VALUES.get(before[-2:-1])
        if said is not None and said < value:
            return True  # 二、三日
    if number == "一" and counter in _WORDS_WITH_ONE:
        clock = before.endswith(("午前", "午後", "朝", "夜", "昼", "深夜", "の"))
        return not (counter == "時" and (clock or re.match(rf"半|[{DIGITS}十]+分", after)))
    if number == "二" and counter == "人":
        return True
    if number == "十" and counter == "分":
        lasts = after.startswith(
            ("後", "前", "ほど", "程度", "以内", "おき", "くらい", "ぐらい")
        )
        return not (lasts or last == "時")
    if counter == "代":
        return value not in range(10, 100, 10)
    if counter in ("度", "着"):
        return value < 10
    return value > _LARGEST.get(counter, value)


def _value(number: str) -> int | None:
    """Value of a numeral in kanji, Arabic digits or both; ``None`` where it is none, or
    only nearly one: 二三, 五六百."""
    if not any(character in SCALES or character in LARGE for character in number):
        digits = "".join(str(VALUES.get(character, character)) for character in number)
        if len(number) == 2 and "〇" not in number and int(digits[1]) == int(digits[0]) + 1:
            return None
        return int(digits)
    total = section = 0
    pending = ""
    for character in number:
        if character in SCALES:
            section += int(pending or "1") * SCALES[character]
            pending = ""
        elif character in LARGE:
            total += (section + int(pending or "0")) * LARGE[character]
            section, pending = 0, ""
        elif character in VALUES:
            if pending:
                return None
            pending = str(VALUES[character])
        else:
            pending += character
    return total + section + int(pending or "0")


def _figures(value: int, *, plain: bool) -> str:
    if value < 10_000 or value % 10_000:
        return str(value) if plain else f"{value:,}"
    written = ""
    for scale, size in sorted(LARGE.items(), key=lambda item: -item[1]):
        count, value = divmod(value, size)
        written += f"{count:,}{scale}" if count else ""
    return written


def _dictated(text: str) -> str:
    """Digits read out one by one, as digits; の and pauses between groups become hyphens."""
    parts: list[str] = []
    position = told = 0
    while match := _TOKEN.search(text, position):
        groups, ends = _groups(text, match)
        position = ends[-1]
        while groups and _COUNTED_AFTER.match(text, ends[-1]):
            groups.pop()
            ends.pop()
        if not groups or not _is_dictated(text, match.start(), groups, ends[-1]):
            continue
        position = ends[-1]
        digits = ["".join(_digits_of(token) for token in group) for group in groups]
        single = all(len(group) == 1 for group in digits)
        parts += [text[told : match.start()], ("" if single else "-").join(digits)]
        told = position
    return "".join(parts) + text[told:]


def _groups(text: str, first: re.Match[str]) -> tuple[list[list[str]], list[int]]:
    """Tokens that follow each other, in groups between separators, and where groups end."""
    groups, ends = [[first.group()]], [first.end()]
    while True:
        between = _BETWEEN.match(text, ends[-1])
        after = between.end() if between else ends[-1]
        token = _TOKEN.match(text, after)
        if token is None:
            break
        if after == ends[-1]:
            groups[-1].append(token.group())
            ends[-1] = token.end()
        else:
            groups.append([token.group()])
            ends.append(token.end())
    last = groups[-1]
    if len(last) > 1 and last[-1] in "にしごく" and not _AFTER_DIGITS.match(text, ends[-1]):
        ends[-1] -= len(last.pop())
    return groups, ends


def _is_dictated(text: str, start: int, groups: list[list[str]], end: int) -> bool:
    tokens = [token for group in groups for token in group]
    kana = [token for token in tokens if token in _DIGIT_OF]
    count = sum(len(_digits_of(token)) for token in tokens)
    if not kana:
        return _is_dictated_in_figures(text, start, groups, end)
    joins = re.compile(rf"[{_KATAKANA}]")
    katakana = [token for token in kana if joins.match(token)]
    if len(katakana) not in (0, len(kana)):
        return False
    if (joins if katakana else _MORE_OF_A_WORD).match(text, end):
        return False
    strong = sum(token not in _WEAK for token in kana)
    if re.search(rf"(?<![{_KATAKANA}])(?:{_LETTER}){{1,4}}$|[A-Z]$", text[:start]):
        return count >= 3 and strong >= 1
    if katakana and joins.match(text[:start][-1:]):
        return False
    if max(map(len, groups)) == 2 and any(group[-1] in _WEAK for group in groups):
        return False  # イチゴ、サンゴ
    least = 3 if katakana else 4
    if count >= least and (strong >= 2 or len(tokens) >= 3 and strong == len(kana)):
        return True
    return count == 2 and tokens[0] == "ゼロ" and strong == 2 and text[end : end + 1] == "の"


def _is_dictated_in_figures(text: str, start: int, groups: list[list[str]], end: int) -> bool:
    """Of tokens in Arabic or kanji digits only."""
    if re.match(rf"[{DIGITS}十百千万億兆.,%]", text[end : end + 1]):
        return False
    if re.match(r"[十百千万億兆.,]", text[:start][-1:]):
        return False
    sizes = [sum(map(len, group)) for group in groups]
    kanji = any(token in VALUES for group in groups for token in group)
    if len(groups) == 1:
        return kanji and sizes[0] >= 4 or kanji and sizes[0] == 3 and "〇" in groups[0]
    between = text[start:end]
    if all(size == 1 for size in sizes):
        digits = "".join(_digits_of(group[0]) for group in groups)
        return len(sizes) >= 4 and digits != "123456789"[: len(sizes)]
    said = "の" in between or kanji
    zero = _digits_of(groups[0][0]).startswith("0") and sizes[0] >= 2
    return said and min(sizes) >= 2 and (zero or len(groups) >= 3)


def _digits_of(token: str) -> str:
    if token in VALUES:
        return str(VALUES[token])
    return _DIGIT_OF.get(token, token)


def _code(match: re.Match[str]) -> str:
    """Letters said by their names, and the digits after them, as one code."""
    letters, between, digits = match["letters"], match["between"], match["digits"]
    said = re.findall(_LETTER, letters) or list(letters)
    long = len(digits) >= 3
    if between and not long or letters.isascii() and not between:
        return match[0]
    if len(said) == 1 and not long:
        return match[0]
    return "".join(_LETTERS.get(letter, letter) for letter in said) + digits
