"""Messages of sockets: whatever comes, it is a message or a ``ProtocolError``."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies as st

from copilot.errors import AudioFormatError, ProtocolError
from copilot.web.socket_messages import Command, Start, Subscribe, error_text, parse

START = {
    "type": "start",
    "agent_id": "mori",
    "format": {"encoding": "mulaw", "rate": 8000, "channels": ["customer"]},
}
MODELS = {"start": Start, "pause": Command, "subscribe": Subscribe}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def parsed(text: str, model: type) -> object:
    try:
        return parse(text, model)
    except ProtocolError as error:
        error_text("bad_message", str(error)).encode()
        return None


@pytest.mark.parametrize("member", ["agent_id", "team", "customer_id"])
@pytest.mark.parametrize("name", ["a\0b", "a\nb", "\x7f"])
def test_names_fit_on_a_line_and_into_every_database(member, name):
    assert parse(json.dumps(START | {member: "山田 O'Brien"}), Start)
    with pytest.raises(ProtocolError, match=member):
        parse(json.dumps(START | {member: name}), Start)


def test_a_seq_that_no_store_can_compare_is_refused():
    with pytest.raises(ProtocolError, match="after"):
        parse(json.dumps(START | {"after": 10**30}), Start)
    subscribe = {"type": "subscribe", "calls": "all", "after": {"c-1": 10**30}}
    with pytest.raises(ProtocolError, match="after"):
        parse(json.dumps(subscribe), Subscribe)


@given(st.text())
def test_any_text(text):
    for model in MODELS.values():
        parsed(text, model)


@given(st.sampled_from(sorted(MODELS)), st.dictionaries(st.text(), json_values, max_size=4))
def test_any_members(type_, members):
    parsed(json.dumps({**members, "type": type_}), MODELS[type_])


@given(st.sampled_from([*Start.model_fields]), json_values)
def test_any_value_in_any_member_of_start(member, value):
    start = parsed(json.dumps({**START, member: value}), Start)
    if isinstance(start, Start):
        try:
            start.call_started()
        except AudioFormatError as error:
            error_text("unsupported_audio", str(error)).encode()


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "subscribe", "calls": "all", "after": {"\\ud800": 1}}',
        '{"type": "subscribe", "calls": ["\\ud800"]}',
        '{"type": ["subscribe"]}',
        '{"type": "subscribe", "calls": "all", "after": {"x": 1e400}}',
        f'{{"type": "subscribe", "calls": "all", "after": {{"x": {"9" * 5000}}}}}',
    ],
)
def test_odd_corners_of_json(text):
    assert parsed(text, Subscribe) is None


def test_faults_are_all_named():
    with pytest.raises(ProtocolError) as raised:
        parse('{"type": "start", "direction": "up"}', Start)
    for name in ("agent_id", "direction", "format"):
        assert f"{name}: " in str(raised.value)


def test_the_call_begins_with_what_was_announced():
    start = parse(json.dumps({**START, "language": "JA_jp", "consent": True}), Start)
    started = start.call_started()
    assert (started.language, started.channels) == ("ja", ("customer",))
    assert (started.consent, started.at_s, started.seq) == (True, 0.0, 0)
    assert started.started_at.endswith("+00:00")


def test_hotwords_are_trimmed_and_bounded():
    start = parse(json.dumps(START | {"hotwords": [" Quillon ", "大谷浩一", "A20458"]}), Start)
    assert start.hotwords == ["Quillon", "大谷浩一", "A20458"]
    assert "Quillon" not in repr(start.call_started())
    for wrong in ("Quillon", ["x" * 65], [" "], ["a\nb"], [1], ["x"] * 21):
        with pytest.raises(ProtocolError, match="hotwords"):
            parse(json.dumps(START | {"hotwords": wrong}), Start)
