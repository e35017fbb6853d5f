"""Secrets of every kind through a whole server: afterwards none is anywhere.

A real call, Valkey, SQLite, REST, sockets, exports, a delivered file, a webhook, drafts,
notes, metrics and logs. What is asserted is the absence of the values, as they were said and
as digits, in everything that was told, kept or sent.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
import zipfile
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from redis.asyncio import Redis
from werkzeug import Request, Response

from copilot.crm.masked import MaskedTarget
from copilot.crm.summary import CallSummary
from copilot.crm.webhook import SignedPost, WebhookTarget
from copilot.events import Paused, Resumed, Transcript, encode
from copilot.masking.digits import digit_runs
from copilot.masking_policy import MaskingPolicy

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAID = [
    "My card is four triple zero, oh five six six, five five six six, five five five six.",
    "And my husband's, 5105 1051",
    "0510 5100, angry.",
    "My phone is oh seven seven double oh, nine double oh, four eight two.",
    "Write to zelda dot quux at example dot org.",
    "I live at 9177 Quillon Avenue, Dayton, Ohio 45499.",
    "I was born on the third of March nineteen sixty-two.",
    "My social security number is 987-65-4329.",
    "Sort code 20-71-93 and account 70872490.",
    "My passport number is X7719342.",
]
SECRETS = ["triple zero", "5566", "0566", "double oh", "900482", "zelda", "quux", "Quillon"]
SECRETS += ["9177", "45499", "third of March", "sixty-two", "987-65", "987654329"]
SECRETS += ["20-71-93", "207193", "70872490", "7719342", "0510 5100", "05105100"]
EARLIER = ["5105 1051", "51051051"]
"""The first half of a card, which is one when the second is heard."""
CONFIDENTIAL = "Said while nobody keeps it, marmalade."
ORDER = "order 4015882731"
NOTE = "Reach them on 202-555-0143, card 4000056655665556, order 4015882731."
TYPED = ["555-0143", "4000056655665556"]


def told_in(text: str, secrets: list[str]) -> list[str]:
    """Secrets that ``text`` holds, as they stand there or in any way to say their digits."""
    # Ids are no speech, and long enough to hold any four digits by chance.
    text = re.sub(r"[0-9a-f]{24,}|\d+\.\d+|seq\W+\d+", " ", text)
    digits = " ".join(run.digits for run in digit_runs(text))
    return [
        secret
        for secret in secrets
        if secret in text or (secret.isdigit() and len(secret) > 5 and secret in digits)
    ]


async def in_redis(redis: Redis) -> str:
    """Everything that Redis holds now, whatever its type."""
    found = []
    async for key in redis.scan_iter():
        kind = (await redis.type(key)).decode()
        match kind:
            case "string":
                value = await redis.get(key)
            case "hash":
                value = await redis.hgetall(key)
            case "stream":
                value = await redis.xrange(key)
            case "zset":
                value = await redis.zrange(key, 0, -1)
            case "set":
                value = await redis.smembers(key)
            case "list":
                value = await redis.lrange(key, 0, -1)
            case _:
                raise AssertionError(f"a kind of value that nobody looked into: {kind}")
        found.append(f"{key!r} {value!r}")
    return "\n".join(found)


def on_disk(folder: Path) -> str:
    """Every file below the folder but the database and Redis' log of its own."""
    files = [
        file
        for file in folder.rglob("*")
        if file.is_file() and not file.name.startswith("copilot.db") and "aof" not in file.name
    ]
    return "\n".join(file.read_bytes().decode("utf-8", "replace") for file in files)


def raw(folder: Path, pattern: str) -> str:
    files = [file for file in folder.rglob(pattern) if file.is_file()]
    assert files
    return "\n".join(file.read_bytes().decode("utf-8", "replace") for file in files)


