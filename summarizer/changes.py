"""What a call leaves behind: the time offered and not chosen, the count that was changed.

The value that holds stands elsewhere in the call; a note that tells both misleads.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.events import Speaker
from summarizer import changes_japanese

__all__ = ["without_left_behind"]

Said = tuple[Speaker, str]
"""Who said a statement, and its words."""

_DAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tonight|tomorrow)"
_ONE = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen"
    r"|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|\d+)"
)
_NUMBER = rf"(?:{_ONE}(?:[- ]{_ONE})?)"
_HOUR = rf"(?:(?:at|after|before|from|around|by) )?(?:half )?(?:past )?{_NUMBER}(?: ?[ap]m)?"
_WHEN = rf"(?:{_DAY}(?: (?:{_HOUR}|morning|afternoon|evening))?|{_HOUR})"
_EITHER = re.compile(
    rf"\b(?:either )?(?P<first>{_WHEN}),? or (?:on |at )?(?P<second>{_WHEN})\b", re.IGNORECASE
)
_KEYS = re.compile(rf"{_DAY}|\b{_ONE}\b", re.IGNORECASE)

_CLOCK = (
    rf"(?:(?:(?:half|a quarter|quarter) (?:past|to) )?{_ONE}(?: ?[ap]\.?m\b|(?:"
    rf" o'clock))?|noon|midday)"
)
_LEAD = r"(?:(?:by|at|before|around|after|on|for|until|this|next|first thing) )*"
_KINDS = {
    "day": re.compile(
        rf"(?:, )?\b{_LEAD}(?P<key>{_DAY})(?: (?:morning|afternoon|evening|arvo|night))?\b",
        re.I,
    ),
    "clock": re.compile(
        rf"(?:, )?\b(?:by|at|before|around|after|for|until) (?:about |around"
        rf" )?(?P<key>{_CLOCK})\b"
        r"(?! (?:minute|hour|day|week|month|people|of)s?\b)",
        re.I,
    ),
}
_PROPOSES = re.compile(
    r"\b(?:would|how about|what about|shall we say|make (?:it|that)|could (?:we|you|i)"
    r"|can (?:we|you|i)"
    r"|does|let's (?:say|make it)|i (?:can|could) do|better)\b",
    re.IGNORECASE,
)
_SUITS = re.compile(
    r"^(?:(?:yes|yeah|yep|ok(?:ay)?|sure|fine|great|perfect|lovely|oh|that)\b|.*\b(?:good|fine"
    r"|works?|better|perfect|great|ideal|then|it is|do)\b)",
    re.IGNORECASE,
)
_RETRACTS = re.compile(
    r"\b(?:misspoke|spoke too soon|take that back|scratch (?:that|today|tomorrow|what)"
    r"|strike that"
    r"|forget (?:that|what i (?:just )?said)|(?:told|gave) you (?:\w+ )?wrong|i was wrong"
    r"|got that wrong|(?:it's|that's|they've|it has|that's just)(?: just| all)? (?:gone"
    r"|been (?:taken"
    r"|booked|snapped up))|not (?:\w+day|today|tomorrow) after all)\b",
    re.IGNORECASE,
)
""" "I misspoke": what the operator said before does not hold."""
_BACK = 9
"""Statements back in which that stands which is taken back or put off."""

_NUMERAL = r"[\d〇一二三四五六七八九十百]+"
_WHEN_JA = (
    rf"(?:(?:[月火水木金土日]曜日?|{_NUMERAL}日|明日|明後日)の?)?(?:(?:午前|午後|朝|夕方)の?)?"
    rf"(?:{_NUMERAL}時(?:半|{_NUMERAL}分)?)?"
)
_EITHER_JA = re.compile(
    rf"(?P<first>(?=[^、]*[時日曜前後]){_WHEN_JA})(?:か|と|または|もしくは)、?"
    rf"(?P<second>(?=[^、]*[時日曜前後]){_WHEN_JA})(?=(?:か|と)?(?:が|は|で|なら|に|も))"
)
_KEYS_JA = re.compile(rf"[月火水木金土日]曜|{_NUMERAL}[日時]|明日|明後日|午前|午後|朝|夕方")
_REPLIES = 4
"""Statements after an offer in which the customer chooses."""

_CHANGED = re.compile(
    rf"\b(?:make (?:it|that)|we're now|we are now|there are now|change (?:it|that) to"
    rf") (?:just |only )?(?P<number>{_NUMBER})\b"
    r"(?! ?(?:o'clock|[ap]m|past|thirty|fifteen|percent|dollars|pounds|euros|hundred))"
    r"(?: (?P<noun>[a-z]+s|people)\b)?",
    re.IGNORECASE,
)
_NOT_COUNTED = frozenset(
    ("minutes", "hours", "days", "weeks", "months", "years", "dollars", "pounds", "times")
)
_NEAR = 4
"""Statements before a change that names no thing in which the thing stands."""


def without_left_behind(said: Sequence[Said], language: str) -> list[str]:
    """The words of each statement without such values, in order; empty where none is left."""
    texts = [text for _, text in said]
    japanese = language == "ja"
    for place, (role, _) in enumerate(said):
        if role == "agent":
            texts[place] = _without_other_offer(said, texts, place, japanese=japanese)
        if japanese:
            changes_japanese.without_old_count(texts, place)
            changes_japanese.changed_mind(texts, place)
        else:
            _changed_english(texts, place)
            _put_off(said, texts, place)
            if role == "agent" and _RETRACTS.search(texts[place]):
                _take_back(said, texts, place)
    if japanese:
        roles = [role for role, _ in said]
        changes_japanese.without_turned_down(texts, roles)
        changes_japanese.corrected(texts, roles)
        texts = [changes_japanese.agreed(texts, roles, place) for place in range(len(texts))]
    return texts


def _without_other_offer(
    said: Sequence[Said], texts: list[str], place: int, *, japanese: bool
) -> str:
    """The offer of two times with the one alone that the customer's last words on it name."""
    text = texts[place]
    match = (_EITHER_JA if japanese else _EITHER).search(text)
    if match is None:
        return text
    keys = _KEYS_JA if japanese else _KEYS
    first, second = (
        {key.lower() for key in keys.findall(match[name])} for name in ("first", "second")
    )
    chosen = ""
    for role, reply in said[place + 1 : place + 1 + _REPLIES]:
        named = {key.lower() for key in keys.findall(reply)}
        if role == "agent":
            if chosen:
                break
            continue
        if named & (first - second) and not named & (second - first):
            chosen = match["first"]
        elif named & (second - first) and not named & (first - second):
            chosen = match["second"]
    return text[: match.start()] + chosen + text[match.end() :] if chosen else text


