"""Numbers with words between their parts: "first four are 4111, the next 1111 ..."."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from copilot.events import Span
from copilot.masking.amounts import is_amount
from copilot.masking.context import IDENTITY, following_kind, nearest_kind
from copilot.masking.digits import DigitRun, digit_runs
from copilot.masking.forms import form_of
from copilot.masking.numbers import LEAST_NEAR, LONGEST_DIGITS, near_kind

__all__ = ["find_parted"]

_PARTS = 6
_BETWEEN = 16
"""Characters between two parts of a number: ", and then the next four ", ですね、それから"""
_CONNECTED = re.compile(
    r"(?:[\s,.、。…-]|\b(?:and|then|the|next|first|last|it['’]?s|that['’]?s|is"
    r"|are|ends?|with|in|four|three|digits"
    r"|um|uh|followed|by|finally|after|so|now|okay|ok|yes|hang|on|wait|sorry|no|i|mean|from)\b"
    r"|です|ね|よ|が|は|で|も|と|に|の|次|その|あと|最後|最初|それ|から|そして"
    r"|続いて|つづいて|えー|えっと|えーと|あの"
    r"|下|上|頭|四桁|桁|ええ|はい|うん|あ|、)*",
    re.I,
)
_BROKEN = re.compile(
    r"[\s,、の-]*(?:[一-龥ぁ-んァ-ヶー]{1,3}"
    r"|(?!(?:branch|and|or|at|on|in|by|from|order|until|after|before|not|but|my"
    r"|the|is|are|it|ext|a"
    r"|suite|unit|flat|room|with|was|plus|per|about|over|under|gate|seat|row|page"
    r"|line)\b)[A-Za-z]{2,6})"
    r"[\s,、の-]*",
    re.I,
)
_COUNTED = IDENTITY | {"card", "my_number", "phone", "bank_account"}


def find_parted(
    text: str, language: str, asked: frozenset[str], taken: Sequence[Span]
) -> list[Span]:
    """A number with words between its parts: "first four are 4111, the next 1111 ...".

    Together they have the form of a secret, or as many digits as the kind needs that the
    words before the first one name.
    """
    runs = [
        run
        for run in digit_runs(text, least_kana=2)
        if not is_amount(text, run) and len(run.digits) <= 12
    ]
    found: list[Span] = []
    first = 0
    while first < len(runs):
        last = first + 1
        while (
            last < len(runs)
            and last - first < _PARTS
            and runs[last].start - runs[last - 1].end <= _BETWEEN
            and nearest_kind(text[runs[last - 1].end : runs[last].start]) is None
        ):
            last += 1
        for end in range(last, first + 1, -1):
            parts = runs[first:end]
            free = [one for one in parts if not any(_meets(one, span) for span in taken)]
            kind = _kind_of_parts(text, parts, language, asked, whole=len(free) == len(parts))
            if not free or kind is None:
                continue
            if _broken(text, parts):
                free = [DigitRun(parts[0].start, parts[-1].end, ("",))]
            found += [Span(start=one.start, end=one.end, kind=kind) for one in free]
            first = end - 1
            break
        first += 1
    return found


def _kind_of_parts(
    text: str,
    parts: Sequence[DigitRun],
    language: str,
    asked: frozenset[str],
    *,
    whole: bool,
) -> str | None:
    """``whole``: none of the parts is a secret by itself already."""
    groups = [group for one in parts for group in one.groups]
    near = near_kind(text, parts[0], asked)
    kind = form_of(groups, language) if whole else None
    if kind == "card" and near != "work":
        return kind
    least = min(len(one.digits) for one in parts)
    if _broken(text, parts):
        least = 3  # whatever stands between them, it was a digit
    # Less sure than a check digit, so nothing but "and then" may part them.
    if least < 3 or not all(
        _CONNECTED.fullmatch(text, one.end, other.start)
        or _BROKEN.fullmatch(text, one.end, other.start)
        for one, other in pairwise(parts)
    ):
        return None
    if kind is not None and near != "work":
        return kind
    if near is None and not asked:
        near = following_kind(text[parts[-1].end :])
    if near is None and len(asked & _COUNTED) == 1:
        (near,) = asked & _COUNTED
    if near not in _COUNTED:
        return None
    count = sum(map(len, groups))
    enough = {"card": 12, "bank_account": 6}.get(near, max(8, LEAST_NEAR[near]))
    if _broken(text, parts):
        enough = min(enough, max(5, LEAST_NEAR[near]))
    return near if enough <= count <= LONGEST_DIGITS else None


def _broken(text: str, parts: Sequence[DigitRun]) -> bool:
    """Whether only a word that the recogniser made of a digit stands between the parts."""
    return all(_BROKEN.fullmatch(text, one.end, other.start) for one, other in pairwise(parts))


def _meets(run: DigitRun, span: Span) -> bool:
    return run.start < span.end and span.start < run.end
