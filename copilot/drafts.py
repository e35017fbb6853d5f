"""What people have written of a summary and not yet handed in: autosaved, one draft a person.

No event: a draft is nobody's word yet. It goes when its author hands it in, drops it or
approves the summary, and with the call. Whoever saves one has masked it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field, TypeAdapter
from sqlalchemy import delete, select

from copilot import tables
from copilot.archive import Archive
from copilot.errors import NotFoundError
from copilot.events import Seconds, SummaryFields
from copilot.times import utc_now

__all__ = ["Draft", "Drafts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An edit that somebody has begun. What is ``None`` they have not touched."""

    version: Annotated[int, Field(ge=1)]
    """The version it starts from."""
    brief: str | None = None
    text: str | None = None
    fields: SummaryFields | None = None
    spent_s: Seconds | None = None
    """How long the editor has had it open."""
    saved_at: str = ""


_draft: TypeAdapter[Draft] = TypeAdapter(Draft)


class Drafts:
    """The drafts of all calls, kept in the archive. Every method raises
    ``StoreUnavailableError`` while that cannot be reached."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    async def find(self, call_id: str, author: str) -> Draft:
        """Raises ``NotFoundError``."""
        drafts = tables.drafts.c
        query = select(drafts.body).where(drafts.call_id == call_id, drafts.author == author)
        async with self._archive.transaction() as connection:
            body = await connection.scalar(query)
        if body is None:
            raise NotFoundError("you have no draft of this summary")
        return _draft.validate_json(body)

    async def save(self, call_id: str, author: str, draft: Draft) -> Draft:
        """In place of the author's draft before; with the time of saving."""
        saved = replace(draft, saved_at=utc_now())
        row = {
            "call_id": call_id,
            "author": author,
            "saved_at": saved.saved_at,
            "body": _draft.dump_json(saved).decode(),
        }
        async with self._archive.transaction() as connection:
            await self._archive.put(connection, tables.drafts, [row])
        return saved

    async def erase(self, call_id: str, author: str) -> None:
        """The author's draft. None there: no effect."""
        drafts = tables.drafts.c
        statement = delete(tables.drafts).where(
            drafts.call_id == call_id, drafts.author == author
        )
        async with self._archive.transaction() as connection:
            await connection.execute(statement)
