"""The delivery engine and the CRMs together: each call once, though much goes wrong."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from crm_server import CrmServer, serving
from dynamics_server import DynamicsServer
from hubspot_server import HubSpotServer
from redis.asyncio import Redis
from salesforce_server import SalesforceServer
from zendesk_server import ZendeskServer

from copilot.config import load_config
from copilot.deliveries import DeliveryWorker
from copilot.target_backends import build_target
from tests.store.conftest import running

APP = {"client_id": "app"}
CRMS: dict[str, tuple[type[CrmServer], dict[str, Any]]] = {
    "salesforce": (SalesforceServer, APP),
    "hubspot": (HubSpotServer, {}),
    "zendesk": (ZendeskServer, {"user": "bot@example.com"}),
    "dynamics": (DynamicsServer, APP),
}
CALLS = [f"c{number}" for number in range(6)]


class Chance(dict[int, str]):
    """Faults for three requests of ten, drawn once from a seed."""

    def __init__(self, seed: int) -> None:
        draw = random.Random(seed)
        kinds = ("429", "503", "500", "lost")
        super().__init__(
            {number: draw.choice(kinds) for number in range(1000) if draw.random() < 0.3}
        )


async def test_four_crms_that_fail_three_requests_of_ten(
    redis: Redis, journal: Any, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        servers: dict[str, CrmServer] = {}
        settings = []
        for seed, (kind, (server_class, more)) in enumerate(CRMS.items()):
            server = stack.enter_context(serving(server_class(tmp_path / kind)))
            server.faults, server.retry_after = Chance(seed), "0"
            servers[kind] = server
            one = {"kind": kind, "url": server.url, "secret_file": server.secret_file, **more}
            if kind == "dynamics":
                one["token_url"] = f"{server.url}/token"
            settings.append(one)
        config = load_config(targets=settings)

        def worker() -> DeliveryWorker:
            targets = [build_target(target, config) for target in config.targets]
            return DeliveryWorker(redis, targets, journal, backoff_s=lambda _: 0.0, attempts=99)

        await deliver(worker, journal, version=1, text="Invoice is wrong.")
        await deliver(worker, journal, version=2, text="It was billed twice.")
        for kind, server in servers.items():
            assert server.broken == [], kind
            assert len(server.calls) == len(CALLS), kind
            for call in server.calls:
                assert "It was billed twice." in server.text_of(call)


async def deliver(
    worker: Callable[[], DeliveryWorker], journal: Any, *, version: int, text: str
) -> None:
    """A new process takes over what the one before left."""
    process = worker()
    for call_id in CALLS:
        await journal.approve(call_id, version=version, text=text)
        await process.enqueue(call_id, version)
    async with running(process):
        await journal.until(lambda all: sent(all, version) == len(CALLS) * len(CRMS))


def sent(deliveries: list[Any], version: int) -> int:
    return len(
        {
            (one.call_id, one.target)
            for one in deliveries
            if (one.state, one.summary_version) == ("sent", version)
        }
    )
