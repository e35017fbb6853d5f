"""The centre's disposition codes, for those who close a call with one."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from copilot.web.access import ServicesOf, SignedIn

router = APIRouter(prefix="/api/dispositions", tags=["summaries"])


class DispositionView(BaseModel):
    code: str
    title: dict[str, str]
    """By language; a page shows the code where there is none."""


class DispositionListView(BaseModel):
    required: bool
    """Whether a summary needs a code to be approved."""
    dispositions: list[DispositionView]


@router.get("")
async def list_dispositions(_: SignedIn, services: ServicesOf) -> DispositionListView:
    """All codes in the centre's order; none where it has no list."""
    codes = services.dispositions
    return DispositionListView(
        required=codes.required,
        dispositions=[
            DispositionView(code=code, title=title) for code, title in codes.titles.items()
        ],
    )
