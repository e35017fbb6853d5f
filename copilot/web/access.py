"""Who asks, over HTTP or a socket.

A token comes in ``Authorization: Bearer``, in the first message of a socket, or in the
cookie of a signed-in page; never in a URL, which proxies log. A browser sends cookies
along with anything, so what comes with one must also come from our own pages.

There is a cookie for every role, so that somebody who tries the operator's and the
supervisor's page in one browser stays both. A page names the role it works as; without a
name the role with the most rights counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.responses import Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from copilot.auth import SIGN_IN_S, Action, Principal, Role, Tokens, can
from copilot.errors import ForbiddenError
from copilot.record import CallRecord
from copilot.web.problems import UnauthorisedError
from copilot.web.services import Services

ROLE_HEADER = "Copilot-Role"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
BY_RIGHTS: tuple[Role, ...] = ("admin", "supervisor", "operator", "integrator")


def services_of(connection: HTTPConnection) -> Services:
    services: Services = connection.app.state.services
    return services


_Bearer = Annotated[
    HTTPAuthorizationCredentials | None,
    Depends(HTTPBearer(auto_error=False, description="A token; pages send their cookie.")),
]


async def signed_in(request: Request, bearer: _Bearer) -> Principal:
    """Who sent the request. Raises ``UnauthorisedError``, ``ForbiddenError``."""
    if bearer is not None:
        return await verified(services_of(request).tokens, bearer.credentials)
    principal, _ = await from_cookie(request, request.headers.get(ROLE_HEADER))
    if request.method not in SAFE_METHODS:
        require_own_origin(request)
    return principal


ServicesOf = Annotated[Services, Depends(services_of)]
SignedIn = Annotated[Principal, Depends(signed_in)]


async def verified(tokens: Tokens, token: str) -> Principal:
    try:
        return await tokens.verify(token)
    except ForbiddenError as error:
        raise UnauthorisedError(str(error)) from None


async def from_cookie(connection: HTTPConnection, role: str | None) -> tuple[Principal, str]:
    """Whom a cookie speaks for, and its token. Raises ``UnauthorisedError``."""
    for token in _cookies(connection, role):
        try:
            return await services_of(connection).tokens.verify(token), token
        except ForbiddenError:
            continue
    raise UnauthorisedError("sign in, or send a token")


def require_own_origin(connection: HTTPConnection) -> None:
    """Raises ``ForbiddenError`` unless one of our pages, or a page of an allowed origin,
    is behind the request."""
    origin = connection.headers.get("origin", "").lower()
    host = connection.headers.get("host", "").lower()
    allowed = {
        one.rstrip("/").lower() for one in services_of(connection).config.allowed_origins
    }
    if not origin or (urlsplit(origin).netloc != host and origin not in allowed):
        raise ForbiddenError(
            "this page may not act for you: its origin is neither the server's nor in "
            "COPILOT_ALLOWED_ORIGINS"
        )


def set_cookie(request: Request, response: Response, role: Role, token: str) -> None:
    response.set_cookie(
        _cookie_name(role),
        token,
        max_age=int(SIGN_IN_S),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def clear_cookies(request: Request, response: Response) -> Iterator[str]:
    """The tokens of all cookies, which the response takes back."""
    for role in BY_RIGHTS:
        if token := request.cookies.get(_cookie_name(role)):
            response.delete_cookie(_cookie_name(role), httponly=True, samesite="strict")
            yield token


def require(principal: Principal, action: Action, record: CallRecord | None = None) -> None:
    """Raises ``ForbiddenError`` where they may not, with this call or with any."""
    agent_id = record.started.agent_id if record and record.started else None
    if not can(principal, action, agent_id=agent_id):
        whose = "this call" if record else "calls in general"
        raise ForbiddenError(f"the role {principal.role} may not {action} ({whose})")


def require_reading(principal: Principal, record: CallRecord | None = None) -> None:
    """Reading is for those who see the call, and for those who may export it anyway."""
    if not can(principal, "export"):
        require(principal, "see_call", record)


def _cookie_name(role: str) -> str:
    return f"copilot_{role}"


def _cookies(connection: HTTPConnection, role: str | None) -> Iterator[str]:
    names = [role] if role and _cookie_name(role) in connection.cookies else BY_RIGHTS
    for name in names:
        if token := connection.cookies.get(_cookie_name(name)):
            yield token
