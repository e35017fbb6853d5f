"""Runs the server in the foreground: for ``copilot serve`` and ``copilot demo``."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from rich.console import Console

from copilot.app import running_services
from copilot.auth import Role
from copilot.config import Config
from copilot.demo import run_demo
from copilot.samples import DISPOSITIONS
from copilot.stored import sign_in_link
from copilot.web.app import create_app
from copilot.web.server import bind, serve

DEMO_S = 7 * 24 * 3600.0
"""How long the tokens of a demo hold."""
DEMO_ROLES: tuple[Role, ...] = ("operator", "supervisor")


async def serve_until_stopped(config: Config, *, say: Callable[[str], object]) -> None:
    """Serves until SIGINT or SIGTERM; live calls then end in order, with summaries.

    Raises ``ConfigError`` when the port is taken.
    """
    with bind(config.host, config.port) as listening:
        say(f"starting on {_url(config, listening)} with data in {config.data_dir}")
        async with running_services(config) as services:
            url = _url(config, listening)
            say(f"ready: {url}/supervisor and {url}/operator; to sign in: copilot token --link")
            await serve(create_app(services), listening)


async def serve_demo(config: Config, *, once: bool, console: Console) -> int:
    """Serves and plays the sample calls, until stopped or with ``once`` one round.

    Returns the exit status of the demo. Raises ``ConfigError`` when the port is taken.
    """
    if config.dispositions is None:
        config = config.model_copy(update={"dispositions": DISPOSITIONS})
    with bind(config.host, config.port) as listening:
        url = _url(config, listening)
        console.print(f"Starting on {url} with data in {config.data_dir} ...")
        async with running_services(config) as services, asyncio.TaskGroup() as group:
            tokens = services.tokens
            serving = group.create_task(serve(create_app(services), listening))
            playing = group.create_task(
                run_demo(
                    url,
                    call_token=await tokens.issue("integrator", "demo", DEMO_S),
                    viewer_token=await tokens.issue("supervisor", "demo", DEMO_S),
                    pages={
                        role: sign_in_link(url, role, await tokens.issue_code(role, "demo"))
                        for role in DEMO_ROLES
                    },
                    once=once,
                    console=console,
                )
            )
            await asyncio.wait({serving, playing}, return_when=asyncio.FIRST_COMPLETED)
            serving.cancel()
            playing.cancel()
    return 0 if playing.cancelled() else playing.result()


def _url(config: Config, listening: socket.socket) -> str:
    host = "localhost" if config.host in ("0.0.0.0", "::", "127.0.0.1") else config.host
    return f"http://{host}:{listening.getsockname()[1]}"
