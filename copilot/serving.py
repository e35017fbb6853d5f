"""Runs the server in the foreground: for ``copilot serve`` and ``copilot demo``."""

from __future__ import annotations

import socket
from collections.abc import Callable

from rich.console import Console

from copilot.app import running_services
from copilot.config import Config
from copilot.web.app import create_app
from copilot.web.server import bind, serve


async def serve_until_stopped(config: Config, *, say: Callable[[str], object]) -> None:
    """Serves until SIGINT or SIGTERM; live calls then end in order, with summaries.

    Raises ``ConfigError`` when the port is taken.
    """
    with bind(config.host, config.port) as listening:
        say(f"starting on {_url(config, listening)} with data in {config.data_dir}")
        async with running_services(config) as services:
            url = _url(config, listening)
            say(
                f"ready: {url}/supervisor and {url}/operator; to sign in: copilot token --link"
            )
            await serve(create_app(services), listening)


async def serve_demo(config: Config, *, once: bool, console: Console) -> int:
    """Serves and plays the sample calls. Returns the exit status of the demo."""
    ...


def _url(config: Config, listening: socket.socket) -> str:
    host = "localhost" if config.host in ("0.0.0.0", "::", "127.0.0.1") else config.host
    return f"http://{host}:{listening.getsockname()[1]}"
