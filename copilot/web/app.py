"""The application: routes over running services."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI

from copilot import __version__
from copilot.drafts import Drafts
from copilot.summary_running import running_summary
from copilot.web import (
    alerts,
    auth_routes,
    call_socket,
    calls,
    deliveries,
    dispositions,
    drafts,
    evidence,
    exports,
    handover,
    health,
    help_sign,
    learning,
    live_socket,
    notes,
    pages,
    policy,
    problems,
    rules,
    schema,
    summaries,
)
from copilot.web.changes import Changes
from copilot.web.lines import Lines
from copilot.web.metrics import Metrics, RequestMetrics
from copilot.web.middleware import Guard
from copilot.web.remembered import Remembered
from copilot.web.services import Services

ROUTERS = (
    auth_routes.router,
    calls.router,
    summaries.router,
    drafts.router,
    handover.router,
    learning.router,
    dispositions.router,
    notes.router,
    help_sign.router,
    exports.router,
    evidence.router,
    alerts.router,
    policy.router,
    rules.router,
    deliveries.router,
    schema.router,
    health.router,
    call_socket.router,
    live_socket.router,
)


def create_app(services: Services) -> FastAPI:
    """Sockets, REST and pages over services that run for as long as the application."""
    metrics = Metrics(services)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            counting = group.create_task(metrics.run(), name="metrics")
            yield
            counting.cancel()

    app = FastAPI(
        title="Contact centre copilot",
        version=__version__,
        lifespan=lifespan,
        openapi_url="/api/openapi.json",
        # Their pages load scripts from elsewhere; contact centres are closed networks.
        docs_url=None,
        redoc_url=None,
        responses=problems.RESPONSES,
    )
    app.state.services = services
    app.state.changes = Changes(services.journal)
    app.state.drafts = Drafts(services.journal.archive)
    app.state.metrics = metrics
    app.state.lines = Lines()
    summariser = services.running_summariser
    app.state.so_far = Remembered(partial(running_summary, summariser))
    app.state.handovers = Remembered(partial(handover.brief, summariser))
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    pages.install(app, services.config.allowed_origins)
    app.add_middleware(Guard)
    app.add_middleware(RequestMetrics, metrics=metrics)
    return app
