"""OpenAI's chat endpoint on this machine: it checks every question, and answers as told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from local_server import serving

MODEL, KEY = "judge", "k3y"
GRADES = [0, 1, 2, 3]


def completion(content: str | None, **message: Any) -> bytes:
    """The body of an answer."""
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": content, **message},
        "finish_reason": "stop",
    }
    return json.dumps({"object": "chat.completion", "choices": [choice]}).encode()


def graded(levels: Sequence[object]) -> bytes:
    return completion(json.dumps({"levels": list(levels)}))


@dataclass
class ChatServer:
    url: str = ""
    answer: Callable[[list[str]], bytes | tuple[int, bytes]] = lambda texts: graded(
        [3 for _ in texts]
    )
    """The body, or a status with it. May block; then the question is slow."""
    formats: tuple[str, ...] = ("json_schema", "json_object", "")
    """What it knows; anything else is refused with 400."""
    asked: list[list[str]] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    """The format of each question."""
    broken: list[str] = field(default_factory=list)
    """What was wrong with questions."""


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    state = ChatServer()

    class Endpoint(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["content-length"])))
            try:
                wanted = checked(self.path, self.headers["authorization"], question)
            except (AssertionError, KeyError) as error:
                state.broken.append(repr(error))
                return self.reply(400, b"{}")
            state.tried.append(wanted)
            if wanted not in state.formats:
                return self.reply(400, b'{"error": {"message": "unknown format"}}')
            texts = json.loads(question["messages"][1]["content"])
            state.asked.append(texts)
            answer = state.answer(texts)
            return self.reply(*answer) if isinstance(answer, tuple) else self.reply(200, answer)

        def reply(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *values: object) -> None:
            pass

    with serving(Endpoint) as state.url:
        yield state


def checked(path: str, authorization: str | None, question: dict[str, Any]) -> str:
    """The format asked for. Raises ``AssertionError`` where the endpoint's contract is broken."""
    assert path == "/v1/chat/completions", path
    assert authorization == f"Bearer {KEY}", authorization
    known = {"model", "messages", "temperature", "max_tokens", "response_format"}
    assert question.keys() <= known, question.keys()
    assert question["model"] == MODEL
    assert [one["role"] for one in question["messages"]] == ["system", "user"]
    wanted = question.get("response_format", {"type": ""})
    if wanted["type"] == "json_schema":
        assert wanted.keys() == {"type", "json_schema"}
        told = wanted["json_schema"]
        assert told["strict"] is True
        assert told["name"].isidentifier()
        schema = told["schema"]
        # What strict mode asks of every object.
        assert schema["additionalProperties"] is False
        assert schema["required"] == list(schema["properties"]) == ["levels"]
        assert schema["properties"]["levels"]["items"]["enum"] == GRADES
    if wanted["type"] == "json_object":
        # OpenAI refuses this format where no message speaks of JSON.
        assert "JSON" in question["messages"][0]["content"]
    return str(wanted["type"])
