"""``/ws/live``: who sees what, when, and from where on."""

from __future__ import annotations

import asyncio
import json
import uuid

import pytest

from copilot.events import Alert, CallStarted, Summary, Transcript, decode, lasts
from copilot.web import live_socket

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def subscribed(server, socket, role="supervisor", name=None, **members):
    message = {"type": "subscribe", "token": await server.token(role, name), "calls": "all"}
    await socket.send(json.dumps(message | members))


async def followed(socket, call_id, kind=Summary):
    """Events of a call, up to the first of this kind."""
    events = []
    async for message in socket:
        event = decode(message)
        if event.call_id == call_id:
            events.append(event)
            if isinstance(event, kind):
                return events
    raise AssertionError("the socket closed")


async def test_a_supervisor_follows_all_calls_as_they_happen(server):
    async with server.socket("/ws/live") as viewer:
        await subscribed(server, viewer)
        async with server.call() as caller:
            await caller.speak()
            own = await caller.stop()
        seen = await followed(viewer, caller.call_id)
    # A partial may be passed over: for a viewer only the newest counts.
    assert [event for event in seen if lasts(event)] == [event for event in own if lasts(event)]


async def test_an_alert_reaches_a_viewer_right_after_its_final(server):
    """While the call goes on: nothing else has to be said for it."""
    async with server.socket("/ws/live") as viewer, server.call() as caller:
        await subscribed(server, viewer, calls=[caller.call_id])
        server.recogniser.says[caller.call_id] = "I am angry"
        await caller.speak()
        seen = await followed(viewer, caller.call_id, Alert)
        final = next(event for event in seen if isinstance(event, Transcript) and event.final)
        assert [event.type for event in seen[seen.index(final) :]] == [
            "transcript",
            "emotion",
            "alert",
        ]
        await caller.stop()


async def test_a_late_viewer_gets_what_was_said_before(server):
    async with server.call() as caller:
        await caller.speak()
        before = await caller.until(Transcript, lambda event: event.final)
        async with server.socket("/ws/live") as viewer:
            await subscribed(server, viewer)
            seen = await followed(viewer, caller.call_id, Transcript)
        assert isinstance(seen[0], CallStarted)
        assert seen[-1] == before[-1]
        await caller.stop()


async def test_a_viewer_that_comes_back_gets_each_event_once(server):
    call_id = await server.ended_call()
    events = await server.followed(call_id)
    async with server.socket("/ws/live") as viewer:
        await subscribed(server, viewer, calls=[call_id], after={call_id: events[1].seq})
        assert await followed(viewer, call_id) == events[2:]


async def test_a_viewer_of_one_call_sees_no_other(server):
    async with (
        server.call() as wanted,
        server.call() as other,
        server.socket("/ws/live") as viewer,
    ):
        await subscribed(server, viewer, calls=[wanted.call_id])
        await other.speak()
        await other.stop()
        await wanted.stop()
        seen = []
        async for message in viewer:
            seen.append(decode(message))
            if isinstance(seen[-1], Summary):
                break
    assert {event.call_id for event in seen} == {wanted.call_id}


async def test_an_operator_sees_their_own_calls_only(server):
    async with server.socket("/ws/live") as viewer:
        await subscribed(server, viewer, "operator", "sato")
        async with server.call(agent_id="mori") as other:
            await other.stop()
        async with server.call(agent_id="sato") as own:
            await own.stop()
        seen = []
        async for message in viewer:
            seen.append(decode(message))
            if isinstance(seen[-1], Summary):
                break
    assert {event.call_id for event in seen} == {own.call_id}


async def test_an_operator_may_wait_for_a_call_that_has_not_begun(server):
    call_id = uuid.uuid4().hex
    async with server.socket("/ws/live") as viewer:
        await subscribed(server, viewer, "operator", "sato", calls=[call_id])
        async with server.call(agent_id="sato", call_id=call_id) as caller:
            await caller.stop()
        assert isinstance((await followed(viewer, call_id))[0], CallStarted)


async def test_an_operator_comes_back_to_their_call(server):
    """From the middle, where no event tells whose call it is."""
    async with server.call(agent_id="sato") as caller:
        await caller.speak()
        before = await caller.until(Transcript, lambda event: event.final)
        async with server.socket("/ws/live") as viewer:
            await subscribed(
                server, viewer, "operator", "sato", after={caller.call_id: before[-1].seq}
            )
            await caller.stop()
            seen = await followed(viewer, caller.call_id)
    assert seen[0].seq > before[-1].seq


@pytest.mark.parametrize("calls", ["all", ["x"]])
async def test_an_integrator_sees_no_live_calls(server, calls):
    async with server.socket("/ws/live") as viewer:
        await subscribed(server, viewer, "integrator", calls=calls)
        assert [one["code"] for one in await server.caller(viewer).words()] == ["forbidden"]
    assert viewer.close_code == 4403


async def test_somebody_elses_call_is_refused(server):
    async with server.call(agent_id="mori") as caller:
        await caller.until(CallStarted)
        async with server.socket("/ws/live") as viewer:
            await subscribed(server, viewer, "operator", "sato", calls=[caller.call_id])
            words = await server.caller(viewer).words()
    assert [one["code"] for one in words] == ["forbidden"]


@pytest.mark.parametrize(
    ("message", "explanation"),
    [
        ("{", "not JSON"),
        ({"type": "start"}, 'of type "subscribe"'),
        ({"type": "subscribe"}, "calls"),
        ({"type": "subscribe", "calls": "some"}, "calls"),
        ({"type": "subscribe", "calls": []}, "calls"),
        ({"type": "subscribe", "calls": ["../x"]}, "calls"),
        ({"type": "subscribe", "calls": "all", "after": {"x": -1}}, "after"),
    ],
)
async def test_a_wrong_subscription_is_explained(server, message, explanation):
    async with server.socket("/ws/live") as viewer:
        await viewer.send(message if isinstance(message, str) else json.dumps(message))
        words = await server.caller(viewer).words()
    assert [one["code"] for one in words] == ["bad_message"]
    assert explanation in words[0]["message"]
    assert viewer.close_code == 1008


async def test_nothing_is_expected_after_the_subscription(server):
    async with server.socket("/ws/live") as viewer:
        await subscribed(server, viewer)
        await viewer.send("{}")
        words = await server.caller(viewer).words()
    assert words[-1]["code"] == "bad_message"


async def test_a_revoked_token_stops_listening(server, monkeypatch):
    monkeypatch.setattr(live_socket, "TOKEN_CHECK_S", 0.01)
    token = await server.token("supervisor")
    async with server.socket("/ws/live") as viewer:
        await viewer.send(json.dumps({"type": "subscribe", "token": token, "calls": "all"}))
        async with server.call() as caller:
            await followed(viewer, caller.call_id, CallStarted)
            await server.services.tokens.revoke(token)
            words = await server.caller(viewer).words()
            await caller.stop()
    assert words[-1]["code"] == "unauthorised"
    assert viewer.close_code == 4401


async def test_a_viewer_that_does_not_read_holds_nobody(server):
    async with server.socket("/ws/live", max_queue=1) as deaf:
        await subscribed(server, deaf)

        async def one():
            async with server.call() as caller:
                await caller.speak()
                return await caller.stop()

        calls = await asyncio.gather(*(one() for _ in range(10)))
        deaf.transport.abort()
    assert all(isinstance(events[-1], Summary) for events in calls)
