"""Finding personal data in what was said.

What a number is follows from its form (Luhn, check digit, phone plan), from the words
beside it, and from what was asked before it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from copilot.events import Span
from copilot.masking.addresses_english import find_english
from copilot.masking.addresses_japanese import find_japanese
from copilot.masking.amounts import without_amounts
from copilot.masking.codes import find_codes, find_expiry, letters_alone, with_letters
from copilot.masking.dates import find_birth_dates
from copilot.masking.digits import digit_runs
from copilot.masking.mail import find_mails
from copilot.masking.numbers import bridged, find_numbers
from copilot.masking.redaction import redact

__all__ = ["find_secrets", "language_of", "mask"]


def mask(text: str, language: str) -> tuple[str, tuple[Span, ...]]:
    """``text`` with every secret replaced by a tag, and where the secrets stood.

    Spans count characters of the ``text`` given; ``redact(text, spans)`` is the masked
    text. ``language`` is ``ja``, ``en`` ... or empty: the letters tell.
    """
    spans = tuple(find_secrets(text, language))
    return redact(text, spans), spans


def find_secrets(
    text: str,
    language: str,
    *,
    asked: frozenset[str] = frozenset(),
    own: Collection[str] = (),
    bare: bool = False,
) -> list[Span]:
    """Secrets of ``text`` in order, not overlapping.

    ``language`` decides the phone plan; ``asked`` are kinds that were just asked for, ``own``
    the centre's phone numbers, mail and addresses, which are none. ``bare``: nothing that was
    said before speaks of orders and the like, so that a long number needs no name.
    """
    language = language or language_of(text)
    text = without_amounts(half_width(text))
    found: list[Span] = []

    def add(spans: Iterable[Span]) -> None:
        for span in spans:
            if all(span.end <= one.start or one.end <= span.start for one in found):
                found.append(span)

    add(find_mails(text, "email" in asked))
    if "rest_of_birth_date" in asked:
        add(find_birth_dates(_first_sentence(text), language, True))
    add(find_birth_dates(text, language, "birth_date" in asked))
    found = bridged(text, sorted(found, key=lambda span: span.start))
    asked -= {"rest_of_birth_date"}
    add(find_codes(text, asked))
    left = text
    for span in found:
        left = left[: span.start] + "." * (span.end - span.start) + left[span.end :]
    if _JAPANESE.search(left):
        add(find_japanese(left, "address" in asked))
    if _LATIN.search(left):
        add(find_english(left, "address" in asked, "work" in asked))
    add(_numbers(text, language, asked, found, bare))
    if own:
        contacts = {_bare(contact) for contact in own}
        found = [one for one in found if _bare(text[one.start : one.end]) not in contacts]
    return sorted(found, key=lambda span: span.start)


def _numbers(
    text: str, language: str, asked: frozenset[str], taken: Sequence[Span], bare: bool
) -> list[Span]:
    """Secret numbers, in one piece or in several, with the letters that belong to them."""
    found = find_numbers(text, language, asked, taken, bare=bare)
    found = [with_letters(text, span, found) for span in bridged(text, found)]
    found += find_expiry(text, asked, [*taken, *found])
    return found + letters_alone(text, asked, [*taken, *found])


def _first_sentence(text: str) -> str:
    """What may end a date that the turn before began: 三月三日です。 A longer one goes on to
    something else."""
    if len(text) <= _LONGEST_REST:
        return text
    first = re.split(r"[。.?!]", text, maxsplit=1)[0]
    return first if len(first) <= _LONGEST_REST else ""


_LONGEST_REST = 44


_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord(dash): ord("-") for dash in "‐‑‒–—−"
}


def half_width(text: str) -> str:
    """``text`` with letters, figures and dashes of one width, each in its place: ``０８０－``
    and ``080ー1234`` are ``080-``."""
    return _DRAWN.sub("-", text.translate(_HALF_WIDTH))


_DRAWN = re.compile(r"(?<=\d)ー(?=\d)")


_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龥]")
_LATIN = re.compile(r"[A-Za-z]{2}")


def language_of(text: str) -> str:
    """The language that the letters tell, where the recogniser did not."""
    return "ja" if _JAPANESE.search(text) else "en"


def _bare(contact: str) -> str:
    """One form of a contact, however it is said or written."""
    runs = digit_runs(contact)
    if len(runs) == 1 and len(runs[0].digits) >= 7:
        return runs[0].digits
    return re.sub(r"\W", "", contact).casefold()
