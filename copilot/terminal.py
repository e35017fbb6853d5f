"""What every command shares: where its words go, how errors read, how a coroutine is run."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import typer
from rich.console import Console

from copilot import logs
from copilot.config import Config, load_config
from copilot.errors import (
    ConfigError,
    CopilotError,
    ModelMissingError,
    StoreUnavailableError,
)

__all__ = ["configured", "err", "out", "readable_errors", "run"]

T = TypeVar("T")

# Answers go to stdout; progress, warnings and errors to stderr.
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


@contextmanager
def readable_errors() -> Iterator[None]:
    """Every error raised on purpose is one line a fault, never a traceback."""
    try:
        yield
    except CopilotError as error:
        for line in str(error).splitlines():
            err.print(f"copilot: {line}", markup=False, soft_wrap=True)
        wrong_setup = isinstance(error, ConfigError | ModelMissingError | StoreUnavailableError)
        raise typer.Exit(2 if wrong_setup else 1) from None


def run(work: Callable[[], Awaitable[T]]) -> T:
    """Runs a coroutine to its end under ``readable_errors``."""

    async def awaited() -> T:
        return await work()

    with readable_errors():
        try:
            return asyncio.run(awaited())
        except* CopilotError as group:
            raise _first(group) from None


def _first(group: BaseExceptionGroup[Any]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def configured(config: Path | None, **options: Any) -> Config:
    with readable_errors():
        settings = load_config(config, **options)
    logs.configure(settings.log_level)
    return settings
