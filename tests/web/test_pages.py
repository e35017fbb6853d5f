"""Pages and their modules: what a browser is told about them."""

from __future__ import annotations

import base64
import hashlib
import re

import httpx
import pytest

from copilot.web.pages import PAGES, security_policy

pytestmark = pytest.mark.asyncio(loop_scope="session")

ALLOWED = "https://crm.example.com"


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_runs_our_modules_and_nothing_else(server, page):
    async with server.anonymous() as client:
        answer = await client.get(f"/{page}")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert f"frame-ancestors 'self' {ALLOWED}" in policy
    inline = re.findall(r"<script[^>]*>(.+?)</script>", answer.text, re.DOTALL)
    assert len(inline) == 1
    digest = base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy
    assert " style=" not in answer.text
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("page", PAGES)
async def test_everything_that_a_page_names_is_there(server, page):
    async with server.anonymous() as client:
        text = (await client.get(f"/{page}")).text
        named = set(re.findall(r'"(/(?:static|i18n)/[^"]+)"', text))
        assert named
        for path in named:
            if not path.endswith("/"):
                assert (await client.get(path)).status_code == 200, path


async def test_our_files_are_asked_for_again_and_libraries_are_kept(server):
    async with server.anonymous() as client:
        ours = await client.get("/static/api.js")
        assert ours.headers["content-type"].startswith("text/javascript")
        assert ours.headers["cache-control"] == "no-cache"
        again = await client.get(
            "/static/api.js", headers={"If-None-Match": ours.headers["etag"]}
        )
        assert again.status_code == 304
        page = await client.get("/supervisor")
        again = await client.get("/supervisor", headers={"If-None-Match": page.headers["etag"]})
        assert again.status_code == 304
        library = re.search(r"/static/vendor/[^\"]+\.m?js", page.text).group()
        kept = await client.get(library)
        assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_what_is_about_calls_is_kept_nowhere(server):
    async with server.client("admin") as client:
        for path in ("/api/calls", "/api/me", "/api/calls/nobody"):
            assert (await client.get(path)).headers["cache-control"] == "no-store"


async def test_the_front_leads_to_the_board(server):
    async with server.anonymous() as client:
        answer = await client.get("/")
    assert answer.headers["location"] == "/supervisor"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../copilot/auth.py",
        "/static/%2e%2e/__init__.py",
        "/static/..%2f__init__.py",
        "/i18n/../package.json",
        "/static/",
    ],
)
async def test_nothing_beside_the_files_is_served(server, path):
    async with server.anonymous() as client:
        assert (await client.get(path)).status_code == 404


async def test_a_page_without_an_import_map_runs_no_inline_script():
    assert "script-src 'self';" in security_policy("<p>hello</p>", ())


async def test_a_huge_body_is_refused(server):
    async with server.client("admin") as client:
        answer = await client.post("/api/calls/x/notes", json={"text": "x" * 300_000})
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"

        async def endless():
            while True:
                yield b"x" * 100_000

        with pytest.raises(httpx.TransportError):
            await client.post("/api/calls/x/notes", content=endless())
        assert (await client.get("/healthz")).status_code == 200
