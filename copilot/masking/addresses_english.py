"""Addresses of the English-speaking world, from signals rather than forms.

Every word has a class (a number, a name, a kind of street, a flat, a state, a letter ...); a
stretch of such words is an address where two signals stand in it or before it: a number with
a name, a kind of street, a flat with its number, a state, a postcode, two names in a row,
"we live at", the question for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from copilot.events import Span
from copilot.masking.context import WORK
from copilot.masking.digit_words import AFTER, ALIKE_ENGLISH, ENGLISH, LETTER_NAMES, TIMES
from copilot.masking.words import words

__all__ = ["find_english"]

_TOKEN = re.compile(
    r"P\.? ?O\.? Box|\b[A-Z],? (?:for|as in|like) [A-Za-z]{3,}|[A-Za-z]\.(?=[A-Za-z]\.)"
    r"|[A-Za-z0-9]++(?:[’'/&-][A-Za-z0-9]+)*+|[^\sA-Za-z0-9]"
)
_STREETS = words(
    "street st road rd avenue ave lane ln drive dr boulevard blvd court ct place pl square sq"
    " terrace way close crescent cres garden gardens row hill parkway pkwy highway hwy parade"
    " mews walk grove green wharf quay circle cir trail loop plaza alley rise vale view pike"
    " turnpike embankment common drove path broadway yard croft mount ridge bend esplanade bank"
    " field fields meadow meadows brow gate cottage cottages villas reach chase house building"
    " tower towers lodge mansions farm villa barn manor hall mill estate woods heights park"
    " paddock paddocks forge block route bag"
)
_FLATS = words(
    "flat apartment apt suite unit floor room level lot penthouse building no number box bay"
    " ground block tower berth site comp rr house"
)
_CODES = words("postcode zip eircode postal")
_TIMES = words(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may"
    " june july august september october november december i mr mrs ms dr miss"
)
_STATES = words(
    "alabama alaska arizona arkansas california colorado connecticut delaware florida georgia"
    " hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts"
    " michigan minnesota mississippi missouri montana nebraska nevada ohio oklahoma oregon"
    " pennsylvania tennessee texas utah vermont virginia washington wisconsin wyoming victoria"
    " queensland tasmania ontario alberta manitoba county"
)
_STATE_CODE = re.compile(
    r"A[LKZRB]|BC|C[AOT]|DE|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOTB]|N[EVHJMYCDS]|O[HKRN]|PA|RI"
    r"|S[CDA]|T[NX]|UT|V[TA]|W[AVIY]|DC|QC|QLD|NSW|VIC|TAS"
)
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?|\d[A-Z]{2}|[A-Z]\d[A-Z\d]{2}")
_LINKS = words("of the on in at a an and via near by code st hashtag dash")
_HESITATIONS = words("um uh er erm sorry wait no so")
_ORDINALS = words("first second third fourth fifth sixth seventh eighth ninth tenth top ground")
_NO_NAMES = words(
    "i i'm i've i'd i'll it it's its that that's this we we're we've you your my our he she "
    "they the a an and but or so if for from to with yes yeah yep no not okay ok oh hi hello "
    "thanks thank please sure right well um uh is are was were do does did can could would "
    "will what which where when who how there there's here top put just then also only "
    "actually let send ship mail deliver visa mastercard amex pick going moving got new order "
    "case ticket flight account card phone email call ring text serial model invoice reference "
    "policy great lovely perfect dog dog's bell's viewing viewing's reception email's house "
    "reading sort iban double triple one two three four five six seven eight nine ten oh zero "
    "meter part passport seat zip zip's postcode postcode's address flat apartment unit suite "
    "both any some need last first next same after before because since than in on at of by "
    "wi-fi"
)
_NUMBER = re.compile(r"\d{1,5}[A-Za-z]?|\d{1,4}[-/]\d{1,4}|\d{5}-\d{4}|[A-Za-z]\d{1,4}", re.I)
_ANNOUNCED = re.compile(
    r"\b(?:address(?:['’]s)?|liv(?:e|es|ing)|based|located|staying|stay|mov(?:e|ed|ing)"
    r"|ship(?:ped|ping)?|deliver(?:ed|ing|y)?|sen[dt]|com(?:e|ing)|go(?:ing)?|pick ?up|collect"
    r"|called|(?:we|they|i)(?:['’](?:re|m)| are| am)|parents are|take \w+ \w+"
    r"|mine['’]s)\b[^.?!]{0,30}?\b(?:at|to|from|on|is|in|it['’]?s)?\W*$|\baddress\W*$",
    re.I,
)
_CAPITAL = re.compile(r"(?<![.?!]\s)(?<!^)\b[A-Z][a-z]")
_ANNOUNCED_LOWER = re.compile(r"\baddress\b|\blive at\b", re.I)
_SPELT_LETTER = re.compile(r"[A-Z](?:,? (?:for|as in|like) [A-Za-z]+)?")
_CODE_NEXT = re.compile(r" (?:[A-Z]\b|\d|one|two|three|four|five|six|seven|eight|nine)")
_CODE_NAMED = re.compile(r"post ?code|\bzip\b|eircode", re.I)
_NAME_NEXT = re.compile(r" [A-Z][a-z]")
_MONTH = re.compile(
    r"\b(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|(?:Nov|Dec)(?:ember)?)\.? $"
)
"""Before the number of a day, which is that of no house."""
_LONGEST = 7
"""Digits from which a number is more than one of a house, a flat or a postcode."""


def find_english(text: str, asked: bool, work: bool = False) -> Iterator[Span]:
    """Addresses and postcodes of ``text``. ``asked``: one was just asked for; ``work``: the
    number of an order and the like was."""
    tokens = [match.span() for match in _TOKEN.finditer(text)]
    lower = not _CAPITAL.search(text) and bool(text.islower() or _ANNOUNCED_LOWER.search(text))
    spelt = asked or bool(_CODE_NAMED.search(text))
    codes = "".join(_class(text, *span, lower=lower, spelt=spelt) for span in tokens)
    codes = _IS.sub("l", codes)
    codes = _LONG_CODE.sub(lambda code: "o" * len(code[0]), _without_long(text, tokens, codes))
    known = asked
    done = 0
    for region in _REGION.finditer(codes):
        start, end = region.span()
        at, to = tokens[start][0], tokens[end - 1][1]
        if work and not re.search("[CSFPUK]", region[0]):
            continue
        if lower and not ("N" in region[0] and re.search("[SFPKU]", region[0])):
            continue
        if _is_address(text, codes[start:end], at, to, done, known=known, asked=asked):
            known = True  # what follows may go on with it
            done = to
            yield Span(start=at, end=to, kind="address")


_IS = re.compile(r"(?<=k)i")
_REGION = re.compile(r"[NCSFPKLU](?:[,lfnk]{0,4}[NCSFPKLU])*(?:(?<=,C)o(?=\.|$))?")
"""With the second half of a town that a recogniser parted: "Test ville"."""
_HOUSE = re.compile(r"[NU],?(?:l{0,2}[CSL])")
_STREET = re.compile(r"[CN]S|SN")
_WHOLE = re.compile(r"[NU][CS]*S,.*[PK]")
"""A house, its street, and the state or postcode: the number of nothing else."""
_FLAT = re.compile(r"F,?n?l?[NLU]|n,?N")
_SPELT = re.compile(r"L{1,2}N{1,2}L?[,f]*NL{2}|LN[NL]?[,f]*[LN]{4}|LNL[,f]*NLN")
"""A spoken postcode: British, Irish, Canadian; the last one begun and put right."""
_LONG_CODE = re.compile(r"(?=[NU,f]*L|L)(?:[LNU],*){9,}")
_ZIP = re.compile(r"N{4,5}|U")


def _is_address(
    text: str, codes: str, at: int, to: int, done: int, *, known: bool, asked: bool
) -> bool:
    before = text[max(0, at - 48) : at]
    before = re.split(r"[.?!](?=\s)", before)[-1]
    if WORK.search(before[-24:]) and not _WHOLE.search(codes) or _OTHER_CODE.search(before):
        return False
    if asked and len(text) - (to - at) <= _BARELY and "N" in codes:
        return True
    signals = 2 * bool(_HOUSE.search(codes) and _STREET.search(codes))
    signals += bool(_HOUSE.search(codes)) + bool(_STREET.search(codes))
    signals += bool(_HOUSE.search(codes) and _FLAT.search(codes))
    signals += bool(_FLAT.search(codes)) + codes.count("P") + 2 * ("KK" in codes)
    signals += bool(re.search(r"C,(?:l?[CP])", codes))
    signals += bool(_ZIP.search(codes)) + 2 * bool(_SPELT.search(codes)) + codes.count("K")
    signals += bool(_ANNOUNCED.search(before)) + 2 * (
        "k" in codes or bool(_CODE_BEFORE.search(before))
    )
    signals += bool(re.search(r"LN|N[,f]*L", codes)) + 2 * known
    return signals >= 3 and bool(re.search("[NSPKLU]", codes) or asked)


_BARELY = 8
_OTHER_CODE = re.compile(
    r"(?<!post )(?<!post)(?<!zip )\b(?:code|pin|plate|phone|mobile|call)\b(?:['’]s| is)?\W*$",
    re.I,
)
_CODE_BEFORE = re.compile(r"\b(?:post ?code|zip|eircode)\b[^.?!]{0,12}$", re.I)


def _class(text: str, start: int, end: int, *, lower: bool, spelt: bool) -> str:
    word = text[start:end]
    low = word.lower().replace("’", "'")
    base = low.removesuffix("'s")
    if not word[0].isalnum():
        if word in ",-–—#":
            return ","
        if word == "." and (start and text[start - 1].isalpha()) and _abbreviated(text, start):
            return ","
        return "."
    if low == "is":
        return "i"
    if spelt and (low in LETTER_NAMES or low in ALIKE_ENGLISH):
        return "L" if low in LETTER_NAMES else "N"
    if low in _HESITATIONS and word.islower() and low != "no":
        return "f"
    if base in _CODES:
        return "k"
    if (
        low in ENGLISH
        or low in AFTER
        or low in TIMES
        or "-" in low
        and low.split("-")[0] in ENGLISH
    ):
        return "N"
    if re.fullmatch(r"\d{5}", word):
        return "U"
    if _NUMBER.fullmatch(word):
        return "o" if _MONTH.search(text, max(0, start - 11), start) else "N"
    if _POSTCODE.fullmatch(word):
        return "K"
    if _SPELT_LETTER.fullmatch(word) and (word != "I" or _CODE_NEXT.match(text, end)):
        return "L"
    if re.fullmatch(r"\d{1,3}(?:st|nd|rd|th)", low):
        beside = re.search(r"(?:\d|\b[NS]?[NSEW]) $", text[max(0, start - 4) : start])
        return "C" if beside or text[end + 1 : end + 2].isupper() else "o"
    begins = word != "The" and not re.search(r"[a-z\d,] $", text[max(0, start - 2) : start])
    if not begins and word[0].isupper() and low not in _TIMES and _NAME_NEXT.match(text, end):
        return "S" if base in _STREETS else "F" if low in _FLATS else "C"
    if low in _ORDINALS:
        return "l" if word.islower() else "C"
    if low.startswith(("p.o", "po box", "p o")):
        return "F"
    if low in ("number", "no"):
        return "n"
    if low in _FLATS:
        return "F"
    if low in _STATES or _STATE_CODE.fullmatch(word):
        return "P"
    if base in _STREETS and (word[0].isupper() or lower):
        return "S"
    if low in _LINKS:
        return "l"
    if (word[0].isupper() or lower) and low not in _NO_NAMES | _TIMES:
        return "C"
    return "o"


def _abbreviated(text: str, at: int) -> bool:
    word = re.search(r"[A-Za-z]+$", text[max(0, at - 6) : at])
    return bool(
        word
        and word[0].lower()
        in ("st", "rd", "ave", "dr", "ln", "blvd", "sq", "ct", "n", "s", "e", "w", "no", "apt")
    )


def _without_long(text: str, tokens: list[tuple[int, int]], codes: str) -> str:
    """``codes`` without numbers that are too long for an address."""
    kept = ""
    for number, group in groupby(enumerate(codes), lambda one: one[1] in "NU,f"):
        part = list(group)
        size = 0
        for index, _ in part:
            said = text[tokens[index][0] : tokens[index][1]]
            figures = sum(map(str.isdigit, said))
            size += figures or (
                said.isalpha() and codes[index] == "N" and said.lower() not in AFTER
            )
        long = number and size >= _LONGEST
        kept += "o" * len(part) if long else "".join(code for _, code in part)
    return kept
