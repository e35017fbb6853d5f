"""Language tags as users write them (BCP 47) to the codes the house uses."""

from __future__ import annotations

import re

from copilot.errors import InputError

_TAG = re.compile(r"([a-z]{2,3})(-[a-z0-9]{1,8})*")


def primary_language(tag: str) -> str:
    """``ja-JP`` → ``ja``; ``auto`` stays. Raises ``InputError`` on anything else."""
    lowered = tag.strip().lower().replace("_", "-")
    if lowered == "auto":
        return lowered
    if not (match := _TAG.fullmatch(lowered)):
        raise InputError(f"language {tag!r} is no language tag; for instance ja, en-GB or auto")
    return match[1]
