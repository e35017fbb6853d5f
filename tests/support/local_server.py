"""Serves a handler of HTTP in a thread, as long as a test needs it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # who asked has gone, as who waits no longer does


@contextmanager
def serving(endpoint: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The URL of the API."""
    with _Server(("127.0.0.1", 0), endpoint) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
            thread.join()
