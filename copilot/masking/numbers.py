"""What kind of secret a run of digits is: by its form, by the words beside it, by what was
asked before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from copilot.events import Span
from copilot.masking.amounts import is_amount
from copilot.masking.codes import ORDER, SURER
from copilot.masking.context import WORK, following_kind, nearest_kind
from copilot.masking.digits import DigitRun, digit_runs
from copilot.masking.forms import CARD_STARTS, card_inside, form_of

__all__ = [
    "LEAST_NEAR",
    "LONGEST_DIGITS",
    "bridged",
    "find_numbers",
    "joint_kind",
    "near_kind",
]

LONGEST_DIGITS = 22
_BANK_WORDS = re.compile(r"[\s、,の]*(?:普通|当座|口座|番号|支店|が|は)*[\s、,の]*")
_LEAST_AFTER = 7
"""Digits from which words after a number are asked what it is."""
_PAID_INTO = re.compile(
    r"\baccount(?:['’]s| is|,|:)?\s*$"
    r"|\b(?:pay|paid|wages|salary|money|deposit|transfer)\b[^.?!\d]{0,20}\b(?:in)?to\s*$",
    re.I,
)
_BANKS_JA = re.compile(
    r"返金|振替|受取|みずほ|三菱|三井住友|りそな|ゆうちょ|信金|信組|農協|ＪＡ"
    r"|労金|銀行|普通|当座|預金"
)
_BREATH = 6
"""Characters between two numbers of one breath: a comma, "um", の、あ、"""
LEAST_NEAR = {
    "card": 8, "my_number": 8, "bank_account": 4, "phone": 6, "driving_licence": 6,
    "pension": 5, "health_insurance": 3, "passport": 5, "national_id": 5, "birth_date": 6,
}  # fmt: skip
"""Digits from which a number is the kind that the words before it name."""
_MOST_NEAR = {"birth_date": 8, "pension": 12}
_LEAST_ASKED = {"phone": 4, "address": 5, "birth_date": 6, "health_insurance": 3, "email": 99}
_SECURITY_CODE = re.compile(
    r"c\.?v\.?[cv]|code|コード|暗証|\bpin\b|\bback\b|裏|署名"
    r"|signature",
    re.I,
)
_ENDING = re.compile(
    r"end(?:s|ing)(?: in| with)?\W*$|末尾が?\W*$|下(?:4|４|四)桁が?は?\W*$", re.I
)
_PIECEWISE = SURER | {"card", "phone"}
_TERSE = 24
_BARELY = 6
"""Characters that an answer says beside a digit that is all of it: "and 4."."""
_LOCAL_PHONE = re.compile(r"^\d{3}-\d{4}$")
_BANK_NUMBER = re.compile(r"(?:account|acct)\b", re.I)
_BANK_BESIDE = re.compile(
    r"branch|checking|barclays|hsbc|lloyds|natwest|santander|\bchase\b|wells fargo|citi"
    r"bank|monzo|halifax|nationwide|deposit|pay ?out|wages|salary|pay (?:me|it"
    r"|into)|transfer|payee"
    r"|standing order|direct debit|mortgage|overdraft|joint|savings|sort ?code|routing|\bbank\b"
    r"|credit union|\biban\b|支店",
    re.I,
)
_UK_ACCOUNT = 8
_ACCOUNT_SAID = re.compile(
    r"(?<!customer )(?<!client )(?<!loyalty )(?<!member )\baccount(?: number| no\.?)?"
    r"(?:[\s,:]|['’]s\b|\b(?:is|was|it|um|uh|er|for|to)\b)*$",
    re.I,
)
_SYMBOL = re.compile(r"(?<!証の)(?<!険の)記号[はがの、\s]*$")
_NUMBER_NEXT = re.compile(r"[のがは、,\s]{1,4}番号")


def find_numbers(
    text: str, language: str, asked: frozenset[str], taken: Sequence[Span]
) -> list[Span]:
    """Secret numbers outside the spans that are ``taken``."""
    found: list[Span] = []
    piecewise = bool(asked & (_PIECEWISE | {"postal"}))
    least_kana = 3 if piecewise or _SECURITY_CODE.search(text) else 4
    for run in digit_runs(text, least_kana=least_kana, answer=piecewise):
        for free in _free(run, taken):
            found += _in_run(text, free, language, asked)
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


def _free(run: DigitRun, taken: Sequence[Span]) -> Iterator[DigitRun]:
    first = 0
    for index, (start, end) in enumerate(run.bounds):
        if any(start < span.end and span.start < end for span in taken):
            if first < index:
                yield run.part(first, index)
            first = index + 1
    if first < len(run.bounds):
        yield run.part(first, len(run.bounds))


def _in_run(text: str, run: DigitRun, language: str, asked: frozenset[str]) -> list[Span]:
    """Numbers that tell by themselves what they are, then what lies between them."""
    found: list[Span] = []
    first, count, rest = 0, len(run.groups), 0
    while first < count:
        for last in range(min(count, first + 16), first, -1):
            part = run.part(first, last)
            if len(part.digits) > 19:
                continue
            kind = form_of(part.groups, language)
            if kind is not None and _stands(text, part, kind, asked):
                if rest < first:
                    found += _by_context(text, run.part(rest, first), asked)
                found.append(Span(start=part.start, end=part.end, kind=kind))
                first = rest = last
                break
        else:
            first += 1
    if rest < count:
        found += _by_context(text, run.part(rest, count), asked)
    return _with_neighbours(text, run, found)


def _with_neighbours(text: str, run: DigitRun, found: Sequence[Span]) -> list[Span]:
    """Digits beside a secret in one breath belong to it: said again, or the next one."""
    grown = list(found)
    for place, (start, end) in enumerate(run.bounds):
        group = run.part(place, place + 1)
        if len(group.digits) < 2 or is_amount(text, group):
            continue
        if any(start < span.end and span.start < end for span in grown):
            continue
        for index, span in enumerate(grown):
            if span.end <= start <= span.end + _BREATH:
                grown[index] = Span(start=span.start, end=end, kind=span.kind)
                break
    return grown


def _stands(text: str, part: DigitRun, kind: str, asked: frozenset[str]) -> bool:
    """Whether the words beside leave the number what its form says."""
    near = near_kind(text, part, asked)
    surely = kind == "card" and CARD_STARTS.fullmatch(part.digits)
    if near == "work" and not surely and not _is_bank(text, part):
        return False
    if kind == "phone" and near is None and asked & SURER and "phone" not in asked:
        return False
    if kind == "phone" and (
        re.search(r"\d-$", text[max(0, part.start - 2) : part.start])
        or re.match(r"-\d", text[part.end : part.end + 2])
    ):
        return False  # a window of something longer
    if kind == "phone" and near in LEAST_NEAR and near not in ("phone", "birth_date"):
        return False  # the words know better than a phone plan
    return not is_amount(text, part)


def _by_context(text: str, run: DigitRun, asked: frozenset[str]) -> list[Span]:
    """The run as one secret of the kind that is named or was asked for."""
    near = near_kind(text, run, asked)
    if near in ("work", None) and (
        _is_bank(text, run)
        or _is_uk_account(text[: run.lead_end], len(run.digits), asked)
        or _SYMBOL.search(text[max(0, run.start - 8) : run.start])
        and _NUMBER_NEXT.match(text, run.end)
    ):
        near = "bank_account"
    while len(run.groups) > 1 and is_amount(text, run):
        run = run.part(0, len(run.groups) - 1)
    if is_amount(text, run):
        return []
    if near is None and not asked and len(run.digits) >= _LEAST_AFTER:
        near = following_kind(text[run.end :])
    if near is None and not asked and len(run.digits) == 7 and _BANKS_JA.search(text):
        near = "bank_account"
    kind = _named_kind(text, run, near, asked)
    if kind is None and len(run.groups) > 1 and near is None and not asked:
        long = card_inside(run.digits)
        kind = "card" if long else None
    if kind is None:
        return []
    return [Span(start=run.start, end=run.end, kind=kind)]


def near_kind(text: str, run: DigitRun, asked: frozenset[str]) -> str | None:
    """Kind that the words before a run name; ``work`` also where such a number was asked."""
    return nearest_kind(text[: run.start]) or ("work" if "work" in asked else None)


def _named_kind(
    text: str, run: DigitRun, near: str | None, asked: frozenset[str]
) -> str | None:
    count = len(run.digits)
    if near == "work":
        return "card" if card_inside(run.digits) else None
    before = text[max(0, run.start - 60) : run.start]
    if near == "card" and 3 <= count <= 4 and _SECURITY_CODE.search(before):
        return "card"
    if near == "address" and "address" not in asked:
        return "address" if count in (5, 7, 9) else None
    if near in ("card", "bank_account", "phone") and count <= 4 and _ENDING.search(before):
        return None
    if near in LEAST_NEAR and near not in asked:
        fits = LEAST_NEAR[near] <= count <= _MOST_NEAR.get(near, LONGEST_DIGITS + 8)
        return near if fits else None
    if near in asked and near is not None:
        return near if count >= _LEAST_ASKED.get(near, 3) else None
    if near is None and not asked and _LOCAL_PHONE.search(text[run.start : run.end]):
        return "phone"
    if not asked or "either" in asked:
        return None
    beside = len(text) - (run.end - run.start)
    if "postal" in asked and beside <= _TERSE and count >= 2:
        return "address"
    for kind in sorted(asked & frozenset(ORDER), key=ORDER.index):
        # Numbers come in pieces, and what answers with nothing else is one of them.
        least = _LEAST_ASKED.get(kind, 6 if kind == "phone" else 4)
        if kind in _PIECEWISE and beside <= _TERSE:
            least = 1 if beside <= _BARELY else 2
        if kind == "phone" and count > 15 or kind == "birth_date" and count not in (6, 8):
            continue
        if kind == "address" and count not in (5, 7, 9):
            continue
        if count >= least:
            return kind
    return None


def _is_uk_account(before: str, count: int, asked: frozenset[str]) -> bool:
    """Whether an "account number" has the eight digits of one with a British bank."""
    return count == _UK_ACCOUNT and ("account" in asked or bool(_ACCOUNT_SAID.search(before)))


def _is_bank(text: str, run: DigitRun) -> bool:
    """Whether "account" before a number is one with a bank."""
    before = text[max(0, run.start - 40) : run.lead_end]
    last = max((match.end() for match in WORK.finditer(before)), default=0)
    named = [one for one in _BANK_NUMBER.finditer(before) if one.end() >= last - 8]
    if named and _BANK_BESIDE.search(text):
        return True
    return 7 <= len(run.digits) <= 12 and bool(_PAID_INTO.search(before))


def bridged(text: str, found: Sequence[Span]) -> list[Span]:
    """Spans of one kind with a gap, or a word that the recogniser broke, between them as
    one."""
    joined: list[Span] = []
    for span in found:
        last = joined[-1] if joined else None
        if last is not None and last.kind == span.kind:
            between = text[last.end : span.start]
            near = len(between) <= 4 and not re.search(r"[。.!?]", between)
            if near or span.kind == "bank_account" and _BANK_WORDS.fullmatch(between):
                joined[-1] = Span(start=last.start, end=span.end, kind=span.kind)
                continue
        joined.append(span)
    return joined
