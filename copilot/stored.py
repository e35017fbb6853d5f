"""Commands on the archive of a data folder, with or without a running server."""

from __future__ import annotations

from pathlib import Path

from copilot.config import Config


async def export_calls(
    config: Config,
    call_ids: list[str],
    *,
    format: str,
    since: str | None,
    until: str | None,
    output: Path | None,
) -> None:
    """Stored calls as one file. Raises ``NotFoundError`` and ``InputError``."""
    raise NotImplementedError


async def issue_token(
    config: Config, role: str, name: str, *, hours: float, link: bool, revoke: bool
) -> str:
    raise NotImplementedError
