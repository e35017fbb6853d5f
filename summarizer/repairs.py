"""What speakers take back: "412, no wait, 421" is 421, 「2日に、いや、5日」 is 5日.

A value is taken back where a word of correction and another value of its kind follow. What
stood between goes with it.
"""

from __future__ import annotations

import re

__all__ = ["values_in", "values_of_kind", "without_repairs"]

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ORDINAL = re.compile(r"\b(?:four|fif|six|seven|eigh|nin|ten|eleven|twelf|\w+teen)th\b")
"""Days of a month in words; "first" to "third" stand for too much else."""
_ONES = (
    r"(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen"
    r"|fifteen|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy"
    r"|eighty|ninety)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?)"
)
_NUMBER_EN = (
    rf"(?:[A-Z]{{0,4}}[-$€£]?\d[\dA-Z.,:-]*(?<![.,])|(?:(?:a|{_ONES}) (?:hundred"
    rf"|thousand)(?: and)? ?)?{_ONES}"
    r"(?: (?:hundred|thousand))?(?: and a half)?|a hundred|a thousand)"
)
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
)
_DAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
_NTH = (
    r"(?:(?:the )?(?:\d{1,2}(?:st|nd|rd|th)|(?:(?:twenty|thirty)[- ])?(?:first|second"
    r"|third|\w+th)))"
)
_CLOCK = (
    rf"(?:(?:half|(?:a )?quarter) (?:past|to) {_ONES}|{_ONES} o'clock"
    r"|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?:ten|fifteen|twenty"
    r"|thirty|forty(?:[ -]five)?|fifty))"
)
_KINDS_EN = {
    "day": _DAY,
    "clock": _CLOCK,
    "number": _NUMBER_EN,
    "nth": rf"(?:{_MONTH} )?{_NTH}(?: of {_MONTH})?",
}
_VALUE_EN = "|".join(f"(?P<{kind}>\\b{pattern}(?!\\w))" for kind, pattern in _KINDS_EN.items())
_FILLED = r"(?:(?:oh|uh|um|er|ah|or|well|so|wait|hang on|hold on|sorry|actually|no)[,.… ]+)*"
_MARK_EN = (
    r"(?:no,? (?:wait|sorry|actually|hang on|hold on|it's|that's|make|not|i mean|rather|let me"
    r"|i'm lying|what am i saying)|actually\b(?:,? more like)?|(?<=, )well(?=,)|i beg"
    r" your pardon"
    r"|(?:i )?tell a lie"
    r"|(?:wait|actually|hang on|sorry),? no|i mean|i meant|or rather|make (?:it|that)"
    r"|(?:oh|ah|uh|er|or|um),? (?:no|wait|hang on|sorry)|hang on|that's the (?:old"
    r"|wrong) \w+|wait\b|scratch that|correction|my mistake"
    r"|sorry,? (?:i mean"
    r"|that's|it's|the)|(?:i'm (?:reading|looking at) )?the wrong \w+|that's (?:wrong"
    r"|not right)"
    r"|no(?=,? (?:it's )?(?:the )?(?:\d|[A-Z]{1,4}\d)))"
)
_REPAIR_EN = re.compile(
    rf"(?P<between>[ ,.;:?!…—-]*(?:\w+[ ,.?!…—-]+){{0,4}}?)(?P<mark>\b{_MARK_EN}\b)"
    r"(?P<lead>.{0,70}?)$",
    re.IGNORECASE,
)
# "A hundred and forty. No, a hundred and thirty-two."
_AT_ONCE_EN = re.compile(
    r"(?:(?:[ ,]+\w+){2,3},(?= no,)|(?: \w+)?)[ ,.;:?!…—-]*\b(?:no|nope|sorry)\b["
    r" ,.…—-]+(?:(?:it's|that's|it was"
    r"|i think) )?(?:the )?",
    re.IGNORECASE,
)
_RETRACED_EN = re.compile(
    r"(?P<said>[^,.?!]+),? (?:—|-|–)? ?(?:no|sorry|i mean|or rather|i tell a lie|tell a"
    r" lie|no sorry"
    r"|i beg your pardon|scratch that|correction|oh no|sorry no|no wait|make that)[,. ]+"
    r"(?P<new>[^,.?!]+)",
    re.IGNORECASE,
)
""" "From Leeds, sorry, from York": the speaker goes back to a word and begins there anew."""
_NO_RETRACE_WORDS = (
    "i it you they he she we that this there is was are were do did don't and but so if"
)
_NO_RETRACE = frozenset(_NO_RETRACE_WORDS.split())
_FAR_EN = 5
"""Words that a speaker goes back at most, and words of what they say anew."""
_ONE_OF = re.compile(
    r"\b(?:the|that|this|which|any|every|each|another)(?: [a-z]+)? $",
    re.IGNORECASE,
)
_EITHER_EN = re.compile(
    rf"(?P<one>{_CLOCK}|{_DAY}|{_NTH}|{_NUMBER_EN})(?: i think)?,? or (?:is it |was it )?"
    rf"(?P<other>{_CLOCK}|{_DAY}|{_NTH}|{_NUMBER_EN}),? (?:no|yes|yeah)(?:,| it's| it is|"
    rf" it was)* "
    r"(?P<which>(?P=one)|(?P=other))\b",
    re.IGNORECASE,
)
_TWICE_EN = re.compile(rf"\b({_NTH}|{_NUMBER_EN}) or (?:the )?\1\b", re.IGNORECASE)
""" "The twelfth or eleventh, no, twelfth"."""
_PART_OF_DAY = r"(?:(?:(?:early|late|mid)[- ])?(?:morning|lunchtime|afternoon|evening))"
_PART_EN = re.compile(
    rf"(?<!good )\b{_PART_OF_DAY}(?: i think)?[, —–-]+(?:no|sorry|wait|i mean|or rather"
    r"|tell you what)(?:[, —–-]+(?:no|sorry|wait|i mean|actually|tell you what|it's|that's"
    r"|make (?:it|that)|(?:he|she|they|i|you) (?:said|says|meant)))*[, ]+"
    rf"(?=(?:(?:by|before|at|after|around|about|between) (?:{_CLOCK}|{_ONES})"
    rf"|{_PART_OF_DAY})\b)",
    re.IGNORECASE,
)
""" "Early afternoon, no, she said before eleven"."""
_BROKEN_EN = re.compile(
    r"\b(?P<article>an?|the|my|our) (?:[\w'-]+ ){0,2}?[\w'-]+,? or (?P=article),? no,? "
    r"(?=[\w'-]+\b(?!'))",
    re.IGNORECASE,
)
""" "A blue, or a, no, green one"."""
_DIGITS_JA = r"[\d０-９,〇一二三四五六七八九十百千万]+(?:[-:：.][\d]+)*"
_COUNTER = (
    r"(?:番|日|月|時|分|円|個|人|名|本|枚|件|号|台|回|階|泊|歳|年|曜日?|箱|袋|キロ"
    r"|センチ|グラム|号車|[かカヶケ]所|箇所|着|冊|匹|部|株|畳|基|度|週間|杯|脚|つ|LDK|DK)?"
)
_COUNTED_JA = re.compile(
    rf"[〇一二三四五六七八九十百千万]+{_COUNTER.removesuffix('?')}|[月火水木金土日]曜"
)
_MARK_JA = (
    r"(?:いや違|いや|いえ|じゃなくて|ではなくて|じゃない(?:や|です|わ|な|、)|違(?:う"
    r"|います|った|いました)"
    r"|(?:すみません|ごめんなさい)、(?!あと|それと|また|もう一つ|別)|間違え|訂正|失礼(?:しました)?、|あっ?、?(?:すみません|ちょっと待|ごめん)|もとい|ちゃう"
    r"|じゃねえ"
    r"|ではありません)"
)
_REPAIR_JA = re.compile(
    rf"(?P<old>(?P<value>[A-Za-z]{{0,4}}-?{_DIGITS_JA})(?P<unit>{_COUNTER}))"
    rf"(?P<between>[^\d]{{0,6}}?[、。…,]?)(?P<mark>{_MARK_JA})(?P<lead>.{{0,36}}?)"
    rf"(?P<new>(?<![\d一二三四五六七八九十〇])(?<!もう)"
    rf"(?:{_DIGITS_JA}(?:時間?|月の?))?[A-Za-z]{{0,4}}-?{_DIGITS_JA}(?:(?P=unit)|(?!{_DIGITS_JA}|{_COUNTER.removesuffix('?')})))"
)
_WORD_JA = re.compile(
    rf"(?P<old>[ァ-ヶー]{{2,10}}|[一-龥]{{1,6}})(?:、(?:あ、)?|(?=じゃな|ではな))(?:{_MARK_JA})"
    r"(?:う|います|った)?(?:、|です、)*(?=[一-龥ァ-ヶ])"
)
_BROKEN_JA = re.compile(
    r"(?P<said>[^。！？!?…]+(?<!です)(?<!ます)(?<!ません)(?<!した))…、?(?:あ、?)?"
    rf"(?:{_MARK_JA.removesuffix(')')}|失礼(?:しました)?|すみません))、(?=[^。]{{2}})"
)
"""A phrase broken off and taken back."""
_LEAST_CLAUSE_JA = 4
_PHRASE_JA = re.compile(
    r"(?:^|(?<=[、。]))(?P<old>[^、。！？!?…]{2,12})(?<!けど)(?<!です)(?<!ます)(?<!した)(?<![がて])、"
    rf"(?:あ、?)?{_MARK_JA}(?:う|います|った)?(?:、|です、)*"
    r"(?=(?P<new>[^、。]{2,16}))"
)
"""「小さいほうを、いや、大きいほうを」: the two end alike."""


