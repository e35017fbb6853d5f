"""Who asks, and whether they may.

Tokens are random, expire, can be revoked, and are stored as hashes only. A sign-in code is
a token of another kind: good for one use, which swaps it for a token.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import insert, select, update

from copilot import tables
from copilot.archive import Archive
from copilot.errors import ForbiddenError, InputError
from copilot.times import utc_now

Role = Literal["operator", "supervisor", "integrator", "admin"]
Action = Literal[
    "see_call",
    "edit_summary",
    "approve_summary",
    "write_note",
    "update_alert",
    "take_step",
    "ask_help",
    "pause_call",
    "see_board",
    "open_call",
    "export",
    "see_deliveries",
    "retry_delivery",
    "try_rules",
    "change_rules",
    "change_tokens",
    "see_audit",
]

ROLES: tuple[Role, ...] = get_args(Role)

_OWN: dict[Role, frozenset[Action]] = {
    "operator": frozenset(
        {
            "see_call",
            "edit_summary",
            "approve_summary",
            "write_note",
            "take_step",
            "ask_help",
            "pause_call",
        }
    ),
}
"""What a role may do with calls whose ``agent_id`` is their name."""

_ALL: dict[Role, frozenset[Action]] = {
    "operator": frozenset(),
    "supervisor": frozenset(
        {
            "see_call",
            "edit_summary",
            "approve_summary",
            "write_note",
            "update_alert",
            "take_step",
            "pause_call",
            "see_board",
            "export",
            "see_deliveries",
            "retry_delivery",
            "try_rules",
        }
    ),
    "integrator": frozenset({"open_call", "export", "see_deliveries", "retry_delivery"}),
    "admin": frozenset(get_args(Action)),
}
"""What a role may do with every call."""

SIGN_IN_S = 12 * 3600.0
"""A shift: how long a token lasts that a sign-in code was swapped for."""
CODE_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who a token speaks for. An operator's ``name`` is the ``agent_id`` of their calls."""

    name: str
    role: Role


def can(principal: Principal, action: Action, *, agent_id: str | None = None) -> bool:
    """Whether they may, with the call of this operator, or where ``agent_id`` is ``None``
    with calls in general."""
    if action in _ALL[principal.role]:
        return True
    own = agent_id is not None and agent_id == principal.name
    return own and action in _OWN.get(principal.role, frozenset())


class Tokens:
    """Issues and verifies tokens. They are kept in the archive."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    async def issue(self, role: Role, name: str, ttl_s: float) -> str:
        """A new token; this is the only time it can be read. Raises ``InputError``."""
        return await self._issue(role, name, ttl_s, one_use=False)

    async def issue_code(self, role: Role, name: str, ttl_s: float = CODE_S) -> str:
        """A code for one sign-in. Raises ``InputError``."""
        return await self._issue(role, name, ttl_s, one_use=True)

    async def verify(self, token: str) -> Principal:
        """Whom the token speaks for. Raises ``ForbiddenError``."""
        return await self._accept(token, one_use=False)

    async def redeem(self, code: str) -> str:
        """The token for a sign-in code, which is then spent. Raises ``ForbiddenError``."""
        principal = await self._accept(code, one_use=True)
        if not await self.revoke(code):
            raise ForbiddenError("this sign-in code was used already")
        return await self.issue(principal.role, principal.name, SIGN_IN_S)

    async def revoke(self, token: str) -> bool:
        """End a token, given whole or by its part before the dot. False: it had ended, or
        never was."""
        tokens = tables.tokens.c
        token_id = token.partition(".")[0]
        async with self._archive.transaction() as connection:
            ended = await connection.execute(
                update(tables.tokens)
                .where(tokens.token_id == token_id, tokens.revoked_at.is_(None))
                .values(revoked_at=utc_now())
            )
        return bool(ended.rowcount)

    async def _issue(self, role: Role, name: str, ttl_s: float, *, one_use: bool) -> str:
        if role not in ROLES:
            raise InputError(f"{role!r} is no role; the roles are {', '.join(ROLES)}")
        if not name or ttl_s <= 0:
            raise InputError("a token needs a name and a lifetime above zero")
        token_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
        async with self._archive.transaction() as connection:
            await connection.execute(
                insert(tables.tokens).values(
                    token_id=token_id,
                    secret_hash=_hash(secret),
                    one_use=one_use,
                    role=role,
                    name=name,
                    issued_at=utc_now(),
                    expires_at=utc_now(ttl_s),
                )
            )
        return f"{token_id}.{secret}"

    async def _accept(self, token: str, *, one_use: bool) -> Principal:
        token_id, _, secret = token.partition(".")
        query = select(tables.tokens).where(tables.tokens.c.token_id == token_id)
        async with self._archive.transaction() as connection:
            row = (await connection.execute(query)).one_or_none()
        # The same work and the same answer, whatever is wrong.
        known = row.secret_hash if row is not None else _hash("")
        right = hmac.compare_digest(known, _hash(secret))
        if row is None or not right or row.one_use != one_use:
            raise ForbiddenError("this token is not valid")
        if row.revoked_at is not None or row.expires_at <= utc_now():
            raise ForbiddenError("this token has expired or was revoked")
        return Principal(name=row.name, role=row.role)


def _hash(secret: str) -> str:
    """The secret is 256 random bits: a plain hash is as hard to turn back as a slow one."""
    return hashlib.sha256(secret.encode()).hexdigest()
