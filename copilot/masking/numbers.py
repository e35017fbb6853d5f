"""What kind of secret a number is: by the words beside it, by what was asked before, by its
form, and at last by its size alone.

Numbers that count or price something, and those a centre works with, are explained away
first; every other number of a secret's length is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from copilot.events import Span
from copilot.masking.amounts import is_amount
from copilot.masking.codes import ORDER
from copilot.masking.context import IDENTITY, WORK, following_kind, nearest_kind
from copilot.masking.digits import DigitRun, digit_runs
from copilot.masking.forms import CARD_STARTS, card_inside, form_of

__all__ = ["LEAST_NEAR", "LONGEST_DIGITS", "bridged", "find_numbers", "joint_kind"]

LONGEST_DIGITS = 22
LEAST_NEAR = {
    "card": 8, "my_number": 8, "bank_account": 4, "phone": 6, "driving_licence": 6,
    "pension": 5, "health_insurance": 3, "passport": 5, "national_id": 5, "birth_date": 6,
}  # fmt: skip
"""Digits from which a number is the kind that the words before it name."""
_MOST_NEAR = {"birth_date": 8, "pension": 12}
_LEAST_ASKED = {"phone": 6, "address": 5, "birth_date": 6, "health_insurance": 3, "email": 99}
_MOST_ASKED = {"phone": 15, "birth_date": 8, "address": 9, "my_number": 12}
_COUNTED = IDENTITY | {"card", "my_number", "phone", "bank_account"}
_TERSE = 24
_BARELY = _BREATH = 6
"""Characters that an answer says beside a digit that is all of it, "and 4.", or that stand
between two numbers of one breath: a comma, "um", の、あ、"""
_LEAST_AFTER = _LEAST_BARE = 7
"""Digits from which words after a number are asked what it is, or its size tells."""
_PARTS = 6
_BETWEEN = 16
"""Characters between two parts of a number: ", and then the next four ", ですね、それから"""
_CONNECTED = re.compile(
    r"(?:[\s,.、。…-]|\b(?:and|then|the|next|first|last|it['’]?s|that['’]?s|is|are|ends?|with"
    r"|in|four|three|digits|um|uh|followed|by|finally|after|so|now|okay|ok|yes|hang|on|wait"
    r"|sorry|no|i|mean|from)\b|です|ね|よ|が|は|で|も|と|に|の|次|その|あと|最後|最初|それ"
    r"|から|そして|続いて|つづいて|えー|えっと|えーと|あの|下|上|頭|四桁|桁|ええ|はい|うん"
    r"|あ)*",
    re.I,
)
_BROKEN = re.compile(
    r"[\s,、の-]*(?:[一-龥ぁ-んァ-ヶー]{1,3}|(?!(?:branch|and|or|at|on|in|by|from|order|until"
    r"|after|before|not|but|my|the|is|are|it|ext|a|suite|unit|flat|room|with|was|plus|per"
    r"|about|over|under|gate|seat|row|page|line)\b)[A-Za-z]{2,6})[\s,、の-]*",
    re.I,
)
"""A word that a recogniser made of a digit."""
_SECURITY_CODE = re.compile(
    r"c\.?v\.?[cv]|code|security|コード|暗証|\bpin\b|\bback\b|裏|署名|signature|[三3]桁", re.I
)
_ENDING = re.compile(
    r"end(?:s|ing)(?: in| with)?\W*$|末尾が?\W*$|下(?:4|４|四)桁が?は?\W*$", re.I
)
_LOCAL_PHONE = re.compile(r"\d{3}-\d{4}")
_BANK_BESIDE = re.compile(
    r"branch|checking|\bchase\b|wells fargo|citibank|halifax|nationwide|deposit|pay ?out|wages"
    r"|salary|pay (?:me|it|into)|transfer|payee|standing order|direct debit|mortgage|overdraft"
    r"|joint|savings|sort ?code|routing|\bbank\b|credit union|\biban\b|支店|返金|振替|受取"
    r"|信金|信組|農協|労金|銀行|普通|当座|預金",
    re.I,
)
_PAID_INTO = re.compile(
    r"\b(?:account|acct)(?:['’]s| is|,|:)?\s*$"
    r"|\b(?:pay|paid|wages|salary|money|deposit|transfer)\b[^.?!\d]{0,20}\b(?:in)?to\s*$",
    re.I,
)
_ACCOUNT_SAID = re.compile(
    r"(?<!customer )(?<!client )(?<!loyalty )(?<!member )\baccount(?: number| no\.?)?"
    r"(?:[\s,:]|['’]s\b|\b(?:is|was|it|um|uh|er|for|to)\b)*$",
    re.I,
)
_BRANCH = re.compile(r"(?:institution|branch|transit|code)[^\d。.]{0,12}$", re.I)
_UK_ACCOUNT = 8
_SYMBOL = re.compile(r"(?<!証の)(?<!険の)記号[はがの、\s]*$")
_NUMBER_NEXT = re.compile(r"[のがは、,\s]{1,4}番号")
_PART_OF_MORE = re.compile(r"[A-Za-z#.:/][-の]?\||\|\s?[-.:/]?[A-Za-z0-9]|第\||\|号")
_COUNTING = re.compile(r"^0?123|^(?:19|20)\d\d(?:0\d|1[0-2])[0-3]\d$|0{5}$")
"""One, two, three; a day as 20261105; a round number."""
_OTHERWISE = re.compile(r"コード|\b(?:bar ?)?code\b|\bimei\b|\bmac\b|製品|型", re.I)
"""What else a long number names."""
_LAST = re.compile(r"(?P<said>(?![円番号桁人台個件枚]|あ)[一-龥])(?:です|。|、|$)")
_BANK_WORDS = re.compile(r"[\s、,の]*(?:普通|当座|口座|番号|支店|が|は)*[\s、,の]*")


def find_numbers(
    text: str, language: str, asked: frozenset[str], taken: Sequence[Span], *, bare: bool
) -> list[Span]:
    """Secret numbers outside the spans that are ``taken``. ``bare``: the call speaks of no
    orders and the like, so that a long number needs no name."""
    short = asked & (_COUNTED | {"postal"}) or _SECURITY_CODE.search(text)
    bare = bare and not asked and not WORK.search(text) and not _OTHERWISE.search(text)
    answer = bool(asked & _COUNTED)
    alone = {run.start for run in digit_runs(text, least_kana=3 if short else 4, answer=answer)}
    runs = [
        free
        for run in digit_runs(text, least_kana=2, answer=answer)
        for free in _free(run, taken)
    ]
    found: list[Span] = []
    first = 0
    while first < len(runs):
        parts, kind = _parts(text, runs[first:], language, asked)
        if kind is None:
            if any(parts[0].start <= start < parts[0].end for start in alone):
                found += _in_run(text, parts[0], language, asked, bare=bare)
        elif _broken(text, parts):
            found.append(Span(start=parts[0].start, end=parts[-1].end, kind=kind))
        else:
            found += [Span(start=one.start, end=one.end, kind=kind) for one in parts]
        first += len(parts)
    if answer:
        found = [_with_last(text, span) for span in found]
    return found


def joint_kind(
    runs: Sequence[DigitRun], before: str, language: str, asked: frozenset[str]
) -> str | None:
    """Kind of secret that runs of several utterances are together; ``before`` is what stood
    before the first of them."""
    groups = [group for run in runs for group in run.groups]
    near = nearest_kind(before) or ("work" if "work" in asked else None)
    kind = form_of(groups, language)
    if kind == "card" or kind is not None and near != "work":
        return kind
    count = sum(map(len, groups))
    if near in ("work", None) and _is_uk_account(before, count, asked):
        return "bank_account"
    if near in LEAST_NEAR and LEAST_NEAR[near] <= count <= LONGEST_DIGITS:
        return near
    return None


def bridged(text: str, found: Sequence[Span]) -> list[Span]:
    """Spans of one kind with a gap, or a word that the recogniser broke, between them as
    one."""
    joined: list[Span] = []
    for span in found:
        last = joined[-1] if joined else None
        if last is not None and last.kind == span.kind:
            between = text[last.end : span.start]
            near = len(between) <= (8 if span.kind == "birth_date" else 4) and not re.search(
                r"[。.!?]", between
            )
            if near or span.kind == "bank_account" and _BANK_WORDS.fullmatch(between):
                joined[-1] = Span(start=last.start, end=span.end, kind=span.kind)
                continue
        joined.append(span)
    return joined


def _with_last(text: str, span: Span) -> Span:
    """With the word that a recogniser made of the last digit: はちろくさん|恋です。"""
    last = _LAST.match(text, span.end)
    return Span(start=span.start, end=last.end("said"), kind=span.kind) if last else span


def _free(run: DigitRun, taken: Sequence[Span]) -> Iterator[DigitRun]:
    first = 0
    for index, (start, end) in enumerate(run.bounds):
        if any(start < span.end and span.start < end for span in taken):
            if first < index:
                yield run.part(first, index)
            first = index + 1
    if first < len(run.bounds):
        yield run.part(first, len(run.bounds))


def _parts(
    text: str, runs: Sequence[DigitRun], language: str, asked: frozenset[str]
) -> tuple[Sequence[DigitRun], str | None]:
    """The first runs that are one number with words between its parts, and its kind: "first
    four are 4111, the next 1111 ..."; the first run alone and ``None`` where there are none."""
    last = 1
    while (
        last < min(len(runs), _PARTS)
        and len(runs[last].digits) <= 12
        and not is_amount(text, runs[last])
        and runs[last].start - runs[last - 1].end <= _BETWEEN
        and nearest_kind(text[runs[last - 1].end : runs[last].start]) is None
    ):
        last += 1
    if len(runs[0].digits) <= 12 and not is_amount(text, runs[0]):
        for end in range(last, 1, -1):
            if kind := _kind_of_parts(text, runs[:end], language, asked):
                return runs[:end], kind
    return runs[:1], None


