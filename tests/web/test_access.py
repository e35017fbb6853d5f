"""Tokens, cookies, origins: who counts as signed in."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="session")

ALLOWED = "https://crm.example.com"
EVIL = "https://evil.example.com"


@asynccontextmanager
async def signed_in(server, *roles):
    """A browser that followed the sign-in links of these roles."""
    async with server.anonymous() as client:
        for role in roles:
            code = await server.services.tokens.issue_code(role, f"{role}-1")
            answer = await client.post(
                "/api/sign-in", json={"code": code}, headers={"Origin": server.url}
            )
            assert answer.status_code == 200
        yield client


async def test_a_code_is_swapped_once_for_a_cookie_that_scripts_cannot_read(server):
    code = await server.services.tokens.issue_code("supervisor", "ito")
    async with server.anonymous() as client:
        answer = await client.post("/api/sign-in", json={"code": code})
        assert answer.json() == {"name": "ito", "role": "supervisor"}
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("copilot_supervisor=")
        for part in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"):
            assert part in cookie
        assert (await client.get("/api/me")).json() == {"name": "ito", "role": "supervisor"}
    async with server.anonymous() as client:
        answer = await client.post("/api/sign-in", json={"code": code})
        assert answer.status_code == 401
        assert "set-cookie" not in answer.headers


async def test_the_cookie_is_secure_behind_tls(server):
    code = await server.services.tokens.issue_code("supervisor", "ito")
    async with server.anonymous() as client:
        answer = await client.post(
            "/api/sign-in", json={"code": code}, headers={"X-Forwarded-Proto": "https"}
        )
    assert "Secure" in answer.headers["set-cookie"]


async def test_signing_out_ends_the_token_too(server):
    async with signed_in(server, "operator") as client:
        token = client.cookies["copilot_operator"]
        answer = await client.post("/api/sign-out", headers={"Origin": server.url})
        assert answer.status_code == 204
        assert (await client.get("/api/me")).status_code == 401
        stolen = await client.get("/api/me", headers={"Authorization": f"Bearer {token}"})
        assert stolen.status_code == 401


async def test_signing_out_ends_no_token_that_is_only_named(server):
    other = await server.token("admin", "root")
    async with signed_in(server, "operator") as client:
        client.cookies["copilot_admin"] = other.partition(".")[0]
        answer = await client.post(
            "/api/sign-out", headers={"Origin": server.url, "Copilot-Role": "operator"}
        )
        assert answer.status_code == 204
    assert (await server.services.tokens.verify(other)).name == "root"


async def test_two_roles_in_one_browser(server):
    async with signed_in(server, "supervisor", "operator") as client:
        assert (await client.get("/api/me")).json()["role"] == "supervisor"
        for role in ("operator", "supervisor"):
            me = await client.get("/api/me", headers={"Copilot-Role": role})
            assert me.json()["role"] == role


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic eDp5"},
        {"Cookie": "copilot_admin=nonsense"},
    ],
)
async def test_nobody_is_told_who_they_are(server, headers):
    async with server.anonymous() as client:
        for path in ("/api/me", "/api/calls", "/api/alerts", "/api/deliveries"):
            answer = await client.get(path, headers=headers)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
            assert answer.headers["content-type"] == "application/problem+json"


async def test_a_token_in_the_address_does_not_count(server):
    token = await server.token("admin")
    async with server.anonymous() as client:
        assert (await client.get(f"/api/me?token={token}")).status_code == 401


async def test_other_pages_cannot_act_for_somebody_who_is_signed_in(server):
    call_id = await server.ended_call()
    url = f"/api/calls/{call_id}/notes"
    async with signed_in(server, "supervisor") as client:
        for headers in ({}, {"Origin": EVIL}, {"Origin": "null"}):
            answer = await client.post(url, json={"text": "x"}, headers=headers)
            assert answer.status_code == 403
            assert "origin" in answer.json()["detail"]
        for origin in (server.url, ALLOWED):
            answer = await client.post(url, json={"text": "x"}, headers={"Origin": origin})
            assert answer.status_code == 201
        # Reading is guarded by the browser: the answer has no CORS headers.
        answer = await client.get(url, headers={"Origin": EVIL})
        assert answer.status_code == 200
        assert "access-control-allow-origin" not in answer.headers


async def test_other_pages_cannot_sign_somebody_in(server):
    code = await server.services.tokens.issue_code("operator", "mori")
    async with server.anonymous() as client:
        answer = await client.post(
            "/api/sign-in", json={"code": code}, headers={"Origin": EVIL}
        )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("origin", "code"),
    [(None, "forbidden"), (EVIL, "forbidden"), ("own", None), (ALLOWED, None)],
)
async def test_a_socket_with_a_cookie_comes_from_our_own_page(server, origin, code):
    origin = server.url if origin == "own" else origin
    async with signed_in(server, "supervisor") as client:
        cookie = f"copilot_supervisor={client.cookies['copilot_supervisor']}"
    call_id = await server.ended_call()
    async with server.socket(
        "/ws/live", origin=origin, additional_headers={"Cookie": cookie}
    ) as viewer:
        await viewer.send(json.dumps({"type": "subscribe", "calls": [call_id]}))
        first = json.loads(await viewer.recv())
    assert first.get("code") == code
    if code is None:
        assert first["type"] == "call_started"


async def test_a_socket_takes_the_cookie_of_the_role_that_the_page_names(server):
    async with signed_in(server, "supervisor", "operator") as client:
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    call_id = await server.ended_call(agent_id="mori")
    async with server.socket(
        "/ws/live", origin=server.url, additional_headers={"Cookie": cookie}
    ) as viewer:
        message = {"type": "subscribe", "calls": [call_id], "role": "operator"}
        await viewer.send(json.dumps(message))
        assert json.loads(await viewer.recv())["code"] == "forbidden"
