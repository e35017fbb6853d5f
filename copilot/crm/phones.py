"""Phone numbers as CRMs write them. Pure; numbers are compared, not their writing."""

from __future__ import annotations

import re

import phonenumbers

__all__ = ["Phone"]


class Phone:
    """A valid phone number. ``region`` (``JP``, ``US`` ...) is that of numbers without a
    country code."""

    def __init__(self, number: phonenumbers.PhoneNumber, region: str) -> None:
        self._number = number
        self._region = region

    @classmethod
    def of(cls, text: str, region: str) -> Phone | None:
        """``None`` where the text is no phone number: a customer may have any id."""
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            return None
        return cls(number, region) if phonenumbers.is_valid_number(number) else None

    @property
    def e164(self) -> str:
        return phonenumbers.format_number(self._number, phonenumbers.PhoneNumberFormat.E164)

    @property
    def national(self) -> str:
        return phonenumbers.format_number(self._number, phonenumbers.PhoneNumberFormat.NATIONAL)

    @property
    def forms(self) -> tuple[str, ...]:
        """The ways in which people and imports write it, each once. A number of another
        country has its country code in all of them."""
        international = phonenumbers.format_number(
            self._number, phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )
        forms = [self.e164, international]
        if self._number.country_code == phonenumbers.country_code_for_region(self._region):
            forms += [self.national, re.sub(r"\D", "", self.national)]
        return tuple(dict.fromkeys(forms))

    @property
    def groups(self) -> tuple[str, ...]:
        """Its digits in the groups in which the country writes them, without what only calls
        inside the country begin with: what all ways of writing it have in common."""
        digits = phonenumbers.national_significant_number(self._number)
        groups = re.findall(r"\d+", self.national)
        surplus = len("".join(groups)) - len(digits)
        return tuple(group for group in (groups[0][surplus:], *groups[1:]) if group)

    def is_written(self, text: object) -> bool:
        """Whether a text is this number, however it is written."""
        other = Phone.of(text, self._region) if isinstance(text, str) else None
        return other is not None and other.e164 == self.e164