def _times(text: str, kind: str) -> list[re.Match[str]]:
    return list(_KINDS[kind].finditer(text))


def _put_off(said: Sequence[Said], texts: list[str], place: int) -> None:
    """ "By noon" - "Would two be better" - "Two's good": nothing is left of noon."""
    role, text = said[place]
    reply = next((said[later] for later in range(place + 1, len(said))), None)
    if reply is None or reply[0] == role or not _PROPOSES.search(text):
        return
    if not _SUITS.match(reply[1]) or re.match(r"(?:no|not)\b", reply[1], re.IGNORECASE):
        return
    new = {key.lower() for key in _KEYS.findall(text)}
    days = {key for key in new if re.fullmatch(_DAY, key)}
    kind = "day" if days else "clock"
    for back in range(place - 1, max(-1, place - _BACK), -1):
        old = _times(texts[back], kind) if said[back][0] == "agent" else []
        old = [match for match in old if match["key"].lower() not in new]
        if new and old:
            rest = texts[back][: old[-1].start()], texts[back][old[-1].end() :]
            texts[back] = " ".join(part.strip(" ,") for part in rest).strip()
            return


def _take_back(said: Sequence[Said], texts: list[str], place: int) -> None:
    """What the operator promised or offered last for some time."""
    for back in range(place - 1, max(-1, place - _BACK), -1):
        if said[back][0] != "agent":
            continue
        times = [*_times(texts[back], "day"), *_times(texts[back], "clock")]
        if times:
            if not re.search(r"'ll\b|\bwill\b|going to|gonna|\bcan\b|\bcould\b", texts[back]):
                return
            texts[back] = ""
            return


def _changed_english(texts: list[str], place: int) -> None:
    for change in _CHANGED.finditer(texts[place]):
        start = 0 if change["noun"] else max(0, place - _NEAR)
        counted = _counted_english(_NUMBER, change["noun"] or "(?:[a-z]+s|people)")
        found = [match for text in texts[start:place] for match in counted.finditer(text)]
        found = [match for match in found if match["noun"].lower() not in _NOT_COUNTED]
        if found and found[-1]["number"].lower() != change["number"].lower():
            old = _counted_english(found[-1]["number"], found[-1]["noun"])
            texts[:place] = [old.sub("", text).strip(" ,") for text in texts[:place]]


def _counted_english(number: str, noun: str) -> re.Pattern[str]:
    """So many of a thing, with the word that ties them to the sentence."""
    return re.compile(
        rf"(?:,|\b(?:for|of|with))? ?\b(?P<number>{number}) (?P<noun>{noun})\b", re.IGNORECASE
    )
