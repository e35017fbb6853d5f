"""The pages: files of ``supervisor_ui`` as they are in the package.

An import map must stand inline, so the content security policy carries its hash; nothing
else inline runs. Pages may be framed by the origins that the configuration allows.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from importlib.resources import files
from os import PathLike, stat_result

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PAGES = ("operator", "supervisor")
_IMPORT_MAP = re.compile(r'<script type="importmap">(.*?)</script>', re.DOTALL)


def install(app: FastAPI, allowed_origins: tuple[str, ...]) -> None:
    """Serve the pages, their modules and their words."""
    for name in PAGES:
        app.add_api_route(f"/{name}", _page(name, allowed_origins), include_in_schema=False)
    app.add_api_route("/", _front, include_in_schema=False)
    for folder in ("static", "i18n"):
        app.mount(f"/{folder}", PackageFiles(packages=[("supervisor_ui", folder)]))


def security_policy(document: str, allowed_origins: tuple[str, ...]) -> str:
    """``Content-Security-Policy`` of a page."""
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in _IMPORT_MAP.findall(document)
    ]
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(("script-src 'self'", *hashes)),
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            " ".join(("frame-ancestors 'self'", *allowed_origins)),
        )
    )


class PackageFiles(StaticFiles):
    """Our modules are asked for again by ETag. Libraries carry their version in the name,
    so they never change."""

    def file_response(
        self,
        full_path: str | PathLike[str],
        stat_result: stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        vendor = scope["path"].startswith("/static/vendor/")
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if vendor else "no-cache"
        )
        return response


def _page(name: str, allowed_origins: tuple[str, ...]) -> Callable[[Request], Response]:
    def page(request: Request) -> Response:
        document = (files("supervisor_ui") / f"{name}.html").read_text(encoding="utf-8")
        etag = f'"{hashlib.sha256(document.encode()).hexdigest()[:32]}"'
        headers = {
            "Content-Security-Policy": security_policy(document, allowed_origins),
            "Cache-Control": "no-cache",
            "ETag": etag,
        }
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        return Response(document, media_type="text/html; charset=utf-8", headers=headers)

    return page


async def _front() -> Response:
    return RedirectResponse("/supervisor")
