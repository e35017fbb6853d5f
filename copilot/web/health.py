"""Is it alive, is it ready, how is it doing. No token: nothing here is about anybody."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel

from copilot.errors import StoreUnavailableError
from copilot.web.access import ServicesOf
from copilot.web.app_state import MetricsOf
from copilot.web.services import Services

router = APIRouter(tags=["health"])


class Health(BaseModel):
    status: str = "ok"


class Readiness(BaseModel):
    ready: bool
    not_ready: list[str]
    """What keeps the server from taking calls; empty when it is ready."""
    recogniser: str
    """Model and precision."""
    live_calls: int
    """On the line, transcribed or only recorded."""
    transcribed_calls: int
    """Of these, with words as people speak."""
    max_calls: int
    """Transcribed at once; further ones are recorded or refused."""
    level: int
    """0 as usual, 1 partials are rarer, 2 no partials, 3 finals are late."""
    recordings: int
    """Calls whose transcript is still to come."""
    rules_faults: list[str]
    """Where the newest edit of the rules is wrong, as file and line; the rules before it
    stay in force."""


@router.get("/healthz")
async def healthz() -> Health:
    """The process answers."""
    return Health()


@router.get("/readyz", responses={503: {"model": Readiness}})
async def readyz(services: ServicesOf, response: Response) -> Readiness:
    """The server can take calls: 200, or 503 and what is not ready."""
    not_ready = [*services.ready(), *[part async for part in _away(services)]]
    response.status_code = 503 if not_ready else 200
    return Readiness(
        ready=not not_ready,
        not_ready=not_ready,
        recogniser=services.recognition.name,
        live_calls=len(services.calls),
        transcribed_calls=services.calls.transcribed,
        max_calls=services.calls.max_transcribed,
        level=services.recognition.load.level,
        recordings=services.calls.recordings,
        rules_faults=[f"{fault.file}:{fault.line}" for fault in services.rules.faults],
    )


@router.get("/metrics", response_class=Response)
async def metrics(metrics: MetricsOf) -> Response:
    """Prometheus text format."""
    return Response(await metrics.text(), media_type=metrics.MEDIA_TYPE)


async def _away(services: Services) -> AsyncIterator[str]:
    try:
        await services.journal.bus.ping()
    except StoreUnavailableError:
        yield "redis"
    try:
        await services.journal.archive.last_seq("")
    except StoreUnavailableError:
        yield "archive"
