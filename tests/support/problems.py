"""Answers that say what was wrong (RFC 9457)."""

from __future__ import annotations

from typing import Any

import httpx


def is_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem's members, once they are checked."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["title"] and body["detail"]
    return body
