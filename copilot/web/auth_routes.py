"""Signing in with a one-use code, and out."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from copilot.auth import Role
from copilot.errors import ForbiddenError
from copilot.web.access import (
    ServicesOf,
    SignedIn,
    clear_cookies,
    require_own_origin,
    set_cookie,
)
from copilot.web.problems import UnauthorisedError

router = APIRouter(prefix="/api", tags=["sign-in"])


class SignIn(BaseModel):
    code: Annotated[str, Field(min_length=1, max_length=200)]
    """From the fragment of a sign-in link; good for one use."""


class Me(BaseModel):
    name: str
    role: Role


@router.post("/sign-in")
async def sign_in(
    body: SignIn, request: Request, response: Response, services: ServicesOf
) -> Me:
    """Swap a one-use code for the cookie of its role."""
    if "origin" in request.headers:
        require_own_origin(request)
    try:
        token = await services.tokens.redeem(body.code)
    except ForbiddenError as error:
        raise UnauthorisedError(str(error)) from None
    principal = await services.tokens.verify(token)
    await services.journal.audit(principal.name, "sign_in", detail=principal.role)
    set_cookie(request, response, principal.role, token)
    return Me(name=principal.name, role=principal.role)


@router.get("/me")
async def me(principal: SignedIn) -> Me:
    """Whom the token or the cookie speaks for."""
    return Me(name=principal.name, role=principal.role)


@router.post("/sign-out", status_code=204)
async def sign_out(
    request: Request, response: Response, principal: SignedIn, services: ServicesOf
) -> None:
    """End every sign-in of this browser."""
    for token in clear_cookies(request, response):
        # Half a token names one, and ends it; only who holds all of it may.
        with suppress(ForbiddenError):
            await services.tokens.verify(token)
            await services.tokens.revoke(token)
    await services.journal.audit(principal.name, "sign_out", detail=principal.role)
