"""What one application holds beside the services, as dependencies of its routes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from copilot.drafts import Drafts
from copilot.web.changes import Changes
from copilot.web.lines import Lines
from copilot.web.metrics import Metrics


def changes_of(connection: HTTPConnection) -> Changes:
    changes: Changes = connection.app.state.changes
    return changes


def drafts_of(connection: HTTPConnection) -> Drafts:
    drafts: Drafts = connection.app.state.drafts
    return drafts


def metrics_of(connection: HTTPConnection) -> Metrics:
    metrics: Metrics = connection.app.state.metrics
    return metrics


def lines_of(connection: HTTPConnection) -> Lines:
    lines: Lines = connection.app.state.lines
    return lines


ChangesOf = Annotated[Changes, Depends(changes_of)]
DraftsOf = Annotated[Drafts, Depends(drafts_of)]
MetricsOf = Annotated[Metrics, Depends(metrics_of)]