def without_repairs(text: str, language: str) -> tuple[str, set[str]]:
    """The words as their speaker left them, and the numbers taken back in them."""
    return _japanese(text) if language == "ja" else _english(text)


def values_in(text: str) -> set[str]:
    """Numbers, counts and days by which a statement is known to repeat a value."""
    english = _ORDINAL.findall(text.lower())
    return {*_NUMBER.findall(text), *english, *_COUNTED_JA.findall(text)}


def values_of_kind(text: str) -> list[re.Match[str]]:
    """Numbers, days, times and dates of English speech; ``lastgroup`` is their kind."""
    return [
        one
        for one in re.finditer(_VALUE_EN, text, re.IGNORECASE)
        if one.group().lower() != "one" or not _ONE_OF.search(text[: one.start()])
    ]


def _english(text: str) -> tuple[str, set[str]]:
    taken_back: set[str] = set()
    for either in _EITHER_EN.finditer(text):
        taken_back |= values_in(either.group()) - values_in(either["which"])
    text = _BROKEN_EN.sub(r"\g<article> ", _PART_EN.sub("", text))
    text = _retraced(_EITHER_EN.sub(r"\g<which>", text))
    for _ in range(4):
        found = _english_repair(text)
        if found is None:
            break
        start, end = found
        taken_back |= values_in(text[start:end])
        text = text[:start] + text[end:]
    text = _TWICE_EN.sub(r"\1", text)
    if match := re.search(r"(?<=\d)(?:[^\d]{0,20}), not (?:the )?(\w*\d[\w.,]*)", text):
        taken_back |= values_in(match[1])
        text = (
            text[: match.start(1)].removesuffix("the ").removesuffix(", not ")
            + text[match.end() :]
        )
    return text, taken_back - values_in(text)


