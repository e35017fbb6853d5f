"""A whole server on a free port: real uvicorn, real Valkey, real SQLite, real sockets.

Only the models are scripted. One server serves all tests of this folder, as one server
serves all calls; tests keep apart by their call ids.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    suppress,
)
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import pytest_asyncio
from scripted_sessions import scripted_sessions
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError

from copilot.admission import Admission
from copilot.archive import Archive
from copilot.auth import Role, Tokens
from copilot.bus import Bus
from copilot.calls import LiveCalls
from copilot.config import Config
from copilot.crm.file import FileTarget
from copilot.deliveries import DeliveryWorker
from copilot.disposition_file import load_dispositions
from copilot.events import Event, Summary, decode, lasts
from copilot.hub import Hub
from copilot.journal import Journal
from copilot.policy_file import PolicyBook
from copilot.recognition import RecognitionWorker
from copilot.rule_trial import RuleTrial
from copilot.summary_running import RunningSummaries
from copilot.valkey import EmbeddedValkey
from copilot.web.app import create_app
from copilot.web.server import bind, serve
from copilot.web.services import Services
from scripted import (
    ScriptedReader,
    ScriptedRecogniser,
    ScriptedSummariser,
    silence,
    tone,
)
from sentiment.rule_book import RuleBook

ALLOWED = "https://crm.example.com"
FORMAT = {"encoding": "pcm_s16le", "rate": 16000, "channels": ["customer", "agent"]}


@dataclass(frozen=True, slots=True)
class Running:
    """The server and everything behind it."""

    services: Services
    recogniser: ScriptedRecogniser
    address: str
    """host:port"""
    folder: Path
    valkey: EmbeddedValkey

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    async def token(self, role: Role, name: str | None = None) -> str:
        return await self.services.tokens.issue(role, name or role, 600)

    @asynccontextmanager
    async def client(
        self, role: Role, name: str | None = None
    ) -> AsyncIterator[httpx.AsyncClient]:
        """REST with a token of the role."""
        headers = {"Authorization": f"Bearer {await self.token(role, name)}"}
        async with httpx.AsyncClient(base_url=self.url, headers=headers) as client:
            yield client

    @asynccontextmanager
    async def anonymous(self) -> AsyncIterator[httpx.AsyncClient]:
        async with httpx.AsyncClient(base_url=self.url) as client:
            yield client

    format = FORMAT

    def caller(self, socket: ClientConnection) -> Caller:
        return Caller(socket)

    async def followed(self, call_id: str) -> list[Event]:
        """Every stored event of a call, once its summary is there."""
        async with asyncio.timeout(20), self.services.hub.view({call_id}) as viewer:
            events: list[Event] = []
            async for event in viewer:
                if event.seq and lasts(event):
                    events.append(event)
                if isinstance(event, Summary):
                    break
        return events

    async def followed_until_started(self, call_id: str) -> None:
        """Waits until the store knows the call."""
        async with asyncio.timeout(20), self.services.hub.view({call_id}) as viewer:
            async for _ in viewer:
                return

    def socket(self, path: str, **options: Any) -> connect:
        return connect(f"ws://{self.address}{path}", compression=None, proxy=None, **options)

    @asynccontextmanager
    async def call(self, **start: Any) -> AsyncIterator[Caller]:
        """A call that has begun."""
        async with self.socket("/ws/call") as socket:
            caller = Caller(socket)
            await caller.start(token=await self.token("integrator"), **start)
            yield caller

    async def eventually(self, holds: Callable[[], Awaitable[bool]]) -> None:
        """Waits for what nobody announces, such as a list of the archive."""
        async with asyncio.timeout(10):
            while True:
                if await holds():
                    return
                await asyncio.sleep(0.01)

    async def archived(self, call_id: str) -> None:
        """Waits until lists hold the call's summary."""
        journal = self.services.journal

        async def holds() -> bool:
            events = await journal.archive.events(call_id)
            return any(isinstance(event, Summary) for event in events)

        await self.eventually(holds)

    async def ended_call(self, *, agent_id: str = "mori", text: str = "hello") -> str:
        """Id of a call that has its draft summary."""
        async with self.call(agent_id=agent_id) as caller:
            self.recogniser.says[caller.call_id] = text
            await caller.speak()
            await caller.stop()
            return caller.call_id