def _kind_of_parts(
    text: str, parts: Sequence[DigitRun], language: str, asked: frozenset[str]
) -> str | None:
    groups = [group for one in parts for group in one.groups]
    near = _near_kind(text, parts[0], asked)
    kind = form_of(groups, language)
    if kind == "card" and near != "work":
        return kind
    broken = _broken(text, parts)
    # Less sure than a check digit, so nothing but "and then" may part them.
    if not broken and (
        min(len(one.digits) for one in parts) < 3
        or not all(
            _CONNECTED.fullmatch(text, one.end, other.start)
            or _BROKEN.fullmatch(text, one.end, other.start)
            for one, other in pairwise(parts)
        )
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
    enough = {"card": 12, "bank_account": 6}.get(near, max(8, LEAST_NEAR[near]))
    if broken:
        enough = min(enough, max(5, LEAST_NEAR[near]))
    return near if enough <= sum(map(len, groups)) <= LONGEST_DIGITS else None


def _broken(text: str, parts: Sequence[DigitRun]) -> bool:
    """Whether only a word that the recogniser made of a digit stands between the parts."""
    return len(parts) > 1 and all(
        _BROKEN.fullmatch(text, one.end, other.start) for one, other in pairwise(parts)
    )


def _in_run(
    text: str, run: DigitRun, language: str, asked: frozenset[str], *, bare: bool
) -> list[Span]:
    """The run as a secret, or the numbers in it that tell by themselves what they are."""
    while len(run.groups) > 1 and is_amount(text, run):
        run = run.part(0, len(run.groups) - 1)
    if is_amount(text, run):
        return []
    kind = _by_context(text, run, asked)
    if kind is not None:
        # Money goes back to cards, too, and no policy may keep one.
        card = kind == "bank_account" and form_of(run.groups, language) == "card"
        return [Span(start=run.start, end=run.end, kind="card" if card else kind)]
    found: list[Span] = []
    first, count = 0, len(run.groups)
    while first < count:
        for last in range(min(count, first + 16), first, -1):
            part = run.part(first, last)
            form = form_of(part.groups, language) if len(part.digits) <= 19 else None
            if form is not None and _stands(text, part, form, asked):
                found.append(Span(start=part.start, end=part.end, kind=form))
                first = last
                break
        else:
            first += 1
    after = following_kind(text[run.end :]) if len(run.digits) >= _LEAST_AFTER else None
    if not found and not asked and after in LEAST_NEAR and _near_kind(text, run, asked) is None:
        return [Span(start=run.start, end=run.end, kind=after)]
    if not found and (kind := _by_size(text, run, language, asked, bare=bare)):
        return [Span(start=run.start, end=run.end, kind=kind)]
    return _with_neighbours(text, run, found)


def _with_neighbours(text: str, run: DigitRun, found: Sequence[Span]) -> list[Span]:
    """Digits beside a secret in one breath belong to it: said again, or the next one."""
    grown = list(found)
    # Backwards too, so that what stands before joins one after the other.
    for place in [*range(len(run.bounds)), *reversed(range(len(run.bounds)))]:
        group = run.part(place, place + 1)
        start, end = group.start, group.end
        if len(group.digits) < 2 or is_amount(text, group):
            continue
        if any(start < span.end and span.start < end for span in grown):
            continue
        for index, span in enumerate(grown):
            behind = span.end <= start <= span.end + _BREATH
            before = end <= span.start <= end + _BREATH and len(group.digits) > 2
            if (
                behind
                or before
                and not _PART_OF_MORE.search(text[max(0, start - 2) : start] + "|")
            ):
                both = min(start, span.start), max(end, span.end)
                grown[index] = Span(start=both[0], end=both[1], kind=span.kind)
                break
    return grown


def _stands(text: str, part: DigitRun, kind: str, asked: frozenset[str]) -> bool:
    """Whether the words beside leave the number what its form says."""
    near = _near_kind(text, part, asked)
    if near == "work" and not (kind == "card" and CARD_STARTS.fullmatch(part.digits)):
        return False
    if kind == "phone":
        beside = text[max(0, part.start - 2) : part.start] + "|" + text[part.end : part.end + 2]
        if re.search(r"\d-\||\|-\d", beside):
            return False  # a window of something longer
        if near in LEAST_NEAR and near not in ("phone", "birth_date"):
            return False  # the words know better than a phone plan
    return not is_amount(text, part)


def _by_context(text: str, run: DigitRun, asked: frozenset[str]) -> str | None:
    """The kind that is named beside the run or was asked for."""
    near, count = _near_kind(text, run, asked), len(run.digits)
    before = text[max(0, run.start - 60) : run.lead_end]
    if near in ("work", None) and (
        _is_bank(text, run)
        or _is_uk_account(before, count, asked)
        or _SYMBOL.search(before)
        and _NUMBER_NEXT.match(text, run.end)
    ):
        near = "bank_account"
    if near == "work":
        part = _PART_OF_MORE.search(before[-2:] + "|")  # A-12 and a card are two
        return "card" if card_inside(run.digits) and not part else None
    if near == "card" and 3 <= count <= 4 and _SECURITY_CODE.search(before):
        return "card"
    if near == "address" and "address" not in asked:
        return "address" if count in (5, 7, 9) else None
    if near in ("card", "bank_account", "phone") and count <= 4 and _ENDING.search(before):
        return None
    if near in asked and near in LEAST_NEAR:
        return near if count >= min(4 if near == "phone" else 3, LEAST_NEAR[near]) else None
    if near == "bank_account" and count == 3:
        return near if _BRANCH.search(before) else None
    if near in LEAST_NEAR:
        fits = LEAST_NEAR[near] <= count <= _MOST_NEAR.get(near, LONGEST_DIGITS + 8)
        return near if fits else None
    return None if "either" in asked else _by_question(text, run, asked)


def _by_question(text: str, run: DigitRun, asked: frozenset[str]) -> str | None:
    """The kind that was asked for. Numbers come in pieces, and what answers with nothing
    else is one of them."""
    count, beside = len(run.digits), len(text) - (run.end - run.start)
    if "postal" in asked and beside <= _TERSE and count >= 2:
        return "address"
    for kind in sorted(asked & frozenset(ORDER), key=ORDER.index):
        least = 3 if "code" in asked and kind == "card" else _LEAST_ASKED.get(kind, 4)
        if kind in _COUNTED and beside <= _TERSE:
            least = 1 if beside <= _BARELY else 2
        fits = least <= count <= _MOST_ASKED.get(kind, LONGEST_DIGITS)
        if fits and (kind != "address" or count in (5, 7, 9)):
            return kind
    return None


def _by_size(
    text: str, run: DigitRun, language: str, asked: frozenset[str], *, bare: bool
) -> str | None:
    """The kind of a number that nothing names: its size tells it from a count."""
    count, sizes = len(run.digits), tuple(map(len, run.groups))
    near = _near_kind(text, run, asked)
    if near is None and not asked:
        if _LOCAL_PHONE.fullmatch(text, run.start, run.end):
            return "phone"
        if len(sizes) > 1 and card_inside(run.digits):
            return "card"
    beside = text[max(0, run.start - 2) : run.start] + "|" + text[run.end : run.end + 2]
    if not bare or not _LEAST_BARE <= count <= LONGEST_DIGITS:
        return None
    if _PART_OF_MORE.search(beside) or _COUNTING.search(run.digits):
        return None
    if count == 12 and language == "ja":
        return "my_number"
    if count > 9 or sizes == (3, 4) and language != "ja":
        return "card" if count > 12 else "phone"
    return "bank_account"


def _near_kind(text: str, run: DigitRun, asked: frozenset[str]) -> str | None:
    """Kind that the words before a run name; ``work`` also where such a number was asked."""
    near = nearest_kind(text[: run.start])
    return "work" if "work" in asked and near not in LEAST_NEAR else near


def _is_uk_account(before: str, count: int, asked: frozenset[str]) -> bool:
    """Whether an "account number" has the eight digits of one with a British bank."""
    return count == _UK_ACCOUNT and ("account" in asked or bool(_ACCOUNT_SAID.search(before)))


def _is_bank(text: str, run: DigitRun) -> bool:
    """Whether "account" before a number is one with a bank."""
    before = text[max(0, run.start - 40) : run.lead_end]
    last = max((match.end() for match in WORK.finditer(before)), default=0)
    accounts = re.finditer(r"\bacc(?:oun)?t\b", before, re.I)
    if _BANK_BESIDE.search(text) and any(one.end() >= last - 8 for one in accounts):
        return True
    if len(run.digits) == 7 and not last and _BANK_BESIDE.search(text) and not before.isascii():
        return True
    return 7 <= len(run.digits) <= 12 and bool(_PAID_INTO.search(before))