def _retraced(text: str) -> str:
    """Without the words that their speaker goes back to and says anew, in the same frame."""
    match = _RETRACED_EN.search(text)
    if match is None:
        return text
    said, new = match["said"].split(), match["new"].split()
    near = [word.lower() for word in said[-_FAR_EN:]]
    if not near or len(new) > _FAR_EN or values_of_kind(match["new"]):
        return text
    first, last = new[0].lower(), new[-1].lower()
    if first in near and first not in _NO_RETRACE:
        back = len(near) - max(place for place, word in enumerate(near) if word == first)
    elif last == near[-1] and len(new) < _FAR_EN - 1:
        back = len(new)
    else:
        return text
    kept = " ".join(said[:-back])
    return text[: match.start()] + " ".join([kept, *new]).strip() + text[match.end() :]


def _english_repair(text: str) -> tuple[int, int] | None:
    """From the start of the value taken back to the start of the one that replaces it."""
    values = values_of_kind(text)
    for place, new in enumerate(values):
        for old in values[max(0, place - 3) : place][::-1]:
            if not _kinds(old) & _kinds(new):
                continue
            between = text[old.end() : new.start()]
            if old.group().lower() != new.group().lower() and (
                _REPAIR_EN.fullmatch(between) or _AT_ONCE_EN.fullmatch(between)
            ):
                return old.start(), new.start()
    return None


def _kinds(match: re.Match[str]) -> set[str]:
    """What a value may be: "twelve fifty" is a time or a price."""
    kind, said = match.lastgroup or "", match.group()
    if kind == "number" and re.search(r"\d:\d", said):
        return {"clock"}
    either = kind == "clock" and not re.search(r"past|to|o'clock", said)
    return {"clock", "number"} if either else {kind}


def _japanese(text: str) -> tuple[str, set[str]]:
    taken_back: set[str] = set()
    for _ in range(4):
        match = _REPAIR_JA.search(text)
        if match is None:
            break
        taken_back |= values_in(match["old"])
        text = text[: match.start()] + text[match.start("new") :]
    while match := _WORD_JA.search(text):
        text = text[: match.start()] + text[match.end() :]
    text = _PHRASE_JA.sub(
        lambda match: "" if match["old"][-2:] in match["new"] else match.group(), text
    )
    text = _BROKEN_JA.sub(_without_last_words, text)
    return text, taken_back - values_in(text)


def _without_last_words(match: re.Match[str]) -> str:
    """What stood before the words that 「…いや、」 takes back, where it stands without them."""
    clauses = match["said"].split("、")[:-1]
    while clauses and (
        len(clauses[-1]) < _LEAST_CLAUSE_JA or clauses[-1][-1] in "がはをにのも"
    ):
        clauses.pop()
    return "、".join(clauses) + "、" if clauses else ""
