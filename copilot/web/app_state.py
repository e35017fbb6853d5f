"""What one application holds beside the services, as dependencies of its routes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from copilot.drafts import Drafts
from copilot.events import Summary
from copilot.handover import Handover
from copilot.web.changes import Changes
from copilot.web.lines import Lines
from copilot.web.metrics import Metrics
from copilot.web.remembered import Remembered


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


def so_far_of(connection: HTTPConnection) -> Remembered[Summary]:
    so_far: Remembered[Summary] = connection.app.state.so_far
    return so_far


def handovers_of(connection: HTTPConnection) -> Remembered[Handover]:
    handovers: Remembered[Handover] = connection.app.state.handovers
    return handovers


ChangesOf = Annotated[Changes, Depends(changes_of)]
DraftsOf = Annotated[Drafts, Depends(drafts_of)]
MetricsOf = Annotated[Metrics, Depends(metrics_of)]
SoFarOf = Annotated[Remembered[Summary], Depends(so_far_of)]
HandoversOf = Annotated[Remembered[Handover], Depends(handovers_of)]
