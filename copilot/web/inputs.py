"""Shapes of what clients send, shared by paths, queries and socket messages."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from pydantic import Field

from copilot.errors import InputError
from copilot.languages import primary_language

CALL_ID = r"^[A-Za-z0-9][A-Za-z0-9._@:+=~-]{0,127}$"
"""Fits the ids of telephone systems (UUIDs, Twilio SIDs, SIP Call-IDs); no slash, no space."""

CallId = Annotated[str, Field(pattern=CALL_ID)]
Name = Annotated[str, Field(min_length=1, max_length=128)]
"""Of a person, a team or a customer."""

CallPath = Annotated[str, Path(pattern=CALL_ID, description="Id of the call.")]
NamePath = Annotated[str, Path(min_length=1, max_length=128)]
Text = Annotated[str | None, Query(max_length=200)]
NameQuery = Annotated[str | None, Query(max_length=128)]
Moment = Annotated[str | None, Query(max_length=40, description="ISO 8601; UTC without zone.")]
Limit = Annotated[int, Query(ge=1, le=500, description="Entries on a page.")]
Cursor = Annotated[str | None, Query(max_length=1000, description="Of the page before.")]

_WHISPER = (
    "af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha "
    "haw he hi hr ht hu hy id is it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr "
    "ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si sk sl sn so sq sr su sv sw ta te tg "
    "th tk tl tr tt uk ur uz vi yi yo yue zh"
)
LANGUAGES = frozenset(_WHISPER.split())
"""What Whisper can be told to hear (its tokenizer's table)."""


def spoken_language(tag: str) -> str:
    """``ja-JP`` → ``ja``; ``auto`` stays. Raises ``InputError`` for what Whisper does not
    know."""
    language = primary_language(tag)
    if language != "auto" and language not in LANGUAGES:
        raise InputError(
            f"language {language!r} is not one the recogniser knows; "
            "send auto, or a tag such as ja or en-GB"
        )
    return language