async def test_no_secret_is_left_anywhere(own_server, caplog, httpserver: HTTPServer):
    server, journal = own_server, own_server.services.journal
    caplog.set_level(logging.DEBUG)
    places: dict[str, str] = {}
    async with server.call(language="en") as caller:
        call_id, told = caller.call_id, []
        for text in [f"It is about {ORDER}.", *SAID]:
            server.recogniser.says[call_id] = text
            await caller.speak()
            told += await caller.until(Transcript, lambda event: event.final)
        server.recogniser.says[call_id] = CONFIDENTIAL
        await caller.send(type="pause", reason=f"they read out {TYPED[1]}")
        told += await caller.until(Paused)
        await caller.speak()
        await caller.send(type="resume")
        told += await caller.until(Resumed)
        async with server.client("operator", name="mori") as client:
            for part in ("summary/running", "handover"):
                answer = await client.get(f"/api/calls/{call_id}/{part}")
                assert answer.status_code == 200
                places[part] = answer.text
        told += await caller.stop()
    places["socket"] = "\n".join(map(encode, told))
    await server.archived(call_id)

    async with server.client("admin") as client:
        url = f"/api/calls/{call_id}"
        noted = await client.post(f"{url}/notes", json={"text": NOTE})
        draft = await client.put(f"{url}/summary/draft", json={"version": 1, "text": NOTE})
        places["draft"] = (await client.get(f"{url}/summary/draft")).text
        edited = await client.put(
            f"{url}/summary",
            json={"version": 1, "text": NOTE, "fields": {"promises": [NOTE]}},
        )
        approved = await client.post(f"{url}/summary/approve", json={"version": 2})
        assert [one.is_success for one in (noted, draft, edited, approved)] == [True] * 4
        for part in ("", "/events", "/summary/versions", "/notes", "/handover"):
            places[f"rest{part}"] = (await client.get(f"{url}{part}")).text
        for form in ("json", "csv", "vtt", "html"):
            for analytics in ("false", "true"):
                answer = await client.get(
                    f"{url}/export", params={"format": form, "analytics": analytics}
                )
                assert answer.status_code == 200
                places[f"export {form} {analytics}"] = answer.text
        pack = zipfile.ZipFile(io.BytesIO((await client.get(f"{url}/evidence")).content))
        places["evidence"] = "\n".join(pack.read(name).decode() for name in pack.namelist())
        places["lists"] = (await client.get("/api/calls")).text
        places["learning"] = (await client.get("/api/summaries/edits")).text
        places["metrics"] = (await client.get("/metrics")).text
        for secret in ("quux", "70872490"):
            found = (await client.get("/api/calls", params={"text": secret})).json()
            assert found["entries"] == []

    written = server.folder / "summaries" / f"{call_id}.json"
    await server.eventually(lambda: asyncio.to_thread(written.exists))

    bodies: list[str] = []

    def receive(request: Request) -> Response:
        bodies.append(request.get_data(as_text=True))
        return Response("{}", status=201)

    httpserver.expect_request("/hook").respond_with_handler(receive)
    webhook = WebhookTarget("webhook", SignedPost(httpserver.url_for("/hook"), secret="s"))
    record = await journal.record(call_id)
    await MaskedTarget(webhook, MaskingPolicy()).deliver(CallSummary.of(record), key="k")
    await webhook.close()
    places["webhook"] = "\n".join(bodies)

    async with Redis.from_url(server.valkey.url) as redis:
        places["redis"] = await in_redis(redis)
    places["files"] = on_disk(server.folder)
    places["sql"] = "\n".join(map(encode, await journal.archive.events(call_id)))
    clients = ("websockets.client", "httpx", "httpcore", "aiosqlite", "werkzeug")
    places["log"] = "\n".join(
        f"{record.getMessage()} {vars(record)}"
        for record in caplog.records
        if not record.name.startswith(clients)
    )

    leaks = {name: told_in(text, [*SECRETS, *TYPED]) for name, text in places.items()}
    assert {name: found for name, found in leaks.items() if found} == {}
    assert "marmalade" not in "".join(places.values())
    (section,) = json.loads(places["export json false"])["confidential"]
    assert section["end_s"] > section["start_s"]
    # Who is on the line heard the first half when it was said; nobody keeps it.
    kept = {name: text for name, text in places.items() if name != "socket"}
    assert {n: f for n, text in kept.items() if (f := told_in(text, EARLIER))} == {}
    # What a finished turn told never reached a disk.
    database, log = raw(server.folder, "copilot.db*"), raw(server.folder, "*aof*")
    assert (told_in(database, SECRETS[:2]), told_in(log, SECRETS[:2])) == ([], [])
    # And what a centre works with is still there.
    for name in ("socket", "rest", "sql", "webhook", "export json false"):
        assert "4015882731" in places[name], name
    assert "4015882731" not in places["export json true"]
    assert {"card", "phone", "email", "address", "birth_date"} <= set(
        re.findall(r"\[([a-z_]+)\]", json.dumps(places["sql"]))
    )
