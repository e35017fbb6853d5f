"""Shapes of what clients send, shared by paths, queries and socket messages."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from pydantic import Field

CALL_ID = r"^[A-Za-z0-9][A-Za-z0-9._@:+=~-]{0,127}$"
"""Fits the ids of telephone systems (UUIDs, Twilio SIDs, SIP Call-IDs); no slash, no space."""

CallId = Annotated[str, Field(pattern=CALL_ID)]
NAME = r"^[^\x00-\x1f\x7f]*$"
"""No control characters: PostgreSQL stores no zero, and a name fits on one line."""
Name = Annotated[str, Field(min_length=1, max_length=128, pattern=NAME)]
"""Of a person, a team or a customer."""

LAST_SEQ = 2**53 - 1
"""The largest number that every JSON reader keeps exact; no call counts that far."""
Seq = Annotated[int, Field(ge=0, le=LAST_SEQ)]

CallPath = Annotated[str, Path(pattern=CALL_ID, description="Id of the call.")]
NamePath = Annotated[str, Path(min_length=1, max_length=128, pattern=NAME)]
Text = Annotated[str | None, Query(max_length=200)]
NameQuery = Annotated[str | None, Query(max_length=128, pattern=NAME)]
Moment = Annotated[str | None, Query(max_length=40, description="ISO 8601; UTC without zone.")]
Limit = Annotated[int, Query(ge=1, le=500, description="Entries on a page.")]
Cursor = Annotated[str | None, Query(max_length=1000, description="Of the page before.")]
