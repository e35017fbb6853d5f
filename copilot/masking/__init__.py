"""Masking of personal data, before anything is stored, shown or logged.

Pure. A secret is replaced by a tag of its kind, ``[card]``; kind and position stay, the
value is gone. Found are cards, My Number, bank accounts, birth dates, phones, mail,
addresses and identity numbers, in digits and as spoken, in Japanese and English. Names and
order, contract or booking numbers stay: those who serve the call need them.

``Masker`` follows one call; ``mask`` is for a text that stands alone.
"""

from copilot.masking.masker import Masker
from copilot.masking.redaction import redact
from copilot.masking.secrets import mask

__all__ = ["Masker", "mask", "redact"]
