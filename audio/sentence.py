"""Whether words sound like the end of what somebody wanted to say."""

from __future__ import annotations

import re

__all__ = ["sounds_complete"]

_ENDING = re.compile(r"[.!?。！？]$")
_TRAILING_OFF = re.compile(r"(\.\.|…|[,、])[.。]?$")
_NUMBER = re.compile(r"[\d０-９〇一二三四五六七八九十][.。]?$")
_POLITE = re.compile(
    r"(です|ます|ました|ません|でした|ください|下さい|ましょう|でしょう)(か|ね|よ|よね)?$"
)
"""Japanese sentence ends: Whisper often leaves their full stop out."""
_OPEN_WORD = re.compile(
    r"\b(and|but|or|so|because|if|that's|the|an?|my|your|our|their|to|of|for|from|at|with|"
    r"is|are|was|its|it's|i|we|they|he|she|i'm|we're|like|well|dot|um|uh|er)[.?]?$",
    re.IGNORECASE,
)
_OPEN_PARTICLE = re.compile(
    r"(けど|ので|から|って|えっと|えーと|あの|は|が|を|に|で|と|の)[。]?$"
)


def sounds_complete(text: str) -> bool:
    """``False`` in doubt: after a number (they are dictated in groups), after a word or a
    particle that asks for more, and where no sentence has ended."""
    text = text.strip()
    if _NUMBER.search(text) or _TRAILING_OFF.search(text) or _OPEN_WORD.search(text):
        return False
    if _POLITE.search(text):
        return True
    return bool(_ENDING.search(text)) and not _OPEN_PARTICLE.search(text)
