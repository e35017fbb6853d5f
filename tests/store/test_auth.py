"""Tokens and codes: hashed, expiring, revocable, and good for what their role may do."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from copilot import tables
from copilot.archive import Archive
from copilot.auth import ROLES, Action, Principal, Role, Tokens, can
from copilot.errors import ForbiddenError, InputError


@pytest.fixture
def tokens(archive: Archive) -> Tokens:
    return Tokens(archive)


@pytest.mark.parametrize("role", ROLES)
async def test_token_speaks_for_its_principal(tokens: Tokens, role: Role) -> None:
    token = await tokens.issue(role, "sato", 60)
    assert await tokens.verify(token) == Principal(name="sato", role=role)


async def test_only_hashes_are_stored(tokens: Tokens, archive: Archive) -> None:
    issued = [await tokens.issue("admin", "root", 60), await tokens.issue_code("admin", "root")]
    async with archive.transaction() as connection:
        rows = (await connection.execute(select(tables.tokens))).all()
    stored = " ".join(str(value) for row in rows for value in row)
    assert len(rows) == 2
    assert not any(token.partition(".")[2] in stored for token in issued)


async def test_wrong_tokens_are_refused(tokens: Tokens) -> None:
    token = await tokens.issue("admin", "root", 60)
    other = await tokens.issue("operator", "sato", 60)
    crossed = f"{token.partition('.')[0]}.{other.partition('.')[2]}"
    for wrong in (
        "",
        ".",
        "x",
        token[:-1],
        token + "x",
        token.partition(".")[0],
        crossed,
        "あ.い",
    ):
        with pytest.raises(ForbiddenError):
            await tokens.verify(wrong)


async def test_token_expires(tokens: Tokens) -> None:
    token = await tokens.issue("admin", "root", 1e-6)
    with pytest.raises(ForbiddenError, match="expired"):
        await tokens.verify(token)


async def test_token_is_revoked_whole_or_by_its_id(tokens: Tokens) -> None:
    for form in (lambda token: token, lambda token: token.partition(".")[0]):
        token = await tokens.issue("supervisor", "mori", 60)
        assert await tokens.revoke(form(token))
        assert not await tokens.revoke(form(token))
        with pytest.raises(ForbiddenError):
            await tokens.verify(token)


async def test_code_signs_in_once(tokens: Tokens) -> None:
    code = await tokens.issue_code("operator", "sato")
    with pytest.raises(ForbiddenError):
        await tokens.verify(code)
    answers = await asyncio.gather(
        *(tokens.redeem(code) for _ in range(5)), return_exceptions=True
    )
    signed_in = [answer for answer in answers if isinstance(answer, str)]
    assert len(signed_in) == 1
    assert sum(isinstance(answer, ForbiddenError) for answer in answers) == 4
    assert await tokens.verify(signed_in[0]) == Principal(name="sato", role="operator")


async def test_token_is_no_code(tokens: Tokens) -> None:
    token = await tokens.issue("operator", "sato", 60)
    with pytest.raises(ForbiddenError):
        await tokens.redeem(token)
    assert await tokens.verify(token)


async def test_token_needs_a_role_a_name_and_a_lifetime(tokens: Tokens) -> None:
    for role, name, ttl_s in (("king", "a", 60), ("admin", "", 60), ("admin", "a", 0)):
        with pytest.raises(InputError):
            await tokens.issue(role, name, ttl_s)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("role", "action", "agent_id", "allowed"),
    [
        ("operator", "see_call", "sato", True),
        ("operator", "see_call", "ito", False),
        ("operator", "see_call", None, False),
        ("operator", "approve_summary", "sato", True),
        ("operator", "write_note", "sato", True),
        ("operator", "see_board", None, False),
        ("operator", "update_alert", "sato", False),
        ("operator", "open_call", "sato", False),
        ("supervisor", "see_call", "ito", True),
        ("supervisor", "see_board", None, True),
        ("supervisor", "update_alert", "ito", True),
        ("supervisor", "open_call", None, False),
        ("supervisor", "change_tokens", None, False),
        ("integrator", "open_call", None, True),
        ("integrator", "export", None, True),
        ("integrator", "retry_delivery", None, True),
        ("integrator", "see_board", None, False),
        ("integrator", "approve_summary", "sato", False),
        ("admin", "change_tokens", None, True),
        ("admin", "open_call", None, True),
    ],
)
def test_who_may_do_what(
    role: Role, action: Action, agent_id: str | None, allowed: bool
) -> None:
    assert can(Principal(name="sato", role=role), action, agent_id=agent_id) is allowed


def test_call_without_an_operator_is_nobodys_own() -> None:
    assert not can(Principal(name="", role="operator"), "see_call", agent_id=None)