class Caller:
    """The telephone's side of ``/ws/call``."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.call_id = ""

    async def start(self, **members: Any) -> None:
        message = {
            "type": "start",
            "call_id": uuid.uuid4().hex,
            "language": "en",
            "agent_id": "mori",
            "direction": "inbound",
            "format": FORMAT,
        } | members
        self.call_id = message["call_id"]
        await self.send(**message)

    async def send(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def speak(self, seconds: float = 1.0) -> None:
        """The customer says something, then nobody does for a while."""
        await self.socket.send(pcm(np.concatenate([tone(seconds), silence(1.5)])))

    def pcm(self, customer: np.ndarray) -> bytes:
        return pcm(customer)

    async def stop(self) -> list[Event]:
        """Ends the call; everything told until the socket closed."""
        await self.send(type="stop")
        return await self.told()

    async def told(self) -> list[Event]:
        """Everything until the socket closes with 1000."""
        return [decode(message) async for message in self.socket]

    async def words(self) -> list[dict[str, Any]]:
        """Every message, whatever it is, until the socket closes, however it does."""
        return await words(self.socket)

    async def until(self, kind: type[Event], fits: Callable[[Any], bool] = bool) -> list[Event]:
        """Events up to the first of this kind that fits."""
        events: list[Event] = []
        async for message in self.socket:
            events.append(decode(message))
            if isinstance(events[-1], kind) and fits(events[-1]):
                return events
        raise AssertionError(f"the socket closed without {kind.__name__}")

    async def error(self) -> dict[str, Any]:
        """The next error; events before it are passed over."""
        async for message in self.socket:
            content: dict[str, Any] = json.loads(message)
            if content["type"] == "error":
                return content
        raise AssertionError("the socket closed without an error")


async def words(socket: ClientConnection) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = []
    with suppress(ConnectionClosedError):
        async for message in socket:
            said.append(json.loads(message))
    return said


def pcm(customer: np.ndarray) -> bytes:
    """Stereo 16-bit frames with silence on the agent's leg."""
    stereo = np.stack([customer, np.zeros_like(customer)], axis=1)  # (n, 2)
    return (stereo * 32767).astype("<i2").tobytes()


class TalkingRecogniser(ScriptedRecogniser):
    """Hears in each call what ``says`` holds for it."""

    def __init__(self) -> None:
        super().__init__(lambda request: self.says.get(request.call_id, "hello"))
        self.says: dict[str, str] = {}


@asynccontextmanager
async def running(folder: Path, **settings: Any) -> AsyncIterator[Running]:
    """A server with stores of its own."""
    settings = {"max_calls": 100} | settings
    config = Config(data_dir=folder, allowed_origins=(ALLOWED,), resume_s=1.0, **settings)
    recogniser = TalkingRecogniser()
    summariser = ScriptedSummariser()
    async with AsyncExitStack() as stack:
        valkey = await asyncio.to_thread(EmbeddedValkey.start, folder)
        stack.callback(valkey.stop)
        bus = await Bus.connect(valkey.url)
        stack.push_async_callback(bus.close)
        archive = await Archive.open(config.database)
        stack.push_async_callback(archive.close)
        thread = stack.enter_context(ThreadPoolExecutor(1))
        spare = stack.enter_context(ThreadPoolExecutor(1))
        recognition = await stack.enter_async_context(RecognitionWorker([recogniser]))
        journal = Journal(bus, archive, spool_dir=folder / "spool")
        stack.callback(journal.close)

        calls = LiveCalls(
            scripted_sessions(
                recognition,
                thread,
                resume_s=config.resume_s,
                running=RunningSummaries(summariser, spare),
            ),
            journal=journal,
            bus=bus,
            summariser=summariser,
            admission=Admission(max_calls=config.max_calls, overload=config.overload),
            level=lambda: recognition.load.level,
            recordings=folder / "recordings",
        )
        hub = Hub(journal)
        targets = [FileTarget("file", folder / "summaries")]
        deliveries = DeliveryWorker(bus.redis, targets, journal)
        services = Services(
            config=config,
            journal=journal,
            hub=hub,
            tokens=Tokens(archive),
            calls=calls,
            recognition=recognition,
            deliveries=deliveries,
            summariser=summariser,
            running_summariser=summariser,
            rules=RuleBook(config.rules),
            rule_trial=RuleTrial(ScriptedReader(), thread),
            policy=PolicyBook(),
            dispositions=load_dispositions(config.dispositions),
            ready=lambda: [task.get_name() for task in tasks if task.done()],
        )
        background = await stack.enter_async_context(asyncio.TaskGroup())
        tasks = [
            background.create_task(part.run(), name=name)
            for name, part in (("journal", journal), ("hub", hub), ("deliveries", deliveries))
        ]
        stack.callback(lambda: [task.cancel() for task in tasks])
        await stack.enter_async_context(calls.running())
        listening = bind("127.0.0.1", 0)
        address = "{}:{}".format(*listening.getsockname())
        serving = background.create_task(serve(create_app(services), listening), name="server")
        try:
            yield Running(services, recogniser, address, folder, valkey)
        finally:
            serving.cancel()
            await asyncio.wait([serving])


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with running(tmp_path_factory.mktemp("web")) as server:
        yield server


@pytest.fixture
def start_server(tmp_path: Path) -> Callable[..., AbstractAsyncContextManager[Running]]:
    """Starts servers with settings of the test's, one after another, in one folder."""
    return partial(running, tmp_path)


@pytest_asyncio.fixture(loop_scope="session")
async def own_server(tmp_path: Path) -> AsyncIterator[Running]:
    """A server that the test may break."""
    async with running(tmp_path) as server:
        yield server
