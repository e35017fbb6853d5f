"""Language tags as users write them (BCP 47) to the codes the house uses."""

from __future__ import annotations

import re

from copilot.errors import InputError

_TAG = re.compile(r"([a-z]{2,3})(-[a-z0-9]{1,8})*")

# What Whisper was trained on (openai/whisper, tokenizer.py), as a line of codes.
SPOKEN = frozenset(
    """
    af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu
    ha haw he hi hr ht hu hy id is it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml
    mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si sk sl sn so sq sr su sv sw
    ta te tg th tk tl tr tt uk ur uz vi yi yo yue zh
    """.split()
)


def primary_language(tag: str) -> str:
    """``ja-JP`` → ``ja``; ``auto`` stays. Raises ``InputError`` on anything else."""
    lowered = tag.strip().lower().replace("_", "-")
    if lowered == "auto":
        return lowered
    if not (match := _TAG.fullmatch(lowered)):
        raise InputError(f"language {tag!r} is no language tag; for instance ja, en-GB or auto")
    if match[1] not in SPOKEN:
        raise InputError(f"language {tag!r} is none that Whisper knows; for instance ja or en")
    return match[1]
