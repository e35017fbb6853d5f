"""A CRM on this machine: it keeps to a vendor's contract, and fails as told.

Each request is counted from 0 and may meet a fault: a status that was not earned (``429``,
``503`` ...), ``lost`` (done, and the connection closed without an answer) or ``hang`` (done,
and no answer until the server ends). Whatever breaks the contract is refused with 400 and
remembered in ``broken``.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from copilot.crm.request import Answer, Plan


class Broken(Exception):
    """The contract was broken."""


class Body(BaseModel):
    """A body's schema: unknown fields and other types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


@dataclass(frozen=True)
class Seen:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        if not self.headers.get("content-type", "").startswith("application/json"):
            raise Broken("a body without content-type application/json")
        return json.loads(self.content)


@dataclass(frozen=True)
class Reply:
    status: int
    document: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class CrmServer:
    """Base of all; a subclass answers and knows its records."""

    def __init__(self, secret_file: Path) -> None:
        self.url = ""
        self.secret_file = secret_file
        self.secret = ""
        self.faults: dict[int, str] = {}
        self.retry_after = "7"
        self.requests: list[Seen] = []
        self.broken: list[str] = []
        self.hanging = threading.Event()
        self.ended = threading.Event()
        self.arrived = threading.Condition()
        self.tokens_given = 0
        self.tokens: set[str] = set()
        self.exchange_secret()

    def exchange_secret(self) -> None:
        """A new secret, in its file at once; tokens and the old one are refused."""
        self.secret = f"s3cret-{len(self.secret)}-{self.tokens_given}"
        self.tokens.clear()
        self.secret_file.write_text(self.secret + "\n")

    def answer(self, request: Seen) -> Reply:
        raise NotImplementedError

    def authorised(self, request: Seen) -> bool:
        raise NotImplementedError

    @property
    def calls(self) -> list[dict[str, Any]]:
        """Records of calls, fields by the vendor's names."""
        raise NotImplementedError

    @property
    def tasks(self) -> list[dict[str, Any]]:
        """Follow-ups that still stand."""
        raise NotImplementedError

    def text_of(self, call: dict[str, Any]) -> str:
        raise NotImplementedError

    def token(self, request: Seen) -> Reply:
        """OAuth 2.0 client credentials."""
        form = dict(parse_qsl(request.content.decode()))
        if request.headers["content-type"] != "application/x-www-form-urlencoded":
            raise Broken("a token is asked for with a form")
        if form["grant_type"] != "client_credentials" or form["client_id"] != "app":
            raise Broken("no client credentials")
        if form["client_secret"] != self.secret:
            return Reply(400, {"error": "invalid_client", "error_description": "no"})
        self.tokens_given += 1
        self.tokens.add(token := f"token-{self.tokens_given}")
        return Reply(200, {"access_token": token, "token_type": "Bearer", **self.token_life})

    token_life: dict[str, Any] = {}

    def bearer(self, request: Seen) -> bool:
        return request.headers.get("authorization", "").removeprefix("Bearer ") in self.tokens

    def wait(self, requests: int) -> None:
        """Returns once so many requests have been served."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.requests) >= requests, 10)

    def serve(self, request: Seen) -> tuple[Reply, str]:
        with self.arrived:
            self.arrived.notify_all()
            fault = self.faults.pop(len(self.requests), "")
            self.requests.append(request)
            if fault.isdigit():
                return Reply(int(fault), None, {"retry-after": self.retry_after}), ""
            try:
                is_token = request.path.endswith("/token")
                if not is_token and not self.authorised(request):
                    return Reply(401, {"error": "invalid_session"}), ""
                reply = self.token(request) if is_token else self.answer(request)
                return reply, fault
            except (Broken, KeyError, ValidationError) as error:
                self.broken.append(f"{request.method} {request.path}: {error}")
                return Reply(400, {"code": "BROKEN"}), ""


def play(plan: Plan, server: CrmServer, *, lost: int | None = None) -> str:
    """Runs a plan against a CRM without any socket between them; the id it returns. The answer
    of the request ``lost``, from 0, never comes: ``ConnectionError``."""
    first = len(server.requests)
    try:
        request = next(plan)
        while True:
            seen = Seen(
                method=request.method,
                path=unquote(request.path),
                query=dict(request.query),
                headers={name.lower(): value for name, value in request.headers.items()},
                content=request.content or b"",
            )
            server.requests.append(seen)
            reply = server.answer(seen)
            assert reply.status < 300 or reply.status in request.also, reply
            if len(server.requests) - first - 1 == lost:
                raise ConnectionError
            answer = Answer(status=reply.status, document=reply.document, headers=reply.headers)
            request = plan.send(answer)
    except StopIteration as done:
        return str(done.value)


@contextmanager
def serving(server: CrmServer) -> Iterator[CrmServer]:
    class Endpoint(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5  # of a connection that a failed test left open
        wbufsize = -1  # one packet: head and body apart would wait for each other

        def handle_any(self) -> None:
            parts = urlsplit(self.path)
            request = Seen(
                method=self.command,
                path=unquote(parts.path),
                query=dict(parse_qsl(parts.query, strict_parsing=bool(parts.query))),
                headers={name.lower(): value for name, value in self.headers.items()},
                content=self.rfile.read(int(self.headers.get("content-length") or 0)),
            )
            reply, fault = server.serve(request)
            if fault == "hang":
                server.hanging.set()
                server.ended.wait()
            if fault:
                self.close_connection = True
                return
            body = b"" if reply.document is None else json.dumps(reply.document).encode()
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = False  # closing waits for them: no socket outlives its test

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Clients hang up when they are cancelled; other errors are ours."""
            if not isinstance(sys.exception(), ConnectionError):
                super().handle_error(request, client_address)

    http = Quiet(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    server.url = f"http://127.0.0.1:{http.server_port}"
    try:
        yield server
    finally:
        server.ended.set()
        http.shutdown()
        thread.join()
        http.server_close()
