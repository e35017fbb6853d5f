"""A CRM that fails three requests in ten, in every way there is: real HTTP, its own process.

    python -m benchmarks.delivery_crm [--seed 0]

It prints its address and serves until it is killed. ``POST /summaries`` wants an
``Idempotency-Key`` and holds one record per key; ``GET /figures`` tells what it counted.
"""

from __future__ import annotations

import argparse
import json
import random
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FAILING = 0.3
"""Of all requests."""
HANG_S = 4.0
"""Longer than the worker of the benchmark waits for an answer."""
WAYS = (
    "500 before storing",
    "500 after storing",
    "429 with Retry-After",
    "dropped before storing",
    "stored, answer lost",
    "no answer in time, nothing stored",
    "no answer in time, stored",
)


class Crm:
    """The records, and what was asked of them."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        self.records: dict[str, dict[str, Any]] = {}
        self.ways: Counter[str] = Counter()

    def way(self) -> str:
        """How this request ends."""
        with self._lock:
            fails = self._chance.random() < FAILING
            way = self._chance.choice(WAYS) if fails else "taken"
            self.ways[way] += 1
        return way

    def store(self, key: str, document: dict[str, Any]) -> str:
        """Creates the record of the key, or updates it. Returns its id."""
        version = document["summary"]["version"]
        with self._lock:
            record = self.records.setdefault(
                key, {"id": f"CRM-{len(self.records) + 1}", "version": 0}
            )
            if version < record["version"]:
                self.ways["an older version after a newer"] += 1
            elif version == record["version"]:
                self.ways["the same version stored again"] += 1
            elif record["version"]:
                self.ways["record updated by a newer version"] += 1
            record["version"] = version
            record["call_id"] = document["call_id"]
            return str(record["id"])


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    crm: Crm

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        key = self.headers.get("idempotency-key")
        if self.path != "/summaries" or not key:
            self.crm.ways["refused: no idempotency key"] += 1
            self._answer(400)
            return
        way = self.crm.way()
        stores = way == "taken" or "after storing" in way or way.endswith("stored, answer lost")
        stores = stores or way == "no answer in time, stored"
        record_id = self.crm.store(key, json.loads(body)) if stores else ""
        if way.startswith("500"):
            self._answer(500)
        elif way.startswith("429"):
            self._answer(429, retry_after="1")
        elif way == "taken":
            self._answer(201, {"id": record_id})
        else:
            if way.startswith("no answer"):
                time.sleep(HANG_S)
            self.close_connection = True  # and no answer

    def do_GET(self) -> None:
        self._answer(200, {"records": self.crm.records, "ways": self.crm.ways})

    def _answer(self, status: int, document: object = None, retry_after: str = "") -> None:
        content = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        if retry_after:
            self.send_header("retry-after", retry_after)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """What was asked is counted, not printed."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """A killed worker leaves its connection broken."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=0)
    Handler.crm = Crm(parser.parse_args().seed)
    server = Server(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
