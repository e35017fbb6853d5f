"""Errors as RFC 9457 problem details. What the client sent is never quoted back."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from copilot.errors import (
    AudioFormatError,
    ConflictError,
    CopilotError,
    ForbiddenError,
    InputError,
    NotFoundError,
    StoreUnavailableError,
)

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 2


class UnauthorisedError(ForbiddenError):
    """Nobody is signed in: no token, or one that does not count."""


class Fault(BaseModel):
    """One thing wrong with a request."""

    where: str
    """``body.version``, ``query.limit`` ..."""
    detail: str


class Problem(BaseModel):
    """RFC 9457. ``type`` is left at its default: title and status say the kind."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[Fault] | None = None


_CONTENT = {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"description": "A problem (RFC 9457)", "content": _CONTENT}
    for status in ("4XX", 422, 503)
}
"""For OpenAPI: every route may answer with a problem."""

_STATUS: tuple[tuple[type[CopilotError], int], ...] = (
    (UnauthorisedError, 401),
    (ForbiddenError, 403),
    (NotFoundError, 404),
    (ConflictError, 409),
    (AudioFormatError, 415),
    (InputError, 400),
    (StoreUnavailableError, 503),
)
"""First match counts."""


def problem(
    status: int,
    detail: str,
    *,
    errors: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    body = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        errors=list(errors) or None,
    )
    return JSONResponse(
        body.model_dump(exclude_none=True), status, dict(headers or {}), MEDIA_TYPE
    )


def install(app: FastAPI) -> None:
    """Every error of the application becomes a problem."""
    app.add_exception_handler(CopilotError, _expected)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(Exception, _unexpected)


async def _expected(_: Request, error: Exception) -> JSONResponse:
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return problem(status, str(error), headers=_headers(status))
    return await _unexpected(_, error)


def _headers(status: int) -> dict[str, str]:
    match status:
        case 401:
            return {"WWW-Authenticate": "Bearer"}
        case 503:
            return {"Retry-After": str(RETRY_AFTER_S)}
        case _:
            return {}


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = [
        Fault(where=".".join(str(part) for part in fault["loc"]), detail=fault["msg"])
        for fault in error.errors()
    ]
    detail = "; ".join(f"{fault.where}: {fault.detail}" for fault in faults)
    return problem(422, detail, errors=faults)


async def _plain(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, error.detail, headers=error.headers)


async def _unexpected(_: Request, error: Exception) -> JSONResponse:
    # Logged by the server that called us, without the text: that may quote speech.
    return problem(500, "the server failed on this request; it has been logged")
