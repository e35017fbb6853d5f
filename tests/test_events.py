"""Every event class round-trips, is part of the union, and is what the schema says."""

from __future__ import annotations

import dataclasses
import inspect
import json
import typing

import pytest
from pydantic import ValidationError

from copilot import events

CLASSES = [
    member
    for _, member in inspect.getmembers(events, inspect.isclass)
    if issubclass(member, events._Event) and member is not events._Event
]

# A value for each field that has no default. A new field without one fails here.
VALUES = {
    "call_id": "call-1",
    "at_s": 12.5,
    "started_at": "2026-04-01T00:00:00+00:00",
    "made_at": "2026-04-01T00:01:00+00:00",
    "agent_id": "mori",
    "utterance_id": "customer-1",
    "speaker": "customer",
    "revision": 1,
    "start_s": 1.0,
    "end_s": 2.0,
    "text": "三回目なんですが",
    "spans": (events.Span(start=0, end=3, kind="phone"),),
    "loudness_db": -20.5,
    "speech_rate": 4.2,
    "silence_s": 0.0,
    "overtalk_s": 0.3,
    "participant": "森",
    "frustration": 0.7,
    "alert_id": "a1",
    "kind": "frustration_spike",
    "rule": "spike",
    "severity": "warning",
    "message": "怒りが急に強まりました",
    "evidence": (events.Evidence(utterance_id="customer-1", quote="三回目", start_s=1.0),),
    "state": None,
    "by": "mori",
    "step": "caution",
    "suggestion_id": "s1",
    "title": "t",
    "body": "b",
    "author": "mori",
    "to": "tanaka",
    "stage": "recogniser",
    "reason": "behind",
    "duration_s": 60.0,
    "version": 1,
    "generator": "extractive",
    "target": "file",
    "summary_version": 1,
}
STATES = {"alert_updated": "resolved", "summary": "draft", "delivery": "sent"}


def example(cls: type) -> events.Event:
    values = {}
    for field in dataclasses.fields(cls):
        if field.default is not dataclasses.MISSING:
            continue
        values[field.name] = VALUES[field.name]
    event_type = typing.get_args(typing.get_type_hints(cls)["type"])[0]
    if "state" in values:
        values["state"] = STATES[event_type]
    if event_type == "suggestion":
        values["kind"] = "knowledge"
    return cls(**values)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_round_trip(cls: type) -> None:
    event = example(cls)
    text = events.encode(event)
    assert events.decode(text) == event
    assert text.startswith('{"seq":0,'), "the append script splices seq into the first member"
    assert json.loads(text)["type"] == event.type


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_events_are_values(cls: type) -> None:
    event = example(cls)
    with pytest.raises(dataclasses.FrozenInstanceError):
        event.seq = 3  # type: ignore[misc]
    hash(event)


def test_every_class_is_in_the_union_and_the_schema() -> None:
    assert set(typing.get_args(events.Event)) == set(CLASSES)
    mapping = events.json_schema()["discriminator"]["mapping"]
    assert len(mapping) == len(CLASSES)


def test_only_partials_and_line_states_pass_by() -> None:
    passing = {cls.__name__ for cls in CLASSES if not events.lasts(example(cls))}
    assert passing == {"Transcript", "Line"}
    final = dataclasses.replace(example(events.Transcript), final=True)
    assert events.lasts(final)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "not json",
        '{"type":"unknown","call_id":"c","at_s":0}',
        '{"type":"note","call_id":"c","at_s":0,"author":"a","to":"b","text":"","made_at":"x"}',
        '{"type":"emotion","call_id":"c","at_s":0,"utterance_id":"u","speaker":"customer","frustration":1.5}',
        '{"type":"call_ended","call_id":"c","at_s":-1,"duration_s":0,"reason":"stop"}',
    ],
)
def test_decode_refuses_what_is_no_event(text: str) -> None:
    with pytest.raises(ValidationError):
        events.decode(text)
