"""What a Japanese call leaves behind: times turned down, values put right, counts changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from copilot.events import Speaker
from summarizer.numbers import number_ja

__all__ = ["agreed", "changed_mind", "corrected", "without_old_count", "without_turned_down"]

_NUMERAL = r"[\d〇一二三四五六七八九十百]+"
_DAY = rf"(?:{_NUMERAL}月の?)?{_NUMERAL}日(?!間)|[月火水木金土日]曜日?"
_DAY = rf"{_DAY}|明日|あした|明後日|あさって|来週|今週|再来週"
_TIME = rf"{_NUMERAL}時(?!間)(?:半|{_NUMERAL}分)?"
_OTHER = (
    r"[\d〇一二三四五六七八九十百千万,]+(?:円|名|人|個|本|枚|台|箱|冊|匹|泊|回|月|年|階|番)"
    rf"|{_NUMERAL}(?:日|時|週|か月)間?(?=ほど|くらい|ぐらい|程度|前後)"
)
_VALUE = re.compile(
    rf"(?<![\d〇一二三四五六七八九十百])(?!四十九日)"
    rf"(?:(?P<day>{_DAY})|(?P<time>{_TIME})|(?P<other>{_OTHER}))"
)
_PART = r"(?:の?(?:午前中?|午後|朝|夜|夕方|昼)(?:、|の)?)?"
_OBSTACLE = 4
"""Characters that tell why a time is turned down; 「明後日は金曜です」 turns down nothing."""
_REACH = 6
"""Statements back in which a time that is turned down was offered."""
_NEXT = 6
"""Statements within which another time is put in its place."""

_CONSENT = re.compile(
    r"(?:で|に|と|から|(?=なら))?(?:は|も|なら)?、?(?:(?:よろしい|よろし|いい|よい|よか|ええ|大丈夫|結構|かまいません|構いません)"
    r"(?:でしょう|です|す|でっしゃろ)?か?|(?:いかが|どう|どない)(?:でしょう|です|でっしゃろ|や|やろ)?か?)(?:ね|な)?$"
)
_TAKEN = re.compile(
    r"^(?:あ|ああ|あら|じゃあ?|では|ほな|んだば|そんなら|それなら|そしたら|、)*"
    r"(?:はい|ええ(?!と)|うん|お願い|頼|それで|そんで|いい(?:です|よ|ね)|よか|わかり|分かり|大丈夫|承知|もちろん|そうして|そうしま|了解"
    r"|助かり|結構です|構いません|オッケー|ok|うっす|うす|ぜひ|よろしく|そんなら)",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"^(?:いえ|いや|いいえ|うーん|ちょっと|それは|それだと|えっ)(?!いや)")
_OFFERS = re.compile(
    r"(?:か|なら|でしたら|空いて|取れ|伺え|いかが|どうでしょ|できます|可能)|(?:に|で|は)$"
)
_DECLINES = re.compile(
    r"^(?:えっ?と?|うーん|、)*(?:いえ|いや|いいえ|ちょっと|うーん)"
    r"|無理|だめ|ダメ|難し|厳し|都合|仕事|いません|いない|おらん|おりません|出かけ|早すぎ|遅い|遅すぎ"
    r"|(?:他|別|ほか)の(?:日|時)|もっと(?:早|遅)|もう少し(?:早|遅)|あかん|留守|不在|旅行|出張"
)
_ASKED_HOW_MUCH = re.compile(
    r"いつ|何[時日月曜]|いくら|どれくらい|どのくらい|どんくらい|なんぼ"
)
_HEDGE = re.compile(
    r"(?P<said>です|ます|でしょう|ございます|やろ|だろう?)(?:か(?:ね|な)?え?|かしら)$"
)
"""「十日ほどですかね」 answers."""
_ASSUMED = re.compile(r"(?:か|かな|かしら|っけ|ね|やんな|はず(?:です|だ)?)(?:ね|な)?$")
_DENIES = re.compile(r"^(?:えーと?|あの|あ|、)*(?:いえ|いや|いいえ|違い|違う|ちゃい)")
_AFTER_ALL = re.compile(r"やっぱり?|やはり|それなら|だったら|いっそ")
_TOPIC = r"(?:は|だと|ですと|でしたら(?=[^、。]*(?:ない|ません|れな))|やと|じゃ)"
_TOPIC = rf"{_TOPIC}(?!、?(?:どう|いかが|大丈夫|よろし|空い))"
_PUT = (
    rf"{_PART}(?:{_TIME})?(?:なら|で(?!す(?:が|けど))|でしたら|だったら|は(?:、)?(?:どう|いかが|空)|やったら|に(?:して|し|変)"
    r"|の(?:方|ほう)|過ぎ|から|以降|だ|です|$|、)"
)


def without_turned_down(texts: list[str], roles: Sequence[Speaker]) -> None:
    """Takes a day or time out of ``texts`` that was offered, turned down and replaced."""
    for place in range(len(texts)):
        for old, start, kind in list(_values(texts[place])):
            about = re.match(_PART + _TOPIC, texts[place][start + len(old) :])
            if kind == "other" or about is None:
                continue
            offered = [
                back
                for back in range(max(0, place - _REACH), place)
                if _has(texts[back], old) and (roles[back] == "agent" or back > place - 3)
            ]
            if not offered:
                continue
            found = _replaced(texts, place, start + len(old) + about.end(), old, kind)
            if found is None:
                continue
            new_place, new_start = found
            if any(_has(text, old) for text in texts[new_place + 1 :]):
                continue
            texts[place] = texts[place][new_start:] if new_place == place else ""
            for back in offered:
                asks = re.search(r"か(?:ね|な)?$", texts[back]) or _EQUALS.search(texts[back])
                texts[back] = "" if asks else _without(texts[back], old)
            break
        if roles[place] == "agent" and _DECLINES.search(_reply(texts, roles, place)):
            _without_declined(texts, place)


def _without_declined(texts: list[str], place: int) -> None:
    """Takes the only time offered at ``place`` out of it where another one follows."""
    offered = [(one, kind) for one, _, kind in _values(texts[place]) if kind != "other"]
    if not offered or not _OFFERS.search(texts[place]):
        return
    old, kind = offered[0]
    later = texts[place + 1 : place + 1 + _NEXT]
    others = (one for text in later for one, _, other in _values(text) if other == kind)
    stays = any(_has(text, old) for text in texts[place + 2 :])
    if not stays and any(_plain(one) != _plain(old) for one in others):
        texts[place] = _without(texts[place], old)


def _replaced(
    texts: Sequence[str], place: int, after: int, old: str, kind: str
) -> tuple[int, int] | None:
    """Where another value of ``kind`` is put in the place of ``old``."""
    for later in range(place, min(place + _NEXT, len(texts))):
        for new, start, other in _values(texts[later]):
            if later == place and start < after:
                continue
            if later == place and start < after + _OBSTACLE:
                return None
            rest = texts[later][start + len(new) :]
            if other == kind and not _has(new, old) and re.match(_PUT, rest):
                return later, start
    return None


def corrected(texts: list[str], roles: Sequence[Speaker]) -> None:
    """Takes values out of ``texts`` that one side assumed and the other put right."""
    for place, text in enumerate(texts):
        reply = _reply(texts, roles, place, most=3) if _ASSUMED.search(text) else ""
        mine, theirs = _values_of(text), _values_of(reply)
        for old in mine - theirs if _DENIES.match(reply) or mine & theirs else ():
            if any(_unit(new) == _unit(old) for new in theirs - mine):
                assumed = (
                    rf"(?:[^、。はがをにで]{{1,8}}(?:は|って)、?)?{re.escape(old)}[^、。]*$"
                )
                texts[place] = re.sub(assumed, "", texts[place])


def _reply(texts: Sequence[str], roles: Sequence[Speaker], place: int, *, most: int = 1) -> str:
    """What the other side says next, where nothing but small talk comes before it."""
    said: list[str] = []
    for role, text in zip(roles[place + 1 :], texts[place + 1 :], strict=True):
        if len(said) == most or (role == roles[place] and (said or any(_values(text)))):
            break
        if role != roles[place]:
            said.append(text)
    return "。".join(said)


def changed_mind(texts: list[str], place: int) -> None:
    """Takes a value out of the ``texts`` before ``place`` that 「やっぱり三つで」 replaces."""
    if not (match := _AFTER_ALL.search(texts[place])):
        return
    for new, start, _ in _values(texts[place]):
        if start < match.end() or not re.match(_PUT, texts[place][start + len(new) :]):
            continue
        for back in range(place - 1, -1, -1):
            old = [one for one in _values_of(texts[back]) if _unit(one) == _unit(new)]
            if old:
                if len(old) == 1 and old[0] != _plain(new):
                    texts[back] = _without(texts[back], old[0])
                break


def agreed(texts: Sequence[str], roles: Sequence[Speaker], place: int) -> str:
    """「二十四日の九時でいかがでしょう」 as what it is once the other side takes it."""
    text = texts[place]
    before = place and roles[place - 1] != roles[place] and texts[place - 1]
    if before and _ASKED_HOW_MUCH.search(before) and any(_values(text)):
        return _HEDGE.sub(r"\g<said>", text)
    match = _CONSENT.search(text)
    if match is None or not any(_values(text[: match.start()])):
        return text
    reply = _reply(texts, roles, place)
    values, answered = _values_of(text), _values_of(reply)
    other = {_unit(one) for one in answered - values} & {_unit(one) for one in values}
    takes = _TAKEN.match(reply) or answered & values
    if not takes or other or _REFUSED.match(reply):
        return text
    return f"{text[: match.start()]}で"


def _values(text: str) -> Iterator[tuple[str, int, str]]:
    """Each value with its place and kind."""
    for match in _VALUE.finditer(text):
        yield match.group(), match.start(), match.lastgroup or ""
    for match in re.finditer(rf"(?<![\d〇一二三四五六七八九十百])({_NUMERAL})(?=は)", text):
        yield match[1], match.start(), "day"  # 「二十五は会食で」


def _values_of(text: str) -> set[str]:
    return {_plain(one) for one, _, _ in _values(text)}


def _plain(value: str) -> str:
    """One form of a day that is said with its month, or with 日 behind the weekday."""
    return re.sub(rf"^{_NUMERAL}月の?(?=.)|(?<=曜)日$", "", value)


def _unit(value: str) -> str:
    return value[-1:]


def _has(text: str, value: str) -> bool:
    """Whether ``value`` stands in ``text`` and is no part of a longer number."""
    bare = re.escape(_plain(value))
    return bool(re.search(rf"(?<![\d〇一二三四五六七八九十百]){bare}", text))


def _without(text: str, value: str) -> str:
    """``text`` without a time and what only belongs to it."""
    bare = re.escape(_plain(value))
    gone = re.compile(
        rf"(?:次の)?{bare}日?{_PART}、?(?:{_TIME}(?:過ぎ|以降|頃|から|まで)?)?"
        r"(?:だね|ですね|ですか|です|なら|って|か(?=が|は)|に(?:は)?|で(?:は)?|まで|の|は|も|から|、)*"
    )
    rest = gone.sub("", text).strip("、 ")
    return rest if len(rest) >= _LEAST else ""


_EQUALS = re.compile(rf"^[^、]{{0,6}}(?:って|っていうと|は)、?(?:{_DAY})$")
_LEAST = 4
"""Characters below which nothing is left to tell."""

_COUNTED = r"(?:名|人|個|枚|本|台|箱|冊|泊|部屋)"
_COUNT_CHANGED = re.compile(
    rf"(?P<number>{_NUMERAL})(?P<unit>{_COUNTED})(?:様|分)?に"
    r"(?:なりま|なった|なって|増え|増や|減っ|減り|減ら|変更|変わ|変え)"
)


def without_old_count(texts: list[str], place: int) -> None:
    """Takes a count out of the earlier ``texts`` that the one at ``place`` changes."""
    for change in _COUNT_CHANGED.finditer(texts[place]):
        unit = "名|人" if change["unit"] in "名人" else change["unit"]
        number = number_ja(change["number"])
        counted = re.compile(
            rf"(?<![\d〇一二三四五六七八九十百])(?P<number>{_NUMERAL})(?:{unit})(?:様|分)?"
        )
        found = [match for text in texts[:place] for match in counted.finditer(text)]
        old = number_ja(found[-1]["number"]) if found else None
        if old in (None, 1, number):
            continue
        for back, text in enumerate(texts[:place]):
            clauses: list[str] = []
            for clause in text.split("、"):
                match = counted.search(clause)
                if match and number_ja(match["number"]) == old:
                    after = clause[match.end() :]
                    if not clause[: match.start()] and re.match(r"(?:です|でしょ|$)", after):
                        continue
                    after = re.sub(r"^(?:で(?!す)|の|ほど|くらい)", "", after)
                    clause = clause[: match.start()] + after
                clauses.append(clause)
            texts[back] = "、".join(clauses)
