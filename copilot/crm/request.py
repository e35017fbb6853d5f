"""What a CRM is asked and what it answers, as plain values. Pure.

A mapping is a ``Plan``: a generator that yields requests and is given their answers, so that
later requests may depend on earlier answers while nothing in it knows of sockets. It returns
the id that the record has over there. ``copilot.crm.sender`` runs it; a test may as well.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from copilot.errors import DeliveryError

__all__ = ["Answer", "Plan", "Request", "Steps", "error_code", "present", "record_key"]

Method = Literal["GET", "POST", "PUT", "PATCH"]

_PLAIN_KEY = re.compile(r"[a-z0-9][a-z0-9:_-]*")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{1,60}|0x[0-9A-Fa-f]{8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, below the base URL of its target."""

    method: Method
    path: str
    """Percent-encoded."""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    also: frozenset[int] = frozenset()
    """Statuses beyond 2xx with which the plan goes on; all others end it."""
    repeatable: bool = True
    """Whether sending it twice does no more than once. Where it does, only a new delivery,
    which looks first, may send it again."""

    @classmethod
    def of(
        cls,
        method: Method,
        path: str,
        document: Any,
        *,
        headers: Mapping[str, str] | None = None,
        also: frozenset[int] = frozenset(),
        repeatable: bool = True,
    ) -> Request:
        """A request whose body is JSON."""
        return cls(
            method=method,
            path=path,
            headers={"content-type": "application/json", **(headers or {})},
            content=json.dumps(document, ensure_ascii=False).encode(),
            also=also,
            repeatable=repeatable,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status and JSON body of an answer."""

    status: int
    document: Any = None
    """``None`` where the body is empty or no JSON."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def at(self, *path: str | int) -> Any:
        """A value inside the document. Raises ``DeliveryError``, retryable: what answers in
        another form may be a proxy in front of a CRM that is away."""
        value = self.document
        try:
            for step in path:
                value = value[step]
        except (KeyError, IndexError, TypeError):
            where = ".".join(map(str, path))
            reason = f"the answer {self.status} has no {where}"
            raise DeliveryError(reason, retryable=True) from None
        return value

    def rows(self, name: str) -> list[Any]:
        """A list inside the document. Raises ``DeliveryError``."""
        rows = self.at(name)
        if not isinstance(rows, list):
            raise DeliveryError(f"the answer {self.status} has no {name}", retryable=True)
        return rows


_Found = TypeVar("_Found")
Steps = Generator[Request, Answer, _Found]
"""Requests, and what follows from their answers. Raises ``DeliveryError``."""
Plan = Steps[str]
"""Requests of one delivery; the id of its record."""


def present(**fields: Any) -> dict[str, Any]:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value not in (None, "")}


def record_key(key: str, number: int | None = None, *, longest: int = 60) -> str:
    """``key`` of a delivery in a form that every CRM can hold and find again: lower case, as
    some compare without it, no sign that a path or query needs escaped, at most ``longest``
    characters. A key that is not so becomes a digest. ``number`` tells follow-ups apart,
    from 1.
    """
    ending = "" if number is None else f"-{number}"
    # Room for every number, so that a call's own key and those of its follow-ups go together.
    if not _PLAIN_KEY.fullmatch(key) or len(key) > longest - 4:
        key = hashlib.sha256(key.encode()).hexdigest()[:40]
    return key + ending


def error_code(document: Any) -> str:
    """The code by which a CRM names an error, empty where there is none. Only the code: its
    message may quote what was sent, and errors end in logs.

    Salesforce ``[{"errorCode"}]``, Dataverse ``{"error": {"code"}}``, HubSpot ``{"category"}``,
    kintone ``{"code"}``, Zendesk and OAuth ``{"error"}``.
    """
    if isinstance(document, list):
        document = document[0] if document else None
    if not isinstance(document, dict):
        return ""
    inner = document.get("error")
    candidates = [document.get("errorCode"), document.get("category"), document.get("code")]
    candidates += [inner.get("code") if isinstance(inner, dict) else inner]
    for candidate in candidates:
        if isinstance(candidate, str) and _CODE.fullmatch(candidate):
            return candidate
    return ""
