"""What digits are by themselves: check digits, phone plans, the way they are grouped."""

from __future__ import annotations

import re
from collections.abc import Sequence

import phonenumbers

__all__ = ["CARD_STARTS", "card_inside", "form_of"]


_CARD_SIZES = frozenset({(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (14,), (15,), (16,)})

CARD_STARTS = re.compile(
    r"(?:4\d|5[1-5]|2[2-7]|6[0245]|35)\d{14}|3[47]\d{13}|3(?:0[0-59]|[689]\d)\d{11}"
    r"|(?:4|6)\d{18}"
)


def form_of(groups: Sequence[str], language: str) -> str | None:
    """Kind that digits are by themselves, whatever stands beside them."""
    digits, sizes = "".join(groups), tuple(map(len, groups))
    count = len(digits)
    if count < 9 or count > 19:
        return None
    if (CARD_STARTS.fullmatch(digits) or sizes in _CARD_SIZES) and _luhn(digits):
        return "card"
    if count == 9 and sizes == (3, 2, 4) and language != "ja":
        return "national_id"
    if count == 12 and (language == "ja" or sizes in ((4, 4, 4), (12,))) and _my_number(digits):
        return "my_number"
    return "phone" if _is_phone(digits, sizes, language) else None


def card_inside(digits: str) -> bool:
    """Whether a card stands somewhere in a long run."""
    if len(digits) < 15 or len(digits) > 40:
        return False
    return any(
        CARD_STARTS.fullmatch(part := digits[first : first + size]) and _luhn(part)
        for size in (15, 16)
        for first in range(len(digits) - size + 1)
    )


def _is_phone(digits: str, sizes: tuple[int, ...], language: str) -> bool:
    if language == "ja":
        return (
            sizes == (4, 3, 4)
            and digits[0] == "0"
            or bool(
                re.fullmatch(
                    r"0[1-9]\d{8}|0[5789]0\d{8}|81[1-9]\d{8,9}",
                    digits,
                )
            )
        )
    if sizes in ((3, 3, 4), (1, 3, 3, 4)):
        return True
    if not 10 <= len(digits) <= 15:
        return False
    return bool(re.fullmatch(r"0[1-9]\d{8,9}", digits)) or _valid_phone(digits)


def _valid_phone(digits: str) -> bool:
    for region in ("US", "GB"):
        try:
            number = phonenumbers.parse(digits, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return True
    return False


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
