"""What Prometheus reads at ``/metrics``."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import CounterMetricFamily
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from copilot.errors import StoreUnavailableError
from copilot.events import CallEnded, Event, Summary, Transcript
from copilot.stored_events import PASSED_OVER
from copilot.web.services import Services

LATENCY_BOUNDS_S = (0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0, 3.0, 5.0, 10.0)
"""Around the promise of 1.2 s."""


class Metrics:
    """Counters of one application, in a registry of its own."""

    MEDIA_TYPE = CONTENT_TYPE_LATEST

    def __init__(self, services: Services) -> None:
        self._services = services
        self._registry = CollectorRegistry()
        self._mine: dict[str, bool] = {}
        """Calls that run, or just ran, on this node; whether their line is open."""
        calls, recognition = services.calls, services.recognition
        self._gauge("copilot_calls_live", "Calls that this node runs", lambda: len(calls))
        self._gauge(
            "copilot_calls_transcribed",
            "Of these, calls whose words come as people speak",
            lambda: calls.transcribed,
        )
        self._gauge(
            "copilot_calls_transcribed_max",
            "Calls beyond which new ones are recorded or refused",
            lambda: calls.max_transcribed,
        )
        self._gauge(
            "copilot_recordings",
            "Calls whose transcript is still to come",
            lambda: calls.recordings,
        )
        self._gauge(
            "copilot_calls_refused",
            "Calls not taken because the node had enough to do, since it started",
            lambda: calls.refused,
        )
        self._gauge(
            "copilot_viewers",
            "Readers of events: sockets, and these metrics",
            lambda: services.hub.viewer_count,
        )
        self._gauge(
            "copilot_recogniser_lag_seconds",
            "Age of the oldest utterance that waits for its words",
            lambda: recognition.load.lag_s,
        )
        self._gauge(
            "copilot_recogniser_waiting",
            "Requests that wait for the recogniser",
            lambda: recognition.waiting,
        )
        self._gauge(
            "copilot_recogniser_level",
            "0 as usual, 1 partials are rarer, 2 no partials, 3 finals are late",
            lambda: recognition.load.level,
        )
        self._gauge(
            "copilot_recogniser_pace_seconds",
            "New speech before it is shown again; 0 as usual, infinite not before a turn ends",
            lambda: recognition.load.pace_s,
        )
        self._gauge(
            "copilot_events_passed_over",
            "Stored events that this version cannot read, since it started",
            lambda: PASSED_OVER.total(),
        )
        self._gauge(
            "copilot_tasks",
            "Tasks of the event loop: what stays when calls have ended leaks",
            lambda: len(asyncio.all_tasks()),
        )
        self._registry.register(_Deliveries(services.deliveries.told))
        self._delivery_queue = Gauge(
            "copilot_delivery_queue",
            "Deliveries of all nodes: waiting or under way, and dead",
            ["target", "state"],
            registry=self._registry,
        )
        self._final_latency = Histogram(
            "copilot_final_latency_seconds",
            "From the end of an utterance to its final words",
            buckets=LATENCY_BOUNDS_S,
            registry=self._registry,
        )
        self._events = Counter(
            "copilot_events",
            "Events of the calls of this node",
            ["type"],
            registry=self._registry,
        )
        self._requests = Counter(
            "copilot_http_requests",
            "HTTP requests answered",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._request_s = Histogram(
            "copilot_http_request_seconds",
            "Time to answer an HTTP request",
            ["method", "route"],
            registry=self._registry,
        )

    async def text(self) -> bytes:
        await self._ask_for_deliveries()
        return generate_latest(self._registry)

    async def run(self) -> None:
        """Counts the events of this node's calls until cancelled."""
        while True:
            async with self._services.hub.view() as viewer:
                async for event in viewer:
                    self.count(event)

    def count(self, event: Event) -> None:
        """Every node hears every event; it counts those of the calls it runs."""
        if self._services.calls.session(event.call_id) is not None:
            self._mine.setdefault(event.call_id, True)
        elif event.call_id not in self._mine:
            return
        self._events.labels(event.type).inc()
        match event:
            case Transcript(final=True) if event.text and self._mine[event.call_id]:
                self._final_latency.observe(max(0.0, event.at_s - event.end_s))
            case CallEnded():
                self._mine[event.call_id] = False  # what follows is of a recording
            case Summary() if event.state != "running":
                self._mine.pop(event.call_id)

    def observe_request(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, status).inc()
        self._request_s.labels(method, route).observe(seconds)

    async def _ask_for_deliveries(self) -> None:
        # Nothing is told that is not known: a queue that cannot be seen is not empty.
        self._delivery_queue.clear()
        try:
            sizes = await self._services.deliveries.sizes()
        except StoreUnavailableError:
            return
        for target, (waiting, dead) in sizes.items():
            self._delivery_queue.labels(target, "waiting").set(waiting)
            self._delivery_queue.labels(target, "dead").set(dead)

    def _gauge(self, name: str, help: str, value: Callable[[], float]) -> None:
        Gauge(name, help, registry=self._registry).set_function(value)


class _Deliveries(Collector):
    """What this node told of deliveries, by target and state."""

    def __init__(self, told: Mapping[tuple[str, str], int]) -> None:
        self._told = told

    def collect(self) -> Iterator[CounterMetricFamily]:
        family = CounterMetricFamily(
            "copilot_deliveries", "Turns that deliveries took", labels=["target", "state"]
        )
        for (target, state), times in self._told.items():
            family.add_metric([target, state], times)
        yield family


class RequestMetrics:
    """Middleware. Counts by route, not by path: paths hold ids."""

    def __init__(self, application: ASGIApp, metrics: Metrics) -> None:
        self._application = application
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        began_s = time.perf_counter()
        status = 500

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._application(scope, receive, observed)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            method = scope["method"] if route != "other" else "other"
            seconds = time.perf_counter() - began_s
            self._metrics.observe_request(method, route, status, seconds)
