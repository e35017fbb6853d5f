"""The page for integrators names every route, and none that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from audio.decode import ENCODINGS, RATES_HZ
from copilot.auth import ROLES
from copilot.errors import (
    AudioFormatError,
    ConflictError,
    ForbiddenError,
    OverloadedError,
    ProtocolError,
    StoreUnavailableError,
)
from copilot.web.app import ROUTERS
from copilot.web.problems import UnauthorisedError
from copilot.web.socket_messages import Command, Format, Start, Subscribe, refusal

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
ROUTE = re.compile(r"`(GET|POST|PUT|DELETE|PATCH|WS) (/[^`?\s]*)")


def served() -> set[tuple[str, str]]:
    return {
        (method, route.path)
        for router in ROUTERS
        for route in router.routes
        for method in (route.methods if isinstance(route, APIRoute) else {"WS"})
    }


def test_page_names_the_routes_that_exist() -> None:
    assert set(ROUTE.findall(PAGE)) == served() | {("GET", "/api/openapi.json")}


@pytest.mark.parametrize("message", [Start, Format, Command, Subscribe])
def test_page_names_the_members_of_messages(message) -> None:
    assert not {name for name in message.model_fields if f"`{name}`" not in PAGE}


@pytest.mark.parametrize(
    "error",
    [
        AudioFormatError(""),
        UnauthorisedError(""),
        ForbiddenError(""),
        ConflictError(""),
        ProtocolError(""),
        ProtocolError("", code=4408),
        ProtocolError("", code=4429),
        StoreUnavailableError(""),
        OverloadedError(""),
    ],
    ids=lambda error: refusal(error)[0],
)
def test_page_names_the_errors_of_sockets(error) -> None:
    code, close = refusal(error)
    assert re.search(rf"^\| {close} \| .*`{code}`", PAGE, re.MULTILINE)


def test_page_names_roles_and_formats() -> None:
    for name in (*ROLES, *ENCODINGS, *map(str, RATES_HZ)):
        assert f"`{name}`" in PAGE
