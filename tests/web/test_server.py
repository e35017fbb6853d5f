"""The server as a process: its port, its end, its neighbours that fail."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import signal
import socket

import pytest

from copilot.errors import ConfigError
from copilot.events import CallEnded, CallStarted, Summary, Transcript
from copilot.web.server import bind
from sentiment.rule_book import RuleBook

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_taken_port_is_said_in_one_line():
    with bind("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(ConfigError) as raised:
            bind("127.0.0.1", port)
    assert raised.value.faults == (
        f"port: {port} is taken by another program; choose another with --port or COPILOT_PORT",
    )


async def test_an_address_that_is_not_ours_is_said_in_one_line():
    with pytest.raises(ConfigError, match=os.strerror(errno.EADDRNOTAVAIL)):
        bind("192.0.2.1", 0)


async def test_a_host_that_does_not_exist_is_said_in_one_line():
    with pytest.raises(ConfigError, match="host: 'no such host'"):
        bind("no such host", 0)


async def test_dead_peers_are_noticed():
    with bind("127.0.0.1", 0) as listening:
        assert listening.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


async def test_a_server_that_stops_ends_its_calls_with_their_summaries(own_server):
    """SIGTERM: nobody new gets in, who is talking is told the end."""
    async with own_server.call() as caller:
        await caller.speak()
        await caller.until(Transcript, lambda event: event.final)
        os.kill(os.getpid(), signal.SIGTERM)
        events = await caller.told()
        assert caller.socket.close_code == 1000
    ended = next(event for event in events if isinstance(event, CallEnded))
    assert ended.reason == "shutdown"
    assert isinstance(events[-1], Summary)
    with pytest.raises(OSError):
        await asyncio.open_connection(*own_server.address.split(":"))


async def test_while_the_store_is_away_calls_go_on_and_people_are_told(own_server):
    server = own_server
    call_id = await server.ended_call()
    async with (
        server.client("supervisor") as client,
        server.anonymous() as anonymous,
        server.call() as caller,
    ):
        await caller.until(CallStarted)
        server.valkey.stop()
        ready = await anonymous.get("/readyz")
        assert ready.status_code == 503
        assert "redis" in ready.json()["not_ready"]
        assert (await anonymous.get("/healthz")).status_code == 200
        answer = await client.put(
            f"/api/calls/{call_id}/summary", json={"version": 1, "text": "x"}
        )
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "2"
        async with server.call() as refused:
            assert (await refused.error())["code"] == "unavailable"
        assert refused.socket.close_code == 1013
        # The call that was live is still heard.
        await caller.speak()
        await caller.send(type="stop")
        await server.services.calls.session(caller.call_id).finished()
        caller.socket.transport.abort()


async def test_no_log_line_holds_what_was_said(server, caplog):
    caplog.set_level(logging.DEBUG)
    canary = "xylophone rhubarb"
    async with server.call() as caller:
        server.recogniser.says[caller.call_id] = f"{canary} angry"
        await caller.speak()
        await caller.socket.send(canary)
        await caller.socket.send(b"odd")
        await caller.send(type="stop")
        assert (await caller.words())[-1]["type"] == "summary"
    async with server.client("admin") as client:
        url = f"/api/calls/{caller.call_id}"
        await client.get("/api/calls", params={"text": canary})
        await client.get("/api/calls", params={"cursor": canary})
        await client.put(f"{url}/summary", json={"version": 1, "text": canary})
        await client.put(f"{url}/summary", json={"version": canary, "text": canary})
        await client.post(f"{url}/notes", json={"text": canary})
    # What the client's own libraries log is not the server's.
    clients = ("websockets.client", "httpx", "httpcore", "aiosqlite")
    for record in caplog.records:
        if not record.name.startswith(clients):
            assert "xylophone" not in f"{record.getMessage()} {vars(record)}", record.name


async def test_a_bad_edit_of_the_rules_is_told_and_changes_nothing(
    server, tmp_path, monkeypatch
):
    path = tmp_path / "rules.toml"
    good = (
        "[[rule]]\nid = 'long'\nkind = 'long_call'\nspeaker = ['agent']\n"
        "when.call_s.at_least = 60\nseverity = 'info'\nmessage.en = 'Long.'\n"
    )
    path.write_text(good)
    book = RuleBook(path)
    monkeypatch.setattr(server.services.rules, "faults", ())
    path.write_text(good.replace("'info'", "'mild'").replace("call_s", "cal_s") + "cool = 1\n")
    os.utime(path, (1, 1))
    assert book.refresh()
    server.services.rules.faults = book.faults
    async with server.anonymous() as client:
        ready = await client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["rules_faults"] == [f"{path}:{line}" for line in (5, 6, 8)]
    assert [rule.id for rule in book.rules] == ["long"]
