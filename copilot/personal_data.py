"""Finding personal data in what was said.

What a number is follows from its form (Luhn, check digit, phone plan), from the words
beside it, and from what was asked before it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Literal, get_args

import phonenumbers

from copilot.events import Span
from copilot.spoken import DigitRun, digit_runs

__all__ = [
    "KINDS",
    "WORK",
    "Kind",
    "asks_for_work",
    "find_secrets",
    "is_question",
    "joint_kind",
    "kinds_named",
]

Kind = Literal[
    "card",
    "my_number",
    "bank_account",
    "birth_date",
    "phone",
    "email",
    "address",
    "driving_licence",
    "pension",
    "health_insurance",
    "passport",
    "national_id",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

# What the words beside a number say it is. Searched in the text before the number.
_CONTEXT = {
    "card": re.compile(
        r"\bcard\b|\bvisa\b|\bmaster ?card|カード|\bc\.?v\.?[cv]\b|security code"
        r"|セキュリティ(?:ー)?コード"
        r"|expir|有効期限|暗証番号|\bpin\b",
        re.I,
    ),
    "my_number": re.compile(r"マイナンバー|個人番号|\bmy number(?! is)", re.I),
    "bank_account": re.compile(
        r"口座|支店番号|店番|普通預金|当座|bank account|sort code|routing number|\biban\b"
        r"|(?:checking|savings) account",
        re.I,
    ),
    "birth_date": re.compile(
        r"生年月日|誕生日|生まれ|date of birth|birth ?(?:date|day)|\bborn\b"
        r"|\bd\.?o\.?b\b",
        re.I,
    ),
    "phone": re.compile(
        r"電話番号|お?電話[はも]|携帯|連絡先|ケータイ|\bphone\b|\bmobile\b|\bcell\b"
        r"|(?:call|reach) (?:me|you|us) (?:back )?(?:at|on)|contact number|telephone",
        re.I,
    ),
    "email": re.compile(r"メール|\be-?mail\b", re.I),
    "address": re.compile(r"住所|お届け先|郵便番号|\baddress\b|post ?code|zip", re.I),
    "driving_licence": re.compile(r"免許|driver'?s?'? licen[cs]e|driving licen[cs]e", re.I),
    "pension": re.compile(r"年金番号|年金手帳|pension number", re.I),
    "health_insurance": re.compile(
        r"保険証|被保険者|保険者番号|health insurance (?:number|card)|\bnhs number\b", re.I
    ),
    "passport": re.compile(r"パスポート|旅券|passport", re.I),
    "national_id": re.compile(
        r"在留カード|social security|\bssn\b|national insurance|\bnino\b", re.I
    ),
}
# Numbers that a centre works with; they stay.
WORK = re.compile(
    r"order|reference|\bref\b|booking|reservation|confirmation|ticket|case|invoice|policy"
    r"|contract|tracking|member|model|serial|meter|\bjob\b|customer number|account number"
    r"|注文|予約|受付|受注|問い?合わ?せ|契約|会員|お客様番号|顧客番号|伝票|追跡|管理番号|製造"
    r"|品番|型番|商品番号|シリアル|請求書",
    re.I,
)
_IDENTITY = frozenset(
    {"driving_licence", "pension", "health_insurance", "passport", "national_id"}
)
_QUESTION = re.compile(
    r"[?？]|please|could|can i|may i|what|お願い|いただけ|教えて|ください|でしょうか|伺"
)
_CONTEXT_CHARACTERS = 40

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MONTH = rf"(?:{_MONTHS})[a-z]*\.?"
_ORDINALS = (
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"
    "|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth"
    "|(?:twenty|thirty)(?:ieth|[ -](?:first|second|third|fourth|fifth|sixth|seventh"
    "|eighth|ninth))"
    "|thirtieth|twentieth"
)
_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?|(?:the )?(?:{_ORDINALS}))"
_UNITS = "one|two|three|four|five|six|seven|eight|nine"
_SPOKEN_YEAR = (
    rf"nineteen[ -](?:oh[ -])?[a-z]+(?:[ -](?:{_UNITS}))?"
    rf"|two thousand(?: and)?(?: (?:{_UNITS}))?"
)
# A complete date this old is a birthday: nothing else in a call dates from back then.
_OLD_YEAR = rf"(?:19\d\d|200\d|{_SPOKEN_YEAR})"
_DIGIT_JA = r"[\d一二三四五六七八九十〇元]"
_DATES_OF_OLD = [
    re.compile(rf"\b{_MONTH} {_DAY},? (?:of )?{_OLD_YEAR}\b", re.I),
    re.compile(rf"\b{_DAY} (?:of )?{_MONTH},? (?:of )?{_OLD_YEAR}\b", re.I),
    re.compile(r"(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-](?:19\d\d|200\d)(?!\d)"),
    re.compile(r"(?<!\d)(?:19\d\d|200\d)[/.-]\d{1,2}[/.-]\d{1,2}(?!\d)"),
    re.compile(
        rf"(?:19\d\d|200\d|[九〇一二三四五六七八千百十]{{4,8}}|(?:大正"
        rf"|昭和){_DIGIT_JA}{{1,3}}"
        rf"|平成(?:元|[12]?\d|[一二]?十?[一二三四五六七八九]|十|二十))"
        rf"年の?{_DIGIT_JA}{{1,3}}月の?{_DIGIT_JA}{{1,3}}日(?:生まれ)?"
    ),
]
# After the question for it, a date without a year is enough.
_DATES = [
    re.compile(rf"\b{_MONTH} {_DAY}(?:,? (?:of )?(?:\d{{2,4}}|{_SPOKEN_YEAR}))?\b", re.I),
    re.compile(
        rf"\b{_DAY} (?:of )?{_MONTH}(?:,? (?:of )?(?:\d{{2,4}}|{_SPOKEN_YEAR}))?\b", re.I
    ),
    re.compile(r"(?<!\d)\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}(?!\d)"),
    re.compile(
        rf"(?:(?:大正|昭和|平成"
        rf"|令和)?{_DIGIT_JA}{{1,8}}年の?)?{_DIGIT_JA}{{1,3}}月の?{_DIGIT_JA}{{1,3}}日(?:生まれ)?"
    ),
]

# An address is read outwards from its "at": whoever starts at the front looks at every word
# of the text as if it could become one.
_AT = re.compile(r"@|＠|アットマーク|アット|\bat\b", re.I)
_LONGEST_LOCAL = 64
_LOCAL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+$")
_DOMAIN = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_MAIL_WORD = r"[A-Za-z0-9]++(?:[._-][A-Za-z0-9]++)*+"
_JOIN = r"[\s,]*(?:\bdot\b|\bunderscore\b|\bdash\b|\bhyphen\b|\bpoint\b)[\s,]*"
_TOP_LEVEL = r"(?:com|net|org|edu|gov|info|io|co|jp|uk|us|ca|de|fr|me|dev|biz)"
_SPOKEN_LOCAL = re.compile(
    rf"(?<![A-Za-z0-9])(?:(?:\b[a-z0-9][\s,-]+){{2,20}}"
    rf"|{_MAIL_WORD}(?:{_JOIN}{_MAIL_WORD})*)[\s,]*$",
    re.I,
)
_SPOKEN_DOMAIN = re.compile(
    rf"[\s,]*(?:{_MAIL_WORD}(?:{_JOIN}{_MAIL_WORD}){{0,4}}{_JOIN}{_TOP_LEVEL}\b"
    rf"|[A-Za-z0-9-]{{1,63}}(?:\.[A-Za-z0-9-]{{1,63}}){{0,4}}\.{_TOP_LEVEL}\b)",
    re.I,
)
_SPELT = re.compile(r"[\d._]|\bdot\b|^(?:\w[\s,-]+)+$", re.I)
_KANA_LOCAL = re.compile(
    r"(?<![ァ-ヶーA-Za-z0-9])[ァ-ヶーA-Za-z0-9](?:[ァ-ヶーA-Za-z0-9\s、,・._-]|てん)*$"
)
_KANA_JOIN = r"[\s、,・]*(?:ドット|てん|アンダーバー|アンダースコア|ハイフン|\.)[\s、,・]*"
_KANA_DOMAIN = re.compile(
    rf"[\s、,・]*[ァ-ヶーA-Za-z0-9、, ・._-]{{1,40}}?(?:{_KANA_JOIN}"
    rf"(?:コム|ジェーピー|ジェイピー|シーオー|エヌイー|ネット|オーアール|com|net|jp"
    rf"|co|ne|or))+"
)

_NUMBER_JA = r"[\d一二三四五六七八九十〇]{1,5}"
_POSTAL_JA = r"〒\s*\d{3}[-‐−ー]?\d{4}|(?<![\d-])\d{3}[-‐−]\d{4}(?![\d-])"
_BLOCK = rf"{_NUMBER_JA}(?:丁目|番地の?|番の?|号|[-‐−ーの]{_NUMBER_JA})"
# A Japanese address is read outwards from its block number, for the same reason.
_BLOCKS = re.compile(
    rf"{_BLOCK}(?:{_BLOCK}|{_NUMBER_JA})*+"
    r"(?:[\s、]*[一-龥ァ-ヶーA-Za-z]{2,15}\s?\d{1,4}(?:号室|号)?)?"
)
_LONGEST_PLACE = 30
_PLACE = re.compile(
    r"(?:(?:東京都|北海道|(?:京都|大阪)府|[一-龥]{2,3}県)[一-龥ぁ-んァ-ヶー]{0,12}"
    r"|[一-龥ァ-ヶー][一-龥ぁ-んァ-ヶー]{0,9}?[市区町村郡][一-龥ぁ-んァ-ヶー]{0,12})$"
)
_PLACE_ENDING = re.compile(r"[都道府県市区町村郡]")
_ADDRESSES = [
    re.compile(
        r"\b(?:\d{1,5}[A-Za-z]?|(?:[a-z]+[ -])?(?:ten|[a-z]+teen|[a-z]+ty|one|two|three|four"
        r"|five|six|seven|eight|nine|eleven|twelve))"
        r" (?:[A-Z][a-z']+\.? ){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr"
        r"|Boulevard|Blvd|Court|Ct|Place|Pl|Square|Terrace|Way|Close|Crescent|Gardens"
        r"|Row|Hill"
        r"|Parkway|Highway)\b\.?"
        r"(?:,? (?:Apartment|Apt|Suite|Unit|Flat|Floor)\.? ?#?\w+)?"
        r"(?:, [A-Z][a-z]+(?:[ -][A-Z][a-z]+)*){0,3}(?:,? [A-Z]{2}\b)?(?:,? \d{5}(?:-\d{4})?)?"
        r"(?:,? [A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})?"
    ),
    re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b"),
]
_POSTAL = re.compile(_POSTAL_JA)


def kinds_named(text: str) -> frozenset[str]:
    """Kinds of secrets that the words of ``text`` name: what a question may ask for."""
    return frozenset(kind for kind, words in _CONTEXT.items() if words.search(text))


def is_question(text: str) -> bool:
    return bool(_QUESTION.search(text.lower()))


def asks_for_work(text: str) -> bool:
    """Whether a question is about a number that stays, and about no secret."""
    return is_question(text) and bool(WORK.search(text)) and not kinds_named(text)


def joint_kind(
    runs: Sequence[DigitRun], before: str, language: str, asked: frozenset[str]
) -> str | None:
    """Kind of secret that runs of several utterances are together; ``before`` is what stood
    before the first of them."""
    digits = tuple(group for run in runs for group in run.groups)
    text = before + " ".join(digits)
    run = DigitRun(len(before), len(text), digits)
    return _kind_of_number(text, run, language or _script(text), asked)


def find_secrets(
    text: str,
    language: str,
    *,
    asked: frozenset[str] = frozenset(),
    own: Collection[str] = (),
) -> list[Span]:
    """Secrets of ``text`` in order, not overlapping.

    ``language`` decides the phone plan; ``asked`` are kinds that were just asked for, ``own``
    the centre's phone numbers, mail and addresses, which are none.
    """
    language = language or _script(text)
    found: list[Span] = []

    def add(kind: str, start: int, end: int) -> None:
        if all(end <= other.start or other.end <= start for other in found):
            found.append(Span(start=start, end=end, kind=kind))

    for start, end in _mails(text, asked):
        add("email", start, end)
    for pattern in _DATES_OF_OLD:
        for match in pattern.finditer(text):
            add("birth_date", *match.span())
    for pattern in _DATES:
        for match in pattern.finditer(text):
            before = text[max(0, match.start() - 25) : match.start()]
            if "birth_date" in asked or _CONTEXT["birth_date"].search(before):
                add("birth_date", *match.span())
            elif text[match.end() : match.end() + 3].startswith("生まれ"):
                add("birth_date", match.start(), match.end())
    for start, end in _addresses(text):
        add("address", start, end)
    for pattern in _ADDRESSES:
        for match in pattern.finditer(text):
            add("address", *match.span())
    for run in digit_runs(text):
        if kind := _kind_of_number(text, run, language, asked):
            add(kind, run.start, run.end)
    for match in _POSTAL.finditer(text):
        add("address", *match.span())
    if own:
        contacts = {_bare(contact) for contact in own}
        found = [one for one in found if _bare(text[one.start : one.end]) not in contacts]
    return sorted(found, key=lambda span: span.start)


def _bare(contact: str) -> str:
    """One form of a contact, however it is said or written."""
    runs = digit_runs(contact)
    if len(runs) == 1 and len(runs[0].digits) >= 7:
        return runs[0].digits
    return re.sub(r"\W", "", contact).casefold()


def _mails(text: str, asked: frozenset[str]) -> Iterator[tuple[int, int]]:
    done = 0
    for at in _AT.finditer(text):
        if at.start() < done:
            continue
        window = text[max(done, at.start() - _LONGEST_LOCAL) : at.start()]
        forms = [(_DOMAIN, _LOCAL), (_KANA_DOMAIN, _KANA_LOCAL)]
        if at.group().lower() == "at":
            forms = [(_SPOKEN_DOMAIN, _SPOKEN_LOCAL)]
        for domains, locals_ in forms:
            domain = domains.match(text, at.end())
            local = locals_.search(window) if domain else None
            if domain is None or local is None:
                continue
            start = at.start() - len(window) + local.start()
            if locals_ is _SPOKEN_LOCAL and not _names_mail(text, start, at.start(), asked):
                continue
            done = domain.end()
            yield start, done
            break


def _names_mail(text: str, start: int, end: int, asked: frozenset[str]) -> bool:
    """Whether what stands before a spoken "at" is more than a word: "look at example"."""
    return (
        "email" in asked
        or bool(_SPELT.search(text[start:end].strip() + " "))
        or bool(_CONTEXT["email"].search(text[max(0, start - _CONTEXT_CHARACTERS) : end]))
    )


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    done = 0
    for blocks in _BLOCKS.finditer(text):
        window = text[max(done, blocks.start() - _LONGEST_PLACE) : blocks.start()]
        if _PLACE_ENDING.search(window) and (place := _PLACE.search(window)):
            done = blocks.end()
            yield blocks.start() - len(window) + place.start(), done


def _kind_of_number(
    text: str, run: DigitRun, language: str, asked: frozenset[str]
) -> str | None:
    digits, count = run.digits, len(run.digits)
    if count < 3:
        return None
    before = text[max(0, run.start - _CONTEXT_CHARACTERS) : run.start]
    near = _nearest_context(before)
    if near == "work" and not (13 <= count <= 19 and _luhn(digits)):
        return None
    if 13 <= count <= 19 and _luhn(digits):
        return "card"
    if count == 12 and (near == "my_number" or "my_number" in asked):
        return "my_number"
    if near is None and text[run.end : run.end + 4].strip().startswith(
        (
            "円",
            "ドル",
            "パーセント",
            "%",
            "dollar",
            "pound",
            "euro",
            "yen",
            "percent",
            "センチ",
            "cm",
        )
    ):
        return None
    said = near or (next(iter(asked)) if len(asked) == 1 else None)
    if "card" in asked and count >= 12:
        said = "card"
    if said == "card" and (count >= 4 if "card" in asked else count >= 12):
        return "card"
    if (
        near == "card"
        and count in (3, 4)
        and re.search(r"c\.?v\.?[cv]|code|コード|暗証|\bpin\b", before, re.I)
    ):
        return "card"
    if said == "my_number" and count >= 8:
        return "my_number"
    if said == "bank_account" and 4 <= count <= 12:
        return "bank_account"
    if said in _IDENTITY and 6 <= count <= 14:
        return said
    if said == "birth_date" and count in (6, 8):
        return "birth_date"
    if tuple(map(len, run.groups)) == (3, 2, 4) and language != "ja":
        return "national_id"
    if _is_phone(run, language):
        return "phone"
    if (said == "phone" or "phone" in asked) and 7 <= count <= 12:
        return "phone"
    if count == 12 and language == "ja" and _my_number(digits):
        return "my_number"
    if said == "address" and count == 7 and language == "ja":
        return "address"
    return None


def _nearest_context(before: str) -> str | None:
    """Kind named last before a number; ``work`` for numbers that stay."""
    best: tuple[int, str] | None = None
    for kind, words in (*_CONTEXT.items(), ("work", WORK)):
        for match in words.finditer(before):
            if best is None or match.end() >= best[0]:
                best = (match.end(), kind)
    return best[1] if best else None


def _is_phone(run: DigitRun, language: str) -> bool:
    digits, sizes = run.digits, tuple(map(len, run.groups))
    if language == "ja":
        return (
            bool(re.fullmatch(r"0[1-9]\d{8}|0[5789]0\d{8}", digits))
            or digits[:2] == "81"
            and (len(digits) in (11, 12))
        )
    if sizes in ((3, 3, 4), (1, 3, 3, 4)):
        return True
    if not 10 <= len(digits) <= 15:
        return False
    for region in ("US", "GB"):
        try:
            number = phonenumbers.parse(digits, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return True
    return bool(re.fullmatch(r"0\d{9,10}", digits))


def _luhn(digits: str) -> bool:
    """Check digit of payment cards (ISO/IEC 7812-1, annex B)."""
    doubled = [int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(digits))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def _my_number(digits: str) -> bool:
    """Check digit of the 12-digit individual number (総務省令第85号, article 5)."""
    body = [int(digit) for digit in reversed(digits[:-1])]
    total = sum(
        digit * (index + 1 if index <= 6 else index - 5)
        for index, digit in enumerate(body, start=1)
    )
    remainder = total % 11
    return int(digits[-1]) == (0 if remainder <= 1 else 11 - remainder)


def _script(text: str) -> str:
    """The language that the letters tell, where the recogniser did not."""
    return "ja" if re.search(r"[ぁ-んァ-ヶ一-龥]", text) else "en"
