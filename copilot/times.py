"""Wall-clock times in the one form that sorts as text: UTC, ISO 8601, microseconds, ``Z``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from copilot.errors import InputError


def utc(moment: str) -> str:
    """An ISO 8601 time, UTC where it names no zone, in the one form.

    Raises ``InputError``.
    """
    return _form(_parsed(moment))


def utc_now(after_s: float = 0.0) -> str:
    """The time it is, or will be."""
    return _form(datetime.now(UTC) + timedelta(seconds=after_s))


def later(moment: str, seconds: float) -> str:
    """A stored time, and media time after it. A broken one is taken as it is: it must not
    stop who reads the record."""
    try:
        return _form(_parsed(moment) + timedelta(seconds=seconds))
    except (InputError, OverflowError):
        return moment


def _parsed(moment: str) -> datetime:
    """In UTC. Raises ``InputError``."""
    try:
        parsed = datetime.fromisoformat(moment)
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise InputError(f"{moment!r} is not an ISO 8601 time") from None


def _form(moment: datetime) -> str:
    """Of a moment in UTC."""
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
