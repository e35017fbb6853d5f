"""JSON Schema of all events, for whoever reads them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from copilot.events import json_schema

router = APIRouter(prefix="/api", tags=["schema"])


@router.get("/events.schema.json")
async def events_schema() -> dict[str, Any]:
    return json_schema()
