"""uvicorn, as this house runs it."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn
from fastapi import FastAPI

from copilot.errors import ConfigError
from copilot.web.lines import Lines

MESSAGE_BYTES = 256 * 1024
"""The longest message on a socket: a second of stereo at 48 kHz is 192 kB."""
PING_S = 20.0
"""Proxies close what is silent for a minute."""
GRACE_S = 10
"""For requests in flight when the server stops."""
BACKLOG = 1024


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; 0 takes a free port. Raises ``ConfigError``.

    Binding comes before loading models: whoever has the port learns it at once.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _notice_dead_peers(listening)
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise ConfigError(_why(host, port, error)) from None
    listening.setblocking(False)
    return listening


async def serve(app: FastAPI, listening: socket.socket) -> None:
    """Serves until SIGINT or SIGTERM. Cancelling stops it the same way: nobody new is let
    in, live calls end with their summaries, requests in flight are answered."""
    server = Server(_settings(app), app.state.lines)
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.serve(sockets=[listening]), name="uvicorn")
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            server.should_exit = True
            await serving
            raise


class Server(uvicorn.Server):
    """Ends calls before it closes their sockets."""

    def __init__(self, settings: uvicorn.Config, lines: Lines) -> None:
        super().__init__(settings)
        self._lines = lines

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        await self._lines.drain()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves the process alone: uvicorn would raise the signal again when it has
        stopped, before the services behind the application have."""
        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM)
        with suppress(ValueError, RuntimeError):  # not in the main thread
            for one in signals:
                loop.add_signal_handler(one, self.handle_exit, one, None)
        try:
            yield
        finally:
            with suppress(ValueError, RuntimeError):
                for one in signals:
                    loop.remove_signal_handler(one)


def _notice_dead_peers(listening: socket.socket) -> None:
    """Sockets accepted from this one find out within 40 s that a peer is gone."""
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 20), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, option):
            listening.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


def _settings(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        # The implementation whose writes wait for slow readers.
        ws="websockets-sansio",
        ws_max_size=MESSAGE_BYTES,
        ws_per_message_deflate=False,
        ws_ping_interval=PING_S,
        # A client too busy to answer a ping is still heard; see call_socket.
        ws_ping_timeout=None,
        timeout_graceful_shutdown=GRACE_S,
        # Addresses hold what people search for.
        access_log=False,
        log_config=None,
        # Below this it quotes messages, and with them tokens.
        log_level="warning",
        server_header=False,
    )


def _why(host: str, port: int, error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return f"host: {host!r} is no address of this machine; for instance 127.0.0.1"
    if error.errno == errno.EADDRINUSE:
        return (
            f"port: {port} is taken by another program; choose another with --port or "
            "COPILOT_PORT"
        )
    return f"host: cannot listen on {host}:{port}: {error.strerror}"
